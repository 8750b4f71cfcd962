"""Does the ledger agree with itself?

Responsible for `check`: the chain, the digest of every table in every batch, the database's own
integrity, rows without an owner, and sums of postings. Not responsible for repair: a ledger that
fails is restored from a backup.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from povlib.errors import Fault
from povlib.ledger.batch import Head
from povlib.ledger.book import Ledger
from povlib.ledger.people import sealed_identities
from povlib.ledger.rows_as_known import known_frame
from povlib.ledger.storage.hash_chain import RowDigest, batch_hash, genesis_of
from povlib.ledger.storage.quarantine import quarantine_digest, quarantined_rows
from povlib.ledger.storage.table_schema import BATCH, BY_TABLE, SPECS, TABLES, Spec

Progress = Callable[[str, float], None] | None


@dataclass(frozen=True)
class CheckReport:
    """What a check found; `ok` when nothing is wrong."""

    head: Head
    batches: int
    rows: int
    faults: tuple[Fault, ...]

    @property
    def ok(self) -> bool:
        """Whether the ledger agrees with itself."""
        return not self.faults

    @property
    def first_broken(self) -> int | None:
        """The first batch whose link, hash or rows are not what the chain says; None when each is sound."""
        return min((int(fault.values["batch"]) for fault in self.faults if "batch" in fault.values), default=None)


def check(book: Ledger, progress: Progress = None, *, identities: bool = False) -> CheckReport:
    """Check the whole ledger; see `CheckReport`.

    Parameters
    ----------
    book : Ledger
        An open ledger.
    progress : callable, optional
        Called with (table, share done).
    identities : bool
        Open every sealed identity too; needs the office key.

    Examples
    --------
    >>> import tempfile, povlib.ledger as ledger
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     with ledger.open(folder + "/l.sqlite", create=True, seed=1) as book:
    ...         ledger.check(book).ok
    True
    """
    from povlib.errors import LedgerError

    faults: list[Fault] = []
    rows = 0
    try:
        faults += _database_faults(book)
        said = {
            (int(b), str(t)): (int(n), str(d))
            for b, t, n, d in book.store.rows("select batch, tbl, rows, digest from digest")
        }
        faults += _chain_faults(book, said)
        salts = {(int(b), str(t)): str(salt) for b, t, salt in book.store.rows("select batch, tbl, salt from salt")}
        for at, spec in enumerate(SPECS):
            if progress:
                progress(spec.table, at / len(SPECS))
            mine = {batch: row for (batch, table), row in said.items() if table == spec.table}
            rows += sum(count for count, _ in mine.values())
            own = {batch: salt for (batch, table), salt in salts.items() if table == spec.table}
            faults += _table_faults(book, spec, mine, own)
        faults += _ownerless_faults(book)
        faults += _entry_faults(book)
        faults += _posting_faults(book)
        faults += _quarantine_faults(book)
        if identities:
            faults += sealed_identities.identity_faults(book.store, book.key)
        head = book.head()
    except UnicodeDecodeError:  # a text that is no text was not written by us
        faults.append(
            Fault(
                "the ledger file is damaged",
                "",
                "",
                "restore the ledger from a backup: python3 workbench.py ledger restore FILE",
            )
        )
        head = Head(0, "")
    except LedgerError as error:
        # A damaged file may not even be readable: that is a finding, not a failure of the check.
        faults += error.faults
        head = Head(0, "")
    return CheckReport(head, head.batch, rows, tuple(faults))


def _database_faults(book: Ledger) -> Iterator[Fault]:
    """Yield damage to an SQLite file and changes to its guards; nothing for other databases."""
    if book.store.name != "sqlite":
        return
    # twenty findings are plenty: a file with one is restored, not mended
    for (said,) in book.store.rows("pragma integrity_check(20)"):
        if said != "ok":
            yield Fault("the database file is damaged: {said}", values={"said": said})
    from povlib.ledger.storage.change_guards import sqlite_guards

    # a table that an earlier release did not have has no guards where it cannot be added; one of a later release has
    # those of that release
    there = [str(name) for (name,) in book.store.rows("select name from sqlite_master where type = 'table'")]
    known = [name for name in TABLES if name in there]
    # white space and the case of CREATE TRIGGER are SQLite's own; anything else that differs was done by somebody
    wanted = {" ".join(s.replace("create trigger", "CREATE TRIGGER", 1).split()) for s in sqlite_guards(known)}
    triggers = book.store.rows("select tbl_name, sql from sqlite_master where type = 'trigger'")
    if wanted != {" ".join(str(sql).split()) for table, sql in triggers if table in known}:
        yield Fault("the guards of the ledger were changed", values={})


def _chain_faults(book: Ledger, said: dict[tuple[int, str], tuple[int, str]]) -> Iterator[Fault]:
    """Recompute every link from the first batch on."""
    # from the first batch on: a check that trusted a stored link half way would pass a rewritten past
    table = book.store.table(f"select {book.store.selected(BATCH)} from batch order by id", BATCH)
    if lost := sorted({batch for batch, _ in said if not 1 <= batch <= table.num_rows}):
        yield Fault("batch {batch} is missing", values={"batch": lost[0]})
    listed: dict[int, dict[str, tuple[int, str]]] = {}
    for (batch, name), row_said in said.items():
        listed.setdefault(batch, {})[name] = row_said
    previous = book.meta["genesis"]
    if previous != genesis_of(book.meta):
        yield Fault("what the ledger says about itself was changed")
    for at, row in enumerate(table.to_pylist(), 1):
        if row["id"] != at:
            yield Fault("batch {batch} is missing", values={"batch": at})
            # after a gap every later link is broken too: one finding says it
            return
        if row["prev_hash"] != previous or batch_hash(_without_hash(row), listed.get(at, {})) != row["hash"]:
            yield Fault("the chain is broken at batch {batch}", values={"batch": at})
        previous = row["hash"]


def _without_hash(row: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in row.items() if name != "hash"}


def _table_faults(
    book: Ledger, spec: Spec, said: dict[int, tuple[int, str]], salts: dict[int, str]
) -> Iterator[Fault]:  # fmt: skip
    """Compare the digest of each batch of one table with what its batch said; one pass, memory bounded."""
    # one running digest a batch: rows come in key order, where batches lie mixed, and are read once
    running: dict[int, RowDigest] = {}
    panel = spec.key[:2] == ("month", "hh")
    registered = _known_households(book) if panel and said else set()
    strangers: set[str] = set()
    query = f"select {book.store.selected(spec.stored)} from {spec.table} order by {', '.join(spec.primary_key)}"
    for chunk in book.store.stream(query, spec.stored):
        _add_to_digests(chunk, spec, salts, running)
        if panel:  # a panel has no index by household: its owners are looked up while it streams by
            named = chunk.column("hh")
            strangers |= set((named.unique() if len(named) > len(registered) else named).to_pylist()) - registered
    if strangers:
        said_of = {"n": len(strangers), "column": "hh", "owner": "household"}
        yield Fault("{n} values of {column} have no row in {owner}", spec.table, "", "", said_of)
    for batch in sorted(set(said) | set(running)):
        where = f"{spec.table}, batch {batch}"
        found = running.get(batch)
        if batch not in said:
            yield Fault("rows belong to no batch that lists them", where, values={"batch": batch})
        elif found is None or found.rows != said[batch][0]:
            yield Fault("rows are missing or were added", where, values={"batch": batch})
        elif batch in salts and found.hexdigest() != said[batch][1]:
            yield Fault("rows were changed", where, values={"batch": batch})
        # erasing a person deletes salts of sealed rows by law: proof is lost then, and said, but nothing is wrong
        elif batch not in salts:
            yield Fault("the salt is gone: these rows can no longer be proved", where, values={"batch": batch})


def _add_to_digests(chunk: pa.RecordBatch, spec: Spec, salts: dict[int, str], running: dict[int, RowDigest]) -> None:
    """Add the rows of a chunk to the digests of their batches; chunks come in order, one after another."""
    numbers = np.asarray(chunk.column("batch"))
    present = np.unique(numbers)
    for batch in present.tolist():
        digest = running.setdefault(batch, RowDigest(str(salts.get(batch, "")), spec.stored))
        digest.update(chunk if len(present) == 1 else chunk.take(pa.array(np.flatnonzero(numbers == batch))))


def _known_households(book: Ledger) -> set[str]:
    column = BY_TABLE["household"].by_name["hh"]
    return set(book.store.table("select hh from household", (column,)).column("hh").to_pylist())


_ORPHANS = (
    ("member", "hh", "household", "hh"),
    ("support_given", "hh", "household", "hh"),
    ("mark", "hh", "household", "hh"),
    ("project", "hh", "household", "hh"),
    ("placement", "hh", "household", "hh"),
    ("placement", "person", "member", "person"),
    ("identity", "person", "member", "person"),
    ("progress", "project", "project", "project"),
    ("project_item", "project", "project", "project"),
    ("promise_score", "promise", "promise", "id"),
    ("posting", "txn", "txn", "id"),
    ("posting", "account", "account", "id"),
    ("person_key", "person", "member", "person"),
    ("household_decision", "hh", "household", "hh"),
    ("household_word", "hh", "household", "hh"),
    ("dwelling", "hh", "household", "hh"),
    ("bill_item", "project", "project", "project"),
    ("project_schedule", "project", "project", "project"),
    ("house_photo", "project", "project", "project"),
    ("material_credit", "hh", "household", "hh"),
    *(
        (table, "hh", "household", "hh")
        for table in (
            "coop_stake",
            "contract_share",
            "delivery",
            "worker",
            "placement_end",
            "shift",
            "helper_kin",
            "helper_assignment",
            "income_use",
            "relief_payment",
            "medical_bill",
            "disaster_loss",
        )
    ),
    *((table, "person", "member", "person") for table in ("worker", "placement_end", "shift", "medical_bill")),
    ("income_receipt", "contract", "income_contract", "contract"),
    ("inspection_visit", "round", "inspection_round", "round"),
    ("inspection_finding", "round", "inspection_round", "round"),
)


def _ownerless_faults(book: Ledger) -> Iterator[Fault]:
    """Yield columns whose values have no row in the table that owns them; an empty text names nobody."""
    for table, column, owner, key in _ORPHANS:
        query = (
            f"select count(*) from (select distinct {column} as it from {table} where {column} <> '') as named"
            f" where not exists (select 1 from {owner} where {key} = it)"
        )
        lost = int(book.store.rows(query)[0][0])
        if lost:
            yield Fault(
                "{n} values of {column} have no row in {owner}",
                table,
                "",
                "",
                {"n": lost, "column": column, "owner": owner},
            )


def _posting_faults(book: Ledger) -> Iterator[Fault]:
    """Yield fund movements that do not sum to zero or have no postings."""
    query = "select count(*) from (select txn from posting group by txn having sum(fen) <> 0) as unbalanced"
    unbalanced = int(book.store.rows(query)[0][0])
    if unbalanced:
        yield Fault("{n} fund movements do not sum to zero", "posting", values={"n": unbalanced})
    bare = int(
        book.store.rows("select count(*) from txn where not exists (select 1 from posting where txn = txn.id)")[0][0]
    )
    if bare:
        yield Fault("{n} fund movements have no postings", "txn", values={"n": bare})


def _entry_faults(book: Ledger) -> Iterator[Fault]:
    """Yield entries of co-ops that do not sum to zero."""
    frame = known_frame(book.store, BY_TABLE["coop_entry"], book.head().batch)
    sums = frame.groupby(["coop", "entry"])["fen"].sum()
    if unbalanced := int((sums != 0).sum()):
        yield Fault("{n} entries of co-ops do not sum to zero", "coop_entry", values={"n": unbalanced})


def _quarantine_faults(book: Ledger) -> Iterator[Fault]:
    """Yield what was set aside and is not what its record says; a record may lie aside itself."""
    known = dict(book.store.rows("select id, digest from set_aside"))
    known |= {row["id"]: row["digest"] for row in quarantined_rows(book.store, "set_aside")}
    there = {str(aside) for (aside,) in book.store.rows("select distinct aside from quarantine")}
    for aside in sorted(there | set(known)):
        if aside not in known or quarantine_digest(book.store, aside)[1] != known[aside]:
            yield Fault("what was set aside is not what its record says", f"quarantine, {aside}")
