"""Sources that fail: drawn evenly, the mean kept, the variance that of every way it can go, counted one by one."""

from __future__ import annotations

import numpy as np
import pytest

from povlib.exits.source_failures import NEVER, Fate, failure_months, fate_factor, standing, together_variance

LAST = 100


def test_draws_of_a_month_are_those_of_the_chance_to_one_draw() -> None:
    rng = np.random.default_rng(1)
    draws, hazard = 500, np.array([0.004, 0.1, 0.0])
    months = failure_months(hazard, LAST, [rng.standard_normal(draws) for _ in hazard])
    for source, chance in enumerate(hazard[:2].tolist()):
        for ahead in (1, 3, 7, 20):
            stands = int((months[source] > LAST + ahead).sum())
            assert abs(stands - draws * (1 - chance) ** ahead) <= 1
    assert months[:2].min() == LAST + 1  # nothing fails in a month that is known
    assert (months[2] == NEVER).all()


def test_one_source_fails_apart_from_another() -> None:
    rng = np.random.default_rng(2)
    months = failure_months(np.array([0.1, 0.1]), LAST, [rng.standard_normal(2000) for _ in range(2)])
    gone = months <= LAST + 7
    assert abs(float(np.corrcoef(gone)[0, 1])) < 0.06


def test_what_an_award_is_expected_to_pay_stays_whatever_is_drawn() -> None:
    rng = np.random.default_rng(3)
    failures = failure_months(np.array([0.03]), LAST, [rng.standard_normal(300)])
    for first, months in ((LAST + 1, (0.0, 1.0, 0.9, 0.8)), (LAST + 3, (0.5,) * 12)):
        assert fate_factor(Fate(0, first, months), failures).mean() == pytest.approx(1.0, abs=1e-12)
    assert standing(np.full(5, LAST), np.array([LAST + 1])).tolist() == [[1.0] * 5]  # nothing left to tell apart
    assert fate_factor(Fate(0, LAST + 1, (0.0,)), failures).tolist() == [1.0] * 300


def test_variance_is_that_of_every_way_it_can_go() -> None:
    """By enumeration: the source fails in month k with (1 - f)^k f, and what is paid then is summed by hand."""
    hazard, months = 0.2, (0.9, 0.0, 0.7, 0.6)
    chances = [(1 - hazard) ** k * hazard for k in range(4)] + [(1 - hazard) ** 4]
    paid = [sum(months[t] / (1 - hazard) ** (t + 1) for t in range(k)) for k in range(5)]
    mean = sum(c * p for c, p in zip(chances, paid, strict=True))
    assert mean == pytest.approx(sum(months))
    variance = sum(c * (p - mean) ** 2 for c, p in zip(chances, paid, strict=True))
    assert together_variance(Fate(0, LAST + 1, months), hazard, LAST) == pytest.approx(variance)


def test_drawn_and_computed_variance_agree() -> None:
    rng = np.random.default_rng(4)
    fate = Fate(0, LAST + 2, (1.0,) * 8)
    failures = failure_months(np.array([0.05]), LAST, [rng.standard_normal(20_000)])
    drawn = 8.0**2 * fate_factor(fate, failures).var()
    assert drawn == pytest.approx(together_variance(fate, 0.05, LAST), rel=0.02)
