"""The evaluation 评估报告: what earlier plans promised, what came true, the back-test, what the measures changed.

Responsible for words and tables. Not responsible for any figure (`povlib.runs.facts.kinds.evaluation`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from povlib.calendar import Month
from povlib.report.figures import reliability
from povlib.report.meeting.effects import effects_section
from povlib.report.meeting.facts import MeetingFacts
from povlib.report.meeting.standing import record_blocks
from povlib.report.meeting.track_record import record_in_full
from povlib.report.meeting.wording import PaperWords
from povlib.report.model.numbers import Number, Prose, say
from povlib.report.model.paper import Block, Column, Note, Pair, Paragraph, Report, Section, Table
from povlib.report.pages.effect_wording import POSTERIOR, EffectFacts, effects_in_words
from povlib.report.pages.impact_page import forest_section
from povlib.words import term, text

_BOOK = "ledger.promises, ledger.promise_scores"
_LEAST_CLASSES = 2  # of chances: one point shows nothing


@dataclass(frozen=True, eq=False)
class Evaluation:
    """What was promised, what came true, what helped.

    Parameters
    ----------
    meeting : MeetingFacts
        Its record, open promises, back-test and effects.
    runs, villages, measures : DataFrame
        Households promised, by plan, village and measure: name, households, assessed, expected, observed, ratio,
        ratio_low, ratio_high (95 %; missing where there are too few). A household counts under each measure promised.
    wrong : DataFrame
        exited, cause, households: promises that went the other way, by what the ledger shows beside them.
    by_chance : float
        How many would have, if every chance had been right.
    next_due : Month or None
        When the next open promise falls due.
    reliability : DataFrame
        Of the back-test: what `povlib.report.figures.reliability` draws; may be empty.
    effects : EffectFacts
    names : mapping
        Name of each measure.
    """

    meeting: MeetingFacts
    runs: pd.DataFrame
    villages: pd.DataFrame
    measures: pd.DataFrame
    wrong: pd.DataFrame
    by_chance: float
    next_due: Month | None
    reliability: pd.DataFrame
    effects: EffectFacts
    names: Mapping[str, str]


def evaluation(facts: Evaluation, lang: str, **head: Any) -> Report:
    """Return the evaluation under the head of a run's papers (issuer, date_line, manifest, draft, lapsed)."""
    w = PaperWords(facts.meeting, lang)
    synthetic = facts.meeting.synthetic
    notes = (say("Every household, name and amount in this paper is made up.", lang),) if synthetic else ()
    return Report(
        title=text("Evaluation: promised, come true, what helped", lang),
        language=lang,
        subtitle=text("Earlier plans held against the ledger", lang),
        opening=(_in_short(facts, lang),),
        sections=(_promises(facts, w), *_by_parts(facts, lang), *_wrong(facts, lang), _tested(facts, w),
                  *_effects(facts, w)),
        notes=notes,
        synthetic=synthetic,
        **head,
    )  # fmt: skip


def _in_short(facts: Evaluation, lang: str) -> Prose:
    """Return what became of all promises in one sentence, or that there is none to judge."""
    rows = facts.runs
    if rows.empty:
        return _none_due(facts, lang)
    numbers = {
        "expected": Number("kept.expected", float(rows["expected"].sum()), "decimal1", "", _BOOK),
        "observed": Number("kept.observed", int(rows["observed"].sum()), "count", "", _BOOK),
        "assessed": Number("kept.assessed", int(rows["assessed"].sum()), "count", "", _BOOK),
        "households": Number("kept.households", int(rows["households"].sum()), "count", "", _BOOK),
    }
    return say(
        "Of {expected} households promised to exit, {observed} did ({assessed} of {households} could be assessed).",
        lang,
        **numbers,
    )


def _none_due(facts: Evaluation, lang: str) -> Prose:
    waiting, aside = facts.meeting.promises_open, facts.meeting.promises_set_aside
    if facts.next_due is None:
        said = say("No earlier plan of this office was approved, so there is no promise to hold against the ledger.",
                   lang)  # fmt: skip
    else:
        said = say(
            "{n} promises of approved plans are open, and none has fallen due: the first do in {month}.",
            lang,
            n=Number("kept.open", waiting, "count", "", _BOOK),
            month=facts.next_due,
        )
    if aside:
        said += say("{n} promises of plans that were replaced or withdrawn are not scored.", lang,
                    n=Number("kept.set_aside", aside, "count", "", _BOOK))  # fmt: skip
    return said


def _promises(facts: Evaluation, w: PaperWords) -> Section:
    """Return every printed total that fell due, and the households of each plan."""
    lang = w.lang
    heading = text("What earlier plans promised", lang)
    if facts.runs.empty:
        begins = say("The first record will be this plan's own: once approved, it stands on the book with a chance for "
                     "every household, and each is scored when its month is closed.", lang)  # fmt: skip
        return Section("promises", heading, (Paragraph(begins),))
    table = _record_table(facts.runs, "kept_runs", text("By plan", lang), text("run", lang), lang)
    return Section("promises", heading, (*record_blocks(w), table))


def _record_table(frame: pd.DataFrame, key: str, title: str, name: str, lang: str) -> Table:
    columns = (
        Column("name", name, width=1.8),
        Column("households", text("households promised", lang), "count"),
        Column("assessed", text("could be assessed", lang), "count"),
        Column("expected", text("expected to exit", lang), "decimal1"),
        Column("observed", text("exited", lang), "count"),
        Column("ratio", text("ratio (95 % range)", lang), "decimal2", width=1.5, ends=("ratio_low", "ratio_high")),
    )
    return Table(key, title, columns, frame, "name", _BOOK, small=True)


def _by_parts(facts: Evaluation, lang: str) -> tuple[Section, ...]:
    """Return the record by village and by measure; nothing where no promise fell due."""
    if facts.runs.empty:
        return ()
    villages = _record_table(facts.villages, "kept_villages", text("By village", lang), term("village", lang), lang)
    measures = _record_table(facts.measures, "kept_measures", text("By measure promised", lang),
                             term("measure", lang), lang)  # fmt: skip
    note = say("A household stands under each measure promised to it; the ratio is exits over exits expected, a dash "
               "where there are too few to say.", lang)  # fmt: skip
    return (Section("parts", text("Where promises were kept", lang), (villages, measures, Note(note))),)


def side_words(lang: str) -> dict[bool, str]:
    """Return how a promise went wrong, by whether the household exited."""
    return {False: text("promised, did not exit", lang), True: text("not promised, exited", lang)}


def cause_words(lang: str) -> dict[str, str]:
    """Return what the ledger shows beside a promise that went wrong (`povlib.review.wrong_promises`)."""
    return {
        "dropped": text("help promised was not delivered", lang),
        "late_house": text("the house was not finished in time", lang),
        "lost_post": text("a post was lost", lang),
        "guarantee": text("a guarantee was missing", lang),
        "shock": text("income fell", lang),
        "more_help": text("more help than promised", lang),
        "rise": text("income rose", lang),
        "short": text("income stayed under the line", lang),
        "none": text("nothing on record", lang),
    }


def _wrong(facts: Evaluation, lang: str) -> tuple[Section, ...]:
    if facts.wrong.empty:
        return ()
    sides, causes = side_words(lang), cause_words(lang)
    frame = facts.wrong.assign(
        side=[sides[bool(exited)] for exited in facts.wrong["exited"]],
        why=[causes[str(cause)] for cause in facts.wrong["cause"]],
    )
    columns = (
        Column("side", text("went wrong", lang), width=1.6),
        Column("why", text("what the ledger shows", lang), width=2.2),
        Column("households", text("households", lang), "count", total=True),
    )
    table = Table("kept_wrong", text("Promises that went the other way", lang), columns, frame, ("exited", "cause"),
                  "review.wrong_promises")  # fmt: skip
    said = say(
        "{n} promises went the other way; if every chance promised had been right, about {expected} would have.",
        lang,
        n=Number("kept.wrong", int(frame["households"].sum()), "count", "", "review.wrong_promises"),
        expected=Number("kept.by_chance", facts.by_chance, "persons", "", "sum of min(p, 1 - p)"),
    )
    note = say("What stands on record beside a wrong promise is not proof that it made it wrong.", lang)
    return (Section("wrong", text("Why some went wrong", lang), (Paragraph(said), table, Note(note))),)


def _tested(facts: Evaluation, w: PaperWords) -> Section:
    blocks: list[Block] = [Paragraph(record_in_full(facts.meeting.tested, w.lang))]
    if len(facts.reliability) >= _LEAST_CLASSES:
        blocks.append(Pair(reliability(facts.reliability, lang=w.lang), _class_table(facts.reliability, w.lang)))
    return Section("tested", text("The method tried on earlier months", w.lang), tuple(blocks))


def _class_table(frame: pd.DataFrame, lang: str) -> Table:
    """Return what the chart of the back-test shows, class by class of chances."""
    columns = (
        Column("expected", text("projected", lang), "share"),
        Column("observed", text("exited, share", lang), "share"),
        Column("n", text("households", lang), "count"),
    )
    rows = frame.reset_index(drop=True)
    note = say("The bars are where what comes true would lie, were the chances right.", lang)
    return Table("tested_classes", text("By chance projected", lang), columns, rows, "", "review.reliability",
                 notes=(note,), small=True)  # fmt: skip


def _effects(facts: Evaluation, w: PaperWords) -> tuple[Section, ...]:
    """Return what each measure changed with its range: the sentences and the table of the meeting paper, the chart."""
    if facts.effects.planned.empty:
        none = say("No measure has an assumed effect yet, so nothing can be estimated or planned with.", w.lang)
        return (Section("worked", text("What worked", w.lang), (Paragraph(none),)),)
    told = effects_in_words(facts.effects, facts.names, w.lang)
    speak = told[told["status"] == POSTERIOR]
    (worked,) = effects_section(w)
    # where the records are silent a chart would show again what was assumed; the table has all of them
    chart = forest_section(facts.effects, speak, w.lang).blocks if len(speak) else ()
    # sentences may run on over a page, a chart may not: it stands between them and the table
    first = next(at for at, block in enumerate(worked.blocks) if isinstance(block, Table))
    return (Section(worked.key, worked.heading, (*worked.blocks[:first], *chart, *worked.blocks[first:])),)
