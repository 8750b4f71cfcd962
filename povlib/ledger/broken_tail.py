"""A broken tail set aside on the record: who, when, why and what.

Responsible for moving the batches from the first broken one on out of the chain, into the quarantine, and for the
batch that says so. What was sound before stays, and work goes on. Not responsible for mending what is broken: what
the set-aside batches held is loaded, approved and paid again.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import pandas as pd

from povlib.errors import LedgerError
from povlib.ledger.batch import Batch, BatchInfo
from povlib.ledger.batch_writing import write_batch
from povlib.ledger.book import Ledger
from povlib.ledger.self_audit import check
from povlib.ledger.storage.quarantine import quarantine_digest


@dataclass(frozen=True)
class SetAside:
    """What was set aside: batches `first` to `last`, how many rows, and the batch that records it."""

    first: int
    last: int
    rows: int
    batch: Batch


def set_aside(book: Ledger, info: BatchInfo) -> SetAside:
    """Move the batches from the first broken one on to the quarantine, and record it as a batch.

    Parameters
    ----------
    book : Ledger
        An open ledger.
    info : BatchInfo
        Who, and why (`reason`).

    Raises
    ------
    LedgerError
        If no officer or reason is given, or every batch agrees with the chain: sound batches are never set aside.
    """
    if not info.reason.strip() or not info.officer.strip(" -"):
        raise LedgerError("batches are set aside only by a named officer and for a stated reason")
    first = check(book).first_broken
    if first is None:
        raise LedgerError(
            "every batch agrees with the chain: nothing is set aside",
            remedy="a sound record is corrected, taken back or reversed instead: correct, retract, fund reverse",
        )
    moved: dict[str, int] = {}

    def make() -> dict[str, pd.DataFrame]:
        last = int(book.store.rows("select coalesce(max(id), 0) from batch")[0][0])
        aside = f"aside-{1 + int(book.store.rows('select count(distinct aside) from quarantine')[0][0])}"
        head = book.store.rows("select hash from batch where id = ?", (last,))
        # an erasure stands whatever becomes of the batch that told it: the keys are gone
        erased = book.store.rows("select person, kinds, legal_basis from erasure where batch >= ?", (first,))
        book.store.set_aside(first, aside)
        rows, digest = quarantine_digest(book.store, aside)
        moved.update(last=max(last, first), rows=rows)
        told = {"id": aside, "first_batch": first, "last_batch": moved["last"], "rows": rows, "digest": digest,
                "head": str(head[0][0]) if head else "-"}  # fmt: skip
        frames = {"set_asides": pd.DataFrame([told])}
        if erased:
            frames["erasures"] = pd.DataFrame(erased, columns=["person", "kinds", "legal_basis"])
        return frames

    written = write_batch(book, replace(info, kind="aside", source_sha256="", rules_sha256="", month=None), make)
    return SetAside(first, moved["last"], moved["rows"], written)


def aside_records(book: Ledger) -> pd.DataFrame:
    """Return what was set aside, for whoever checks: id, first_batch, last_batch, rows, officer, recorded_at, reason.

    Examples
    --------
    >>> import tempfile, povlib.ledger as ledger
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     with ledger.open(folder + "/l.sqlite", create=True, seed=1) as book:
    ...         len(aside_records(book))
    0
    """
    query = (
        "select a.id, a.first_batch, a.last_batch, a.rows, b.officer, b.recorded_at, b.reason"
        " from set_aside a join batch b on b.id = a.batch order by a.batch"
    )
    names = ["id", "first_batch", "last_batch", "rows", "officer", "recorded_at", "reason"]
    return pd.DataFrame(book.store.rows(query), columns=names)
