"""Reading files at the door in: from the bytes that a body sent to rows of cells, still unjudged.

Always true here: the content decides what a file is, never its name; a file is refused whole before the first row leaves
this package, or not at all; nothing is written to disk; a cell's text is what the file says (judging folds it, not
reading); the row number is the one that a spreadsheet program shows.

Begin with `table.py` (the face: `open_table` in the parent process, `frame` in a worker). Then `header.py` (which column
is which), `furniture.py` (which lines are no data), `csv_scan.py` and `csv_frame.py`, `xlsx_screen.py`,
`xls_screen.py` and `compound.py`, `child.py` and `workbook.py`. docs/contract.md, 'What real spreadsheets do, and we
take', is the list of what must be understood.
"""
