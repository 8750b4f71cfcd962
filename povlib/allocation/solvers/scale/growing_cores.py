"""Cores of more and more households until one absorbs what the prices leave over.

Responsible for trying them in turn, the small ones first (a small core is solved nearly exactly),
and for taking the best whole choice. Not responsible for how a core is solved: `priced.core`.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from povlib.allocation.problem.allocation_problem import MICRO
from povlib.allocation.proof.certificate import UNITS_PER_MICRO
from povlib.allocation.solvers.priced.integer_core import choose, whole_choice
from povlib.allocation.solvers.scale.core_candidates import Candidates, candidates_of
from povlib.allocation.solvers.scale.partition_sweep import Tables
from povlib.allocation.solvers.scale.pass_result import Found
from povlib.allocation.solvers.scale.resident_sample import whole
from povlib.allocation.solvers.scale.village_blocks import Blocks
from povlib.arrays import Ints

#: households recorded by a pass, and of the cores tried one after the other
RECORDED = 8000
CORES = (200, 400, 800, 1600, 3200, RECORDED)
#: cores that may miss the goal before the best is taken; the integer program after the search
TRIES = 2
PROGRAM_CANDIDATES, PROGRAM_NODES, PROGRAM_S = 2500, 60, 60.0
#: share of the gap asked for that the core's search may leave
CORE_SHARE = 0.5


@dataclass(frozen=True, eq=False)
class Solved:
    """The core's choice: packages of its households, value of the whole plan (micro-persons), its prices."""

    picked: Candidates
    package: npt.NDArray[np.int8]
    value: int
    price: Ints | None
    nodes: int


def core_of(
    found: Found, blocks: Blocks, tables: Tables, gap: float, deadline: float, *, strict: bool
) -> Solved | None:
    """Return the best choice of the cores tried; None where none absorbs what the prices leave over.

    Parameters
    ----------
    gap : float
        Persons; the search stops when its share of this is left.
    strict : bool
        Take no core whose prices strain: better prices will come.
    """
    best: Solved | None = None
    tries, recorded = 0, sum(len(record.margin) for record in found.records)
    goal = found.bound / UNITS_PER_MICRO - CORE_SHARE * gap * MICRO
    used = np.array(found.sums.use, dtype=np.int64)
    for size in CORES:
        picked = candidates_of(
            found.records, tables, found.price, blocks.layout.capacity, used, size, whole=recorded >= blocks.households
        )
        outside = found.sums.value - picked.held
        left = max(deadline - time.monotonic(), 1.0)
        choice = choose(picked.core, target_micro=goal - outside, time_limit_s=left, strict=strict)
        if choice.rows is not None:
            rows, more = _programmed(picked, choice.rows, goal - outside, left)
            value, tries = outside + int(picked.core.value[rows].sum()), tries + 1
            nodes = choice.nodes + more + (best.nodes if best is not None else 0)
            price = None if choice.price is None else whole(choice.price[: len(found.price)] * UNITS_PER_MICRO)
            if best is None or value > best.value:
                best = Solved(picked, picked.package[rows].astype(np.int8), value, price, nodes)
            if value >= goal or left <= 1.0 or tries == TRIES:
                break
        if size >= recorded:
            break
    return best


def _programmed(picked: Candidates, rows: Ints, goal_micro: float, time_limit_s: float) -> tuple[Ints, int]:
    """Ask an integer program for more where the search left more than the goal, in a core small enough for it."""
    core = picked.core
    if core.value[rows].sum() >= goal_micro or len(core.value) > PROGRAM_CANDIDATES:
        return rows, 0
    found, nodes, _ = whole_choice(core, goal_micro, PROGRAM_NODES, min(time_limit_s, PROGRAM_S))
    if found is None or core.value[found].sum() <= core.value[rows].sum():
        return rows, nodes
    return found, nodes
