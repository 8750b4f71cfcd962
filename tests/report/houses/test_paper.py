"""The paper on houses: its order, what it says without rows, and the numbers of its sentences."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from povlib.report.houses.facts import (
    BillFacts,
    EntitlementFacts,
    HousesFacts,
    InspectionFacts,
    ProgressFacts,
    SiteFacts,
    StandingFacts,
    WayFacts,
)
from povlib.report.houses.paper import houses_page, houses_paper
from povlib.report.model.paper import Report
from povlib.report.writers.html import render_html
from povlib.words import languages


def empty(*columns: str) -> pd.DataFrame:
    return pd.DataFrame({name: [] for name in columns})


@pytest.fixture
def facts() -> HousesFacts:
    """Two villages; figures chosen so that each is told apart."""
    villages = pd.DataFrame(
        {"village": ["甲", "乙"], "houses": [9, 8], "works": [4, 3], "done": [2, 1], "begun": [1, 1], "waiting": [1, 1],
         "unsafe": [5, 6], "none": [1, 2], "planned": [1, 0]}
    )  # fmt: skip
    kinds = pd.DataFrame(
        {"kind": ["修缮"], "works": [7], "estimate_fen": [700_000_00], "variation_fen": [10_000_00], "final_works": [3],
         "expected_fen": [300_000_00], "final_fen": [310_000_00], "over_fen": [10_000_00]}
    )  # fmt: skip
    late = pd.DataFrame(
        {"hh": ["甲-1"], "village": ["甲"], "kind": ["修缮"], "crew": ["—"], "pct": [0.4], "planned": ["2016-04-01"],
         "days_late": [29]}
    )  # fmt: skip
    sites = pd.DataFrame(
        {"site": ["甲-集建点"], "village": ["甲"], "status": ["已启用"], "lots": [30], "houses": [12], "done": [5],
         "free": [18], "step": [20], "cost_fen": [500_000_00], "plan": [""]}
    )  # fmt: skip
    visits = pd.DataFrame(
        {
            "village": ["甲"],
            "by_village": ["乙"],
            "listed": [4],
            "visited": [3],
            "wrong": [1],
            "least": [1],
            "most": [2],
        }
    )
    return HousesFacts(
        standing=StandingFacts(
            villages,
            empty("hh", "village", "kind", "status", "pct", "week", "silent", "said"),
            0, 4, 0,
            pd.DataFrame({"hh": ["乙-2"], "village": ["乙"], "grade": ["D"], "measure": [None]}),
        ),
        entitlement=EntitlementFacts(
            11, 7, 2, 1, 1,
            pd.DataFrame({"hh": ["乙-2"], "village": ["乙"], "grade": ["D"], "cause": ["—"], "measure": ["—"]}),
            pd.DataFrame({"hh": ["甲-3"], "village": ["甲"], "missing": ["—"]}),
            empty("reason", "households"),
        ),
        ways=WayFacts(
            empty("cause", "waiting", "none", "begun", "ways"),
            empty("way", "houses", "done", "begun", "waiting"),
            empty("guarantor", "village", "credits", "fen", "repaid_fen", "open_fen", "overdue"),
        ),
        bills=BillFacts(kinds, empty("fund", "houses", "fen"), empty("hh", "item", "stage", "said")),
        progress=ProgressFacts("2016-04-30", 5, 4, 3, 0.6, 0.7, late, "2016-05-15", 0.25, "2016-07-01"),
        sites=SiteFacts(sites, 6, 1, 2),
        inspection=InspectionFacts(
            "2016-1", "2016-04", "福彩第1期", visits, empty("hh", "village", "finding", "note"),
            empty("hh", "day", "before", "after", "reason"), empty("id", "hh", "subject", "day", "due", "answered"),
        ),
    )  # fmt: skip


def paper(facts: HousesFacts, lang: str) -> Report:
    return houses_paper(facts, {}, issuer="o", date_line="2016-05", manifest={}, draft=True, lapsed=False, lang=lang)


@pytest.mark.parametrize("lang", languages())
def test_what_is_owed_comes_first_and_who_waits_last(facts: HousesFacts, lang: str) -> None:
    keys = [section.key for section in paper(facts, lang).sections]
    assert keys[0] == "entitled"
    assert keys[-1] == "without"
    numbers = {number.key: number.value for number in paper(facts, lang).numbers}
    assert (numbers["houses.entitled"], numbers["houses.entitled_done"], numbers["houses.unknown"]) == (11, 7, 1)
    assert (numbers["houses.chance_all_done"], numbers["houses.over"]) == (0.25, 10_000_00)


def test_fits_of_the_village_plan_are_told(facts: HousesFacts) -> None:
    html = render_html(paper(facts, "en"))
    assert "6 fit the plan of the village, 1 do not, and of 2 nothing is recorded" in html


@pytest.mark.parametrize("lang", languages())
def test_what_nobody_recorded_is_said_with_the_next_step(facts: HousesFacts, lang: str) -> None:
    bare = replace(facts, entitlement=None, ways=None, bills=None, progress=None, sites=None, inspection=None)
    whole, said = paper(facts, lang), paper(bare, lang)
    assert [s.key for s in said.sections] == [s.key for s in whole.sections]
    assert render_html(said).count("workbench.py") == 6


def test_a_forecast_that_is_not_there_is_not_printed(facts: HousesFacts) -> None:
    assert facts.progress is not None
    without = replace(facts, progress=replace(facts.progress, chance=None))
    assert "2016-05-15" not in render_html(houses_page(without, {}, lang="en"))
    assert "2016-05-15" in render_html(houses_page(facts, {}, lang="en"))
