"""What the ledger knows that a file is judged by, read once for many files.

Responsible for the registers of households and members as known now, brought up to date by the keys that a file's batch
wrote, and for what else the ledger holds of a file's own households, works and identity numbers. Not responsible for
what follows from it (`povlib.intake.records.loading`, `povlib.intake.checks`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from povlib.intake.checks.villages.told_rows import Key, Record
from povlib.intake.form import Field
from povlib.intake.records.known_records import KnownRecords
from povlib.intake.records.review import decided_pairs
from povlib.intake.sheets.file_check import FileCheck
from povlib.intake.sheets.row_conflicts import HouseholdPairs
from povlib.ledger import Ledger, read_frame
from povlib.ledger.frame_conversion import arrow_rows, frame_of, listed
from povlib.ledger.people.household_register import ENTITY, register_rows
from povlib.ledger.rows_as_known import in_force, key_condition, months_of, rows_until
from povlib.ledger.storage.table_schema import BY_FRAME
from povlib.vocabulary.register import head_of_household

_IDENTITIES = {"household_brief": "head_id", "member": "id_number"}
#: tables that are read for the works that a file names, by the works that begin their key
_OF_WORKS = ("projects", "bill_items", "progress", "project_items")


class KnownHouseholds:
    """What the ledger knows that a file is judged by, as of its head.

    The registers are read once and then renewed by `renew`: an office of many files would else read all that files
    before brought anew for each. What another officer writes in between is seen, since the head is then another.
    """

    def __init__(self, book: Ledger, decided: HouseholdPairs | None = None) -> None:
        self.book = book
        self.decided = decided_pairs(book) if decided is None else decided
        self._records = KnownRecords(book)
        self._registers: dict[str, pd.DataFrame] = {}
        self._head = -1

    @property
    def villages(self) -> pd.Series:
        """Village of each household, as known now."""
        return self._register("households")["village"].astype("str")

    @property
    def members(self) -> pd.DataFrame:
        """Household and relation to its head of each person, as known now."""
        return self._register("members")[["hh", "relation"]].astype("str")

    @property
    def persons(self) -> pd.Series:
        """Household of each person, as known now."""
        return self._register("members")["hh"].astype("str")

    @property
    def heads(self) -> dict[str, str]:
        """Head of each household, as known now."""
        members = self.members
        heads = members.index[members["relation"] == head_of_household()]
        return dict(zip(members.loc[heads, "hh"], map(str, heads), strict=True))

    def frame(self, name: str) -> pd.DataFrame:
        """Return a frame of the ledger, as known now; the registers in the order of their keys."""
        if name not in ENTITY:
            return read_frame(self.book, name)
        spec = BY_FRAME[name]
        frame = frame_of(arrow_rows(self._register(name), spec.columns), spec.columns)
        return frame.loc[frame["on_card"]].drop(columns="on_card") if name == "members" else frame

    def records(self, table: str) -> Mapping[Key, Record]:
        """Return the rows in force of a table of versions, by key."""
        return self._records.of(table)

    def column(self, table: str, key: str, column: str) -> dict[str, str]:
        """Return one column of a register by another, an unknown value empty; of members those on the card."""
        rows = self._register(table)
        rows = rows.loc[rows["on_card"].eq(1).fillna(False)] if table == "members" else rows
        known = rows[column].astype("str").fillna("")
        return dict(zip(rows[key].astype("str").tolist(), known.tolist(), strict=True))

    def works_of(self, file_check: FileCheck, name: str) -> pd.DataFrame:
        """Return a frame of the ledger about houses, of works only those that a file names."""
        if name not in _OF_WORKS:
            return self.frame(name)
        told = [
            sheet.frame["project"].dropna().astype("str") for sheet in file_check.sheets if "project" in sheet.frame
        ]
        named = pd.concat(told) if told else pd.Series([], dtype="str")
        spec = BY_FRAME[name]
        where, values = key_condition(self.book.store, spec, {spec.key[0]: named})
        rows = in_force(rows_until(self.book.store, spec, self.book.head().batch, where, values), spec)
        return frame_of(rows, spec.columns)

    def renew(self, rows: Mapping[str, pd.DataFrame], batch: int) -> None:
        """Take over what a batch of this load wrote into the registers.

        Parameters
        ----------
        rows : mapping
            The frames that were appended.
        batch : int
            The batch they became.
        """
        if self._head != batch - 1:
            return  # somebody else wrote too: the next question reads the registers anew
        told = rows["events"]["entity_id"] if "events" in rows else pd.Series([], dtype="str")
        for name, known in self._registers.items():
            spec = BY_FRAME[name]
            sent = rows[name][spec.key[0]] if name in rows else told.iloc[:0]
            fresh = register_rows(self.book.store, spec, batch, set(pd.concat([sent, told])))
            kept = known.drop(index=known.index.intersection(fresh.index))
            self._registers[name] = pd.concat([kept, fresh]).sort_index()
        self._head = batch

    def _register(self, frame: str) -> pd.DataFrame:
        head = self.book.head().batch
        if head != self._head:
            self._registers.clear()
            self._head = head
        if frame not in self._registers:
            self._registers[frame] = register_rows(self.book.store, BY_FRAME[frame], head)
        return self._registers[frame]

    def past_amounts(self, field: Field, before: int, households: pd.Series) -> dict[str, list[float]]:
        """Return the amounts above 0 that a money field had in the two years before a month (yyyymm), by household."""
        table, column = field.place
        store = self.book.store
        # 200: two years in months written as yyyymm
        span = (before - 200, before, listed(households))
        where = f"month >= ? and month < ? and {store.among('hh')}"
        if table == "observations":
            rows = store.rows(f"select hh, {column} from obs where {where} and {column} > 0", span)
        elif table == "transfers":
            rows = store.rows(
                f"select hh, fen from obs_transfer where {where} and kind = ? and fen > 0", (*span, column)
            )
        else:
            return {}
        past: dict[str, list[float]] = {}
        for hh, amount in rows:
            past.setdefault(str(hh), []).append(float(amount))
        return past

    def last_month(self, households: Sequence[str]) -> int:
        """Newest month (yyyymm) of any batch that observed one of these households; 0 if none."""
        store = self.book.store
        query = f"select 1 from obs where month = ? and {store.among('hh')} limit 1"
        asked = listed(pd.Series(list(households), dtype="str"))
        newest_first = reversed(months_of(store, "obs"))
        return next((month for month in newest_first if store.rows(query, (month, asked))), 0)

    def elsewhere(self, file_check: FileCheck) -> dict[str, str]:
        """Return identity numbers of a file that the ledger holds in another household."""
        from povlib.ledger.people.sealed_identities import canonical_identity

        store = self.book.store
        if not store.rows("select 1 from identity_match where kind = ? limit 1", ("id_number",)):
            return {}
        told = [
            (str(number), hh, self.book.key.match("id_number", canonical_identity("id_number", number)))
            for sheet in file_check.sheets
            if (column := _IDENTITIES.get(sheet.layout.table, "")) in sheet.frame
            for number, hh in sheet.frame[[column, "hh"]].dropna().itertuples(index=False)
        ]
        query = f"select id_hmac, person from identity_match where kind = ? and {store.among('id_hmac')} order by batch"
        asked = listed(pd.Series([match for _, _, match in told], dtype="str"))
        held = {str(match): str(person) for match, person in store.rows(query, ("id_number", asked))}
        shared = {}
        persons = self.persons if held else pd.Series([], dtype="str")
        for number, hh, match in told:
            home = persons.get(held[match]) if match in held else None
            if home is not None and home != hh:
                shared[number] = str(home)
        return shared
