"""Everything a projection is made from, before any draw: base with what is owed, packages, allowances.

Responsible for putting these together once, for the closed form and for its check by simulation.
Not responsible for chances.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from povlib.arrays import Bools, Floats, Ints
from povlib.calendar import Month
from povlib.exits.forecasting.household_panel import YEAR
from povlib.exits.help_effects.award_effects import AwardSpan, Effect, paid_months, unit_fen
from povlib.exits.help_effects.delivery_rates import closing_chance
from povlib.exits.help_effects.guarantee_outlook import new_award_chances
from povlib.exits.help_effects.package_effects import (
    PackageEffects,
    award_effects_of_packages,
    owed_guarantee_chances,
    owed_top_ups,
)
from povlib.exits.help_effects.top_up_withdrawal import (
    TopUpWithdrawal,
    running_top_ups,
    top_up_withdrawal,
    withdrawal_share,
)
from povlib.exits.without_help import WithoutHelp, households_without_help
from povlib.params import Catalogue, Measure, Settings
from povlib.support import Offer
from povlib.support.eligibility_facts import SupportFrames
from povlib.vocabulary.register import registered_statuses

# Packages whose factors are held in float64 at once, for the same reason as `projection.CHUNK`.
_CHUNK = 20_000


@dataclass(frozen=True)
class ProjectionInputs:
    """What a projection is made from.

    Attributes
    ----------
    base : WithoutHelp
        Households without new help, with what the law owes them.
    effects : tuple of Effect
    villages : list of str
    household, village : array (packages,)
        Row of the household, number of the village of each package.
    given : PackageEffects
    withdrawals : tuple of TopUpWithdrawal
        One for each of ``base.ends``, and one for ``base.after``.
    registered : array of bool (households,)
    by_closing : dict of array (packages,)
        By measure: how the veto moves, as a share of it, with the measure's chance to bring a guarantee about (as a
        share of that chance).
    """

    base: WithoutHelp
    effects: tuple[Effect, ...]
    villages: list[str]
    household: Ints
    village: Ints
    given: PackageEffects
    withdrawals: tuple[TopUpWithdrawal, ...]
    registered: Bools
    by_closing: dict[str, Floats]

    def packages(self, rows: slice) -> ProjectionInputs:
        """Return the same households with some of the packages only, counted from the first of them."""
        return replace(
            self,
            household=self.household[rows],
            village=self.village[rows],
            given=self.given.packages(rows),
            by_closing={measure: slope[rows] for measure, slope in self.by_closing.items()},
        )

    @property
    def sources_in_use(self) -> frozenset[int]:
        """Numbers of the sources that some award or running help of these households hangs on."""
        awarded = {fate.source for added in self.given.added for fate in added.fates}
        ahead = [end.hanging.source for end in (*self.base.ends, self.base.after) if end.hanging is not None]
        return frozenset(awarded.union(*(sources.tolist() for sources in ahead)))

    @property
    def veto(self) -> Floats:
        """Chance that every guarantee holds, by package."""
        holds = 1.0 - (1.0 - self.base.holds[self.household]) * (1.0 - self.given.closed)
        return np.asarray(holds.prod(axis=1))


def projection_inputs(
    state: SupportFrames, offer: Offer, catalogue: Catalogue, settings: Settings, effects: tuple[Effect, ...]
) -> ProjectionInputs:
    """Return everything the projection of an offer is made from."""
    starts = offer.components["start"]
    first_start = int(starts.min()) if len(starts) else None
    bare = households_without_help(state, catalogue, settings, effects, first_start)
    effects = bare.effects
    base = _add_owed_help(bare, offer, catalogue, effects)
    households = state.households.sort_values("hh", kind="stable")
    villages = sorted(set(households["village"].astype("str")))
    household = base.hh.get_indexer(pd.Index(offer.packages["hh"])).astype(np.int64)
    village = np.searchsorted(villages, households["village"].astype("str").to_numpy())[household]
    running = running_top_ups(state.transfers, base.hh, catalogue, state.last_month)
    cut = withdrawal_share(base.panel, state.transfers, base.hh, base.size, catalogue)
    registered = households["status"].isin(registered_statuses()).to_numpy(dtype=bool)
    given = award_effects_of_packages(offer.components, household, base, catalogue, effects, registered)
    return ProjectionInputs(
        base=base,
        effects=effects,
        villages=villages,
        household=household,
        village=village,
        given=given,
        withdrawals=tuple(
            top_up_withdrawal(end.mean, end.transfer, end.ahead.length if end.ahead else 0, base.size, running, cut)
            for end in (*base.ends, base.after)
        ),
        registered=registered,
        by_closing=_veto_slopes(offer, household, base, given, catalogue),
    )


def apply_guarantee_veto(
    over: npt.NDArray[np.float32], veto: Floats, by_closing: dict[str, Floats], closing: dict[str, Floats]
) -> npt.NDArray[np.float32]:
    """Multiply chances to be over the line (packages x draws), in place, by the veto under each draw.

    To first order in the chance that a measure brings a guarantee about, and between 0 and 1.
    """
    rows = np.flatnonzero(sum((np.abs(slope) for slope in by_closing.values()), np.zeros(len(veto))) > 0)
    over *= veto[:, None].astype(np.float32)
    for first in range(0, len(rows), _CHUNK):
        some = rows[first : first + _CHUNK]
        moved = np.ones((len(some), over.shape[1]))
        for key, slope in by_closing.items():
            moved += slope[some, None] * (closing[key] - 1.0)
        # The veto is in `over` already: with the factor it must not exceed 1, to which first order alone does not hold
        # it.
        most = 1.0 / np.maximum(veto[some, None], 1e-300)
        over[some] *= np.clip(moved, 0.0, most).astype(np.float32)
    return over


def _veto_slopes(
    offer: Offer, household: Ints, base: WithoutHelp, given: PackageEffects, catalogue: Catalogue
) -> dict[str, Floats]:
    """Return by measure how the veto moves with its chance to bring a guarantee about, both as shares.

    A guarantee that holds with chance h = 1 - (1 - c)(rest missing) moves by c / (1 - c) (1 - h) / h. Measures owed
    count as those of packages do; help under way is taken as known.
    """
    slopes: dict[str, Floats] = {}
    if base.open_end is None:
        return slopes
    holds = 1.0 - (1.0 - base.holds[household]) * (1.0 - given.closed)
    missing = np.divide(1.0 - holds, holds, out=np.zeros_like(holds), where=holds > 0)
    parts = offer.components[["measure", "start", "package"]]
    # A guarantee is brought about once for a household, however many of its members are owed the measure.
    owed = offer.entitlements.loc[offer.entitlements["covered"].eq(True)].drop_duplicates(["hh", "measure"])
    for key, measure in catalogue.measures.items():
        if not 0.0 < closing_chance(measure) < 1.0:
            continue
        slope = np.zeros(len(household))
        for start, mine in parts.loc[parts["measure"] == key].groupby("start", sort=True):
            rows = np.unique(mine["package"].to_numpy(dtype=np.int64))
            slope[rows] += _weighted_closing_odds(measure, int(str(start)), base.open_end, missing[rows])
        for start, mine in owed.loc[owed["measure"] == key].groupby("start", sort=True):
            rows = np.flatnonzero(np.isin(household, base.hh.get_indexer(pd.Index(mine["hh"]))))
            slope[rows] += _weighted_closing_odds(measure, int(str(start)), base.open_end, missing[rows])
        if slope.any():
            slopes[key] = slope
    return slopes


def _weighted_closing_odds(measure: Measure, start: int, end: Month, missing: Floats) -> Floats:
    """Return by row of `missing` the odds that the measure closes a missing guarantee, summed over guarantees."""
    chance = new_award_chances(measure, Month.from_ordinal(start), end)
    # Nothing is left to move where the chance is 1.
    odds = np.divide(chance, 1.0 - chance, out=np.zeros_like(chance), where=chance < 1.0)
    return np.asarray(missing @ odds)


def _add_owed_help(base: WithoutHelp, offer: Offer, catalogue: Catalogue, effects: tuple[Effect, ...]) -> WithoutHelp:
    """Add what the law owes: top-ups, effects of owed measures, guarantees they close."""
    ends = []
    for end in base.ends:
        first, last = max(end.month.ordinal - YEAR, base.panel.last.ordinal) + 1, end.month.ordinal
        top = owed_top_ups(offer.entitlements, base.hh, catalogue, first, last)
        mean, effect = end.mean + top, end.effect.copy()
        for number, one in enumerate(effects):
            fen = _owed_effect_fen(base, offer, one, first, last)
            effect[:, number] += fen
            mean = mean + fen * float(one.earning.mean or 0.0)
        ends.append(replace(end, mean=mean, transfer=end.transfer + top, effect=effect))
    closed = owed_guarantee_chances(offer.entitlements, base.hh, catalogue, base.open_end)
    holds = np.where(np.isnan(base.holds), np.nan, 1.0 - (1.0 - base.holds) * (1.0 - closed))
    return replace(base, ends=tuple(ends), holds=holds)


def _owed_effect_fen(base: WithoutHelp, offer: Offer, effect: Effect, first: int, last: int) -> Floats:
    """Return by household the fen that help owed by law brings from month `first` to `last`."""
    rows = offer.entitlements.loc[
        (offer.entitlements["measure"] == effect.measure) & offer.entitlements["covered"].eq(True)
    ].drop_duplicates(["hh", "person"])
    fen = np.zeros(len(base.hh))
    for start, mine in rows.groupby("start", sort=True):
        at = base.hh.get_indexer(pd.Index(mine["hh"]))
        months, _ = paid_months(effect.earning, AwardSpan(int(str(start))), first, last)
        unit = np.asarray(unit_fen(effect.earning, 0.0, base.steady[effect.earning.source][at]))
        np.add.at(fen, at, np.broadcast_to(unit * months * effect.earning.takeup, (len(at),)))
    return fen
