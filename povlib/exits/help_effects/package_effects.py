"""What packages add: fen per unit of each shared effect, take-up, and guarantees closed.

Responsible for turning the components of packages and the entitlements into arrays aligned with the
packages. Not responsible for chances (`povlib.exits.exit_chances`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from povlib.arrays import Bools, Floats, Ints
from povlib.calendar import Month
from povlib.errors import DataError
from povlib.exits.forecasting.household_panel import YEAR
from povlib.exits.help_effects.award_effects import (
    AwardSpan,
    Effect,
    award_variance,
    paid_by_month,
    paid_months,
    typical_wage,
    unit_fen,
)
from povlib.exits.help_effects.delivery_rates import measure_takeup, paid_months_slope
from povlib.exits.help_effects.guarantee_outlook import new_award_chances
from povlib.exits.month_ends import MonthEnd
from povlib.exits.source_failures import Fate, together_variance
from povlib.exits.without_help import WithoutHelp
from povlib.params import Catalogue, Earning, Measure
from povlib.vocabulary import GUARANTEES

# The take-up of each award is followed one by one, so that ways double with each: a choice. Measured with 500 draws:
# the 1,024 ways of a hundred packages of ten awards take half a second, the 32 ways of five awards .02 s.
MOST_EARNERS = 10
"""Awards that earn in one package; more are refused, since none may count as if it surely started."""

MOST_GIVEN_UP, LEAST_NET_GAIN = 2.0, 0.1
"""Wages given up for a post count at most twice the typical household's, and leave at least a tenth of its wage: who
would lose more would not take it. Choices; in the practice simulator few households come near either."""


@dataclass(frozen=True)
class AddedIncome:
    """What packages add at one month-end.

    One row per award and effect: `package` (row of the packages), `slot` (which award of the package,
    for take-up), `effect` (number), `fen` per unit of effect, `variance` (fen squared: the award may end early for
    reasons of its own, and households differ), `loss` (fen per unit of effect and of the hazard of ending), `together`
    (fen squared: it may end with its source), `fate` (number in `fates`; -1: it hangs on none).
    """

    package: Ints
    slot: Ints
    effect: Ints
    fen: Floats
    variance: Floats
    loss: Floats
    together: Floats
    fate: Ints
    fates: tuple[Fate, ...] = ()

    def rows(self, inside: Ints, first: int) -> AddedIncome:
        """Return some rows, their packages counted from `first`."""
        return AddedIncome(
            package=self.package[inside] - first,
            slot=self.slot[inside],
            effect=self.effect[inside],
            fen=self.fen[inside],
            variance=self.variance[inside],
            loss=self.loss[inside],
            together=self.together[inside],
            fate=self.fate[inside],
            fates=self.fates,
        )


@dataclass(frozen=True)
class PackageEffects:
    """The awards of all packages.

    Attributes
    ----------
    takeup : array (packages x slots)
        Chance that each award really starts; 1 where there is none.
    taker : int array (packages x slots)
        Number of the effect whose take-up that is; -1 where there is none.
    closed : array (packages x guarantees)
        Chance that the package brings the guarantee about in time.
    added : tuple of AddedIncome
        One for each of ``base.ends``, and one for ``base.after``.
    relative_gain : array (effects x households)
        What an effect brings each household as a multiple of its mean: below 1 for those who give up more for a post.
    """

    takeup: Floats
    taker: Ints
    closed: Floats
    added: tuple[AddedIncome, ...]
    relative_gain: Floats

    def packages(self, rows: slice) -> PackageEffects:
        """Return some of the packages only, counted from the first of them."""
        added = tuple(
            one.rows(np.flatnonzero((one.package >= rows.start) & (one.package < rows.stop)), rows.start)
            for one in self.added
        )
        return PackageEffects(self.takeup[rows], self.taker[rows], self.closed[rows], added, self.relative_gain)


def award_effects_of_packages(
    components: pd.DataFrame,
    household: Ints,
    base: WithoutHelp,
    catalogue: Catalogue,
    effects: tuple[Effect, ...],
    registered: Bools,
) -> PackageEffects:
    """Return what the awards of packages add.

    Parameters
    ----------
    components : DataFrame
        ``Offer.components``; `package` is the row of the packages.
    household : array (packages,)
        Row of the household of each package.
    registered : array of bool (households,)
        Over these a post brings its mean.

    Raises
    ------
    DataError
        If a package holds more than `MOST_EARNERS` awards that earn.
    """
    label, kinds = award_kinds(components, catalogue)
    package = components["package"].to_numpy(dtype=np.int64)
    earns = np.array([any(e.measure == kind.measure.key for e in effects) for kind in kinds], dtype=bool)
    slot = _earning_slots(package, earns[label] if len(label) else np.zeros(0, dtype=bool))
    most = int(slot.max(initial=-1)) + 1
    if most > MOST_EARNERS:
        raise DataError(
            "a package holds {n} awards that earn, more than {most}",
            where="bundling.yaml",
            remedy="say which of them do not go together",
            n=most,
            most=MOST_EARNERS,
        )
    takeup = np.ones((len(household), most))
    taker = np.full(takeup.shape, -1, dtype=np.int64)
    inside = slot >= 0
    rate = np.array([measure_takeup(effects, kind.measure.key) for kind in kinds])
    closed = _chance_guarantees_met(package, label, kinds, base.open_end, len(household))
    by_measure: dict[str, list[int]] = {}
    for number, effect in enumerate(effects):
        by_measure.setdefault(effect.measure, []).append(number)
    of_kind = np.array([by_measure.get(kind.measure.key, [-1])[0] for kind in kinds], dtype=np.int64)
    if inside.any():
        takeup[package[inside], slot[inside]] = rate[label[inside]]
        taker[package[inside], slot[inside]] = of_kind[label[inside]]
    gain = np.array([_relative_gain(base, effect, registered) for effect in effects]).reshape(-1, len(base.hh))
    added = tuple(
        _income_added(end, kinds, label, package, slot, household, base, effects, by_measure, gain)
        for end in (*base.ends, base.after)
    )
    return PackageEffects(takeup, taker, closed, added, gain)


def _relative_gain(base: WithoutHelp, effect: Effect, registered: Bools) -> Floats:
    """Return what an effect brings each household as a multiple of its mean over those registered.

    A post that brings `mean` of its wage net takes the place of other work worth 1 - `mean` of it. That is taken as in
    proportion to what the household earns in wages now: who earns nothing gives nothing up.
    """
    mean = float(effect.earning.mean or 0.0)
    earned = base.steady["wage"] / np.maximum(base.size, 1.0)
    known = registered & (earned > 0)
    if effect.earning.basis != "post_wage" or not 0.0 < mean < 1.0 or not known.any():
        return np.ones(len(base.hh))
    net = 1.0 - (1.0 - mean) * np.minimum(earned / earned[known].mean(), MOST_GIVEN_UP)
    # Small for a mean below a half, where twice the typical wage given up would leave nothing: never a loss.
    net = np.maximum(net, LEAST_NET_GAIN)
    return np.asarray(net / net[known].mean())


@dataclass(frozen=True)
class AwardKind:
    """A kind of award: measure, wage of its post (fen a month), month of start, post and co-op (keys; may be "")."""

    measure: Measure
    wage_fen: float
    start: Month
    post: str = ""
    coop: str = ""


def award_kinds(components: pd.DataFrame, catalogue: Catalogue) -> tuple[Ints, list[AwardKind]]:
    """Return which kind of award each component is, and the kinds."""
    text = components["measure"].astype("str")
    for name in ("post", "coop"):
        text = text + "|" + components[name].astype("str").fillna("")
    label, unique = pd.factorize(text + "|" + components["start"].astype("str"), sort=True)
    kinds = []
    for word in unique:
        measure, post, coop, start = str(word).split("|")
        record = catalogue.posts.get(post)
        wage = float(record.wage_fen_per_month) if record else typical_wage(catalogue, measure, None)
        kinds.append(AwardKind(catalogue.measures[measure], wage, Month.from_ordinal(int(start)), post, coop))
    return label.astype(np.int64), kinds


def _earning_slots(package: Ints, earns: Bools) -> Ints:
    """Return the number of each earning award within its package: 0, 1, ...; -1 for awards that do not earn."""
    slot = np.full(len(package), -1, dtype=np.int64)
    rows = np.flatnonzero(earns)
    slot[rows] = pd.Series(package[rows]).groupby(package[rows]).cumcount().to_numpy()
    return slot


def _chance_guarantees_met(
    package: Ints, label: Ints, kinds: list[AwardKind], first_end: Month | None, count: int
) -> Floats:
    """Return by package (rows) and guarantee the chance that its awards bring it; 0 without an open month."""
    missing = np.ones((count, len(GUARANTEES)))
    if first_end is None:
        return 1.0 - missing
    for number, kind in enumerate(kinds):
        chance = new_award_chances(kind.measure, kind.start, first_end)
        if chance.any():
            # A guarantee stays missing only if every award fails to bring it: the chances to fail multiply, as
            # independent.
            np.multiply.at(missing, package[label == number], 1.0 - chance)
    return 1.0 - missing


def _income_added(
    end: MonthEnd, kinds: list[AwardKind], label: Ints, package: Ints, slot: Ints, household: Ints, base: WithoutHelp,
    effects: tuple[Effect, ...], by_measure: dict[str, list[int]], gain: Floats,
) -> AddedIncome:  # fmt: skip
    """Return what each award adds to the year's income up to `end`, one row per effect; empty without any."""
    parts: list[tuple[Ints | Floats, ...]] = []
    fates: list[Fate] = []
    first = max(end.month.ordinal - YEAR, base.panel.last.ordinal) + 1  # months known already stay as they were
    for number, kind in enumerate(kinds):
        rows = np.flatnonzero(label == number)
        for effect in by_measure.get(kind.measure.key, []):
            earning = effects[effect].earning
            span = AwardSpan(kind.start.ordinal)
            mean, variance = paid_months(earning, span, first, end.month.ordinal)
            own = base.steady[earning.source][household[package[rows]]]
            unit = np.asarray(unit_fen(earning, kind.wage_fen, own)) * gain[effect, household[package[rows]]]
            fate, together = _fate_of(kind, earning, (first, end.month.ordinal), base)
            if fate is not None:
                fates.append(fate)
            shared2 = unit**2 * float(earning.mean or 0.0) ** 2 * together
            whole2 = unit**2 * award_variance(effects[effect], mean, variance)
            parts.append(
                (
                    package[rows],
                    slot[rows],
                    np.full(len(rows), effect),
                    unit * mean,
                    np.maximum(whole2 - shared2, 0.0),
                    unit * paid_months_slope(effects[effect], span, first, end.month.ordinal),
                    shared2,
                    np.full(len(rows), -1 if fate is None else len(fates) - 1),
                )
            )
    if not parts:
        none, nothing = np.zeros(0, dtype=np.int64), np.zeros(0)
        return AddedIncome(none, none, none, nothing, nothing, nothing, nothing, none)
    one, two, three, fen, own, loss, shared, of_fate = (np.concatenate(column) for column in zip(*parts, strict=True))
    return AddedIncome(one, two, three, fen, own, loss, shared, of_fate, tuple(fates))


def _fate_of(
    kind: AwardKind, earning: Earning, window: tuple[int, int], base: WithoutHelp
) -> tuple[Fate | None, float]:
    """Return how an award hangs on its source, and the variance of its paid months that comes from there."""
    source = base.sources.of_award(kind.post, kind.coop)
    hazard = base.sources.hazard_of(source)
    if not hazard or not earning.loss_per_month:
        return None, 0.0
    months = paid_by_month(earning, AwardSpan(kind.start.ordinal), *window)
    fate = Fate(source, window[0], tuple(months.tolist()))
    return fate, together_variance(fate, hazard, base.sources.since)


def owed_top_ups(entitlements: pd.DataFrame, hh: pd.Index, catalogue: Catalogue, first: int, last: int) -> Floats:
    """Return the top-ups owed and covered that are paid in a window, fen by household.

    Parameters
    ----------
    entitlements : DataFrame
        ``Offer.entitlements``.
    first, last : int
        Ordinals of the window.
    """
    topping = [key for key, measure in catalogue.measures.items() if measure.cost.basis == "top_up"]
    rows = entitlements.loc[entitlements["measure"].isin(topping) & entitlements["covered"].eq(True)]
    fen = np.zeros(len(hh))
    if rows.empty:
        return fen
    start = rows["start"].to_numpy(dtype=np.int64)
    months = rows["months"].to_numpy(dtype=np.int64)
    inside = np.clip(np.minimum(start + months - 1, last) - np.maximum(start, first) + 1, 0, None)
    np.add.at(fen, hh.get_indexer(pd.Index(rows["hh"])), rows["cost_fen"].to_numpy(dtype=np.float64) * inside / months)
    return fen


def owed_guarantee_chances(
    entitlements: pd.DataFrame, hh: pd.Index, catalogue: Catalogue, first_end: Month | None
) -> Floats:
    """Return the chance by household and guarantee that what is owed and covered brings it about in time."""
    missing = np.ones((len(hh), len(GUARANTEES)))
    if first_end is None:
        return 1.0 - missing
    rows = entitlements.loc[entitlements["covered"].eq(True)].drop_duplicates(["hh", "person", "measure"])
    for keys, mine in rows.groupby(["measure", "start"], sort=True):
        key, start = str(keys[0]), Month.from_ordinal(int(str(keys[1])))
        chance = new_award_chances(catalogue.measures[key], start, first_end)
        if chance.any():
            np.multiply.at(missing, hh.get_indexer(pd.Index(mine["hh"])), 1.0 - chance)
    return 1.0 - missing
