"""Problems of millions of households: whole villages in partitions, read out of core.

Responsible for `Blocks`: writing a stream of blocks to a folder, opening it again, its digest,
and other capacities for a what-if. Only one partition a thread is in memory at a time. Not
responsible for the arrays of a partition (`partition`) nor for solving.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from povlib.allocation.problem.allocation_problem import MICRO
from povlib.allocation.problem.table_checks import FaultList
from povlib.allocation.solvers.scale.partition import (
    Partition,
    file_sha256,
    joined_partitions,
    read_part,
    values_as_type,
    write_part,
)
from povlib.allocation.solvers.scale.problem_layout import Layout
from povlib.errors import ProblemError

MANIFEST = "blocks.json"
FORMS = {"raw": "npys", "parquet": "parquet"}
#: about 8 MB with 24 packages and 10 amounts
PART_HOUSEHOLDS = 60_000


@dataclass(frozen=True, eq=False)
class Block:
    """Households of whole villages, as a planner's program hands them over.

    Attributes
    ----------
    value : (K, n)
        Persons as floats (rounded to micro-persons half to even; NaN = may not have the package),
        or micro-persons as integers (the least number of the type = may not have it).
    amount : whole numbers (Q, n)
    village : int (n,)
        Key of each household's village; households of a village stand together.
    village_capacity : whole numbers (v, L)
        Capacities of each village, in order of appearance, as given (not negated).
    override : whole numbers (o, 4), optional
        Household in the block, package, common row, units added to what the sum of the measures
        uses (negative: a discount).
    """

    value: npt.ArrayLike
    amount: npt.ArrayLike
    village: npt.ArrayLike
    village_capacity: npt.ArrayLike
    override: npt.ArrayLike | None = None


@dataclass(frozen=True)
class PartFile:
    """One partition: its file, how many it holds, the largest numbers in it, and SHA-256."""

    file: str
    households: int
    villages: int
    largest_value: int
    largest_amount: tuple[int, ...]
    most_override: int
    largest_village: int
    sha256: str


@dataclass(frozen=True)
class Blocks:
    """A problem in the factorised form, on disk.

    Attributes
    ----------
    folder : Path
    layout : Layout
    parts : tuple of PartFile

    Examples
    --------
    >>> import tempfile
    >>> from povlib.allocation.solvers.scale.problem_layout import Amount, Layout, Row
    >>> layout = Layout(["house"], [(), ("house",)], [Row("fund", 4)], [Amount("bill", "house", {"fund": 1})])
    >>> block = Block([[0.0, 0.0], [5.0, 6.0]], [[2, 3]], [7, 7], [[]])
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     blocks = Blocks.write(folder, layout, [block])
    ...     again = Blocks.open(folder)
    >>> again.households, again.digest == blocks.digest
    (2, True)
    """

    folder: Path
    layout: Layout
    parts: tuple[PartFile, ...]

    @property
    def households(self) -> int:
        """Number of households."""
        return sum(part.households for part in self.parts)

    @property
    def villages(self) -> int:
        """Number of villages."""
        return sum(part.villages for part in self.parts)

    @property
    def paths(self) -> list[Path]:
        """Files of the partitions, in order."""
        return [self.folder / part.file for part in self.parts]

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the layout and of every partition as written."""
        digest = hashlib.sha256(self.layout.to_json().encode())
        for part in self.parts:
            digest.update(part.sha256.encode())
        return digest.hexdigest()

    def with_capacities(self, capacity: Mapping[str, int]) -> Blocks:
        """Return the same households under other capacities of the common rows: a what-if."""
        return replace(self, layout=self.layout.with_capacity(capacity))

    def __iter__(self) -> Iterator[Partition]:
        return (read_part(path) for path in self.paths)

    @classmethod
    def open(cls, folder: str | Path) -> Blocks:
        """Open a folder that `write` made.

        Raises
        ------
        ProblemError
            If a partition is missing.
        """
        folder = Path(folder)
        try:
            plain = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        except FileNotFoundError as missing:
            raise ProblemError("the folder holds no problem in blocks", where=str(folder)) from missing
        parts = tuple(PartFile(**{**part, "largest_amount": tuple(part["largest_amount"])}) for part in plain["parts"])
        found = cls(folder, Layout.read(plain["layout"]), parts)
        faults = FaultList()
        gone = [path.name for path in found.paths if not path.exists()]
        faults.add_keys("{n} partitions are missing: {keys}", str(folder), gone)
        faults.raise_if_any()
        return found

    @classmethod
    def write(
        cls, folder: str | Path, layout: Layout, stream: Iterable[Block], *, form: str = "raw",
        part_households: int = PART_HOUSEHOLDS,
    ) -> Blocks:  # fmt: skip
        """Write a stream of blocks; memory holds one block and one partition.

        Parameters
        ----------
        form : "raw" or "parquet"
            raw: NumPy arrays one after the other, mapped when read. parquet: for exchange (columns
            village, capacity_j, value_k with null = may not have it, amount_q, override).
        part_households : int
            Households a partition, about; villages stay whole.

        Raises
        ------
        ProblemError
            With every fault of a block, the block's number as place.
        """
        if form not in FORMS:
            raise ProblemError("form {form} is unknown", allowed=", ".join(FORMS), form=form)
        folder = Path(folder)
        folder.mkdir(parents=True, exist_ok=True)
        parts: list[PartFile] = []
        for part in _filled_partitions(layout, stream, part_households):
            file = f"part-{len(parts):05d}.{FORMS[form]}"
            write_part(folder / file, part)
            parts.append(_part_file(file, part, file_sha256(folder / file)))
        if not parts:
            raise ProblemError("the stream holds no households", where=str(folder))
        plain = {"layout": layout.plain(), "parts": [asdict(part) for part in parts]}
        (folder / MANIFEST).write_text(json.dumps(plain, ensure_ascii=False, indent=1), encoding="utf-8")
        return cls(folder, layout, tuple(parts))

    def copy(self, folder: str | Path, form: str, part_households: int | None = None) -> Blocks:
        """Write the same problem in another form, or in partitions of another size."""
        sign = self.layout.village_sign
        stream = (
            Block(part.value, part.amount, np.repeat(part.village, np.diff(part.first)), part.capacity * sign,
                  _overrides_as_given(part, self.layout))
            for part in self
        )  # fmt: skip
        return Blocks.write(
            folder, self.layout, stream, form=form, part_households=part_households or self.parts[0].households
        )


def _overrides_as_given(part: Partition, layout: Layout) -> npt.NDArray[np.int64]:
    found = part.override.copy()
    found[:, 3] *= layout.sign[found[:, 2]]
    return found


def _part_file(file: str, part: Partition, sha256: str) -> PartFile:
    allowed = np.where(part.value == part.forbidden, 0, part.value)
    return PartFile(
        file, part.households, len(part.village), int(np.abs(allowed).max(initial=0)),
        tuple(int(np.abs(amount).max(initial=0)) for amount in part.amount),
        int(np.abs(part.override[:, 3]).sum()), int(np.diff(part.first).max(initial=0)), sha256,
    )  # fmt: skip


def _filled_partitions(layout: Layout, stream: Iterable[Block], target: int) -> Iterator[Partition]:
    """Yield partitions of about `target` households from blocks of any size."""
    waiting: list[Partition] = []
    seen: set[int] = set()
    for number, block in enumerate(stream):
        for piece in _runs_of_villages(_checked_block(layout, block, f"block {number}", seen), target):
            if waiting and sum(part.households for part in waiting) + piece.households > target:
                yield joined_partitions(waiting)
                waiting = []
            waiting.append(piece)
    if waiting:
        yield joined_partitions(waiting)


def _runs_of_villages(part: Partition, target: int) -> Iterator[Partition]:
    low = 0
    while low < len(part.village):
        high = int(np.searchsorted(part.first, part.first[low] + target, side="right")) - 1
        high = max(high, low + 1)
        yield part.run(low, high)
        low = high


def _checked_block(layout: Layout, block: Block, where: str, seen: set[int]) -> Partition:
    faults = FaultList()
    value, amount = np.asarray(block.value), np.asarray(block.amount)
    village, caps = np.asarray(block.village), np.asarray(block.village_capacity)
    amount = amount if amount.size else np.zeros((len(layout.amounts), len(village)), dtype=np.int32)
    added = np.zeros((0, 4)) if block.override is None else np.asarray(block.override).reshape(-1, 4)
    begin = np.flatnonzero(np.r_[True, village[1:] != village[:-1]]) if len(village) else np.zeros(0, dtype=np.int64)
    caps = caps if caps.size else np.zeros((len(begin), len(layout.village_rows)))
    shapes = {"value": (value, (len(layout.packages), len(village))),
              "amount": (amount, (len(layout.amounts), len(village))),
              "village_capacity": (caps, (len(begin), len(layout.village_rows)))}  # fmt: skip
    for name, (given, shape) in shapes.items():
        if given.shape != shape:
            faults.add("{name} has shape {given}, expected {shape}", where, name=name, given=given.shape, shape=shape)
    faults.raise_if_any()
    keys = village[begin].tolist()
    twice = [key for key in keys if key in seen or seen.add(key)]  # type: ignore[func-returns-value]
    faults.add_keys("{n} villages do not stand together: {keys}", where, twice)
    for name, given in {"amount": amount, "village_capacity": caps, "override": added}.items():
        if given.dtype.kind not in "iu" and given.size and not np.array_equal(given, np.rint(given)):
            faults.add("{name} holds amounts that are no whole numbers", where, name=name)
    whole = _micro_persons(value)
    if len(village) and (whole == np.iinfo(whole.dtype).min).all(axis=0).any():
        faults.add("a household has no package", where)
    inside = (added >= 0).all(axis=1) if not added.size else (
        (added[:, :3] >= 0).all(axis=1) & (added[:, 0] < len(village)) & (added[:, 1] < len(layout.packages))
        & (added[:, 2] < len(layout.rows)))  # fmt: skip
    if not inside.all():
        faults.add("an override speaks of a household, package or row that is not there", where)
    faults.raise_if_any()
    return _partition_of_block(layout, whole, amount, village[begin], begin, caps, added)


def _partition_of_block(
    layout: Layout, value: npt.NDArray[np.integer[Any]], amount: npt.NDArray[Any], village: npt.NDArray[np.int64],
    begin: npt.NDArray[np.int64], caps: npt.NDArray[Any], added: npt.NDArray[Any],
) -> Partition:  # fmt: skip
    override = added.astype(np.int64)
    override[:, 3] *= layout.sign[override[:, 2]]
    override = override[np.lexsort((override[:, 2], override[:, 1], override[:, 0]))]
    wide = value.dtype == np.int64 or bool((np.abs(amount.astype(np.float64)) > np.iinfo(np.int32).max).any())
    dtype = np.int64 if wide else np.int32
    return Partition(
        village.astype(np.int64), np.append(begin, value.shape[1]).astype(np.int64),
        caps.astype(np.int64) * layout.village_sign, override, values_as_type(value, np.dtype(dtype)),
        amount.astype(dtype),
    )  # fmt: skip


def _micro_persons(value: npt.NDArray[Any]) -> npt.NDArray[np.integer[Any]]:
    """Return micro-persons; the least number of the type where a package is not allowed."""
    if value.dtype.kind in "iu":
        return value.astype(np.int32 if value.dtype.itemsize <= 4 else np.int64)
    micro = np.rint(value.astype(np.float64) * MICRO)
    largest = np.nanmax(np.abs(micro), initial=0.0)
    dtype = np.int32 if largest < np.iinfo(np.int32).max else np.int64
    return np.where(np.isnan(micro), float(np.iinfo(dtype).min), micro).astype(dtype)
