"""Objection, correction, repair, reconsideration, complaint: each with its statutory clock. Always true: a case changes a
record only by the record's own verbs.

Empty so far; it stands here so that the storeys name it.
"""
