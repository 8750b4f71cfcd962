"""The tables of the ledger as SQLAlchemy writes them, for making them in a database.

Responsible for the types and indexes of SQLite (STRICT, WITHOUT ROWID where the key is the row) and of PostgreSQL. Not
responsible for which tables there are (`table_schema`). Imported where tables are made and nowhere else: SQLAlchemy
takes longer to begin than a small file to load.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy.schema import CreateIndex, CreateTable

from povlib.ledger.storage.table_schema import TABLES, Column
from povlib.ledger.storage.village_tables import VILLAGE_SPECS

_INTEGER = sa.Integer().with_variant(sa.BigInteger(), "postgresql")
_REAL: Any = sa.REAL().with_variant(sa.DOUBLE_PRECISION(), "postgresql")
_TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
_SQL = {
    "text": _TEXT,
    "real": _REAL,
    "blob": sa.LargeBinary(),
    **dict.fromkeys(("int", "fen", "month", "bool", "three"), _INTEGER),
}

_METADATA = sa.MetaData()


def _add_table(name: str, key: tuple[str, ...], columns: tuple[Column, ...]) -> sa.Table:
    made = [sa.Column(c.name, _SQL[c.kind], nullable=c.nullable, autoincrement=False) for c in columns]
    rowid = name in ("batch",)
    return sa.Table(
        name,
        _METADATA,
        *made,
        sa.PrimaryKeyConstraint(*key),
        sqlite_strict=True,
        sqlite_with_rowid=rowid,
    )


for _each, (_key, _columns) in TABLES.items():
    _add_table(_each, _key, _columns)

_t = _METADATA.tables
# The panel has no index by household: `reading.months_of` finds a household month by month through the
# key, as fast, and a month loads without writing all over a second tree.
sa.Index("event_by_entity", _t["event"].c.entity_id, _t["event"].c.entity)
sa.Index("member_by_household", _t["member"].c.hh)
for _name in ("support_given", "project", "placement", "promise", "answer", "material_credit", "inspection_finding",
              "list_entry", "objection", *(spec.table for spec in VILLAGE_SPECS if "hh" in spec.by_name)):  # fmt: skip
    sa.Index(f"{_name}_by_household", _t[_name].c.hh)
sa.Index("txn_by_run", _t["txn"].c.run, _t["txn"].c.hh)
sa.Index("batch_source", _t["batch"].c.source_sha256, _t["batch"].c.rules_sha256)
sa.Index("identity_match_hmac", _t["identity_match"].c.id_hmac)


def creating_statements(names: Collection[str], dialect: str) -> Iterator[str]:
    """Yield the statements that make some tables with their indexes.

    Parameters
    ----------
    dialect : str
        Of which database: ``sqlite`` or ``postgresql``.

    Examples
    --------
    >>> next(creating_statements(["salt"], "sqlite")).split()[:3]
    ['CREATE', 'TABLE', 'salt']
    """
    made = _dialect(dialect)
    for table in _METADATA.sorted_tables:
        if table.name not in names:
            continue
        yield str(CreateTable(table).compile(dialect=made))
        for index in sorted(table.indexes, key=lambda i: str(i.name)):
            yield str(CreateIndex(index).compile(dialect=made))


def _dialect(name: str) -> Any:
    if name == "sqlite":
        from sqlalchemy.dialects import sqlite

        return sqlite.dialect()
    from sqlalchemy.dialects import postgresql

    return postgresql.dialect()  # type: ignore[no-untyped-call]
