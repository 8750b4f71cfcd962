"""Prices of all rows of an office: the linear relaxation of all its parts at once.

Only the packages near the best of their household take part in it (`part_relaxation`), so that an office of 200,000
households with 6.7 million packages, 47 rows of the office and 8,000 of its parts is small enough for one program after
another. Responsible for these prices, for what the relaxed optimum takes and opens, for each group's *quota* (what that
gives it of the office's rows), and for prices by name, as they are posted. Not responsible for whole choices.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from povlib.allocation.parts.compact_form import CompactOffice
from povlib.allocation.parts.part_groups import PartGroups
from povlib.allocation.parts.part_relaxation import (
    POINT,
    KindColumns,
    columns_with_office_rows,
    relaxed_columns,
)
from povlib.allocation.problem.bundled_funds import CHILD, WHOLE
from povlib.allocation.problem.sparse_matrices import one_under_another
from povlib.allocation.proof.certificate import UNITS_PER_MICRO
from povlib.arrays import Floats, Ints
from povlib.vocabulary.resource_keys import outside_kept_share, share_key

#: households of the coarsest sample at least, and how many times finer the next is: choices. At 20,000 households one
#: sample of 5,000 in front halved the search, of 19,000 steps of the simplex method 5,000 were left
LEAST_SAMPLE, TIMES = 2_500, 4


@dataclass(frozen=True, eq=False)
class OfficePrices:
    """The relaxation of an office of one group.

    Attributes
    ----------
    shared, own : float (O,), (L,)
        Points a unit of the office's rows, and of those of its parts.
    bound : float
        Points: no plan is worth more.
    taken : int64 (N,)
        Packages of households with a weight.
    weight : float (N,)
    opened : float (W,)
        Weight of each way to open.
    """

    shared: Floats
    own: Floats
    bound: float
    taken: Ints
    weight: Floats
    opened: Floats


@dataclass(frozen=True, eq=False)
class GroupPrices:
    """The same prices, for groups of parts that are chosen in one after the other.

    Attributes
    ----------
    shared : float (O,)
    own : list of float (L,)
        Of each group.
    quota : float (groups, O)
        What the relaxed optimum gives the households of each group of the office's rows.
    """

    shared: Floats
    own: list[Floats]
    quota: Floats


def office_prices(compact: CompactOffice, near: OfficePrices | None = None, every: int = 1) -> OfficePrices | None:
    """Return prices of least bound; None where no weights keep every row.

    Parameters
    ----------
    compact : CompactOffice
        Of one group.
    near : OfficePrices, optional
        Of nearly the same office, with the same rows: its prices are where the search begins.
    every : int
        One household in so many stands for as many: prices of a sample, found in far less time. Their `bound` is that
        of the office made so, `weight` the households that a package stands for.
    """
    columns, package, stands_for = _sample(compact, every)
    answer = relaxed_columns(columns, None if near is None else np.concatenate([near.shared, near.own]))
    if answer is None:
        return None
    part, count = compact.parts[0], len(compact.capacity)
    taken, weight = package[answer.taken], answer.weight * stands_for[answer.taken]
    opened = np.zeros(len(part.value) - part.first_way)
    way = taken >= part.first_way
    np.add.at(opened, taken[way] - part.first_way, weight[way])
    return OfficePrices(answer.price[:count], answer.price[count:], answer.bound, taken[~way], weight[~way], opened)


def _sample(compact: CompactOffice, every: int) -> tuple[KindColumns, Ints, Floats]:
    """Return one household in `every` and all facilities: columns, package of each, and how many it stands for."""
    part = compact.parts[0]
    given = columns_with_office_rows(part, compact.capacity.astype(np.float64), compact.limit[0])
    if every == 1:
        return given, np.arange(len(given.value)), np.ones(len(given.value))
    # some of every village: households lie village by village
    homes = np.concatenate([np.arange(0, part.households, every), np.arange(part.households, len(part.start) - 1)])
    length = np.diff(part.start)[homes]
    start = np.concatenate([[0], np.cumsum(length)])
    package = np.repeat(part.start[homes] - start[:-1], length) + np.arange(start[-1])
    of_home = package < part.first_way
    # what stands for many is worth and uses as much more; a facility is opened once, as it is
    stands_for = np.where(of_home, float(every), 1.0)
    use = one_under_another([given.use * float(every), given.use])
    kind = given.kind[package] + np.where(of_home, 0, given.use.shape[0])
    return KindColumns(start, given.value[package] * stands_for, kind, use, given.limit), package, stands_for


def with_more_sets(prices: OfficePrices, compact: CompactOffice, sets: int) -> OfficePrices:
    """Return prices with a row for each of so many sets of funds: those that `compact` lacks are behind its own.

    Parameters
    ----------
    compact : CompactOffice
        Of one group, whose prices they are.
    sets : int
        Sets of funds in all; the new ones have a price of nothing.
    """
    known = len(compact.shared) + len(compact.states)
    new = np.zeros(sets - len(compact.states))
    return replace(prices, shared=np.concatenate([prices.shared[:known], new, prices.shared[known:]]))


def samples_of(households: int) -> list[int]:
    """Return the samples in which prices of an office are sought in turn, the coarsest first: one household in so many.

    Examples
    --------
    >>> samples_of(5_000), samples_of(200_000)
    ([1], [64, 16, 4, 1])
    """
    finer = [1]
    while households >= finer[0] * TIMES * LEAST_SAMPLE:
        finer = [finer[0] * TIMES, *finer]
    return finer


def prices_of_groups(compact: CompactOffice, prices: OfficePrices, groups: PartGroups) -> GroupPrices:
    """Return the prices of an office of one group for the groups that its parts are put into.

    Parameters
    ----------
    compact : CompactOffice
        Of one group, whose prices they are.
    groups : PartGroups
        Of the same parts in the same order; what they may open may be decided already.
    """
    part = compact.parts[0]
    ends = np.cumsum([group.households for group in groups.compact.parts])
    home = np.searchsorted(part.start, prices.taken, side="right") - 1
    mine = np.searchsorted(ends, home, side="right")
    use = part.office[part.kind[prices.taken]].astype(np.float64).multiply(prices.weight[:, None]).tocsr()
    quota = np.stack([np.asarray(use[mine == at].sum(axis=0)).ravel() for at in range(len(ends))])
    rows = np.cumsum([len(limit) for limit in groups.compact.limit])[:-1]
    return GroupPrices(prices.shared, np.split(prices.own, rows), quota)


def whole_units(price: Floats) -> Ints:
    """Return prices in points a unit as whole 1e-12 person a unit."""
    return np.asarray(np.rint(np.maximum(price, 0.0) * (POINT * UNITS_PER_MICRO)), dtype=np.int64)


def posted_prices(compact: CompactOffice, prices: OfficePrices) -> dict[str, int]:
    """Return the prices of an office of one group by name, in 1e-12 person a unit."""
    return posted_by_name(compact, whole_units(prices.shared), [whole_units(prices.own)])


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
