"""`openxin bench`: speed as a ratio within one run, against a baseline on the same server.

Synthetic only, in a folder of its own.
"""
