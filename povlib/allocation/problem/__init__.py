"""From tables to whole numbers: what may be chosen, what it uses, what there is.

Read `allocation_problem` first: a `Problem` is one package a household under every rule. Tables come in through
`problem_tables` (checked by `table_checks`), leave as rows and integer coefficients through `integer_rows`;
`bundled_funds` turns who may pay what into rows. Nothing here solves anything.
"""
