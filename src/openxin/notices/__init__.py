"""“There is something new, log in.” Always true: never content.

Empty so far; it stands here so that the storeys name it.
"""
