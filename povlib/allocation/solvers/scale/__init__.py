"""Millions of households: the price method in partitions, out of core, on threads or on Dask.

Responsible for the factorised form (`Layout`, `Blocks`), the same passes on one computer or a
cluster, and plans that stay beside the data (`LargePlan`, `verify_large`). Not responsible for
problems that fit into memory as tables: `povlib.allocation.Problem`.
"""

from povlib.allocation.solvers.scale.large_plan import LargePlan
from povlib.allocation.solvers.scale.large_verification import verify_large
from povlib.allocation.solvers.scale.pass_runners import Dask, Threads
from povlib.allocation.solvers.scale.problem_layout import Amount, Layout, Row, VillageRow
from povlib.allocation.solvers.scale.search_session import Session
from povlib.allocation.solvers.scale.village_blocks import Block, Blocks

__all__ = [
    "Amount", "Block", "Blocks", "Dask", "LargePlan", "Layout", "Row", "Session", "Threads", "VillageRow",
    "verify_large",
]  # fmt: skip
