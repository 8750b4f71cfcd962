"""What the ledger holds: completeness by village, marks of exit, houses, posts, batches.

Responsible for counting the rows of a State for the page of notebook 01 and for the meeting paper. Not responsible
for words (`povlib.report.pages.ledger_page`).
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from povlib.ledger import State
from povlib.report.pages.ledger_page import LedgerFacts
from povlib.runs.facts.village_order import office_order
from povlib.vocabulary.help_and_works import works_finished
from povlib.vocabulary.register import marked_for_exit

MONTHS = 12
# characters of a digest that a person compares by eye; 48 bits tell any two batches of an office apart
_HASH_SHOWN = 12
_NOBODY = {"", "-", "nan", "None", "<NA>"}  # a batch that names no officer


def ledger_facts(state: State, villages: Sequence[str] = ()) -> LedgerFacts:
    """Return the counts of the ledger's page.

    Parameters
    ----------
    villages : sequence of str
        Their order; others follow.
    """
    sizes = state.households.set_index("hh")["size"]
    marks = state.marks.loc[state.marks["kind"] == marked_for_exit(), ["hh", "route"]].drop_duplicates()
    marks = marks.assign(members=marks["hh"].map(sizes))
    once = marks.drop_duplicates("hh")  # a household on two routes is one household
    finished = state.projects["status"] == works_finished()
    batches = state.batches[["id", "kind", "officer", "source_name", "rows", "hash"]].copy()
    batches["hash"] = batches["hash"].str[:_HASH_SHOWN]
    batches["officer"] = [None if str(name).strip() in _NOBODY else name for name in batches["officer"]]
    return LedgerFacts(
        villages=completeness(state, villages),
        marks=marks.groupby("route", as_index=False).agg(households=("hh", "nunique"), persons=("members", "sum")),
        marked_households=len(once),
        marked_persons=int(once["members"].astype("Int64").sum()),
        house_projects=int(state.projects["hh"].nunique()),
        houses_finished=int(finished.sum()),
        finished_share=float(finished.mean()) if len(finished) else 0.0,
        posts_held=len(state.placements.drop_duplicates("person")),
        batches=batches,
        ledger_head=state.head.hash[:_HASH_SHOWN],
        synthetic=state.synthetic,
    )


def completeness(state: State, villages: Sequence[str] = ()) -> pd.DataFrame:
    """Return by village what came in the last twelve months and what is missing.

    Parameters
    ----------
    villages : sequence of str
        Their order; others follow.

    Returns
    -------
    DataFrame
        village, households, persons, due, received, missing, late, exited (households that left the register), unlisted
        (households whose status is not known): households, exited and unlisted are all of the ledger's;
        due counts household-months from the month of identification on.
    """
    poor = state.poor
    last = state.last_month.ordinal if state.last_month else 0
    first = last - MONTHS + 1
    since = poor["identified_month"].astype("float64").fillna(first).clip(lower=first)
    since.index = pd.Index(poor["hh"])
    seen = state.observations[state.observations["hh"].isin(poor["hh"])]
    seen = seen[(seen["month"] >= seen["hh"].map(since)) & (seen["month"] <= last)]
    own = pd.DataFrame({"due": (last - since + 1).clip(lower=0).astype("int64")})
    own["received"] = seen.groupby("hh").size()
    own["late"] = seen[seen["flag"] == "late"].groupby("hh").size()
    own["missing"] = own["due"] - own["received"].fillna(0)
    own["village"] = poor.set_index("hh")["village"]
    frame = own.groupby("village")[["due", "received", "missing", "late"]].sum()
    frame["households"] = poor.groupby("village").size()
    frame["persons"] = poor.groupby("village")["size"].sum()
    # villages where nobody is poor any more have their row too
    frame = frame.reindex(sorted(set(state.households["village"])))
    for name, others in (("exited", state.exited), ("unlisted", state.unlisted)):
        frame[name] = others.groupby("village").size()
    frame = frame.loc[sorted(frame.index, key=office_order(villages))]
    return frame.fillna(0).astype("int64").reset_index()
