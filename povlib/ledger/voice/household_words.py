"""What households said of a plan or a measure, each with its day, its deadline and its one answer.

Responsible for the rows `household_words`: consent, wish, refusal, objection, appeal. Not responsible for what binds
the next plan (`povlib.ledger.household_decisions`, written in the same batch) or for whether a plan may be approved
(`.approval_gate`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pandas as pd

from povlib.errors import Fault, LedgerError, unknown_word_fault
from povlib.ledger.batch import Batch, BatchInfo
from povlib.ledger.batch_writing import write_batch
from povlib.ledger.book import Ledger
from povlib.ledger.rows_as_known import known_frame
from povlib.ledger.storage.table_schema import BY_FRAME

CONSENT, WISH, REFUSAL, OBJECTION, APPEAL = "consent", "wish", "refusal", "objection", "appeal"
KINDS = (CONSENT, WISH, REFUSAL, OBJECTION, APPEAL)
#: what is owed an answer; a refusal is honoured at once, a consent asks nothing
ANSWERED = (WISH, OBJECTION, APPEAL)
#: what holds a plan up while it is open
HOLDS_UP = (OBJECTION, APPEAL)
UPHELD, REJECTED = "upheld", "rejected"
GRANTED, DECLINED, TAKEN_BACK = "granted", "declined", "taken_back"
OUTCOMES = {WISH: (GRANTED, DECLINED, TAKEN_BACK), REFUSAL: (TAKEN_BACK,), CONSENT: (TAKEN_BACK,),
            OBJECTION: (UPHELD, REJECTED, TAKEN_BACK), APPEAL: (UPHELD, REJECTED, TAKEN_BACK)}  # fmt: skip
_FRAME = "household_words"
_COLUMNS = [column.name for column in BY_FRAME[_FRAME].columns]


def household_words(book: Ledger, as_of: int | None = None) -> pd.DataFrame:
    """Return every word of a household with its answer, sorted by id.

    Returns
    -------
    DataFrame
        id, hh ("" where nobody of the register spoke), kind (`KINDS`), run (of a consent, an objection, an appeal),
        subject (a measure; "" for all of them), about (of an appeal: the word whose answer it is about), words, day,
        officer (who took it down), said_by, due_day, answer, outcome (`OUTCOMES`), answered_day, answered_by, batch;
        days as yyyymmdd, missing where there is none.
    """
    number = book.head().batch if as_of is None else as_of
    frame = known_frame(book.store, BY_FRAME[_FRAME], number)
    texts = [c.name for c in BY_FRAME[_FRAME].columns if c.kind == "text"]
    frame[texts] = frame[texts].astype(object).where(frame[texts].notna(), "").astype(str)
    days = ["day", "due_day", "answered_day"]
    frame[days] = frame[days].astype("Int64")
    return frame[[*_COLUMNS, "batch"]].sort_values("id", ignore_index=True)


def record_words(
    book: Ledger, words: pd.DataFrame, info: BatchInfo, *, binding: pd.DataFrame | None = None, appeal_days: int = 0
) -> tuple[Batch, list[str]]:
    """Record words of households as one batch, whole or not at all; return it and their ids.

    Parameters
    ----------
    words : DataFrame
        hh, kind, run, subject, about, words, day (date), officer, said_by, due_day (date or None).
    binding : DataFrame, optional
        Rows of `household_decisions` that bind the next plan, written with them.
    appeal_days : int
        Days after an answer in which it may be appealed against; 0: any time.

    Raises
    ------
    LedgerError
        With every fault: nothing said, an unknown household, a day in the future, the same objection still open, an
        appeal against what has no answer.
    """
    ids: list[str] = []

    def make() -> dict[str, pd.DataFrame]:
        before = household_words(book)
        known = {str(hh) for (hh,) in book.store.rows("select hh from household")}
        rows = _as_dicts(words.reindex(columns=_COLUMNS))
        faults = [fault for row in rows for fault in _word_faults(row, before, known, appeal_days)]
        if faults:
            raise LedgerError(faults)
        taken = set(before["id"])
        for row in rows:
            row["id"] = _next_id(row, taken)
            taken.add(row["id"])
            ids.append(row["id"])
        return {_FRAME: _stored(rows), **({} if binding is None else {"household_decisions": binding})}

    return write_batch(book, replace(info, kind="decision"), make), ids


def answer_word(
    book: Ledger,
    number: str,
    outcome: str,
    answer: str,
    day: date,
    answered_by: str,
    info: BatchInfo,
    *,
    binding: pd.DataFrame | None = None,
) -> Batch:
    """Record the one answer to a word.

    Raises
    ------
    LedgerError
        If there is no such word, it was answered, it asks for no answer of this kind, or the answer says nothing, is
        older than the word or lies in the future.
    """

    def make() -> dict[str, pd.DataFrame]:
        listed = household_words(book)
        own = listed[listed["id"] == number]
        if own.empty:
            raise LedgerError(
                [unknown_word_fault("nothing on record has the number {value}", number, listed["id"], "")]
            )
        row = _as_dicts(own[_COLUMNS])[0]
        if faults := list(_answer_faults(row, outcome, answer, day)):
            raise LedgerError(faults)
        row |= {"answer": answer.strip(), "outcome": outcome, "answered_day": day, "answered_by": answered_by}
        return {_FRAME: _stored([row]), **({} if binding is None else {"household_decisions": binding})}

    return write_batch(book, replace(info, kind="decision"), make)


def day_of(number: int) -> date:
    """Return the day that is stored as yyyymmdd.

    Examples
    --------
    >>> day_of(20160508)
    datetime.date(2016, 5, 8)
    """
    return date(int(number) // 10_000, int(number) // 100 % 100, int(number) % 100)


def day_number(day: date | int) -> int:
    """Return a day as it is stored, yyyymmdd.

    Examples
    --------
    >>> day_number(date(2016, 5, 8)), day_number(20160508)
    (20160508, 20160508)
    """
    return int(day.strftime("%Y%m%d")) if isinstance(day, date) else int(day)


def _word_faults(row: Mapping[str, Any], before: pd.DataFrame, known: set[str], appeal_days: int) -> Iterator[Fault]:
    hh, kind, day = _said(row["hh"]), row["kind"], row["day"]
    if kind not in KINDS:
        yield Fault("{value} is not known", hh, "{allowed}", "", {"value": repr(kind), "allowed": ", ".join(KINDS)})
        return
    if not _said(row["words"]):
        yield Fault("say what the household said, in its own words", hh)
    if not _said(row["officer"]):
        yield Fault("the officer who took it down is missing", hh)
    if hh and hh not in known:
        yield unknown_word_fault("nothing is recorded about household {value}", hh, known, "")
    if not hh and kind != OBJECTION:
        yield Fault("only an objection comes from somebody outside the register: name the household")
    if day > date.today():
        yield Fault("{value} lies in the future", hh, values={"value": day.isoformat()})
    if kind == APPEAL:
        yield from _appeal_faults(row, before, appeal_days)
        return
    same = before[(before["hh"] == hh) & (before["kind"] == kind) & (before["run"] == _said(row["run"]))]
    same = same[(same["subject"] == _said(row["subject"])) & same["answered_day"].isna()]
    if kind == OBJECTION:
        same = same[same["words"] == _said(row["words"])]
    if len(same):
        yield Fault("this is on record already and open: {id}", hh, values={"id": str(same["id"].iloc[0])})


def _appeal_faults(row: Mapping[str, Any], before: pd.DataFrame, appeal_days: int) -> Iterator[Fault]:
    """Yield why an answer may not be appealed against."""
    about = _said(row["about"])
    found = before[before["id"] == about]
    if found.empty:
        yield unknown_word_fault("nothing on record has the number {value}", about, before["id"], "")
        return
    answered, values = found.iloc[0], {"id": about}
    if answered["hh"] != _said(row["hh"]):
        yield Fault("{id} is not this household's own", values=values)
    if answered["outcome"] not in (REJECTED, DECLINED):
        yield Fault("{id} was not answered with a no: there is nothing to appeal against", values=values)
        return
    day = day_of(answered["answered_day"])
    if row["day"] < day:
        yield Fault("the appeal is older than the answer to {id}", values=values)
    last = day + timedelta(days=appeal_days)
    if appeal_days and row["day"] > last:
        yield Fault("the answer to {id} could be appealed against until {day}",
                    values=values | {"day": last.isoformat()})  # fmt: skip
    if len(before[(before["about"] == about)]):
        yield Fault("an appeal against {id} is on record already", values=values)


def _answer_faults(row: Mapping[str, Any], outcome: str, answer: str, day: date) -> Iterator[Fault]:
    number, allowed = str(row["id"]), OUTCOMES[str(row["kind"])]
    if pd.notna(row["answered_day"]):
        yield Fault("{id} was answered on {day}",
                    values={"id": number, "day": day_of(row["answered_day"]).isoformat()})  # fmt: skip
    if outcome not in allowed:
        yield Fault("{id} cannot be answered so", allowed="{allowed}",
                    values={"id": number, "allowed": ", ".join(allowed)})  # fmt: skip
    if not answer.strip():
        yield Fault("say what is answered, as the household hears it", number)
    if day < day_of(row["day"]):
        yield Fault("the answer is older than what it answers", number)
    if day > date.today():
        yield Fault("{value} lies in the future", number, values={"value": day.isoformat()})


def _next_id(row: Mapping[str, Any], taken: set[str]) -> str:
    stem = _said(row["hh"]) or "village"
    return next(name for n in range(1, len(taken) + 2) if (name := f"{stem}-{n}") not in taken)


def _as_dicts(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(name): value for name, value in row.items()} for row in frame.to_dict("records")]


def _stored(rows: list[dict[str, Any]]) -> pd.DataFrame:
    """Return rows as the ledger takes them: texts stripped, days as numbers."""
    days = ("day", "due_day", "answered_day")
    kept = [
        {
            name: ((pd.NA if pd.isna(row[name]) else day_number(row[name])) if name in days else _said(row[name]))
            for name in _COLUMNS
        }
        for row in rows
    ]
    return pd.DataFrame(kept, columns=_COLUMNS).astype(dict.fromkeys(days, "Int64"))


def _said(value: Any) -> str:
    return "" if pd.isna(value) else str(value).strip()
