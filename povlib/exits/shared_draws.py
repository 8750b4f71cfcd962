"""Draws of what all recipients share: effects of measures, a village's year, everybody's, the forecast's own error.

Responsible for seeded draws that do not depend on which other measures or villages there are (common
random numbers). Not responsible for priors, which live in the catalogue.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from povlib.arrays import Floats, Ints
from povlib.exits.help_effects.award_effects import Effect
from povlib.exits.help_effects.award_sources import AwardSources
from povlib.exits.help_effects.delivery_rates import (
    DeliveryRates,
    beta_draws,
    closing_chance,
    household_months,
    measure_takeup,
)
from povlib.exits.source_failures import NEVER, failure_months
from povlib.params import Measure


@dataclass(frozen=True)
class SharedDraws:
    """Draws of the shared quantities.

    Attributes
    ----------
    effect : array (effects x draws)
        In the unit of each effect.
    village : array (villages x draws)
        Standard normal.
    common : array (draws,)
        Standard normal.
    centre : array (draws,)
        Standard normal: how far the forecast itself may lie off for everybody.
    rates : DeliveryRates
        Of take-up, loss and timely works.
    failures : int array (sources x draws) or None
        First month without each source; None where nothing is drawn of them: what hangs on them is own luck then.
    """

    effect: Floats
    village: Floats
    common: Floats
    centre: Floats
    rates: DeliveryRates
    failures: Ints | None = None

    @property
    def draws(self) -> int:
        """Number of draws."""
        return len(self.common)


def _antithetic_normal(seed: int, name: str, draws: int) -> Floats:
    """Return antithetic standard normal draws of one named quantity: balanced, so that the mean is exact."""
    # Seeded by name, not by order: one more measure or village leaves every other draw as it was.
    digest = hashlib.sha256(name.encode()).digest()
    rng = np.random.default_rng([seed, int.from_bytes(digest[:8], "big")])
    half = rng.standard_normal(-(-draws // 2))
    both = np.concatenate([half, -half])[:draws]
    # Shuffled, or draw j + n/2 would mirror draw j in all quantities at once, and a plan's total with them.
    return np.asarray(rng.permutation(both))


def draw_shared_quantities(
    effects: tuple[Effect, ...],
    villages: Sequence[str],
    draws: int,
    seed: int,
    *,
    closers: Sequence[Measure] = (),
    rate_weight: float = np.inf,
    sources: AwardSources | None = None,
    hanging_on: Collection[int] | None = None,
) -> SharedDraws:
    """Draw the shared quantities.

    Parameters
    ----------
    effects : tuple of Effect
    villages : sequence of str
    draws, seed : int
    closers : sequence of Measure
        Measures that bring guarantees about.
    rate_weight : float
        Households that losses and timely works count like; infinite: known.
    sources : AwardSources, optional
        What awards hang on; each fails in a month drawn once for all that hang on it.
    hanging_on : collection of int, optional
        Sources that something here hangs on: of a large office most are elsewhere, and those are not drawn (they
        stand under every draw). Default: all.

    Examples
    --------
    >>> one = draw_shared_quantities((), ["乙"], 10, 1)
    >>> two = draw_shared_quantities((), ["甲", "乙"], 10, 1)
    >>> bool((one.village[0] == two.village[1]).all())
    True
    """
    priors = [(effect, _antithetic_normal(seed, f"effect:{effect.key}", draws)) for effect in effects]
    drawn = [_drawn_effect(effect, z) for effect, z in priors]
    return SharedDraws(
        effect=np.array(drawn).reshape(len(effects), draws),
        village=np.array([_antithetic_normal(seed, f"village:{name}", draws) for name in villages]).reshape(
            len(villages), draws
        ),
        common=_antithetic_normal(seed, "common", draws),
        centre=_antithetic_normal(seed, "centre", draws),
        rates=_draw_rates(effects, closers, draws, seed, rate_weight),
        failures=None if sources is None else _draw_failures(sources, hanging_on, draws, seed),
    )


def _draw_failures(sources: AwardSources, hanging_on: Collection[int] | None, draws: int, seed: int) -> Ints:
    """Return the first month without each source, by draw."""
    drawn = range(len(sources.names)) if hanging_on is None else sorted(hanging_on)
    ranks = [_antithetic_normal(seed, f"source:{sources.names[number]}", draws) for number in drawn]
    months = np.full((len(sources.names), draws), NEVER, dtype=np.int64)
    months[list(drawn)] = failure_months(sources.hazard[list(drawn)], sources.since, ranks).reshape(len(drawn), draws)
    return months


def _drawn_effect(effect: Effect, z: Floats) -> Floats:
    """Return draws of one effect; one with a guarantee is drawn as if without, then raised to its floor."""
    given = effect.guaranteed
    if given is None:
        return float(effect.earning.mean or 0.0) + float(effect.earning.sd or 0.0) * z
    return np.maximum(given.mean + given.sd * z, given.floor)


def _draw_rates(
    effects: tuple[Effect, ...], closers: Sequence[Measure], draws: int, seed: int, weight: float
) -> DeliveryRates:
    """Draw the rates, one draw a measure."""

    def drawn(what: str, measure: str, mean: float, cases: float) -> Floats:
        if not np.isfinite(cases):
            return np.full(draws, mean)
        return beta_draws(mean, cases, _antithetic_normal(seed, f"{what}:{measure}", draws))

    takeup = [drawn("takeup", e.measure, measure_takeup(effects, e.measure), e.takeup_weight) for e in effects]
    hazard = [(e, e.earning.loss_per_month, e.loss_months or household_months(weight)) for e in effects]
    loss = [drawn("loss", e.measure, mean, months) - mean for e, mean, months in hazard]
    chance = {measure.key: closing_chance(measure) for measure in closers}
    closing = {key: drawn("closing", key, mean, weight) / mean for key, mean in chance.items() if 0.0 < mean < 1.0}
    shape = (len(effects), draws)
    return DeliveryRates(np.array(takeup).reshape(shape), np.array(loss).reshape(shape), closing)


def first_draws(shared: SharedDraws, draws: int) -> SharedDraws:
    """Return the first `draws` draws: enough for a mean whose draws are not kept."""
    some = slice(0, draws)
    return SharedDraws(
        shared.effect[:, some],
        shared.village[:, some],
        shared.common[some],
        shared.centre[some],
        shared.rates.first(draws),
        None if shared.failures is None else shared.failures[:, some],
    )
