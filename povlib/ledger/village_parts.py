"""The rows of some villages alone, as they were known at a batch: one county out of a province's ledger.

Responsible for which village a row of every table belongs to, and for finding the rows of some villages by the keys
and indexes that the tables have, without reading the tables. Not responsible for the frames of a State (`state`).

A household belongs to the village in which it is registered at the batch; its members, incomes, help, houses and
bills go with it wherever they lie. What is recorded of a village goes with the village, what is recorded of a project,
a co-op, an enterprise or a contract goes with that. What no village owns comes with every part: claims, rounds of
visits, contracts of sale, job fairs, terms of posts, posts of the whole office, loans that no household took, list
entries about a household that no register knows, rows of a project, co-op, enterprise or contract that was never
recorded itself. So the parts of a partition of the villages hold together what the whole State holds, and nothing else.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from povlib.calendar import Month
from povlib.ledger.frame_conversion import arrow_rows
from povlib.ledger.people.household_register import ENTITY, register_rows
from povlib.ledger.rows_as_known import in_force, months_of, rows_until
from povlib.ledger.storage.connections import Store
from povlib.ledger.storage.table_schema import BY_FRAME, Spec

# Rows that no village owns: they come with every part.
COMMON = ("claims", "inspection_rounds", "sale_contracts", "contract_schedules", "job_fairs", "post_terms")
# Rows of a village. Findings of visits too: they may name a household that no register knows.
OF_VILLAGE = ("village_income", "inspections", "inspection_visits", "inspection_findings", "building_sites", "posts",
              "enterprises", "coops", "bases", "village_practices", "village_products", "village_services", "helpers",
              "income_contracts", "income_uses")  # fmt: skip
# Rows that go with the row of another frame, and the column that names it.
OF_PARENT = {
    "project_items": ("projects", "project"),
    "progress": ("projects", "project"),
    "bill_items": ("projects", "project"),
    "project_schedules": ("projects", "project"),
    "house_photos": ("projects", "project"),
    "enterprise_outputs": ("enterprises", "enterprise"),
    "enterprise_help": ("enterprises", "enterprise"),
    "coop_entries": ("coops", "coop"),
    "income_receipts": ("income_contracts", "contract"),
    "promise_scores": ("promises", "promise"),
}
# Tables by household whose household need not be registered.
_UNREGISTERED = ("list_entries", "objections")

#: owners that rows name and no row recorded, by head of the chain and frame: whole tables are looked through for them,
#: and a run reads hundreds of parts of one ledger in each process
_NEVER_RECORDED: dict[tuple[str, str], tuple[str, ...]] = {}
#: answers kept at once: a choice, more than a run asks for at a few heads
MOST_KEPT = 256


@dataclass(frozen=True)
class Choice:
    """Rows whose newest version names one of `values` in `column`; without values, those that `where` finds."""

    column: str
    values: tuple[str, ...]
    where: str = ""


class VillagePart:
    """The rows of some villages as known at a batch.

    Parameters
    ----------
    store : Store
        Of an open ledger.
    number : int
        The batch.
    villages : collection of str
        Names of villages; one that the ledger does not know has no rows.

    Examples
    --------
    >>> import tempfile, pandas as pd, povlib.ledger as ledger
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     with ledger.open(folder + "/l.sqlite", create=True, seed=1) as book:
    ...         _ = book.append(ledger.BatchInfo(officer="desk"), {"households": pd.DataFrame(
    ...             {"hh": ["001", "002"], "village": ["农家", "乐北"], "status": "未脱贫"})})
    ...         VillagePart(book.store, 1, ["乐北"]).homes
    ('002',)
    """

    def __init__(self, store: Store, number: int, villages: Collection[str]) -> None:
        self.store, self.number = store, number
        self.villages = tuple(sorted(set(villages)))

    @cached_property
    def homes(self) -> tuple[str, ...]:
        """Households registered in these villages at the batch."""
        spec = BY_FRAME["households"]
        table = self._registered(spec, "village", self.villages)
        return tuple(table.column("hh").to_pylist())

    def known_rows(self, spec: Spec, months: tuple[Month, Month] | None = None) -> pa.Table:
        """Return the rows in force of one table that belong to these villages, in no order.

        Parameters
        ----------
        months : (Month, Month), optional
            Only these months, where the table has months.
        """
        if spec.shape == "register":
            return self._registered(spec, *(("village", self.villages) if spec.frame == "households" else
                                            ("hh", self.homes)))  # fmt: skip
        parts = [in_force(self._newest(spec, choice, months), spec) for choice in self._choices(spec)]
        return pa.concat_tables(parts).select([*(column.name for column in spec.columns), "batch"])

    def _registered(self, spec: Spec, column: str, values: tuple[str, ...]) -> pa.Table:
        """Return the rows of a register that say one of `values` at the batch, its events applied."""
        key = spec.key[0]
        opened = f"select {key} from {spec.table} where batch <= ? and {self.store.among(column)}"
        moved = (
            f"select entity_id from event where batch <= ? and entity = ? and field = ? and {self.store.among('value')}"
        )
        found = {row[0] for row in self.store.rows(opened, (self.number, _listed(values)))}
        said = (self.number, ENTITY[spec.frame], column, _listed(values))
        found |= {row[0] for row in self.store.rows(moved, said)}
        rows = register_rows(self.store, spec, self.number, sorted(found))
        table = arrow_rows(rows, spec.columns)
        return table.filter(pc.is_in(table.column(column), pa.array(values, pa.string())))

    def _choices(self, spec: Spec) -> Iterator[Choice]:
        """Yield the disjoint choices of rows of one table that are the part's."""
        if spec.frame in COMMON:
            yield Choice("", (), "")
        elif spec.frame in OF_PARENT:
            parent, named = OF_PARENT[spec.frame]
            yield Choice(named, self._keys(parent))
            yield self._without_owner(spec, named, BY_FRAME[parent])
        elif spec.frame in OF_VILLAGE:
            yield from self._owned(spec, "village", self.villages)
        elif spec.frame == "promises":
            yield Choice("hh", self.homes)
            yield Choice("village", self.villages, "hh = ''")
            yield Choice("hh", ("",), "village = ''")
        else:
            yield from self._owned(spec, "hh", self.homes)

    def _owned(self, spec: Spec, column: str, values: tuple[str, ...]) -> Iterator[Choice]:
        """Yield the rows of an owner, those that name none, and those of a household that no register knows."""
        yield Choice(column, values)
        if not spec.by_name[column].required:
            yield Choice(column, ("",))
        if spec.frame in _UNREGISTERED:
            yield self._without_owner(spec, column, BY_FRAME["households"])

    def _without_owner(self, spec: Spec, column: str, owner: Spec) -> Choice:
        """Return the choice of rows whose owner was never recorded."""
        known_at = (self._head, spec.frame)
        if known_at not in _NEVER_RECORDED:
            if len(_NEVER_RECORDED) >= MOST_KEPT:
                _NEVER_RECORDED.clear()
            held = f"select 1 from {owner.table} as o where o.{owner.key[0]} = {spec.table}.{column} and o.batch <= ?"
            named = f"select distinct {column} from {spec.table} where batch <= ? and {column} <> ''"
            found = self.store.rows(f"{named} and not exists ({held})", (self.number, self.number))
            _NEVER_RECORDED[known_at] = tuple(sorted(key for (key,) in found))
        return Choice(column, _NEVER_RECORDED[known_at])

    @cached_property
    def _head(self) -> str:
        """Hash of the batch: two ledgers that share it hold the same rows up to it."""
        found = self.store.rows("select hash from batch where id = ?", (self.number,))
        return str(found[0][0]) if found else ""

    def _keys(self, frame: str) -> tuple[str, ...]:
        """Return the keys of a parent table whose newest row is the part's, taken back or not."""
        spec = BY_FRAME[frame]
        found = [self._newest(spec, choice, None).column(spec.key[0]).to_pylist() for choice in self._choices(spec)]
        return tuple(sorted({key for keys in found for key in keys}))

    def _newest(self, spec: Spec, choice: Choice, months: tuple[Month, Month] | None) -> pa.Table:
        """Return the newest rows of the keys that a choice finds, where the newest row still belongs to it."""
        within: str = choice.where
        values: tuple[Any, ...] = ()
        if choice.column:
            # one text for all: neither database limits its length, and both look the values up in the table's key
            within = " and ".join(filter(None, (self.store.among(choice.column), within)))
            values = (_listed(choice.values),)
        moving = spec.shape == "version" and choice.column and choice.column not in spec.key
        if moving:
            # an older version may name another owner: the keys are found first, then their newest version is judged
            keys = ", ".join(spec.key)
            within = f"({keys}) in (select {keys} from {spec.table} where batch <= ? and {within})"
            values = (self.number, *values)
        parts, said = self._months(spec, months)
        where = " and ".join(filter(None, (parts, within)))
        table = rows_until(self.store, spec, self.number, where, (*said, *values))
        if moving:
            table = table.filter(pc.is_in(table.column(choice.column), pa.array(choice.values, pa.string())))
        return table

    def _months(self, spec: Spec, months: tuple[Month, Month] | None) -> tuple[str, tuple[int, ...]]:
        """Return the condition on months: each by name where the key begins with it, else its span."""
        if "month" not in spec.by_name:
            return "", ()
        span = (months[0].yyyymm, months[1].yyyymm) if months else None
        if spec.key[0] != "month":
            return ("month between ? and ?", span) if span else ("", ())
        # the panel's key is month, household: with every month named, a household is one step down the key
        named = [at for at in months_of(self.store, spec.table) if span is None or span[0] <= at <= span[1]]
        return f"month in ({', '.join('?' for _ in named)})", tuple(named)


def _listed(values: Collection[str]) -> str:
    return json.dumps(list(values), ensure_ascii=False)
