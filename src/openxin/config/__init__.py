"""Wires everything, decides nothing: settings, URLs, the entry of the web server.

Begin with `environment.py` (every `OPENXIN_*` name, read once) and `settings.py` (what Django gets from it). No room below
imports this one.
"""
