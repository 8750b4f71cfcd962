"""What a run promises, as rows of the promise book.

Responsible for turning projection and plan into promises. Not responsible for writing them (`.promise_keeping`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

import pandas as pd

from povlib.errors import RunError
from povlib.runs.facts.proposal import chosen_packages, planned_households
from povlib.runs.run import Run
from povlib.runs.stages.plan_outcome import additional_exits, expected_exits

COLUMNS = ["kind", "hh", "village", "key", "package", "p", "p0", "lo", "hi", "due_month"]


def promise_rows(run: Run) -> pd.DataFrame:
    """Return what a run promises: a row for every registered household, and one for each printed total.

    Returns
    -------
    DataFrame
        kind, hh, village, key, package, p, p0, lo, hi, due_month (ordinal), as
        `povlib.ledger.record_promises` takes it.

    Raises
    ------
    RunError
        If it is a plan by parts made before the ranges of its households were kept.
    """
    due = run.settings.horizon.ordinal
    if run.is_by_parts:
        return _promises_by_parts(run, due)
    chosen = planned_households(run)
    projected = run.projection.frame.set_index("package")
    ranges = {end: chosen["package"].map(projected[f"p_{end}"].astype("float64")) for end in ("low", "high")}
    rows = chosen_packages(run)
    totals = {
        "expected": expected_exits(run.projection, rows),
        "without": expected_exits(run.projection, rows, nothing=True),
        "additional": additional_exits(run.projection, rows),
    }
    told = {key: (total.value, total.low, total.high) for key, total in totals.items()}
    return pd.concat([household_promises(chosen.assign(**ranges), due), total_promises(told, due)], ignore_index=True)


def household_promises(rows: pd.DataFrame, due: int) -> pd.DataFrame:
    """Return a promise for each household.

    Parameters
    ----------
    rows : DataFrame
        hh, village, package, p, p0, low, high (5 and 95 % of p over the draws); missing where it cannot be assessed.
    due : int
        Ordinal of the month the promise speaks of.
    """
    made = pd.DataFrame(
        {
            "kind": "household",
            "hh": rows["hh"],
            "village": rows["village"],
            "key": None,
            "package": rows["package"].astype("str"),
            "p": rows["p"],
            "p0": rows["p0"],
            "lo": rows["low"],
            "hi": rows["high"],
            "due_month": due,
        }
    )
    # not assessable: nothing in any total, and an interval that rules nothing out
    made = made.fillna({"p": 0.0, "p0": 0.0, "lo": 0.0, "hi": 1.0})
    # the interval is of p over the draws; rounding must not push the mean out of it
    made["lo"], made["hi"] = made[["lo", "p"]].min(axis=1), made[["hi", "p"]].max(axis=1)
    return made.astype(object)


def total_promises(totals: Mapping[str, tuple[float, float, float]], due: int) -> pd.DataFrame:
    """Return a promise for each total: persons, and the ends of their range."""
    rows = [("total", None, None, key, None, value, None, low, high, due) for key, (value, low, high) in totals.items()]
    return pd.DataFrame(rows, columns=COLUMNS).astype(object)


def _promises_by_parts(run: Run, due: int) -> pd.DataFrame:
    """Return the promises of a plan by parts; its paper gives no range of what would come without the plan."""
    from povlib.runs.area.area_figures import AreaFigures
    from povlib.runs.area.area_run import AreaRun

    figures = AreaFigures(cast(AreaRun, run))
    rows, told = figures.households, figures.headline
    if "p_low" not in rows:
        raise RunError(
            "this run was made before ranges of households were kept",
            where=run.info.run_id,
            remedy="plan again: python3 workbench.py plan {scenario} --office {office}",
            scenario=run.info.scenario, office=run.office.name,
        )  # fmt: skip
    known = rows["assessable"].astype(bool)
    rows = rows.assign(low=rows["p_low"], high=rows["p_high"], p=rows["p"].where(known), p0=rows["p0"].where(known))
    totals = {key: (told[key], told[f"{key}_low"], told[f"{key}_high"]) for key in ("expected", "additional")}
    # the range comes from finitely many worlds: it could miss a skewed count by a little
    held = {key: (value, min(low, value), max(high, value)) for key, (value, low, high) in totals.items()}
    return pd.concat([household_promises(rows, due), total_promises(held, due)], ignore_index=True)
