"""The API, `/api/v1`: bodies hand in and mend, recipients read what they may, anybody checks the ledger. For machines.

Always true: a machine shows its access token with every request, and no cookie is looked at; an operation is one verb of a room,
and decides nothing itself; every answer that is not the one hoped for is a problem document (RFC 9457) in Chinese and English,
which repeats nothing of what was sent. Nothing about a person stands in an address.

Begin with `app.py` (all operations), then `operations.py` (what each of them has in common) and one resource, `uploads.py`.
"""
