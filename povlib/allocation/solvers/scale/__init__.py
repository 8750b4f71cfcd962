"""Millions of households: the price method in partitions, out of core, on threads or on Dask.

Comes in: `Layout` (measures, packages, rows) and a stream of `Block`, written as `Blocks` in partitions of whole
villages. Goes out: a `LargePlan` that stays beside the data, and its proof (`verify_large`). Read `search_session`
first: prices from a resident sample, passes over all partitions (`partition_sweep`, its loops in `sweep_loops` and
`open_village_loops`), an integer core of near ties (`core_candidates`), and a strict check of everything read again
(`large_plan`). `pass_runners` says where passes run, `block_conversion` solves an ordinary problem this way. For
problems that fit into memory as tables see `povlib.allocation.Problem`.
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
