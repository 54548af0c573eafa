"""“There is something new, log in.” Always true: never content.

Begin with `alerts.py`: what auditors are told of.
"""
