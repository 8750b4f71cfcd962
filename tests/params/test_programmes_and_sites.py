"""Programmes that may not pay for the same house, and the ways to open a site, by hand."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from povlib import params

RULE = {"citation": "Fujian 2016", "each": 10, "more_yuan": 100_000}
FUJIAN = [
    {**RULE, "households": 20, "grant_yuan": 200_000},
    {**RULE, "households": 50, "grant_yuan": 500_000},
    {**RULE, "households": 100, "grant_yuan": 1_500_000},
    {**RULE, "households": 200, "grant_yuan": 3_000_000},
]


@pytest.mark.parametrize(
    ("households", "wan"),
    [(0, 0), (19, 0), (20, 20), (29, 20), (30, 30), (49, 40), (50, 50), (99, 90), (100, 150), (110, 160), (200, 300)],
)
def test_the_grant_is_the_published_one(households: int, wan: int) -> None:
    """0.2, 0.5, 1.5 million at 20, 50, 100; 0.1 million more per 10; 1.5 million more per 100."""
    site = params.Facility(fund="a", grant=FUJIAN)
    assert site.grant_fen(households) == wan * 10_000 * 100


@given(
    cost=st.integers(0, 4_000_000), capacity=st.integers(0, 150), others=st.integers(0, 120), least=st.integers(0, 9)
)
def test_levels_are_the_cheapest_way_for_every_number(cost: int, capacity: int, others: int, least: int) -> None:
    """Whatever number comes, no rule of the grant gives more than the dearest level that it reaches."""
    if least > capacity:
        return
    site = params.Facility(opening_yuan=cost, fund="a", capacity=capacity, others=others, least=least, grant=FUJIAN)
    levels = site.levels()
    assert [level.level for level in levels] == list(range(1, len(levels) + 1))
    assert all(later.least > one.least and later.opening_fen < one.opening_fen
               for one, later in pairwise(levels))  # fmt: skip
    for taken in range(least, capacity + 1):
        due = min(level.opening_fen for level in levels if level.least <= taken)
        assert due == max(cost * 100 - site.grant_fen(taken + others), 0)


def test_two_programmes_that_may_not_meet_are_refused_where_a_measure_lets_them(folder: Path) -> None:
    path = folder / "bundling.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(
        text + '  - {a: "fund:housing", b: "fund:county_matching", verdict: forbidden, citation: one benefit}\n',
        encoding="utf-8",
    )
    with pytest.raises(params_error()) as caught:
        params.load(folder)
    said = caught.value.show("en")
    for measure in ("housing_repair", "housing_rebuild", "housing_purchase", "site_house"):
        assert f"{measure}.payers" in said
    assert "may not pay for the same house" in said
    # relocation has one programme alone: nothing is wrong with it
    assert "relocation.payers" not in said


def test_conditions_that_keep_two_programmes_apart_make_a_forbidden_pair_sound(folder: Path) -> None:
    support = folder / "support.yaml"
    houses, rest = support.read_text(encoding="utf-8").split("  # ---- 就业")
    text = houses
    for fund, villages in (("housing", "[农家]"), ("county_matching", "[乐北]")):
        who = f"who: [{{on: household, field: village, op: in, value: {villages}, citation: c}}]"
        text = text.replace(f"{{fund: {fund}, ceiling_yuan:", f"{{fund: {fund}, {who}, ceiling_yuan:")
    support.write_text(text + "  # ---- 就业" + rest, encoding="utf-8")
    bundling = folder / "bundling.yaml"
    bundling.write_text(
        bundling.read_text(encoding="utf-8")
        + '  - {a: "fund:housing", b: "fund:county_matching", verdict: forbidden, citation: one benefit}\n',
        encoding="utf-8",
    )
    assert params.load(folder).bundling.pairs["fund:housing+fund:county_matching"].verdict == "forbidden"


def test_a_programme_never_makes_what_the_law_owes_depend_on_more(faults: Callable[..., list[str]]) -> None:
    who = "who: [{on: household, field: village, op: in, value: [农家], citation: c}]"
    found = faults(("support", "payers: [{fund: special, ceiling_yuan: 1500}]",
                    f"payers: [{{fund: special, ceiling_yuan: 1500, {who}}}]"))  # fmt: skip
    assert found == [] or any("only without conditions" in line for line in found)


def test_an_older_office_without_sites_loads(folder: Path) -> None:
    (folder / "sites.yaml").unlink()
    assert len(params.load(folder).sites) == 0


def params_error() -> type[Exception]:
    """The error that loading raises."""
    from povlib.errors import ParameterError

    return ParameterError
