"""Take-up followed award by award: however many awards a package holds, none counts as if it surely started."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from povlib.errors import DataError
from povlib.exits.exit_chances import takeup_branches
from povlib.exits.help_effects.package_effects import MOST_EARNERS, AddedIncome, award_effects_of_packages
from povlib.exits.source_failures import Fate

DRAWS = 3


@pytest.mark.parametrize("awards", [1, 4, 5, 7])
def test_income_of_every_award_counts_by_its_take_up(awards: int) -> None:
    """By hand: a package of n awards of 100 fen each, taken up with chance 0.5, is worth 50 n on average."""
    zeros = np.zeros(awards)
    added = AddedIncome(
        np.zeros(awards, dtype=np.int64), np.arange(awards), np.zeros(awards, dtype=np.int64), zeros + 100, zeros,
        zeros, zeros, np.full(awards, -1),
    )  # fmt: skip
    rates = SimpleNamespace(takeup=np.full((1, DRAWS), 0.5), loss=np.zeros((1, DRAWS)))
    shared = SimpleNamespace(draws=DRAWS, effect=np.ones((1, DRAWS)), rates=rates, failures=None)
    nobody = SimpleNamespace(drawn=np.zeros(1))
    takeup, taker = np.full((1, awards), 0.5), np.zeros((1, awards), dtype=np.int64)
    branches = list(takeup_branches(added, takeup, taker, np.zeros(1, dtype=np.int64), shared, nobody))
    assert len(branches) == 2**awards
    assert sum(weight.mean() for _, weight, _, _ in branches) == pytest.approx(1.0)
    mean = sum((weight * more).mean() for _, weight, more, _ in branches)
    assert mean == pytest.approx(50.0 * awards)
    # as a binomial: the spread is there too, not the mean alone
    second = sum((weight * more**2).mean() for _, weight, more, _ in branches)
    assert second - mean**2 == pytest.approx(100.0**2 * awards * 0.25)


def test_what_hangs_on_a_failed_source_ends_for_all_at_once() -> None:
    """By hand: wage and dividend of one place, and a post there, all gone in the draw in which it fails."""
    failures = np.array([[101, 10**7, 10**7, 10**7]])  # fails before the first month in one of four draws
    fates = (Fate(0, 101, (1.0, 1.0)), Fate(0, 101, (0.0, 1.0)))
    added = AddedIncome(
        package=np.array([0, 0, 1]), slot=np.zeros(3, dtype=np.int64), effect=np.array([0, 1, 0]),
        fen=np.array([300.0, 60.0, 90.0]), variance=np.zeros(3), loss=np.zeros(3), together=np.full(3, 7.0),
        fate=np.array([0, 1, 0]), fates=fates,
    )  # fmt: skip
    rates = SimpleNamespace(takeup=np.ones((2, 4)), loss=np.zeros((2, 4)))
    shared = SimpleNamespace(draws=4, effect=np.full((2, 4), 2.0), rates=rates, failures=failures)
    takeup, taker = np.ones((2, 1)), np.zeros((2, 1), dtype=np.int64)
    nobody = SimpleNamespace(drawn=np.zeros(2))
    ((_, _, more, extra2),) = takeup_branches(added, takeup, taker, np.arange(2), shared, nobody)
    assert more.tolist() == [[0.0, 960.0, 960.0, 960.0], [0.0, 240.0, 240.0, 240.0]]
    assert more.mean(axis=1).tolist() == [720.0, 180.0]  # 2 x 360 and 2 x 90: the mean is that without failures
    assert extra2.tolist() == [0.0, 0.0]
    shared.failures = None  # nothing drawn of sources: their variance is own luck
    ((_, _, more, extra2),) = takeup_branches(added, takeup, taker, np.arange(2), shared, nobody)
    assert more.tolist() == [[720.0] * 4, [180.0] * 4]
    assert extra2.tolist() == [14.0, 7.0]


def test_more_awards_than_can_be_followed_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    from povlib.exits.help_effects import package_effects

    count = MOST_EARNERS + 1
    kind = SimpleNamespace(measure=SimpleNamespace(key="m"))
    monkeypatch.setattr(package_effects, "award_kinds", lambda components, catalogue: (np.zeros(count, int), [kind]))
    components = {"package": SimpleNamespace(to_numpy=lambda dtype: np.zeros(count, dtype=dtype))}
    with pytest.raises(DataError, match=f"holds {count} awards"):
        award_effects_of_packages(components, np.zeros(1, int), None, None, (SimpleNamespace(measure="m"),), None)  # type: ignore[arg-type]
