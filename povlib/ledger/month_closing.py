"""每月一汇总: a month is summed up by village, closed as of a batch, and can be reproduced for ever.

Responsible for what came, what is missing and what changed in a month. Not responsible for scoring
the promises that fall due (`promises`) or for the paper.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace

import pandas as pd

from povlib.calendar import Month
from povlib.errors import LedgerError
from povlib.ledger.batch import Batch, BatchInfo
from povlib.ledger.book import Ledger
from povlib.ledger.rows_as_known import known_frame
from povlib.ledger.state import State, batch_at, batches, read_state
from povlib.ledger.storage.table_schema import BY_FRAME

_SHOWN = (
    *("households", "poor", "persons", "reported", "missing", "late", "imputed"),
    *("income_fen", "cost_fen", "transfers_fen", "support_fen", "placed", "houses_done", "changes"),
)
_INCOME = ("wage_fen", "business_fen", "property_fen")


@dataclass(frozen=True)
class MonthSummary:
    """A month by village; `closed` when the month was closed as of batch `as_of`.

    `villages` has a row a village: households, poor, persons, reported, missing, late, imputed,
    income_fen, cost_fen, transfers_fen, support_fen, placed, houses_done, changes.
    """

    month: Month
    as_of: int
    closed: bool
    villages: pd.DataFrame
    digest: str


def summarise(book: Ledger, month: Month, as_of: int | None = None) -> MonthSummary:
    """Sum up a month: a closed month as of its closing batch, an open one as known now (or at `as_of`).

    Raises
    ------
    LedgerError
        If a closed month no longer says what it said when it was closed.

    Examples
    --------
    >>> import tempfile, povlib.ledger as ledger
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     with ledger.open(folder + "/l.sqlite", create=True, seed=1) as book:
    ...         _ = book.append(ledger.BatchInfo(month=Month(2016, 1)), {
    ...             "households": pd.DataFrame({"hh": ["1"], "village": ["甲"], "status": ["未脱贫"]})})
    ...         summary = summarise(book, Month(2016, 1))
    >>> summary.villages[["village", "households", "missing"]].to_numpy().tolist()
    [['甲', 1, 1]]
    """
    closing = closings(book)
    closing = closing[closing["month"] == month.ordinal]
    if as_of is not None or closing.empty:
        number = batch_at(book, as_of)
        return _month_summary(book, month, number, closed=False)
    row = closing.iloc[0]
    summary = _month_summary(book, month, int(row["as_of"]), closed=True)
    if summary.digest != row["digest"]:
        raise LedgerError("{month} no longer says what it said when it was closed", month=str(month),
                          remedy="restore the ledger from a backup: "
                              "python3 workbench.py ledger restore FILE")  # fmt: skip
    return summary


def close_month(book: Ledger, month: Month, info: BatchInfo) -> tuple[Batch, MonthSummary]:
    """Write the closing of a month, as known at the last batch; return the batch and the summary it freezes.

    Raises
    ------
    LedgerError
        If it is closed already, or nothing at all was reported for it.
    """
    summary: list[MonthSummary] = []

    def make() -> dict[str, pd.DataFrame]:
        if month.ordinal in set(closings(book)["month"]):
            raise LedgerError("{month} is closed already", month=str(month))
        found = _month_summary(book, month, book.head().batch, closed=True)
        if not int(found.villages["reported"].sum()):
            raise LedgerError("nothing was reported for {month}", month=str(month))
        summary.append(found)
        row = {"month": [month.ordinal], "as_of": [found.as_of], "digest": [found.digest]}
        return {"closings": pd.DataFrame(row)}

    from povlib.ledger.batch_writing import write_batch

    batch = write_batch(book, replace(info, kind="close", month=month), make)
    return batch, summary[0]


def closings(book: Ledger) -> pd.DataFrame:
    """Return closed months: month (ordinal), as_of, digest, batch, and the closing's officer, recorded_at, reason."""
    closed = known_frame(book.store, BY_FRAME["closings"], book.head().batch)
    by_batch = batches(book).set_index("id")[["officer", "recorded_at", "reason"]]
    return closed.join(by_batch, on="batch")


def changes(book: Ledger, month: Month, as_of: int | None = None) -> pd.DataFrame:
    """Return register changes that count from `month`: entity, entity_id, field, old_value, value, reason, batch."""
    events = known_frame(book.store, BY_FRAME["events"], batch_at(book, as_of))
    rows = events.loc[events["valid_from"] == month.ordinal]
    return rows[["entity", "entity_id", "field", "old_value", "value", "reason", "batch"]].reset_index(drop=True)


def _month_summary(book: Ledger, month: Month, number: int, *, closed: bool) -> MonthSummary:
    """Return the counts and amounts of a month by village, as known at a batch, with their digest."""
    state = read_state(book, number, months=(month, month))
    village = state.households.set_index("hh")["village"]
    rows = pd.DataFrame(index=pd.Index(sorted(village.unique()), name="village", dtype="str"))
    rows["households"] = village.value_counts()
    rows["poor"] = village[state.poor["hh"]].value_counts()
    rows["persons"] = state.households.groupby("village")["size"].sum()
    rows = rows.join(_observed_by_village(state, village)).join(_help_by_village(state, village, month))
    changed = changes(book, month, number)
    hh_of = dict(book.store.rows("select person, hh from member"))  # those who left included
    owner = changed["entity_id"].where(changed["entity"] == "household", changed["entity_id"].map(hh_of))
    rows["changes"] = owner.map(village).value_counts()
    rows = rows.fillna(0).astype("int64")
    rows["missing"] = rows["households"] - rows["reported"]
    table = rows[list(_SHOWN)].reset_index()
    digest = hashlib.sha256(table.to_csv(index=False, lineterminator="\n").encode()).hexdigest()
    return MonthSummary(month, number, closed, table, digest)


def _observed_by_village(state: State, village: pd.Series) -> pd.DataFrame:
    """Return reports, income, costs and transfers of the state's months by village."""
    seen = state.observations.assign(village=state.observations["hh"].map(village))
    seen["income_fen"] = seen[list(_INCOME)].sum(axis=1)
    by = seen.groupby("village")
    found = pd.DataFrame(
        {"reported": by.size(), "income_fen": by["income_fen"].sum(), "cost_fen": by["cost_fen"].sum()}
    )
    for flag in ("late", "imputed"):
        found[flag] = seen.loc[seen["flag"] == flag].groupby("village").size()
    found["transfers_fen"] = state.transfers["fen"].groupby(state.transfers["hh"].map(village)).sum()
    return found


def _help_by_village(state: State, village: pd.Series, month: Month) -> pd.DataFrame:
    """Return help begun in the month, posts held in it and houses finished by then, by village."""
    support = state.support.loc[state.support["from_month"] == month.ordinal]
    placed = state.placements
    ended = placed["to_month"].fillna(month.ordinal) < month.ordinal
    placed = placed.loc[(placed["from_month"] <= month.ordinal) & ~ended]
    done = state.projects.loc[state.projects["done_month"].fillna(10**9) <= month.ordinal]
    return pd.DataFrame(
        {
            "support_fen": support["fen"].groupby(support["hh"].map(village)).sum(),
            "placed": placed["hh"].map(village).value_counts(),
            "houses_done": done["hh"].map(village).value_counts(),
        }
    )
