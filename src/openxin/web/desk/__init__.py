"""The desk of a body's officials: hand in, mend, supply, take back, see how one's own body does.

Always true: an official sees only what their own body submitted, as it submitted it; another body's page is not there (404);
every page works without JavaScript; no value of a person stands in an address.

Begin with `access.py` (who stands here) and `urls.py`; each page is a module of its own.
"""
