"""The law: what may be collected and shown, until when, and by which deadline. It is data; nothing here decides about a person.

Always true: the whole catalogue is checked before any of it is used, and used as frozen values; no period, deadline or
title of a law stands in Python.

Begin at `loading.catalogue()`. `catalogue` holds the types, `checking` says what is wrong with a folder of TOML, `clock`
counts days, `bases` finds laws in the words of a decision. Of the door out, `rights` holds the types and
`policy` asks Cedar who may ask and see.
"""
