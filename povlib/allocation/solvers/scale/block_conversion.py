"""An ordinary problem solved in partitions: laid out as blocks, and the plan brought back.

Comes in: a `Problem`. Goes out: the same problem as blocks of whole villages (the packages of each household stand in
slots of equal use of village rows, so that the same passes serve both forms), and a `Plan` of the problem made from the
choices and prices found there. Begin with `solve_in_partitions`. Not responsible for the search
(`povlib.allocation.solvers.scale.search_session`).
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from povlib.allocation.problem.allocation_problem import Problem
from povlib.allocation.problem.sparse_matrices import Sparse, csr, side_by_side
from povlib.allocation.proof.certificate import UNITS_PER_MICRO, UNITS_PER_PERSON, Prices, exact_sum, price_bound
from povlib.allocation.proof.plan import Plan, assemble_plan
from povlib.allocation.solvers.priced.stage_task import village_numbers
from povlib.allocation.solvers.scale.large_plan import LargePlan
from povlib.allocation.solvers.scale.pass_runners import Dask, Runner
from povlib.allocation.solvers.scale.problem_layout import MOST_CLASSES, MOST_PACKAGES, Amount, Layout, Row, VillageRow
from povlib.allocation.solvers.scale.search_session import Session
from povlib.allocation.solvers.scale.village_blocks import Block, Blocks
from povlib.allocation.solvers.township.relaxation import FundRows, relax
from povlib.allocation.solvers.township.restricted_programs import broken_rows
from povlib.arrays import Ints
from povlib.errors import ProblemError, SolverError, UnfinishedRelaxationError

#: a village without a row of some slot has this much of it
NO_LIMIT = 2**40
BLOCK_HOUSEHOLDS = 5000
FORBIDDEN = np.iinfo(np.int64).min


@dataclass(frozen=True, eq=False)
class SlottedProblem:
    """Where everything of a problem stands in its blocks.

    Attributes
    ----------
    use, capacity
        Rows of the problem, then its sets of funds.
    common : int64 (C,)
        Rows used by several villages; the others are `own` (V, L): row of each village's slot, -1 none.
    member : int64 (G,)
        Groups in order of the blocks.
    first : int64 (V+1,)
    row : int64 (G, K)
        Package row in each slot of each group (in order of the blocks), -1 none.
    classes : int64 (K, L)
        Use of village rows by each slot.
    """

    problem: Problem
    funds: FundRows
    use: Sparse
    capacity: Ints
    common: Ints
    own: Ints
    member: Ints
    first: Ints
    row: Ints
    classes: Ints

    @classmethod
    def of(cls, problem: Problem, funds: FundRows | None = None) -> SlottedProblem:
        """Lay a problem out, with the sets of funds that are rows already or, without any, all that can be listed.

        Raises
        ------
        ProblemError
            If it has lexicographic stages, or uses village rows in too many different ways.
        """
        if problem.stages:
            raise ProblemError("partitions have no lexicographic priority: use weights, or another method")
        funds = FundRows(problem) if funds is None else funds
        funds.add_all()
        use, capacity = problem.use, problem.capacity
        if funds.demand:
            use = side_by_side([use, csr(np.stack(funds.demand, axis=1))])
            capacity = np.concatenate([capacity, np.array(funds.budget, dtype=np.int64)])
        village = village_numbers(problem)
        member = np.argsort(village, kind="stable").astype(np.int64)
        first = np.searchsorted(village[member], np.arange(int(village.max()) + 2)).astype(np.int64)
        common, own, local = _split_rows(use, village[problem.group], len(first) - 1)
        row, classes = _package_slots(problem, local)
        return cls(problem, funds, use, capacity, common, own, member, first, row[member], classes)

    @property
    def pairs(self) -> tuple[Ints, Ints]:
        """Slots and common rows that some household's package uses."""
        slot = np.full(len(self.problem.value), -1, dtype=np.int64)
        has = self.row >= 0
        slot[self.row[has]] = np.nonzero(has)[1]
        at = self.use[:, self.common].tocoo()
        found = np.unique(slot[at.row] * len(self.common) + at.col) if len(at.row) else np.zeros(0, dtype=np.int64)
        found = found[found >= 0]
        return found // max(len(self.common), 1), found % max(len(self.common), 1)

    def layout(self) -> Layout:
        """Describe the blocks: each slot is a package with a measure of its own."""
        names = [f"{k:03d}" for k in range(self.row.shape[1])]
        rows = [Row(f"row {c}", int(self.capacity[c])) for c in self.common]
        slot, row = self.pairs
        amounts = [
            Amount(f"{names[k]} {rows[r].name}", names[k], {rows[r].name: 1}) for k, r in zip(slot, row, strict=True)
        ]
        villages = [
            VillageRow(f"slot {j}", measures={names[k]: int(u) for k, u in enumerate(column) if u})
            for j, column in enumerate(self.classes.T)
        ]
        return Layout(names, [(name,) for name in names], rows, amounts, {}, villages)

    def stream(self) -> Iterator[Block]:
        """Yield the households village by village."""
        problem, (slot, row) = self.problem, self.pairs
        value = problem.value + problem.bonus
        common = csr(self.use[:, self.common])
        low = 0
        while low < len(self.first) - 1:
            high = int(np.searchsorted(self.first, self.first[low] + BLOCK_HOUSEHOLDS, side="right")) - 1
            high = max(high, low + 1)
            a, b = int(self.first[low]), int(self.first[high])
            held = self.row[a:b]
            allowed = (held >= 0) & problem.allowed[np.maximum(held, 0)]
            worth = np.where(allowed, value[np.maximum(held, 0)], FORBIDDEN).T
            amount = np.zeros((len(slot), b - a), dtype=np.int64)
            for q, (k, r) in enumerate(zip(slot, row, strict=True)):
                has = np.flatnonzero(held[:, k] >= 0)
                amount[q, has] = common[held[has, k]][:, [r]].toarray().ravel()
            home = np.repeat(np.arange(low, high), np.diff(self.first[low : high + 1]))
            own = self.own[low:high]
            caps = np.where(own >= 0, self.capacity[np.maximum(own, 0)], NO_LIMIT)
            if b > a:
                lived = np.diff(self.first[low : high + 1]) > 0
                yield Block(worth, amount, home, caps[lived])
            low = high

    def write(self, folder: Path, part_households: int) -> Blocks:
        """Write the blocks as Parquet."""
        return Blocks.write(folder, self.layout(), self.stream(), form="parquet", part_households=part_households)

    def plan(self, large: LargePlan, gap: float, method: str) -> Plan:
        """Return the plan of the problem: rows, prices of every row and fund, certificate.

        Raises
        ------
        SolverError
            If the plan breaks a row of the problem, which the check of the blocks should have seen.
        """
        problem = self.problem
        choice = np.concatenate(list(large.choices())).astype(np.int64)
        rows = np.empty(problem.groups, dtype=np.int64)
        rows[self.member] = self.row[np.arange(len(choice)), choice]
        price = np.zeros(len(self.capacity))
        for at, row in enumerate(self.common):
            price[row] = large.certificate.prices.get(f"row {self.common[at]}", 0)
        lived = np.diff(self.first) > 0
        local = np.concatenate([large.village_price(at) for at in range(len(large.parts))])
        own = self.own[lived]
        price[own[own >= 0]] = local[own >= 0]
        count = len(problem.capacity)
        fund, child = self.funds.posted(price[count:] / (UNITS_PER_PERSON / 1000))
        prices = Prices(price[:count].astype(np.int64), fund, child)
        if broken_rows(problem, self.funds, rows) or not self.funds.pays(rows):
            raise SolverError(_BROKE)
        bound = price_bound(problem, prices)
        below = bound - exact_sum(problem.value[rows]) * UNITS_PER_MICRO
        status = "gap" if below <= gap * UNITS_PER_PERSON else large.status if large.status == "time" else "effort"
        return assemble_plan(
            problem, rows, prices, bound, bound / UNITS_PER_MICRO, status=status, effort=large.effort, method=method
        )


def _split_rows(use: Sparse, village: Ints, villages: int) -> tuple[Ints, Ints, Ints]:
    """Return common rows; the row of each village's slot; use of its village's slots by each package row."""
    at = use.tocoo()
    low, high = np.full(use.shape[1], villages), np.full(use.shape[1], -1)
    np.minimum.at(low, at.col, village[at.row])
    np.maximum.at(high, at.col, village[at.row])
    single = low == high
    mine = np.flatnonzero(single)
    mine = mine[np.lexsort((mine, low[mine]))]
    place = np.arange(len(mine)) - np.searchsorted(low[mine], low[mine])
    width = int(place.max()) + 1 if len(mine) else 0
    own = np.full((villages, width), -1, dtype=np.int64)
    own[low[mine], place] = mine
    slot = np.full(use.shape[1], -1, dtype=np.int64)
    slot[mine] = place
    local = np.zeros((use.shape[0], width), dtype=np.int64)
    some = single[at.col]
    local[at.row[some], slot[at.col[some]]] = at.data[some]
    return np.flatnonzero(~single), own, local


def _package_slots(problem: Problem, local: Ints) -> tuple[Ints, Ints]:
    """Package row in each slot of each group, and the use of village rows by each slot."""
    table, of = np.unique(local, axis=0, return_inverse=True) if local.shape[1] else (
        np.zeros((1, 0), dtype=np.int64), np.zeros(len(local), dtype=np.int64))  # fmt: skip
    of = of.ravel()
    order = np.lexsort((np.arange(len(of)), of, problem.group))
    key = problem.group[order] * len(table) + of[order]
    begin = np.flatnonzero(np.r_[True, key[1:] != key[:-1]])
    rank = np.arange(len(key)) - np.repeat(begin, np.diff(np.append(begin, len(key))))
    most = np.zeros(len(table), dtype=np.int64)
    np.maximum.at(most, of[order], rank + 1)
    if len(table) > MOST_CLASSES or most.sum() > MOST_PACKAGES:
        raise ProblemError(
            "village rows are used in too many different ways for partitions ({n})",
            remedy="use the priced method", n=len(table),
        )  # fmt: skip
    offset = np.cumsum(most) - most
    row = np.full((problem.groups, int(most.sum())), -1, dtype=np.int64)
    row[problem.group[order], offset[of[order]] + rank] = order
    return row, np.repeat(table, most, axis=0)


_BROKE = "the plan found broke a rule when everything was read again"
#: times that a plan is sought again because it broke a set of funds that was not among the rows
_MOST_ROUNDS = 12
#: households a partition of an ordinary problem, about
PART_HOUSEHOLDS = 5000


def solve_in_partitions(
    problem: Problem, *, gap: float = 0.5, time_limit_s: float = 600.0, scheduler: str | None = None,
    workers: int | None = None, scratch: str | Path | None = None, runner: Runner | None = None,
    part_households: int = PART_HOUSEHOLDS,
) -> Plan:  # fmt: skip
    """Solve an ordinary problem by passes over partitions of whole villages, written as Parquet.

    Parameters
    ----------
    scratch : folder, optional
        A place that every worker of the cluster sees; default: a temporary one of this computer.
    runner : Runner, optional
        Where passes run; default: the Dask cluster at `scheduler`, or one of this computer.
    """
    funds = FundRows(problem)
    if funds.tree is not None:
        # sets of funds too many to be listed: the rows are those that the relaxation breaks
        with suppress(UnfinishedRelaxationError):
            relax(problem, time_limit_s / 2, funds)
    with ExitStack() as open_:
        folder = Path(scratch or open_.enter_context(tempfile.TemporaryDirectory(prefix="povlib-")))
        place = runner if runner is not None else open_.enter_context(Dask(scheduler, workers))
        for number in range(_MOST_ROUNDS):
            known = len(funds.states)
            slots = SlottedProblem.of(problem, funds)
            blocks = slots.write(folder / f"{number}" if number else folder, part_households)
            with Session(blocks, place) as session:
                large = session.solve(gap=gap, time_limit_s=time_limit_s)
                try:
                    return slots.plan(large, gap, "distributed")
                except SolverError:
                    if len(funds.states) == known:
                        raise
    raise SolverError(_BROKE)
