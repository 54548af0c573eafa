"""Objection, correction, repair, reconsideration, complaint: each with its statutory clock. Always true: a case changes a
record only by the record's own verbs.

So far only `identities.py`: what an official does, with the document in hand, about whom records are about. Begin there.
"""
