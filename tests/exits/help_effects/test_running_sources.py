"""Running help by source: households of one employer move together, by hand, and the mean stays."""

from __future__ import annotations

import numpy as np
import pytest

from povlib.exits.forecasting.income_forecast import ForecastWindow
from povlib.exits.help_effects.award_effects import AwardSpan, Effect
from povlib.exits.help_effects.award_sources import AwardSources
from povlib.exits.help_effects.running_help import RunningHelp
from povlib.exits.help_effects.running_sources import running_on_sources
from povlib.exits.source_failures import failure_months
from povlib.params import Earning

LAST, UNIT = 24_196, 50_000.0
WINDOW = ForecastWindow(LAST, LAST + 1, LAST + 4)
POST = Earning(source="wage", basis="post_wage", mean=0.8, sd=0.1, loss_per_month=0.02, prior_source="x")
SOURCES = AwardSources(("厂", "店"), np.array([0.01, 0.0]), {}, {}, {}, {}, LAST)


def running(source: list[int]) -> RunningHelp:
    count = len(source)
    rows, months = np.arange(count), np.full(count, LAST - 3)
    return RunningHelp(
        rows, rows * 0, months, months * 0 + 10**6, rows >= 0, rows * 0 + UNIT, np.array(source, dtype=np.int64)
    )


def found(source: list[int]):  # type: ignore[no-untyped-def]
    spans = [(i, AwardSpan(LAST - 3, alive=LAST)) for i in range(len(source))]
    effect = Effect("post", 0, POST)
    return running_on_sources(running(source), spans, (effect,), np.ones(len(source)), WINDOW, SOURCES, len(source))


def test_only_what_may_fail_is_listed() -> None:
    assert found([-1, 1]) is None
    kept = found([0, 1, -1, 0])
    assert kept is not None
    assert kept.row.tolist() == [0, 3]
    assert kept.fen[0].tolist() == pytest.approx([UNIT * 0.98**k for k in (1, 2, 3, 4)])
    assert kept.variance[[1, 2]].tolist() == [0.0, 0.0]


def test_households_of_one_source_fall_together_and_the_mean_stays() -> None:
    kept = found([0, -1, 0])
    failures = failure_months(np.array([0.01, 0.0]), LAST, [np.random.default_rng(5).standard_normal(1000)] * 2)
    moved = kept.shift(np.array([0, 1, 2]), np.full((1, 1000), 0.8), failures)
    assert (moved[0] == moved[2]).all()
    assert (moved[1] == 0).all()
    assert moved[0].mean() == pytest.approx(0.0, abs=1e-6)
    first = failures[0] == LAST + 1
    # by hand: all of 0.8 x 500 yuan x (0.98 + ... + 0.98^4) is lost where it fails in the first month
    assert moved[0][first] == pytest.approx(-0.8 * UNIT * sum(0.98**k for k in (1, 2, 3, 4)))
    assert moved[0].var() == pytest.approx(kept.variance[0], rel=0.1)
