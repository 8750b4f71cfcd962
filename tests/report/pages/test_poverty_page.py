"""Who is poor and why, in words: a made-up overview, movements and survey of which every number is known."""

from __future__ import annotations

import json
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from povlib.calendar import Month
from povlib.params.standards import short_authority_names
from povlib.poverty import Coverage, Movements, Overview, decompose_change, register_coverage, spells
from povlib.report import fonts, numbers_json
from povlib.report.model.paper import Report
from povlib.report.pages.poverty_page import cause_names, poverty_page
from povlib.report.writers.notebook_page import Page
from povlib.report.writers.payload import payload, shown_texts
from povlib.runs.facts.poverty import facts_of_overview

GUARANTEES = ("food", "clothing", "schooling", "medical", "housing", "water")
PARTS = ("depth", "lines", "causes", "guarantees", "sources", "change", "movements", "reached")


def _change() -> pd.DataFrame:
    frame = pd.DataFrame({"y": [0.5, 1.5, 0.8, 1.2], "t": [0, 0, 1, 1]})
    return decompose_change(frame, income="y", line=1.0, wave="t", before=0, after=1, census=True).assign(n=2)


def _groups(names: list[str]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "domain": names,
            "households": [3, 2],
            "persons": [9, 5],
            "poor_persons": [6, 1],
            "not_assessable_households": [1, 0],
            "fgt0": [0.7, 0.2],
            "fgt1": [0.3, 0.1],
            "share_of_gap": [0.2, 0.8],
            "mean_income_fen": pd.array([250_000, 320_000], dtype="Int64"),
        }
    )


def overview(*, change: bool = True) -> Overview:
    houses = pd.DataFrame(
        {
            "hh": list("ABCDE"),
            "over_line": pd.array([True, True, False, False, None], dtype="boolean"),
            **{g: pd.array([1, 1, 1, 1, 1], dtype="Int8") for g in GUARANTEES},
        }
    )
    houses["housing"] = pd.array([0, 1, 1, None, 0], dtype="Int8")
    lines = pd.DataFrame(
        {
            "authority": ["exit_check", "nbs", "province"],
            "line_fen": [314_600, 295_200, 330_000],
            "not_over_persons": [7, 6, 8],
            "not_assessable_persons": [2, 2, 2],
            "exits_persons": [3, 4, 2],
            "rate_low": [0.5, 0.43, 0.57],
            "rate_high": [0.64, 0.57, 0.71],
        }
    )
    guarantees = pd.DataFrame([(v, g, int(g == "housing")) for v in ("甲", "乙") for g in GUARANTEES],
                              columns=["village", "guarantee", "missing"])  # fmt: skip
    sources = pd.DataFrame([(d, s, k) for d in ("all", "甲", "乙") for s, k in
                            (("wage", 900), ("business", 500), ("property", 10), ("transfer", 700), ("cost", -200))],
                           columns=["domain", "source", "fen_per_head"])  # fmt: skip
    return Overview(
        at=Month(2016, 4),
        households=houses,
        rates=pd.DataFrame({"measure": ["fgt0", "fgt1", "fgt2"], "domain": "all", "estimate": [0.6, 0.2, 0.1]}),
        by_village=_groups(["甲", "乙"]),
        by_cause=_groups(["因病", "缺资金"]),
        causes=pd.DataFrame({"village": ["甲", "乙"], "cause": ["因病", "缺资金"], "poor_persons": [6, 1]}),
        lines=lines,
        guarantees=guarantees,
        by_source=sources,
        change=_change() if change else pd.DataFrame({"measure": [], "component": [], "estimate": [], "n": []}),
    )


def movements(months: int = 14) -> Movements:
    """Ten households: half fall in the third month and stay; two of the others rise then and fall back later."""
    at = np.arange(24_180, 24_180 + months)
    rows = [
        (f"h{i}", m, int(k >= 2 if i < 5 else not (i < 7 and 2 <= k < 5))) for i in range(10) for k, m in enumerate(at)
    ]
    panel = pd.DataFrame(rows, columns=["hh", "month", "poor"])
    found = spells(panel, unit="hh", period="month", poor="poor")
    zero = np.zeros(months, dtype=np.int64)
    table = pd.DataFrame({"month": at, "line_fen": 300_000, "households": 10, "known": 9, "not_known": 1, "poor": 5,
                          "entries": zero + 1, "exits": zero + 2, "returns": zero, "reported": 9, "late": zero,
                          "imputed": zero})  # fmt: skip
    table.loc[3, "late"] = 4
    counts = {"households": 10, "first": at[0], "last": at[-1], "known": 120, "not_known": 20, "pairs_broken": 3,
              "entries": 7, "exits": 2, "returns": 2, "always": 3, "never": 0}  # fmt: skip
    return Movements(table, found.durations, found.returns, pd.DataFrame([counts]))


def survey(**more: object) -> Coverage:
    frame = pd.DataFrame(
        {
            "survey_id": [f"Y{i}" for i in range(8)],
            "hh": ["A", "", "B", "", "C", "D", "", ""],
            "village": ["甲", "甲", "乙", "乙"] * 2,
            "cluster": ["1", "1", "2", "2", "3", "3", "4", "4"],
            "weight": 10.0,
            "size": [2, 4, 1, 3, 5, 2, 1, 2],
            "income_fen_per_head": [150_000, 200_000, 290_000, 600_000, 450_000, 250_000, 900_000, 301_000],
            "ill_member": [1, 0, 1, 0, 0, 0, 0, 0],
            **more,
        }
    )
    return register_coverage(frame, {"A", "B", "C"}, {"A", "B", "C"}, 300_000)


@pytest.fixture(params=["zh", "en"])
def lang(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def page_of(lang: str = "en", **more: object) -> Report:
    found: dict = {"movements": movements(), "reached": survey(), **more}
    facts = facts_of_overview(overview(), **found)
    names = {"province": "provincial", **short_authority_names(lang)}
    return poverty_page(facts, survey="a.csv", authority="exit_check", authorities=names, lang=lang)


def words(report: Report, key: str) -> str:
    return Page(report)[key].words


def test_the_page_has_its_parts_and_every_glyph(lang: str) -> None:
    page = Page(page_of(lang))
    assert page.keys == PARTS
    assert all(page[key].html for key in PARTS)
    fonts.refuse_missing_characters(shown_texts(payload(page.report)), where="poverty")


def test_each_number_printed_has_a_key() -> None:
    said = json.loads(numbers_json(page_of()))["numbers"]
    assert said["causes.largest"]["value"] == 0.8
    assert said["held.held"]["value"] == 1  # A is over the line and lacks a house
    assert said["held.only"]["value"] == 1  # C has everything but income; D's house is not known
    assert said["reached.exclusion"]["value"] == pytest.approx(6 / 9)
    assert said["movements.not_known"]["value"] == 20
    assert said["movements.late"]["value"] == 4


def test_causes_stand_by_their_part_of_the_gap_in_the_language() -> None:
    report = page_of("en")
    table = next(table for table in report.tables() if table.key == "causes")
    assert table.frame["domain"].tolist() == ["lack of capital", "illness"]
    assert "“lack of capital”" in words(report, "causes")
    assert cause_names("zh")["因病"] == "因病"


def test_every_authority_has_its_name() -> None:
    table = next(table for table in page_of("en").tables() if table.key == "lines")
    assert table.frame["name"].tolist() == ["exit-check series", "national statistics series", "provincial"]


def test_the_change_is_split_into_growth_and_who_gained() -> None:
    table = next(table for table in page_of("en").tables() if table.key == "change")
    rows = table.frame.set_index("component")["fgt1"]
    assert rows["change"] == pytest.approx(rows["after"] - rows["before"])
    assert rows["growth_shapley"] + rows["redistribution_shapley"] == pytest.approx(rows["change"])
    assert rows["growth_shapley"] == pytest.approx(0)  # both years have the same mean
    assert "from 50.0% to 50.0%" in words(page_of("en"), "change")


def test_a_ledger_of_less_than_a_year_says_so(lang: str) -> None:
    report = poverty_page(facts_of_overview(overview(change=False), "too short", "no survey"), lang=lang)
    part = next(section for section in report.sections if section.key == "change")
    assert len(part.blocks) == 1
    assert words(report, "movements").endswith("too short")
    assert words(report, "reached").endswith("no survey")


def test_what_lasts_a_year_is_read_off_the_life_tables() -> None:
    said = words(page_of("en"), "movements")
    assert "100.0% were still below it a year later" in said  # those that fell in the third month stayed
    short = words(page_of("en", movements=movements(9)), "movements")
    assert "do not reach far enough" in short
    assert "4 rows are marked as late" in said


def test_the_survey_is_quoted_with_its_ranges_and_lists_keys_only() -> None:
    report = page_of("en")
    said = words(report, "reached")
    assert "66.7% are not on the register" in said
    assert "4 clusters only" in said
    lists = {table.key: table.frame for table in report.tables() if table.key.startswith("visit_")}
    assert lists["visit_exclusion"]["hh"].tolist() == ["—", "D"]
    assert lists["visit_inclusion"]["survey_id"].tolist() == ["Y4"]
    assert "are not in the ledger" in said  # D


def test_a_survey_that_finds_nobody_wrong_says_so() -> None:
    right = survey(income_fen_per_head=[150_000, 900_000, 290_000, 900_000, 250_000, 900_000, 900_000, 900_000])
    report = page_of("en", reached=right)
    empty = next(table for table in report.tables() if table.key == "visit_inclusion")
    assert empty.frame.empty
    assert "no cause" in empty.empty
    assert SimpleNamespace(**payload(report))
