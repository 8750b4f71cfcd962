"""Every household without new help: income at each month-end of the rule, and whether it can be assessed.

Responsible for known months, the forecast of those ahead, help already running, what the law owes,
and the guarantees. Not responsible for packages (`povlib.exits.help_effects.package_effects`).
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from povlib.arrays import Bools, Floats
from povlib.calendar import Month
from povlib.exits.forecasting.household_panel import YEAR, HouseholdPanel, read_panel
from povlib.exits.forecasting.income_forecast import ForecastWindow, HouseholdGroups, IncomeForecast, forecast_income
from povlib.exits.help_effects.award_effects import AwardSpan, Effect, award_variance, paid_months
from povlib.exits.help_effects.award_sources import AwardSources, award_sources, sources_of_running
from povlib.exits.help_effects.delivery_rates import (
    paid_months_slope,
    with_recorded_losses,
    with_recorded_takeup,
)
from povlib.exits.help_effects.guarantee_outlook import guarantee_outlook, help_under_way
from povlib.exits.help_effects.running_help import RunningHelp, panel_without_help, running_help, unit_months
from povlib.exits.help_effects.running_sources import RunningOnSources, running_on_sources
from povlib.exits.learning.effect_variation import effect_spread_between_households
from povlib.exits.learning.recent_help import OwnEvidence, weigh_recent_help
from povlib.exits.projection_constants import ProjectionConstants, projection_constants
from povlib.params import Catalogue, Settings
from povlib.support.eligibility_facts import SupportFrames
from povlib.support.matching.retention import recorded_losses
from povlib.vocabulary import GUARANTEES, INCOME_PARTS, SIGN_OF_PART
from povlib.vocabulary.register import exited_status

FEWEST_KNOWN = 6
"""Months of the last twelve that must be known for a projection."""


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
class WithoutHelp:
    """Every household without new help.

    Attributes
    ----------
    hh : Index
    size : array
    ends : tuple of MonthEnd
        The month-ends of the rule, then the run-rate year (the twelve months after the last of data).
    holds : array (households x guarantees)
        Chance that the guarantee holds throughout, with help under way and owed.
    assessable : array of bool
    reasons : DataFrame
        hh, reason (message id): why not assessable.
    panel : HouseholdPanel
    steady : dict of array
        Fen a month from each source over the last twelve months.
    effects : tuple of Effect
        With how far households differ in them, as learnt.
    after : MonthEnd
        The twelve months after the last month-end of the rule: as then, with what help running now still brings.
    sources : AwardSources
        What awards hang on.
    """

    hh: pd.Index
    size: Floats
    ends: tuple[MonthEnd, ...]
    holds: Floats
    assessable: Bools
    reasons: pd.DataFrame
    panel: HouseholdPanel
    steady: dict[str, Floats]
    effects: tuple[Effect, ...]
    after: MonthEnd
    sources: AwardSources

    @property
    def rule_ends(self) -> tuple[MonthEnd, ...]:
        """The month-ends of the rule."""
        return self.ends[:-1]

    @property
    def open_end(self) -> Month | None:
        """The first month-end of the rule if it lies ahead, else None: what is known cannot be changed."""
        first = self.rule_ends[0].month
        return first if first > self.panel.last else None

    @property
    def run_rate(self) -> MonthEnd:
        """The run-rate year."""
        return self.ends[-1]


def households_without_help(
    state: SupportFrames,
    catalogue: Catalogue,
    settings: Settings,
    effects: tuple[Effect, ...],
    first_start: int | None = None,
) -> WithoutHelp:
    """Return every household without new help; `projection_inputs` adds what the law owes.

    `first_start` is the month in which the first new help begins (ordinal): until then no source fails.
    """
    last = state.last_month
    households = state.households.sort_values("hh", kind="stable").reset_index(drop=True)
    hh = pd.Index(households["hh"])
    sorted_state = _SortedState(households, state)
    panel = read_panel(sorted_state, last, catalogue)
    since = max(last.ordinal, first_start or 0)
    sources = award_sources(catalogue, effects, state.placements, since)
    village_of = households.set_index("hh")["village"]
    hangs_on = sources_of_running(state.support, state.placements, village_of, sources)
    running = running_help(state.support, state.placements, hh, catalogue, effects, hangs_on)
    paid = unit_months(running, effects, panel)
    prior = projection_constants(catalogue)
    # Two passes: with effects at the means believed a first panel without help, from which each household's own effect
    # is weighed; the second takes out what was learnt.
    first_guess = panel_without_help(panel, running, effects, paid)
    between = effect_spread_between_households(panel, first_guess, running, effects, paid, prior)
    effects = tuple(replace(effect, spread=between[effect.measure]) for effect in effects)
    effects = with_recorded_takeup(effects, state.support, last.ordinal, prior.rate_weight)
    effects = with_recorded_losses(effects, recorded_losses(state, catalogue, last), prior.rate_weight)
    sources = award_sources(catalogue, effects, state.placements, since)  # with the losses learnt
    learnt = weigh_recent_help(panel, first_guess, running, effects, paid, prior.months_alike)
    bare = panel_without_help(panel, running, effects, paid * learnt.scale[:, None])
    size = households["size"].fillna(0).to_numpy(dtype=np.float64)
    left = _exit_years(households)
    usable, settled = _months_without_help_change(panel, running), _months_outside_exit_year(panel, left)
    codes = [
        pd.factorize(households[name].astype("str").fillna(""), sort=True)[0].astype(np.int64)
        for name in ("livelihood", "village")
    ]
    # A card without members keeps its row, so that all arrays stay aligned; it is refused as not assessable below.
    who = HouseholdGroups(codes[0], codes[1], np.maximum(size, 1.0), left)
    made = _MonthEndMaker(panel, bare, running, learnt, paid, effects, who, size, usable, settled, prior, sources)
    months = [settings.horizon + (1 - settings.stability_months + i) for i in range(settings.stability_months)]
    lines = [catalogue.line_fen(settings.authority, month) * (1 + settings.margin) for month in months]
    ends = [made.at(month, line) for month, line in zip(months, lines, strict=True)]
    ends.append(made.at(last + YEAR, lines[-1]))
    holds = _guarantee_chances(state, hh, catalogue, last, months)
    assessable, reasons = _assessable_households(hh, size, panel, last, holds)
    steady = {name: panel.window(name, last.ordinal - YEAR + 1, last.ordinal) / YEAR for name in INCOME_PARTS}
    after = made.after(ends[-2], catalogue.line_fen(settings.authority, months[-1]) * (1 + settings.margin))
    return WithoutHelp(hh, size, tuple(ends), holds, assessable, reasons, panel, steady, effects, after, sources)


@dataclass(frozen=True)
class _SortedState:
    """The frames that income reads, households in order of their key."""

    households: pd.DataFrame
    state: SupportFrames

    @property
    def observations(self) -> pd.DataFrame:
        return self.state.observations

    @property
    def transfers(self) -> pd.DataFrame:
        return self.state.transfers


def _guarantee_chances(
    state: SupportFrames, hh: pd.Index, catalogue: Catalogue, last: Month, months: list[Month]
) -> Floats:
    """Return the chance of each guarantee (columns) by household at the exit months; NaN where never known."""
    ahead = guarantee_outlook(state.observations, hh, last, months[0], months[-1], projection_constants(catalogue))
    helped = help_under_way(state.support, state.projects, state.observations, hh, catalogue, last, months[0])
    kept = ahead.holds
    if months[0] > last:
        kept = 1.0 - (1.0 - ahead.holds) * (1.0 - helped)
    # A guarantee never known stays unknown: help under way must not make its household assessable.
    return np.asarray(np.where(np.isnan(ahead.holds), np.nan, kept))


def _months_without_help_change(panel: HouseholdPanel, running: RunningHelp) -> Bools:
    """Return the months in which a household had no help beginning or ending: those a forecast may learn from."""
    ok = np.ones(panel.known.shape, dtype=bool)
    start = panel.first.ordinal
    for moment in (running.start, running.until):
        inside = (moment >= start) & (moment <= panel.last.ordinal)
        ok[running.row[inside], moment[inside] - start] = False
    return ok


def _exit_years(households: pd.DataFrame) -> Floats:
    """Return the year in which each household was exited, infinite for those who are not out."""
    year = households["exit_year"].astype("Float64").to_numpy(dtype=np.float64, na_value=np.inf)
    return np.where(households["status"].eq(exited_status()).to_numpy(dtype=bool), year, np.inf)


def _months_outside_exit_year(panel: HouseholdPanel, left: Floats) -> Bools:
    """Return the months that show how income goes on with nothing new: not the year in which a household was exited.

    Whatever that year's plan brought it, recorded or not, is in its change, and who had one was exited for it: no guide
    to the others' incomes. That such changes happen is still learnt.
    """
    year = (panel.first.ordinal + np.arange(panel.known.shape[1])) // YEAR
    return np.asarray(left[:, np.newaxis] != year[np.newaxis, :])


@dataclass(frozen=True)
class _MonthEndMaker:
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


def _assessable_households(
    hh: pd.Index, size: Floats, panel: HouseholdPanel, last: Month, holds: Floats
) -> tuple[Bools, pd.DataFrame]:
    """Return by household whether it can be assessed, and a table of the others with the reason."""
    known = panel.months_known(last.ordinal - YEAR + 1, last.ordinal)
    tests = [
        (size <= 0, "no member is on the card"),
        (known < FEWEST_KNOWN, "fewer than six of the last twelve months are known"),
        *((np.isnan(holds[:, i]), f"never known: {name}") for i, name in enumerate(GUARANTEES)),
    ]
    reason = np.full(len(hh), "", dtype=object)
    for fails, words in tests:
        reason[fails & (reason == "")] = words
    ok = reason == ""
    return ok, pd.DataFrame({"hh": hh[~ok], "reason": reason[~ok]}).astype("str")
