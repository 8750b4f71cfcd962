"""What own months say about help that began lately, by hand; and help that is newer than the record."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from povlib.calendar import Month
from povlib.exits.forecasting.household_panel import HouseholdPanel
from povlib.exits.help_effects.award_effects import Effect
from povlib.exits.help_effects.guarantee_outlook import help_under_way
from povlib.exits.help_effects.running_help import RunningHelp, panel_without_help, unit_months
from povlib.exits.learning.recent_help import weigh_recent_help
from povlib.params import Earning
from povlib.support.example_township import example_township
from povlib.vocabulary import INCOME_PARTS

LAST = Month(2016, 4)
BETWEEN, ALIKE = 0.5, 0.5


def panel(wages: list[float], spread: float = 0.2) -> HouseholdPanel:
    income = {name: np.zeros((1, len(wages))) for name in INCOME_PARTS}
    income["wage"] = np.array([wages])
    first = LAST + (1 - len(wages))
    return HouseholdPanel(
        income, np.ones((1, len(wages)), dtype=bool), dict.fromkeys(INCOME_PARTS, spread), first, LAST
    )


def post(sd: float = 0.2) -> tuple[Effect, ...]:
    earning = Earning(source="wage", basis="post_wage", mean=0.5, sd=sd, prior_source="x")
    return (Effect("job", 0, earning, spread=BETWEEN),)


def running(start: Month) -> RunningHelp:
    one = np.array([0])
    return RunningHelp(one, one, np.array([start.ordinal]), np.array([10**6]), np.array([True]), np.array([100_000.0]))


def found(wages: list[float], start: Month, spread: float = 0.2):
    seen, help_, effects = panel(wages, spread), running(start), post()
    paid = unit_months(help_, effects, seen)
    return weigh_recent_help(seen, panel_without_help(seen, help_, effects, paid), help_, effects, paid, ALIKE)


def test_wages_since_a_post_began_move_its_effect_by_the_normal_posterior():
    """20,000 fen a month, then 90,000 for two months: seen 140,000 where 100,000 were expected."""
    got = found([20_000.0] * 22 + [90_000.0] * 2, Month(2016, 3))
    prior = 200_000.0**2 * (0.2**2 + (BETWEEN * 0.5) ** 2)
    noise = (0.2 * 40_000) ** 2 * (ALIKE + (1 - ALIKE) / 2) + 1
    gain = prior / (prior + noise)
    assert got.scale[0] == pytest.approx(1 + gain * (140_000 - 100_000) / 100_000)
    assert got.left[0] == pytest.approx(1 - gain)


def test_wild_wages_say_little():
    calm, wild = (found([20_000.0] * 22 + [90_000.0] * 2, Month(2016, 3), spread) for spread in (0.1, 5.0))
    assert calm.left[0] < 0.1 < wild.left[0]
    assert 1 < wild.scale[0] < calm.scale[0]


def test_no_more_wages_mean_no_effect_and_never_a_negative_one():
    got = found([20_000.0] * 22 + [0.0] * 2, Month(2016, 3))
    assert got.scale[0] == 0.0


def test_help_older_than_a_year_is_left_alone():
    got = found([70_000.0] * 24, Month(2015, 4))
    assert (got.scale[0], got.left[0]) == (1.0, 1.0)


def test_a_short_ledger_teaches_nothing():
    got = found([70_000.0] * 20, Month(2016, 3))
    assert (got.scale[0], got.left[0]) == (1.0, 1.0)


@pytest.mark.parametrize(("recorded", "expected"), [(Month(2016, 3), True), (Month(2016, 4), False)])
def test_help_finished_after_the_last_record_counts(recorded, expected, catalogue):
    """A house finished in 2016-03 and recorded unsafe in 2016-03 is newer than its record; in 2016-04 it is not."""
    state = example_township()
    row = {
        "id": "S",
        "hh": "H1",
        "person": None,
        "measure": "housing_repair",
        "status": "已完成",
        "fund": "a",
        "fen": 1,
    }
    months = {"from_month": Month(2016, 1).ordinal, "to_month": Month(2016, 3).ordinal}
    support = pd.DataFrame([row | months]).astype({"fen": "Int64", "from_month": "Int64", "to_month": "Int64"})
    observations = state.observations.loc[state.observations["month"] <= recorded.ordinal]
    hh = pd.Index(["H1", "H2", "H3"])
    chance = help_under_way(support, state.projects, observations, hh, catalogue, LAST, Month(2016, 12))
    assert chance[0, 4] == pytest.approx(0.95 if expected else 0.0)
    assert (chance[1:] == 0).all()
