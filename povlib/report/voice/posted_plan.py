"""公示: the list of a plan that hangs at the notice boards before the plan is approved.

Responsible for its words: head, members, help and money of each household that gets something new, and how to object
until when; never a number, telephone, cause or chance. Not responsible for opening names (`povlib.ledger.unmask`,
logged) or for who stands on it (`povlib.runs.voice.posted_plan`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pandas as pd

from povlib.calendar import Month
from povlib.report.houses.list_posting import refuse_nameless
from povlib.report.model.numbers import Number, Prose, say
from povlib.report.model.paper import Bullets, Column, Paragraph, Report, Section, Table
from povlib.words import text


@dataclass(frozen=True)
class PostingTerms:
    """When a list hangs and how an objection to it is dealt with.

    Parameters
    ----------
    first, last : date or None
        The first and the last day on which it hangs; None: it does not hang yet, and the days are left blank.
    days : int
        As counted in days of the calendar.
    answer_days : int or None
        Days in which an objection is answered; None: no deadline is set.
    ask_at : str
        Where one objects; "": left blank.
    """

    first: date | None
    last: date | None
    days: int
    answer_days: int | None
    ask_at: str = ""


def posted_plan_paper(
    rows: pd.DataFrame,
    month: Month,
    office: str,
    terms: PostingTerms,
    lang: str,
    *,
    synthetic: bool,
    head: str,
    draft: bool = True,
    lapsed: bool = False,
) -> Report:
    """Return the list, one section a village, and how to object.

    Parameters
    ----------
    rows : DataFrame
        village, hh, name (as shown; missing: nobody knows it), members, help (words), money_fen, by village.
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
    how = Section("how", text("How to object", lang), (Bullets(_how_to_object(terms, lang)),))
    return Report(
        title=text("Help planned for households: public posting", lang),
        language=lang,
        subtitle=month.label(lang),
        issuer=office,
        sections=(how, *sections),
        manifest={text("ledger", lang): head},
        draft=draft,
        lapsed=lapsed,
        synthetic=synthetic,
    )


def _how_to_object(terms: PostingTerms, lang: str) -> tuple[Prose, ...]:
    hangs = Number("posting.days", terms.days, "count", "", "procedure.yaml: plan_posting")
    lines = [
        say("This list hangs for {days} days: from {first} to {last}.", lang, days=hangs,
            first=_written(terms.first), last=_written(terms.last)),
        _whom_to_tell(terms.ask_at, lang),
    ]  # fmt: skip
    if terms.answer_days is not None:
        answers = Number("posting.answer_days", terms.answer_days, "count", "", "procedure.yaml: plan_posting")
        lines.append(
            say("An objection is written down in your own words and answered within {days} days.", lang, days=answers)
        )
    lines.append(say("The plan is not approved while an objection is open. Whoever does not want the help may refuse "
                     "it.", lang))  # fmt: skip
    return tuple(lines)


def _written(day: date | None) -> str:
    return "________" if day is None else day.isoformat()


def _whom_to_tell(ask_at: str, lang: str) -> Prose:
    if ask_at:
        told = "Whoever disagrees, on the list or not, tells the village committee or the township office: {place}."
        return say(told, lang, place=ask_at)
    return say("Whoever disagrees, on the list or not, tells the village committee or the township office: ________, "
               "tel. ________.", lang)  # fmt: skip


def _village_section(village: str, frame: pd.DataFrame, lang: str, at: int) -> Section:
    shown = frame.assign(number=range(1, len(frame) + 1))
    named = bool(shown["name"].ne("").any())
    columns = (
        Column("number", text("No.", lang), "year", width=0.5),
        Column("name", text("head of household", lang)) if named else Column("hh", text("household", lang)),
        Column("members", text("members", lang), "count", width=0.6),
        Column("help", text("help", lang), width=3.0),
        Column("money_fen", text("new money (yuan)", lang), "yuan", total=True),
    )
    count = Number(f"posting.{at}", len(frame), "count", "household", f"plan, {village}")
    sentence = say("{village}: {n} are to get new help.", lang, village=Prose(village), n=count)
    table = Table(f"posting_{at}", village, columns, shown[[c.key for c in columns]], "number", "plan.chosen")
    return Section(f"village_{at}", village, (Paragraph(sentence), table))
