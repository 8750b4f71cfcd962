"""The form on which a village writes down what its households say of a posted plan.

Responsible for the workbook that goes out: households with the help planned for them, and columns to fill in. Not
responsible for reading it back (`povlib.runs.voice.form_in`). It holds keys of households, never names.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

from povlib.printed_sheets import set_to_print, set_widths
from povlib.report.writers.form_to_fill import FormToFill
from povlib.words import text

COLUMNS: dict[str, str] = {
    "hh": "household",
    "village": "village",
    "help": "help",
    "kind": "what was said",
    "measure": "measure",
    "words": "in the household's words",
    "day": "day",
    "said_by": "who spoke for it",
}
"""Columns of the form by key, with the message id of their headers."""

FILLED_IN = ("kind", "measure", "words", "day", "said_by")
BELONGS = {"run": "run number", "head": "ledger head"}
"""What the form belongs to: label (message id) in the first column, value beside it."""

KINDS = {"consent": "consent", "objection": "objection", "refusal": "refusal", "wish": "wish for help"}
"""What may be chosen by key, with its message id; an appeal is about one answer and comes by command."""

_WIDTHS = {"hh": 12, "village": 10, "help": 40, "kind": 10, "measure": 18, "words": 46, "day": 12, "said_by": 14}
_FIRST = 7  # rows above the headers: title, what it belongs to, how to fill it in, an empty one
_LIST_WIDTH = 30.0
#: lines at the end for a second word of a household, and for who is not on the register
_SPARE = 20


def write_voice_form(
    rows: pd.DataFrame, belongs: Mapping[str, str], measures: Sequence[str], path: str | os.PathLike[str], lang: str
) -> Path:
    """Write the form of a plan.

    Parameters
    ----------
    rows : DataFrame
        hh, village, help (words; empty where nothing new is planned).
    belongs : mapping
        run and head (`BELONGS`).
    measures : sequence of str
        Names of measures that may be wished for or refused.

    Raises
    ------
    ReportError
        If the file cannot be written.
    """
    form = FormToFill(
        text("What households say of the plan", lang),
        text("what households say", lang),
        COLUMNS,
        _WIDTHS,
        FILLED_IN,
        lang,
    )
    form.write_head(BELONGS, belongs, _how(lang), at=_FIRST, column=1)
    form.write_rows(rows.to_dict("records"))
    form.write_open_lines(_SPARE)
    form.choose_from("kind", [text(label, lang) for label in KINDS.values()])
    _list_measures(form, measures, lang)
    return form.save(path, frozen=1, filter_rows=True)


def _how(lang: str) -> tuple[str, ...]:
    return (
        text("One line a word; leave the others empty. A household's second word goes to the end of the list.", lang),
        text("An objection of somebody outside the register: leave the household empty.", lang),
        text("Hand it back: python3 workbench.py voice load FILE --officer OFFICER", lang),
    )  # fmt: skip


def _list_measures(form: FormToFill, measures: Sequence[str], lang: str) -> None:
    """Write measures on a sheet of their own to be chosen from, since a list in a cell holds 255 letters."""
    choices = form.book.add_worksheet(text("measures", lang))
    choices.write_string(0, 0, text("measures", lang))
    for line, name in enumerate(measures, start=1):
        choices.write_string(line, 0, name)
    set_widths(choices, [_LIST_WIDTH])
    # on paper it lies beside the form: who fills that in by hand chooses from it too
    set_to_print(choices, [_LIST_WIDTH], head=0, last=len(measures))
    choices.protect("")
    if measures:
        form.choose_from("measure", f"='{text('measures', lang)}'!$A$2:$A${len(measures) + 1}")
