"""What a household will earn in the months still ahead, if nothing new is done: mean and spread.

A direct forecast of the *sum over the months ahead*, learnt from the same calendar months of earlier
years as they looked from the same distance. Because the target always spans the same season, one
harvest a year is no risk; because the error is measured on the very sum that matters, persistence
and transitory shocks need no separate model. Responsible for the forecast by source and the spread
of the net sum. Not responsible for help (`povlib.exits.help_effects.award_effects`) or guarantees.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from povlib.arrays import Bools, Floats, Ints
from povlib.exits.forecasting.forecast_spread import ENOUGH, LargeShocks, learn_spread, variance_features
from povlib.exits.forecasting.household_panel import YEAR, HouseholdPanel
from povlib.exits.forecasting.robust_regression import huber_nonnegative_weights
from povlib.exits.projection_constants import ProjectionConstants
from povlib.vocabulary import INCOME_PARTS, SIGN_OF_PART

# Months before the origin that show the present level: a season's quarter, so that one month's windfall is diluted.
# A choice, also built into `without_help`, which takes help out of the same months.
RECENT = 3
# Share of a window's months that must be known for it to teach: a choice; filled months would teach their own filling.
KNOWN_SHARE = 0.75


@dataclass(frozen=True)
class PredictorWeights:
    """Weights of the predictors of one source: same months a year before, recent months, group, earlier years."""

    last_year: float
    recent: float
    group: float
    earlier: float = 0.0

    def of(self, predictors: Floats) -> Floats:
        """Return the forecast from households x 4 predictors."""
        return np.asarray(predictors @ np.array([self.last_year, self.recent, self.group, self.earlier]))


@dataclass(frozen=True)
class IncomeForecast:
    """The sum over the months ahead.

    Attributes
    ----------
    mean : dict of array (households,)
        Expected fen by source.
    shift : array (households,)
        Correction of the net sum by the mean error of earlier windows, fen.
    spread : array (households,)
        Usual standard deviation of the net sum, fen; `large_shocks` apart.
    village_share, common_share : float
        Shares of that variance which a village, and the whole township, have in common.
    centre_share : float
        Variance, relative to that of the net sum, with which the forecast's own middle is known: it was learnt
        from few years, each with an error that everybody shared.
    weights : dict
        `PredictorWeights` by source.
    years : int
        Earlier windows learnt from; 0: the spread is assumed.
    errors : array (windows x households)
        Standardised errors of the earlier windows (nan: not used).
    large_shocks : LargeShocks
        How often, and how far, a household misses by more than `spread` stands for.
    freedom : float
        Years behind the common share, the assumed one included: degrees of freedom of everybody's next year.
    """

    mean: dict[str, Floats]
    shift: Floats
    spread: Floats
    village_share: float
    common_share: float
    centre_share: float
    weights: dict[str, PredictorWeights]
    years: int
    errors: Floats
    large_shocks: LargeShocks = field(default_factory=LargeShocks)
    freedom: float = 1e6

    @property
    def net(self) -> Floats:
        """Expected net sum, fen by household."""
        return np.asarray(sum(SIGN_OF_PART[name] * self.mean[name] for name in INCOME_PARTS)) + self.shift


@dataclass(frozen=True)
class ForecastWindow:
    """Months ahead `first` to `last` seen from the end of month `origin` (ordinals)."""

    origin: int
    first: int
    last: int

    @property
    def length(self) -> int:
        """Number of months."""
        return self.last - self.first + 1

    @property
    def years_back(self) -> int:
        """Years one must go back for the same calendar months to be known at the origin."""
        return max(1, -(-(self.last - self.origin) // YEAR))

    def earlier(self, years: int) -> ForecastWindow:
        """Return the same window so many years before."""
        return ForecastWindow(self.origin - YEAR * years, self.first - YEAR * years, self.last - YEAR * years)

    def years_before(self, first: int) -> list[ForecastWindow]:
        """Return the same months of the years before the newest known ones, as far as data from month `first` reach."""
        back = self.years_back
        count = max(self.earlier(back).first - first, 0) // YEAR
        return [self.earlier(years) for years in range(back + 1, back + 1 + count)]


@dataclass(frozen=True)
class HouseholdGroups:
    """What the forecast knows of households.

    Attributes
    ----------
    group, village : int array (households,)
        Group (livelihood) and village.
    size : array
        Members, one at least.
    left : array
        Year in which the household was exited; infinite for those still registered.
    """

    group: Ints
    village: Ints
    size: Floats
    left: Floats

    def classes(self, origin: int) -> Ints:
        """Return the group of each household at a month: livelihood, those exited in an earlier year apart.

        Put together, the lasting gap between who is out and who is still poor would pass for persistence: a good
        year of a poor household would be believed as if it were here to stay.
        """
        return np.asarray(2 * self.group + (self.left < origin // YEAR))


def forecast_income(
    panel: HouseholdPanel,
    window: ForecastWindow,
    who: HouseholdGroups,
    usable: Bools,
    settled: Bools,
    prior: ProjectionConstants,
) -> IncomeForecast:
    """Forecast the sum over a window.

    Parameters
    ----------
    panel : HouseholdPanel
        Help-free income by source.
    window : ForecastWindow
    who : HouseholdGroups
    usable : array of bool (households x months)
        Months that may serve to learn from.
    settled : array of bool (households x months)
        Months in which the household's standing did not change: weights and the usual spread are learnt there.
    prior : ProjectionConstants
    """
    earlier = _earlier_windows(panel, window)
    weights = {name: _fit_weights(panel, name, earlier, who, usable & settled) for name in INCOME_PARTS}
    mean = {name: weights[name].of(_predictors(panel, name, window, who)) for name in INCOME_PARTS}
    if not earlier:
        spread = prior.income_spread * np.sqrt(sum(mean[name] ** 2 for name in INCOME_PARTS))
        none = np.full((0, len(who.size)), np.nan)
        centre = prior.common_share / prior.common_share_weight
        shift = np.zeros(len(who.size))
        return IncomeForecast(mean, shift, np.asarray(spread), 0.0, prior.common_share, centre, weights, 0, none)
    return _forecast_with_spread(panel, earlier, who, usable, settled, weights, mean, prior)


def _earlier_windows(panel: HouseholdPanel, window: ForecastWindow) -> list[ForecastWindow]:
    """Return earlier windows that lie in the data together with what predicts them, newest first."""
    windows: list[ForecastWindow] = []
    years = back = window.years_back
    while True:
        target = window.earlier(years)
        if min(target.first - YEAR * back, target.origin - RECENT + 1) < panel.first.ordinal:
            return windows
        windows.append(target)
        years += 1


def _predictors(panel: HouseholdPanel, source: str, window: ForecastWindow, who: HouseholdGroups) -> Floats:
    """Return households x 4: same months before, recent months scaled to the window, group, earlier years.

    The group's is the mean per member times the members. One year of a household is a noisy guess at its
    level; the mean over the same months of all years before it (where there are any) is a steadier one.
    """
    start = panel.first.ordinal
    shifted = window.earlier(window.years_back)
    recent = panel.window(source, max(window.origin - RECENT + 1, start), window.origin) * window.length / RECENT
    same = panel.window(source, shifted.first, shifted.last) if shifted.first >= start else recent
    group = who.classes(window.origin)
    total = np.bincount(group, weights=same)
    count = np.maximum(np.bincount(group, weights=who.size), 1.0)
    sums = [panel.window(source, year.first, year.last) for year in window.years_before(start)]
    before = np.mean(sums, axis=0) if sums else same
    return np.column_stack([same, recent, (total / count)[group] * who.size, before])


def _usable_households(panel: HouseholdPanel, window: ForecastWindow, usable: Bools) -> Bools:
    """Return by household whether its months suffice to learn the forecast from."""
    start = panel.first.ordinal
    ahead = slice(window.first - start, window.last - start + 1)
    back = window.earlier(window.years_back)
    behind = slice(max(back.first - start, 0), window.origin - start + 1)
    known = panel.known[:, ahead].mean(axis=1) >= KNOWN_SHARE
    known &= panel.known[:, behind].mean(axis=1) >= KNOWN_SHARE
    return np.asarray(known & usable[:, ahead].all(axis=1))


def _fit_weights(
    panel: HouseholdPanel, source: str, earlier: list[ForecastWindow], who: HouseholdGroups, usable: Bools
) -> PredictorWeights:
    """Fit the weights of a source by robust non-negative regression over earlier windows, errors relative to size."""
    rows, targets = [], []
    for past in earlier:
        ok = _usable_households(panel, past, usable)
        rows.append(_predictors(panel, source, past, who)[ok])
        targets.append(panel.window(source, past.first, past.last)[ok])
    x = np.concatenate(rows) if rows else np.zeros((0, 4))
    y = np.concatenate(targets) if targets else np.zeros(0)
    if len(y) < ENOUGH or not x.any():
        return PredictorWeights(1.0, 0.0, 0.0)  # the same months of the year before are the only honest guess
    some = x.any(axis=1) | (y != 0)  # who has nothing of a source says nothing about how it goes on
    x, y = x[some], y[some]
    # Errors grow with the amount; the mean over all keeps rows near zero from outweighing the rest.
    scale = 1.0 / (x.mean(axis=1) + x.mean() + 1.0)
    return PredictorWeights(*(float(w) for w in huber_nonnegative_weights(x, y, scale)))


def _forecast_with_spread(
    panel: HouseholdPanel, earlier: list[ForecastWindow], who: HouseholdGroups, usable: Bools, settled: Bools,
    weights: dict[str, PredictorWeights],
    mean: dict[str, Floats], prior: ProjectionConstants,
) -> IncomeForecast:  # fmt: skip
    """Return the forecast of `mean`, its spread learnt from the errors of earlier windows."""
    errors, feature, still = [], [], []
    for past in earlier:
        ok = _usable_households(panel, past, usable)
        guess = {name: weights[name].of(_predictors(panel, name, past, who)) for name in INCOME_PARTS}
        actual = {name: panel.window(name, past.first, past.last) for name in INCOME_PARTS}
        error = np.asarray(sum(SIGN_OF_PART[name] * (actual[name] - guess[name]) for name in INCOME_PARTS))
        errors.append(np.where(ok, error, np.nan))
        feature.append(variance_features(guess, who.size))
        still.append(_usable_households(panel, past, usable & settled))
    # Those exited differ from those still registered in how steady their incomes are, too.
    group = 2 * who.group + np.isfinite(who.left)
    learnt = learn_spread(np.stack(errors), np.stack(feature), np.stack(still), group, who.village, prior)
    spread = np.sqrt(np.maximum(variance_features(mean, who.size) @ learnt.rates, 1.0) * learnt.own)
    return IncomeForecast(
        mean=mean,
        shift=learnt.middle * spread,
        spread=spread,
        village_share=learnt.village_share,
        common_share=learnt.common_share,
        centre_share=learnt.common_share / (prior.common_share_weight + len(earlier)),
        weights=weights,
        years=len(earlier),
        errors=learnt.standard,
        large_shocks=learnt.large_shocks,
        freedom=prior.common_share_weight + len(earlier),
    )
