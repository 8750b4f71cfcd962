"""The price method: county to nation, in parts that are pure functions of arrays.

Responsible for prices of common rows, the prices of each village's own rows, a small core of
nearly tied households chosen exactly, and the plan put together from them. Not responsible for
data that do not fit into memory.
"""

from povlib.allocation.solvers.priced.price_method import solve_priced

__all__ = ["solve_priced"]
