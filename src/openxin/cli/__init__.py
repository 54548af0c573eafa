"""The command line: one module per group of commands, each a thin face of one verb. What it promises: docs/contract.md.

Begin with `main.py`. `session.py` opens the register for a command, `output.py` prints. A command imports what it calls when it
is called, so that `openxin --help` and what needs no database start at once.
"""
