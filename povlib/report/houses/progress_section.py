"""How far the works are against their own plan, what is overdue, and when all will be done."""

from __future__ import annotations

from povlib.report.houses.facts import ProgressFacts
from povlib.report.model.numbers import Number, Prose, say
from povlib.report.model.paper import Block, Column, Note, Paragraph, Section, Table
from povlib.words import term, text


def progress_section(facts: ProgressFacts, lang: str) -> Section:
    """Return the progress of the works against plan, the forecast of the last day, and the works that are late."""
    sentence = say(
        "On {day} {done} are finished; by their own dates {planned} should be. On average the works are {share} done "
        "where {planned_share} was planned. {late} are past their date.",
        lang,
        day=Prose(facts.day),
        done=Number("houses.done_by_day", facts.done, "count", "house", "works finished"),
        planned=Number("houses.planned_by_day", facts.planned_done, "count", "house", "planned day has come"),
        share=Number("houses.share_done", facts.share, "share", "", "mean share done"),
        planned_share=Number("houses.share_planned", facts.planned_share, "share", "", "mean share planned"),
        late=Number("houses.late", len(facts.late), "count", "house", "not finished, planned day has passed"),
    )
    blocks: list[Block] = [Paragraph(sentence)]
    if facts.chance is not None:
        # what two thousand drawn courses do not show once is rare, not impossible
        rare = facts.chance < 0.01
        chance = Number("houses.chance_all_done", max(facts.chance, 0.01), "share", "", "forecast of the last day")
        forecast = say(
            "At the office's own speed all are done by {target} with a chance below {chance}, and with a chance of "
            "nine in ten by {sure}."
            if rare
            else "At the office's own speed all are done by {target} with a chance of {chance}, and with a chance of "
            "nine in ten by {sure}.",
            lang,
            target=Prose(facts.target_day),
            chance=chance,
            sure=Prose(facts.sure_day),
        )
        blocks.append(Paragraph(forecast))
    blocks += facts.figures
    columns = (
        Column("hh", term("hh", lang), width=1.1),
        Column("village", term("village", lang)),
        Column("kind", text("kind of work", lang)),
        Column("crew", text("crew", lang)),
        Column("pct", text("done", lang), "share"),
        Column("planned", text("day planned", lang), width=1.4),
        Column("days_late", text("days late", lang), "count"),
        Column("expected", text("day expected", lang), width=1.4),
        Column("low", text("earliest", lang), width=1.4),
        Column("high", text("latest", lang), width=1.4),
    )
    # a column that nobody filled says nothing: the forecast may not be there
    shown = tuple(c for c in columns if c.key in facts.late.columns)
    blocks.append(
        Table("late", text("Past their date", lang), shown, facts.late, "hh", "ledger.project_schedules",
              empty=text("none", lang), tiny=True)
    )  # fmt: skip
    if "low" in facts.late.columns:
        note = say("Earliest and latest: the day falls between them nine times in ten.", lang)
        blocks.append(Note(note))
    return Section("progress", text("How far the works are, and when they will be done", lang), tuple(blocks))
