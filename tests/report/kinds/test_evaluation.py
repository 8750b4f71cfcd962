"""The evaluation: what became of promises, by hand; and what it says while there is none to judge."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import pandas as pd
import pytest

from povlib.calendar import Month
from povlib.report.kinds.evaluation import Evaluation, cause_words, evaluation, side_words
from povlib.report.model.paper import Report
from povlib.report.pages.effect_wording import EffectFacts
from povlib.report.writers.html import render_html

COLUMNS = ["name", "households", "assessed", "expected", "observed", "ratio", "ratio_low", "ratio_high"]
NOTHING = pd.DataFrame(columns=COLUMNS)
KEPT = pd.DataFrame([["a", 40, 38, 21.0, 33.0, 1.571, 1.2, 1.9], ["b", 80, 80, 67.2, 58.0, 0.863, 0.7, 1.0]],
                    columns=COLUMNS)  # fmt: skip
WRONG = pd.DataFrame({"exited": [False, False, True], "cause": ["shock", "none", "rise"], "households": [5, 2, 4]})


def _paper(made_up: ModuleType, lang: str = "en", open_promises: int = 0, aside: int = 0, **changes: Any) -> Report:
    meeting = made_up.facts(promises_open=open_promises, promises_set_aside=aside,
                            record=changes.pop("record", made_up.facts().record))  # fmt: skip
    values: dict[str, Any] = {
        "meeting": meeting, "runs": KEPT, "villages": KEPT, "measures": KEPT, "wrong": WRONG, "by_chance": 12.4,
        "next_due": None, "reliability": pd.DataFrame(), "effects": EffectFacts(*(pd.DataFrame(),) * 4), "names": {},
    }  # fmt: skip
    head = {"issuer": "o", "date_line": "2016-05", "manifest": {}, "draft": True, "lapsed": False}
    return evaluation(Evaluation(**(values | changes)), lang, **head)


def test_promises_of_all_plans_add_up(made_up: ModuleType) -> None:
    paper = _paper(made_up)
    numbers = {number.key: number.value for number in paper.numbers}
    assert numbers["kept.expected"] == pytest.approx(88.2)
    assert (numbers["kept.observed"], numbers["kept.households"], numbers["kept.assessed"]) == (91, 120, 118)
    assert (numbers["kept.wrong"], numbers["kept.by_chance"]) == (11, 12.4)
    assert numbers["kept_runs[a].ratio_low"] == 1.2
    page = render_html(paper)
    assert "Of 88.2 households promised to exit, 91 did (118 of 120 could be assessed)." in page
    assert "income fell" in page


def test_without_an_earlier_plan_one_sentence_says_so(made_up: ModuleType) -> None:
    none = {"runs": NOTHING, "villages": NOTHING, "measures": NOTHING, "wrong": WRONG.iloc[:0], "by_chance": 0.0}
    page = render_html(_paper(made_up, record=made_up.none("record"), **none))
    assert "No earlier plan of this office was approved" in page
    assert "Why some went wrong" not in page
    page = render_html(_paper(made_up, open_promises=340, aside=12, record=made_up.none("record"),
                              next_due=Month(2016, 12), **none))  # fmt: skip
    assert "340 promises of approved plans are open, and none has fallen due: the first do in 2016-12." in page
    assert "12 promises of plans that were replaced or withdrawn" in page


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_cause_has_words_of_its_own(lang: str) -> None:
    causes, sides = cause_words(lang), side_words(lang)
    assert len({*causes.values()}) == len(causes) == 9
    assert len({*sides.values()}) == 2
