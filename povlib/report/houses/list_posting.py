"""公示: the list of housing targets that hangs at the notice board, village by village.

Responsible for its words: who stands on it, and how to object until when. Not responsible for opening names
(`povlib.ledger.unmask`, logged), for how they are shown (``inspection.yaml``) or for who stands on it.
"""

from __future__ import annotations

import pandas as pd

from povlib.errors import ReportError
from povlib.report.model.numbers import Number, Prose, say
from povlib.report.model.paper import Bullets, Column, Paragraph, Report, Section, Table
from povlib.words import text


def shown_name(name: str, how: str) -> str:
    """Return the name of a head as the office shows it: full, the surname alone, or nothing.

    Examples
    --------
    >>> shown_name("王小明", "full"), shown_name("王小明", "surname"), shown_name("王小明", "none")
    ('王小明', '王某', '')
    """
    return {"full": name, "surname": f"{name[:1]}某" if name else "", "none": ""}[how]


def list_paper(
    rows: pd.DataFrame, list_name: str, office: str, days: tuple[int, int], lang: str, *, synthetic: bool, head: str
) -> Report:
    """Return the posted list, one section a village, and how to object.

    Parameters
    ----------
    rows : DataFrame
        village, hh, name (as shown; missing: nobody knows it), works (words), by village.
    days : (int, int)
        How long it hangs; days in which an objection is answered.
    head : str
        Head of the ledger.

    Raises
    ------
    ReportError
        If a name is missing: a list that nobody can read is not posted.
    """
    refuse_nameless(rows)
    sections = [
        _village_section(str(village), rows[rows["village"] == village], lang, at)
        for at, village in enumerate(rows["village"].unique(), 1)
    ]
    hangs, answers = (Number(f"list.{key}", value, "count", "", "inspection.yaml")
                      for key, value in zip(("days", "answer_days"), days, strict=True))  # fmt: skip
    lines = (
        say("This list hangs for {days} days: from ________ to ________.", lang, days=hangs),
        say("Whoever disagrees tells the village committee or the township office: ________, tel. ________.", lang),
        say("An objection is written down with its day and answered within {days} days.", lang, days=answers),
        say("People of another village, drawn by lot, visit houses of this list and take photos.", lang),
    )
    return Report(
        title=text("Housing targets: public posting", lang),
        language=lang,
        subtitle=list_name,
        issuer=office,
        sections=(*sections, Section("how", text("How to object", lang), (Bullets(lines),))),
        manifest={text("ledger", lang): head},
        synthetic=synthetic,
    )


def refuse_nameless(rows: pd.DataFrame) -> None:
    """Refuse rows (hh, name) in which a name is missing: a list that nobody can read is not posted."""
    nameless = rows.loc[rows["name"].isna(), "hh"]
    if len(nameless):
        raise ReportError(
            "{n} heads have no name in the ledger ({some})", n=len(nameless), some=", ".join(nameless.head(3))
        )


def _village_section(village: str, frame: pd.DataFrame, lang: str, at: int) -> Section:
    shown = frame.assign(number=range(1, len(frame) + 1))
    named = shown["name"].ne("").any()
    columns = (
        Column("number", text("No.", lang), "year", width=0.5),
        Column("name", text("head of household", lang)) if named else Column("hh", text("household", lang)),
        Column("works", text("kind of works", lang), width=2.0),
    )
    count = Number(f"list.{at}", len(frame), "count", "household", f"list_entries, {village}")
    sentence = say("On the list of {village}: {n}.", lang, village=Prose(village), n=count)
    table = Table(f"list_{at}", village, columns, shown[[c.key for c in columns]], "number", "ledger.list_entries")
    return Section(f"village_{at}", village, (Paragraph(sentence), table))
