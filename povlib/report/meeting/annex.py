"""The annexes: every household in one line, or in full with reason and arithmetic; what rounding treats otherwise."""

from __future__ import annotations

from povlib.report.meeting.wording import PaperWords, household_count
from povlib.report.model.numbers import Number, Prose, say
from povlib.report.model.paper import Block, Column, Note, Paragraph, Section, Table
from povlib.words import text

#: households that a printed annex lists; a choice: a township of 340 takes 20 pages a line each and 46 in full, a
#: county of 5,000 took 148 and 491, which nobody turns over. Above it the rows stand in the workbook alone
MOST_LISTED = 2_000


#: shares of the width: a key, a month and an amount stand on one line, and no number reaches into the next column
_SHORT = {"hh": 1.0, "village": 0.6, "size": 0.55, "plan": 4.25, "start": 1.25, "money": 0.85, "points": 0.8}
_FULL = {"hh": 1.3, "village": 0.95, "size": 0.65, "plan": 2.1, "start": 1.75, "money": 1.0, "points": 1.1}


def _annex_columns(w: PaperWords, wide: dict[str, float]) -> list[Column]:
    """Return the columns of both tables: the key, the name only where it is masked; a month stands on one line."""
    named = [w.column("name", "masked_name", width=0.6)] if "name" in w.facts.annex.columns else []
    return [
        w.column("hh", "hh", width=wide["hh"]),
        *named,
        w.column("village", "village", width=wide["village"]),
        w.column("size", "persons_n", "count", width=wide["size"]),
        w.column("plan", "package", width=wide["plan"]),
        w.column("start", "start_month", "month", width=wide["start"]),
        w.column("money_fen", "new_money", "yuan", width=wide["money"]),
        w.column("points", "plan_points", "decimal1", width=wide["points"]),
        w.column("runner_points", "runner_points", "decimal1", width=wide["points"]),
    ]


def household_table(w: PaperWords) -> Table:
    """Return the table of the meeting paper: one short line a household."""
    columns = (*_annex_columns(w, _SHORT), w.column("short", "reason", width=2.3))
    return _short_table(w, columns)


def full_table(w: PaperWords) -> Table:
    """Return the table of the annex paper and the workbook: with the whole reason and the pencil line."""
    columns = (
        *_annex_columns(w, _FULL),
        w.column("reason", "reason", listed=True, width=4.0),
        w.column("pencil", "pencil_line", listed=True, width=3.6),
    )
    return _short_table(w, columns)


def _short_table(w: PaperWords, columns: tuple[Column, ...]) -> Table:
    title = text("One row a household", w.lang)
    return Table("households", title, columns, w.facts.annex, "hh", "plan.choice, allocation.explain", tiny=True)


def annex_sections(w: PaperWords) -> tuple[Section, ...]:
    """Return the annexes that have something to show; rounding is always answered."""
    sections = []
    if len(w.facts.annex) > MOST_LISTED:
        sections.append(_every_household(w, (Paragraph(_in_the_workbook(w)),)))
    elif not w.facts.annex.empty:
        lead = say(
            "Households by village and key. Points are what is left at the posted prices, to the household's plan "
            "and to the next best. The whole reason and the arithmetic of each line stand in the workbook and in "
            "the annex in full.",
            w.lang,
        )
        sections.append(_every_household(w, (Paragraph(lead), household_table(w))))
    return (*sections, _rounding_blocks(w), *_weak_section(w))


def in_full(w: PaperWords) -> tuple[Section, ...]:
    """Return the sections of the annex in full."""
    if w.facts.annex.empty:
        return (_rounding_blocks(w), *_weak_section(w))
    if len(w.facts.annex) > MOST_LISTED:
        return (_every_household(w, (Paragraph(_in_the_workbook(w)),)), _rounding_blocks(w), *_weak_section(w))
    lead = say("Households by village and key. A line can be checked by hand with the posted prices.", w.lang)
    return (_every_household(w, (Paragraph(lead), full_table(w))), _rounding_blocks(w), *_weak_section(w))


def _in_the_workbook(w: PaperWords) -> Prose:
    """Say where the rows stand that are too many to print."""
    return say(
        "{n}: one row each, with reason and arithmetic, stands in the workbook of the meeting paper. More than {most} "
        "are not printed: such a list is looked up, not read.",
        w.lang,
        n=household_count("annex.households", len(w.facts.annex), "households of the annex"),
        most=Number("annex.most", MOST_LISTED, "count", "household", "most households that are printed"),
    )


def _every_household(w: PaperWords, blocks: tuple[Block, ...]) -> Section:
    """Return the list of households: its columns need more room than the text of a page."""
    return Section("households", text("Every household", w.lang), blocks, annex=True, wide=True)


def _weak_section(w: PaperWords) -> tuple[Section, ...]:
    """List the payments that bring less than a stated worth, with what else each could do."""
    frame = w.facts.weak
    if frame.empty:
        return ()
    table = Table(
        "weak",
        text("Payments that bring little", w.lang),
        (
            w.column("hh", "hh"),
            w.column("village", "village", width=0.8),
            w.column("measure", "measure", width=1.6),
            Column("fen", text("amount (yuan)", w.lang), "yuan", total=True),
            Column("points", text("brings (points)", w.lang), "decimal1"),
            Column("instead", text("what else the money could do", w.lang), width=3.2),
        ),
        frame,
        ("hh", "measure"),
        "allocation.weak_payments",
    )
    lead = say(
        "Each of these payments adds less than {least} to the best its household could have without it. Nothing is "
        "taken back by this list: the meeting decides.",
        w.lang,
        least=Number("weak.least", w.facts.least_points, "decimal1", "point", "settings.least_worth_points"),
    )
    heading = text("Payments that bring little, and what else they could do", w.lang)
    return (Section("weak", heading, (Paragraph(lead), table), annex=True),)


def _rounding_blocks(w: PaperWords) -> Section:
    frame = w.facts.rounding
    heading = text("Households that rounding treats otherwise", w.lang)
    if frame.empty:
        nothing = say("None: every household has the plan that its own line puts first.", w.lang)
        return Section("rounding", heading, (Paragraph(nothing),), annex=True)
    lead = say(
        "Money and posts come in whole pieces, so {n} do not have the plan their line puts first. "
        "All of them together cost {points}.",
        w.lang,
        n=household_count("rounding.households", len(frame), "allocation.explain.exceptions"),
        points=Number(
            "rounding.points", float(frame["loss_points"].sum()), "decimal3", "point", "sum of what rounding costs"
        ),
    )
    table = Table(
        "rounding",
        text("Exceptions", w.lang),
        (
            w.column("hh", "hh"),
            w.column("village", "village"),
            w.column("package", "package", width=2.0),
            w.column("preferred", "preferred_package", width=2.0),
            w.column("loss_points", "loss_points", "decimal3", total=True),
        ),
        frame,
        "hh",
        "allocation.explain.exceptions",
        small=True,
    )
    note = say("A household that is tied at these prices loses nothing by it.", w.lang)
    return Section("rounding", heading, (Paragraph(lead), table, Note(note)), annex=True)
