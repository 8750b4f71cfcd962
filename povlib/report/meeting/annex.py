"""The annexes: every household with its reason and its pencil line, and what rounding treats otherwise."""

from __future__ import annotations

from povlib.report.meeting.parts import Words, households
from povlib.report.model import Note, Paragraph, Section, Table
from povlib.report.numbers import Number, say
from povlib.words import text


def household_table(w: Words) -> Table:
    """Return the table of households: key, and the name only where it is masked."""
    frame = w.facts.annex
    columns = [w.column("hh", "hh", width=1.2)]
    if "name" in frame.columns:
        columns.append(w.column("name", "masked_name", width=0.6))
    columns += [
        w.column("village", "village", width=0.62),
        w.column("size", "persons_n", "count", width=0.5),
        w.column("plan", "package", width=1.8),
        w.column("start", "start_month", "month", width=1.15),
        w.column("money_fen", "new_money", "yuan", width=0.9),
        w.column("reason", "reason", listed=True, width=4.7),
        w.column("pencil", "pencil_line", listed=True, width=4.2),
    ]
    return Table(
        "households",
        text("One row a household", w.lang),
        tuple(columns),
        frame,
        "hh",
        "plan.choice with allocation.explain",
        small=True,
    )


def annexes(w: Words) -> tuple[Section, ...]:
    """Return the annexes that have something to show; rounding is always answered."""
    sections = []
    if not w.facts.annex.empty:
        lead = say("Households by village and key. A line can be checked by hand with the posted prices.", w.lang)
        sections.append(
            Section(
                "households",
                text("Every household", w.lang),
                (Paragraph(lead), household_table(w)),
                annex=True,
                wide=True,
            )
        )
    sections.append(_rounding(w))
    return tuple(sections)


def _rounding(w: Words) -> Section:
    frame = w.facts.rounding
    heading = text("Households that rounding treats otherwise", w.lang)
    if frame.empty:
        nothing = say("None: every household has the plan that its own line puts first.", w.lang)
        return Section("rounding", heading, (Paragraph(nothing),), annex=True)
    lead = say(
        "Money and posts come in whole pieces, so {n} do not have the plan their line puts first. "
        "All of them together cost {points}.",
        w.lang,
        n=households("rounding.households", len(frame), "allocation.explain: exceptions"),
        points=Number(
            "rounding.points", float(frame["loss_points"].sum()), "points", "point", "sum of what rounding costs"
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
            w.column("loss_points", "loss_points", "points", total=True),
        ),
        frame,
        "hh",
        "allocation.explain: exceptions",
    )
    note = say("A household that is tied at these prices loses nothing by it.", w.lang)
    return Section("rounding", heading, (Paragraph(lead), table, Note(note)), annex=True)
