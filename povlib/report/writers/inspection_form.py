"""The form of one village's inspection: its houses in the drawn order, with columns to fill in on the spot.

Responsible for the workbook that goes out. Not responsible for reading it back (`povlib.runs.inspections.forms_in`).
It holds keys of households, never names: who goes there has the posted list.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

from povlib.report.writers.form_to_fill import FormToFill
from povlib.words import text

COLUMNS: dict[str, str] = {
    "place": "place in the draw",
    "hh": "household",
    "visit": "visit",
    "works": "works as reported",
    "finding": "finding",
    "day": "day of the visit",
    "officer": "inspector",
    "photo": "photo file",
    "note": "note",
}
"""Columns of the form by key, with the message id of their headers."""

FILLED_IN = ("finding", "day", "officer", "photo", "note")
BELONGS = {"round": "round of inspection", "village": "village inspected", "by_village": "village that inspects",
           "digest": "code of the draw"}  # fmt: skip
"""What the form belongs to: label (message id) in the first column, value beside it."""

_WIDTHS = {"place": 8, "hh": 12, "visit": 34, "works": 16, "finding": 16, "day": 12, "officer": 14, "photo": 28,
           "note": 36}  # fmt: skip
_FIRST = 9  # rows above the headers: title, four that say what it belongs to, how to fill it in


def write_inspection_form(
    rows: pd.DataFrame,
    belongs: Mapping[str, str],
    findings: Sequence[str],
    officers: Sequence[str],
    path: str | os.PathLike[str],
    lang: str,
) -> Path:
    """Write the form of one village.

    Parameters
    ----------
    rows : DataFrame
        place, hh, visit, works (words), in the drawn order.
    belongs : mapping
        Of `BELONGS`.
    findings, officers : sequence of str
        What may be chosen; no officers: anything may be written.

    Raises
    ------
    ReportError
        If the file cannot be written.
    """
    title = text("Cross-village inspection: {village}", lang, village=belongs["village"])
    form = FormToFill(title, text("inspection form", lang), COLUMNS, _WIDTHS, FILLED_IN, lang)
    form.write_head(BELONGS, belongs, _how(lang), at=_FIRST, column=2)
    form.write_rows(rows.astype({"place": "int64"}).to_dict("records"))
    for key, allowed in (("finding", findings), ("officer", officers)):
        if allowed:
            form.choose_from(key, allowed)
    return form.save(path, frozen=2)


def _how(lang: str) -> tuple[str, ...]:
    return (
        text("Visit the houses marked “first” from the top down, leave none out; go on only when told to.", lang),
        text("A house that nobody opens is wrong until it is seen. Its photo lies in the folder photos/ beside.", lang),
        text("Hand it back: python3 workbench.py inspect load FILE --officer OFFICER", lang),
    )  # fmt: skip
