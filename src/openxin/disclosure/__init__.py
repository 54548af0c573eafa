"""The door out: no code reads a record for anyone, staff included, except through it.

Always true: it asks who reads, for which purpose, by which right; it writes what was shown to whom in the transaction of the
reading, and the person sees that line. No line, no reading; a refused reading is a line too. Begin with `door.py`, the verb;
`statement.py` has the values that it returns, `showing.py` makes them out of what is held. Who comes to it: whom the person chose
(`grants.py`, `redeeming.py`), whom a law obliges to ask (`checks.py`, `permits.py`, `awards.py`), auditors (`warrants.py`).
"""
