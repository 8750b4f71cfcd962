"""A plan, and why nobody can do better: certificate, payments, and a check that trusts no solver.

In come a problem and the package rows that some method chose; out comes a `Plan` with a `Certificate`: posted prices
that bound every other plan (a Lagrangian bound in whole numbers).

Begin with `certificate`, then `plan`. `fund_split` says which fund pays which bill, `tie_breaking` takes the cheaper
of equal plans, `counted_rows` bounds what rows of few places bring where no price can. `verification` repeats plan and
proof from the raw tables: `exact_arithmetic` for all packages at once, `pencil_arithmetic` for one package item by
item, as a family can do it by hand. Nothing here searches.
"""
