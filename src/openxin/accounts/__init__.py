"""Who stands at a door. Always true: a log-in holds a plain id of a person, no name, no address, no number.

Begin with `readers.py` (who is it?), the value that both faces hand to the door out; `logins.py` makes it of a log-in, and
`links.py` lets a synthetic person in, once. Persons come by `provider.py`. Officials have a password (`officials.py`) and a
second factor (`factors.py`, `passkeys.py`), counted and locked by `attempts.py`. Machines of bodies and recipients are in
`machines.py`, units that are no body in `organisations.py`; which roles each may have says `roles.py`, and what was done to any
of them `acts.py`. `terms.py` ends what was kept long enough. `sessions.py` and `history.py` are what a log-in's owner sees of it.
"""
