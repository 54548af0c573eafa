"""What the register did, in a Merkle tree that anyone can check: append, sequence, sign, export, verify, reconcile.

Always true: nothing in a leaf is personal (a salted commitment, a kind, a day); leaves are only ever added; no
checkpoint is signed that contradicts an earlier one. The formats are those of C2SP (tlog-tiles, tlog-checkpoint,
signed-note) over the tree of RFC 6962 and RFC 9162.

Begin with `append.py` (called by whoever changes anything, in its own transaction), then `sequencing.py` (from the
outbox into the tree). `tree.py`, `tiles.py`, `notes.py`, `heads.py`, `leaves.py` and `verification.py` know neither
Django nor a database: an outsider runs them on an export alone.
"""
