"""Writing a batch: everything in it and its link in the chain, or nothing.

Responsible for the steps of `Ledger.append`: check all frames, hold the only write transaction,
keep what is news, check references, insert, digest, link. Not responsible for what counts as news
(`.versioned_rows`, `.people`).
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any, Protocol

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from povlib.errors import Fault, LedgerError
from povlib.ledger import versioned_rows
from povlib.ledger.batch import Batch, BatchInfo, Head
from povlib.ledger.batch_clocks import clock_faults
from povlib.ledger.frame_conversion import (
    StoredRows,
    arrow_rows,
    arrow_schema,
    is_among,
    listed,
    plain_frame,
    stored_table,
)
from povlib.ledger.people import household_register, sealed_identities
from povlib.ledger.people.office_keys import OfficeKey
from povlib.ledger.storage.connections import Store
from povlib.ledger.storage.hash_chain import RowDigest, batch_hash
from povlib.ledger.storage.table_schema import BATCH, BY_FRAME, DIGEST, META, SALT, SPECS, Column, Spec, kind_in_words
from povlib.ledger.village_rules import village_faults

# Columns that must name a household or a person that the ledger knows.
# what an inspection finds, and a posted list, may name a household that no register knows: that is a finding
_UNREGISTERED = ("households", "promises", "txns", "inspection_findings", "list_entries", "objections",
                 "household_words")  # fmt: skip
_HOUSEHOLD = {s.frame: "hh" for s in SPECS if "hh" in s.by_name and s.frame not in _UNREGISTERED}
_PERSON = {"identity": "person", "support": "person", "marks": "person", "placements": "person", "workers": "person",
           "placement_ends": "person", "shifts": "person", "medical_bills": "person"}  # fmt: skip

Rows = dict[str, pa.Table]
Frame = pd.DataFrame | StoredRows
_LOG = logging.getLogger(__name__)


class WritableBook(Protocol):
    """What writing needs of an open ledger (`povlib.ledger.book.Ledger`)."""

    store: Store
    meta: dict[str, str]
    synthetic: bool

    @property
    def key(self) -> OfficeKey:
        """The office key."""
        ...

    def head(self) -> Head:
        """Return the last batch and its hash."""
        ...

    def now(self) -> str:
        """Return the clock's time as ISO 8601."""
        ...

    def signature(self, officer: str) -> str:
        """Return the officer that a batch names."""
        ...


def write_batch(book: WritableBook, info: BatchInfo, make: Callable[[], Mapping[str, Frame]]) -> Batch:
    """Write a batch of the frames that `make` returns; see `Ledger.append`.

    `make` runs inside the write transaction: what it reads is what the batch is added to. Where the clocks disagree
    about the batch a warning is logged: nothing is wrong with what it holds, but a day does not tell it.
    """
    written = _write_in_one_transaction(book, info, make)
    for fault in clock_faults(book, written.id) if written.added else ():
        _LOG.warning("%s", fault.show())
    return written


def _write_in_one_transaction(book: WritableBook, info: BatchInfo, make: Callable[[], Mapping[str, Frame]]) -> Batch:
    with book.store.writing():
        info = replace(info, officer=book.signature(info.officer))
        before = _loaded_before(book, info)
        if before is not None:
            return before
        frames = {name: _without_derived(name, frame) for name, frame in make().items()}
        faults = [*info.faults()]
        rows = _rows_of_frames(info, frames, faults)
        if faults:
            raise LedgerError(faults)
        book.store.room_for(sum(table.nbytes + 64 * table.num_rows for table in rows.values()))
        return _write_rows(book, info, rows, frames)


def _without_derived(name: str, frame: Frame) -> Frame:
    """Leave out what a State derives: a frame of a State can be appended as it is."""
    if name == "households" and isinstance(frame, pd.DataFrame):
        return frame.drop(columns="size", errors="ignore")
    return frame


_INSPECTIONS = ("inspections", "inspection_visits", "inspection_findings")
"""Tables of visits to a village by another one: nobody inspects the own village (换村互检)."""


def _rows_of_frames(info: BatchInfo, frames: Mapping[str, Frame], faults: list[Fault]) -> Rows:
    """Return frames as stored rows; what is wrong (tables unknown or of another kind of batch, rows) is added."""
    rows: Rows = {}
    for name, frame in sorted(frames.items()):
        spec = BY_FRAME.get(name)
        if spec is None:
            said = {"name": name, "names": ", ".join(BY_FRAME)}
            faults.append(Fault("the ledger has no table {name}", allowed="{names}", values=said))
            continue
        if spec.data != (info.kind == "data"):
            faults.append(Fault("a batch of kind {kind} holds no {name}", values={"kind": info.kind, "name": name}))
        if isinstance(frame, StoredRows):
            rows[name] = frame.table
            continue
        made = stored_table(spec, frame, faults)
        if made is not None:
            rows[name] = made
        if name in _INSPECTIONS and {"village", "by_village"} <= set(frame.columns):
            own = int((frame["village"] == frame["by_village"]).sum())
            if own:
                faults.append(Fault("{n} inspections are of the inspector's own village", name, values={"n": own}))
    return rows


def _loaded_before(book: WritableBook, info: BatchInfo) -> Batch | None:
    """Return the batch that came of the same file under the same rules; None when there is none."""
    if not info.source_sha256:
        return None
    query = "select id, hash from batch where source_sha256 = ? and rules_sha256 = ?"
    found = book.store.rows(query, (info.source_sha256, info.rules_sha256))
    return Batch(int(found[0][0]), str(found[0][1]), added=False) if found else None


def _write_rows(book: WritableBook, info: BatchInfo, rows: Rows, frames: Mapping[str, Frame]) -> Batch:
    """Insert the rows that say something new, the batch's own row last with its link, and return the batch."""
    head = book.head()
    number = head.batch + 1
    kept = _rows_with_news(book, info, rows, frames, head.batch)
    if faults := list(village_faults(book.store, kept, head.batch, info.role)):
        raise LedgerError(faults)
    if isinstance(told := frames.get("identity"), pd.DataFrame):
        kept["identity"] = _seal_identities(book, told, number)
    _check_references(book, kept)
    digests = _insert_with_digests(book, kept, number)
    row = _batch_row(book, info, number, head.hash, digests)
    book.store.close_batch(_table_of([row], BATCH))
    written = {BY_FRAME[name].table: table.num_rows for name, table in kept.items()}
    return Batch(number, row["hash"], True, written, dict(_unchanged_counts(frames, kept)))


def _unchanged_counts(frames: Mapping[str, Frame], kept: Rows) -> Iterator[tuple[str, int]]:
    """Yield how many rows of each table said nothing new."""
    for name, frame in frames.items():
        if name == "events":
            continue
        told = 0
        if "events" in kept and name in household_register.ENTITY:
            named = pc.equal(kept["events"].column("entity"), household_register.ENTITY[name])
            told = pc.count_distinct(kept["events"].column("entity_id").filter(named)).as_py()
        written = kept[name].num_rows if name in kept else 0
        yield BY_FRAME[name].table, max(len(frame) - written - told, 0)


def _rows_with_news(book: WritableBook, info: BatchInfo, rows: Rows, frames: Mapping[str, Frame], as_of: int) -> Rows:
    """Return what is news: opening rows, events, changed versions."""
    kept: Rows = {}
    month = _valid_from_month(book, info)
    # what an officer says as an event comes before what a register frame implies: it was said in so many words
    events = [_told_events(book, plain_frame(rows["events"]), month, as_of)] if "events" in rows else []
    for name, sent in rows.items():
        spec = BY_FRAME[name]
        if spec.shape == "register":
            kept[name], changes = _register_news(book, spec, sent, _columns(frames[name]), month, as_of)
            events.append(changes)
        elif name == "identity":
            continue  # sealed first
        elif spec.shape == "version":
            kept[name] = versioned_rows.changed_versions(book.store, spec, sent, as_of)
        elif name != "events":
            kept[name] = sent
    if "transfers" in rows and "observations" in rows:
        kept["transfers"] = _with_dropped_transfers(book, kept["transfers"], rows, as_of)
    if events := [part for part in events if len(part)]:
        told = household_register.with_sequence(pd.concat(events, ignore_index=True))
        kept["events"] = arrow_rows(told, household_register.EVENTS.columns)
    return kept


def _columns(frame: Frame) -> list[str]:
    """Return the columns that were sent."""
    return list(frame.columns) if isinstance(frame, pd.DataFrame) else frame.table.column_names


def _register_news(
    book: WritableBook, spec: Spec, sent: pa.Table, columns: Iterable[str], month: int, as_of: int
) -> tuple[pa.Table, pd.DataFrame]:
    """Return households or persons to open, and the changes of those that are open, as events."""
    now = household_register.register_rows(book.store, spec, as_of, set(sent.column(spec.key[0]).to_pylist()))
    # only columns that were sent can change anything: a column that is absent says nothing, an empty cell neither
    told = [column for column in columns if column in spec.by_name]
    if spec.frame == "members" and "on_card" not in told:
        # to be listed is to be on the card; leaving it is an event of its own
        at = sent.column_names.index("on_card")
        sent = sent.set_column(at, "on_card", pa.repeat(pa.scalar(1, pa.int64()), sent.num_rows))
    return household_register.register_news(spec, sent, told, now, month)


def _with_dropped_transfers(book: WritableBook, news: pa.Table, rows: Rows, as_of: int) -> pa.Table:
    """Add what retracts transfers no longer listed: an observation sent with some speaks for its whole month."""
    spec = BY_FRAME["transfers"]
    gone = versioned_rows.dropped_transfers(book.store, spec, rows["observations"], rows["transfers"], as_of)
    return pa.concat_tables([news, gone]) if gone.num_rows else news


def _valid_from_month(book: WritableBook, info: BatchInfo) -> int:
    """Month from which changes count: of the source, else the newest of any batch of data, else of the clock."""
    if info.month is not None:
        return info.month.yyyymm
    newest = book.store.rows("select coalesce(max(month), 0) from batch where kind = 'data'")[0][0]
    recorded = info.recorded_at or book.now()
    return int(newest) or int(recorded[:4]) * 100 + int(recorded[5:7])


def _told_events(book: WritableBook, events: pd.DataFrame, month: int, as_of: int) -> pd.DataFrame:
    """Fill what an officer's event leaves out: its month, its kind and the value before."""
    events = events.assign(valid_from=events["valid_from"].fillna(month))
    events["kind"] = events["kind"].where(events["kind"] != "", "correction")
    old = pd.Series("", index=events.index, dtype="str")
    faults: list[Fault] = []
    for frame, entity in household_register.ENTITY.items():
        spec = BY_FRAME[frame]
        mine = events["entity"] == entity
        if not mine.any():
            continue
        now = household_register.register_rows(book.store, spec, as_of, set(events.loc[mine, "entity_id"]))
        for field, group in events.loc[mine].groupby("field"):
            column = spec.by_name.get(str(field))
            if column is None or column not in spec.columns:
                continue  # consent, objection, appeal: history only
            try:
                household_register.values_of_events(group["value"], column)
            except (ValueError, TypeError):
                faults.append(
                    Fault("this is not {kind}", f"events.{field}", values={"kind": kind_in_words(column.kind)})
                )
            old.loc[group.index] = household_register.event_texts(
                now[column.name].reindex(group["entity_id"]), column
            ).to_numpy()
    if faults:
        raise LedgerError(faults)
    return events.assign(old_value=old)


def _seal_identities(book: WritableBook, rows: pd.DataFrame, number: int) -> pa.Table:
    """Seal identity numbers, store person keys and matches, and return the rows of ``identity`` to be written."""
    sealed_identities.refuse_mixture(rows, book.synthetic)
    sealed = sealed_identities.seal_identities(book.store, book.key, rows, number)
    held = book.store.rows("select value from meta where key = ?", ("key_fingerprint",))
    if not held and len(sealed.rows):
        said = {"key": "key_fingerprint", "value": book.key.fingerprint}
        book.store.add_rows("meta", _table_of([said], META))
    book.store.add_rows("person_key", sealed.keys)
    book.store.add_rows("identity_match", sealed.matches)
    return sealed.rows


def _check_references(book: WritableBook, kept: Rows) -> None:
    """Refuse rows about a household or a person that nobody has registered."""
    faults = []
    for wanted, frame in ((_HOUSEHOLD, "households"), (_PERSON, "members")):
        named = {n: kept[n].column(c) for n, c in wanted.items() if n in kept and kept[n].num_rows}
        held = _registered_among(book, kept, frame, named.values())
        for name, values in sorted(named.items()):
            told = values.filter(pc.not_equal(values, ""))
            if len(unknown := _not_among(told, held)):
                faults.append(_not_registered(name, unknown, frame))
    faults += _unknown_entities(book, kept)
    if faults:
        raise LedgerError(faults)


def _not_among(values: pa.ChunkedArray, held: pa.ChunkedArray) -> pa.ChunkedArray:
    return values.filter(pa.array(~is_among(values, held)))


def _unknown_entities(book: WritableBook, kept: Rows) -> Iterator[Fault]:
    """Yield faults of events about a household or member that nobody has registered."""
    if "events" not in kept:
        return
    events = kept["events"]
    for frame, entity in household_register.ENTITY.items():
        named = events.column("entity_id").filter(pc.equal(events.column("entity"), entity))
        if len(named) and len(lost := _not_among(named, _registered_among(book, kept, frame, [named]))):
            yield _not_registered("events", lost, frame)


def _registered_among(book: WritableBook, kept: Rows, frame: str, named: Iterable[pa.ChunkedArray]) -> pa.ChunkedArray:
    """Return which of the households or persons that rows name are registered, by the ledger or by this batch."""
    spec = BY_FRAME[frame]
    key = spec.key[0]
    query = f"select {key} from {spec.table} where {book.store.among(key)}"
    held = book.store.table(query, (spec.by_name[key],), (listed(*named),)).column(0)
    if frame not in kept:
        return held
    return pa.chunked_array([*held.chunks, *kept[frame].column(key).chunks], pa.string())


def _not_registered(where: str, unknown: pa.ChunkedArray, frame: str) -> Fault:
    every = sorted(unknown.unique().to_pylist())
    said = {"n": len(every), "some": ", ".join(every[:3]), "column": BY_FRAME[frame].key[0]}
    return Fault("{n} values of {column} are not registered ({some})", where, "", "", said)


def _insert_with_digests(book: WritableBook, kept: Rows, number: int) -> dict[str, tuple[int, str]]:
    """Insert rows in the order of their keys; return, by table, how many and their salted digest."""
    found = []
    with ThreadPoolExecutor(1) as beside:  # digesting and inserting both leave Python alone while they work
        for spec in SPECS:
            if spec.frame not in kept or not kept[spec.frame].num_rows:
                continue
            table = _as_stored(spec, kept[spec.frame], number)
            salt = book.key.salt(number, spec.table) if "seed" in book.meta else _random_salt()
            digest = RowDigest(salt, spec.stored)
            digested = beside.submit(digest.update, table)
            book.store.add_rows(spec.table, table)
            digested.result()
            said = {"batch": number, "tbl": spec.table, "rows": table.num_rows, "digest": digest.hexdigest()}
            found.append({**said, "salt": salt})
    book.store.add_rows("digest", _table_of(found, DIGEST))
    book.store.add_rows("salt", _table_of(found, SALT))
    return {each["tbl"]: (each["rows"], each["digest"]) for each in found}


def _as_stored(spec: Spec, rows: pa.Table, number: int) -> pa.Table:
    """Return the rows of a table with their batch, its columns in order, by their key."""
    table = rows.append_column("batch", pa.repeat(pa.scalar(number, pa.int64()), rows.num_rows))
    table = table.select([column.name for column in spec.stored])
    return table.sort_by([(name, "ascending") for name in spec.primary_key]).combine_chunks()


def _table_of(rows: list[dict[str, Any]], columns: tuple[Column, ...]) -> pa.Table:
    return pa.Table.from_pylist(rows, schema=arrow_schema(columns))


def _random_salt() -> str:
    import secrets

    return secrets.token_hex(16)


def _batch_row(
    book: WritableBook, info: BatchInfo, number: int, previous: str, digests: dict[str, tuple[int, str]]
) -> dict[str, Any]:
    """Return the row of ``batch`` with its hash, linked to `previous`."""
    row: dict[str, Any] = {
        "id": number,
        "recorded_at": info.recorded_at or book.now(),
        "kind": info.kind,
        "officer": info.officer,
        "role": info.role,
        "source_name": info.source_name,
        "source_sha256": info.source_sha256,
        "rules_sha256": info.rules_sha256,
        "month": info.month.yyyymm if info.month else None,
        "reason": info.reason,
        "rows": sum(rows for rows, _ in digests.values()),
        "prev_hash": previous,
    }
    return {**row, "hash": batch_hash(row, digests)}
