"""Every answer in the household's own words, with the counts and delays of an office: 农户意见答复单.

Responsible for the words of the paper. Not responsible for what was said (`povlib.ledger.voice`) or for the counts
(`povlib.runs.voice.household_voice`). Households stand by their number, never by name.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pandas as pd

from povlib.report.model.numbers import Number, say
from povlib.report.model.paper import Block, Column, Note, Paragraph, Report, Section, Table
from povlib.report.pages.ledger_wording import written_day
from povlib.words import text

#: what each kind of word is called (message ids)
KIND_WORDS = {
    "consent": "consent",
    "wish": "wish for help",
    "refusal": "refusal",
    "objection": "objection",
    "appeal": "appeal",
}
STATE_WORDS = {
    "open": "open",
    "overdue": "answer overdue",
    "answered": "answered",
    "answered_late": "answered too late",
    "no_answer_asked": "asks no answer",
}
OUTCOME_WORDS = {"upheld": "upheld", "rejected": "not upheld", "granted": "wish granted", "declined": "wish declined",
                 "taken_back": "taken back by the household"}  # fmt: skip


@dataclass(frozen=True)
class VoiceFacts:
    """What the paper is made of.

    Parameters
    ----------
    words : DataFrame
        `povlib.runs.voice.household_voice.voice_standing`.
    counts : DataFrame
        `povlib.runs.voice.household_voice.voice_counts`.
    measures : mapping of str to str
        Names of measures in the language of the paper.
    today : date
        The day deadlines are counted to.
    answer_days, appeal_days : int or None
        By the office's rule; None: not set.
    """

    words: pd.DataFrame
    counts: pd.DataFrame
    measures: dict[str, str]
    today: date
    answer_days: int | None
    appeal_days: int | None


def counts_table(counts: pd.DataFrame, lang: str) -> Table:
    """Return how many words of each kind there are and how they were answered."""
    columns = (
        Column("kind", text("what was said", lang)),
        Column("said", text("on record", lang), "count", total=True),
        Column("in_time", text("answered in time", lang), "count", total=True),
        Column("late", text("answered too late", lang), "count", total=True),
        Column("open", text("open", lang), "count", total=True),
        Column("overdue", text("overdue", lang), "count", total=True),
        Column("upheld", text("upheld or granted", lang), "count", total=True),
        Column("longest_days", text("longest wait for an answer (days)", lang), "count", width=1.4),
    )
    shown = counts.assign(kind=[text(KIND_WORDS[kind], lang) for kind in counts["kind"]])
    return Table("voice_counts", text("What households said, and the answers", lang), columns, shown, "kind",
                 "ledger.household_words")  # fmt: skip


def answers_paper(facts: VoiceFacts, issuer: str, lang: str, *, synthetic: bool, head: str) -> Report:
    """Return the paper: counts and delays first, then every word with its answer, what is open first."""
    waiting = facts.words["state"].isin(["open", "overdue"])
    sentence = say(
        "On record by {day}: {n} words of households; {open} wait for an answer, {overdue} of them beyond their day.",
        lang,
        day=facts.today.isoformat(),
        n=Number("voice.said", len(facts.words), "count", "", "ledger.household_words"),
        open=Number("voice.waiting", int(waiting.sum()), "count", "", "not answered"),
        overdue=Number("voice.overdue", int((facts.words["state"] == "overdue").sum()), "count", "", "beyond due_day"),
    )
    blocks: list[Block] = [Paragraph(sentence), counts_table(facts.counts, lang)]
    if facts.answer_days is None:
        blocks.append(Note(say("No deadline for answers is set in procedure.yaml: none is late.", lang)))
    sections = [Section("counts", text("Counts and delays", lang), tuple(blocks))]
    if len(facts.words):
        sections.append(Section("answers", text("Each word and its answer", lang), (_words_table(facts, lang),),
                                wide=True))  # fmt: skip
    return Report(
        title=text("What households said and what they were answered", lang),
        language=lang,
        subtitle=facts.today.isoformat(),
        issuer=issuer,
        sections=tuple(sections),
        manifest={text("ledger", lang): head},
        synthetic=synthetic,
    )


def _words_table(facts: VoiceFacts, lang: str) -> Table:
    rows = facts.words
    kinds = [
        text(KIND_WORDS[kind], lang)
        + (text(" ({words})", lang, words=facts.measures.get(subject, subject)) if subject else "")
        for kind, subject in rows[["kind", "subject"]].itertuples(index=False)
    ]
    outcomes = [text(OUTCOME_WORDS[word], lang) if word else "" for word in rows["outcome"]]
    shown = pd.DataFrame(
        {
            "id": rows["id"],
            "kind": kinds,
            "words": rows["words"],
            "day": [written_day(str(day)) for day in rows["day"]],
            "due": ["" if pd.isna(day) else written_day(str(day)) for day in rows["due_day"]],
            "state": [text(STATE_WORDS[state], lang) for state in rows["state"]],
            "answer": [
                text("{outcome}: {answer}", lang, outcome=outcome, answer=answer) if outcome else ""
                for outcome, answer in zip(outcomes, rows["answer"], strict=True)
            ],
            "late": rows["days_late"].where(rows["days_late"] > 0),
        }
    )
    columns = (
        Column("id", text("number", lang), width=1.2),
        Column("kind", text("what was said", lang), width=1.2),
        Column("words", text("in the household's words", lang), width=2.6),
        Column("day", text("day", lang), width=1.1),
        Column("due", text("answer due", lang), width=1.1),
        Column("state", text("state", lang)),
        Column("answer", text("answer given", lang), width=2.6),
        Column("late", text("days beyond the deadline", lang), "count", width=0.7),
    )
    return Table("voice_words", text("Each word and its answer", lang), columns, shown, "id",
                 "ledger.household_words", small=True)  # fmt: skip
