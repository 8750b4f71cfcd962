"""Relief in short: the section of the meeting paper, and the sheet of its workbook with every payment to look into."""

from __future__ import annotations

from povlib.report.meeting.wording import PaperWords
from povlib.report.model.numbers import Number, say
from povlib.report.model.paper import Bullets, Note, Section, Table
from povlib.report.pages.relief_section import budget_table, findings_table, relief_sentences
from povlib.words import text


def relief_section(w: PaperWords) -> tuple[Section, ...]:
    """Return the section; nothing where the paper is given no review of relief."""
    facts, lang = w.facts.relief, w.lang
    if facts is None:
        return ()
    rows = facts.standing.set_index("key")["registered_persons"]
    own, carried = (
        Number(f"own_income.{key}.registered_persons", int(rows[key]), "count", "person", "poverty.income_standing")
        for key in ("own", "transfers")
    )
    apart = say(
        "Of the persons on the register {own} are over the line by their own income today, {transfers} by transfers "
        "alone; each person counts once.",
        lang,
        own=own,
        transfers=carried,
    )
    note = Note(say("Every payment to be looked into stands in the workbook, with its rule.", lang))
    said = Bullets((*relief_sentences(facts, lang, budget=False), apart))
    budget = (budget_table(facts, lang),) if len(facts.budget) else ()
    return (Section("relief", text("Relief: due and paid", lang), (said, *budget, note)),)


def relief_tables(w: PaperWords) -> tuple[Table, ...]:
    """Return the sheet of the workbook: every finding, by household and month."""
    facts = w.facts.relief
    return () if facts is None or facts.findings.empty else (findings_table(facts, w.lang),)
