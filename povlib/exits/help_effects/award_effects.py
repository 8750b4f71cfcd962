"""What help adds to income: how many paid months fall into a window, and how surely.

Responsible for turning one award (new, owed or already running) into fen per unit of its effect, with
the months it is paid, the hazard that it ends, and its decay. Not responsible for the awards on record
(`running_help`) or for the size of the effect, drawn once for all recipients (`povlib.exits.shared_draws`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
import pandas as pd

from povlib.arrays import Floats
from povlib.errors import DataError
from povlib.exits.forecasting.household_panel import YEAR
from povlib.exits.projection_constants import ProjectionConstants, projection_constants
from povlib.money import FEN_PER_YUAN
from povlib.params import Catalogue, Earning, Post
from povlib.villages.coops.member_incomes import floored_moments

FOREVER = 10**6


class Guaranteed(NamedTuple):
    """A floor, and mean and standard deviation of the effect before it is raised to the floor."""

    floor: float
    mean: float
    sd: float


@dataclass(frozen=True)
class Effect:
    """One shared effect: an earning of a measure, with its prior.

    `spread` is its standard deviation between households as a share of its mean: priors speak of the
    mean effect only. `takeup_weight` is how many households its take-up counts like, `loss_months` how many months its
    chance of being lost does (None: as many as assumed rates do). `guaranteed` is what it never falls below, with the
    mean and standard deviation that it would have without: drawn first, then raised; those of the earning already are
    what is left of them.
    """

    measure: str
    number: int
    earning: Earning
    spread: float = 0.0
    takeup_weight: float = np.inf
    loss_months: float | None = None
    guaranteed: Guaranteed | None = None

    @property
    def key(self) -> str:
        """Measure and number, e.g. ``cattle_coop.1``."""
        return f"{self.measure}.{self.number}"


def assumed_spread(earning: Earning, prior: ProjectionConstants) -> float:
    """Return how far households are assumed to differ in an effect, as a share of its mean, before any is seen."""
    return prior.post_effect_spread if earning.basis == "post_wage" else prior.effect_spread


def catalogue_effects(
    catalogue: Catalogue, posterior: pd.DataFrame | None = None, caution: float = 0.0
) -> tuple[Effect, ...]:
    """Return every effect of the catalogue whose prior has been entered, in the order of the catalogue.

    Parameters
    ----------
    catalogue : Catalogue
    posterior : DataFrame, optional
        measure, source, mean, sd: what the ledger's own records made of the priors
        (`povlib.impact.evaluate`); effects not named keep their prior.
    caution : float
        How many standard deviations below its mean every effect is taken.

    Raises
    ------
    DataError
        If `posterior` names a measure or source the catalogue does not have, or one twice.
    """
    prior = projection_constants(catalogue)
    by_prior = [
        Effect(measure.key, number, earning, assumed_spread(earning, prior))
        for measure in catalogue.measures.values()
        for number, earning in enumerate(measure.earns)
        if earning.mean is not None and earning.sd is not None
    ]
    if posterior is None:
        return tuple(_floored(_cautious(effect, caution)) for effect in by_prior)
    learnt = posterior.set_index(["measure", "source"])[["mean", "sd"]].astype("float64")
    unknown = set(learnt.index) - {(effect.measure, effect.earning.source) for effect in by_prior}
    if unknown or not learnt.index.is_unique or learnt.isna().any(axis=None):
        raise DataError("{n} effects of the posterior are unknown, doubled or without a number", n=max(len(unknown), 1))
    return tuple(_floored(_cautious(_effect_with_posterior(effect, learnt), caution)) for effect in by_prior)


def _cautious(effect: Effect, caution: float) -> Effect:
    """Return the effect with its mean so many standard deviations lower."""
    if not caution:
        return effect
    earning = effect.earning
    mean = float(earning.mean or 0.0) - caution * float(earning.sd or 0.0)
    return replace(effect, earning=earning.model_copy(update={"mean": mean}))


def _floored(effect: Effect) -> Effect:
    """Return the effect raised to what is guaranteed: its mean goes up, and what can be lost goes down."""
    earning = effect.earning
    if earning.floor is None:
        return effect
    given = Guaranteed(float(earning.floor), float(earning.mean or 0.0), float(earning.sd or 0.0))
    mean, sd = floored_moments(given.mean, given.sd, given.floor)
    return replace(effect, earning=earning.model_copy(update={"mean": mean, "sd": sd}), guaranteed=given)


def _effect_with_posterior(effect: Effect, learnt: pd.DataFrame) -> Effect:
    """Return the effect with the posterior's mean and sd; the effect itself where there is no posterior."""
    key = (effect.measure, effect.earning.source)
    if key not in learnt.index:
        return effect
    row = learnt.loc[[key]].iloc[0]
    earning = effect.earning.model_copy(update={"mean": float(row["mean"]), "sd": float(row["sd"])})
    return replace(effect, earning=earning)


@dataclass(frozen=True)
class AwardSpan:
    """Months in which an award runs: `start`, last month `until`, and the month it is known to run still."""

    start: int
    until: int = FOREVER
    alive: int | None = None


def paid_months(earning: Earning, span: AwardSpan, first: int, last: int) -> tuple[float, float]:
    """Return mean and variance of the number of paid months in a window (decay counted as part of a month).

    Parameters
    ----------
    earning : Earning
        Delay, calendar months paid, hazard a month that it ends, decay a year.
    span : AwardSpan
    first, last : int
        Ordinals of the window.

    Notes
    -----
    With hazard q a month the award is alive in month t with s = (1 - q)^(t - start); it ends once and
    for all, so E[N^2] = sum_t d_t s_t (d_t + 2 sum_{u<t} d_u), u, t the paid months and d the decay.

    Examples
    --------
    >>> earning = Earning(source="wage", basis="yuan_per_month", mean=100, sd=10, delay_months=1, prior_source="x")
    >>> paid_months(earning, AwardSpan(start=10), 1, 15)
    (5.0, 0.0)
    """
    mean = second = before = 0.0
    for _, alive, worth in _months_with_worth(earning, span, first, last):
        mean += alive * worth
        second += alive * worth * (worth + 2.0 * before)
        # Alive now means alive in every paid month before: their worth enters without a chance of its own.
        before += worth
    return mean, max(second - mean**2, 0.0)


def paid_by_month(earning: Earning, span: AwardSpan, first: int, last: int) -> Floats:
    """Return what `paid_months` adds up: the expected part of each month of the window that is paid.

    Examples
    --------
    >>> earning = Earning(source="wage", basis="yuan_per_month", mean=1, sd=1, loss_per_month=0.5, prior_source="x")
    >>> paid_by_month(earning, AwardSpan(start=11), 10, 13).tolist()
    [0.0, 1.0, 0.5, 0.25]
    """
    paid = np.zeros(max(last - first + 1, 0))
    for month, alive, worth in _months_with_worth(earning, span, first, last):
        paid[month - first] = alive * worth
    return paid


def _months_with_worth(earning: Earning, span: AwardSpan, first: int, last: int) -> Iterator[tuple[int, float, float]]:
    """Yield the months of the window that are paid if the award runs: month, chance that it runs, worth by decay."""
    begin = span.start + earning.delay_months
    alive_at = span.start if span.alive is None else span.alive
    for month in range(max(first, begin), min(last, span.until) + 1):
        if month % YEAR + 1 in earning.paid_in:
            alive = (1.0 - earning.loss_per_month) ** max(month - alive_at, 0)
            worth = (1.0 - earning.decay_per_year) ** (max(month - span.start - YEAR, 0) / YEAR)
            yield month, alive, worth


def award_variance(effect: Effect, mean_months: float, variance_months: float, left: float = 1.0) -> float:
    """Return the variance of what one award brings one household, in units of fen a paid month, squared.

    Two parts: the award may end early, and the effect differs between households (``effect.spread``);
    with N paid months and an effect e of mean m and spread h m:  m^2 (1 + h^2) Var N + h^2 m^2 (E N)^2.
    `left` is the share of h^2 that the household's own months have left open.

    Examples
    --------
    >>> earning = Earning(source="wage", basis="yuan_per_month", mean=100, sd=10, prior_source="x")
    >>> award_variance(Effect("job", 0, earning, spread=0.5), 2.0, 0.0) == (0.5 * 100 * 2) ** 2
    True
    """
    size = float(effect.earning.mean or 0.0) ** 2
    between = effect.spread**2 * left
    return size * (1 + between) * variance_months + between * size * mean_months**2


def unit_fen(earning: Earning, wage_fen: float, source_fen_per_month: Floats | float) -> Floats | float:
    """Return fen per paid month and unit of effect.

    Examples
    --------
    >>> earning = Earning(source="wage", basis="post_wage", mean=0.8, sd=0.1, prior_source="x")
    >>> unit_fen(earning, 50_000.0, 0.0)
    50000.0
    """
    if earning.basis == "yuan_per_month":
        return float(FEN_PER_YUAN)
    if earning.basis == "post_wage":
        return wage_fen
    return source_fen_per_month


def typical_wage(catalogue: Catalogue, measure: str, post: str | None) -> float:
    """Return the monthly wage of a post in fen: the post's own, else the mean of the posts of its measure."""
    posts = [p for p in catalogue.posts.values() if p.measure == measure and p.filled]
    named = [p for p in posts if post and _has_name(p, post)]
    wages = [p.wage_fen_per_month for p in (named or posts)]
    return float(np.mean(wages)) if wages else 0.0


def _has_name(record: Post, name: str) -> bool:
    return name in (record.key, *record.names.spellings())
