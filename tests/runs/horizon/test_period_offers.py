"""Money by period and what a period changes in the parameters: by hand from the practice files."""

from __future__ import annotations

from povlib import params
from povlib.params.procedures.rolling_horizon import load_rolling_horizon
from povlib.places import DATA, PARAMS
from povlib.runs.horizon.period_offers import changes_of_period, fund_arrivals, usable_fen

SAMPLE = DATA / "sample" / "params"


def test_money_may_be_spent_from_the_period_after_it_arrives_until_it_lapses() -> None:
    catalogue, horizon = params.load(SAMPLE), load_rolling_horizon(SAMPLE)
    assert fund_arrivals(catalogue, horizon, "housing") == [
        ("housing:201606", 0, 0, 16_000_000),
        ("housing:201705", 2, 2, 9_000_000),
    ]
    special = [usable_fen(catalogue, horizon, "special", t) for t in range(4)]
    # 320,000; with 120,000 granted ahead; with 120,000 of May; without what lapsed at the end of 2017, with 100,000
    assert special == [32_000_000, 44_000_000, 56_000_000, 34_000_000]


def test_without_arrivals_the_money_is_that_of_the_year_in_the_first_period() -> None:
    catalogue, horizon = params.load(SAMPLE), load_rolling_horizon(PARAMS)
    assert fund_arrivals(catalogue, horizon, "special") == [("special:201606", 0, 0, 32_000_000)]
    assert [usable_fen(catalogue, horizon, "helper", t) for t in range(4)] == [3_000_000, 0, 0, 0]


def test_a_period_has_its_own_windows_posts_and_weeks() -> None:
    catalogue, horizon, settings = params.load(SAMPLE), load_rolling_horizon(SAMPLE), params.Settings()
    changed = catalogue.replaced(changes_of_period(catalogue, settings, horizon, 2))
    assert str(changed.funds["special"].window.from_) == "2017-07"  # type: ignore[union-attr]
    assert changed.funds["housing"].amount_fen == 9_000_000
    assert changed.posts["small_parts"].capacity == catalogue.posts["small_parts"].capacity + 6
    weeks = {str(month): n for month, n in changed.crews["builders"].weeks.items()}
    assert weeks["2016-07"] == 16
    assert weeks["2017-07"] == 12
