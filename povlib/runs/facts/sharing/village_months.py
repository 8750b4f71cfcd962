"""What each village did in one month: counted from the rows of the ledger, with the income its households live on.

Responsible for the counts. Not responsible for practices (`practice_results`) or for words.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from povlib.calendar import Month
from povlib.ledger import State
from povlib.poverty.measurement.median_range import median_with_range
from povlib.runs.facts.village_order import office_order
from povlib.vocabulary.help_and_works import works_finished

COUNTS = ("reported", "helped", "works_begun", "works_done", "placed", "left", "delivered_fen")
"""Columns of `village_months` that are counts or sums of the month."""


def village_months(state: State, month: Month, income: pd.Series, villages: Sequence[str]) -> pd.DataFrame:
    """Return a row a village with what happened there in `month`.

    Parameters
    ----------
    income : Series of Int64, by hh
        Net income a member over the twelve months that end with `month`, fen; missing where not known.
    villages : sequence of str
        The office's own order.

    Returns
    -------
    DataFrame
        As `povlib.report.sharing.facts.DigestFacts.villages`.
    """
    home = state.households.set_index("hh")["village"]
    at = month.ordinal
    rows = {
        "reported": state.observations.loc[state.observations["month"].eq(at), "hh"].drop_duplicates(),
        "helped": state.support.loc[state.support["from_month"].eq(at), "hh"],
        "works_begun": _works_begun(state, month),
        "works_done": state.projects.loc[_done_in(state, at), "hh"],
        "placed": state.placements.loc[state.placements["from_month"].eq(at), "hh"],
        "left": state.placement_ends.loc[state.placement_ends["end_month"].eq(at), "hh"],
    }
    frame = pd.DataFrame({"households": state.households.groupby("village").size()})
    for name, households in rows.items():
        frame[name] = households.map(home).value_counts()
    paid = state.deliveries[_in_month(state.deliveries["day"], month)]
    frame["delivered_fen"] = paid.groupby(paid["hh"].map(home))["fen"].sum()
    counts = ["households", *COUNTS]
    frame[counts] = frame[counts].fillna(0).astype("Int64")
    frame = frame.join(_median_incomes(state, income)).rename_axis("village").reset_index()
    return frame.sort_values("village", key=lambda names: names.map(office_order(villages)), ignore_index=True)


def _done_in(state: State, at: int) -> pd.Series:
    finished = state.projects["status"].eq(works_finished()) & state.projects["done_month"].eq(at)
    return finished.fillna(False).astype(bool)


def _works_begun(state: State, month: Month) -> pd.Series:
    """Return the households whose works have their first weekly record in the month."""
    first = state.progress.groupby("project")["week"].min()
    begun = first.index[_in_month(first, month)]
    return state.projects.loc[state.projects["project"].isin(begun), "hh"]


def _in_month(days: pd.Series, month: Month) -> pd.Series:
    """Return which days (yyyymmdd) lie in a month."""
    return (days // 100).eq(month.yyyymm).fillna(False).astype(bool)


def _median_incomes(state: State, income: pd.Series) -> pd.DataFrame:
    # of the registered: the others' months are no longer asked for
    poor = state.poor
    amounts = poor["hh"].map(income).astype("float64")
    ranges = amounts.groupby(poor["village"]).apply(median_with_range)
    parts = {"income_fen": "median", "income_low_fen": "low", "income_high_fen": "high", "known": "n"}
    return pd.DataFrame(
        {
            name: pd.Series([getattr(found, part) for found in ranges], index=ranges.index).round().astype("Int64")
            for name, part in parts.items()
        }
    )
