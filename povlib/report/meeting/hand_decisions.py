"""What was decided by hand: by whom, why, and what each decision costs in exits and money."""

from __future__ import annotations

import pandas as pd

from povlib.report.meeting.objective_wording import in_persons, objective_unit
from povlib.report.meeting.wording import PaperWords
from povlib.report.model.numbers import Number, Prose, say
from povlib.report.model.paper import Block, Column, Note, Paragraph, Section, Table
from povlib.words import term, text


def decisions_section(w: PaperWords) -> tuple[Section, ...]:
    """Return how many there are and what they cost together; nothing where nothing was decided by hand."""
    frame = w.facts.decided
    if frame.empty:
        return ()
    single = frame[frame["hh"] != ""]
    lost = single[~single["kept"].astype(bool)]
    n = Number("decided.n", len(single), "count", "", "ledger.household_decisions")
    blocks: list[Block] = [Paragraph(say("{n} decisions were made by hand.", w.lang, n=n) + _together(w))]
    if len(lost):
        number = Number("decided.lost", len(lost), "count", "", "ledger.household_decisions, not in the plan")
        said = say("{n} of them are not in this plan; it was approved all the same.", w.lang, n=number)
        blocks.append(Paragraph(said))
    return (Section("decided", text("Decided by hand", w.lang), tuple(blocks)),)


def each_decision(w: PaperWords) -> tuple[Section, ...]:
    """Return the annex: every decision with who decided, why, and what it costs."""
    frame = w.facts.decided
    if frame.empty:
        return ()
    blocks = (_table(w, frame[frame["hh"] != ""]), Note(_meaning(w)))
    return (Section("each_decision", text("Every decision by hand", w.lang), blocks, annex=True),)


def _together(w: PaperWords) -> Prose:
    """Say what all decisions together cost."""
    total = w.facts.decided[w.facts.decided["hh"] == ""]
    if total.empty:
        return say("The plan has them anyway: they cost nothing.", w.lang)
    row = total.iloc[0]
    unit, source = objective_unit(w), "allocation.pin_costs, all"
    cost, low, high = (Number(f"decided.all.{key}", float(row[key]), "decimal3", unit, source)
                       for key in ("cost", "low", "high"))  # fmt: skip
    more = int(row["money_fen"])
    money = Number("decided.all.money", abs(more), "yuan", "yuan", source)
    more_or_less = "Without all of them the best plan would spend {money} less." if more < 0 else (
        "Without all of them the best plan would spend {money} more.")  # fmt: skip
    said = say("Without all of them the best plan would bring {cost} more (surely between {low} and {high}).", w.lang,
               cost=cost, low=low, high=high)  # fmt: skip
    return said + say(more_or_less, w.lang, money=money)


def _table(w: PaperWords, single: pd.DataFrame) -> Table:
    cost = text("cost in exits (persons)", w.lang) if in_persons(w) else text("cost in units of the objective", w.lang)
    columns = (
        Column("hh", term("hh", w.lang)),
        Column("decision", text("decision", w.lang), width=3.0),
        Column("decided_by", text("by whom", w.lang)),
        Column("reason", text("reason for it", w.lang), width=2.0),
        Column("kept", text("in this plan", w.lang), "yes", width=0.7),
        Column("cost", cost, "decimal3", width=1.6, ends=("low", "high")),
        Column("money_fen", text("money saved by it (yuan)", w.lang), "yuan", signed=True),
        Column("how", text("reckoned by", w.lang)),
    )
    return Table("decided", text("Decisions by hand and what each costs", w.lang), columns, single, "hh",
                 "allocation.pin_costs", small=True)  # fmt: skip


def _meaning(w: PaperWords) -> Prose:
    """Say what the cost is, and how sure it is."""
    return say(
        "Cost: by how much the best plan without this household's decisions, all others kept, would be better. At "
        "posted prices it is what the household's best package is worth above what was decided; where the plan was "
        "solved again both plans bound it. In brackets: between which numbers it surely lies. Money: new money of the "
        "plan without the decision less that of this plan.",
        w.lang,
    )
