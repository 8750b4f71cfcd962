"""The figures printed of a plan: sentences of what was counted, no price of an exit where there is none."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from povlib.calendar import Month
from povlib.cli.desk import plan_figures
from povlib.cli.desk.plan_figures import headline_lines
from povlib.runs.area.checking import posts_offered
from povlib.runs.decisions import kept
from povlib.runs.stages import idle_posts

FIGURES = {
    "horizon": Month(2016, 12).ordinal, "additional": 12.34, "additional_low": 9.6, "additional_high": 15.4,
    "expected": 40.0, "expected_low": 35.0, "expected_high": 45.0, "money_fen": 123_400,
    "poorest_money_share": 0.251, "poorest_post_share": 0.5, "gap": 0.0,
}  # fmt: skip


def test_headlines_say_the_numbers_and_the_money_for_each_exit() -> None:
    exits, whole, money, poorest = headline_lines(FIGURES)
    assert "12.3 persons (10–15)" in exits
    assert "40.0 persons (35–45)" in whole
    # 1,234 yuan for 12.34 persons are 100 yuan each
    assert "1,234" in money
    assert "100" in money.split(";")[1]
    assert "25% of the new money and 50% of the new posts" in poorest


@pytest.mark.parametrize("additional", [0.0, -0.2])
def test_without_an_exit_there_is_no_money_for_each(additional: float) -> None:
    assert "no amount" in headline_lines({**FIGURES, "additional": additional})[2]


def test_of_a_plan_by_parts_the_posts_without_money_are_worked_out_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []

    def counted(*given: Any) -> pd.DataFrame:
        asked.append(given)
        return pd.DataFrame(columns=idle_posts.COLUMNS)

    offered = posts_offered.PostsOfOffice(pd.DataFrame({"resource": []}), pd.DataFrame(), pd.DataFrame())
    monkeypatch.setattr(plan_figures, "_print_what_the_law_takes", lambda made: None)
    monkeypatch.setattr(kept, "decisions_on_paper", lambda made: [])
    monkeypatch.setattr(posts_offered, "posts_of_office", lambda made: offered)
    monkeypatch.setattr(idle_posts, "posts_without_money", counted)
    monkeypatch.setattr(idle_posts, "_idle_posts", lambda offer, catalogue: [])
    made: Any = SimpleNamespace(catalogue=SimpleNamespace(posts={}, funds={}), settings=None)
    plan_figures._print_notes_of_parts(made)
    assert len(asked) == 1
