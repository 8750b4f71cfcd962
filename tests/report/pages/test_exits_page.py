"""Who will get out, as a page: what there is is told, what there is not has a sentence of its own."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from povlib.calendar import Month
from povlib.params import load_procedure
from povlib.report.meeting import Target, Total, TrackRecord
from povlib.report.model.paper import Report
from povlib.report.pages.exits_page import ExitsFacts, exits_page
from povlib.report.writers.payload import payload, shown_texts

NOBODY = pd.DataFrame(columns=["village", "households", "persons"])
STATES = {str(s.key): (s.symbol, s.names.en, s.colour) for s in load_procedure().states}
TRACK = TrackRecord(0.9, 0.2, 9, 12, 5, 8, Month(2014, 4), Month(2015, 8), skill_low=0.1, skill_high=0.3)


def households(**changes: Any) -> pd.DataFrame:
    frame = pd.DataFrame(
        {
            "hh": ["S01-0001", "S01-0002"], "village": "甲", "members": [3, 2], "plan": ["养牛", "不新增帮扶"],
            "p": [0.8, 0.1], "p_low": [0.6, 0.0], "p_high": [0.9, 0.3], "p0": [0.2, 0.1], "supported": [True, False],
            "return_risk": [0.12, None], "p_parameter": [0.5, 0.1], "state": ["△ projected", "○ not yet"], "remark": "",
        }
    )  # fmt: skip
    return frame.assign(**changes)


def facts(**changes: Any) -> ExitsFacts:
    months = pd.DataFrame({"month": [24202, 24203], "persons": [1.0, 2.6], "without": [0.5, 0.8]})
    for column, far in (("low_50", -0.3), ("high_50", 0.3), ("low_90", -0.8), ("high_90", 0.9)):
        months[column] = months["persons"] + far
    ratios = pd.DataFrame({"name": ["甲"], "households": 40, "expected": 20.0, "observed": 18.0, "ratio": 0.9,
                           "ratio_low": None, "ratio_high": None})  # fmt: skip
    values: dict[str, Any] = {
        "expected": Total(2.6, 1.8, 3.5),
        "additional": Total(1.8, 0.5, 2.9),
        "supported": 2.4,
        "months": months,
        "drivers": pd.DataFrame({"name": ["the line"], "base": [2.6], "low": [3.1], "high": [2.0]}),
        "villages": pd.DataFrame({"village": ["甲"], "households": 2, "persons": 5, "expected": 2.6, "low": -0.1,
                                  "high": 4.0, "conformal_low": 0.0, "conformal_high": 4.4, "additional": 1.8}),
        "households": households(),
        "not_assessable": pd.DataFrame(columns=["hh", "village", "members", "reason"]),
        "states": pd.DataFrame({"village": ["甲"], **dict.fromkeys(STATES, 0), "projected": 3, "poor": 2}),
        "state_names": STATES,
        "recorded": 0,
        "forecasts": pd.DataFrame({"forecast": ["this projection"], "n": 40, "brier": 0.1, "log_score": 0.3,
                                   "ratio": 0.9, "slope": 0.8}),
        "reliability": pd.DataFrame({"expected": [0.5], "observed": [0.4], "band_low": [0.3], "band_high": [0.7],
                                     "n": [40]}),
        "ratios": {"village": ratios},
        "tested": TRACK,
        "supported_villages": pd.DataFrame({"village": ["甲"], "households": [1], "persons": [2.4]}),
    }  # fmt: skip
    return ExitsFacts(**(values | changes))


def page(lang: str = "en", **changes: Any) -> Report:
    return exits_page(facts(**changes), horizon="December 2016", lang=lang, synthetic=True)


def said(report: Report) -> str:
    return "\n".join(shown_texts(payload(report)))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_page_has_its_parts_in_both_languages(lang: str) -> None:
    report = page(lang)
    keys = [section.key for section in report.sections]
    assert keys == ["outlook", "backtest", "hangs", "villages", "procedure", "supported", "unknown", "households"]
    numbers = {number.key: number for number in report.numbers}
    assert numbers["headline.expected"].value == 2.6
    assert numbers["plan.supported"].value == 2.4


@pytest.mark.parametrize("learnt", [False, True])
def test_the_back_test_says_whose_effects_it_took(learnt: bool) -> None:
    """Effects learn from the records or not, by the setting: the words follow."""
    words = said(page("en", learnt=learnt))
    assert ("the records of that time" in words) == learnt
    assert ("effects at their priors" in words) != learnt


def test_what_is_there_is_told() -> None:
    words = said(page(
        target=Target(3, 0.25),
        doubt={"parameter": 0.2, "shock": 0.7, "model": 0.1},
        parts={"p_parameter": "what help does"},
        curse=pd.DataFrame({"name": ["plug-in", "shrunken"], "persons": [3.4, 2.6]}),
    ))  # fmt: skip
    for needle in ("At least 3 persons: probability 0.25.", "20.0% lies in what help does", "0.12",
                   "Every household can be projected.", "not recorded", "plug-in"):  # fmt: skip
        assert needle in words, needle
    risk = "risk of return within 12 months"
    assert risk in words.lower()
    assert risk not in said(page(households=households(return_risk=None))).lower()


def test_recorded_steps_and_what_is_out_of_order_are_listed() -> None:
    wrong = households(remark=["public posting lasted less than 7 days", ""])
    words = said(page(recorded=1, households=wrong))
    assert "Steps of the exit procedure are on record for 1 household." in words
    assert "public posting lasted less than 7 days" in words
    assert "not recorded" not in words


def test_nobody_supported_nobody_judged_and_somebody_unknown() -> None:
    nobody = households(supported=False)
    unknown = pd.DataFrame({"hh": ["S01-0009"], "village": "甲", "members": 1, "reason": "six months missing"})
    report = page(
        tested=None,
        households=nobody,
        supported=0.0,
        supported_villages=NOBODY,
        not_assessable=unknown,
        reliability=pd.DataFrame(),
    )
    words = said(report)
    assert "Not back-tested" in words
    assert "1 household cannot be projected" in words
    assert "six months missing" in words
    assert next(s for s in report.sections if s.key == "supported").blocks[1:] == ()


def test_a_range_of_persons_never_begins_below_nobody() -> None:
    assert "−0.1" not in said(page())
