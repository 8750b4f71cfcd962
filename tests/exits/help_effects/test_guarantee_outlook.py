"""Whether works bring a guarantee about in time."""

from __future__ import annotations

import pytest

from povlib.calendar import Month
from povlib.exits.help_effects.guarantee_outlook import new_award_chances, running_help_chances
from povlib.params import Measure


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
