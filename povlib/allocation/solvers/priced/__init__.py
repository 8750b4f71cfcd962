"""The price method: county to nation, in parts that are pure functions of arrays.

Comes in: a `Problem` in memory. Goes out: a plan, posted prices and the bound they prove. Read `price_method` first: it
orders the work. `price_store` puts the arrays in the order in which prices pass over them; `dual_bound` is one pass
(the Lagrangian bound and its slope at given common prices, with `village_loops` for each village's own rows); `lbfgs`
moves the prices; `village_choices` chooses exactly where prices leave a village open; `near_ties` picks the households
of the integer core, `integer_core`, `core_rounding` and `change_sums` choose for them, and `choice_refinement` makes a
large plan's choice better. Not responsible for data that do not fit into memory.
"""

from povlib.allocation.solvers.priced.price_method import solve_priced

__all__ = ["solve_priced"]
