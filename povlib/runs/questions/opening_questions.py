"""What every opening brings: the plan held against the best one in which it is shut, or open, found again.

Responsible for these figures of a run and for why something stays shut. Not responsible for the search
(`povlib.allocation.questions.opening_worth`) or for words.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd

from povlib import allocation
from povlib.runs.facts.villages.opening_facts import opening_facts
from povlib.runs.run import Run
from povlib.words import text

#: effort of each plan found again, and its limit: what an opening brings is mostly several persons, far above what a
#: longer search would add; without a workshop the practice plan's gap stays above half a person however long one looks
NODES, LIMIT_S = 50, 20.0
#: persons: what an opening brings is printed to two decimals
_SEEN = 0.005


def plan_openings(run: Run) -> pd.DataFrame:
    """Return everything that the plan may open, with what opening it brings: each is solved again, shut or open.

    Returns
    -------
    DataFrame
        Of `povlib.report.villages.facts.OpeningFacts`, and brings, low, high (persons; the true figure lies between
        them, by proof; missing where no plan keeps every rule the other way round), worth_fen (the cost from which on
        it no longer pays, at the posted prices; missing where money has no price), reason (why it is open or shut).
    """
    known = opening_facts(run).openings
    if known.empty:
        return known.assign(brings=0.0, low=0.0, high=0.0, worth_fen=pd.array([], dtype="Int64"), reason="")
    worth = allocation.opening_worth(
        run.plan, run.problem, gap=run.settings.gap_persons, nodes=NODES, time_limit_s=LIMIT_S, only=known["facility"]
    )
    found = known.merge(worth[["facility", "brings", "low", "high", "worth_fen"]], on="facility", how="left")
    return found.assign(reason=[_reason(row) for row in found.to_dict("records")])


def _reason(row: Mapping[Hashable, Any]) -> str:
    """Return in words why something is open or shut."""
    brings, high, low = (float(str(row[name])) for name in ("brings", "high", "low"))
    if brings != brings:
        return text("no plan keeps every rule with it the other way round")
    if row["opened"]:
        return (
            text("opened: without it surely fewer would exit") if low > _SEEN
            else text("opened: as good as shut, within what the proof can tell")
        )  # fmt: skip
    if high < -_SEEN:
        return text("shut: what it costs surely brings more elsewhere")
    return text("shut: as good as opened, within what the proof can tell")
