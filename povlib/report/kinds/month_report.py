"""The summary of a month 月度小结: what happened, beside the month before and the year so far, and what is due next.

Responsible for words and tables. Not responsible for any figure (`povlib.runs.facts.kinds.month_events`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from povlib.calendar import Month
from povlib.report.meeting.wording import money_in_yuan
from povlib.report.model.numbers import Number, Prose, say
from povlib.report.model.paper import Block, Bullets, Column, Note, Paragraph, Report, Section, Table
from povlib.report.sharing.digest_paper import villages_section
from povlib.report.sharing.facts import DigestFacts
from povlib.words import text

_LEDGER = "ledger.rows"


@dataclass(frozen=True, eq=False)
class MonthReport:
    """A month by the ledger.

    Parameters
    ----------
    month : Month
        The last one with data.
    counts : DataFrame
        key (what happened), now (in the month), before (in the month before), year (in the year up to the month);
        missing where nothing of the kind was ever recorded. Int64.
    money : DataFrame
        The same in fen: relief, deliveries, income (paid to villages under contracts), granted, committed, paid.
    reported, households : int
        Households with a record of the month; households in the ledger.
    starts : DataFrame
        month (ordinal), households, persons, money_fen, posts: what this plan begins, by month.
    due : mapping
        wishes, objections, promises, committed_fen, works, works_late, credits, rents: what waits, or falls due by
        the end of the next month.
    moved, stepped : bool
        Whether any movement of money, any step of the exit procedure is recorded.
    """

    month: Month
    counts: pd.DataFrame
    money: pd.DataFrame
    reported: int
    households: int
    starts: pd.DataFrame
    due: Mapping[str, int]
    moved: bool
    stepped: bool


def month_report(facts: MonthReport, villages: DigestFacts, lang: str, *, synthetic: bool, **head: Any) -> Report:
    """Return the summary under the head of a run's papers (issuer, date_line, manifest, draft, lapsed)."""
    notes = [say("Counts and money are rows of the ledger up to the month; what waits in the books is as of today.",
                 lang)]  # fmt: skip
    if synthetic:
        notes.append(say("Every household, name and amount in this paper is made up.", lang))
    return Report(
        title=text("Summary of the month {month}", lang, month=facts.month.label(lang)),
        language=lang,
        subtitle=text("What happened, and what is due next", lang),
        opening=(_in_short(facts, lang),),
        sections=(_done(facts, lang), _money(facts, lang), villages_section(villages, lang), _next(facts, lang)),
        notes=tuple(notes),
        synthetic=synthetic,
        **head,
    )


def _count(facts: MonthReport, key: str) -> Number:
    value = facts.counts.set_index("key")["now"][key]
    return Number(f"month_counts[{key}].now", value, "count", "", _LEDGER)


def _in_short(facts: MonthReport, lang: str) -> Prose:
    return say(
        "{reported} of {households} households were recorded; {helped} measures and {placed} posts began, {done} "
        "houses were finished, {marked} households were marked for exit.",
        lang,
        reported=Number("month.reported", facts.reported, "count", "", "households with a record of the month"),
        households=Number("month.households", facts.households, "count", "", "households in the ledger"),
        helped=_count(facts, "helped"),
        placed=_count(facts, "placed"),
        done=_count(facts, "works_done"),
        marked=_count(facts, "marked"),
    )


def _event_words(lang: str) -> dict[str, str]:
    return {
        "entered": text("households entered on the register", lang),
        "marked": text("households marked for exit", lang),
        "posted": text("households posted for exit", lang),
        "exited": text("exits confirmed (households)", lang),
        "returned": text("households that returned to the register", lang),
        "helped": text("measures begun", lang),
        "placed": text("persons who began a post", lang),
        "left": text("persons who left a post", lang),
        "works_begun": text("houses begun", lang),
        "works_done": text("houses finished", lang),
        "inspected": text("houses visited by another village", lang),
        "asked": text("wishes, objections and appeals taken down", lang),
        "answered": text("of these answered", lang),
    }


def _money_words(lang: str) -> dict[str, str]:
    return {
        "granted": text("granted to the funds", lang),
        "committed": text("committed to households", lang),
        "paid": text("paid from the funds", lang),
        "relief": text("relief paid", lang),
        "deliveries": text("paid for deliveries under contracts", lang),
        "income": text("collective income received by villages", lang),
    }


def _columns(first: str, kind: str, facts: MonthReport, lang: str) -> tuple[Column, ...]:
    return (
        Column("name", first, width=2.6),
        Column("now", text("this month", lang), kind),
        Column("before", text("month before", lang), kind),
        Column("year", text("{year} so far", lang, year=facts.month.year), kind),
    )


def _done(facts: MonthReport, lang: str) -> Section:
    words, rows = _event_words(lang), facts.counts
    frame = rows.set_index("key").loc[list(words)].reset_index()
    frame = frame.assign(name=[words[key] for key in frame["key"]])
    columns = _columns(text("event", lang), "count", facts, lang)
    table = Table("month_counts", text("Events of the month", lang), columns, frame, "key", _LEDGER)
    blocks: list[Block] = [table]
    if not facts.stepped:
        dash = say("A dash: no step of the exit procedure is recorded yet, so nothing is said of postings and exits.",
                    lang)  # fmt: skip
        command = text("Record one: python3 workbench.py step STEP DAY HOUSEHOLD --officer OFFICER", lang)
        blocks += [Note(dash), Note(Prose(command))]
    return Section("done", text("Done in the month", lang), tuple(blocks))


def _money(facts: MonthReport, lang: str) -> Section:
    words = _money_words(lang)
    frame = facts.money.set_index("key").loc[list(words)].reset_index()
    frame = frame.assign(name=[words[key] for key in frame["key"]])
    columns = _columns(text("money (yuan)", lang), "yuan", facts, lang)
    table = Table("month_money", text("Money", lang), columns, frame, "key", f"ledger.txns, {_LEDGER}")
    blocks: list[Block] = [table]
    if not facts.moved:
        dash = say("A dash: no movement of money is recorded yet.", lang)
        command = text(
            "Record it: python3 workbench.py fund appropriate FUND YEAR YUAN --id NUMBER --officer OFFICER", lang
        )
        blocks += [Note(dash), Note(Prose(command))]
    return Section("money", text("Money of the month", lang), tuple(blocks))


def _next(facts: MonthReport, lang: str) -> Section:
    after = facts.month + 1
    columns = (
        Column("month", text("begins in", lang), "month"),
        Column("households", text("households", lang), "count", total=True),
        Column("persons", text("persons", lang), "count", total=True),
        Column("posts", text("posts", lang), "count", total=True),
        Column("money_fen", text("new money (yuan)", lang), "yuan", total=True),
    )
    blocks: list[Block] = []
    if len(facts.starts):
        title = text("What this plan begins, by month", lang)
        blocks.append(Table("month_starts", title, columns, facts.starts, "month", "plan.chosen, offer.packages"))
    due = [
        say(message, lang, n=_due_number(key, facts.due[key]), month=after)
        for key, message in _DUE.items()
        if facts.due[key]
    ]
    if late := facts.households - facts.reported:
        due.insert(0, say("{n} households have no record of the month yet: ask their villages.", lang,
                          n=Number("month.unreported", late, "count", "", "households without a record")))  # fmt: skip
    blocks.append(Bullets(tuple(due)) if due else Paragraph(say("Nothing else waits or falls due.", lang)))
    return Section("next", text("What is due next", lang), tuple(blocks))


_DUE = {
    "works": "{n} works on houses should be finished by the end of {month} by their schedules.",
    "works_late": "{n} of them should have been finished already.",
    "credits": "{n} credits of building material are to be paid back by the end of {month}.",
    "rents": "{n} contracts of villages pay in {month}: see that the money comes in.",
    "promises": "{n} promises of earlier plans fall due by the end of {month}: close the month, and they are scored.",
    "wishes": "{n} households wait for an answer to what they asked for, refused or objected to.",
    "objections": "{n} objections or appeals are open; no plan is approved before they are answered.",
    "committed_fen": "{n} are committed and not yet paid.",
}


def _due_number(key: str, value: int) -> Number:
    if key == "committed_fen":
        return money_in_yuan("month.due.committed", value, "ledger.postings")
    return Number(f"month.due.{key}", value, "count", "", _LEDGER)
