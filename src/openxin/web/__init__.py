"""The pages: so far a person's own. Always true: a page works without JavaScript, shows only what a door handed over, and never
asks the database while it is rendered.

Begin with `urls.py`, then `portal.py` (a person's records) and `doorway.py` (in and out). `timeline.py` arranges a statement for
reading; `rendering.py` turns values into a page. Every sentence stands in the templates in Chinese and English, side by side
(`{% say "中文" "English" %}`): a missing half is a syntax error, not an untranslated page, and nothing needs compiling.
"""
