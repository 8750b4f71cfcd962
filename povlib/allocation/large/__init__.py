"""Millions of households: the price method in partitions, out of core, on threads or on Dask.

Responsible for the factorised form (`Layout`, `Blocks`), the same passes on one computer or a
cluster, and plans that stay beside the data (`LargePlan`, `verify_large`). Not responsible for
problems that fit into memory as tables: `povlib.allocation.Problem`.
"""

from povlib.allocation.large.blocks import Block, Blocks
from povlib.allocation.large.layout import Amount, Layout, Row, VillageRow
from povlib.allocation.large.plan import LargePlan
from povlib.allocation.large.runners import Dask, Threads
from povlib.allocation.large.session import Session
from povlib.allocation.large.verify import verify_large

__all__ = [
    "Amount", "Block", "Blocks", "Dask", "LargePlan", "Layout", "Row", "Session", "Threads", "VillageRow",
    "verify_large",
]  # fmt: skip
