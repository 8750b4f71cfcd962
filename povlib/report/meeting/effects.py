"""What worked: which effects the plan counts on, how far the office's own records bear them out."""

from __future__ import annotations

from povlib.report.meeting.wording import PaperWords
from povlib.report.model.numbers import Prose, say
from povlib.report.model.paper import Block, Bullets, Column, Note, Paragraph, Section, Table
from povlib.report.pages.effect_wording import POSTERIOR, effects_summary
from povlib.words import text


def effects_section(w: PaperWords) -> tuple[Section, ...]:
    """Return the section; none where no effect was evaluated."""
    frame = w.facts.worked
    if frame.empty:
        return ()
    own = frame[frame["status"] == POSTERIOR]
    blocks: list[Block] = [Paragraph(effects_summary(frame, w.facts.effects_used, w.lang))]
    if len(own):
        blocks.append(Bullets(tuple(own["sentence"])))
    blocks += [_effects_table(w), Note(_not_by_lot(w.lang))]
    return (Section("worked", text("What worked", w.lang), tuple(blocks), annex=True),)


def _not_by_lot(lang: str) -> Prose:
    return say(
        "Help was not given by lot, so these comparisons can be wrong where households differ in what nobody wrote "
        "down. Nothing is written back: the assumed effects stay as they were entered.",
        lang,
    )


def _effects_table(w: PaperWords) -> Table:
    rests = {
        POSTERIOR: text("own records and what was assumed", w.lang),
        "prior": text("what was assumed alone", w.lang),
    }
    taken = w.facts.effects_used == POSTERIOR
    frame = w.facts.worked.assign(
        rests=[rests[str(status) if taken else "prior"] for status in w.facts.worked["status"]]
    )
    columns = (
        w.column("name", "measure", width=2.2),
        Column("used", text("effect used", w.lang), listed=True),
        Column("used_range", text("95 % range", w.lang), listed=True, width=1.3),
        Column("rests", text("rests on", w.lang), width=1.8),
        Column("prior_share", text("share of the prior", w.lang), "share"),
    )
    note = say(
        "Effects are shares of the post's wage, shares of the income from that source before, or yuan in each month "
        "paid, as the assumed effect is. The share of the prior says how much of the effect used was assumed.",
        w.lang,
    )
    title = text("Effects the plan counts on", w.lang)
    return Table("worked", title, columns, frame, ("measure", "source"), "impact.evaluate", notes=(note,), small=True)
