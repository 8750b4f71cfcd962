"""Take-up followed award by award: however many awards a package holds, none counts as if it surely started."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from povlib.errors import DataError
from povlib.exits.exit_chances import takeup_branches
from povlib.exits.help_effects.package_effects import MOST_EARNERS, AddedIncome, award_effects_of_packages

DRAWS = 3


@pytest.mark.parametrize("awards", [1, 4, 5, 7])
def test_income_of_every_award_counts_by_its_take_up(awards: int) -> None:
    """By hand: a package of n awards of 100 fen each, taken up with chance 0.5, is worth 50 n on average."""
    zeros = np.zeros(awards)
    added = AddedIncome(
        np.zeros(awards, dtype=np.int64), np.arange(awards), np.zeros(awards, dtype=np.int64), zeros + 100, zeros, zeros
    )
    rates = SimpleNamespace(takeup=np.full((1, DRAWS), 0.5), loss=np.zeros((1, DRAWS)))
    shared = SimpleNamespace(draws=DRAWS, effect=np.ones((1, DRAWS)), rates=rates)
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


def test_more_awards_than_can_be_followed_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    from povlib.exits.help_effects import package_effects

    count = MOST_EARNERS + 1
    kind = SimpleNamespace(measure=SimpleNamespace(key="m"))
    monkeypatch.setattr(package_effects, "award_kinds", lambda components, catalogue: (np.zeros(count, int), [kind]))
    components = {"package": SimpleNamespace(to_numpy=lambda dtype: np.zeros(count, dtype=dtype))}
    with pytest.raises(DataError, match=f"holds {count} awards"):
        award_effects_of_packages(components, np.zeros(1, int), None, None, (SimpleNamespace(measure="m"),), None)  # type: ignore[arg-type]
