"""Prices of the office's rows, and of each part's own at these: the relaxation of many parts, part by part.

At given prices of the office's rows every part is a relaxation of its own (Dantzig and Wolfe 1960): its optimum is a
cut under the bound, its use of the office's rows the slope. A master program over all cuts gives the next prices,
within a box around the best ones (Marsten, Hogan and Blankenship 1975). Responsible for these prices and for each
part's *quota*: what the relaxed optimum gives it of the office's rows. Not responsible for whole choices.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from povlib.allocation.parts.compact_parts import CompactOffice
from povlib.allocation.parts.part_relaxation import POINT, columns_of_part, columns_with_office_rows, relaxed_columns
from povlib.allocation.problem.sparse_matrices import csr
from povlib.allocation.solvers.compiled_loops import answers_of_threads
from povlib.arrays import Floats
from povlib.linear_programs import quiet_highs

#: half the box around the best prices, as a part of each and of the price scale; doubled where a better point lies on
#: its border, halved where the master was wrong
BOX, SMALLEST_BOX, LARGEST_BOX, BOX_OF_SCALE, SETTLED_BOX = 0.1, 1e-4, 0.5, 1e-4, 0.02
#: how far towards the master's prices a pass goes: the whole way they jump from border to border of the box
STEP_TO_AIM = 0.5
#: passes over all parts before the search for prices ends; see docs/allocation.md for how many were needed
MOST_PASSES = 40


@dataclass(frozen=True, eq=False)
class PartOptimum:
    """The relaxation of one part at some prices of the office's rows.

    Attributes
    ----------
    line : float
        Its bound at these prices, in points.
    value : float
        What its weights are worth, in points.
    use : float (O,)
        What they use of the office's rows.
    own : float (L,)
        Prices of the part's own rows.
    taken, weight
        Packages (of the compact part) with a weight.
    """

    line: float
    value: float
    use: Floats
    own: Floats
    taken: Any
    weight: Floats


@dataclass(frozen=True, eq=False)
class OfficePrices:
    """Result.

    Attributes
    ----------
    shared : float (O,)
        Points a unit of the office's rows.
    bound : float
        Points.
    optimum : list of PartOptimum
        Of each part, at these prices.
    quota : float (parts, O)
    passes : int
    settled : bool
        The bound is the relaxation's optimum to the tolerance asked for.
    """

    shared: Floats
    bound: float
    optimum: list[PartOptimum]
    quota: Floats
    passes: int
    settled: bool


@dataclass(eq=False)
class _Master:
    """All cuts so far: value and use of each part's optima."""

    capacity: Floats
    parts: int
    part: list[int] = field(default_factory=list)
    value: list[float] = field(default_factory=list)
    use: list[Floats] = field(default_factory=list)

    def add(self, optima: list[PartOptimum]) -> None:
        """Add a cut of each part."""
        for at, found in enumerate(optima):
            self.part.append(at)
            self.value.append(found.value)
            self.use.append(found.use)

    def solved(self, low: Floats, high: Floats) -> tuple[Floats, float, Floats] | None:
        """Return the prices within a box of least bound by the cuts, that bound, and the weight of each cut."""
        import highspy

        rows, cuts = len(self.capacity), len(self.part)
        scale = _price_scale(self.capacity)
        use = np.stack(self.use)
        matrix = np.concatenate([use * scale, np.zeros((cuts, self.parts))], axis=1)
        matrix[np.arange(cuts), rows + np.array(self.part)] = 1.0
        a = csr(matrix)
        model = highspy.HighsLp()
        model.num_col_, model.num_row_ = rows + self.parts, cuts
        model.col_cost_ = np.concatenate([self.capacity * scale, np.ones(self.parts)])
        free = np.full(self.parts, highspy.kHighsInf)
        model.col_lower_ = np.concatenate([low / scale, -free])
        model.col_upper_ = np.concatenate([high / scale, free])
        model.row_lower_, model.row_upper_ = np.array(self.value), np.full(cuts, highspy.kHighsInf)
        model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        model.a_matrix_.start_, model.a_matrix_.index_ = a.indptr.astype(np.int32), a.indices.astype(np.int32)
        model.a_matrix_.value_ = a.data
        highs = quiet_highs({"threads": 1, "solver": "simplex", "presolve": "off"})
        highs.passModel(model)
        highs.run()
        if highs.modelStatusToString(highs.getModelStatus()) != "Optimal":
            return None
        found = highs.getSolution()
        price = np.clip(np.asarray(found.col_value)[:rows] * scale, low, high)
        return price, float(highs.getInfo().objective_function_value), np.maximum(np.asarray(found.row_dual), 0.0)

    def quotas(self, weight: Floats) -> Floats:
        """Return what the weighted cuts give each part of the office's rows."""
        quota = np.zeros((self.parts, len(self.capacity)))
        np.add.at(quota, np.array(self.part), np.stack(self.use) * weight[:, None])
        return quota


def _price_scale(capacity: Floats) -> Floats:
    """Return the size of each price: one over the capacity, so that all prices of the master are near one."""
    return np.asarray(1e6 / np.maximum(np.abs(capacity), 1e3), dtype=np.float64)


def office_prices(compact: CompactOffice, tolerance: float, late: Callable[[], bool]) -> OfficePrices | None:
    """Return prices of least bound; None where no weights keep every row.

    Parameters
    ----------
    tolerance : float
        Points: the bound may lie so much above the relaxation's optimum.
    late : callable
        Whether the time is over.
    """
    capacity = compact.capacity.astype(np.float64)
    share = compact.parts[0].households / sum(part.households for part in compact.parts)
    first = relaxed_columns(columns_with_office_rows(compact.parts[0], capacity * share, compact.limit[0]))
    if first is None:
        return None
    shared, own = first.price[: len(capacity)], first.price[len(capacity) :]
    if len(compact.parts) == 1:
        part = compact.parts[0]
        use = np.asarray(part.office[part.kind[first.taken]].astype(np.float64).T @ first.weight)
        value = float((part.value[first.taken] / POINT * first.weight).sum())
        line = first.bound - float((shared * capacity).sum())
        found = PartOptimum(line, value, use, own, first.taken, first.weight)
        return OfficePrices(shared, first.bound, [found], use[None, :], 1, True)
    return _prices_by_cuts(compact, capacity, shared, [own, *[None] * (len(compact.parts) - 1)], tolerance, late)


def _optimum(compact: CompactOffice, at: int, shared: Floats, own: Floats | None) -> PartOptimum | None:
    """Return the relaxation of one part at some prices of the office's rows."""
    part = compact.parts[at]
    found = relaxed_columns(columns_of_part(part, compact.limit[at], shared), own)
    if found is None:
        return None
    use = np.asarray(part.office[part.kind[found.taken]].astype(np.float64).T @ found.weight)
    value = float((part.value[found.taken] / POINT * found.weight).sum())
    return PartOptimum(found.bound, value, use, found.price, found.taken, found.weight)


def _optima(compact: CompactOffice, shared: Floats, own: list[Floats | None]) -> list[PartOptimum] | None:
    """Return the relaxation of every part at some prices; None where one has no weights that keep every row."""
    told = answers_of_threads(lambda at: _optimum(compact, at, shared, own[at]), len(compact.parts))
    found = [one for one in told if one is not None]
    return found if len(found) == len(told) else None


def _prices_by_cuts(
    compact: CompactOffice, capacity: Floats, shared: Floats, own: list[Floats | None], tolerance: float,
    late: Callable[[], bool],
) -> OfficePrices | None:  # fmt: skip
    """Move the prices by the master until its bound meets that of the parts."""
    master = _Master(capacity, len(compact.parts))
    best: tuple[float, Floats, list[PartOptimum]] | None = None
    box, settled, passes, price = BOX, False, 0, shared
    while passes < MOST_PASSES and not settled and not (passes and late()):
        optima = _optima(compact, price, own)
        if optima is None:
            return None
        passes += 1
        own = [found.own for found in optima]
        master.add(optima)
        bound = sum(found.line for found in optima) + float((price * capacity).sum())
        better = best is None or bound < best[0]
        if best is not None:
            box = min(2.0 * box, LARGEST_BOX) if better else max(0.5 * box, SMALLEST_BOX)
        if best is None or better:
            best = (bound, price, optima)
        centre = best[1]
        width = box * centre + BOX_OF_SCALE * box * _price_scale(capacity)
        answer = master.solved(np.maximum(centre - width, 0.0), centre + width)
        if answer is None:
            return None
        aim, under, _ = answer
        price = centre + STEP_TO_AIM * (aim - centre)
        # the bound is convex: what a box of some per cent does not better, the rest does hardly
        settled = best[0] - under <= tolerance and box >= SETTLED_BOX
    assert best is not None
    final = master.solved(np.zeros(len(capacity)), np.full(len(capacity), 1e30))
    quota = master.quotas(final[2]) if final is not None else np.stack([found.use for found in best[2]])
    return OfficePrices(best[1], best[0], best[2], quota, passes, settled)
