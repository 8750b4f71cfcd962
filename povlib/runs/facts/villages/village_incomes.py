"""Collective income of the villages over twelve months, by village and by source."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from povlib.ledger import State
from povlib.params.procedures.cooperation import Cooperation
from povlib.report.villages.facts import IncomeFacts
from povlib.runs.facts.village_order import office_order

YEAR_MONTHS = 12


def yearly_village_income(state: State) -> pd.DataFrame:
    """Return village, source, fen: sums of the twelve months that end with the last month of the ledger."""
    last = state.last_month.ordinal if state.last_month else 0
    rows = state.village_income
    year = rows[rows["month"].between(last - YEAR_MONTHS + 1, last)]
    return year.groupby(["village", "source"], as_index=False).agg(fen=("fen", "sum"))


def income_facts(state: State, villages: Sequence[str], rules: Cooperation) -> IncomeFacts | None:
    """Return what came into the villages' own accounts in a year; None where nothing is recorded.

    Parameters
    ----------
    villages : sequence of str
        In the order of the office; one without any income stands in the list with nothing.
    rules : Cooperation
        ``village_income_low_yuan`` and ``village_income_high_yuan``: the two marks that villages are counted against.
    """
    if state.village_income.empty:
        return None
    rows = yearly_village_income(state)
    names = sorted({*villages, *rows["village"]}, key=office_order(villages))
    totals = rows.groupby("village")["fen"].sum().reindex(names, fill_value=0)
    ordered = rows.sort_values(["village", "fen", "source"], ascending=[True, False, True])
    largest = ordered.drop_duplicates("village").set_index("village").reindex(names)
    frame = pd.DataFrame(
        {
            "village": names,
            "fen": totals.to_numpy(dtype="int64"),
            "sources": rows.groupby("village")["source"].nunique().reindex(names, fill_value=0).to_numpy(dtype="int64"),
            "largest": largest["source"].fillna("—").to_numpy(),
            "largest_share": (largest["fen"].astype("float64").to_numpy() / totals.where(totals > 0).to_numpy()),
        }
    )
    by_source = rows.groupby("source", as_index=False).agg(villages=("village", "nunique"), fen=("fen", "sum"))
    low, high = rules.value_fen("village_income_low_yuan"), rules.value_fen("village_income_high_yuan")
    return IncomeFacts(
        villages=frame,
        sources=by_source.sort_values(["fen", "source"], ascending=[False, True], ignore_index=True),
        mean_fen=round(float(totals.mean())),
        low_fen=low,
        high_fen=high,
        under=int((totals < low).sum()),
        over=int((totals > high).sum()),
    )
