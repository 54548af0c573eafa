"""Who stands at a door. Always true: a log-in holds a plain id of a person, no name, no address, no number.

Begin with `readers.py` (who is it?), which both faces hand to the doors; `links.py` lets a synthetic person in, once.
"""
