"""The 24 private-use characters that GB 18030-2022 gave a place of their own.

Eighteen codes of GB 18030-2005 stood for private-use code points and were given standard ones in the 2022 edition; six more
were known as private-use in Python's codec, which is older still. Files exported before, in whatever encoding since, carry
them into names (䶮's neighbours 龴 龵 龶 and others). Any other private-use character stays as it is: it has no agreed meaning.
"""

import re

AGREED: dict[int, int] = {
    # A6D9-A6DF, A6EC, A6ED, A6F3: vertical punctuation
    0xE78D: 0xFE10, 0xE78E: 0xFE12, 0xE78F: 0xFE11, 0xE790: 0xFE13, 0xE791: 0xFE14, 0xE792: 0xFE15, 0xE793: 0xFE16,
    0xE794: 0xFE17, 0xE795: 0xFE18, 0xE796: 0xFE19,
    # FE59, FE61, FE66, FE67, FE6D, FE7E, FE90, FEA0: ideographs
    0xE81E: 0x9FB4, 0xE826: 0x9FB5, 0xE82B: 0x9FB6, 0xE82C: 0x9FB7, 0xE832: 0x9FB8, 0xE843: 0x9FB9, 0xE854: 0x9FBA,
    0xE864: 0x9FBB,
    # FE51, FE52, FE53, FE6C, FE76, FE91: ideographs of extension B
    0xE816: 0x20087, 0xE817: 0x20089, 0xE818: 0x200CC, 0xE831: 0x215D7, 0xE83B: 0x2298F, 0xE855: 0x241FE,
}  # fmt: skip
_ANY = re.compile("[" + "".join(map(chr, AGREED)) + "]")
_MODERN_BYTES = {chr(old).encode(): chr(new).encode() for old, new in AGREED.items()}
LEAD = b"\xee"
"""The first byte in UTF-8 of U+E000 to U+EFFF, and of nothing else."""
_WIDTH = 3


def modern(text: str) -> str:
    """`text` with the characters of GB 18030-2022."""
    return _ANY.sub(lambda met: chr(AGREED[ord(met.group())]), text)


def modern_bytes(utf8: bytes) -> bytes:
    """The same for UTF-8; costs one search for a byte where there is none."""
    # Such characters are few: to be led to each costs a thirtieth of what a regular expression takes for all that lies between.
    pieces, done = [], 0
    at = utf8.find(LEAD)
    while at >= 0:
        after = at + _WIDTH
        if (new := _MODERN_BYTES.get(utf8[at:after])) is not None:
            pieces += [utf8[done:at], new]
            done = after
        at = utf8.find(LEAD, after)
    return b"".join([*pieces, utf8[done:]]) if pieces else utf8
