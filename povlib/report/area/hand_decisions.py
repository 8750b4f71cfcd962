"""What was decided by hand about households of an area: how many, each with who and why, and whether it holds.

Responsible for words and the table. Not responsible for holding decisions against the plan
(`povlib.runs.decisions.kept`). What a decision costs is reckoned for a plan of one township alone.
"""

from __future__ import annotations

from povlib.report.area.facts import PlanFigures
from povlib.report.model.numbers import Number, say
from povlib.report.model.paper import Block, Column, Paragraph, Section, Table
from povlib.words import term, text

#: decisions printed one by one: a page and a half of table; of more the papers of the townships have each its own
MOST_PRINTED = 40


def area_decisions(facts: PlanFigures, lang: str, of: str = "") -> tuple[Section, ...]:
    """Return the section of what was decided by hand; none where nothing was.

    Parameters
    ----------
    of : str
        The area, where it is not the whole office: its table has a key of its own.
    """
    rows = facts.decided
    if rows.empty:
        return ()
    source = "ledger.household_decisions"
    n = Number(facts.key("decided.n"), len(rows), "count", "", source)
    blocks: list[Block] = [Paragraph(say("{n} decisions were made by hand.", lang, n=n))]
    if lost := int((~rows["kept"].astype(bool)).sum()):
        number = Number(facts.key("decided.lost"), lost, "count", "", f"{source}, not in the plan")
        said = say("{n} of them are not in this plan; it was approved all the same.", lang, n=number)
        blocks.append(Paragraph(said))
    if len(rows) <= MOST_PRINTED:
        columns = (
            Column("hh", term("hh", lang)),
            Column("decision", text("decision", lang), width=3.0),
            Column("decided_by", text("by whom", lang)),
            Column("reason", text("reason for it", lang), width=2.0),
            Column("kept", text("in this plan", lang), "yes", width=0.7),
        )
        blocks.append(Table(f"decided_{of}" if of else "decided", text("Decisions by hand", lang), columns, rows, "hh",
                            source, small=True))  # fmt: skip
    else:
        told = "Each stands in the paper of its township, with who decided it and why."
        blocks.append(Paragraph(say(told, lang)))
    return (Section("decided", text("Decided by hand", lang), tuple(blocks)),)
