"""Registers of households and members as known at a ledger's head, kept up to date over the files of a load.

Responsible for the few columns of registers that files are judged by, each by key, and for what follows from them alone
(whose village, who is the head). Not responsible for tables of versions (`known_records`) nor for any judgement.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

import pandas as pd

from povlib.ledger import Ledger
from povlib.ledger.people.household_register import register_rows
from povlib.ledger.storage.table_schema import BY_FRAME
from povlib.vocabulary.register import head_of_household

_COLUMNS = {"households": ("village", "housing_grade"), "members": ("hh", "relation", "labour")}


class KnownRegisters:
    """The registers of an open ledger as of its head.

    They are read once and then renewed by `renew`: an office of many files would else read all that files before
    brought anew for each. What another officer writes in between is seen, since the head is then another.
    """

    def __init__(self, book: Ledger) -> None:
        self._book = book
        self._head = -1
        self._forget()

    def _forget(self) -> None:
        self._told: dict[tuple[str, str], dict[str, str]] = {
            (table, column): {} for table, columns in _COLUMNS.items() for column in columns
        }
        #: columns of members on the card alone
        self._on_card: dict[str, dict[str, str]] = {column: {} for column in _COLUMNS["members"]}
        self._of_village: dict[str, set[str]] = defaultdict(set)
        self._heads: dict[str, set[str]] = defaultdict(set)

    @property
    def villages(self) -> Mapping[str, str]:
        """Village of each household, "" where nobody told it."""
        self._read_if_new()
        return self._told["households", "village"]

    @property
    def households_of(self) -> Mapping[str, str]:
        """Household of each person, whether on the card or not."""
        self._read_if_new()
        return self._told["members", "hh"]

    @property
    def heads(self) -> dict[str, str]:
        """Head of each household, the last by key where several are named."""
        self._read_if_new()
        return {hh: max(named) for hh, named in self._heads.items() if named}

    def of_villages(self, villages: set[str]) -> set[str]:
        """Return the households of some villages."""
        self._read_if_new()
        return set().union(*(self._of_village.get(village, ()) for village in villages))

    def column(self, table: str, column: str) -> dict[str, str]:
        """Return a column of a register by key, an unknown value empty; of members those on the card.

        It is kept up to date in place: whoever is given it changes nothing of it.
        """
        self._read_if_new()
        return self._on_card[column] if table == "members" else self._told[table, column]

    def renew(self, rows: Mapping[str, pd.DataFrame], batch: int) -> None:
        """Take over what a batch of this load wrote.

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
        for table in _COLUMNS:
            spec = BY_FRAME[table]
            sent = rows[table][spec.key[0]] if table in rows else told.iloc[:0]
            if keys := set(pd.concat([sent, told])):
                self._take(table, register_rows(self._book.store, spec, batch, keys))
        self._head = batch

    def _read_if_new(self) -> None:
        head = self._book.head().batch
        if head == self._head:
            return
        self._forget()
        for table in _COLUMNS:
            self._take(table, register_rows(self._book.store, BY_FRAME[table], head))
        self._head = head

    def _take(self, table: str, rows: pd.DataFrame) -> None:
        """Put rows of a register, each whole, in the place of what was known of their keys."""
        keys = _texts(rows[BY_FRAME[table].key[0]])
        told = {column: _texts(rows[column]) for column in _COLUMNS[table]}
        if table == "households":
            for hh, village in zip(keys, told["village"], strict=True):
                self._of_village[self._told[table, "village"].get(hh, "")].discard(hh)
                self._of_village[village].add(hh)
        else:
            for person, hh, relation in zip(keys, told["hh"], told["relation"], strict=True):
                self._heads[self._told[table, "hh"].get(person, "")].discard(person)
                if relation == head_of_household():
                    self._heads[hh].add(person)
            on_card = rows["on_card"].eq(1).fillna(False).tolist()
            for column, held in self._on_card.items():
                for person, value, listed in zip(keys, told[column], on_card, strict=True):
                    if listed:
                        held[person] = value
                    else:
                        held.pop(person, None)
        for column, values in told.items():
            self._told[table, column].update(zip(keys, values, strict=True))


def _texts(values: pd.Series) -> list[str]:
    return list(values.astype("str").fillna("").tolist())
