"""From an offer to a problem: what is refused before anything is solved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

import pandas as pd
import pytest

from povlib import runs
from povlib.errors import ParameterError
from povlib.params import Catalogue, Records, Settings
from povlib.params.standards import Village
from povlib.params.villages.areas import Areas
from povlib.runs.stages.allocation_input import problem_shares, with_area_groups


def test_only_registered_households_are_planned_for(run: runs.Run) -> None:
    assert set(run.problem.hh) == set(run.state.poor["hh"])
    assert run.problem.persons == run.state.poor["size"].sum()


def test_the_poorest_fifth_holds_a_fifth_of_the_registered_persons(run: runs.Run) -> None:
    groups = run.households.frames["households"]
    fifth = groups[groups["poorest_fifth"]]
    persons = groups.loc[groups["registered"], "members"].sum()
    assert fifth["registered"].all()
    assert 0.2 * persons <= fifth["members"].sum() < 0.2 * persons + groups["members"].max()
    outside = groups[groups["registered"] & ~groups["poorest_fifth"]]
    assert fifth["income_fen_per_head"].max() <= outside["income_fen_per_head"].min()


def test_at_least_two_funds_and_two_pools_of_posts_bind(run: runs.Run) -> None:
    prices = run.explanation["prices"]
    assert prices["kind"].eq("fund").sum() >= 2
    assert prices["kind"].eq("post").sum() >= 2


def test_each_township_keeps_its_part_of_the_new_money() -> None:
    villages = Records(tuple(Village(name=v, township=t) for v, t in (("甲", "东乡"), ("乙", "东乡"), ("丙", "西乡"))))
    catalogue = cast(Catalogue, SimpleNamespace(villages=villages, areas=Areas.of(villages.values())))
    households = pd.DataFrame({"village": ["甲", "乙", "丙", "丙"], "members": [1, 2, 3, 4]})
    settings = Settings(poorest_fifth_money_share=0, poorest_fifth_post_share=0, township_money_share=0.5)
    shares = problem_shares(households, catalogue, settings)
    assert dict(zip(shares["group"], shares["at_least"], strict=True)) == {"township 东乡": 0.15, "township 西乡": 0.35}
    grouped = with_area_groups(households, shares, catalogue)
    assert grouped["township 东乡"].tolist() == [True, True, False, False]
    # of villages too, where asked for; and none where all of the office lies in one township
    both = problem_shares(households, catalogue, Settings(township_money_share=0.5, village_money_share=0.1))
    assert [group for group in both["group"] if " " in group] == [
        "village 丙", "village 乙", "village 甲", "township 东乡", "township 西乡",
    ]  # fmt: skip
    alone = Areas.of([Village(name="甲", township="东乡"), Village(name="乙")])
    one = cast(Catalogue, SimpleNamespace(areas=alone))
    assert not problem_shares(households, one, settings)["group"].str.startswith("township").any()


def _two_counties() -> Catalogue:
    named = (("甲", "东乡", "A县"), ("乙", "东乡", "A县"), ("丙", "西乡", "B县"), ("丁", "北乡", "B县"))
    areas = Areas.of([Village(name=v, township=t, county=c) for v, t, c in named])
    return cast(Catalogue, SimpleNamespace(areas=areas))


def test_counties_and_areas_by_name_have_floors_of_their_own() -> None:
    households = pd.DataFrame({"village": ["甲", "乙", "丙", "丁", "戊"], "members": [1, 2, 3, 4, 10]})
    settings = Settings(
        poorest_fifth_money_share=0, poorest_fifth_post_share=0, county_money_share=0.5,
        area_money_floors={"A县": 0.3, "西乡": 0.1}, area_post_floors={"丁": 0.25},
    )  # fmt: skip
    shares = problem_shares(households, _two_counties(), settings)
    # 3 and 7 of 20 persons, half of it
    assert list(zip(shares["of"], shares["group"], shares["at_least"], strict=True)) == [
        ("money", "county A县", 0.075), ("money", "county B县", 0.175), ("money", "area A县", 0.3),
        ("money", "area 西乡", 0.1), ("post", "area 丁", 0.25),
    ]  # fmt: skip
    grouped = with_area_groups(households, shares, _two_counties())
    assert grouped["county B县"].tolist() == [False, False, True, True, False]
    assert grouped["area A县"].tolist() == [True, True, False, False, False]
    assert grouped["area 丁"].tolist() == [False, False, False, True, False]


def test_a_floor_for_an_area_without_a_household_is_refused() -> None:
    households = pd.DataFrame({"village": ["甲"], "members": [1]})
    with pytest.raises(ParameterError, match="B县"):
        problem_shares(households, _two_counties(), Settings(area_money_floors={"B县": 0.1}))


def test_floors_that_leave_too_little_for_each_area_are_refused() -> None:
    households = pd.DataFrame({"village": ["甲", "乙", "丙", "丁"], "members": [1, 2, 3, 4]})
    # seven tenths of the persons live in B县 and are to have nine tenths of that, beside 0.4 for A县
    floors = {"A县": 0.4}
    with pytest.raises(ParameterError, match=r"1\.03") as told:
        problem_shares(households, _two_counties(), Settings(county_money_share=0.9, area_money_floors=floors))
    assert "settings.county_money_share, settings.area_money_floors" in told.value.show("en")
    kept = problem_shares(households, _two_counties(), Settings(county_money_share=0.8, area_money_floors=floors))
    assert len(kept) == 5


def test_villages_of_groups_are_looked_up_once_and_not_for_every_floor() -> None:
    class Counted(dict[str, Mapping[str, str]]):
        walks = 0

        def items(self) -> Any:
            self.walks += 1
            return super().items()

    areas = _two_counties().areas
    walked = Counted(areas.of_village)
    catalogue = cast(Catalogue, SimpleNamespace(areas=replace(areas, of_village=walked)))
    households = pd.DataFrame({"village": ["甲", "丙", "戊"]})
    shares = pd.DataFrame({"group": ["county A县", "county B县", "township 西乡", "township 北乡", "village 丙"]})
    grouped = with_area_groups(households, shares, catalogue)
    assert walked.walks <= 1
    assert grouped[list(shares["group"])].to_numpy().tolist() == [
        [True, False, False, False, False], [False, True, True, False, True], [False] * 5,
    ]  # fmt: skip
