"""What files that come in together tell each other: rows that name others, and columns of their registers.

Responsible for what all files but one say, the later before the earlier, without going through all of them for each.
Not responsible for what stands in a file (`told_rows`), nor for the ledger.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Record = Mapping[str, Any]
"""A row by column of the ledger."""
Key = tuple[Any, ...]
"""The values that tell a row of a table from the others."""
Column = tuple[str, str, str]
"""A column of a register: the register, by which column, which column."""


@dataclass(frozen=True)
class ToldBeside:
    """What a file tells the files that come in with it: its rows that name others, and columns of its registers.

    Kept while the cells of the file are not: of a county's files only one is looked at at a time.
    """

    tables: Mapping[str, Mapping[Key, Record]]
    registers: Mapping[Column, Mapping[str, str]]


class ToldTogether:
    """What each file of a load tells, by its number; None of a file that is refused."""

    def __init__(self, told: Sequence[ToldBeside | None]) -> None:
        self._told: list[ToldBeside | None] = [None] * len(told)
        self._columns: dict[Column, dict[str, list[tuple[int, str]]]] = defaultdict(dict)
        for at, each in enumerate(told):
            self.renew(at, each)

    def renew(self, at: int, told: ToldBeside | None) -> None:
        """Put what a file tells now in the place of what it told before."""
        for asked, values in (before.registers if (before := self._told[at]) else {}).items():
            held = self._columns[asked]
            for name in values:
                held[name] = [entry for entry in held[name] if entry[0] != at]
        self._told[at] = told
        for asked, values in (told.registers if told else {}).items():
            held = self._columns[asked]
            for name, value in values.items():
                held[name] = sorted([*held.get(name, ()), (at, value)])

    def beside(self, at: int) -> OtherFiles:
        """Return what all files but one tell."""
        return OtherFiles([one for number, one in enumerate(self._told) if number != at and one], self._columns, at)


class OtherFiles:
    """What the files beside one tell it; nothing where it comes alone."""

    def __init__(
        self,
        told: Sequence[ToldBeside] = (),
        columns: Mapping[Column, Mapping[str, Sequence[tuple[int, str]]]] | None = None,
        own: int = -1,
    ) -> None:
        self._told, self._columns, self._own = told, columns or {}, own
        self._rows: dict[str, dict[Key, Record]] = {}

    def rows(self, table: str) -> Mapping[Key, Record]:
        """Return their rows of a table by key."""
        if table not in self._rows:
            made: dict[Key, Record] = {}
            for told in self._told:
                made |= told.tables.get(table, {})
            self._rows[table] = made
        return self._rows[table]

    def column(self, table: str, key: str, column: str) -> Mapping[str, str]:
        """Return one column by another of their registers."""
        return _ColumnOfOthers(self._columns.get((table, key, column), {}), self._own)


class _ColumnOfOthers(Mapping[str, str]):
    """Values by name, each by the file that tells it, without those of one file."""

    def __init__(self, told: Mapping[str, Sequence[tuple[int, str]]], own: int) -> None:
        self._told, self._own = told, own

    def __getitem__(self, name: str) -> str:
        for at, value in reversed(self._told[name]):
            if at != self._own:
                return value
        raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        return (name for name, told in self._told.items() if any(at != self._own for at, _ in told))

    def __len__(self) -> int:
        return sum(1 for _ in self)


class FirstKnown(Mapping[str, str]):
    """Values by name, each from the first of some mappings that has one."""

    def __init__(self, *layers: Mapping[str, str]) -> None:
        self._layers = layers

    def __getitem__(self, name: str) -> str:
        for layer in self._layers:
            if name in layer:
                return layer[name]
        raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        return iter(dict.fromkeys(name for layer in self._layers for name in layer))

    def __len__(self) -> int:
        return len(set().union(*self._layers))

    def __bool__(self) -> bool:
        return any(True for layer in self._layers for _ in layer)
