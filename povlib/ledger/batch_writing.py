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

from povlib.errors import Fault, LedgerError
from povlib.ledger import versioned_rows
from povlib.ledger.batch import Batch, BatchInfo, Head
from povlib.ledger.batch_clocks import clock_faults
from povlib.ledger.frame_conversion import arrow_rows, faults_of, is_among, listed, stored_rows
from povlib.ledger.people import household_register, sealed_identities
from povlib.ledger.people.office_keys import OfficeKey
from povlib.ledger.storage.connections import Store
from povlib.ledger.storage.hash_chain import RowDigest, batch_hash
from povlib.ledger.storage.table_schema import BATCH, BY_FRAME, DIGEST, META, SALT, SPECS, Spec, kind_in_words
from povlib.ledger.village_rules import village_faults

# Columns that must name a household or a person that the ledger knows.
# what an inspection finds, and a posted list, may name a household that no register knows: that is a finding
_UNREGISTERED = ("households", "promises", "txns", "inspection_findings", "list_entries", "objections",
                 "household_words")  # fmt: skip
_HOUSEHOLD = {s.frame: "hh" for s in SPECS if "hh" in s.by_name and s.frame not in _UNREGISTERED}
_PERSON = {"identity": "person", "support": "person", "marks": "person", "placements": "person", "workers": "person",
           "placement_ends": "person", "shifts": "person", "medical_bills": "person"}  # fmt: skip

Rows = dict[str, pd.DataFrame]
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


def write_batch(book: WritableBook, info: BatchInfo, make: Callable[[], Mapping[str, pd.DataFrame]]) -> Batch:
    """Write a batch of the frames that `make` returns; see `Ledger.append`.

    `make` runs inside the write transaction: what it reads is what the batch is added to. Where the clocks disagree
    about the batch a warning is logged: nothing is wrong with what it holds, but a day does not tell it.
    """
    written = _write_in_one_transaction(book, info, make)
    for fault in clock_faults(book, written.id) if written.added else ():
        _LOG.warning("%s", fault.show())
    return written


def _write_in_one_transaction(
    book: WritableBook, info: BatchInfo, make: Callable[[], Mapping[str, pd.DataFrame]]
) -> Batch:
    with book.store.writing():
        info = replace(info, officer=book.signature(info.officer))
        before = _loaded_before(book, info)
        if before is not None:
            return before
        frames = {name: _without_derived(name, frame) for name, frame in make().items()}
        faults = [*info.faults(), *_frame_faults(info, frames)]
        if faults:
            raise LedgerError(faults)
        rows = {name: stored_rows(BY_FRAME[name], frames[name]) for name in sorted(frames) if name != "identity"}
        book.store.room_for(sum(_bytes_needed(frame) for frame in frames.values()))
        return _write_rows(book, info, rows, frames)


def _without_derived(name: str, frame: pd.DataFrame) -> pd.DataFrame:
    """Leave out what a State derives: a frame of a State can be appended as it is."""
    return frame.drop(columns="size", errors="ignore") if name == "households" else frame


def _bytes_needed(frame: pd.DataFrame) -> int:
    return int(frame.memory_usage(deep=False).sum()) + 64 * len(frame)


_INSPECTIONS = ("inspections", "inspection_visits", "inspection_findings")
"""Tables of visits to a village by another one: nobody inspects the own village (换村互检)."""


def _frame_faults(info: BatchInfo, frames: Mapping[str, pd.DataFrame]) -> Iterator[Fault]:
    """Yield what is wrong with the frames: unknown tables, tables of another kind of batch, faulty rows."""
    for name, frame in sorted(frames.items()):
        spec = BY_FRAME.get(name)
        if spec is None:
            yield Fault(
                "the ledger has no table {name}", allowed="{names}", values={"name": name, "names": ", ".join(BY_FRAME)}
            )
            continue
        if spec.data != (info.kind == "data"):
            yield Fault("a batch of kind {kind} holds no {name}", values={"kind": info.kind, "name": name})
        yield from faults_of(spec, frame)
        if name in _INSPECTIONS and {"village", "by_village"} <= set(frame.columns):
            own = int((frame["village"] == frame["by_village"]).sum())
            if own:
                yield Fault("{n} inspections are of the inspector's own village", name, values={"n": own})


def _loaded_before(book: WritableBook, info: BatchInfo) -> Batch | None:
    """Return the batch that came of the same file under the same rules; None when there is none."""
    if not info.source_sha256:
        return None
    query = "select id, hash from batch where source_sha256 = ? and rules_sha256 = ?"
    found = book.store.rows(query, (info.source_sha256, info.rules_sha256))
    return Batch(int(found[0][0]), str(found[0][1]), added=False) if found else None


def _write_rows(book: WritableBook, info: BatchInfo, rows: Rows, frames: Mapping[str, pd.DataFrame]) -> Batch:
    """Insert the rows that say something new, the batch's own row last with its link, and return the batch."""
    head = book.head()
    number = head.batch + 1
    kept = _rows_with_news(book, info, rows, frames, head.batch)
    if faults := list(village_faults(book.store, kept, head.batch, info.role)):
        raise LedgerError(faults)
    if "identity" in frames:
        kept["identity"] = _seal_identities(book, frames["identity"], number)
    _check_references(book, kept)
    digests: dict[str, tuple[int, str]] = {}
    for spec in SPECS:
        if spec.frame in kept and len(kept[spec.frame]):
            digests[spec.table] = _insert_with_digest(book, spec, kept[spec.frame], number)
    row = _batch_row(book, info, number, head.hash, digests)
    book.store.close_batch(arrow_rows(pd.DataFrame([row]), BATCH))
    written = {BY_FRAME[name].table: len(frame) for name, frame in kept.items()}
    return Batch(number, row["hash"], True, written, dict(_unchanged_counts(frames, kept)))


def _unchanged_counts(frames: Mapping[str, pd.DataFrame], kept: Rows) -> Iterator[tuple[str, int]]:
    """Yield how many rows of each table said nothing new."""
    events = kept.get("events", pd.DataFrame(columns=["entity", "entity_id"]))
    for name, frame in frames.items():
        if name == "events":
            continue
        told = events.loc[events["entity"] == household_register.ENTITY.get(name), "entity_id"].nunique()
        yield BY_FRAME[name].table, max(len(frame) - len(kept.get(name, ())) - told, 0)


def _rows_with_news(
    book: WritableBook, info: BatchInfo, rows: Rows, frames: Mapping[str, pd.DataFrame], as_of: int
) -> Rows:
    """Return what is news: opening rows, events, changed versions."""
    kept: Rows = {}
    month = _valid_from_month(book, info)
    # what an officer says as an event comes before what a register frame implies: it was said in so many words
    events = [_told_events(book, rows["events"], month, as_of)] if "events" in rows else []
    for name, sent in rows.items():
        spec = BY_FRAME[name]
        if spec.shape == "register":
            kept[name], changes = _register_news(book, spec, sent, frames[name], month, as_of)
            events.append(changes)
        elif spec.shape == "version":
            kept[name] = versioned_rows.changed_versions(book.store, spec, sent, as_of)
        elif name != "events":
            kept[name] = sent
    if "transfers" in rows and "observations" in rows:
        kept["transfers"] = _with_dropped_transfers(book, kept["transfers"], rows, as_of)
    if events := [part for part in events if len(part)]:
        kept["events"] = household_register.with_sequence(pd.concat(events, ignore_index=True))
    return kept


def _register_news(
    book: WritableBook, spec: Spec, sent: pd.DataFrame, frame: pd.DataFrame, month: int, as_of: int
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return households or persons to open, and the changes of those that are open, as events."""
    now = household_register.register_rows(book.store, spec, as_of, set(sent[spec.key[0]]))
    # only columns that were sent can change anything: a column that is absent says nothing, an empty cell neither
    told = [column for column in frame.columns if column in spec.by_name]
    if spec.frame == "members" and "on_card" not in told:
        sent["on_card"] = 1  # to be listed is to be on the card; leaving it is an event of its own
    return household_register.register_news(spec, sent, told, now, month)


def _with_dropped_transfers(book: WritableBook, news: pd.DataFrame, rows: Rows, as_of: int) -> pd.DataFrame:
    """Add what retracts transfers no longer listed: an observation sent with some speaks for its whole month."""
    spec = BY_FRAME["transfers"]
    gone = versioned_rows.dropped_transfers(book.store, spec, rows["observations"], rows["transfers"], as_of)
    return pd.concat([news, gone], ignore_index=True) if len(gone) else news


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


def _seal_identities(book: WritableBook, rows: pd.DataFrame, number: int) -> pd.DataFrame:
    """Seal identity numbers, store person keys and matches, and return the rows of ``identity`` to be written."""
    sealed_identities.refuse_mixture(rows, book.synthetic)
    sealed = sealed_identities.seal_identities(book.store, book.key, rows, number)
    held = book.store.rows("select value from meta where key = ?", ("key_fingerprint",))
    if not held and len(sealed.rows):
        said = pd.DataFrame({"key": ["key_fingerprint"], "value": [book.key.fingerprint]})
        book.store.add_rows("meta", arrow_rows(said, META))
    book.store.add_rows("person_key", sealed.keys)
    book.store.add_rows("identity_match", sealed.matches)
    return sealed.rows


def _check_references(book: WritableBook, kept: Rows) -> None:
    """Refuse rows about a household or a person that nobody has registered."""
    faults = []
    for wanted, frame in ((_HOUSEHOLD, "households"), (_PERSON, "members")):
        named = {n: kept[n][c] for n, c in wanted.items() if n in kept and len(kept[n])}
        held = _registered_among(book, kept, frame, named.values())
        for name, values in sorted(named.items()):
            unknown = values[(values != "").to_numpy() & ~is_among(values, held)]
            if len(unknown):
                faults.append(_not_registered(name, unknown, frame))
    faults += _unknown_entities(book, kept)
    if faults:
        raise LedgerError(faults)


def _unknown_entities(book: WritableBook, kept: Rows) -> Iterator[Fault]:
    """Yield faults of events about a household or member that nobody has registered."""
    if "events" not in kept:
        return
    events = kept["events"]
    for frame, entity in household_register.ENTITY.items():
        named = events.loc[events["entity"] == entity, "entity_id"]
        lost = named[~is_among(named, _registered_among(book, kept, frame, [named]))]
        if len(lost):
            yield _not_registered("events", lost, frame)


def _registered_among(book: WritableBook, kept: Rows, frame: str, named: Iterable[pd.Series]) -> pa.ChunkedArray:
    """Return which of the households or persons that rows name are registered, by the ledger or by this batch."""
    spec = BY_FRAME[frame]
    key = spec.key[0]
    query = f"select {key} from {spec.table} where {book.store.among(key)}"
    held = book.store.table(query, (spec.by_name[key],), (listed(*named),)).column(0)
    if frame not in kept:
        return held
    return pa.chunked_array([*held.chunks, pa.array(kept[frame][key], type=pa.string())], pa.string())


def _not_registered(where: str, unknown: pd.Series, frame: str) -> Fault:
    said = {"n": unknown.nunique(), "some": ", ".join(sorted(unknown.unique())[:3]), "column": BY_FRAME[frame].key[0]}
    return Fault("{n} values of {column} are not registered ({some})", where, "", "", said)


def _insert_with_digest(book: WritableBook, spec: Spec, rows: pd.DataFrame, number: int) -> tuple[int, str]:
    """Insert rows in the order of their key; return how many, and their salted digest."""
    table = arrow_rows(rows.assign(batch=number), spec.stored)
    table = table.sort_by([(name, "ascending") for name in spec.primary_key]).combine_chunks()
    salt = book.key.salt(number, spec.table) if "seed" in book.meta else _random_salt()
    digest = RowDigest(salt, spec.stored)
    with ThreadPoolExecutor(1) as beside:  # both leave Python alone while they work
        digested = beside.submit(digest.update, table)
        book.store.add_rows(spec.table, table)
        digested.result()
    found = {"batch": number, "tbl": spec.table, "rows": table.num_rows, "digest": digest.hexdigest(), "salt": salt}
    frame = pd.DataFrame([found])
    book.store.add_rows("digest", arrow_rows(frame, DIGEST))
    book.store.add_rows("salt", arrow_rows(frame, SALT))
    return table.num_rows, found["digest"]


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
