"""Rates that a plan takes as given, and how surely they are known: take-up, loss of posts, works done in time.

Responsible for drawing each rate once for all recipients of a measure (Beta, with the strength of so many
households), and for what the office's own records say of take-up and losses. Not responsible for the values, which
stand in the catalogue, nor for effects of help (`povlib.exits.shared_draws`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from povlib.arrays import Floats
from povlib.exits.forecasting.household_panel import YEAR
from povlib.exits.help_effects.award_effects import AwardSpan, Effect, paid_months
from povlib.params import Measure
from povlib.vocabulary.help_and_works import help_not_given, help_planned

# Half-width of the central difference, as a share of the hazard: small against its curvature, large against rounding.
_STEP = 0.05


@dataclass(frozen=True)
class DeliveryRates:
    """Draws of rates.

    Attributes
    ----------
    takeup : array (effects x draws)
        Chance that an award starts; one draw a measure.
    loss : array (effects x draws)
        Hazard of ending, less its mean; one draw a measure.
    closing : dict of array (draws,)
        By measure: chance that it brings a guarantee about, relative to its mean.
    """

    takeup: Floats
    loss: Floats
    closing: dict[str, Floats]

    def first(self, draws: int) -> DeliveryRates:
        """Return the first `draws` draws."""
        closing = {key: drawn[:draws] for key, drawn in self.closing.items()}
        return DeliveryRates(self.takeup[:, :draws], self.loss[:, :draws], closing)


def beta_draws(mean: float, weight: float, normal: Floats) -> Floats:
    """Return Beta draws of a rate known as if from `weight` cases, rank for rank with normal ones.

    A rate of 0 or 1 is a rule, not an estimate, and stays.

    Examples
    --------
    >>> beta_draws(0.9, 20.0, np.array([-1.645, 0.0, 1.645])).round(2).tolist()
    [0.78, 0.92, 0.99]
    """
    from scipy.special import betaincinv, ndtr

    if not 0.0 < mean < 1.0:
        return np.full(len(normal), mean)
    drawn = np.asarray(betaincinv(weight * mean, weight * (1.0 - mean), ndtr(normal)))
    return np.asarray(drawn + mean - drawn.mean())  # few draws: the mean is exact, as of the effects


def closing_chance(measure: Measure) -> float:
    """Return the least chance with which a measure brings about what it closes; 1 where it closes nothing."""
    return min((one.chance for one in measure.closes), default=1.0)


def with_recorded_takeup(
    effects: Sequence[Effect], support: pd.DataFrame, last: int, weight: float
) -> tuple[Effect, ...]:
    """Return the effects with the take-up that records show, put together with what was assumed.

    Parameters
    ----------
    effects : sequence of Effect
    support : DataFrame
        Help recorded: measure, status, from_month.
    last : int
        Last month of data.
    weight : float
        Households that the assumed rate counts like.

    Notes
    -----
    Beta-binomial: (weight x rate + begun) / (weight + begun + not begun). An office that records nobody who did not
    begin records no refusals: its rows say nothing of take-up, and the rate stays as assumed.
    """
    begun_by_now = support["from_month"].isna() | (support["from_month"] <= last)
    due = support.loc[support["status"].ne(help_planned()) & begun_by_now]
    missed = due["status"].isin(set(help_not_given()) - {help_planned()})
    if not missed.any():
        return tuple(replace(effect, takeup_weight=weight) for effect in effects)
    not_begun, every = missed.groupby(due["measure"]).sum(), missed.groupby(due["measure"]).size()
    updated = []
    for effect in effects:
        count = float(every.get(effect.measure, 0))
        begun = count - float(not_begun.get(effect.measure, 0))
        rate = effect.earning.takeup
        if 0.0 < rate < 1.0:
            rate = (weight * rate + begun) / (weight + count)
        earning = effect.earning.model_copy(update={"takeup": rate})
        updated.append(replace(effect, earning=earning, takeup_weight=weight + count))
    return tuple(updated)


def with_recorded_losses(
    effects: Sequence[Effect], losses: Mapping[str, tuple[float, float]], weight: float
) -> tuple[Effect, ...]:
    """Return the effects with the chance of losing a post that placements show, put together with what was assumed.

    Parameters
    ----------
    effects : sequence of Effect
    losses : dict
        Measure -> posts left, months in which they could have been (`povlib.support.matching.recorded_losses`).
    weight : float
        Households, each seen for a year, that the assumed chance counts like.

    Notes
    -----
    Beta-binomial, as of take-up: (weight x 12 x chance + left) / (weight x 12 + months). Few rows move it little.

    Examples
    --------
    >>> from povlib.params import Earning
    >>> post = Earning(source="wage", basis="yuan_per_month", mean=1, sd=1, loss_per_month=0.02, prior_source="x")
    >>> made = with_recorded_losses([Effect("post", 0, post)], {"post": (30.0, 600.0)}, weight=20.0)
    >>> round(made[0].earning.loss_per_month, 4), made[0].loss_months
    (0.0414, 840.0)
    """
    assumed = household_months(weight)
    updated = []
    for effect in effects:
        chance = effect.earning.loss_per_month
        if effect.measure in losses and 0.0 < chance < 1.0 and np.isfinite(weight):
            left, months = losses[effect.measure]
            chance = (assumed * chance + left) / (assumed + months)
            earning = effect.earning.model_copy(update={"loss_per_month": chance})
            updated.append(replace(effect, earning=earning, loss_months=assumed + months))
        else:
            updated.append(effect)
    return tuple(updated)


def measure_takeup(effects: Sequence[Effect], measure: str) -> float:
    """Return the chance that an award starts: one decision, so the smallest of its earnings' take-up."""
    return min((e.earning.takeup for e in effects if e.measure == measure), default=1.0)


def paid_months_slope(effect: Effect, span: AwardSpan, first: int, last: int) -> float:
    """Return by how many paid months the hazard of ending moves what an award brings: d E(N) / d q.

    Examples
    --------
    >>> from povlib.params import Earning
    >>> post = Earning(source="wage", basis="yuan_per_month", mean=1, sd=1, loss_per_month=0.02, prior_source="x")
    >>> round(paid_months_slope(Effect("post", 0, post), AwardSpan(1), 1, 3), 2)
    -2.96
    """
    hazard = effect.earning.loss_per_month
    if not 0.0 < hazard < 1.0:
        return 0.0
    step = _STEP * min(hazard, 1.0 - hazard)
    more, less = (
        paid_months(effect.earning.model_copy(update={"loss_per_month": hazard + sign * step}), span, first, last)[0]
        for sign in (1, -1)
    )
    return (more - less) / (2.0 * step)


def household_months(households: float) -> float:
    """Return household-months: each household counts like one seen for a year."""
    return households * YEAR
