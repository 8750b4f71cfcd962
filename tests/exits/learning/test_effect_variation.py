"""How far households differ in what help brings them, learnt from their gains."""

from __future__ import annotations

import numpy as np
import pytest

from povlib.calendar import Month
from povlib.exits.forecasting.household_panel import HouseholdPanel
from povlib.exits.help_effects.award_effects import Effect
from povlib.exits.help_effects.running_help import RunningHelp, panel_without_help, unit_months
from povlib.exits.learning.effect_variation import effect_spread_between_households
from povlib.exits.projection_constants import projection_constants
from povlib.params import Earning
from povlib.vocabulary import INCOME_PARTS

LAST = Month(2016, 4)


def panel(wage: np.ndarray, transfer: np.ndarray | None = None) -> HouseholdPanel:
    income = {name: np.zeros(wage.shape) for name in INCOME_PARTS}
    income["wage"] = wage
    if transfer is not None:
        income["transfer"] = transfer
    first = LAST + (1 - wage.shape[1])
    return HouseholdPanel(income, np.ones(wage.shape, dtype=bool), dict.fromkeys(INCOME_PARTS, 0.1), first, LAST)


@pytest.mark.parametrize("truth", [0.1, 0.4])
def test_how_far_households_differ_is_learnt_from_their_gains(catalogue, truth):
    """200 households get a post of 600 yuan; what it brings differs, beside wages that move anyhow."""
    rng = np.random.default_rng(2)
    count, helped = 600, 200
    level = rng.uniform(20_000, 60_000, count)
    wage = np.repeat(level[:, None], 24, axis=1) * (1 + 0.1 * rng.standard_normal((count, 24)))
    gain = 60_000 * (1 + truth * rng.standard_normal(helped))
    wage[:helped, -6:] += gain[:, None]
    earning = Earning(source="wage", basis="post_wage", mean=0.5, sd=0.1, prior_source="x")
    effects = (Effect("job", 0, earning, 0.5),)
    row = np.arange(helped)
    running = RunningHelp(row, row * 0, np.full(helped, LAST.ordinal - 5), np.full(helped, 10**6),
                      np.ones(helped, dtype=bool), np.full(helped, 100_000.0))  # fmt: skip
    seen = panel(wage)
    paid = unit_months(running, effects, seen)
    prior = projection_constants(catalogue)
    found = effect_spread_between_households(
        seen, panel_without_help(seen, running, effects, paid), running, effects, paid, prior
    )["job"]
    # the assumed quarter counts like 20 households of 220, once for all posts and once more for the one; a mean
    # gain of 1.2 times the prior's is no difference between households
    assumed_left = (20 / (helped + 20)) ** 2
    own = (found**2 - assumed_left * 0.25**2) / (1 - assumed_left)
    assert np.sqrt(max(own, 0.0)) == pytest.approx(truth, abs=0.08)
    nobody = RunningHelp(*(getattr(running, n)[:0] for n in ("row", "effect", "start", "until", "goes_on", "unit_fen")))
    assert effect_spread_between_households(seen, seen, nobody, effects, paid[:0], prior) == {"job": 0.25}


def test_what_is_seen_of_posts_says_nothing_of_what_raising_cattle_brings(catalogue):
    """150 households with a post whose gain differs by a tenth: the spread of the co-op nobody has stays as assumed."""
    rng = np.random.default_rng(3)
    count, helped = 500, 150
    wage = np.repeat(rng.uniform(20_000, 60_000, count)[:, None], 24, axis=1) * (
        1 + 0.1 * rng.standard_normal((count, 24))
    )
    wage[:helped, -6:] += (50_000 * (1 + 0.1 * rng.standard_normal(helped)))[:, None]
    post = Earning(source="wage", basis="post_wage", mean=0.5, sd=0.1, prior_source="x")
    share = Earning(source="business", basis="yuan_per_month", mean=100, sd=30, prior_source="x")
    effects = (Effect("job", 0, post, 0.25), Effect("cattle", 0, share, 0.5))
    row = np.arange(helped)
    running = RunningHelp(row, row * 0, np.full(helped, LAST.ordinal - 5), np.full(helped, 10**6),
                          np.ones(helped, dtype=bool), np.full(helped, 100_000.0))  # fmt: skip
    seen = panel(wage)
    paid = unit_months(running, effects, seen)
    learnt = effect_spread_between_households(
        seen, panel_without_help(seen, running, effects, paid), running, effects, paid, projection_constants(catalogue)
    )
    assert learnt["cattle"] == 0.5
    assert learnt["job"] < 0.2
