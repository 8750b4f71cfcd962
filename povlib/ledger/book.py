"""The ledger as an open book: append, head, clock, keys.

Responsible for opening a ledger and for `append`, the only way anything is ever written: all rows
of a batch and its link in the chain, or nothing. Not responsible for reading states (`state`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType

import pandas as pd

from povlib.errors import LedgerError
from povlib.ledger.batch import Batch, BatchInfo, Head
from povlib.ledger.batch_writing import write_batch
from povlib.ledger.frame_conversion import StoredRows
from povlib.ledger.people.office_keys import OfficeKey
from povlib.ledger.storage.connections import SqliteStore, Store
from povlib.ledger.storage.hash_chain import genesis_of
from povlib.ledger.storage.server_store import PostgresStore
from povlib.ledger.storage.table_schema import ADDED_LATER, VERSION

PRACTICE_CLOCK = "2016-05-10T00:00:00+00:00"


class Ledger:
    """An open ledger; get one from `povlib.ledger.open`.

    Attributes
    ----------
    store : Store
        The connection.
    synthetic : bool
        Whether this is the practice township; real and practice people never mix.
    at_close : callable or None
        Called once before the ledger is closed.
    admit : callable or None
        Called with the name of an officer before it is written; raises where the office does not know the name.
    sees : callable or None
        Called with the name of an officer before names are opened; returns the area that the officer works for, by
        name and with its villages, or None for the whole office.
    """

    def __init__(self, store: Store, key_file: Path | None, clock: Callable[[], datetime] | None) -> None:
        self.store = store
        self.meta = {str(k): str(v) for k, v in store.rows("select key, value from meta")}
        if self.meta.get("schema") != VERSION:
            raise LedgerError("this ledger was written by another version", remedy="install the matching version")
        self.synthetic = self.meta["synthetic"] == "1"
        self.key_file = key_file
        self._clock = clock
        self._key: OfficeKey | None = None
        self.at_close: Callable[[], None] | None = None
        self.admit: Callable[[str], None] | None = None
        self.sees: Callable[[str], tuple[str, frozenset[str]] | None] | None = None

    def append(self, info: BatchInfo, frames: Mapping[str, pd.DataFrame | StoredRows] | None = None) -> Batch:
        """Record a batch: every row of `frames` that is news, or nothing at all.

        Parameters
        ----------
        info : BatchInfo
            Who, from which file, why.
        frames : mapping
            Frames by the names of a State (``households``, ``observations`` ...), plus ``identity``
            (person, kind, value in plain text: sealed here) and ``events``. Columns that are absent
            are not known; a column ``retracted`` = 1 takes rows back. What `stored_rows` made of a
            frame may stand in its place.

        Returns
        -------
        Batch
            `added` is False when this source was loaded before under the same rules.

        Raises
        ------
        LedgerError
            With every fault found; the ledger is then unchanged.
        """
        return write_batch(self, info, lambda: frames or {})

    def head(self) -> Head:
        """Return the last batch and its hash."""
        found = self.store.rows("select id, hash from batch order by id desc limit 1")
        return Head(int(found[0][0]), str(found[0][1])) if found else Head(0, self.meta["genesis"])

    def signature(self, officer: str) -> str:
        """Return the officer that a batch names: the login on a server, else a name that the office admits.

        Raises
        ------
        LedgerError
            If the office keeps a list of officers and this name does not stand in it.
        """
        if self.admit is not None:
            self.admit(officer)
        return self.store.signature(officer)

    def data_head(self) -> int:
        """Return the last batch of kind ``data``; 0 when there is none."""
        found = self.store.rows("select coalesce(max(id), 0) from batch where kind = ?", ("data",))
        return int(found[0][0])

    def now(self) -> str:
        """Return the clock's time as ISO 8601, for people only: the clock never orders batches."""
        if self._clock is None and "seed" in self.meta:
            return PRACTICE_CLOCK
        if self._clock is None and (said := self.store.clock()):
            return said
        moment = self._clock() if self._clock else datetime.now(UTC)
        return moment.astimezone(UTC).isoformat(timespec="seconds")

    @property
    def key(self) -> OfficeKey:
        """The office key; made when the first identity of a new ledger is sealed."""
        if self._key is None:
            self._key = self._find_key()
        return self._key

    def _find_key(self) -> OfficeKey:
        """Return the office's key, by seed or key file (made for a new ledger); refuse the key of another ledger."""
        if "seed" in self.meta:
            return OfficeKey.from_seed(int(self.meta["seed"]))
        held = self.store.rows("select value from meta where key = ?", ("key_fingerprint",))
        if self.key_file is None:
            raise LedgerError("no office key file is given", remedy="name it with key_file or POVLIB_OFFICE_KEY")
        if not held and not self.key_file.exists():
            return OfficeKey.create(self.key_file)
        key = OfficeKey.read(self.key_file)
        if held and held[0][0] != key.fingerprint:
            raise LedgerError("the office key is not the one of this ledger", where=str(self.key_file),
                              remedy="put the key file back from its safe copy")  # fmt: skip
        return key

    def close(self) -> None:
        """Close the ledger, after `at_close`."""
        last, self.at_close = self.at_close, None
        try:
            if last is not None:
                last()
        finally:
            self.store.close()

    def __enter__(self) -> Ledger:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<Ledger {self.store.name} head={self.head()}>"


def open_ledger(
    where: str | Path,
    create: bool = False,
    *,
    key_file: str | Path | None = None,
    synthetic: bool = False,
    seed: int | None = None,
    clock: Callable[[], datetime] | None = None,
    meta: Mapping[str, str] | None = None,
) -> Ledger:
    """Open a ledger, a file path or ``postgresql://...``.

    Parameters
    ----------
    where : str or Path
        Ledger file, or the address of a PostgreSQL database.
    create : bool
        Make the ledger when there is none.
    key_file : path, optional
        Office key; default ``POVLIB_OFFICE_KEY``, else ``keys/office.key`` beside the ledger file.
        It is made, readable by its owner alone, when the first identity is sealed.
    synthetic : bool
        For a new ledger: a practice township.
    seed : int, optional
        For a new practice ledger: keys and salts follow from it and its clock stands still, so that
        every clone has the same head. Implies `synthetic`.
    clock : callable, optional
        Returns the time; default the computer's clock.
    meta : mapping, optional
        For a new ledger that is a copy: what the original says about itself.

    Raises
    ------
    LedgerError
        If there is no ledger, the file is no ledger, or it lies where a ledger cannot be kept.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     with open_ledger(folder + "/ledger.sqlite", create=True, seed=7) as book:
    ...         batch = book.append(BatchInfo(officer="desk"), {"households": pd.DataFrame(
    ...             {"hh": ["001"], "village": ["农家村"], "status": ["未脱贫"]})})
    ...         batch.id, batch.rows["household"], book.head().batch
    (1, 1, 1)
    """
    store, default_key = _open_store(where, create)
    try:
        if not store.has_tables():
            if not create:
                raise LedgerError(
                    "there is no ledger here",
                    where=_without_password(where),
                    remedy="load the villages' workbooks first: python3 workbench.py load; or check the place",
                )
            _create_tables(store, dict(meta) if meta else _new_meta(synthetic, seed))
        _add_later_tables(store)
        return Ledger(store, Path(key_file) if key_file else default_key, clock)
    except BaseException:
        store.close()
        raise


def _open_store(where: str | Path, create: bool) -> tuple[Store, Path | None]:
    """Return the store at a place, and the path of its office key; None when a server's ledger names no key."""
    import os

    from_environment = os.environ.get("POVLIB_OFFICE_KEY")
    key = Path(from_environment) if from_environment else None
    if str(where).startswith(("postgresql://", "postgres://")):
        return PostgresStore(str(where)), key
    path = Path(where).absolute()
    if not path.exists():
        if not create:
            raise LedgerError(
                "there is no ledger here",
                where=str(path),
                remedy="load the villages' workbooks first: python3 workbench.py load; or check the place",
            )
        path.parent.mkdir(parents=True, exist_ok=True)
    return SqliteStore(path), key or path.parent / "keys" / "office.key"


def _new_meta(synthetic: bool, seed: int | None) -> dict[str, str]:
    """Return what a new ledger records about itself: schema, whether synthetic, origin, seed, and first hash."""
    import secrets

    origin = "practice" if seed is not None else secrets.token_hex(16)
    meta = {"schema": VERSION, "synthetic": str(int(synthetic or seed is not None)), "origin": origin}
    if seed is not None:
        meta["seed"] = str(seed)
    return {**meta, "genesis": genesis_of(meta)}


def _create_tables(store: Store, meta: Mapping[str, str]) -> None:
    """Create the tables and write `meta`, in one transaction, unless another program was first."""
    store.room_for(0)
    store.execute("begin immediate" if store.name == "sqlite" else "begin")
    try:
        if not store.has_tables():  # another program may have been first
            for statement in store.ddl():
                store.execute(statement)
            for name, value in meta.items():
                store.execute("insert into meta (key, value) values (?, ?)", (name, value))
        store.execute("commit")
    except BaseException:
        store.undo()
        raise


def _add_later_tables(store: Store) -> None:
    """Give a ledger made by an earlier release the tables that were added since; what it holds is not touched."""
    lacking = [name for name in ADDED_LATER if not store.has_table(name)]
    if lacking and store.read_only:
        # for this connection only, where nothing may be written
        for statement in store.ddl(lacking):
            if statement.lstrip().startswith("CREATE TABLE"):
                store.execute(statement.replace("CREATE TABLE", "CREATE TEMPORARY TABLE", 1))
        return
    if lacking:
        try:
            with store.writing():
                for statement in store.ddl(lacking):
                    store.execute(statement)
        except LedgerError as error:
            if store.name != "postgresql":
                raise
            # on a server tables belong to the owner of the ledger: no role makes them
            raise LedgerError(
                "this ledger was made by an earlier release and lacks tables that only its owner can add",
                remedy="have its owner open it once: python3 workbench.py ledger roles",
            ) from error
    store.refresh(lacking)


def _without_password(where: str | Path) -> str:
    """Return the place without a password."""
    import re

    return re.sub(r"//[^@/]*@", "//", str(where))
