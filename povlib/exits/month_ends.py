"""Income of the twelve months up to a month-end without new help: months known, months forecast, help already running.

Responsible for one month-end after another, and for the year after the last. Not responsible for who can be assessed
(`without_help`).
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from povlib.arrays import Bools, Floats
from povlib.calendar import Month
from povlib.exits.forecasting.household_panel import YEAR, HouseholdPanel
from povlib.exits.forecasting.income_forecast import ForecastWindow, HouseholdGroups, IncomeForecast, forecast_income
from povlib.exits.help_effects.award_effects import AwardSpan, Effect, award_variance, paid_months
from povlib.exits.help_effects.award_sources import AwardSources
from povlib.exits.help_effects.delivery_rates import (
    paid_months_slope,
)
from povlib.exits.help_effects.running_help import RunningHelp
from povlib.exits.help_effects.running_sources import RunningOnSources, running_on_sources
from povlib.exits.learning.recent_help import OwnEvidence
from povlib.exits.projection_constants import ProjectionConstants
from povlib.vocabulary import INCOME_PARTS, SIGN_OF_PART


@dataclass(frozen=True)
class MonthEnd:
    """One month-end of the rule, without new help; fen for the whole household.

    Attributes
    ----------
    month : Month
    mean, spread : array (households,)
        Net income of the trailing twelve months; `spread` without the shared effects.
    transfer : array
        Expected regular transfers in it.
    line : array
        Line x (1 + margin) x members.
    effect : array (households x effects)
        Fen per unit of each shared effect, from help already running.
    loss : array (households x effects) or None
        Fen per unit of effect and of the hazard of ending, from help already running.
    ahead : ForecastWindow or None
        Months of the trailing year that are not known yet.
    year : IncomeForecast or None
    hanging : RunningOnSources or None
        What of the mean hangs on sources that may fail.
    """

    month: Month
    mean: Floats
    spread: Floats
    transfer: Floats
    line: Floats
    effect: Floats
    ahead: ForecastWindow | None
    year: IncomeForecast | None
    loss: Floats | None = None
    hanging: RunningOnSources | None = None


@dataclass(frozen=True)
class MonthEndMaker:
    """Makes `MonthEnd` for one month-end after another."""

    panel: HouseholdPanel
    bare: HouseholdPanel
    running: RunningHelp
    learnt: OwnEvidence
    paid: Floats
    effects: tuple[Effect, ...]
    who: HouseholdGroups
    size: Floats
    usable: Bools
    settled: Bools
    prior: ProjectionConstants
    sources: AwardSources
    memo: dict[tuple[int, AwardSpan, ForecastWindow], tuple[float, float]] = field(default_factory=dict)

    def at(self, month: Month, line_fen: float) -> MonthEnd:
        """Return the income of the twelve months up to `month`: recorded months, then forecast, then running help."""
        last = self.panel.last.ordinal
        first = month.ordinal - YEAR + 1
        line = line_fen * self.size
        known_last = min(month.ordinal, last)
        known = {name: self._known(name, first, known_last) for name in INCOME_PARTS}
        spread2 = self._filled_variance(first, known_last)
        effect = np.zeros((len(self.size), len(self.effects)))
        if month.ordinal <= last:
            mean = np.asarray(sum(SIGN_OF_PART[name] * known[name] for name in INCOME_PARTS))
            return MonthEnd(month, mean, np.sqrt(spread2), known["transfer"], line, effect, None, None)
        window = ForecastWindow(last, max(first, last + 1), month.ordinal)
        year = forecast_income(self.bare, window, self.who, self.usable, self.settled, self.prior)
        self._add_running(effect, window, year)
        mean = np.asarray(sum(SIGN_OF_PART[name] * known[name] for name in INCOME_PARTS)) + year.net
        mean = mean + self._running_mean(window)
        spread = np.sqrt(year.spread**2 + spread2 + self._running_variance(window))
        transfer = known["transfer"] + year.mean["transfer"]
        on_sources = running_on_sources(
            self.running, self._spans(), self.effects, self.learnt.scale, window, self.sources, len(self.size)
        )
        loss = self._by_loss(window)
        return MonthEnd(month, mean, spread, transfer, line, effect, window, year, loss, on_sources)

    def after(self, end: MonthEnd, line_fen: float) -> MonthEnd:
        """Return the year after a month-end: income as in the year before it, but for what running help brings.

        Months of running help known already are those of the panel; those ahead are expected.
        """
        last = self.panel.last.ordinal
        month = end.month + YEAR
        year = ForecastWindow(last, max(month.ordinal - YEAR + 1, last + 1), month.ordinal)
        first = end.month.ordinal - YEAR + 1 - self.panel.first.ordinal
        known = slice(max(first, 0), max(min(end.month.ordinal, last) - self.panel.first.ordinal + 1, 0))
        means = np.array([float(e.earning.mean or 0.0) for e in self.effects])
        size = means[self.running.effect] * self.learnt.scale if len(means) else np.zeros(0)
        past = np.bincount(
            self.running.row, weights=self.paid[:, known].sum(axis=1) * size, minlength=len(self.size)
        ).astype(np.float64)
        ahead = ForecastWindow(last, max(end.month.ordinal - YEAR + 1, last + 1), end.month.ordinal)
        none = np.zeros(len(self.size))
        was, was2 = (none, none) if end.ahead is None else (self._running_mean(ahead), self._running_variance(ahead))
        mean = end.mean - past - was + self._running_mean(year)
        spread = np.sqrt(end.spread**2 + np.maximum(self._running_variance(year) - was2, 0.0))
        return MonthEnd(month, mean, spread, end.transfer, line_fen * self.size, np.zeros_like(end.effect), year, None)

    def _known(self, name: str, first: int, last: int) -> Floats:
        return self.panel.window(name, first, last) if last >= first else np.zeros(len(self.size))

    def _filled_variance(self, first: int, last: int) -> Floats:
        """Return the variance of months filled inside the known part; filled months of a source move together."""
        if last < first:
            return np.zeros(len(self.size))
        start = self.panel.first.ordinal
        inside = slice(max(first - start, 0), last - start + 1)
        gaps = ~self.panel.known[:, inside]
        parts = [(self.panel.income[n][:, inside] * gaps).sum(axis=1) * self.panel.spread[n] for n in INCOME_PARTS]
        return np.asarray(sum(part**2 for part in parts))

    def _spans(self) -> list[tuple[int, AwardSpan]]:
        """Return the running awards that go on, each with its number."""
        return [
            (i, AwardSpan(int(self.running.start[i]), int(self.running.until[i]), self.panel.last.ordinal))
            for i in range(len(self.running.row))
            if self.running.goes_on[i]
        ]

    def _future(self, window: ForecastWindow) -> Floats:
        """Return, for every row of running help, fen per unit of effect expected in the window."""
        fen = np.zeros(len(self.running.row))
        for i, span in self._spans():
            fen[i] = self._months(int(self.running.effect[i]), span, window)[0] * self.running.unit_fen[i]
        return fen

    def _by_loss(self, window: ForecastWindow) -> Floats:
        """Return by how much the hazard of ending moves what running help brings, per unit of effect."""
        fen = np.zeros((len(self.size), len(self.effects)))
        memo: dict[tuple[int, AwardSpan], float] = {}
        for i, span in self._spans():
            number = int(self.running.effect[i])
            if (number, span) not in memo:
                memo[number, span] = paid_months_slope(self.effects[number], span, window.first, window.last)
            fen[self.running.row[i], number] += memo[number, span] * self.running.unit_fen[i] * self.learnt.scale[i]
        return fen

    def _months(self, effect: int, span: AwardSpan, window: ForecastWindow) -> tuple[float, float]:
        """Return mean and variance of the months an award pays in a window, remembered."""
        key = (effect, span, window)
        if key not in self.memo:
            self.memo[key] = paid_months(self.effects[effect].earning, span, window.first, window.last)
        return self.memo[key]

    def _running_variance(self, window: ForecastWindow) -> Floats:
        """Return the variance of what running help brings: it may end, and households differ."""
        variance = np.zeros(len(self.running.row))
        for i, span in self._spans():
            effect = self.effects[int(self.running.effect[i])]
            months = self._months(int(self.running.effect[i]), span, window)
            variance[i] = self.running.unit_fen[i] ** 2 * award_variance(effect, *months, left=self.learnt.left[i])
            variance[i] *= self.learnt.scale[i] ** 2
        return np.asarray(np.bincount(self.running.row, weights=variance, minlength=len(self.size)), dtype=np.float64)

    def _running_mean(self, window: ForecastWindow) -> Floats:
        """Return by household the mean income of running awards in a window."""
        means = np.array([float(e.earning.mean or 0.0) for e in self.effects])
        future = self._future(window) * self.learnt.scale
        future = future * means[self.running.effect] if len(means) else np.zeros(0)
        return np.asarray(np.bincount(self.running.row, weights=future, minlength=len(self.size)), dtype=np.float64)

    def _add_running(self, effect: Floats, window: ForecastWindow, year: IncomeForecast) -> None:
        """Add fen per unit of effect: what is ahead, less what the forecast was lowered for by help of the past.

        The forecast is linear in the help-free past, so an effect one unit larger lowers it by the same
        weights that made it.
        """
        future = self._future(window)
        start = self.panel.first.ordinal
        back = window.earlier(window.years_back)
        # The three predictors of the forecast (same months a year back, last three months, earlier years), of the help
        # alone.
        same = self.paid[:, max(back.first - start, 0) : max(back.last - start + 1, 0)].sum(axis=1)
        recent = self.paid[:, window.origin - start - 2 : window.origin - start + 1].sum(axis=1) * window.length / 3
        years = window.years_before(start)
        before = [self.paid[:, year.first - start : year.last - start + 1].sum(axis=1) for year in years]
        longer = np.mean(before, axis=0) if before else same
        for number, one in enumerate(self.effects):
            weights = year.weights[one.earning.source]
            mine = self.running.effect == number
            past = weights.last_year * same[mine] + weights.recent * recent[mine] + weights.earlier * longer[mine]
            # what the household's own months have shown no longer hangs on the shared effect
            np.add.at(effect[:, number], self.running.row[mine], (future[mine] - past) * self.learnt.left[mine])
