"""What a run promises, as rows of the promise book.

Responsible for turning projection and plan into promises. Not responsible for writing them (`.promise_keeping`).
"""

from __future__ import annotations

import pandas as pd

from povlib.runs.facts.proposal import chosen_packages, planned_households
from povlib.runs.run import Run
from povlib.runs.stages.plan_outcome import additional_exits, expected_exits


def promise_rows(run: Run) -> pd.DataFrame:
    """Return what a run promises: a row for every registered household, and one for each printed total.

    Returns
    -------
    DataFrame
        kind, hh, village, key, package, p, p0, lo, hi, due_month (ordinal), as
        `povlib.ledger.record_promises` takes it.
    """
    chosen = planned_households(run)
    projected = run.projection.frame.set_index("package")
    due = run.settings.horizon.ordinal
    household_rows = pd.DataFrame(
        {
            "kind": "household",
            "hh": chosen["hh"],
            "village": chosen["village"],
            "key": None,
            "package": chosen["package"].astype("str"),
            "p": chosen["p"],
            "p0": chosen["p0"],
            "lo": chosen["package"].map(projected["p_low"].astype("float64")),
            "hi": chosen["package"].map(projected["p_high"].astype("float64")),
            "due_month": due,
        }
    )
    # not assessable: nothing in any total, and an interval that rules nothing out
    household_rows = household_rows.fillna({"p": 0.0, "p0": 0.0, "lo": 0.0, "hi": 1.0})
    # the interval is of p over the draws; rounding must not push the mean out of it
    household_rows["lo"], household_rows["hi"] = (
        household_rows[["lo", "p"]].min(axis=1),
        household_rows[["hi", "p"]].max(axis=1),
    )
    rows = chosen_packages(run)
    totals = {
        "expected": expected_exits(run.projection, rows),
        "without": expected_exits(run.projection, rows, nothing=True),
        "additional": additional_exits(run.projection, rows),
    }
    total_rows = pd.DataFrame(
        [
            {
                "kind": "total",
                "hh": None,
                "village": None,
                "key": key,
                "package": None,
                "p": total.value,
                "p0": None,
                "lo": total.low,
                "hi": total.high,
                "due_month": due,
            }
            for key, total in totals.items()
        ]
    )
    return pd.concat([household_rows.astype(object), total_rows.astype(object)], ignore_index=True)
