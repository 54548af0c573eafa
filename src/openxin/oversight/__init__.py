"""Counts about the bodies: timeliness, rejected rows, objections upheld. Always true: never a record, never a person.

Empty so far; it stands here so that the storeys name it.
"""
