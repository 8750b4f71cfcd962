"""Why houses have not begun, which of the four ways 租购赊调 were taken, and what is owed for materials on credit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from povlib.calendar import Month
from povlib.ledger import State
from povlib.params import table
from povlib.report.houses.facts import WayFacts
from povlib.report.model.numbers import join
from povlib.vocabulary.help_and_works import works_finished, works_under_way
from povlib.words import text

_STATES = ["houses", "done", "begun", "waiting", "none"]


def way_facts(
    state: State, houses: pd.DataFrame, offered: Mapping[str, Sequence[str]], at: Month, lang: str
) -> WayFacts | None:
    """Return causes, ways and credits; None where no dwelling was written down.

    Parameters
    ----------
    houses : DataFrame
        Of `povlib.runs.facts.houses.house_standing.houses_of`.
    offered : mapping
        Names of the ways that the office offers, by key of the cause.
    at : Month
        Credits due before it and not repaid are overdue.
    """
    if state.dwellings.empty:
        return None
    known = _with_states(houses.merge(state.dwellings[["hh", "delay_cause", "way"]], on="hh", how="inner"))
    by_cause = known[known["delay_cause"].notna()].groupby("delay_cause")[_STATES].sum()
    causes = [code.key or code.label for code in table("delay_cause").codes]
    by_cause = by_cause.reindex(causes, fill_value=0)
    by_way = known[known["way"].notna()].groupby("way")[_STATES].sum()
    ways = [code.key or code.label for code in table("housing_way").codes]
    by_way = by_way.reindex(ways, fill_value=0)
    return WayFacts(
        causes=pd.DataFrame(
            {
                "cause": [table("delay_cause").show(key, lang) for key in causes],
                "waiting": by_cause["waiting"].to_numpy(),
                "none": by_cause["none"].to_numpy(),
                "begun": (by_cause["done"] + by_cause["begun"]).to_numpy(),
                "ways": [join(offered.get(key, ()), lang) or text("none", lang) for key in causes],
            }
        ),
        ways=pd.DataFrame(
            {
                "way": [table("housing_way").show(key, lang) for key in ways],
                **{name: by_way[name].to_numpy() for name in ("houses", "done", "begun", "waiting")},
            }
        ),
        credits=credits_by_guarantor(state.material_credits, at),
    )


def _with_states(houses: pd.DataFrame) -> pd.DataFrame:
    works = houses["project"].notna()
    done, begun = houses["status"].eq(works_finished()), houses["status"].eq(works_under_way())
    return houses.assign(
        houses=works.astype("int64"),
        done=(works & done).astype("int64"),
        begun=(works & begun).astype("int64"),
        waiting=(works & ~done & ~begun).astype("int64"),
        none=(~works & houses["unsafe"]).astype("int64"),
    )


def credits_by_guarantor(credits: pd.DataFrame, at: Month) -> pd.DataFrame:
    """Return what each guarantor stands for: guarantor, village, credits, fen, repaid_fen, open_fen, overdue."""
    repaid = credits["repaid_fen"].fillna(0).astype("int64")
    open_fen = (credits["fen"].astype("int64") - repaid).clip(lower=0)
    late = credits["due_month"].lt(at.ordinal).fillna(False) & open_fen.gt(0)
    rows = credits.assign(credits=1, repaid_fen=repaid, open_fen=open_fen, overdue=late.astype("int64"))
    columns = ["credits", "fen", "repaid_fen", "open_fen", "overdue"]
    return rows.groupby(["village", "guarantor"])[columns].sum().astype("int64").reset_index()
