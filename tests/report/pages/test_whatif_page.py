"""The page of 07_scenarios: its words follow from its numbers, in both languages."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from povlib.report.pages.whatif_page import WhatIf, whatif_page
from povlib.report.writers.notebook_page import Page

FUNDS, MEASURES = {"f": "special fund"}, {"house": "repair of a house", "post": "cleaner post"}


@pytest.fixture
def answers() -> WhatIf:
    """Answers made up by hand."""
    return WhatIf(
        facts={
            "additional": 30.0, "tail": 0.1, "averse_worst": 81.0, "averse_bound": 82.5, "averse_mean": 99.0,
            "plan_worst": 80.0, "draws": 500, "rule_additional": 20.0, "rule_loss": 10.0, "rule_loss_share": 1 / 3,
            "rule_agree": 0.4, "rule_most": 2, "rule_unseen": {"rule": 19.5, "plan": 29.0},
            "rule_broken": [], "rule_tried": 50,
        },
        money=pd.DataFrame(
            {"row": "f", "capacity": [0, 5_000_000, 10_000_000], "value": [90.0, 100.0, 105.0],
             "additional": [20.0, 30.0, 35.0], "bound": [90.5, 100.2, 105.1], "gap": [0.5, 0.2, 0.1],
             "price": 0.0, "money_fen": [1, 2, 3], "status": "gap", "change_low": [-10.2, 0.0, 4.8],
             "change_high": [-9.5, 0.0, 5.1], "distinct": [True, False, True], "own": [False, True, False]}
        ),
        limits=pd.DataFrame({"row": "f", "capacity": [0.0, 10_000_000.0], "limit": [90.5, 105.1]}),
        kept=pd.DataFrame({"level": [0.0, 0.5], "value": [100.0, 95.0], "additional": [30.0, 25.0],
                           "bound": [100.2, 95.2],
                           "gap": 0.2, "status": "gap", "change_low": [0.0, -5.2], "change_high": [0.0, -4.8],
                           "distinct": [False, True], "own": [True, False]}),
        regret=pd.DataFrame({"key": ["plan", "poorest"], "mean": [100.0, 70.0], "low": [80.0, 60.0],
                             "high": [120.0, 80.0], "best_share": [0.9, 0.1], "regret_mean": [0.5, 30.0],
                             "regret_p90": [2.0, 40.0], "regret_max": [6.0, 50.0], "behind_share": [0.0, 0.1]}),
        points=pd.DataFrame({"fact": ["workers", "far"], "level": ["3+", "True"], "points": [4, -2]}),
        wishes=pd.DataFrame({"rank": [1, 2], "kind": ["post", "house"]}),
        order=pd.DataFrame({"points": [4], "package": ["p"], "served": [True]}),
    )  # fmt: skip


def made(answers: WhatIf, lang: str) -> Page:
    return Page(whatif_page(answers, funds=FUNDS, measures=MEASURES, lang=lang, synthetic=True))


def test_the_sentences_carry_the_numbers(answers: WhatIf) -> None:
    page = made(answers, "en")
    assert page.keys == ("money", "kept", "bad_years", "regret", "rule")
    assert "20.0 persons additional exits, with 100,000 yuan 35.0" in page["money"].html
    for word in ("80.0 persons", "81.0 persons", "82.5 persons"):
        assert word in repr(page["bad_years"])
    assert "90.0%" in repr(page["regret"])
    assert "33.3%" in repr(page["rule"])
    assert "19.5 persons against 29.0 persons" in repr(page["rule"])


def test_a_difference_that_the_proofs_leave_open_is_not_sold_as_an_effect(answers: WhatIf) -> None:
    page = made(answers, "en")
    assert "the plan itself" in page["money"].html
    assert "+4.8 to +5.1" in page["money"].html
    assert "not distinguishable from" not in page["money"].html
    told = {(True, False): "100,000 yuan is not distinguishable", (False, True): "0 yuan is not distinguishable",
            (False, False): "from 0 yuan to 100,000 yuan nothing is distinguishable"}  # fmt: skip
    for (low, high), words in told.items():
        money = answers.money.assign(distinct=[low, False, high])
        html = made(replace(answers, money=money), "en")["money"].html
        assert words in html
    level = answers.kept.assign(bound=100.2, distinct=False)
    kept = repr(made(replace(answers, kept=level), "en")["kept"])
    assert "would cost in exits is not distinguishable from nothing" in kept
    assert "分辨不出差别" in made(replace(answers, kept=level), "zh")["kept"].html


def test_it_is_told_in_chinese(answers: WhatIf) -> None:
    page = made(answers, "zh")
    assert "坏年景" in repr(page["bad_years"])
    assert "一页纸的规则" in repr(page["rule"])


def test_points_are_posted_with_their_sign(answers: WhatIf) -> None:
    html = made(answers, "en")["rule"].html
    assert "+4" in html
    assert "-2" in html or "−2" in html
    assert html.index("cleaner post") < html.index("repair of a house")


def test_an_office_without_funds_or_shares_has_no_such_part(answers: WhatIf) -> None:
    page = made(replace(answers, money=answers.money.iloc[:0], kept=answers.kept.iloc[:0]), "en")
    assert page.keys == ("bad_years", "regret", "rule")


def test_rules_that_points_cannot_keep_are_named(answers: WhatIf) -> None:
    broken = {**answers.facts, "rule_broken": ["floor of village B"]}
    assert "floor of village B" in repr(made(replace(answers, facts=broken), "en")["rule"])


def test_a_larger_share_is_held_against_the_plan_and_what_it_gives(answers: WhatIf) -> None:
    """Nobody receives the lowest level tried: with nothing kept the plan gives 20.1 % all the same."""
    levels = answers.kept.assign(level=[0.0, 0.5], own=[False, True])
    more = pd.concat([levels, levels.iloc[1:].assign(level=0.6, additional=22.0, own=False)], ignore_index=True)
    told = replace(answers, kept=more, facts={**answers.facts, "poorest_money_share": 0.201})
    kept = repr(made(told, "en")["kept"])
    assert "At least 50.0% of the new money is kept for the poorest fifth. This plan gives it 20.1%." in kept
    assert "With at least 60.0% there would be 22.0 persons instead of 25.0 persons" in kept
    assert "instead of 0.0%" not in kept
    assert "No larger share that was tried can be kept" in repr(made(replace(answers, kept=levels), "en")["kept"])
