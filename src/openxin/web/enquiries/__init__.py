"""The desk of those who ask: bodies and organisations with a duty to check, and whoever a person lets see something.

Always true: an answer is a reading, with a line that its person sees; so it is shown in the answer to the very request that asked
(POST, never stored), and a page that is opened or reloaded asks nothing. What was typed about a person stands in no address, and
no list of persons is kept here.

Begin with `pages.py` (who stands here, and how a refusal is told) and `urls.py`; each page is a module of its own.
"""
