"""The door in: a body's file becomes sealed records of the right persons, waiting rows with reasons, and refusals.

Always true: nothing is admitted that the catalogue does not list with its legal basis; every row has one of four fates, and they
add up; nothing is half done, and the same command finishes what was interrupted. Begin with `admission.py`, the verb; then
`reading/` (what a file is), `judging/` (what each row is, by itself), `pass_one.py` and `pass_two.py`.
"""
