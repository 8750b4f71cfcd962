"""What a plan by parts opens: workshops, bases, sites, with where they are, from when on, and what they cost.

Responsible for words and the table. Not responsible for the sentence before it, which is that of a township
(`povlib.report.villages.openings_section`), nor for any figure (`povlib.runs.area.area_openings`).
"""

from __future__ import annotations

import pandas as pd

from povlib.report.model.numbers import Prose
from povlib.report.model.paper import Column, Note, Paragraph, Section, Table
from povlib.report.villages.facts import OpeningFacts
from povlib.report.villages.openings_section import opening_sentence
from povlib.words import term, text


def area_openings(openings: pd.DataFrame, lang: str) -> tuple[Section, ...]:
    """Return the section of what is opened; none where nothing may be opened.

    Parameters
    ----------
    openings : DataFrame
        As `povlib.report.area.facts.AreaFacts` has it.
    """
    if openings.empty:
        return ()
    title = text("What may be opened, and what the plan opens", lang)
    said = {True: text("yes", lang), False: text("no", lang)}
    rows = openings.assign(opened=openings["opened"].map(said))
    columns = (
        Column("name", text("what may be opened", lang), width=2.2),
        Column("township", text("township", lang), width=1.2),
        Column("village", term("village", lang)),
        Column("opened", text("opened", lang)),
        Column("month", text("opens in", lang)),
        Column("opening_fen", text("paid by funds", lang), "yuan", width=1.3),
        Column("seats", text("new posts and places", lang), "count"),
        Column("least", text("must be taken at least", lang), "count"),
        Column("taken", text("taken in the plan", lang), "count"),
    )
    shown = rows[[*(column.key for column in columns), "facility"]]
    table = Table("area_openings", title, columns, shown, "facility", "plan.opened", small=True)
    note = Note(
        Prose(text("Paid by funds: what is left after the grant; of what stays shut the cheapest month.", lang))
    )
    return (Section("openings", title, (Paragraph(opening_sentence(OpeningFacts(openings), lang)), table, note)),)
