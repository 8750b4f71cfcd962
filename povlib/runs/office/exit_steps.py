"""The exit procedure of an office: a step recorded, and where every household stands.

Responsible for writing steps into the ledger and for reading them with the rule. Not responsible for what the
steps are (``procedure.yaml``) or what they add up to (`povlib.poverty.households.exit_procedure`).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import numpy as np
import pandas as pd

from povlib import ledger, params, poverty, scenarios
from povlib.calendar import Month
from povlib.errors import RunError
from povlib.poverty.households import exit_procedure
from povlib.runs.office.office_place import Place, open_book
from povlib.words import text


def record_step(place: Place, step: str, day: date, households: Iterable[str], officer: str) -> int:
    """Record that a step of the exit procedure was taken on a day for some households.

    Returns
    -------
    int
        Batch; recording the same again adds nothing.

    Raises
    ------
    DataError
        If the step is not one of the procedure's.
    RunError
        If a household is not in the register.
    """
    rows = exit_procedure.step_marks(params.load_procedure(place.office.params), step, day, households)
    with open_book(place, create=False) as book:
        # before anything is written: one mistyped key must not leave half a list recorded
        known = set(ledger.read_frame(book, "households")["hh"])
        unknown = sorted(set(rows["hh"]) - known)
        if unknown:
            raise RunError(
                "{n} households are not in the register ({some})", n=len(unknown), some=", ".join(unknown[:3])
            )
        info = ledger.BatchInfo(officer=officer, role="desk", reason=f"{rows['kind'].iloc[0]} {day.isoformat()}")
        return book.append(info, {"marks": rows}).id


def procedure_of(place: Place) -> tuple[params.Procedure, pd.DataFrame]:
    """Return the office's procedure and where every household stands in it by the ledger.

    *Projected* is who was promised to exit by an approved plan that is not due yet: without one nobody is. A run's
    own page (`povlib.runs.facts.exits`) says it of that run's plan, approved or not.

    Raises
    ------
    RunError
        If the ledger holds no month yet.
    """
    own = place.office.params
    resolved = scenarios.resolve(scenarios.load("base", own / "scenarios"), params.load(own))
    with open_book(place, create=False) as book:
        state = ledger.read_state(book, book.data_head())
        promised = ledger.promises(book)
    if state.last_month is None:
        raise RunError(
            "the ledger holds no month yet",
            remedy="put village workbooks into the inbox, then: python3 workbench.py load",
        )
    verdict = poverty.assess(state, state.last_month, resolved.catalogue, resolved.settings)
    rules = params.load_procedure(own)
    frame = exit_procedure.procedure_standing(state, verdict, rules, _promised_chance(promised, state.last_month))
    return rules, frame.assign(remark=_remarks_with_future_steps(frame, state.marks, rules, state.last_month))


def _remarks_with_future_steps(
    frame: pd.DataFrame, marks: pd.DataFrame, rules: params.Procedure, last: Month
) -> pd.Series:
    """Return the remarks, and beside them which households have a step dated after the ledger's newest month.

    Such a step is kept: a village may well post its list before the month's workbooks are in.
    """
    steps = exit_procedure.recorded_steps(marks, rules)
    ahead = frame["hh"].isin(steps.loc[steps["month"] > last.ordinal, "hh"])
    words = text("a step is dated after the newest month of data ({month})", month=str(last))
    extended = frame["remark"].where(frame["remark"].eq(""), frame["remark"] + "; ") + words
    return frame["remark"].where(~ahead, extended)


def _promised_chance(promises: pd.DataFrame, last: Month) -> dict[str, float]:
    """Return the chance each household was promised last, for a month that lies ahead; NaN where none was known.

    A household that could not be assessed is promised 0 within 0 to 1 (`povlib.runs.office.promise_keeping`),
    which nobody else can be: a mean of 0 leaves no draw above it.
    """
    ahead = promises.loc[promises["in_force"] & (promises["kind"] == "household")]
    ahead = ahead.loc[ahead["due_month"] > last.ordinal]
    ahead = ahead.sort_values(["batch", "hh"], kind="stable").drop_duplicates("hh", keep="last")
    unknown = ahead["p"].eq(0) & ahead["lo"].eq(0) & ahead["hi"].eq(1)
    chance = ahead["p"].mask(unknown).astype("Float64").to_numpy(dtype=np.float64, na_value=np.nan)
    return dict(zip(ahead["hh"].astype("str"), chance.tolist(), strict=True))
