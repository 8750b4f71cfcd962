"""A plan, and why nobody can do better: certificate, payments, and a check that trusts no solver.

Read `certificate` first (posted prices bound every plan), then `plan`. `verification` repeats plan and proof from the
raw tables in exact integers; `pencil_line` is the same arithmetic for one household. Nothing here searches.
"""
