"""The auditor's pages: the ledger, its checkpoints, the rules, alerts, figures; and, sampled and with a reason, one record.

Always true: but for a warrant no page shows anything of a person, neither name nor number nor record nor id; a warrant opens one
record, once, and its person is told. Every page works without JavaScript.

Begin with `pages.py` (who stands here) and `urls.py`; each page is a module of its own.
"""
