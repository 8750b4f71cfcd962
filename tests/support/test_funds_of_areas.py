"""A fund of a township or village pays for its own households alone, first what the law owes them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from povlib.params import Catalogue, Records, Settings
from povlib.params.standards import Village
from povlib.support import Offer, offer
from povlib.support.entitlements import _funds_to_turn_to
from povlib.support.example_township import example_township
from tests.support import conftest as make

#: village and township of the three households
HOME = {"H1": ("甲", "东乡"), "H2": ("乙", "东乡"), "H3": ("丙", "西乡")}
VILLAGES = Records(tuple(Village(name=village, township=township) for village, township in HOME.values()))


def county(*records: Any) -> Catalogue:
    made: Catalogue = make.catalogue(*records)
    return replace(made, villages=VILLAGES)


def offered(*records: Any) -> Offer:
    state = example_township()
    village = state.households["hh"].map({hh: village for hh, (village, _) in HOME.items()})
    return offer(example_township(households=state.households.assign(village=village)), county(*records), Settings())


def who_is_paid(made: Offer, fund: str) -> set[str]:
    of = dict(zip(made.packages["package"], made.packages["hh"], strict=True))
    return {of[package] for package in made.payers.loc[made.payers["fund"] == fund, "package"]}


@pytest.mark.parametrize(
    ("area", "households"), [("", {"H1", "H2", "H3"}), ("东乡", {"H1", "H2"}), ("乙", {"H2"}), ("西乡", {"H3"})]
)
def test_a_fund_pays_within_its_area_alone(area, households):
    made = offered(make.fund("a"), make.fund("own", area=area), make.measure("cows", funds={"a": None, "own": None}))
    assert who_is_paid(made, "a") == {"H1", "H2", "H3"}
    assert who_is_paid(made, "own") == households


def test_what_only_another_area_could_pay_is_not_offered():
    made = offered(make.fund("own", area="西乡"), make.measure("cows", funds={"own": None}))
    assert set(made.packages.loc[made.packages["measures"] == "cows", "hh"]) == {"H3"}
    assert (made.refused["reason_en"] == "no programme pays for a household like it").sum() >= 2


def test_what_the_law_owes_is_paid_within_the_area_and_a_shortfall_names_a_fund_of_all():
    owed = make.measure(
        "relief", kind="relief", cost=1000, funds={"own": None, "a": None},
        entitlement={"who": make.names("everybody"), "citation": "a law"},
    )  # fmt: skip
    made = offered(make.fund("own", area="西乡"), make.fund("a", 500), owed)
    paid = made.entitlements[made.entitlements["covered"]].groupby(["hh", "fund"])["cost_fen"].sum()
    assert paid.loc[("H3", "own")] == 100_000
    assert set(paid.index) <= {("H3", "own"), ("H1", "a"), ("H2", "a")}
    assert paid.xs("a", level="fund").sum() == 50_000
    assert made.shortfall["fund"].tolist() == ["a"]
    assert made.shortfall["short_fen"].tolist() == [150_000]


def test_the_name_says_the_area_once():
    assert make.fund("own", area="东乡").name_with_area("en") == "own (东乡)"
    assert make.fund("own", area="own").name_with_area("en") == "own"
    assert make.fund("own").name_with_area("zh") == "【own】"


def test_an_empty_area_leaves_the_digest_as_it_was():
    assert "area" not in make.fund("own").model_dump()
    assert make.fund("own", area="东乡").model_dump()["area"] == "东乡"


def test_areas_are_townships_then_villages():
    areas = county().areas
    assert {name: areas.villages_of(name) for name in areas.names} == {
        "东乡": frozenset("甲乙"), "西乡": frozenset("丙"), "甲": frozenset("甲"), "乙": frozenset("乙"),
        "丙": frozenset("丙"),
    }  # fmt: skip
    same = replace(county(), villages=Records((Village(name="甲", township="甲"), Village(name="乙", township="甲"))))
    assert same.areas.villages_of("甲") == frozenset("甲乙")


def who_works(made: Offer) -> set[str]:
    of = dict(zip(made.packages["package"], made.packages["hh"], strict=True))
    return {of[package] for package in made.uses.loc[made.uses["resource"] == "post:open", "package"]}


@pytest.mark.parametrize(
    ("place", "households"),
    [({}, {"H1", "H2"}), ({"area": "乙"}, {"H2"}), ({"village": "乙"}, {"H2"}), ({"area": "甲县"}, {"H1"}),
     ({"area": "东乡"}, {"H1", "H2"})],
)  # fmt: skip
def test_a_post_of_an_area_is_for_its_own_workers_alone(monkeypatch, place, households):
    # H1 and H2 have somebody who can work; one township each, the first of them in a county of its own
    own = {"甲": ("东乡", "甲县"), "乙": ("东乡" if place.get("area") == "东乡" else "西乡", "")}
    if place.get("area") == "东乡":
        own["甲"] = ("东乡", "")
    placed = Records(tuple(Village(name=v, township=t, county=c) for v, (t, c) in own.items()))
    monkeypatch.setitem(globals(), "VILLAGES", placed)
    made = offered(
        make.fund("a"), make.measure("job", kind="job", one_per="worker", cost=100),
        make.post("open", "job", slots=2, **place),
    )  # fmt: skip
    assert who_works(made) == households


def test_a_post_is_for_a_village_or_for_an_area():
    with pytest.raises(ValueError, match="both"):
        make.post("open", "job", village="甲", area="东乡")
    assert "area" not in make.post("open", "job").model_dump()


def test_whoever_may_turn_to_funds_of_several_levels_counts_each_once():
    nested = Records((Village(name="甲", township="东乡", county="甲县"), Village(name="丙", township="西乡")))
    funds = [make.fund(key, area=area) for key, area in (("a", ""), ("t", "东乡"), ("c", "甲县"), ("w", "西乡"))]
    owed = make.measure("relief", kind="relief", funds=dict.fromkeys("atcw"))
    made = replace(make.catalogue(*funds, owed), villages=nested)
    assert _funds_to_turn_to(owed, made) == 3
