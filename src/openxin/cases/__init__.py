"""Objection, correction, repair, reconsideration, complaint: each with its statutory clock. Always true: a case changes a
record only by the record's own verbs.

So far: what an official does, with the document in hand, about whom records are about (`identities.py`: begin there), about who
is a minor's guardian (`guardians.py`), and which officer works on which record (`assignments.py`).
"""
