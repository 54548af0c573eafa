"""Keys, sealing, look-up tokens, crypto-erasure. Always true: no clear text and no bare key leaves this room
to the disk.

Begin with `keyring.py` (which keys there are), then `sealing.py` (what they do) and `tokens.py` (how sealed
things are found). `cryptography` only; every sealed value begins with a byte that names its profile (1:
AES-256-GCM; SM4 later).
"""
