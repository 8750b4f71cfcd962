"""Openings of posts and places in one of several months: the rows agree with every choice tried by the rules' words."""

from __future__ import annotations

from itertools import product
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pandas as pd
import pytest

from povlib.allocation import Problem, solve, verify
from povlib.allocation.questions.opening_worth import opening_worth, worth_by_level
from povlib.calendar import Month
from povlib.params import Catalogue, Coop, Facility, Fund, Opening, Post
from povlib.support.resources import full_capacities, resource_table
from povlib.support.villages.openings import OpenedSeats

FAST, ALL, PARTS = 24, 300, 6
MONTHS = [Month(2016, 7), Month(2016, 8), Month(2016, 9)]
MADE: dict[str, Any] = {
    "names": {"zh": "某", "en": "one"},
    "status": "synthetic",
    "source": "made up",
    "in_force": "2016",
}
WORK: dict[str, Any] = {"employer": "e", "place": "x", "wage_yuan_per_month": 1, "measure": "m", "pool": "p"}


def made_case(seed: int) -> tuple[Catalogue, list[list[dict[str, Any]]], dict[str, int]]:
    """A catalogue with openings and, by household, what it may have: seat, start, cost of its own, value."""
    rng = np.random.default_rng([seed, 14])
    posts = [f"p{i}" for i in range(rng.integers(1, 3))]
    coops = [f"c{i}" for i in range(rng.integers(0, 2))]
    openings, own = [], {name: 0 for name in (*posts, *coops)}
    for i in range(int(rng.integers(1, 3))):
        months = sorted(rng.choice(3, int(rng.integers(1, 4)), replace=False))
        cost = int(rng.integers(0, 60))
        mine = [name for name in (*posts, *coops) if rng.random() < 0.7] or posts[:1]
        openings.append(Opening(
            key=f"o{i}", fund="f0", other_funds=("f1",) if rng.random() < 0.5 else (),
            opening_yuan={str(MONTHS[m]): max(cost - int(rng.integers(0, 12)) * int(m), 0) for m in months},
            posts={name: int(rng.integers(1, 4)) for name in mine if name in posts},
            places={name: int(rng.integers(1, 4)) for name in mine if name in coops},
            least=int(rng.integers(0, 2)) if i == 0 else None, **MADE,
        ))  # fmt: skip
    asked = {name for one in openings if one.asks_for_some for name in (*one.posts, *one.places)}
    also = set(openings[-1].posts) | set(openings[-1].places) if len(openings) > 1 else set()
    if asked & also:
        openings = openings[:1]
    for name in own:
        own[name] = int(rng.random() < 0.4) if name not in asked else 0
    budget = {"f0": int(rng.integers(0, 90)), "f1": int(rng.integers(0, 60))}
    catalogue = SimpleNamespace(
        posts={n: Post(key=n, slots=own[n], **WORK, **MADE) for n in posts},
        shared_places={n: Coop(key=n, places=own[n], measure="m", **MADE) for n in coops},
        openings={one.key: one for one in openings},
        funds={n: Fund(key=n, amount_yuan=budget[n], **MADE) for n in budget}, crews={},
    )  # fmt: skip
    offers = []
    for _ in range(int(rng.integers(2, 5))):
        some = [{"seat": str(rng.choice([*posts, *coops])), "start": MONTHS[int(rng.integers(0, 3))],
                 "cost": int(rng.integers(0, 15)), "value": int(rng.integers(1, 40)) / 10}
                for _ in range(int(rng.integers(1, 5)))]  # fmt: skip
        offers.append(some)
    return cast(Catalogue, catalogue), offers, own


def best_by_words(catalogue: Catalogue, offers: list[list[dict[str, Any]]], own: dict[str, int],
                  forced: tuple[str, Month | None] | None = None) -> int | None:  # fmt: skip
    """Best value in tenths: every package of every household with every month of every opening, or none of them."""
    best, money = None, {key: int(fund.amount_yuan or 0) for key, fund in catalogue.funds.items()}
    months = [[None, *sorted(one.opening_yuan)] for one in catalogue.openings.values()]
    if forced is not None:
        months = [[forced[1]] if key == forced[0] else choices
                  for key, choices in zip(catalogue.openings, months, strict=True)]  # fmt: skip
    for opened in product(*months):
        pairs = list(zip(catalogue.openings.values(), opened, strict=True))
        alone = sum(int(one.opening_yuan[m] or 0) for one, m in pairs if m and not one.other_funds)
        together = sum(int(one.opening_yuan[m] or 0) for one, m in pairs if m)
        for chosen in product(*([None, *some] for some in offers)):
            taken = [one for one in chosen if one is not None]
            bills = sum(one["cost"] for one in taken)
            if alone > money["f0"] or together + bills > money["f0"] + money["f1"]:
                continue
            fits = all(_seated(name, taken, pairs, own) for name in own)
            for one, month in pairs:
                if month and sum(t["seat"] in (*one.posts, *one.places) for t in taken) < (one.least or 0):
                    fits = False
            if fits:
                value = sum(round(one["value"] * 10) for one in taken)
                best = value if best is None else max(best, value)
    return best


def _seated(
    name: str, taken: list[dict[str, Any]], pairs: list[tuple[Opening, Month | None]], own: dict[str, int]
) -> bool:
    """Give seats in order of start: whoever starts finds a seat that is open by then and not taken."""
    for month in MONTHS:
        there = own[name] + sum((one.posts | one.places).get(name) or 0 for one, m in pairs if m and m <= month)
        if sum(t["seat"] == name and t["start"] <= month for t in taken) > there:
            return False
    return True


def tables_of(catalogue: Catalogue, offers: list[list[dict[str, Any]]]) -> dict[str, Any]:
    """The tables of the problem as an offer holds them."""
    opened = OpenedSeats(catalogue)
    packages, uses, bills, payers = [], [], [], []
    for h, some in enumerate(offers):
        for k, one in enumerate([None, *some]):
            key = f"h{h}-{k}"
            packages.append((key, f"h{h}", k, 0.0 if one is None else one["value"]))
            if one is None:
                continue
            kind = "post" if one["seat"] in catalogue.posts else "place"
            resource, own = f"{kind}:{one['seat']}", (catalogue.posts | catalogue.shared_places)[one["seat"]].capacity
            if not any(start <= one["start"] for start in opened.starts(resource, own, MONTHS)):
                packages.pop()  # as an offer has it: nobody is offered a start before anything can be open
                continue
            uses += [(key, row, 1) for row in opened.uses(f"{kind}:{one['seat']}", one["start"])]
            if one["cost"]:
                bills.append((key, "m", one["cost"] * 100))
                payers += [(key, "m", fund, one["cost"] * 100) for fund in ("f0", "f1")]
    return {
        "packages": pd.DataFrame(packages, columns=["package", "hh", "k", "value"]),
        "uses": pd.DataFrame(uses, columns=["package", "resource", "amount"]),
        "resources": resource_table(catalogue, full_capacities(catalogue)),
        "households": pd.DataFrame({"hh": [f"h{h}" for h in range(len(offers))], "village": "A", "members": 1}),
        "facilities": opened.table(),
        "bills": pd.DataFrame(bills, columns=["package", "measure", "cost_fen"]),
        "payers": pd.DataFrame(payers, columns=["package", "measure", "fund", "ceiling_fen"]),
    }


def agreed(seeds: range) -> tuple[int, int]:
    opened = months = 0
    for seed in seeds:
        catalogue, offers, own = made_case(seed)
        best = best_by_words(catalogue, offers, own)
        problem = Problem.from_tables(**tables_of(catalogue, offers))
        plan = solve(problem, gap=0)
        check = verify(plan, problem)
        assert check.ok, (seed, check.show("en"))
        assert best is not None
        assert round(plan.value * 10) == best, seed
        assert plan.status == "optimal"
        assert plan.price_bound >= plan.value - 1e-9
        opened += len(plan.opened)
        months += bool((plan.opened["level"] > 1).any())
    return opened, months


def test_openings_agree_with_every_choice_tried() -> None:
    opened, months = agreed(range(FAST))
    assert opened > 5
    assert months > 1


@pytest.mark.slow
@pytest.mark.parametrize("part", range(PARTS))
def test_openings_agree_with_every_choice_tried_on_300(part: int) -> None:
    opened, _ = agreed(range(FAST + part, ALL, PARTS))
    assert opened > 5


def test_what_each_month_of_an_opening_brings_is_that_of_every_choice_tried() -> None:
    compared = 0
    for seed in range(10):
        catalogue, offers, own = made_case(seed)
        problem = Problem.from_tables(**tables_of(catalogue, offers))
        plan = solve(problem, gap=0)
        for row in worth_by_level(plan, problem, gap=0).itertuples():
            ways = {way.level: way for way in catalogue.openings[str(row.facility)].ways()}
            month = ways[row.level].month if row.level else None
            if row.level and sum(way.month == month for way in ways.values()) > 1:
                continue
            best = best_by_words(catalogue, offers, own, (str(row.facility), month))
            if best is None:
                assert row.value != row.value
                continue
            assert round(float(str(row.value)) * 10) == best, (seed, row)
            compared += 1
    assert compared > 10


def _case(cost: int, value: float = 1.0) -> Problem:
    catalogue = SimpleNamespace(
        posts={"p": Post(key="p", slots=0, **WORK, **MADE)},
        shared_places={}, crews={}, funds={n: Fund(key=n, amount_yuan=1000, **MADE) for n in ("f0", "f1")},
        openings={"o": Opening(key="o", fund="f0", opening_yuan={"2016-07": cost}, posts={"p": 2}, **MADE)},
    )  # fmt: skip
    one = {"seat": "p", "start": MONTHS[0], "cost": 0, "value": value}
    return Problem.from_tables(**tables_of(cast(Catalogue, catalogue), [[one], [one]]))


@pytest.mark.parametrize(("cost", "opened"), [(0, True), (1000, True), (1001, False), (10**9, False)])
def test_an_absurd_cost_is_never_paid_and_a_free_opening_never_missed(cost: int, opened: bool) -> None:
    plan = solve(_case(cost), gap=0)
    assert bool(len(plan.opened)) == opened
    assert plan.value == (2.0 if opened else 0.0)


def test_an_opening_worth_less_than_nothing_is_not_made() -> None:
    """Where nobody gains, even a free opening brings nothing, and one that costs is never paid."""
    assert len(solve(_case(500, value=0.0), gap=0).opened) == 0
    worth = opening_worth(solve(_case(500), gap=0), _case(500), gap=0)
    assert worth[["level", "households", "brings"]].to_numpy().tolist() == [[1, 2, 2.0]]


def test_a_place_with_a_facility_keeps_its_levels() -> None:
    facility = Facility(opening_yuan=10, fund="f0", capacity=3, least=2, from_month="2016-08")
    catalogue = SimpleNamespace(
        posts={}, openings={}, crews={}, funds={"f0": Fund(key="f0", amount_yuan=1, **MADE)},
        shared_places={"c": Coop(key="c", places=0, measure="m", facility=facility, **MADE)},
    )  # fmt: skip
    opened = OpenedSeats(cast(Catalogue, catalogue))
    rows = opened.table()[["facility", "level", "resource", "added", "opening_fen", "month"]]
    month = Month(2016, 8).ordinal
    assert rows.to_numpy().tolist() == [["c", 1, "place:c", 3, 1000, month], ["c", 1, "least:c", 2, 1000, month]]
    assert opened.starts("place:c", 0, MONTHS) == [Month(2016, 8)]
    assert opened.starts("place:c", 0, MONTHS[:1]) == []
    assert opened.most("place:c") == 3
