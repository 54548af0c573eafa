"""The administrator's pages: accounts of officials, machines, organisations; settings and what was done, to be looked at.

Always true: no record and no person's data is reached from here, nor the pages of any other role; a password is shown once, to be
handed over, and kept by nobody; every change is history (`accounts.acts`); nobody changes their own account here.

Begin with `urls.py` and `pages.py` (who stands here); each kind of thing is a module of its own.
"""
