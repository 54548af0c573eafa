"""Final decisions about persons: what was admitted, where it stands now, and everything that happened to it.

Always true: nothing is overwritten, a record has versions; a record is about exactly one person; what it says is sealed under a
key of its own, and is gone when that key is. Faces by caller: `admission.py` (only intake), `changes.py` (only cases and expiry),
`reading.py` (only disclosure), `lines.py` (who looked: both doors). `states.py` says which moves there are.
"""
