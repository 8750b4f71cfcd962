"""When a measure may start: its periods, its post, a fund that may pay, and builders with weeks left.

Responsible for the months of start that are offered: the earliest, and later ones only where the
builders' weeks bind. Not responsible for who may have the measure.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from povlib.arrays import Bools, Ints
from povlib.calendar import Month
from povlib.params import Catalogue, Measure, Payer, Post, Settings
from povlib.support.conditions import joint_truth
from povlib.support.villages.village_rows import VillageRows
from povlib.vocabulary.resource_keys import weeks_key


def funds_that_may_pay(measure: Measure, start: Month, catalogue: Catalogue) -> list[Payer]:
    """Return the funds that may pay the measure when it starts in this month, in the order of the catalogue."""
    payers = []
    for payer in measure.payers:
        fund = catalogue.funds[payer.fund]
        if fund.holds_money and (fund.window is None or start in fund.window):
            payers.append(payer)
    return payers


def households_paid_for(
    payer: Payer, households: pd.DataFrame, village_rows: VillageRows, catalogue: Catalogue
) -> Bools:
    """Return for which households a fund pays: by its conditions for the measure, and those of its area alone.

    A fact that is not known fulfils no condition. `village_rows` are those of the households.
    """
    paid = village_rows.within(catalogue.villages_of_fund(payer.fund))
    if not payer.who:
        return paid
    holds, _ = joint_truth(payer.who, households)
    return np.asarray(paid & (holds == 1))


def costs_money(measure: Measure) -> bool:
    """Return whether an award of the measure has a bill."""
    return measure.cost.basis == "bill" or bool(measure.cost.amount_fen)


def start_months(measure: Measure, catalogue: Catalogue, settings: Settings, post: Post | None = None) -> list[Month]:
    """Return the months in which the measure may start, in order.

    Help may start from ``settings.help_from`` to ``help_to``, inside the measure's periods and the
    post's months, when at least one fund may pay it.
    """
    months = list(settings.help_from.through(settings.help_to))
    if measure.periods is not None:
        months = [m for m in months if m in measure.periods]
    if post is not None and post.months is not None:
        months = [m for m in months if m in post.months]
    if costs_money(measure):
        months = [m for m in months if funds_that_may_pay(measure, m, catalogue)]
    return months


def start_months_of_crews(
    measure: Measure, months: list[Month], households: int, capacity: dict[str, int], horizon: Month
) -> list[Month]:
    """Return the months of start to offer for a measure that takes builder-weeks.

    The earliest month with weeks left; then later ones while the weeks of the months offered so far
    are fewer than all eligible households would take. Months whose work would be done only after the
    horizon are offered last of all, when nothing else is left.
    """
    able = [m for m in months if _crew_has_room(measure, m, capacity)]
    closes = [closing.delay_months for closing in measure.closes]
    useful = [m for m in able if m + min(closes, default=0) <= horizon] or able[:1]
    offered: list[Month] = []
    for month in useful:
        if offered and _weeks_suffice(measure, offered, households, capacity):
            break
        offered.append(month)
    return offered


def _crew_has_room(measure: Measure, start: Month, capacity: dict[str, int]) -> bool:
    return all(
        capacity.get(weeks_key(use.pool, start + i), 0) >= use.per_month
        for use in measure.uses
        for i in range(use.over_months)
    )


def _weeks_suffice(measure: Measure, offered: list[Month], households: int, capacity: dict[str, int]) -> bool:
    """Return whether the weeks of the first months of the starts offered suffice for everybody."""
    for use in measure.uses:
        weeks = sum(capacity.get(weeks_key(use.pool, month), 0) for month in offered)
        if use.per_month and weeks < households * use.per_month:
            return False
    return True


def most_funds_may_pay(
    measure: Measure,
    start: Month,
    catalogue: Catalogue,
    capacity: dict[str, int],
    households: pd.DataFrame,
    village_rows: VillageRows,
) -> Ints:
    """Return the most that all funds together may pay of one award to each household, in fen."""
    total = np.zeros(len(households), dtype=np.int64)
    for payer in funds_that_may_pay(measure, start, catalogue):
        if not village_rows.reaches(catalogue.villages_of_fund(payer.fund)):
            continue  # most funds of a large office belong to areas where none of a part's households live
        fund = catalogue.funds[payer.fund]
        limits = [capacity.get(fund.key, fund.amount_fen), payer.ceiling_fen, fund.household_ceiling_fen]
        ceiling = min(limit for limit in limits if limit is not None)
        total += np.where(households_paid_for(payer, households, village_rows, catalogue), ceiling, 0)
    return total
