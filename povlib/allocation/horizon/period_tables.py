"""What each period offers, joined into the tables of one allocation problem.

Responsible for keys that carry their period and for what is taken for good (posts, places) against what is of its month
(builders' weeks) or its period (money). Not responsible for the offers (`povlib.support`) nor for checks of their
columns (`povlib.allocation.problem.problem_tables`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from povlib.allocation.horizon.money_calendar import MoneyCalendar, period_row

#: levels of a facility within one period; the period is written in front of them
LEVELS = 1000


@dataclass(frozen=True)
class PeriodTables:
    """What may be started in one period; the columns are those of `povlib.allocation.Problem.from_tables`.

    `packages` has the package 0 of every household in every period; only that of the first one counts.
    `resources.capacity` of posts and places is what there is in this period, taken or not; of funds it is not read.
    """

    packages: pd.DataFrame
    uses: pd.DataFrame
    resources: pd.DataFrame
    facilities: pd.DataFrame
    bills: pd.DataFrame
    payers: pd.DataFrame
    keeps: pd.DataFrame


def joined_tables(periods: Sequence[PeriodTables], calendar: MoneyCalendar) -> dict[str, Any]:
    """Return the tables of the whole horizon, as `povlib.allocation.Problem.from_tables` takes them.

    A post or place that is taken in one period is taken in all later ones, so that each period has a row for what is
    taken up to then wherever its capacity changes or something may be opened.
    """
    funds = set(calendar.funds)
    first = periods[0].packages
    more = int(first["k"].max()) + 1 if len(first) else 1
    parts: dict[str, list[pd.DataFrame]] = {}
    changing = _changing_rows(periods, funds)
    for t, offered in enumerate(periods):
        packages = offered.packages if t == 0 else offered.packages[offered.packages["k"] > 0]
        more = max(more, int(packages["k"].max()) + 1 if len(packages) else 1)
        known = set(packages["package"].astype(str))

        def mine(frame: pd.DataFrame, t: int = t, known: set[str] = known) -> pd.DataFrame:
            key = frame["package"].astype(str)
            return frame[key.isin(known)].assign(package=key + f"@{t}")

        made = {
            "packages": mine(packages).assign(period=t),
            "uses": _uses_up_to(mine(offered.uses), t, len(periods), changing),
            "facilities": _openings_in(offered.facilities, t, len(periods), changing),
            "bills": mine(offered.bills),
            "payers": _with_fund_of(mine(offered.payers), t, funds),
            "keeps": _with_fund_of(offered.keeps, t, funds),
        }
        for name, frame in made.items():
            parts.setdefault(name, []).append(frame)
    tables = {name: pd.concat(frames, ignore_index=True) for name, frames in parts.items()}
    k = tables["packages"]["k"].to_numpy(np.int64)
    tables["packages"]["k"] = np.where(k == 0, 0, k + more * tables["packages"]["period"].to_numpy(np.int64))
    tables["resources"] = _resources(periods, calendar, changing)
    return tables


def _with_fund_of(frame: pd.DataFrame, period: int, funds: set[str]) -> pd.DataFrame:
    """Return the rows of funds that have money at all, named by the fund in this period."""
    paying = frame[frame["fund"].isin(funds)]
    return paying.assign(fund=[period_row(fund, period) for fund in paying["fund"]])


def _changing_rows(periods: Sequence[PeriodTables], funds: set[str]) -> set[str]:
    """Return the resources of which there is not the same in every period, or of which more may be opened."""
    capacity = pd.concat([offered.resources.assign(period=t) for t, offered in enumerate(periods)])
    capacity = capacity[~capacity["resource"].isin(funds) & capacity["kind"].isin(["post", "place"])]
    spread = capacity.groupby("resource")["capacity"].agg(["min", "max"])
    changed = set(spread.index[spread["min"] < spread["max"]])
    opened = {row for offered in periods for row in offered.facilities["resource"]}
    return changed | (opened & set(spread.index))


def _uses_up_to(uses: pd.DataFrame, period: int, periods: int, changing: set[str]) -> pd.DataFrame:
    """Return uses with those of changing resources counted in this period and in every later one."""
    moving = uses["resource"].isin(changing)
    later = [
        uses[moving].assign(resource=[period_row(row, s) for row in uses.loc[moving, "resource"]])
        for s in range(period, periods)
    ]
    return pd.concat([uses[~moving], *later], ignore_index=True)


def _openings_in(facilities: pd.DataFrame, period: int, periods: int, changing: set[str]) -> pd.DataFrame:
    """Return the ways to open in this period: what is opened is there in every later one, and opened once."""
    if not len(facilities):
        return facilities
    paid_by = ["+".join(period_row(fund, period) for fund in str(funds).split("+")) for funds in facilities["fund"]]
    level = facilities.get("level", 1)
    table = facilities.assign(level=level + LEVELS * (period + 1), fund=paid_by)
    return _uses_up_to(table, period, periods, changing)


def _resources(periods: Sequence[PeriodTables], calendar: MoneyCalendar, changing: set[str]) -> pd.DataFrame:
    """Return every capacity row of the horizon: funds by period, what changes by period, everything else once."""
    rows = []
    funds = set(calendar.funds)
    seen: set[str] = set()
    for t, offered in enumerate(periods):
        for row in offered.resources.to_dict("records"):
            key = str(row["resource"])
            if key in funds:
                rows.append({**row, "resource": period_row(key, t), "capacity": calendar.at_most(key, t)[0]})
            elif key in changing:
                rows.append({**row, "resource": period_row(key, t)})
            elif row["kind"] != "fund" and key not in seen:
                rows.append(row)
                seen.add(key)
    return pd.DataFrame(rows, columns=list(periods[0].resources.columns)).reset_index(drop=True)
