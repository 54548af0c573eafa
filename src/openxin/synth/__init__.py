"""The synthetic city: files of made-up decisions as departments really send them, and beside each what the door must say.

Always true here: nobody in it exists (area code 999999, assigned to nobody); and the answers never ask the door. A
sound row is made first, a known fault is put into it, and the expected fate follows from the table of faults alone, so
that the door and its judge cannot share a mistake. This room imports nothing of `openxin` but the catalogue's titles
and bodies (`openxin.law`).

Begin at `city.py` (the face), then `plan.py` (what happens), `rendering.py` (how it is written), `faults.py` (what is
broken and what must follow).
"""
