"""Cross-village inspection 换村互检: who went where, what was found, what was changed, who objects."""

from __future__ import annotations

from povlib.report.houses.facts import InspectionFacts
from povlib.report.model.numbers import Number, Prose, say
from povlib.report.model.paper import Block, Column, Note, Paragraph, Section, Table
from povlib.words import term, text


def inspection_section(facts: InspectionFacts, lang: str) -> Section:
    """Return the last round by village, the wrong entries, the changes of the list, and the objections."""
    visits = facts.visits
    sentence = say(
        "In round {round} ({month}) {visited} of {listed} on the list were visited by another village; {wrong} were "
        "not as listed.",
        lang,
        round=Prose(facts.round),
        month=Prose(facts.month),
        visited=Number("houses.visited", int(visits["visited"].sum()), "count", "", "inspection_findings"),
        listed=Number("houses.listed", int(visits["listed"].sum()), "count", "house", "list of targets"),
        wrong=Number("houses.wrong", int(visits["wrong"].sum()), "count", "", "findings that are not as listed"),
    )
    columns = (
        Column("village", term("village", lang)),
        Column("by_village", text("inspecting village", lang)),
        Column("listed", text("households listed", lang), "count", total=True),
        Column("visited", text("visited", lang), "count", total=True),
        Column("wrong", text("wrong", lang), "count", total=True),
        Column("least", text("wrong on the list, at least", lang), "count"),
        Column("most", text("at most", lang), "count"),
        Column("decision", text("decision", lang), width=1.6),
    )
    empty = text("none", lang)
    blocks: list[Block] = [
        Paragraph(sentence),
        Table("visits", text("The round by village", lang), tuple(c for c in columns if c.key in visits.columns),
              visits, "village", "ledger.inspection_visits", empty=empty, small=True),
    ]  # fmt: skip
    if "least" in visits.columns:
        blocks.append(
            Note(say("At least and at most: exact limits for a list of this length, each wrong once in twenty.", lang))
        )
    for key, title, frame, wanted in (
        ("wrong", text("Not as listed", lang), facts.wrong, _wrong_columns(lang)),
        ("entries", text("The list of targets, adjusted", lang), facts.entries, _entry_columns(lang)),
        ("objections", text("Objections", lang), facts.objections, _objection_columns(lang)),
    ):
        blocks.append(Table(key, title, wanted, frame, wanted[0].key, "ledger.inspections", empty=empty, small=True))
    seed = text("The lot was drawn from: {source}. Anybody can draw it again.", lang, source=facts.seed_source)
    if facts.seed_source:
        blocks.append(Note(Prose(seed)))
    return Section("inspection", text("Cross-village inspection", lang), tuple(blocks))


def _wrong_columns(lang: str) -> tuple[Column, ...]:
    return (
        Column("hh", term("hh", lang)),
        Column("village", term("village", lang)),
        Column("finding", text("finding", lang)),
        Column("note", text("note", lang), width=2.4),
    )


def _entry_columns(lang: str) -> tuple[Column, ...]:
    return (
        Column("hh", term("hh", lang)),
        Column("day", text("day", lang)),
        Column("before", text("before", lang)),
        Column("after", text("after", lang)),
        Column("reason", text("reason", lang), width=2.4),
    )


def _objection_columns(lang: str) -> tuple[Column, ...]:
    return (
        Column("id", text("number", lang)),
        Column("hh", term("hh", lang)),
        Column("subject", text("subject", lang), width=2.0),
        Column("day", text("day", lang)),
        Column("due", text("answer due", lang)),
        Column("answered", text("answered", lang)),
    )
