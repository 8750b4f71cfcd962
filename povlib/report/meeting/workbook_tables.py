"""Tables that only the workbook of the meeting paper holds: payments to the fen, and every entry of a pencil line."""

from __future__ import annotations

import pandas as pd

from povlib.report.model.paper import Column, Table
from povlib.words import term, text


def payments_table(frame: pd.DataFrame, lang: str) -> Table:
    """Return who is paid from which fund for what.

    Parameters
    ----------
    frame : DataFrame
        hh, village, measure, fund (names in `lang`), fen.
    """
    columns = (
        Column("hh", term("hh", lang)),
        Column("village", term("village", lang)),
        Column("measure", term("measure", lang), width=2.0),
        Column("fund", term("fund", lang), width=2.0),
        Column("fen", text("amount (yuan)", lang), "yuan2", total=True),
    )
    return Table("payments", text("Payments by fund", lang), columns, frame, definition="plan.payments")


def pencil_table(frame: pd.DataFrame, lang: str) -> Table:
    """Return every entry of every line, chosen and runner-up.

    Parameters
    ----------
    frame : DataFrame
        hh, role, package, what, amount, unit, price (points), per, points: of `povlib.runs.facts.explanation`.
    """
    columns = (
        Column("hh", term("hh", lang)),
        Column("role", text("plan or runner-up", lang)),
        Column("package", term("package", lang), width=2.0),
        Column("what", text("entry", lang), width=2.0),
        Column("amount", text("amount", lang), "decimal2"),
        Column("unit", term("capacity_unit", lang)),
        Column("price", term("price_points", lang, unit=True), "points"),
        Column("per", term("price_per", lang)),
        Column("points", text("points", lang), "points"),
    )
    return Table("pencil", term("pencil_line", lang), columns, frame, definition="allocation.explain")
