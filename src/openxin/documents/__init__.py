"""A statement in, signed bytes out: report and verifiable credential. Always true: it sees only what a door has shown.

Empty so far; it stands here so that the storeys name it.
"""
