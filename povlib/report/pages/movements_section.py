"""The part of notebook 02 on time: who fell below the line, who rose over it, who came back, how long it lasts.

Responsible for wording and tabling `povlib.poverty.Movements`, missing and late months included. Not responsible for
spells.
"""

from __future__ import annotations

import pandas as pd

from povlib.poverty import Movements
from povlib.report.figures import movement_bars
from povlib.report.model.numbers import Number, Prose, say
from povlib.report.model.paper import Block, Column, Note, Paragraph, Section, Table
from povlib.words import term, text

KEY = "movements"
_YEAR = 12


def movements_section(found: Movements | str, lasting: pd.DataFrame, lang: str) -> Section:
    """Return the part; where `found` is a text, it is the reason why nothing can be said.

    Parameters
    ----------
    lasting : DataFrame
        length (months), below_at_risk, below, above_at_risk, back (shares); may be empty.
    """
    heading = text("Into poverty, out of it, and back", lang)
    if isinstance(found, str):
        return Section(KEY, heading, (Note(Prose(found or text("not computed", lang))),))
    blocks: list[Block] = [
        Paragraph(_movements_sentence(found, lang)),
        movement_bars(found.months, lang=lang),
        Paragraph(_duration_sentence(found, lang)),
    ]
    if len(lasting):
        blocks.append(_lasting_table(lasting, lang))
    blocks += [_month_table(found.months, lang), Note(_missing_months_sentence(found, lang))]
    return Section(KEY, heading, tuple(blocks))


def _count_number(found: Movements, name: str, unit: str = "household") -> Number:
    """Return one of the counts of movements as a number of the page."""
    value = int(found.counts[name].iloc[0])
    return Number(f"movements.{name}", value, "month" if unit == "at" else "count", "" if unit == "at" else unit,
                  "poverty.movements counts")  # fmt: skip


def _movements_sentence(found: Movements, lang: str) -> Prose:
    """Return the sentence on how often households rose over the line and fell below it."""
    return say(
        "All {households} of the ledger are followed from {first} to {last}, those that left the register too. "
        "Households rose over the line {exits} times and fell below it {entries} times, {returns} of these after an "
        "exit that was seen. {always} were below it at every month-end, {never} never were. In January the line "
        "itself rises: then more fall below it.",
        lang,
        **{name: _count_number(found, name) for name in ("households", "always", "never")},
        **{name: _count_number(found, name, "at") for name in ("first", "last")},
        **{name: _count_number(found, name, "") for name in ("exits", "entries", "returns")},
    )


def _duration_sentence(found: Movements, lang: str) -> Prose:
    """Say how many are still below, and how many back, a year on; silent where no year was seen."""
    parts = []
    for table, message, key in (
        (
            found.durations,
            "Of those that fell below the line, {share} were still below it a year later (life table).",
            "movements.still_below",
        ),
        (
            found.returns,
            "Of those that rose over it, {share} had fallen back within a year: an exit counted too early is no exit.",
            "movements.back",
        ),
    ):
        row = table[table["length"] == _YEAR]
        if len(row):
            left = float(row["survival"].iloc[0])
            share = left if key.endswith("below") else 1 - left
            parts.append(say(message, lang, share=Number(key, share, "share", "", "Kaplan-Meier, months 1 to 12")))
    if not parts:
        return say("The months do not reach far enough to say how long spells last.", lang)
    return sum(parts[1:], parts[0])


def _lasting_table(frame: pd.DataFrame, lang: str) -> Table:
    columns = (
        Column("length", text("months after the start", lang), "count"),
        Column("below_at_risk", text("watched below", lang), "count"),
        Column("below", text("still below the line", lang), "share"),
        Column("above_at_risk", text("watched above", lang), "count"),
        Column("back", text("fallen back below", lang), "share"),
    )
    shown = frame.astype({"below_at_risk": "Int64", "above_at_risk": "Int64"})
    note = say(
        "Only spells whose start was seen count here, so very long ones are under-represented; those still under way "
        "count as long as they were watched.",
        lang,
    )
    title = text("How long it lasts", lang)
    return Table("lasting", title, columns, shown, "length", "poverty.spells life tables", notes=(note,), small=True)


def _month_table(months: pd.DataFrame, lang: str) -> Table:
    columns = (
        Column("month", text("month-end", lang), "month", width=1.4),
        Column("line_fen", term("poverty_line", lang, unit=True), "yuan", width=1.2),
        Column("known", text("assessable", lang), "count"),
        Column("not_known", text("not assessable", lang), "count"),
        Column("poor", text("below the line", lang), "count"),
        Column("exits", text("rose over it", lang), "count", total=True),
        Column("entries", text("fell below it", lang), "count", total=True),
        Column("returns", text("of them returns", lang), "count", total=True),
        Column("reported", text("rows reported", lang), "count"),
        Column("late", text("late", lang), "count", total=True),
        Column("imputed", text("imputed", lang), "count", total=True),
    )
    title = text("Month by month (households)", lang)
    return Table("months", title, columns, months, "month", "poverty.movements months", small=True)


def _missing_months_sentence(found: Movements, lang: str) -> Prose:
    """Return the sentence on month-ends that cannot be assessed, and on late and imputed rows."""
    late, imputed = (int(found.months[name].sum()) for name in ("late", "imputed"))
    month_ends = sum(int(found.counts[name].iloc[0]) for name in ("known", "not_known"))
    return say(
        "{not_known} of {all} household month-ends cannot be assessed, because a month of the year behind them is "
        "missing; nothing was filled in, and {broken} pairs of neighbouring month-ends could not be compared. {late} "
        "rows are marked as late, {imputed} as imputed. The income test alone is followed here, not the guarantees.",
        lang,
        not_known=_count_number(found, "not_known", ""),
        all=Number("movements.all", month_ends, "count", "", "households x month-ends"),
        broken=_count_number(found, "pairs_broken", ""),
        late=Number("movements.late", late, "count", "", "observations flagged late"),
        imputed=Number("movements.imputed", imputed, "count", "", "observations flagged imputed"),
    )
