"""Millions of households: the price method in partitions, out of core, on threads or on Dask.

Responsible for the factorised form (`Layout`, `Blocks`), the same passes on one computer or a
cluster, and plans that stay beside the data (`LargePlan`, `verify_large`). Not responsible for
problems that fit into memory as tables: `povlib.allocation.Problem`.
"""

from povlib.allocation.large.blocks import Block, Blocks
from povlib.allocation.large.layout import Amount, Layout, Row, VillageRow

__all__ = ["Amount", "Block", "Blocks", "Layout", "Row", "VillageRow"]
