"""Counts about the bodies: timeliness, rows that waited or were refused, files taken back. Always true: never a record, never a
person; no score, no order of merit.

Begin with `quality.py`. What is counted comes from `intake.counts`, which asks no table that knows a person.
"""
