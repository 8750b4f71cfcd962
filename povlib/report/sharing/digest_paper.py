"""The digest of a month: what each village did, side by side, and its practices beside what went with them."""

from __future__ import annotations

import pandas as pd

from povlib.calendar import Month
from povlib.report.model.numbers import Number, Prose, say, shown
from povlib.report.model.paper import Block, Column, Note, Paragraph, Report, Section, Table
from povlib.report.sharing.facts import DigestFacts
from povlib.words import term, text

_LEDGER = "ledger"
_SHEET = "各村做法"
_FRAMES = ("observations", "support", "projects", "progress", "placements", "placement_ends", "deliveries")


def digest_paper(facts: DigestFacts, lang: str, issuer: str, *, draft: bool = False) -> Report:
    """Return the digest; it names villages and no household.

    Parameters
    ----------
    issuer : str
        The office, as it is written on papers; may be empty.
    draft : bool
        Whether its figures may still change.
    """
    return Report(
        title=text("What the villages did", lang),
        language=lang,
        subtitle=text("Monthly digest for the villages to learn from each other", lang),
        issuer=issuer,
        date_line=facts.month.label(lang),
        opening=(_opening(facts, lang),),
        sections=(practices_section(facts, lang), villages_section(facts, lang)),
        synthetic=facts.synthetic,
        draft=draft,
    )


def _opening(facts: DigestFacts, lang: str) -> Prose:
    sums = facts.villages[["reported", "households", "placed", "works_done", "helped"]].sum()
    names = {
        "reported": "households with a record of the month",
        "households": "households in the ledger",
        "placed": "persons who began a post in the month",
        "works_done": "houses finished in the month",
        "helped": "measures begun in the month",
    }
    counts = {key: Number(f"digest.{key}", int(sums[key]), "count", "", meaning) for key, meaning in names.items()}
    return say(
        "{reported} of {households} households were recorded; {placed} persons began a post, {works_done} houses were "
        "finished, {helped} measures began.",
        lang,
        **counts,
    )


def practices_section(facts: DigestFacts, lang: str) -> Section:
    """Return what villages wrote down that they do, each beside the income of those whom it reached."""
    rows = facts.practices
    blocks: list[Block] = []
    if rows.empty:
        blocks.append(_fill_in(lang))
    else:
        blocks.append(
            Paragraph(
                say(
                    "Beside each practice stands by how much the yearly income of a member changed within a year: the "
                    "household in the middle, and in brackets the range that holds it nine times in ten; a dash stands "
                    "where there are too few households. It is what went with the practice, not proof of what it "
                    "brought.",
                    lang,
                )
            )
        )
        blocks.append(_practice_table(rows, lang))
        if facts.without:
            blocks.append(
                Note(
                    say(
                        "No practice was written down by: {names}. The sheet {sheet} of the workbooks is for it.",
                        lang,
                        names=text(", ", lang).join(facts.without),
                        sheet=_SHEET,
                    )
                )
            )
    return Section("practices", text("Practices and what went with them", lang), tuple(blocks))


def _fill_in(lang: str) -> Note:
    words = text(
        "Nothing is recorded yet: fill in the sheet {sheet} of the workbooks, then python3 workbench.py load",
        lang,
        sheet=_SHEET,
    )
    return Note(Prose(words))


def _practice_table(rows: pd.DataFrame, lang: str) -> Table:
    table = pd.DataFrame(
        {
            "row": [f"{Month.from_ordinal(int(m))} {v} {p}" for m, v, p in
                    zip(rows["month"], rows["village"], rows["practice"], strict=True)],
            "village": rows["village"],
            "practice": rows["practice"],
            "words": rows["words"],
            "measure": rows["measure"].where(rows["measure"].ne(""), "—"),
            "households": rows["households"],
            "change": _ranges(rows, "change_fen", "low_fen", "high_fen"),
            "others": _ranges(rows, "others_fen", "others_low_fen", "others_high_fen"),
        }
    )  # fmt: skip
    columns = (
        Column("village", term("village", lang), width=0.7),
        Column("practice", text("practice", lang), width=1.2),
        Column("words", text("in the village's words", lang), width=2.4),
        Column("measure", text("measure", lang), width=1.1),
        Column("households", text("households with it", lang), "count", width=0.7),
        Column("change", text("change of their income, yuan a member and year", lang), width=1.5),
        Column("others", text("of the village's other poor households", lang), width=1.5),
    )
    return Table("practices", text("Practices", lang), columns, table, ("row",), f"{_LEDGER}.village_practices",
                 small=True)  # fmt: skip


def _ranges(rows: pd.DataFrame, *columns: str) -> list[str]:
    return [_with_range(*row) for row in rows[list(columns)].itertuples(index=False)]


def _with_range(median: object, low: object, high: object) -> str:
    """Return an amount with its range, both in whole yuan; a dash where there are too few households for a range.

    Whose income changed by how much must not be read from a letter: of so few, a neighbour would know.
    """
    if pd.isna(low):  # type: ignore[call-overload]
        return "—"
    return f"{shown(median, 'yuan')} ({shown(low, 'yuan')}…{shown(high, 'yuan')})"


def villages_section(facts: DigestFacts, lang: str) -> Section:
    """Return what happened in each village in the month, side by side."""
    rows = facts.villages.assign(income=_ranges(facts.villages, "income_fen", "income_low_fen", "income_high_fen"))
    columns = (
        Column("village", term("village", lang), width=0.8),
        Column("households", text("households", lang), "count", total=True),
        Column("reported", text("households recorded", lang), "count", total=True),
        Column("helped", text("measures begun", lang), "count", total=True),
        Column("works_begun", text("houses begun", lang), "count", total=True),
        Column("works_done", text("houses finished", lang), "count", total=True),
        Column("placed", text("began a post", lang), "count", total=True),
        Column("left", text("left a post", lang), "count", total=True),
        Column("delivered_fen", text("paid for deliveries (yuan)", lang), "yuan", total=True),
        Column("income", text("income of a member in twelve months, yuan (range)", lang), width=2.6),
    )
    words = say(
        "The order is that of the office, not of merit: a month of one village is too few households to praise or to "
        "blame. Whether villages can be told apart says python3 workbench.py contest exits.",
        lang,
    )
    table = Table("digest_villages", text("The villages in this month", lang), columns, rows, ("village",),
                  ", ".join(f"{_LEDGER}.{frame}" for frame in _FRAMES),
                  small=True)  # fmt: skip
    return Section("months", text("The villages side by side", lang), (table, Note(words)))
