"""Judging: what each row is by itself, before anybody looks at the register or at the rest of the file.

Always true: every problem of a row at once; a cell that fails by itself gives one code, and no rule that reads it is applied; no
Python names a column of one record type (the catalogue's roles and kinds do). Begin with `judge.py`; `sheet.py` says what is worked
on; `cells.py` reads each kind of cell; `rules.py` asks the law; `windows.py` says from when until when.
"""
