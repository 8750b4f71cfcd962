"""What may be started in each period of a horizon: the offer of the year, made again for its months and money.

Responsible for the parameters of each period. What lasts, lasts: posts and places that are free may be taken in any
period, builders work as ``horizon.yaml`` says where ``crews.yaml`` ends, and each fund holds what has arrived and not
lapsed. Not responsible for the offer itself (`povlib.support`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from povlib import support
from povlib.calendar import Month
from povlib.params import Catalogue, Settings
from povlib.params.procedures.rolling_horizon import RollingHorizon
from povlib.runs.run import Run
from povlib.vocabulary.resource_keys import place_key


@dataclass(frozen=True)
class PeriodOffer:
    """The offer of one period, with the parameters and settings it was made from."""

    period: int
    first: Month
    last: Month
    catalogue: Catalogue
    settings: Settings
    offer: support.Offer


def period_offers(
    run: Run, horizon: RollingHorizon, progress: Callable[[float], None] = lambda share: None
) -> list[PeriodOffer]:
    """Return the offer of every period, on what the run knows."""
    made = []
    for period, first in enumerate(horizon.periods):
        progress(period / len(horizon.periods))
        last = horizon.last_month(period)
        catalogue = run.catalogue.replaced(changes_of_period(run.catalogue, run.settings, horizon, period))
        settings = run.settings.model_copy(update={"help_from": first, "help_to": last, "horizon": horizon.end})
        offer = support.offer(run.with_months, catalogue, settings)
        made.append(PeriodOffer(period, first, last, catalogue, settings, _with_more_places(offer, horizon, first)))
    return made


def usable_fen(catalogue: Catalogue, horizon: RollingHorizon, fund: str, period: int) -> int:
    """Return what of a fund's money can be spent in a period at most, before what the law owes, in fen."""
    return sum(
        amount for _, arrives, until, amount in fund_arrivals(catalogue, horizon, fund) if arrives <= period <= until
    )


def fund_arrivals(catalogue: Catalogue, horizon: RollingHorizon, fund: str) -> list[tuple[str, int, int, int]]:
    """Return name, first and last period and amount (fen) of the money of a fund, in order of arrival.

    A fund without a line in ``horizon.yaml`` has its amount of ``funds.yaml`` in the first period, until its window
    closes. Money that arrives after the last period has begun, or lapses before it can pay, is left out.
    """
    last = len(horizon.periods) - 1
    named = [row for row in horizon.arrivals if row.fund == fund]
    if not named:
        record = catalogue.funds[fund]
        until = last if record.window is None else horizon.last_period(record.window.to)
        amount = record.amount_fen
        return [(f"{fund}:{horizon.periods[0].yyyymm}", 0, until, amount)] if amount and until is not None else []
    found = []
    for row in sorted(named, key=lambda row: row.month):
        arrives = horizon.period_from(row.month)
        until = last if row.spend_by is None else horizon.last_period(row.spend_by)
        if arrives is not None and until is not None and arrives <= until:
            found.append((f"{fund}:{row.month.yyyymm}", arrives, until, row.amount_fen))
    return found


def changes_of_period(catalogue: Catalogue, settings: Settings, horizon: RollingHorizon, period: int) -> dict[str, Any]:
    """Return what a period changes in the parameters, by dotted key."""
    first, last = horizon.periods[period], horizon.last_month(period)
    window = {"from": str(first), "to": str(last)}
    changes: dict[str, Any] = {}
    for fund in catalogue.funds.values():
        fen = usable_fen(catalogue, horizon, fund.key, period)
        changes[f"funds.{fund.key}.amount_yuan"] = f"{fen // 100}.{fen % 100:02d}"
        changes[f"funds.{fund.key}.window"] = window
    for post in catalogue.posts.values():
        # a post that ends before the plan's own year does is of a season, or closes: it stays as it is
        if post.months is not None and post.months.to >= settings.help_to:
            changes[f"posts.{post.key}.months"] = window
        more = sum(row.more for row in horizon.more_posts if row.post == post.key and row.month <= first)
        if more:
            changes[f"posts.{post.key}.slots"] = post.capacity + more
    for crew in catalogue.crews.values():
        weeks: dict[str, Any] = {}
        for row in sorted(horizon.crew_weeks, key=lambda row: row.month):
            if row.crew == crew.key:
                weeks |= {str(month): row.weeks for month in row.month.through(horizon.end)}
        if weeks:
            changes[f"crews.{crew.key}.weeks"] = weeks | {str(month): n for month, n in crew.weeks.items()}
    return changes


def _with_more_places(offer: support.Offer, horizon: RollingHorizon, first: Month) -> support.Offer:
    """Return the offer with the places that there are more of; contracts of the ledger have set the others already."""
    more: dict[str, int] = {}
    for row in horizon.more_posts:
        if row.coop is not None and row.month <= first:
            more[place_key(row.coop)] = more.get(place_key(row.coop), 0) + row.more
    if not more:
        return offer
    added = np.array([more.get(str(key), 0) for key in offer.resources["resource"]], dtype=np.int64)
    return replace(offer, resources=offer.resources.assign(capacity=offer.resources["capacity"] + added))
