"""Rates that a plan takes as given: drawn once for all, mean kept, taught by refusals on record, wider totals."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy.stats import beta as beta_distribution

from povlib.exits import project, totals
from povlib.exits.help_effects.award_effects import AwardSpan, Effect
from povlib.exits.help_effects.delivery_rates import beta_draws, paid_months_slope, with_recorded_takeup
from povlib.exits.shared_draws import draw_shared_quantities
from povlib.params import Earning
from povlib.support import offer


def effect(measure: str = "post", number: int = 0, **more) -> Effect:
    earning = {"source": "wage", "basis": "yuan_per_month", "mean": 100, "sd": 10, "prior_source": "x"} | more
    return Effect(measure, number, Earning(**earning))


def test_a_rate_known_from_twenty_households_is_beta():
    drawn = beta_draws(0.8, 20.0, np.random.default_rng(1).standard_normal(20_000))
    assert drawn.mean() == pytest.approx(0.8, abs=1e-12)
    assert drawn.std() == pytest.approx(beta_distribution(16, 4).std(), rel=0.03)
    assert beta_draws(1.0, 20.0, np.zeros(3)).tolist() == [1.0, 1.0, 1.0]  # a rule, not an estimate


def test_one_draw_serves_all_that_a_measure_earns_and_no_other_measure():
    two = tuple(replace(e, takeup_weight=20.0) for e in (effect(takeup=0.8), effect("post", 1, takeup=0.9),
                                                          effect("cow", takeup=0.8)))  # fmt: skip
    drawn = draw_shared_quantities(two, [], 400, 5, rate_weight=20.0).rates.takeup
    assert (drawn[0] == drawn[1]).all()
    assert abs(np.corrcoef(drawn[0], drawn[2])[0, 1]) < 0.2


def test_the_hazard_moves_paid_months_as_its_derivative_says():
    """Paid in months 1-4 since the start at 0 with chance (1 - q)^t: the derivative is -sum t (1 - q)^(t - 1)."""
    q = 0.03
    found = paid_months_slope(effect(loss_per_month=q), AwardSpan(0), 1, 4)
    assert found == pytest.approx(-sum(t * (1 - q) ** (t - 1) for t in range(1, 5)), rel=1e-4)
    assert paid_months_slope(effect(), AwardSpan(0), 1, 4) == 0.0


def test_refusals_on_record_teach_take_up_and_none_on_record_teach_nothing():
    support = pd.DataFrame({"measure": ["post"] * 10, "status": ["进行中"] * 4 + ["取消"] * 6, "from_month": [5] * 10})
    (found,) = with_recorded_takeup([effect(takeup=0.8)], support, 9, 20.0)
    assert found.earning.takeup == pytest.approx((16 + 4) / 30)
    assert found.takeup_weight == 30.0
    (same,) = with_recorded_takeup([effect(takeup=0.8)], support.iloc[:4], 9, 20.0)
    assert (same.earning.takeup, same.takeup_weight) == (0.8, 20.0)


@pytest.mark.thorough
def test_uncertain_rates_widen_the_additional_range_and_leave_its_mean(now, catalogue, settings):
    offered = offer(now, catalogue, settings)
    sure = catalogue.replaced({"exits.rate_weight.value": 1e9})
    found = {}
    for name, one in (("known", sure), ("drawn", catalogue.replaced({"exits.rate_weight.value": 3}))):
        made = project(now, offered, one, settings, draws=400)
        if name == "known":
            ok = made.frame.loc[made.frame["assessable"]]
            best = ok.sort_values(["p", "k"]).groupby("hh")["package"].last()
        found[name] = totals(made, best)
    assert found["drawn"].additional == pytest.approx(found["known"].additional, rel=0.02)
    assert found["drawn"].additional_draws.std() > found["known"].additional_draws.std()
    assert found["drawn"].additional_parts["parameter"] > found["known"].additional_parts["parameter"]
