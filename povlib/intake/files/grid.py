"""A sheet as received: texts with the kind each cell had, and the facts of the sheet.

Responsible for holding cells by row and column, merged ranges filled where asked, and cell names.
Not responsible for headers or meaning.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from povlib.intake.files.sheet_facts import cell_name

Texts = npt.NDArray[np.object_]


@dataclass
class Grid:
    """One sheet. `texts` and `kinds` are columns x rows; kinds are one letter a cell.

    Kinds: ``s`` text, ``n`` number, ``b`` yes/no, ``d`` date, ``t`` time, blank; a formula without a
    stored value ``f``, an error ``e``, a formula on another file ``x``.
    """

    name: str
    texts: Texts
    kinds: npt.NDArray[np.str_]
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)
    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: list[int] = field(default_factory=list)
    filtered: bool = False
    formulas: set[tuple[int, int]] = field(default_factory=set)
    shown: set[tuple[int, int]] = field(default_factory=set)

    @classmethod
    def from_json(cls, sheet: dict[str, Any]) -> Self:
        """Return the grid of one sheet of the reader's answer."""
        columns, kinds = sheet["columns"], sheet["kinds"]
        height = len(columns[0]) if columns else 0
        texts = np.empty((len(columns), height), dtype=object)
        letters = np.full((len(columns), height), " ", dtype="<U1")
        for index, (column, kind) in enumerate(zip(columns, kinds, strict=True)):
            texts[index] = column
            letters[index] = np.frombuffer(kind.encode("ascii"), dtype="S1").astype("<U1") if kind else " "
        grid = cls(
            sheet["name"],
            texts,
            letters,
            [tuple(merge) for merge in sheet["merges"]],
            sorted(set(sheet["hidden_rows"])),
            sorted(set(sheet["hidden_columns"])),
            bool(sheet["filtered"]),
        )
        grid._mark(sheet["marks"], sheet["shown"])
        return grid

    def _mark(self, marks: dict[str, str], shown: dict[str, str]) -> None:
        for key, kind in marks.items():
            row, column = (int(part) for part in key.split(","))
            if kind == "v":
                self.formulas.add((row, column))
            else:
                self._widen(row, column)
                self.kinds[column, row] = kind
        for key, text in shown.items():
            row, column = (int(part) for part in key.split(","))
            if column < self.width and row < self.height and self.kinds[column, row] == "n":
                self.texts[column, row], self.kinds[column, row] = text, "s"
                self.shown.add((row, column))

    def _widen(self, row: int, column: int) -> None:
        """Make room: a formula without value may stand outside the range of values."""
        more = (max(column + 1 - self.width, 0), max(row + 1 - self.height, 0))
        if any(more):
            pad = ((0, more[0]), (0, more[1]))
            self.texts = np.pad(self.texts, pad, constant_values="")
            self.kinds = np.pad(self.kinds, pad, constant_values=" ")

    @property
    def width(self) -> int:
        """Number of columns."""
        return int(self.texts.shape[0])

    @property
    def height(self) -> int:
        """Number of rows."""
        return int(self.texts.shape[1])

    def cell(self, row: int, column: int) -> str:
        """Return the name of a cell from its 0-based place."""
        return cell_name(row, column)

    def filled(self) -> tuple[Texts, npt.NDArray[np.str_], npt.NDArray[np.bool_]]:
        """Return texts and kinds with merged ranges filled downward and across, and which cells were filled."""
        texts, kinds = self.texts.copy(), self.kinds.copy()
        by_merge = np.zeros(texts.shape, dtype=bool)
        for top, left, bottom, right in self.merges:
            if top >= self.height or left >= self.width:
                continue
            block = (slice(left, right + 1), slice(top, bottom + 1))
            blank = kinds[block] == " "
            blank[0, 0] = False
            texts[block] = np.where(blank, texts[left, top], texts[block])
            kinds[block] = np.where(blank, kinds[left, top], kinds[block])
            by_merge[block] |= blank
        return texts, kinds, by_merge
