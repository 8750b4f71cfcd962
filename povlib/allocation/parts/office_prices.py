"""Prices of the office's rows, and of each part's own at these: the relaxation of many parts, part by part.

At given prices of the office's rows every part is a relaxation of its own (Dantzig and Wolfe 1960): its optimum is a
cut under the bound, its use of the office's rows the slope. A master program over all cuts gives the next prices,
within a box around the best ones (Marsten, Hogan and Blankenship 1975). Responsible for these prices and for each
part's *quota*: what the relaxed optimum gives it of the office's rows; and for prices by name, as they are posted. Not
responsible for whole choices.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from povlib.allocation.parts.compact_form import CompactOffice
from povlib.allocation.parts.compact_openings import use_of_ways
from povlib.allocation.parts.part_relaxation import (
    POINT,
    RelaxedColumns,
    columns_of_part,
    columns_with_office_rows,
    relaxed_columns,
)
from povlib.allocation.problem.bundled_funds import CHILD, WHOLE
from povlib.allocation.problem.sparse_matrices import csr
from povlib.allocation.proof.certificate import UNITS_PER_MICRO
from povlib.allocation.solvers.compiled_loops import answers_of_threads
from povlib.arrays import Floats, Ints
from povlib.linear_programs import quiet_highs
from povlib.vocabulary.resource_keys import outside_kept_share, share_key

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
    opened : float (W,)
        Weight of each way to open the part's facilities.
    taken, weight
        Packages (of the compact part) with a weight.
    """

    line: float
    value: float
    use: Floats
    own: Floats
    opened: Floats
    taken: Ints
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
        Of the households of each part.
    opened : list of float (W,)
        Of each part: how much of each way to open its facilities the relaxed optimum takes.
    cuts : list of lists of PartOptimum
        What was found of each part at all prices.
    passes : int
    settled : bool
        The bound is the relaxation's optimum to the tolerance asked for.
    """

    shared: Floats
    bound: float
    optimum: list[PartOptimum]
    quota: Floats
    opened: list[Floats]
    cuts: list[list[PartOptimum]]
    passes: int
    settled: bool


@dataclass(eq=False)
class _Master:
    """All cuts so far: value and use of each part's optima."""

    capacity: Floats
    parts: int
    part: list[int] = field(default_factory=list)
    cuts: list[PartOptimum] = field(default_factory=list)

    def add(self, at: int, found: PartOptimum) -> None:
        """Add a cut of a part; its packages are not kept: forty passes over a million households would take a GB."""
        self.part.append(at)
        nothing = np.zeros(0)
        self.cuts.append(replace(found, own=nothing, taken=nothing.astype(np.int64), weight=nothing))

    def of_parts(self) -> list[list[PartOptimum]]:
        """Return the cuts of each part."""
        return [[cut for at, cut in zip(self.part, self.cuts, strict=True) if at == p] for p in range(self.parts)]

    def solved(self, low: Floats, high: Floats) -> tuple[Floats, float, Floats] | None:
        """Return the prices within a box of least bound by the cuts, that bound, and the weight of each cut."""
        import highspy

        rows, cuts = len(self.capacity), len(self.part)
        scale = _price_scale(self.capacity)
        use = np.stack([cut.use for cut in self.cuts])
        matrix = np.concatenate([use * scale, np.zeros((cuts, self.parts))], axis=1)
        matrix[np.arange(cuts), rows + np.array(self.part)] = 1.0
        a = csr(matrix)
        model = highspy.HighsLp()
        model.num_col_, model.num_row_ = rows + self.parts, cuts
        model.col_cost_ = np.concatenate([self.capacity * scale, np.ones(self.parts)])
        free = np.full(self.parts, highspy.kHighsInf)
        model.col_lower_ = np.concatenate([low / scale, -free])
        model.col_upper_ = np.concatenate([high / scale, free])
        model.row_lower_ = np.array([cut.value for cut in self.cuts])
        model.row_upper_ = np.full(cuts, highspy.kHighsInf)
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

    def weighted(self, weight: Floats) -> tuple[Floats, list[Floats]]:
        """Return what the weighted cuts give each part of the office's rows, and how they open its facilities."""
        quota = np.zeros((self.parts, len(self.capacity)))
        opened: list[Floats] = [np.zeros(0)] * self.parts
        for at, cut, part in zip(self.part, self.cuts, weight.tolist(), strict=True):
            quota[at] += part * cut.use
            opened[at] = part * cut.opened + (opened[at] if len(opened[at]) else 0.0)
        return quota, opened


def _price_scale(capacity: Floats) -> Floats:
    """Return the size of each price: one over the capacity, so that all prices of the master are near one."""
    return np.asarray(1e6 / np.maximum(np.abs(capacity), 1e3), dtype=np.float64)


def office_prices(
    compact: CompactOffice, tolerance: float, late: Callable[[], bool], near: OfficePrices | None = None
) -> OfficePrices | None:
    """Return prices of least bound; None where no weights keep every row.

    Parameters
    ----------
    tolerance : float
        Points: the bound may lie so much above the relaxation's optimum.
    late : callable
        Whether the time is over.
    near : OfficePrices, optional
        Of the same office with other facilities decided: their prices are where the search begins.
    """
    capacity = compact.capacity.astype(np.float64)
    if len(compact.parts) == 1:
        return _prices_at_once(compact, capacity, near)
    if near is not None:
        return _prices_by_cuts(
            compact, capacity, near.shared, [found.own for found in near.optimum], tolerance, late, near.cuts
        )
    share = compact.parts[0].households / sum(part.households for part in compact.parts)
    first = relaxed_columns(columns_with_office_rows(compact.parts[0], capacity * share, compact.limit[0]))
    if first is None:
        return None
    shared, own = first.price[: len(capacity)], first.price[len(capacity) :]
    return _prices_by_cuts(compact, capacity, shared, [own, *[None] * (len(compact.parts) - 1)], tolerance, late)


def _prices_at_once(compact: CompactOffice, capacity: Floats, near: OfficePrices | None) -> OfficePrices | None:
    """Return the prices of an office of one part, its own rows among the office's."""
    start = None if near is None else np.concatenate([near.shared, near.optimum[0].own])
    answer = relaxed_columns(columns_with_office_rows(compact.parts[0], capacity, compact.limit[0]), start)
    if answer is None:
        return None
    shared, own = answer.price[: len(capacity)], answer.price[len(capacity) :]
    line = answer.bound - float((shared * capacity).sum())
    found = _weighted_packages(compact, 0, line, own, answer)
    return _as_prices(compact, shared, answer.bound, [found], (found.use[None, :], [found.opened]), [[found]], 1, True)


def _weighted_packages(
    compact: CompactOffice, at: int, line: float, own: Floats, answer: RelaxedColumns
) -> PartOptimum:
    """Return a relaxed optimum with what its weights are worth, use and open."""
    part = compact.parts[at]
    use = np.asarray(part.office[part.kind[answer.taken]].astype(np.float64).T @ answer.weight)
    value = float((part.value[answer.taken] / POINT * answer.weight).sum())
    opened = np.zeros(len(part.value) - part.first_way)
    way = answer.taken >= part.first_way
    np.add.at(opened, answer.taken[way] - part.first_way, answer.weight[way])
    return PartOptimum(line, value, use, own, opened, answer.taken, answer.weight)


def _as_prices(
    compact: CompactOffice, shared: Floats, bound: float, optimum: list[PartOptimum],
    weighted: tuple[Floats, list[Floats]], cuts: list[list[PartOptimum]], passes: int, settled: bool,
) -> OfficePrices:  # fmt: skip
    """Return prices with the quotas of households: what openings use is taken off those of their parts."""
    quota, opened = weighted[0].copy(), weighted[1]
    for at, part in enumerate(compact.parts):
        if part.openings:
            quota[at] -= use_of_ways(part, opened[at])
    return OfficePrices(shared, bound, optimum, quota, opened, cuts, passes, settled)


def _optimum(compact: CompactOffice, at: int, shared: Floats, own: Floats | None) -> PartOptimum | None:
    """Return the relaxation of one part at some prices of the office's rows."""
    part = compact.parts[at]
    found = relaxed_columns(columns_of_part(part, compact.limit[at], shared), own)
    if found is None:
        return None
    return _weighted_packages(compact, at, found.bound, found.price, found)


def _optima(compact: CompactOffice, shared: Floats, own: list[Floats | None]) -> list[PartOptimum] | None:
    """Return the relaxation of every part at some prices; None where one has no weights that keep every row."""
    told = answers_of_threads(lambda at: _optimum(compact, at, shared, own[at]), len(compact.parts))
    found = [one for one in told if one is not None]
    return found if len(found) == len(told) else None


def _prices_by_cuts(
    compact: CompactOffice, capacity: Floats, shared: Floats, own: list[Floats | None], tolerance: float,
    late: Callable[[], bool], known: list[list[PartOptimum]] | None = None,
) -> OfficePrices | None:  # fmt: skip
    """Move the prices by the master until its bound meets that of the parts.

    known: cuts of the parts where other facilities are decided; they hold where none of the part's own were.
    """
    master = _Master(capacity, len(compact.parts))
    for at, cuts in enumerate(known or []):
        ways = len(compact.parts[at].value) - compact.parts[at].first_way
        for cut in cuts:
            if len(cut.opened) == ways:
                master.add(at, cut)
    best: tuple[float, Floats, list[PartOptimum]] | None = None
    box, settled, passes, price = BOX, False, 0, shared
    while passes < MOST_PASSES and not settled and not (passes and late()):
        optima = _optima(compact, price, own)
        if optima is None:
            return None
        passes += 1
        own = [found.own for found in optima]
        for at, found in enumerate(optima):
            master.add(at, found)
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
    last = np.stack([found.use for found in best[2]]), [found.opened for found in best[2]]
    weighted = last if final is None else master.weighted(final[2])
    return _as_prices(compact, best[1], best[0], best[2], weighted, master.of_parts(), passes, settled)


def whole_units(price: Floats) -> Ints:
    """Return prices in points a unit as whole 1e-12 person a unit."""
    return np.asarray(np.rint(np.maximum(price, 0.0) * (POINT * UNITS_PER_MICRO)), dtype=np.int64)


def posted_prices(compact: CompactOffice, prices: OfficePrices) -> dict[str, int]:
    """Return the prices of a relaxation by name, in 1e-12 person a unit."""
    return posted_by_name(compact, whole_units(prices.shared), [whole_units(found.own) for found in prices.optimum])


def posted_by_name(compact: CompactOffice, shared: Ints, own: Sequence[Ints]) -> dict[str, int]:
    """Return prices by name: rows of the office, of each part, shares, funds and their children.

    Parameters
    ----------
    shared : int64 (O + states + shares,)
        Whole prices >= 0 of the rows that `CompactOffice.capacity` lists.
    own : for each part int64 (L,)
    """
    office = compact.office
    keys = office.rows["row"].to_numpy(object)
    rows, states = len(compact.shared), len(compact.states)
    named = dict(zip(keys[compact.shared], shared[:rows].tolist(), strict=True))
    for at, price in enumerate(own):
        named |= dict(zip(keys[compact.own[at]], price.tolist(), strict=True))
    for rule, price in zip(office.shares, shared[rows + states :].tolist(), strict=True):
        named[share_key(rule.name)] = price
    for state, price in zip(compact.states, shared[rows : rows + states].tolist(), strict=True):
        for fund, taken in zip(office.funds, state, strict=True):
            key = {WHOLE: fund, CHILD: outside_kept_share(fund)}.get(taken)
            if key is not None:
                named[key] = named.get(key, 0) + price
    return {name: int(named[name]) for name in sorted(named) if named[name]}
