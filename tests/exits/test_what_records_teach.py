"""What the ledger teaches the projection: how allowances shrink, how households differ, who falls back, the prior."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from povlib.calendar import Month
from povlib.errors import DataError
from povlib.exits import (
    optimisers_curse,
    package_value_draws,
    package_values,
    posterior_effects,
    project,
    refit_priors,
    totals,
)
from povlib.exits.forecasting.household_panel import HouseholdPanel
from povlib.exits.help_effects.award_effects import Effect, RunningHelp, panel_without_help, unit_months
from povlib.exits.help_effects.top_up_withdrawal import withdrawal_share
from povlib.exits.learning.effect_variation import effect_spread_between_households
from povlib.exits.learning.optimisers_curse import independent_halves
from povlib.exits.projection_constants import projection_constants
from povlib.exits.return_risk import fit_return_hazard, line_in_force, lines_ahead
from povlib.exits.variance_shares import variance_shares
from povlib.params import Earning
from povlib.support import offer
from povlib.support.example_township import example_township
from povlib.vocabulary import INCOME_PARTS

LAST = Month(2016, 4)


def panel(wage: np.ndarray, transfer: np.ndarray | None = None) -> HouseholdPanel:
    income = {name: np.zeros(wage.shape) for name in INCOME_PARTS}
    income["wage"] = wage
    if transfer is not None:
        income["transfer"] = transfer
    first = LAST + (1 - wage.shape[1])
    return HouseholdPanel(income, np.ones(wage.shape, dtype=bool), dict.fromkeys(INCOME_PARTS, 0.1), first, LAST)


@pytest.mark.parametrize("truth", [0.0, 0.5, 1.0])
def test_the_cut_of_allowances_is_learnt_from_those_who_earned_more(catalogue, truth):
    """Forty households draw 100 yuan a month, then earn 60 more: the ledger shows what was cut of the 60."""
    count, hh = 40, pd.Index([f"h{i:02d}" for i in range(40)])
    standard = float(catalogue.measures["minimum_living"].cost.amount_fen)
    size = np.ones(count)
    wage = np.repeat(np.c_[np.full(count, standard - 10_000), np.full(count, standard - 4_000)], 12, axis=1)
    drawn = np.repeat(np.c_[np.full(count, 10_000.0), np.full(count, 10_000 - truth * 6_000)], 12, axis=1)
    rng = np.random.default_rng(1)
    drawn += rng.normal(0, 50, drawn.shape)
    months = np.arange(LAST.ordinal - 23, LAST.ordinal + 1)
    transfers = pd.DataFrame(
        {"hh": hh.repeat(24), "month": np.tile(months, count), "kind": "minimum_living", "fen": drawn.ravel()}
    )
    found = withdrawal_share(panel(wage, drawn), transfers, hh, size, catalogue)
    assert found == pytest.approx(truth, abs=0.05)
    few = transfers[transfers["hh"].isin(hh[:3])]
    assert (
        withdrawal_share(panel(wage, drawn), few, hh, size, catalogue) == projection_constants(catalogue).allowance_cut
    )


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
    # the assumed half counts like 20 households of 220, once for all measures and once more for the one; a mean
    # gain of 1.2 times the prior's is no difference between households
    assumed_left = (20 / (helped + 20)) ** 2
    own = (found**2 - assumed_left * 0.25) / (1 - assumed_left)
    assert np.sqrt(max(own, 0.0)) == pytest.approx(truth, abs=0.08)
    nobody = RunningHelp(*(getattr(running, n)[:0] for n in ("row", "effect", "start", "until", "goes_on", "unit_fen")))
    assert effect_spread_between_households(seen, seen, nobody, effects, paid[:0], prior) == {"job": 0.5}


def test_shares_of_a_range_add_up_and_name_their_source():
    rng = np.random.default_rng(3)
    drawn = pd.DataFrame({"a.0": rng.normal(size=600), "b.0": rng.normal(size=600), "model": rng.normal(size=600)})
    rows = np.vstack([2 * drawn["a.0"] + drawn["model"], rng.normal(size=600), np.zeros(600)])
    found = variance_shares(rows, drawn)
    assert np.allclose(found.sum(axis=1), 1.0)
    assert found[0] == pytest.approx([0.8, 0.0, 0.2], abs=0.05)
    assert found[1, 1] > 0.97
    assert found[2].tolist() == [0.0, 1.0, 0.0]
    with_luck = variance_shares(rows[:1], drawn, luck=float(rows[0].var()))
    assert with_luck[0, 1] == pytest.approx(0.5, abs=0.05)


def test_parts_of_packages_and_totals_add_up(now, catalogue, settings):
    made = project(now, offer(now, catalogue, settings), catalogue, settings, draws=200)
    ok = made.frame["assessable"]
    assert np.allclose(made.frame.loc[ok, ["p_parameter", "p_shock", "p_model"]].sum(axis=1), 1.0)
    assert (made.frame.loc[ok, "p_low_80"] >= made.frame.loc[ok, "p_low"] - 1e-9).all()
    best = made.frame.loc[ok].sort_values("p").groupby("hh")["package"].last()
    found = totals(made, best)
    for parts in (found.parts, found.additional_parts):
        assert sum(parts.values()) == pytest.approx(1.0)
    assert found.additional_parts["parameter"] > totals(made).parts["parameter"]
    worth = package_value_draws(made, settings)
    assert worth.shape == made.draws.shape
    assert np.allclose(worth.mean(axis=1), package_values(made, settings)["value"], atol=1e-3)


def test_return_risk_lies_with_those_near_the_line(now, catalogue, settings):
    made = project(now, offer(now, catalogue, settings), catalogue, settings)
    zero = made.frame[(made.frame["k"] == 0) & made.frame["assessable"]]
    assert zero["return_risk"].between(0, 1).all()
    line = catalogue.line_fen(settings.authority, settings.horizon)
    rich = zero[zero["income_fen"] > 2 * line]["return_risk"].mean()
    near = zero[zero["income_fen"].between(0.9 * line, 1.1 * line)]["return_risk"].mean()
    assert near > rich + 0.1
    # a post that goes on brings twelve months of wage in the year after, not seven: it must not add to the risk
    parts = offer(now, catalogue, settings).components
    posts = made.frame[made.frame["package"].isin(parts.loc[parts["measure"] == "cleaner_post", "package"])]
    pairs = posts.merge(zero[["hh", "return_risk"]], on="hh", suffixes=("", "_0"))
    assert (pairs["return_risk"] <= pairs["return_risk_0"] + 0.02).mean() > 0.9


def test_the_hazard_of_falling_back_is_that_of_the_ledger(now, later, catalogue, settings):
    found = fit_return_hazard(now, catalogue, settings)
    assert found.status == "learnt"
    assert found.seen >= 10
    risk = found.within_a_year(np.array([0.02, 0.3, 1.0]), np.ones(12))
    assert risk[0] > risk[1] > risk[2] > 0
    rising = found.within_a_year(np.array([0.1]), np.full(12, 1.06))
    assert rising[0] > found.within_a_year(np.array([0.1]), np.ones(12))[0]


def test_without_history_the_rate_is_the_assumed_one(catalogue, settings):
    found = fit_return_hazard(example_township(), catalogue, settings)
    assert found.status == "assumed"
    prior = projection_constants(catalogue)
    assert 0 < found.rate <= prior.return_rate
    short = SimpleNamespace(**(vars(example_township()) | {"observations": example_township().observations.head(0)}))
    assert fit_return_hazard(short, catalogue, settings).rate == pytest.approx(prior.return_rate)


def test_a_line_not_entered_yet_is_taken_as_the_newest_before_it(catalogue):
    assert line_in_force(catalogue, "exit_check", Month(2033, 5)) == catalogue.line_fen("exit_check", Month(2020, 12))
    ahead = lines_ahead(catalogue, "exit_check", Month(2016, 8))
    assert ahead[:4].tolist() == [1.0] * 4
    assert ahead[4:] == pytest.approx(3335 / 3146)


def test_a_wrong_prior_is_set_right_by_earlier_origins(catalogue):
    """Means one spread too high, spreads twice too wide: thirteen effects at three origins say so, roughly."""
    rng = np.random.default_rng(4)
    shifts, scales = [], []
    for _ in range(20):
        truth = rng.normal(0.0, 1.0, 39)
        seen = pd.DataFrame({"prior_mean": 1.0, "prior_sd": 2.0, "estimate": rng.normal(truth, 1.0), "se": 1.0})
        found = refit_priors(seen, catalogue)
        shifts.append(found.shift)
        scales.append(found.scale)
    assert np.mean(shifts) == pytest.approx(-0.5, abs=0.1)
    assert np.mean(scales) == pytest.approx(0.5, abs=0.12)


def test_nothing_known_leaves_the_prior_alone_and_one_estimate_moves_it_little(catalogue):
    none = refit_priors(
        pd.DataFrame({"prior_mean": [1.0], "prior_sd": [1.0], "estimate": [None], "se": [1.0]}), catalogue
    )
    assert (none.shift, none.scale, none.n) == (0.0, 1.0, 0)
    one = refit_priors(
        pd.DataFrame({"prior_mean": [1.0], "prior_sd": [1.0], "estimate": [3.0], "se": [2.0]}), catalogue
    )
    assert 0 < one.shift < 0.6
    with pytest.raises(DataError):
        refit_priors(pd.DataFrame({"prior_mean": [1.0]}), catalogue)
    with pytest.raises(DataError):
        refit_priors(pd.DataFrame({"prior_mean": [1.0], "prior_sd": [0.0], "estimate": [3.0], "se": [2.0]}), catalogue)


def test_the_plug_in_plan_promises_more_than_the_shrunken_one(now, catalogue, settings):
    """Estimates that are far too good: the curse shows them, the halves do not follow."""
    offered = offer(now, catalogue, settings)
    evidence = pd.DataFrame(
        {"measure": ["enterprise_post", "cleaner_post"], "source": "wage", "prior_mean": [0.45, 0.85],
         "prior_sd": [0.1, 0.1], "estimate": [1.4, None], "se": [0.5, None]}
    ).astype({"estimate": "float64", "se": "float64"})  # fmt: skip

    def best(made):
        return made.frame[made.frame["assessable"]].sort_values("p").groupby("hh")["package"].last()

    found = optimisers_curse(
        evidence, lambda effects: project(now, offered, catalogue, settings, draws=60, posterior=effects), best
    ).set_index("key")
    assert found.loc["plug_in", "additional"] > found.loc["shrunken", "additional"]
    assert found.loc["optimism", "persons"] > 0
    assert found.loc["cross_fitted", "additional"] == pytest.approx(found.loc["shrunken", "additional"], rel=0.1)


def test_halves_are_independent_given_the_truth():
    seen = pd.DataFrame({"estimate": np.random.default_rng(1).normal(0, 0.5, 20_000), "se": 0.5})
    one, two = independent_halves(seen, seed=3)
    assert np.corrcoef(one["estimate"], two["estimate"])[0, 1] == pytest.approx(0.0, abs=0.02)
    assert one["estimate"].std() == pytest.approx(0.5 * np.sqrt(2), rel=0.02)
    assert posterior_effects(seen.assign(measure="a", source="wage", prior_mean=0.0, prior_sd=0.0))["mean"].eq(0).all()
