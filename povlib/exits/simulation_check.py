"""The closed form checked by simulation: the same model, world by world, with nothing averaged away.

Responsible for simulating take-up, the month in which each award ends, how the effect differs between
households, shared effects and years, allowances and guarantees. Not responsible for the model itself,
nor used to plan: it says how far the closed form is off.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from povlib.arrays import Floats
from povlib.exits.exit_chances import student_t_draws
from povlib.exits.forecasting.household_panel import YEAR
from povlib.exits.help_effects.award_effects import Effect, catalogue_effects, unit_fen
from povlib.exits.help_effects.delivery_rates import measure_takeup
from povlib.exits.help_effects.package_effects import award_kinds
from povlib.exits.month_ends import MonthEnd
from povlib.exits.projection_inputs import ProjectionInputs, projection_inputs
from povlib.params import Catalogue, Settings
from povlib.support import Offer
from povlib.support.eligibility_facts import SupportFrames


def simulate_exits(
    state: SupportFrames,
    offer: Offer,
    catalogue: Catalogue,
    settings: Settings,
    packages: Iterable[int],
    worlds: int = 2000,
    seed: int = 1,
) -> pd.DataFrame:
    """Return P(exit) of some packages by simulation, at the last month-end of the rule.

    Parameters
    ----------
    state, offer, catalogue, settings
        As for `povlib.exits.project`.
    packages : iterable of int
    worlds : int
        Possible worlds; every package sees the same (common random numbers).
    seed : int

    Returns
    -------
    DataFrame
        package, p, se (of the simulation).
    """
    made = projection_inputs(state, offer, catalogue, settings, catalogue_effects(catalogue))
    rng = np.random.default_rng(seed)
    number = len(made.base.rule_ends) - 1
    end = made.base.rule_ends[number]
    effect = np.array([_drawn_effect(rng, one, worlds) for one in made.effects])
    village = rng.standard_normal((len(made.villages), worlds))
    common, centre = rng.standard_normal((2, worlds))
    # Whole months that each source goes on, the same for all that hang on it.
    lasts = np.array([_months_before_failure(rng, hazard, worlds) for hazard in made.base.sources.hazard])
    label, kinds = award_kinds(offer.components, catalogue)
    rows = []
    # In one order whatever the caller's, since all packages draw from one generator.
    for package in sorted(set(packages)):
        h = int(made.household[package])
        income = _income_without_package(made, end, package, effect, village, (common, centre), rng)
        income = income + _through_sources(made, end, h, lasts, effect)
        more = np.zeros(worlds)
        for at in np.flatnonzero(offer.components["package"].to_numpy() == package):
            kind = kinds[label[at]]
            started = rng.random(worlds) < measure_takeup(made.effects, kind.measure.key)
            for i, one in enumerate(made.effects):
                if one.measure == kind.measure.key:
                    own = float(made.base.steady[one.earning.source][h])
                    unit = float(np.asarray(unit_fen(one.earning, kind.wage_fen, own)) * made.given.relative_gain[i, h])
                    source = made.base.sources.of_award(kind.post, kind.coop)
                    hazard = made.base.sources.hazard_of(source)
                    goes_on = lasts[source] if hazard else np.full(worlds, 10**6)
                    months = _simulated_paid_months(
                        one, kind.start.ordinal, end, made.base.panel.last.ordinal, (hazard, goes_on), rng
                    )
                    spread = one.spread * abs(float(one.earning.mean or 0.0)) * rng.standard_normal(worlds)
                    more += started * unit * months * (effect[i] + spread)
        less = made.withdrawals[number].less(np.array([h]), more[None, :])[0]
        passes = (income + more - less > end.line[h]) & (rng.random(worlds) < made.veto[package])
        rows.append((package, float(passes.mean()), float(passes.std() / np.sqrt(worlds))))
    return pd.DataFrame(rows, columns=["package", "p", "se"])


def _drawn_effect(rng: np.random.Generator, effect: Effect, worlds: int) -> Floats:
    """Return draws of an effect; one that is guaranteed never falls below its floor."""
    if effect.guaranteed is None:
        return np.asarray(rng.normal(effect.earning.mean or 0.0, effect.earning.sd or 0.0, worlds))
    floor, mean, sd = effect.guaranteed
    drawn = rng.normal(mean, sd, worlds)
    return np.where(drawn < floor, floor, drawn)


def _income_without_package(
    made: ProjectionInputs,
    end: MonthEnd,
    package: int,
    effect: Floats,
    village: Floats,
    years: tuple[Floats, Floats],
    rng: np.random.Generator,
) -> Floats:
    """Return simulated net incomes of one household without a package, by draw."""
    # Written anew, not taken from `exit_chances`: a check that ran the same code could not find its faults.
    h, v = int(made.household[package]), int(made.village[package])
    means = np.array([float(e.earning.mean or 0.0) for e in made.effects])
    income = end.mean[h] + (end.effect[h] @ (effect - means[:, None]) if len(means) else 0.0)
    own2 = end.spread[h] ** 2 - (0.0 if end.hanging is None else end.hanging.variance[h])
    if end.year is not None:
        ahead, shares = end.year.spread[h], (end.year.village_share, end.year.common_share)
        own2 -= ahead**2 * sum(shares)
        income = income + ahead * (
            np.sqrt(shares[0]) * village[v] + np.sqrt(shares[1]) * student_t_draws(years[0], end.year.freedom)
        )
        income = income + ahead * np.sqrt(end.year.centre_share) * student_t_draws(years[1], end.year.freedom)
        large_shocks = end.year.large_shocks
        wide = ahead**2 * (1.0 - sum(shares)) * (large_shocks.scale**2 - 1.0)
        own = np.maximum(own2 + np.where(rng.random(len(years[0])) < large_shocks.share, wide, 0.0), 0.0)
        return np.asarray(income + np.sqrt(own) * rng.standard_normal(len(years[0])))
    return np.asarray(income + np.sqrt(max(own2, 0.0)) * rng.standard_normal(len(years[0])))


def _months_before_failure(rng: np.random.Generator, hazard: float, worlds: int) -> Floats:
    """Return whole months that a source goes on, by world."""
    return np.asarray(rng.geometric(hazard, worlds) - 1 if hazard > 0 else np.full(worlds, 10**6), dtype=np.float64)


def _through_sources(made: ProjectionInputs, end: MonthEnd, h: int, lasts: Floats, effect: Floats) -> Floats:
    """Return how far running help of one household lies off its mean since its sources failed or went on."""
    moved = np.zeros(lasts.shape[1] if lasts.size else 1)
    if end.hanging is None:
        return moved
    for i in np.flatnonzero(end.hanging.row == h).tolist():
        source = int(end.hanging.source[i])
        for at, fen in enumerate(end.hanging.fen[i].tolist()):
            months = max(end.hanging.first + at - made.base.sources.since, 0)
            stands = (lasts[source] >= months) / (1.0 - made.base.sources.hazard[source]) ** months
            moved = moved + fen * effect[end.hanging.effect[i]] * (stands - 1.0)
    return moved


def _simulated_paid_months(
    one: Effect, start: int, end: MonthEnd, last: int, of_source: tuple[float, Floats], rng: np.random.Generator
) -> Floats:
    """Return paid months in the window, each world with its own month of loss, and that of the source."""
    earning = one.earning
    fails, goes_on = of_source
    worlds = len(goes_on)
    # What is left of the chance to end when that of the source is taken out; an award that never ends hangs on nothing.
    hazard = 1.0 - (1.0 - earning.loss_per_month) / (1.0 - fails) if earning.loss_per_month > 0 else 0.0
    goes_on = goes_on if earning.loss_per_month > 0 else np.full(worlds, 10**6)
    hazard = max(hazard, 0.0)
    lost = rng.geometric(hazard, worlds) - 1 if hazard > 0 else np.full(worlds, 10**6)  # whole months it lasts
    months = np.zeros(worlds)
    for month in range(max(end.month.ordinal - YEAR, last) + 1, end.month.ordinal + 1):
        if month >= start + earning.delay_months and month % YEAR + 1 in earning.paid_in:
            worth = (1.0 - earning.decay_per_year) ** (max(month - start - YEAR, 0) / YEAR)
            months += worth * (lost >= month - start) * (goes_on >= month - start)
    return months
