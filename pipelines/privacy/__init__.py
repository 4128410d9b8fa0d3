"""Erasing a person from everything kept, and what personal data is kept at all.

erase.py is the command; person.py finds what a person is known by, places.py knows
where data lies, rewrite.py what a value becomes, search.py proves that nothing is left.
"""
