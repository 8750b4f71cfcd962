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
from povlib.allocation.solvers.scale.partition import Part, joined, read_part
from povlib.allocation.solvers.scale.partition_sweep import Sums, Swept, Tables, added_up, sweep_part
from povlib.allocation.solvers.scale.pass_runners import Runner, Threads
from povlib.arrays import Floats, Ints

SAMPLE_HOUSEHOLDS = 200_000
SMALL_SHARE = 0.05
#: prices are whole numbers; beyond this a household's scores would not be exact in float64
MOST_PRICE = 2.0**52
#: relative step of the differences that give the curvature
STEP = 0.004


@dataclass(frozen=True)
class Run:
    """Draw one run of whole villages, about a share of the partition, at a seeded place."""

    share: float
    seed: int

    def __call__(self, path: Path) -> Part:
        """Return copies, so that the mapped file is let go."""
        part = read_part(path)
        goal = int(np.ceil(self.share * part.households))
        if goal >= part.households:
            return _copied(part)
        rng = np.random.default_rng([self.seed, *path.stem.encode()])
        latest = int(np.searchsorted(part.first, part.households - goal, side="right")) - 1
        low = int(rng.integers(0, max(latest, 0) + 1))
        high = int(np.searchsorted(part.first, part.first[low] + goal, side="left"))
        return _copied(part.run(low, max(high, low + 1)))


def _copied(part: Part) -> Part:
    return Part(*(np.array(getattr(part, name), order="C") for name in
                  ("village", "first", "capacity", "override", "value", "amount")))  # fmt: skip


@dataclass(eq=False)
class Sample:
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

    tables: Tables
    parts: list[Part]
    small: list[Part]
    share: float
    threads: Threads
    calls: int = 0

    @classmethod
    def draw(
        cls, runner: Runner, threads: Threads, paths: list[Path], households: int, tables: Tables, seed: int
    ) -> Sample:
        """Draw the sample, one run of villages from every partition."""
        runs = runner.run(Run(min(1.0, SAMPLE_HOUSEHOLDS / households), seed), paths)
        size = sum(part.households for part in runs)
        small = joined([part.run(0, max(1, round(SMALL_SHARE * len(part.village)))) for part in runs])
        pieces: list[list[Part]] = [[] for _ in range(threads.workers)]
        for part in runs:
            cut = np.linspace(0, len(part.village), threads.workers + 1).astype(int).tolist()
            for own, (low, high) in zip(pieces, pairwise(cut), strict=True):
                own.extend([part.run(low, high)] if high > low else [])
        parts = [joined(own) for own in pieces if own]
        return cls(tables, parts, [small], size / households, threads)

    @property
    def small_share(self) -> float:
        """Households of the small sample / all households."""
        return self.share * self.small[0].households / sum(part.households for part in self.parts)

    def swept(self, price: Ints, parts: list[Part] | None = None) -> list[Swept]:
        """Pass over the sample."""
        self.calls += 1
        return self.threads.both(lambda part: sweep_part(part, self.tables, price), parts or self.parts)

    def sums(self, price: Ints, parts: list[Part] | None = None) -> Sums:
        """Bound (without common rows), value and use of the sample."""
        return added_up(swept.sums for swept in self.swept(price, parts))

    def use(self, price: Ints) -> Floats:
        """Use of the common rows."""
        return np.array(self.sums(price).use, dtype=np.float64)

    def minimise(self, start: Ints, scale: Floats, capacity: Floats, calls: int, *, small: bool = False) -> Ints:
        """Minimise the bound of the sample under its own capacities by L-BFGS-B over prices >= 0.

        Returns the whole prices of the least bound seen.
        """
        from scipy.optimize import minimize

        parts = self.small if small else self.parts
        best: list[tuple[float, Ints]] = []

        def slope(x: Floats) -> tuple[float, Floats]:
            price = whole(x * scale)
            sums = self.sums(price, parts)
            bound = (sums.bound + float(price @ capacity)) / UNITS_PER_PERSON
            if not best or bound < best[0][0]:
                best[:] = [(bound, price)]
            return bound, (capacity - np.array(sums.use, dtype=np.float64)) * scale / UNITS_PER_PERSON

        minimize(
            slope, start / scale, jac=True, method="L-BFGS-B", bounds=[(0, None)] * len(start),
            options={"maxfun": calls, "maxiter": calls, "ftol": 0.0, "gtol": 0.0},
        )  # fmt: skip
        return best[0][1]

    def curvature(self, price: Ints) -> Floats:
        """Second derivative of the bound of all households in relative prices (R, R), persons.

        Central differences of the sample's use; rows without a price have none. Eigenvalues are
        floored, so that it can be divided by.
        """
        rows = np.flatnonzero(price > 0)
        found = np.zeros((len(price), len(price)))
        for r in rows:
            step = max(round(STEP * int(price[r])), 1)
            up, down = price.copy(), price.copy()
            up[r] += step
            down[r] = max(down[r] - step, 0)
            change = (self.use(down) - self.use(up)) / (int(up[r]) - int(down[r])) / self.share / UNITS_PER_PERSON
            found[:, r] = change * float(price[r]) * price
        kept = np.ix_(rows, rows)
        found[kept] = floored(0.5 * (found[kept] + found[kept].T))
        return found

    def margin_of(self, price: Ints, share: float) -> float:
        """Margin under which about this share of all households lies."""
        margins = np.concatenate([swept.margin for swept in self.swept(price)])
        at = min(int(np.ceil(share * len(margins))), len(margins) - 1)
        return float(np.partition(margins, at)[at])


def floored(matrix: Floats) -> Floats:
    """Return the matrix with no eigenvalue below a thousandth of the greatest."""
    if not len(matrix):
        return matrix
    level, vector = np.linalg.eigh(matrix)
    least = max(1e-3 * float(level.max()), 1e-12)
    return np.asarray((vector * np.maximum(level, least)) @ vector.T, dtype=np.float64)


def whole(price: Floats) -> Ints:
    """Whole prices, within what stays exact."""
    return np.rint(np.clip(price, 0.0, MOST_PRICE)).astype(np.int64)
