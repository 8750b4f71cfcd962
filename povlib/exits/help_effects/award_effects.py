"""What help adds to income: how many paid months fall into a window, and how surely.

Responsible for turning an award (new, owed or already running) into fen per unit of its effect, with
the months it is paid, the hazard that it ends, and its decay. Not responsible for the size of the
effect, which is drawn once for all recipients (`povlib.exits.shared_draws`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from povlib.arrays import Floats
from povlib.calendar import Month
from povlib.errors import DataError
from povlib.exits.forecasting.household_panel import YEAR, HouseholdPanel
from povlib.exits.projection_constants import projection_constants
from povlib.money import FEN_PER_YUAN
from povlib.params import Catalogue, Earning, Post
from povlib.vocabulary import INCOME_PARTS
from povlib.vocabulary.help_and_works import help_ended, help_not_given

FOREVER = 10**6


@dataclass(frozen=True)
class Effect:
    """One shared effect: an earning of a measure, with its prior.

    `spread` is its standard deviation between households as a share of its mean: priors speak of the
    mean effect only. `takeup_weight` is how many households its take-up counts like.
    """

    measure: str
    number: int
    earning: Earning
    spread: float = 0.0
    takeup_weight: float = np.inf

    @property
    def key(self) -> str:
        """Measure and number, e.g. ``cattle_coop.1``."""
        return f"{self.measure}.{self.number}"


def catalogue_effects(catalogue: Catalogue, posterior: pd.DataFrame | None = None) -> tuple[Effect, ...]:
    """Return every effect of the catalogue whose prior has been entered, in the order of the catalogue.

    Parameters
    ----------
    catalogue : Catalogue
    posterior : DataFrame, optional
        measure, source, mean, sd: what the ledger's own records made of the priors
        (`povlib.impact.evaluate`); effects not named keep their prior.

    Raises
    ------
    DataError
        If `posterior` names a measure or source the catalogue does not have, or one twice.
    """
    spread = projection_constants(catalogue).effect_spread
    found = [
        Effect(measure.key, number, earning, spread)
        for measure in catalogue.measures.values()
        for number, earning in enumerate(measure.earns)
        if earning.mean is not None and earning.sd is not None
    ]
    if posterior is None:
        return tuple(found)
    learnt = posterior.set_index(["measure", "source"])[["mean", "sd"]].astype("float64")
    unknown = set(learnt.index) - {(effect.measure, effect.earning.source) for effect in found}
    if unknown or not learnt.index.is_unique or learnt.isna().any(axis=None):
        raise DataError("{n} effects of the posterior are unknown, doubled or without a number", n=max(len(unknown), 1))
    return tuple(_effect_with_posterior(effect, learnt) for effect in found)


def _effect_with_posterior(effect: Effect, learnt: pd.DataFrame) -> Effect:
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
    begin = span.start + earning.delay_months
    alive_at = span.start if span.alive is None else span.alive
    mean = second = before = 0.0
    for month in range(max(first, begin), min(last, span.until) + 1):
        if month % YEAR + 1 not in earning.paid_in:
            continue
        alive = (1.0 - earning.loss_per_month) ** max(month - alive_at, 0)
        worth = (1.0 - earning.decay_per_year) ** (max(month - span.start - YEAR, 0) / YEAR)
        mean += alive * worth
        second += alive * worth * (worth + 2.0 * before)
        before += worth
    return mean, max(second - mean**2, 0.0)


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


@dataclass(frozen=True)
class RunningHelp:
    """Help that runs already, or ran, as rows: row (household), effect (number), span, fen a paid month and unit.

    `until` is the last month; `goes_on` whether it runs still at the last month of data.
    """

    row: npt.NDArray[np.int64]
    effect: npt.NDArray[np.int64]
    start: npt.NDArray[np.int64]
    until: npt.NDArray[np.int64]
    goes_on: npt.NDArray[np.bool_]
    unit_fen: Floats


def running_help(
    support: pd.DataFrame, placements: pd.DataFrame, hh: pd.Index, catalogue: Catalogue, effects: tuple[Effect, ...]
) -> RunningHelp:
    """Return the help recorded in the ledger that earns by the month (shares of own income are left in the income).

    A post's wage is that of the catalogue's post of the same name, else the mean of its measure's posts.
    """
    rows = support.loc[~support["status"].isin(help_not_given()) & support["from_month"].notna()]
    post_of = placements.drop_duplicates("person").set_index("person")["post"]
    parts = []
    for number, effect in enumerate(effects):
        if effect.earning.basis == "share_of_source":
            continue
        mine = rows.loc[rows["measure"] == effect.measure]
        if mine.empty:
            continue
        posts = mine["person"].map(post_of)
        wages = {name: typical_wage(catalogue, effect.measure, name) for name in {*posts.dropna(), None}}
        wage = np.array([wages[name if isinstance(name, str) else None] for name in posts], dtype=np.float64)
        unit = wage if effect.earning.basis == "post_wage" else np.full(len(mine), float(FEN_PER_YUAN))
        ended = mine["status"].isin(help_ended()).to_numpy(dtype=bool)
        until = mine["to_month"].astype("Float64").fillna(FOREVER).to_numpy(dtype=np.float64).astype(np.int64)
        parts.append(
            pd.DataFrame(
                {
                    "row": hh.get_indexer(pd.Index(mine["hh"])),
                    "effect": number,
                    "start": mine["from_month"].to_numpy(dtype=np.int64),
                    "until": np.where(ended & (until == FOREVER), 0, until),
                    "goes_on": ~ended,
                    "unit": unit,
                }
            )
        )
    empty = pd.DataFrame({name: [] for name in ("row", "effect", "start", "until", "goes_on", "unit")})
    found = pd.concat(parts) if parts else empty
    found = found.loc[found["row"] >= 0]
    row, effect_of, start, until = (
        found[name].to_numpy(dtype=np.int64) for name in ("row", "effect", "start", "until")
    )
    goes_on, unit_of = found["goes_on"].to_numpy(dtype=bool), found["unit"].to_numpy(dtype=np.float64)
    return RunningHelp(row, effect_of, start, until, goes_on, unit_of)


def unit_months(running: RunningHelp, effects: tuple[Effect, ...], panel: HouseholdPanel) -> Floats:
    """Return, for every row of running help and month of the panel, fen per unit of effect it brought."""
    months = np.arange(panel.first.ordinal, panel.last.ordinal + 1)
    paid = np.zeros((len(running.row), len(months)))
    for number, effect in enumerate(effects):
        mine = running.effect == number
        if not mine.any():
            continue
        begin = running.start[mine] + effect.earning.delay_months
        inside = (months >= begin[:, None]) & (months <= running.until[mine][:, None])
        inside &= np.isin(months % YEAR + 1, effect.earning.paid_in)
        paid[mine] = inside * running.unit_fen[mine][:, None]
    return paid


def panel_without_help(
    panel: HouseholdPanel, running: RunningHelp, effects: tuple[Effect, ...], paid: Floats
) -> HouseholdPanel:
    """Return the panel less what running help is expected to have brought (never below zero)."""
    income = {name: panel.income[name].copy() for name in INCOME_PARTS}
    for number, effect in enumerate(effects):
        mine = running.effect == number
        if mine.any():
            part = np.zeros_like(panel.income["wage"])
            np.add.at(part, running.row[mine], paid[mine] * float(effect.earning.mean or 0.0))
            source = effect.earning.source
            income[source] = np.maximum(income[source] - part, 0.0)
    return HouseholdPanel(income, panel.known, panel.spread, panel.first, panel.last)


def month_of(ordinal: int) -> Month:
    """Return the month of an ordinal."""
    return Month.from_ordinal(ordinal)
