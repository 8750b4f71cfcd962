"""The annex of one village in a plan by parts 村附表: every household by its key, what it receives, its chances.

Responsible for its table and for what is printed of it. Not responsible for any figure (`povlib.runs.area`).
"""

from __future__ import annotations

import pandas as pd

from povlib.report.meeting.annex import MOST_LISTED
from povlib.report.meeting.wording import household_count
from povlib.report.model.numbers import Number, say
from povlib.report.model.paper import Block, Column, Paragraph, Report, Section, Table
from povlib.words import term, text


def village_annex(
    village: str, township: str, rows: pd.DataFrame, lang: str, *, issuer: str, date_line: str, run: str,
    synthetic: bool, draft: bool,
) -> Report:  # fmt: skip
    """Return the annex of a village.

    Parameters
    ----------
    rows : DataFrame
        hh, members, help (its measures in words), start (month ordinal), money_fen, posts, p0, p.
    run : str
        Id of the run it was made of.
    """
    return Report(
        title=text("{village}: every household", lang, village=village),
        language=lang,
        subtitle="" if township == village else township,
        issuer=issuer,
        date_line=date_line,
        sections=(Section("households", text("Every household", lang), _blocks(village, rows, lang), wide=True),),
        manifest={"run": run},
        synthetic=synthetic,
        draft=draft,
    )


def annex_table(village: str, rows: pd.DataFrame, lang: str) -> Table:
    """Return one row a household."""
    columns = (
        # a key and a month stand on one line, the help on as few as there is room for
        Column("hh", term("household", lang), width=1.3),
        Column("members", text("persons", lang), "count", total=True, width=0.6),
        Column("help", term("package", lang), width=3.6),
        Column("start", term("start_month", lang), "month", width=1.3),
        Column("money_fen", text("new money (yuan)", lang), "yuan", total=True, width=1.0),
        Column("posts", term("posts_filled", lang), "count", total=True, width=0.6),
        Column("p0", text("chance without the plan", lang), "probability", width=0.9),
        Column("p", text("chance with the plan", lang), "probability", width=0.9),
    )
    # one key a village: numbers of two villages are two numbers
    return Table(f"annex_{village}", text("One row a household", lang), columns, rows, "hh", "plan.chosen", small=True)


def annex_sheets(village: str, rows: pd.DataFrame, lang: str) -> tuple[Table, ...]:
    """Return the rows for the workbook where they are too many to print."""
    return (annex_table(village, rows, lang),) if len(rows) > MOST_LISTED else ()


def _blocks(village: str, rows: pd.DataFrame, lang: str) -> tuple[Block, ...]:
    if rows.empty:
        return (Paragraph(say("No household of this village is on the register.", lang)),)
    number = household_count(f"annex_{village}.households", len(rows), "households of the village")
    if len(rows) > MOST_LISTED:
        most = Number("annex.most", MOST_LISTED, "count", "household", "most households that are printed")
        many = say("{n}: one row each stands in the workbook. More than {most} are not printed: such a list is looked "
                   "up, not read.", lang, n=number, most=most)  # fmt: skip
        return (Paragraph(many),)
    lead = say(
        "{n} by their keys, never by name. Chances are those to be out of poverty in the month of the plan's target. "
        "This list is for the meeting, not for posting.",
        lang, n=number,
    )  # fmt: skip
    return (Paragraph(lead), annex_table(village, rows, lang))
