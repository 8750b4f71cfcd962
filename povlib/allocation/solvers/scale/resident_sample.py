"""A resident sample of whole villages, and the common prices that fit it.

Responsible for drawing one run of villages from every partition, minimising its bound by L-BFGS,
and the curvature of the bound. Not responsible for passes over everything.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np

from povlib.allocation.proof.certificate import UNITS_PER_PERSON
from povlib.allocation.solvers.priced.lbfgs import minimise
from povlib.allocation.solvers.scale.partition import Partition, joined_partitions, read_part
from povlib.allocation.solvers.scale.partition_sweep import (
    PassSums,
    SweepTables,
    SweptPartition,
    sweep_partition,
    total_of_sums,
)
from povlib.allocation.solvers.scale.pass_runners import Runner, Threads
from povlib.arrays import Floats, Ints

#: households of the sample: what stays in memory whatever the size of the problem
SAMPLE_HOUSEHOLDS = 200_000
#: part of the sample on which the first prices are found, at a twentieth of the cost
SMALL_SHARE = 0.05
#: prices are whole numbers; beyond this a household's scores would not be exact in float64
MOST_PRICE = 2.0**52
#: relative step of the differences that give the curvature
RELATIVE_STEP = 0.004


@dataclass(frozen=True)
class VillageRun:
    """Draw one run of whole villages, about a share of the partition, at a seeded place."""

    share: float
    seed: int

    def __call__(self, path: Path) -> Partition:
        """Return copies, so that the mapped file is let go."""
        part = read_part(path)
        goal = int(np.ceil(self.share * part.households))
        if goal >= part.households:
            return _copied_partition(part)
        rng = np.random.default_rng([self.seed, *path.stem.encode()])
        latest = int(np.searchsorted(part.first, part.households - goal, side="right")) - 1
        low = int(rng.integers(0, max(latest, 0) + 1))
        high = int(np.searchsorted(part.first, part.first[low] + goal, side="left"))
        return _copied_partition(part.run(low, max(high, low + 1)))


def _copied_partition(part: Partition) -> Partition:
    return Partition(*(np.array(getattr(part, name), order="C") for name in
                  ("village", "first", "capacity", "override", "value", "amount")))  # fmt: skip


@dataclass(eq=False)
class ResidentSample:
    """Some villages in memory, and how much of everything they are.

    Attributes
    ----------
    parts : list of Part
        One a thread.
    small : list of Part
        A twentieth of them, for the first steps.
    share : float
        Households in the sample / all households.
    """

    tables: SweepTables
    parts: list[Partition]
    small: list[Partition]
    share: float
    threads: Threads
    calls: int = 0

    @classmethod
    def draw(
        cls, runner: Runner, threads: Threads, paths: list[Path], households: int, tables: SweepTables, seed: int
    ) -> ResidentSample:
        """Draw the sample, one run of villages from every partition."""
        runs = runner.run(VillageRun(min(1.0, SAMPLE_HOUSEHOLDS / households), seed), paths)
        size = sum(part.households for part in runs)
        small = joined_partitions([part.run(0, max(1, round(SMALL_SHARE * len(part.village)))) for part in runs])
        pieces: list[list[Partition]] = [[] for _ in range(threads.workers)]
        for part in runs:
            cut = np.linspace(0, len(part.village), threads.workers + 1).astype(int).tolist()
            for own, (low, high) in zip(pieces, pairwise(cut), strict=True):
                own.extend([part.run(low, high)] if high > low else [])
        parts = [joined_partitions(own) for own in pieces if own]
        return cls(tables, parts, [small], size / households, threads)

    @property
    def small_share(self) -> float:
        """Households of the small sample / all households."""
        return self.share * self.small[0].households / sum(part.households for part in self.parts)

    def swept(self, price: Ints, parts: list[Partition] | None = None) -> list[SweptPartition]:
        """Pass over the sample."""
        self.calls += 1
        return self.threads.both(lambda part: sweep_partition(part, self.tables, price), parts or self.parts)

    def sums(self, price: Ints, parts: list[Partition] | None = None) -> PassSums:
        """Bound (without common rows), value and use of the sample."""
        return total_of_sums(swept.sums for swept in self.swept(price, parts))

    def use(self, price: Ints) -> Floats:
        """Use of the common rows."""
        return np.array(self.sums(price).use, dtype=np.float64)

    def minimise(self, start: Ints, scale: Floats, capacity: Floats, calls: int, *, small: bool = False) -> Ints:
        """Minimise the bound of the sample under its own capacities over prices >= 0, each in its own `scale`.

        Returns the whole prices of the least bound seen within `calls` passes over the sample.
        """
        parts = self.small if small else self.parts

        def bound_and_slope(price: Floats) -> tuple[float, Floats]:
            at = whole_prices(price)
            sums = self.sums(at, parts)
            bound, slope = sums.bound + float(at @ capacity), capacity - np.array(sums.use, dtype=np.float64)
            return bound / UNITS_PER_PERSON, slope / UNITS_PER_PERSON

        return whole_prices(minimise(bound_and_slope, start.astype(np.float64), scale, calls))

    def curvature(self, price: Ints) -> Floats:
        """Second derivative of the bound of all households in relative prices (R, R), persons.

        Central differences of the sample's use; rows without a price have none. Eigenvalues are
        floored, so that it can be divided by.
        """
        rows = np.flatnonzero(price > 0)
        hessian = np.zeros((len(price), len(price)))
        for r in rows:
            step = max(round(RELATIVE_STEP * int(price[r])), 1)
            up, down = price.copy(), price.copy()
            up[r] += step
            down[r] = max(down[r] - step, 0)
            change = (self.use(down) - self.use(up)) / (int(up[r]) - int(down[r])) / self.share / UNITS_PER_PERSON
            hessian[:, r] = change * float(price[r]) * price
        kept = np.ix_(rows, rows)
        hessian[kept] = eigenvalues_floored(0.5 * (hessian[kept] + hessian[kept].T))
        return hessian

    def margin_of(self, price: Ints, share: float) -> float:
        """Margin under which about this share of all households lies."""
        margins = np.concatenate([swept.margin for swept in self.swept(price)])
        at = min(int(np.ceil(share * len(margins))), len(margins) - 1)
        return float(np.partition(margins, at)[at])


def eigenvalues_floored(matrix: Floats) -> Floats:
    """Return the matrix with no eigenvalue below a thousandth of the greatest."""
    if not len(matrix):
        return matrix
    level, vector = np.linalg.eigh(matrix)
    least = max(1e-3 * float(level.max()), 1e-12)
    return np.asarray((vector * np.maximum(level, least)) @ vector.T, dtype=np.float64)


def whole_prices(price: Floats) -> Ints:
    """Whole prices, within what stays exact."""
    return np.rint(np.clip(price, 0.0, MOST_PRICE)).astype(np.int64)
