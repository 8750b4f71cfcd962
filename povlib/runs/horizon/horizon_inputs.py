"""The allocation problem of a run's horizon.

Responsible for putting offers, money and worth of every period into one `HorizonProblem`, with what is decided by hand
in the first period. Not responsible for any of these parts nor for the plan.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import pandas as pd

from povlib.allocation.horizon.horizon_problem import HorizonProblem
from povlib.allocation.horizon.money_calendar import MoneyCalendar
from povlib.allocation.horizon.period_tables import PeriodTables
from povlib.params.procedures.rolling_horizon import RollingHorizon, load_rolling_horizon
from povlib.runs.horizon.horizon_money import horizon_money
from povlib.runs.horizon.horizon_pins import Fixed, fixed_before, office_commitments
from povlib.runs.horizon.horizon_values import HorizonValues, horizon_values, package_worth
from povlib.runs.horizon.period_offers import PeriodOffer, period_offers
from povlib.runs.run import Run
from povlib.runs.stages.allocation_input import household_groups, problem_shares, with_area_groups


@dataclass(frozen=True)
class HorizonInputs:
    """Everything that a plan over several years is made from.

    Attributes
    ----------
    horizon : RollingHorizon
    offers : list of PeriodOffer
    calendar : MoneyCalendar
    chances : HorizonValues
    problem : HorizonProblem
    fixed : Fixed
        What was decided or committed before.
    """

    horizon: RollingHorizon
    offers: list[PeriodOffer]
    calendar: MoneyCalendar
    chances: HorizonValues
    problem: HorizonProblem
    fixed: Fixed


def horizon_of(run: Run) -> RollingHorizon:
    """Return the parameters of the horizon: the office's own, begun no earlier than the run's help may start.

    A run that was made later leaves out the periods that have passed.
    """
    found = load_rolling_horizon(run.office.params)
    first = run.settings.help_from
    ahead = tuple(month for month in found.periods if month > first)
    return found.model_copy(update={"periods": (first, *ahead)})


def horizon_inputs(run: Run, progress: Callable[[str, float], None] = lambda stage, share: None) -> HorizonInputs:
    """Return the problem of the run's horizon with all that it was made from."""
    horizon = horizon_of(run)
    offers = period_offers(run, horizon, lambda share: progress("offers", 0.2 * share))
    values = horizon_values(run, horizon, offers, lambda share: progress("chances", 0.2 + 0.6 * share))
    progress("problem", 0.8)
    registered = set(run.state.poor["hh"].astype(str))
    fixed = fixed_before(run.decided.rules, office_commitments(run), offers, registered)
    calendar = horizon_money(run.catalogue, horizon, offers, fixed.outside)
    problem = _problem(run, horizon, offers, values, calendar, fixed.pins)
    return HorizonInputs(horizon, offers, calendar, values, problem, fixed)


def _problem(
    run: Run,
    horizon: RollingHorizon,
    offers: Sequence[PeriodOffer],
    values: HorizonValues,
    calendar: MoneyCalendar,
    pins: pd.DataFrame,
) -> HorizonProblem:
    households = household_groups(run.state, offers[0].offer, run.catalogue)
    households = households[households["registered"]].reset_index(drop=True)
    periods = [_tables(made, values, set(households["hh"]), horizon.earlier_years_weight) for made in offers]
    shares = problem_shares(households, run.catalogue, run.settings)
    households = with_area_groups(households, shares, run.catalogue)
    pins = pins[pins["hh"].isin(households["hh"])]
    return HorizonProblem.from_periods(periods, households, calendar, shares=shares, pins=pins if len(pins) else None)


def _tables(made: PeriodOffer, values: HorizonValues, registered: set[str], weight: float) -> PeriodTables:
    """Return a period's offer to the registered as tables; an exit of an earlier year is not planned for again."""
    offer = made.offer
    worth = package_worth(values, made, weight)
    packages = offer.packages[["package", "hh", "k"]].assign(value=worth)
    return PeriodTables(
        packages=packages[packages["hh"].isin(registered)].reset_index(drop=True),
        uses=offer.uses,
        resources=offer.resources,
        facilities=offer.facilities,
        bills=offer.bills,
        payers=offer.payers,
        keeps=offer.keeps,
    )


def with_money(inputs: HorizonInputs, calendar: MoneyCalendar) -> HorizonInputs:
    """Return the same inputs with other money."""
    return replace(inputs, calendar=calendar, problem=inputs.problem.with_calendar(calendar))
