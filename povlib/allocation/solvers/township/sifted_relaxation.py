"""The relaxation of a township from prices that are nearly right.

Responsible for such prices (a few rounds of subgradients, compiled), for a small linear program over
the packages near the best at these prices, and for pricing all others until none is missing (sifting;
Bixby, Gregory, Lustig, Marsten and Shanno 1992). The optimum is that of the whole relaxation; where
anything goes wrong nothing is returned, and the whole relaxation is solved instead. Compiled on
import, so imported only when needed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from povlib.allocation.problem.sparse_matrices import Sparse, csc, csr, one_under_another
from povlib.allocation.solvers.compiled_loops import compiled
from povlib.allocation.solvers.township.solver_process import shared_solver
from povlib.arrays import Bools, Floats, Ints

#: subgradient rounds from nothing, and from the prices of another plan (a choice;
#: the relaxation of a township takes 12-14 ms in all, see docs/benchmarks/allocation.md)
COLD_ROUNDS, WARM_ROUNDS = 160, 30
#: first step of a price, as a part of what choosing is worth a group, per largest use
COLD_STEP, WARM_STEP = 0.1, 0.005
#: packages in the small program beside each group's best, for each group
PACKAGES_A_GROUP = 1.2
#: small programs solved before the whole relaxation is left to the solver (a choice; a safety against cycling)
MOST_PROGRAMS = 12
#: points; no package outside the small program is better than this
MISSED_POINTS = 1e-6
LP_OPTIONS = {"solver": "simplex", "presolve": "off", "simplex_scale_strategy": 0}


@compiled
def lower_bound_by_subgradients(
    start: Any, c: Any, first: Any, row: Any, data: Any, b: Any, unit: Any, price: Any, rounds: int, step: float
) -> float:
    """Lower the bound that `price` proves by subgradients with momentum (Kingma and Ba 2015).

    start: columns of each group; first, row, data: uses by column; unit: step of each price.
    `price` becomes the best met; returns its bound.
    """
    rows = len(b)
    at, mean, square = price.copy(), np.zeros(rows), np.zeros(rows)
    left, best, fades, lasts = np.empty(rows), np.inf, 1.0, 1.0
    for t in range(rounds):
        bound = 0.0
        for r in range(rows):
            left[r] = b[r]
            bound += b[r] * at[r]
        for g in range(len(start) - 1):
            line, chosen = -np.inf, start[g]
            for j in range(start[g], start[g + 1]):
                score = c[j]
                for k in range(first[j], first[j + 1]):
                    score -= data[k] * at[row[k]]
                if score > line:
                    line, chosen = score, j
            bound += line
            for k in range(first[chosen], first[chosen + 1]):
                left[row[k]] -= data[k]
        if bound < best:
            best = bound
            price[:] = at
        size = step * (1.0 - t / rounds)
        fades, lasts = 0.9 * fades, 0.99 * lasts
        for r in range(rows):
            mean[r] = 0.9 * mean[r] + 0.1 * left[r]
            square[r] = 0.99 * square[r] + 0.01 * left[r] * left[r]
            slope = mean[r] / (1.0 - fades) / (np.sqrt(square[r] / (1.0 - lasts)) + 1e-12)
            at[r] = max(0.0, at[r] - size * unit[r] * slope)
    return best


def sifted_optimum(
    c: Floats,
    group: Ints,
    a: Sparse,
    b: Floats,
    time_limit_s: float,
    warm: Floats | None = None,
    *,
    always: Bools | None = None,
    warm_rounds: int = WARM_ROUNDS,
) -> tuple[Floats, Floats, int] | None:
    """Solve max c.x, a x <= b, one column of each group; None where the small program fails.

    Returns weights of the columns, prices of the rows and simplex iterations.

    Parameters
    ----------
    group : int64 (columns,)
        Columns of a group stand together.
    warm : float (R,), optional
        Prices that are nearly right.
    warm_rounds : int
        Rounds of subgradients from these.
    always : bool (columns,), optional
        Columns that are in every small program: without the one that shuts it, an opening that asks for many
        households might leave no choice that keeps every row.
    """
    start = np.append(np.flatnonzero(np.diff(group, prepend=-1)), len(group)).astype(np.int64)
    part = _KeptColumns(c, np.repeat(np.arange(len(start) - 1), np.diff(start)), start, csr(a.T), b, always)
    price = np.zeros(len(b)) if warm is None else warm.copy()
    # a post that opens adds many seats of which a household takes one: prices step by what households use. Else the
    # first prices of the practice township with four workshops prove 467 persons, not 453, of the 452.5 that there are
    most_used = abs(a if always is None or always.all() else a[:, np.flatnonzero(~always)])
    largest = np.asarray(most_used.max(axis=1).toarray()).ravel()
    unit = 1.0 / np.where(largest > 0, largest, 1.0)
    spread = float((np.maximum.reduceat(c, start[:-1]) - np.minimum.reduceat(c, start[:-1])).mean())
    rounds, step = (COLD_ROUNDS, COLD_STEP) if warm is None else (warm_rounds, WARM_STEP)
    use = part.use
    lower_bound_by_subgradients(start, c, use.indptr, use.indices, use.data, b, unit, price, rounds, step * spread)
    iterations = 0
    for _ in range(MOST_PROGRAMS):
        base = part.near(price)
        own = part.own(base)
        answer = shared_solver().ask(part.request(base, own, time_limit_s), time_limit_s)
        # where openings ask for takers or hold them back the nearest columns alone may keep no row
        if answer is not None and answer["status"] == "Infeasible" and part.keep_idle_columns():
            continue
        if answer is None or answer["status"] != "Optimal":
            return None
        iterations += int(answer["iterations"])
        price = np.maximum(answer["dual"][: len(b)], 0.0)
        if part.missed(price) <= MISSED_POINTS:
            return part.weights(base, own, answer["x"]), price, iterations
    return None


@dataclass(eq=False)
class _KeptColumns:
    """The columns kept so far, and the small program over them."""

    c: Floats
    group: Ints
    start: Ints
    use: Sparse
    b: Floats
    always: Bools | None = None
    kept: Bools = field(init=False)

    def __post_init__(self) -> None:
        self.kept = np.zeros(len(self.c), dtype=bool) if self.always is None else self.always.copy()

    def near(self, price: Floats) -> Ints:
        """Keep the columns nearest to the best of their group; returns each group's best."""
        line = self.c - self.use @ price
        loss = np.maximum.reduceat(line, self.start[:-1])[self.group] - line
        last = min(int((1 + PACKAGES_A_GROUP) * (len(self.start) - 1)), len(loss)) - 1
        self.kept |= loss <= np.partition(loss, last)[last]
        base = np.full(len(self.start) - 1, -1, dtype=np.int64)
        best = np.flatnonzero(loss == 0.0)[::-1]
        base[self.group[best]] = best
        self.kept[base] = True
        return base

    def keep_idle_columns(self) -> bool:
        """Keep the columns that use nothing; False where all of them were kept already."""
        idle = (np.diff(self.use.indptr) == 0) & ~self.kept
        self.kept |= idle
        return bool(idle.any())

    def missed(self, price: Floats) -> float:
        """Return by how much a column that is not kept is better, in its group, than all that are."""
        line = self.c - self.use @ price
        best = np.maximum.reduceat(np.where(self.kept, line, -np.inf), self.start[:-1])
        return float((np.maximum.reduceat(line, self.start[:-1]) - best).max())

    def own(self, base: Ints) -> Ints:
        """Return the kept columns but each group's base column, which takes the rest of its weight."""
        kept = np.flatnonzero(self.kept)
        return np.asarray(kept[kept != base[self.group[kept]]], dtype=np.int64)

    def request(self, base: Ints, own: Ints, time_limit_s: float) -> dict[str, Any]:
        """Return the program: rows, then one row for each group with several free columns."""
        group = self.group[own]
        several = np.flatnonzero(np.bincount(group, minlength=len(base)) > 1)
        place = np.full(len(base), -1)
        place[several] = np.arange(len(several))
        at = np.flatnonzero(place[group] >= 0)
        once = csr((np.ones(len(at)), (place[group[at]], at)), shape=(len(several), len(own)))
        rows = csr((self.use[own] - self.use[base[group]]).T)
        left = self.b - np.asarray(self.use[base].sum(axis=0)).ravel()
        a = csc(one_under_another([rows, once]))
        return {
            "kind": "lp", "c": self.c[own] - self.c[base[group]], "b": np.concatenate([left, np.ones(len(several))]),
            "equalities": 0, "start": a.indptr.astype(np.int32), "index": a.indices.astype(np.int32), "data": a.data,
            "upper": np.ones(len(own)), "options": {**LP_OPTIONS, "time_limit": time_limit_s},
        }  # fmt: skip

    def weights(self, base: Ints, own: Ints, found: Floats) -> Floats:
        """Return the weights of all columns."""
        x = np.zeros(len(self.c))
        x[own] = found
        x[base] = 1.0 - np.bincount(self.group[own], found, minlength=len(base))
        return x
