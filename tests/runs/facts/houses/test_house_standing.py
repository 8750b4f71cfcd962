"""The page of 05_housing: every registered household counted once, works and the plan beside each other."""

from __future__ import annotations

from types import SimpleNamespace

import pandas as pd
import pytest

from povlib.report.houses.facts import HousesFacts
from povlib.report.houses.paper import houses_page
from povlib.report.writers.notebook_page import Page
from povlib.runs.facts.houses.house_standing import houses_of, standing_facts
from povlib.support.example_township import example_township

NAMES = {"housing_rebuild": "rebuilding an unsafe house"}


@pytest.fixture
def state() -> SimpleNamespace:
    """The example township with works: H1 (grade D) being built, H2 (A) finished; H3 (B) made to have no house."""
    made = example_township()
    works = pd.DataFrame(
        {"project": ["Z1", "Z2"], "hh": ["H1", "H2"], "kind": "新建", "grade": "D", "cost_fen": 100,
         "status": ["在建", "完工"], "done_month": pd.array([None, 24195], dtype="Int64")}
    )  # fmt: skip
    said = pd.DataFrame(
        {"project": ["Z1", "Z1", "Z2"], "week": [20160301, 20160308, 20160422], "pct": [10.0, 40.0, 100.0],
         "text": ["打地基", "砌墙", "已完工"], "photo_sha256": [None, None, "ab"]}
    )  # fmt: skip
    third = ~made.households["hh"].isin(["H1", "H2"])
    made.projects, made.progress, made.synthetic = works, said, True
    made.house_photos = pd.DataFrame({"project": pd.array([], dtype="str")})
    made.households = made.households.assign(housing_grade=made.households["housing_grade"].where(~third, "无房"))
    made.poor = made.households
    return made


def planned(*keys: str) -> pd.DataFrame:
    return pd.DataFrame({"hh": list(keys), "measure": ["housing_rebuild"] * len(keys)}, dtype="str")


def told(state: SimpleNamespace, plan: pd.DataFrame) -> HousesFacts:
    return HousesFacts(standing_facts(state, plan))


def test_the_last_text_of_each_work_counts(state: SimpleNamespace) -> None:
    houses = houses_of(state, planned()).set_index("hh")
    assert sorted(houses.index) == sorted(state.poor["hh"])
    assert houses.loc["H1", ["pct", "said"]].tolist() == [40.0, "砌墙"]
    assert bool(houses.loc["H2", "photo"]) is True
    assert bool(houses.loc["H1", "photo"]) is False


def test_what_waits_and_what_the_plan_adds(state: SimpleNamespace) -> None:
    waiting = [hh for hh in state.poor["hh"] if hh not in ("H1", "H2")]
    page = Page(houses_page(told(state, planned()), NAMES, lang="en"))
    assert f"With the plan as it stands {len(waiting)}" in repr(page["without"])
    helped = Page(houses_page(told(state, planned(*waiting)), NAMES, lang="en"))
    assert "With the plan as it stands 0" in repr(helped["without"])
    assert "rebuilding an unsafe house" in helped["without"].html


def test_silence_is_counted_from_the_last_day_of_the_record(state: SimpleNamespace) -> None:
    page = Page(houses_page(told(state, planned()), NAMES, lang="en"))
    assert "For 1 house of them" in repr(page["open"]) or "For 1 houses of them" in repr(page["open"])
    assert "2016-03-08" in page["open"].html


def test_a_township_without_works_has_an_empty_table(state: SimpleNamespace) -> None:
    state.projects, state.progress = state.projects.iloc[:0], state.progress.iloc[:0]
    page = Page(houses_page(told(state, planned()), NAMES, lang="zh"))
    assert "0户" in repr(page["villages"])
