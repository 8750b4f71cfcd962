"""What each household of one part receives by a plan for many townships: a workbook, in the order of villages.

Responsible for its table. Not responsible for any figure (`povlib.runs.area.chosen_rows`).
"""

from __future__ import annotations

import pandas as pd

from povlib.report.model.paper import Column, Report, Section, Table
from povlib.words import term, text


def household_list(
    key: str, part: str, rows: pd.DataFrame, lang: str, *, issuer: str, date_line: str, synthetic: bool, draft: bool
) -> Report:
    """Return the list of a part.

    Parameters
    ----------
    key, part : str
        Of the part, and its name: its townships.
    rows : DataFrame
        hh, township, village, members, help (its measures in words), money_fen, posts, p0, p.
    """
    columns = (
        Column("township", text("township", lang)),
        Column("village", term("village", lang)),
        Column("hh", term("household", lang)),
        Column("members", text("persons", lang), "count", total=True),
        Column("help", term("package", lang), width=3.0),
        Column("money_fen", text("new money (yuan)", lang), "yuan", total=True),
        Column("posts", term("posts_filled", lang), "count", total=True),
        Column("p0", text("chance without the plan", lang), "probability"),
        Column("p", text("chance with the plan", lang), "probability"),
    )
    title = text("What each household receives: {part}", lang, part=part)
    # one key a part: numbers of two parts are two numbers
    table = Table(f"households_{key}", title, columns, rows, "hh", "plan.chosen")
    return Report(
        title=title,
        language=lang,
        issuer=issuer,
        date_line=date_line,
        sections=(Section("households", title, (table,)),),
        synthetic=synthetic,
        draft=draft,
    )
