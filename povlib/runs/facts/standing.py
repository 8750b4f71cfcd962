"""Where we stand: the register, how complete the ledger is, the lines side by side, what the law owes."""

from __future__ import annotations

import pandas as pd

from povlib import support
from povlib.report.meeting import Standing
from povlib.runs.facts.ledger import completeness
from povlib.runs.office.parameter_check import empty_inputs
from povlib.runs.run import Run
from povlib.words import text


def township_standing(run: Run) -> Standing:
    """Return the register and the completeness of its last twelve months."""
    state, poor = run.state, run.state.poor
    months = completeness(state)
    due, missing = int(months["due"].sum()), int(months["missing"].sum())
    # by status, not by year: a household may have left without its year on record, or come back with one
    exited, unlisted = state.exited, state.unlisted
    # the row without new help is there once for every household, so no package counts it twice
    assessable = run.projection.frame[run.projection.frame["hh"].isin(poor["hh"]) & (run.projection.frame["k"] == 0)]
    return Standing(
        households=len(poor),
        persons=int(poor["size"].sum()),
        villages=int(poor["village"].nunique()),
        last_month=run.at,
        complete_share=(due - missing) / due if due else 0.0,
        missing_months=missing,
        unassessable=int((~assessable["assessable"].astype(bool)).sum()),
        batch=run.info.batch,
        head=run.info.ledger_head,
        exited_households=len(exited),
        exited_persons=int(exited["size"].sum()),
        unlisted_households=len(unlisted),
        unlisted_persons=int(unlisted["size"].sum()),
    )


def line_rows(run: Run, lang: str) -> pd.DataFrame:
    """Return the line of each authority with those not over it, and which one the plan uses."""
    lines = run.overview.lines
    status = {line.authority: line.status for line in run.catalogue.lines.values() if line.year == run.at.year}
    names = run.catalogue.authority_names(lang)
    return pd.DataFrame(
        {
            "authority": lines["authority"].map(lambda key: names.get(key, key)),
            "line_fen": lines["line_fen"],
            "status": lines["authority"].map(lambda key: status.get(key, "assumed")),
            "households_below": lines["not_over_households"],
            "persons_below": lines["not_over_persons"],
            "households_unknown": lines["not_assessable_households"],
            "persons_unknown": lines["not_assessable_persons"],
            "used": lines["authority"] == run.settings.authority,
        }
    )


def entitlement_rows(run: Run, lang: str) -> pd.DataFrame:
    """Return what the law owes: measure, citation, households, cost."""
    owed = run.offer.entitlements.groupby("measure", as_index=False).agg(
        households=("hh", "nunique"), cost_fen=("cost_fen", "sum")
    )
    measures = {key: run.catalogue.measures[key] for key in owed["measure"]}
    return owed.assign(
        name=[measures[key].names.show(lang) for key in owed["measure"]],
        citation=[text(m.citation, lang) if (m := measures[key].entitlement) else "" for key in owed["measure"]],
    )[["name", "citation", "households", "cost_fen"]]


def outside_rows(run: Run, lang: str) -> pd.DataFrame:
    """Return what the law owes and this plan does not pay, by measure: ``MeetingFacts.outside``."""
    owed = support.entitlements_outside(run.with_months, run.catalogue, run.settings)
    rows = []
    for key, mine in owed.groupby("measure", sort=False):
        known = mine["seen"].notna().all()
        seen = int(mine["seen"].sum()) if known else None
        name = run.catalogue.measures[str(key)].names.show(lang)
        rows.append((str(key), name, len(mine), seen, bool(mine["blank"].iloc[0]), bool(mine["running"].iloc[0])))
    frame = pd.DataFrame(rows, columns=["key", "name", "households", "seen", "blank", "running"])
    return frame.astype({"seen": "Int64"})


def shortfall_rows(run: Run, lang: str) -> pd.DataFrame:
    """Return by fund and measure what the funds cannot pay of the entitlements."""
    short = run.offer.shortfall
    short = short[short["short_fen"] > 0]
    return pd.DataFrame(
        {
            "fund": [run.catalogue.funds[key].names.show(lang) for key in short["fund"]],
            "name": [run.catalogue.measures[key].names.show(lang) for key in short["measure"]],
            "needed_fen": short["need_fen"].to_numpy(),
            "short_fen": short["short_fen"].to_numpy(),
        }
    )


def input_counts(run: Run) -> dict[str, int]:
    """Return the number of inputs by status, and of those that are empty and would enter this plan."""
    counts = run.catalogue.inputs()["status"].value_counts()
    empty = empty_inputs(run.catalogue)
    return {**{str(k): int(v) for k, v in counts.sort_index().items()}, "empty": len(empty)}
