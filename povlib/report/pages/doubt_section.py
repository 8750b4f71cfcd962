"""The parts of notebook 03 that doubt: how often chance alone gives as much, and what the poverty line itself shows.

Responsible for wording and tabling what `povlib.runs.facts.effects` gathers. Not responsible for estimating.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from povlib.calendar import Month
from povlib.report.model.numbers import Number, Prose, say
from povlib.report.model.paper import Block, Bullets, Column, Note, Paragraph, Section, Table
from povlib.report.pages.effect_wording import effect_number, findings_in_words
from povlib.vocabulary import source_label
from povlib.words import term, text

_SURE = 0.05  # the usual bar: chance alone gives as much in one of twenty drawings


@dataclass(frozen=True, eq=False)
class LineFacts:
    """Those just below the poverty line against those just above it.

    Parameters
    ----------
    table : DataFrame
        bandwidth, estimate, ci_low, ci_high, robust, robust_low, robust_high (fen a head and year), below, above.
    findings : DataFrame
        check, refuses, message, values.
    usable, agrees : bool
        Whether no check refuses the design; whether all bandwidths give one sign.
    before : Month
    line_fen, helped : int
        The limit; households whose help began in the twelve months after `before`.
    """

    table: pd.DataFrame
    findings: pd.DataFrame
    usable: bool
    agrees: bool
    before: Month
    line_fen: int
    helped: int


@dataclass(frozen=True, eq=False)
class DoubtFacts:
    """What the two parts say.

    Parameters
    ----------
    chance : DataFrame
        measure, source, basis, estimate, treated, p, draws; may be empty.
    line : LineFacts or str
        Or why the comparison cannot be made.
    """

    chance: pd.DataFrame
    line: LineFacts | str


def doubt_sections(facts: DoubtFacts, names: Mapping[str, str], lang: str) -> tuple[Section, ...]:
    """Return the two parts."""
    return _chance_section(facts.chance, names, lang), _line_section(facts.line, lang)


def _chance_section(chance: pd.DataFrame, names: Mapping[str, str], lang: str) -> Section:
    heading = text("Could it be chance?", lang)
    if chance.empty:
        sentence = say("No difference in differences can be used, so nothing is drawn anew.", lang)
        return Section("chance", heading, (Paragraph(sentence),))
    draws = int(chance["draws"].iloc[0])
    sure = int((chance["p"] <= _SURE).sum())
    sentence = say(
        "Who was helped and when was drawn anew by lot, {draws} for each effect. Of {n} effects, chance alone gives "
        "{sure} as large in no more than one of twenty drawings.",
        lang,
        draws=Number("chance.draws", draws, "count", "draw", "impact.randomisation_of_measure"),
        n=Number("chance.effects", len(chance), "count", "", "usable differences in differences"),
        sure=Number("chance.sure", sure, "count", "", "p at most 0.05"),
    )
    rows = [
        {
            "key": f"{row['measure']}:{row['source']}",
            "name": text("{measure}: {income}", lang, measure=names[str(row["measure"])],
                         income=source_label(str(row["source"]), lang)),
            "estimate": effect_number("cell", row["estimate"], str(row["basis"])).show(lang),
            "treated": int(row["treated"]),
            "p": row["p"],
        }
        for row in chance.to_dict("records")
    ]  # fmt: skip
    columns = (
        Column("name", term("measure", lang), width=1.9),
        Column("estimate", text("estimate", lang), listed=True),
        Column("treated", text("helped", lang), "count", width=0.7),
        Column("p", text("share of drawings as large (p)", lang), "decimal2"),
    )
    note = say(
        "Households are re-drawn one by one, so help that was given village by village looks surer here than it is.",
        lang,
    )
    table = Table("chance", heading, columns, pd.DataFrame(rows), "key", "impact.randomisation_of_measure", small=True)
    return Section("chance", heading, (Paragraph(sentence), table, Note(note)))


def _line_section(line: LineFacts | str, lang: str) -> Section:
    heading = text("Just below the line against just above it", lang)
    if isinstance(line, str):
        return Section("line", heading, (Note(Prose(line)),))
    opening = say(
        "Where the line decides who is helped, those just below and just above it differ in the help alone. Income at "
        "the end of {month} is the score, {limit} the limit, income twelve months later the outcome; for {n} help "
        "began in between.",
        lang,
        month=line.before,
        limit=Number("line.limit", line.line_fen, "yuan", "yuan", "line of the plan's authority"),
        n=Number("line.helped", line.helped, "count", "household", "help began in the twelve months after"),
    )
    if not line.usable:
        why = tuple(Prose(words) for words in findings_in_words(line.findings, lang, refusing=True))
        no = say("Here the design cannot be used, so no estimate is shown:", lang)
        return Section("line", heading, (Paragraph(opening), Paragraph(no), Bullets(why)))
    sure = bool(((line.table["ci_low"] > 0) | (line.table["ci_high"] < 0)).all())
    if not line.agrees:
        verdict = "The bandwidths do not agree on the sign, so no effect is shown."
    elif not sure:
        verdict = "All bandwidths give an effect of the same sign, but not all ranges exclude none at all."
    else:
        verdict = "All bandwidths give an effect of the same sign, and no range holds none at all."
    columns = (
        Column("bandwidth", text("distance to the line, at most (yuan)", lang), "yuan"),
        Column("estimate", text("effect of help (yuan a head and year)", lang), "yuan", ends=("ci_low", "ci_high"),
               width=1.8),
        Column("robust", text("corrected for the bend", lang), "yuan", ends=("robust_low", "robust_high"), width=1.8),
        Column("below", text("households below", lang), "count"),
        Column("above", text("households above", lang), "count"),
    )  # fmt: skip
    table = Table("line", heading, columns, line.table, "bandwidth", "impact.cutoff", small=True)
    blocks: list[Block] = [Paragraph(opening + say(verdict, lang)), table]
    warned = findings_in_words(line.findings, lang, refusing=False)
    if warned:
        blocks.append(Note(Prose(text("; ", lang).join(warned))))
    return Section("line", heading, tuple(blocks))
