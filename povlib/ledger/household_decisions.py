"""Decisions by hand: what an officer decided for a household, and what the household itself asked for or refused.

Responsible for the rows of ``household_decision``: one decision of the office a household, one wish, refusal or
objection a household and subject; a later row takes the place of an earlier one, and none is ever changed. Not
responsible for what a decision means to a plan (`povlib.runs.decisions`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pandas as pd

from povlib.calendar import Month
from povlib.errors import Fault, LedgerError
from povlib.ledger.batch import Batch, BatchInfo
from povlib.ledger.batch_writing import write_batch
from povlib.ledger.book import Ledger
from povlib.ledger.corrections import retract
from povlib.ledger.money.plan_approvals import APPROVED
from povlib.ledger.rows_as_known import known_frame
from povlib.ledger.storage.table_schema import BY_FRAME

OFFICE, HOUSEHOLD = "office", "household"
VERDICTS = {OFFICE: ("approved", "refused", "by_hand"), HOUSEHOLD: ("wish", "refusal", "objection")}
"""What may be said, by who says it; those of the office are the pins of `povlib.allocation`."""

ANSWERS = ("", "granted", "declined")
KEY = ["hh", "voice", "subject"]
_COLUMNS = [column.name for column in BY_FRAME["household_decisions"].columns]


def record_household_decisions(book: Ledger, decisions: pd.DataFrame, info: BatchInfo) -> Batch:
    """Record decisions or wishes as one batch, whole or not at all; what is on record already adds nothing.

    Parameters
    ----------
    decisions : DataFrame
        hh, voice (`VERDICTS`), subject (of a household's word: a measure, or empty for all of them; empty for the
        office), verdict, package (its contents, `povlib.runs.decisions.package_rules`), run (the plan it is about),
        until (ordinal: the horizon of that plan, after which it no longer binds; missing: until it is taken back),
        decided_by, reason, answer (`ANSWERS`) and reply. Absent columns are empty.

    Returns
    -------
    Batch
        Not added when the same file was recorded before.

    Raises
    ------
    LedgerError
        With every fault: words that are not known, no reason, nobody who decided, households not registered.

    Examples
    --------
    >>> import tempfile, povlib.ledger as ledger
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     with ledger.open(folder + "/l.sqlite", create=True, seed=1) as book:
    ...         _ = book.append(BatchInfo(), {"households": pd.DataFrame({"hh": ["1"], "village": ["甲"]})})
    ...         word = {"hh": ["1"], "voice": "office", "verdict": "refused", "decided_by": "all", "reason": "moved"}
    ...         _ = record_household_decisions(book, pd.DataFrame(word), BatchInfo(officer="desk"))
    ...         household_decisions(book)[["hh", "verdict", "batch"]].values.tolist()
    [['1', 'refused', 2]]
    """

    def make() -> dict[str, pd.DataFrame]:
        return {"household_decisions": decision_rows(decisions)}

    role = "allocate" if info.role == "load" else info.role
    return write_batch(book, replace(info, kind="decision", role=role), make)


def decision_rows(decisions: pd.DataFrame) -> pd.DataFrame:
    """Return decisions or wishes as rows of the ledger, sorted; for the batch of another record they come with.

    Raises
    ------
    LedgerError
        With every fault.
    """
    rows = decisions.reindex(columns=_COLUMNS)
    texts = [name for name in _COLUMNS if name != "until"]
    told = rows[texts].astype(object).where(rows[texts].notna(), "").astype(str)
    rows[texts] = told.apply(lambda column: column.str.strip())
    rows["until"] = pd.to_numeric(rows["until"]).astype("Int64")
    if faults := list(_faults(rows)):
        raise LedgerError(faults)
    return rows.sort_values(KEY, ignore_index=True)


def _faults(rows: pd.DataFrame) -> Iterator[Fault]:
    """Yield what is wrong with decisions before they are recorded."""
    for row in rows.itertuples(index=False):
        allowed = VERDICTS.get(str(row.voice), ())
        if row.verdict not in allowed:
            words = ", ".join(allowed or (one for words in VERDICTS.values() for one in words))
            yield Fault(
                "{value} is not known", str(row.hh), "{allowed}", "", {"value": repr(row.verdict), "allowed": words}
            )
        if row.answer not in ANSWERS:
            yield Fault("{value} is not known", str(row.hh), "{allowed}", "",
                        {"value": repr(row.answer), "allowed": ", ".join(ANSWERS[1:])})  # fmt: skip
        if not row.reason:
            yield Fault("a decision needs a reason", str(row.hh))
        if not row.decided_by:
            yield Fault("a decision needs somebody who decided", str(row.hh))
        if row.verdict == "by_hand" and not row.package:
            yield Fault("a change names the package the household is to have", str(row.hh))
    twice = rows.loc[rows.duplicated(KEY, keep=False), "hh"].unique()
    for hh in sorted(map(str, twice)):
        yield Fault("household {hh} is decided twice", values={"hh": hh})


def take_back_decisions(book: Ledger, keys: pd.DataFrame, info: BatchInfo) -> Batch:
    """Take decisions or wishes back: they bind no later plan, and stay in the history for ever.

    Parameters
    ----------
    keys : DataFrame
        hh, voice, subject.

    Raises
    ------
    LedgerError
        If one is not on record, or there is no reason.
    """
    return retract(book, "household_decisions", keys[KEY], replace(info, kind="decision"))


def last_decision_batch(book: Ledger) -> int:
    """Return the last batch that recorded or took back a decision; 0 when there is none."""
    found = book.store.rows("select coalesce(max(batch), 0) from household_decision")
    return int(found[0][0])


def household_decisions(book: Ledger, as_of: int | None = None) -> pd.DataFrame:
    """Return decisions and wishes in force, with who recorded each and when.

    Parameters
    ----------
    as_of : int, optional
        Batch up to which to read; default the last one.

    Returns
    -------
    DataFrame
        hh, voice, subject, verdict, package, run, until (ordinal), decided_by, reason, answer, reply, officer,
        recorded_at, batch; sorted by hh, voice, subject.
    """
    number = book.head().batch if as_of is None else as_of
    spec = BY_FRAME["household_decisions"]
    frame = known_frame(book.store, spec, number)
    told = {int(n): (o, t) for n, o, t in book.store.rows("select id, officer, recorded_at from batch")}
    frame["officer"] = frame["batch"].map(lambda n: told[n][0]).astype("str")
    frame["recorded_at"] = frame["batch"].map(lambda n: told[n][1]).astype("str")
    texts = [name for name in _COLUMNS if name != "until"]
    frame[texts] = frame[texts].astype(object).where(frame[texts].notna(), "")
    return frame[[*_COLUMNS, "officer", "recorded_at", "batch"]].sort_values(KEY, ignore_index=True)


def binding_decisions(decisions: pd.DataFrame, help_from: Month) -> pd.DataFrame:
    """Return those that bind a plan: what the office decided, what a household refused, and wishes that were granted.

    A wish or an objection that nobody answered binds nothing: it waits for an answer. What was decided for a plan
    whose horizon lies before `help_from` has served its time.
    """
    office = decisions["voice"] == OFFICE
    refused = (decisions["verdict"] == "refusal") & (decisions["answer"] != "declined")
    granted = (decisions["verdict"] == "wish") & (decisions["answer"] == "granted")
    current = decisions["until"].isna() | (decisions["until"] >= help_from.ordinal).fillna(True)
    return decisions.loc[(office | refused | granted) & current].reset_index(drop=True)


def open_wishes(book: Ledger) -> pd.DataFrame:
    """Return what households asked for and nobody answered yet, the oldest first (columns of `household_decisions`).

    A refusal binds at once and needs no answer; it is open until a plan was approved after it.
    """
    frame = household_decisions(book)
    approved = int(
        book.store.rows("select coalesce(max(batch), 0) from approval where decision = ?", (APPROVED,))[0][0]
    )
    asked = (frame["voice"] == HOUSEHOLD) & (frame["answer"] == "")
    unheard = (frame["verdict"] != "refusal") | (frame["batch"] > approved)
    return frame.loc[asked & unheard].sort_values(["batch", *KEY], ignore_index=True)
