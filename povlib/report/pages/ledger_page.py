"""What the ledger holds, as one page: batches, completeness by village, marks, posts, houses.

Responsible for wording and tabling `LedgerFacts`. Not responsible for counting (`povlib.runs.facts.ledger`) or for
who is poor (`povlib.report.pages.poverty_page`).
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from povlib.report.model.numbers import Number, Prose, say
from povlib.report.model.paper import Column, Paragraph, Report, Section, Table
from povlib.words import language, term, text


@dataclass(frozen=True, eq=False)
class LedgerFacts:
    """Everything the page says; filled by `povlib.runs.facts.ledger`.

    Parameters
    ----------
    villages : DataFrame
        village, households, persons, due, received, missing, late, exited, unlisted: the last twelve months.
    marks : DataFrame
        route, households, persons: the township's own marks of exit.
    marked_households, marked_persons : int
        Each counted once, whatever its routes.
    house_projects, houses_finished : int
        Households with housing works; works that are finished.
    finished_share : float
        Finished works as a share of all works, 0-1.
    posts_held : int
        Persons with a placement.
    batches : DataFrame
        id, source_name, officer (None where nobody is named), rows, hash (its first twelve characters).
    ledger_head : str
        First twelve characters of the head of the chain.
    """

    villages: pd.DataFrame
    marks: pd.DataFrame
    marked_households: int
    marked_persons: int
    house_projects: int
    houses_finished: int
    finished_share: float
    posts_held: int
    batches: pd.DataFrame
    ledger_head: str
    synthetic: bool = False


def ledger_page(facts: LedgerFacts, *, lang: str | None = None, subtitle: str = "") -> Report:
    """Return the page of the notebook 01_ledger.

    Parameters
    ----------
    facts : LedgerFacts
    lang : str, optional
        Default the language in use.
    """
    lang = lang or language()
    return Report(
        title=text("What we know: the ledger", lang),
        language=lang,
        subtitle=subtitle,
        sections=(
            _register_section(facts, lang),
            _marks_section(facts, lang),
            _works_section(facts, lang),
            _batches_section(facts, lang),
        ),
        synthetic=facts.synthetic,
    )


def _count_number(key: str, value: float, unit: str, definition: str) -> Number:
    return Number(key, int(value), "count", unit, definition)


def _register_section(facts: LedgerFacts, lang: str) -> Section:
    frame = facts.villages
    due, missing = int(frame["due"].sum()), int(frame["missing"].sum())
    sentence = say(
        "{households} with {persons} are registered in {villages}. Of the household-months due in the last twelve "
        "months, {share} are there and {missing} are missing; a missing month is never read as zero.",
        lang,
        households=_count_number("ledger.households", frame["households"].sum(), "household", "registered poor now"),
        persons=_count_number("ledger.persons", frame["persons"].sum(), "person", "members on the card"),
        villages=_count_number(
            "ledger.villages", (frame["households"] > 0).sum(), "village", "villages with such a household"
        ),
        share=Number("ledger.share", (due - missing) / due if due else 0.0, "share", "", "received / due"),
        missing=Number("ledger.missing", missing, "count", "", "household-months due and not there"),
    )
    columns: tuple[Column, ...] = (
        Column("village", term("village", lang)),
        Column("households", term("households_n", lang, unit=True), "count", total=True),
        Column("persons", term("persons_n", lang, unit=True), "count", total=True),
        Column("due", text("household-months due", lang), "count", total=True),
        Column("received", text("received", lang), "count", total=True),
        Column("missing", text("missing", lang), "count", total=True),
        Column("late", text("late", lang), "count", total=True),
        Column("exited", text("exited in earlier years", lang), "count", total=True),
    )
    if frame["unlisted"].any():
        columns += (Column("unlisted", text("status not known", lang), "count", total=True),)
    table = Table("completeness", text("By village", lang), columns, frame, "village", "ledger.observations")
    return Section("register", text("The register and its months", lang), (Paragraph(sentence), table))


def _marks_section(facts: LedgerFacts, lang: str) -> Section:
    columns = (
        Column("route", text("route", lang)),
        Column("households", term("households_n", lang, unit=True), "count"),
        Column("persons", term("persons_n", lang, unit=True), "count"),
    )
    sentence = say(
        "The township's own marks of exit: {households} with {persons}, each counted once; a household on two routes "
        "stands in two rows, so the rows do not add up to the total.",
        lang,
        households=_count_number("marks.households", facts.marked_households, "household", "households with a mark"),
        persons=_count_number("marks.persons", facts.marked_persons, "person", "their members"),
    )
    table = Table("marks", text("Marks by route", lang), columns, facts.marks, "route", "ledger.marks")
    return Section("marks", text("Marks of exit", lang), (Paragraph(sentence), table))


def _works_section(facts: LedgerFacts, lang: str) -> Section:
    prose: tuple[Prose, ...] = (
        say(
            "Houses: {targets}, {done} of them finished ({share}).",
            lang,
            targets=_count_number("houses.targets", facts.house_projects, "house", "housing projects"),
            done=_count_number("houses.done", facts.houses_finished, "house", "projects finished"),
            share=Number("houses.share", facts.finished_share, "share", "", "finished / all"),
        ),
        say(
            "Posts: {n} are held.",
            lang,
            n=_count_number("posts.held", facts.posts_held, "post", "persons with a placement"),
        ),
    )
    return Section("works", text("Houses and posts", lang), tuple(Paragraph(line) for line in prose))


def _batches_section(facts: LedgerFacts, lang: str) -> Section:
    columns = (
        Column("id", text("batch", lang), "year"),
        Column("source_name", text("file", lang), width=2.0),
        Column("officer", text("officer", lang)),
        Column("rows", text("rows", lang), "count", total=True),
        Column("hash", text("hash of the chain", lang), width=1.4),
    )
    sentence = say(
        "Every figure can be traced to one of {n} batches; the head of the chain is {head}.",
        lang,
        n=Number("ledger.batches", len(facts.batches), "count", "", "batches of the ledger"),
        head=facts.ledger_head,
    )
    table = Table("batches", text("Batches", lang), columns, facts.batches, "id", "ledger.batches", small=True)
    return Section("batches", text("Where it came from", lang), (Paragraph(sentence), table))
