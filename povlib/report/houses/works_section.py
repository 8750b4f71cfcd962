"""Is every house safe? Works by village, what is not finished, who has no work yet, what the plan would add."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from povlib.report.houses.facts import StandingFacts
from povlib.report.model.numbers import Number, say
from povlib.report.model.paper import Column, Note, Paragraph, Section, Table
from povlib.words import term, text


def house_number(key: str, value: float, definition: str) -> Number:
    """Return a count of houses as a number of the paper."""
    return Number(key, int(value), "count", "house", definition)


def villages_section(frame: pd.DataFrame, lang: str) -> Section:
    """Return where the houses stand, by village."""
    works, done = int(frame["works"].sum()), int(frame["done"].sum())
    sentence = say(
        "Of {works} with housing works {done} are finished ({share}). {unsafe} are recorded as unsafe now (grade C or "
        "D, or no house); {none} of them have no works yet, and the plan helps {planned} of these.",
        lang,
        works=house_number("housing.works", works, "registered households with housing works"),
        done=house_number("housing.done", done, "works finished"),
        share=Number("housing.done_share", done / works if works else 0.0, "share", "", "done / works"),
        unsafe=house_number("housing.unsafe", frame["unsafe"].sum(), "grade C, D or no house"),
        none=house_number("housing.none", frame["none"].sum(), "unsafe and no works"),
        planned=house_number(
            "housing.planned", frame["planned"].sum(), "unsafe, no works, help with a house in the plan"
        ),
    )
    columns = (
        Column("village", term("village", lang)),
        Column("houses", term("households_n", lang, unit=True), "count", total=True),
        Column("works", text("housing works", lang), "count", total=True),
        Column("done", text("finished", lang), "count", total=True),
        Column("begun", text("being built", lang), "count", total=True),
        Column("waiting", text("not begun", lang), "count", total=True),
        Column("unsafe", text("unsafe now", lang), "count", total=True),
        Column("none", text("unsafe, no work", lang), "count", total=True),
        Column("planned", text("of these helped by the plan", lang), "count", total=True),
    )
    table = Table("houses", text("Houses by village", lang), columns, frame, "village", "ledger.projects", small=True)
    note = say(
        "The grade is the one the village last wrote down; a house whose work is finished counts as unsafe until its "
        "new grade is recorded.",
        lang,
    )
    return Section("villages", text("Where the houses stand", lang), (Paragraph(sentence), table, Note(note)))


def open_works_section(facts: StandingFacts, lang: str) -> Section:
    """Return the works that are not finished."""
    sentence = say(
        "{open} are not finished. For {silent} of them nothing was written in the last {weeks} weeks of the record; "
        "photos are kept of {photos}.",
        lang,
        open=house_number("housing.open", len(facts.open_works), "works not finished"),
        silent=house_number("housing.silent", facts.silent_works, "no weekly text for four weeks or more"),
        weeks=Number("housing.weeks", facts.silent_weeks, "count", "", "weeks without a text before it is named here"),
        photos=house_number("housing.photos", facts.photos, "works with a photo in the photo store"),
    )
    columns = (
        Column("hh", term("hh", lang)),
        Column("village", term("village", lang)),
        Column("kind", text("kind of work", lang)),
        Column("status", term("status", lang), width=1.3),
        Column("pct", text("done", lang), "share"),
        Column("week", text("last written", lang)),
        Column("silent", text("weeks silent", lang), "count"),
        Column("said", text("what was written", lang), width=2.4),
    )
    table = Table(
        "open_works", text("Works not finished", lang), columns, facts.open_works, "hh", "ledger.progress", small=True
    )
    return Section("open", text("What is not finished", lang), (Paragraph(sentence), table))


def waiting_section(waiting: pd.DataFrame, measures: Mapping[str, str], lang: str) -> Section:
    """Return the unsafe houses without works, and what the plan gives them."""
    planned = [measures.get(m, m) if isinstance(m, str) else text("nothing", lang) for m in waiting["measure"]]
    left = int(waiting["measure"].isna().sum())
    sentence = say(
        "These households live in an unsafe house without any works. With the plan as it stands {left} stay so: until "
        "their house is safe they cannot exit, whatever they earn.",
        lang,
        left=house_number("housing.left", left, "unsafe, no works, no help with a house in the plan"),
    )
    columns = (
        Column("hh", term("hh", lang)),
        Column("village", term("village", lang)),
        Column("grade", text("grade of the house", lang)),
        Column("planned", text("in the plan", lang), width=2.0),
    )
    frame = waiting.assign(planned=planned)
    table = Table("without", text("Unsafe and no work yet", lang), columns, frame, "hh", "ledger.projects", small=True)
    return Section("without", text("Who waits for a safe house", lang), (Paragraph(sentence), table))
