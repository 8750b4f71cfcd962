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
    stored value ``f``, an error ``e``, a formula on another file ``x``, struck out whole ``k``, a number that its
    format hides or scales ``z``. `shown` says by which rule a text is what formatting shows; `struck_rows` are rows of
    which every cell is struck out, their cells left as they are.
    """

    name: str
    texts: Texts
    kinds: npt.NDArray[np.str_]
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)
    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: list[int] = field(default_factory=list)
    filtered: bool = False
    formulas: set[tuple[int, int]] = field(default_factory=set)
    shown: dict[tuple[int, int], str] = field(default_factory=dict)
    struck_rows: set[int] = field(default_factory=set)

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
        grid._mark(sheet["marks"])
        grid._take_what_is_seen("shape_kept", sheet["shown"], "n")
        grid._take_what_is_seen("unit_shown", sheet["seen"], "n")
        grid._take_what_is_seen("struck_part", sheet["struck"])
        return grid

    def _mark(self, marks: dict[str, str]) -> None:
        for key, kind in marks.items():
            row, column = (int(part) for part in key.split(","))
            if kind == "v":
                self.formulas.add((row, column))
            else:
                self._widen(row, column)
                self.kinds[column, row] = kind

    def _take_what_is_seen(self, rule: str, seen: dict[str, str], kinds: str = "") -> None:
        """Put the text that formatting shows in place of the stored one, for cells of the named kinds (all)."""
        gone: dict[int, list[int]] = {}
        for key, text in seen.items():
            row, column = (int(part) for part in key.split(","))
            if not (column < self.width and row < self.height) or self.kinds[column, row] in (" ", *"efx"):
                continue
            if kinds and self.kinds[column, row] not in kinds:
                continue
            if text.strip():
                self.texts[column, row], self.kinds[column, row] = text, "s"
                self.shown[row, column] = rule
            elif rule == "struck_part":
                gone.setdefault(row, []).append(column)
            else:
                self.kinds[column, row] = "z"
        for row, columns in gone.items():
            if len(columns) == int((self.kinds[:, row] != " ").sum()):
                self.struck_rows.add(row)
            else:
                self.kinds[columns, row] = "k"

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
