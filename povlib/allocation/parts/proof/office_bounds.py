"""What posted prices prove about all plans of an office: lines and counted rows added up part by part.

Responsible for the bound of each case, for which rows of few places are counted whole instead of priced, and for the
price of what there is. Not responsible for a part's lines (`part_arithmetic`) nor for finding prices.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import numpy as np

from povlib.allocation.parts.joined_office import JoinedOffice
from povlib.allocation.parts.proof.part_arithmetic import PartArithmetic
from povlib.allocation.proof.counted_rows import BestByPlaces, joined_households, no_households
from povlib.vocabulary.resource_keys import outside_kept_share

#: rows of more places than this are never counted whole: a choice. Villages have one to three posts of a kind, and what
#: half a household leaves unproved grows no larger with the places
MOST_PLACES = 8

Cases = Sequence[tuple[Mapping[str, int], Mapping[str, int]]]
"""Level by facility of what each case decides, and its posted prices."""


def proved_bounds(
    office: JoinedOffice, divisor: tuple[int, ...], cases: Cases, counted: Collection[str] = ()
) -> list[int]:
    """Return the bound that the prices of each case prove, in 1e-12 person; each part is read once.

    Parameters
    ----------
    cases : sequence of (levels, prices)
    counted : collection of str
        Rows that are counted whole: their households' best whole choice stands in place of lines and price
        (`povlib.allocation.proof.counted_rows`), and their price counts for nothing.

    Raises
    ------
    ArithmeticError
        If a divisor does not divide the coefficients of its share, or a row cannot be counted whole.
    """
    places = _places_of_rows(office, counted)
    told = [(levels, {name: price for name, price in prices.items() if name not in places}) for levels, prices in cases]
    bounds = [price_of_capacities(office, prices) for _, prices in told]
    best = [{name: no_households(most) for name, most in places.items()} for _ in told]
    for at in range(len(office.parts)):
        arithmetic = PartArithmetic(office, at, divisor)
        known: dict[object, tuple[int, dict[str, BestByPlaces]]] = {}
        for i, (levels, prices) in enumerate(told):
            # what is opened says nothing of the lines of households: cases that share prices share their sum
            key = (
                tuple(sorted(prices.items())),
                tuple(sorted(levels.items())) if arithmetic.part.is_of_openings else (),
            )
            if key not in known:
                known[key] = arithmetic.bound(prices, levels, places)
            total, own = known[key]
            bounds[i] += total
            for name, found in own.items():
                best[i][name] = joined_households(best[i][name], found)
    for i, rows in enumerate(best):
        for name, found in rows.items():
            if found[-1] == -np.inf:  # no plan keeps this row: whatever was found is none
                raise ArithmeticError(name)
            bounds[i] += int(found[-1])
    return bounds


def _places_of_rows(office: JoinedOffice, names: Collection[str]) -> dict[str, int]:
    """Return the places of some rows, in order of their names."""
    wanted = set(names)
    if not wanted:
        return {}
    rows = office.rows[office.rows["row"].isin(wanted)]
    if len(rows) < len(wanted) or (rows["sense"] != "<=").any() or (rows["capacity"] > MOST_PLACES).any():
        raise ArithmeticError(sorted(wanted)[0])
    return {str(name): int(capacity) for name, capacity in rows[["row", "capacity"]].itertuples(index=False)}


def rows_worth_counting(office: JoinedOffice, divisor: tuple[int, ...], cases: Cases) -> tuple[str, ...]:
    """Return rows of few places that prices leave open: counted whole they prove more.

    A row of which the best packages of all households take exactly what there is is settled by its price: the whole
    choice brings the same. Of rows that a household may use together the dearer one is counted.

    Parameters
    ----------
    cases : sequence of (levels, prices)
        Each price list is asked; a row is counted in all of them, since counting proves no less than any price.
    """
    few = _rows_of_few_places(office, {name for _, prices in cases for name, price in prices.items() if price > 0})
    lists = list({tuple(sorted(prices.items())): prices for _, prices in cases}.values())
    left = [dict(few) for _ in lists]
    users: dict[str, set[tuple[int, int]]] = {name: set() for name in few}
    for at in range(len(office.homes)):
        arithmetic = PartArithmetic(office, at, divisor)
        uses = arithmetic.uses_by_row(few)
        if not uses:
            continue
        for name, (homes, _, _) in uses.items():
            users[name].update((at, home) for home in homes.tolist())
        for i, prices in enumerate(lists):
            taken = np.zeros(arithmetic.part.packages, dtype=bool)
            taken[arithmetic.best_packages(prices)] = True
            for name, (_, package, amount) in uses.items():
                left[i][name] -= int(amount[taken[package]].sum())
    dearest = {name: max(prices.get(name, 0) for prices in lists) for name in few}
    found: list[str] = []
    held: set[tuple[int, int]] = set()
    for name in sorted(few, key=lambda row: (-dearest[row], row)):
        if any(rest[name] for rest in left) and held.isdisjoint(users[name]):
            found.append(name)
            held |= users[name]
    return tuple(sorted(found))


def _rows_of_few_places(office: JoinedOffice, priced: set[str]) -> dict[str, int]:
    """Return places of the priced rows that may be counted whole: few, and not to be added to by what is opened."""
    opened = set() if office.openings is None else set(office.openings.resources["resource"])
    rows = office.rows
    able = rows["row"].isin(priced - opened) & (rows["sense"] == "<=") & rows["capacity"].between(1, MOST_PLACES)
    return {str(name): int(capacity) for name, capacity in rows.loc[able, ["row", "capacity"]].itertuples(index=False)}


def price_of_capacities(office: JoinedOffice, prices: Mapping[str, int]) -> int:
    """Return price x capacity of every row and fund, a Python integer."""
    total = 0
    for name, sense, capacity in office.rows[["row", "sense", "capacity"]].itertuples(index=False):
        total += prices.get(name, 0) * int(capacity) * (1 if sense == "<=" else -1)
    for fund, budget, child in zip(office.funds, office.budget.tolist(), office.child.tolist(), strict=True):
        total += prices.get(fund, 0) * budget + prices.get(outside_kept_share(fund), 0) * child
    return total


def added_by_openings(office: JoinedOffice, opened: Mapping[str, int]) -> dict[str, int]:
    """Return what opened facilities add to each row: posts, places, and seats that must be taken."""
    openings = office.openings
    rows = None if openings is None else openings.rows_of(opened)
    if openings is None or rows is None:
        return {}
    used = PartArithmetic(office, len(office.homes), ()).used(rows)
    return {name: -amount for name, amount in used.items()}
