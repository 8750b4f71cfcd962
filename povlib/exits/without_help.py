"""Every household without new help: income at each month-end of the rule, and whether it can be assessed.

Responsible for what is known of households, help already running, what the law owes, and the guarantees. Not
responsible for the income of one month-end (`month_ends`) or for packages (`help_effects.package_effects`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from povlib.arrays import Bools, Floats
from povlib.calendar import Month
from povlib.exits.forecasting.household_panel import YEAR, HouseholdPanel, read_panel
from povlib.exits.forecasting.income_forecast import HouseholdGroups
from povlib.exits.help_effects.award_effects import Effect
from povlib.exits.help_effects.award_sources import AwardSources, award_sources, sources_of_running
from povlib.exits.help_effects.delivery_rates import (
    with_recorded_losses,
    with_recorded_takeup,
)
from povlib.exits.help_effects.guarantee_outlook import guarantee_outlook, help_under_way
from povlib.exits.help_effects.running_help import RunningHelp, panel_without_help, running_help, unit_months
from povlib.exits.learning.effect_variation import effect_spread_between_households
from povlib.exits.learning.recent_help import weigh_recent_help
from povlib.exits.month_ends import MonthEnd, MonthEndMaker
from povlib.exits.projection_constants import projection_constants
from povlib.params import Catalogue, Settings
from povlib.support.eligibility_facts import SupportFrames
from povlib.support.matching.retention import recorded_losses
from povlib.vocabulary import GUARANTEES, INCOME_PARTS
from povlib.vocabulary.register import exited_status

FEWEST_KNOWN = 6
"""Months of the last twelve that must be known for a projection."""


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
    made = MonthEndMaker(panel, bare, running, learnt, paid, effects, who, size, usable, settled, prior, sources)
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

    @property
    def income_uses(self) -> pd.DataFrame | None:
        return getattr(self.state, "income_uses", None)


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
