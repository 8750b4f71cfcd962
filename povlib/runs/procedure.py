"""The exit procedure of an office: a step recorded, and where every household stands.

Responsible for writing steps into the ledger and for reading them with the rule. Not responsible for what the
steps are (``procedure.yaml``) or what they add up to (`povlib.poverty.procedure`).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import pandas as pd

from povlib import ledger, params, poverty, scenarios
from povlib.errors import RunError
from povlib.poverty import procedure
from povlib.runs.offices import Place, open_book


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
    rows = procedure.step_marks(params.load_procedure(place.office.params), step, day, households)
    with open_book(place, create=False) as book:
        known = set(ledger.read_frame(book, "households")["hh"])
        unknown = sorted(set(rows["hh"]) - known)
        if unknown:
            raise RunError(
                "{n} households are not in the register ({some})", n=len(unknown), some=", ".join(unknown[:3])
            )
        info = ledger.BatchInfo(officer=officer, role="desk", reason=f"{rows['kind'].iloc[0]} {day.isoformat()}")
        return book.append(info, {"marks": rows}).id


def procedure_of(place: Place) -> tuple[params.Procedure, pd.DataFrame]:
    """Return the office's procedure and where every household stands in it by the ledger, without any projection.

    Raises
    ------
    RunError
        If the ledger holds no month yet.
    """
    own = place.office.params
    resolved = scenarios.resolve(scenarios.load("base", own / "scenarios"), params.load(own))
    with open_book(place, create=False) as book:
        state = ledger.read_state(book, book.data_head())
    if state.last_month is None:
        raise RunError("the ledger holds no month yet", remedy="put village workbooks into the inbox and load them")
    verdict = poverty.assess(state, state.last_month, resolved.catalogue, resolved.settings)
    rules = params.load_procedure(own)
    return rules, procedure.standing(state, verdict, rules)
