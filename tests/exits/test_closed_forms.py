"""Closed forms against numerical integration, enumeration and hand-computed values."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.stats import norm

from povlib.calendar import Month
from povlib.exits.help_effects.award_effects import AwardSpan, Effect, award_variance, paid_months
from povlib.exits.help_effects.guarantee_outlook import new_award_chances, running_help_chances
from povlib.exits.normal_distribution import chance_over, expected_gap, expected_squared_gap
from povlib.exits.shared_draws import draw_shared_quantities
from povlib.params import Earning, Measure

BETWEEN = 0.5
amounts = st.floats(-5000, 12_000)


@given(amounts, st.floats(50, 4000), amounts)
@settings(max_examples=40, deadline=None)
def test_normal_closed_forms_match_integration(mean, spread, line):
    def integral(power: int) -> float:
        low = mean - 12 * spread
        if line <= low:
            return 0.0
        return quad(lambda y: (line - y) ** power * norm.pdf(y, mean, spread), low, line, limit=200)[0]

    assert float(chance_over(mean, spread, line)) == pytest.approx(1 - integral(0), abs=1e-7)
    assert float(expected_gap(mean, spread, line)) == pytest.approx(integral(1), abs=1e-4)
    assert float(expected_squared_gap(mean, spread, line)) == pytest.approx(integral(2), rel=1e-5, abs=1e-1)


def test_nothing_uncertain_is_a_step():
    assert chance_over([99.0, 100.0, 101.0], 0.0, 100.0).tolist() == [0.0, 0.0, 1.0]
    assert expected_gap([99.0, 101.0], 0.0, 100.0).tolist() == [1.0, 0.0]
    assert expected_squared_gap([97.0, 101.0], 0.0, 100.0).tolist() == [9.0, 0.0]


def earning(**more):
    return Earning(**({"source": "wage", "basis": "yuan_per_month", "mean": 100, "sd": 10, "prior_source": "x"} | more))


@given(
    st.integers(0, 6), st.floats(0, 0.5), st.floats(0, 0.9), st.integers(0, 20), st.integers(1, 24),
    st.sets(st.integers(1, 12), min_size=1),
)  # fmt: skip
@settings(max_examples=40, deadline=None)
def test_paid_months_match_enumeration_of_the_month_of_loss(delay, hazard, decay, start, length, paid_in):
    one = earning(delay_months=delay, loss_per_month=hazard, decay_per_year=decay, paid_in=tuple(sorted(paid_in)))
    first, last = 10, 10 + length
    span = AwardSpan(start)
    outcomes, chances = [], []
    for alive in range(last - start + 2):  # ended after `alive` months, the last: never within the window
        never = alive == last - start + 1
        chances.append((1 - hazard) ** alive * (1 if never else hazard))
        worth = [
            (1 - decay) ** (max(t - start - 12, 0) / 12)
            for t in range(max(first, start + delay), last + 1)
            if t - start <= alive and t % 12 + 1 in paid_in
        ]
        outcomes.append(sum(worth))
    if last < start:
        outcomes, chances = [0.0], [1.0]
    mean = float(np.dot(outcomes, chances))
    variance = float(np.dot(np.square(outcomes), chances)) - mean**2
    found = paid_months(one, span, first, last)
    assert found[0] == pytest.approx(mean, abs=1e-9)
    assert found[1] == pytest.approx(variance, abs=1e-7)


def test_award_variance_is_that_of_a_product_of_independent_parts():
    """Var(E N) = (m^2 + s^2)(V + n^2) - m^2 n^2 with E of mean m, spread s = h m, N of mean n, variance V."""
    n, v, m = 5.0, 1.5, 100.0
    s = BETWEEN * m
    assert award_variance(Effect("job", 0, earning(), BETWEEN), n, v) == pytest.approx(
        (m**2 + s**2) * (v + n**2) - m**2 * n**2
    )


def test_a_dividend_of_december_is_one_payment():
    one = earning(paid_in=(12,), delay_months=6)
    june = Month(2016, 6).ordinal
    assert paid_months(one, AwardSpan(june), june - 5, Month(2016, 12).ordinal) == (1.0, 0.0)
    assert paid_months(one, AwardSpan(june + 1), june - 5, Month(2016, 12).ordinal) == (0.0, 0.0)


def test_a_post_that_starts_in_june_brings_seven_months_by_december():
    june = Month(2016, 6).ordinal
    assert paid_months(earning(), AwardSpan(june), Month(2016, 1).ordinal, Month(2016, 12).ordinal)[0] == 7.0


def test_draws_of_one_quantity_do_not_depend_on_the_others():
    effects = tuple(Effect("m", i, earning(mean=i, sd=1)) for i in range(3))
    few, many = (
        draw_shared_quantities(effects[:1], ["乙"], 100, 5),
        draw_shared_quantities(effects, ["甲", "乙"], 100, 5),
    )
    assert (few.effect[0] == many.effect[0]).all()
    assert (few.village[0] == many.village[1]).all()
    assert not (many.effect[1] - 1 == many.effect[2] - 2).all()
    assert many.effect.mean(axis=1) == pytest.approx([0, 1, 2], abs=1e-12)  # antithetic: the mean is exact
    assert not (draw_shared_quantities(effects, ["甲"], 100, 6).common == many.common).all()


def measure(delay: int, chance: float) -> Measure:
    names = {"zh": "修", "en": "repair"}
    closing = {"guarantee": "housing", "delay_months": delay, "chance": chance, "prior_source": "x"}
    return Measure(
        key="repair", names=names, kind="housing", cost={"basis": "fixed", "amount_yuan": 1}, closes=[closing],
        status="assumed", source="x", in_force="2016",
    )  # fmt: skip


def test_a_house_that_is_finished_after_the_horizon_does_not_count():
    end = Month(2016, 12)
    assert new_award_chances(measure(6, 0.9), Month(2016, 6), end)[4] == 0.9
    assert new_award_chances(measure(7, 0.9), Month(2016, 6), end).sum() == 0


def test_work_that_is_late_still_has_a_chance():
    last, end = Month(2016, 4), Month(2016, 12)
    assert running_help_chances(measure(2, 0.8), Month(2016, 4), last, end)[4] == 0.8
    late = running_help_chances(measure(2, 0.8), Month(2016, 1), last, end)[4]
    assert late == pytest.approx(0.8 * (1 - (2 / 3) ** 8))
