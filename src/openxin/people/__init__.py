"""Whom records are about: persons, their identity documents, and matching. Always true: nobody is matched by name alone.

A person is a random id and a key. An identity (document type and number, as a token) points to its person. Begin with
`matching.py` (called by the doors); `documents.py` and `names.py` say what a sound number and a sound name are. Who
confirms that a number stands under a name: `verifying.py`, with the extract that `population.py` loads. What officials do:
`settling.py`; persons who are read as one: `joined.py`.
"""
