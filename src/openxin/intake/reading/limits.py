"""The limits of docs/contract.md (`TOO_LARGE`), and how far down a header is looked for."""

FILE_BYTES = 512 * 1024 * 1024
ROWS = 2_000_000
COLUMNS = 500
FIELD_BYTES = 64 * 1024
UNPACKED_RATIO = 200
HEADER_LINES = 100
"""A header further down than this is not looked for."""
