"""What each row is, by itself: sound, waiting with all its reasons, or refused by law. Columns are judged, never single cells.

Always true: every problem of a row is found at once; a cell that fails by itself has one problem, and no rule that reads it is
applied; no module names a column, since the catalogue's roles and kinds say which rule reads what. What needs the register or the
other rows of the file is decided elsewhere. Begin with `judge.py`; `cells.py` reads columns by their kind, and one module holds
each rule: `identity`, `bodies`, `basis`, `classes`, `minors`, `finality`, `windows`, `order`, `text`.
"""
