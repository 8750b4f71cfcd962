"""The files of one part of an office: its tables in whole numbers, written once and read column by column.

A part is a county or a few townships: households, their packages, what these use and cost, and who may pay. Keys are
texts in the part alone; everything else counts places in them. Columns are raw NumPy files, mapped into memory, so that
a pass over many parts holds one of them. Responsible for writing and reading; the faults of the tables are found as for
any problem (`povlib.allocation.problem.problem_tables`). Not responsible for what several parts share
(`joined_office`).
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from povlib.allocation.problem.problem_tables import ProblemTables, bill_keys, checked_tables
from povlib.allocation.problem.stage_objectives import ObjectiveColumns, objective_columns, objective_values
from povlib.allocation.problem.table_checks import FaultList
from povlib.arrays import Bools, Ints
from povlib.errors import ProblemError

_RECORD = "part.json"
#: 1: the columns of `_columns_of`
_VERSION = 1
_RESOURCE_TEXTS = ("resource", "kind", "village", "sense", "unit")


@dataclass(frozen=True, eq=False)
class Part:
    """A part as its files hold it; open one with `Part.open`.

    Attributes
    ----------
    folder : Path
    record : dict
        Counts, keys of resources, measures, villages and groups, digest of every column.
    """

    folder: Path
    record: dict[str, Any]

    @classmethod
    def open(cls, folder: Path | str) -> Part:
        """Open the part that `write_part` wrote.

        Raises
        ------
        ProblemError
            If there is none.
        """
        place = Path(folder) / _RECORD
        if not place.is_file():
            raise ProblemError("there is no part of an office here", where=str(folder))
        record = json.loads(place.read_text(encoding="utf-8"))
        if record.get("version") != _VERSION:
            raise ProblemError("this part was written by another version: write it again", where=str(folder))
        return cls(Path(folder), record)

    def column(self, name: str) -> npt.NDArray[Any]:
        """Return a column as it lies on disk (see `_columns_of`), not copied into memory."""
        return np.load(self.folder / f"{name}.npy", mmap_mode="r", allow_pickle=False)  # type: ignore[no-any-return]

    def numbers(self, name: str) -> Ints:
        """Return a column of whole numbers in memory."""
        return np.asarray(self.column(name)).astype(np.int64)

    @property
    def is_of_openings(self) -> bool:
        """Whether its groups are what may be opened, not households (`povlib.allocation.parts.opening_part`)."""
        return False

    @property
    def households(self) -> int:
        """Number of households."""
        return int(self.record["households"])

    @property
    def packages(self) -> int:
        """Number of packages."""
        return int(self.record["packages"])

    @property
    def digest(self) -> str:
        """SHA-256 of everything the part holds, as written."""
        return str(self.record["digest"])

    @cached_property
    def resources(self) -> pd.DataFrame:
        """The rows and funds that its packages may use, as the part knows them."""
        return pd.DataFrame(self.record["resources"], columns=[*_RESOURCE_TEXTS, "capacity", "ceiling", "names"])

    @property
    def measures(self) -> list[str]:
        """Keys of the measures."""
        return list(self.record["measures"])

    @property
    def groups(self) -> list[str]:
        """True/false columns of the households: each has a column ``group 0``, ``group 1``, ... in this order."""
        return list(self.record["groups"])

    def group(self, name: str) -> Bools:
        """Return which households belong to a group.

        Raises
        ------
        ProblemError
            If the households have no such column.
        """
        if name not in self.groups:
            raise ProblemError("{n} groups are no column of households: {keys}", where="shares.group", n=1, keys=name)
        return np.asarray(self.column(f"group {self.groups.index(name)}")).astype(bool)

    def pinned_out(self) -> Bools:
        """Return which packages the pins of the part forbid."""
        start, base = self.numbers("start"), self.numbers("base")
        out = np.zeros(self.packages, dtype=bool)
        for household, package, refused in self.record["pins"]:
            own = np.arange(start[household], start[household + 1])
            if not refused:
                out[own[own != package]] = True
            elif package >= 0:
                out[package] = True
            else:
                out[own[own != base[household]]] = True
        return out

    def digest_of_files(self) -> str:
        """Return the digest reckoned again from the files."""
        return _digest(
            {**self.record, "columns": {name: self.digest_of_column(name) for name in self.record["columns"]}}
        )

    def digest_of_column(self, name: str) -> str:
        """Return the digest of one column as it lies on disk."""
        return _column_digest(self.column(name))


def write_part(
    folder: Path | str,
    packages: pd.DataFrame,
    uses: pd.DataFrame,
    resources: pd.DataFrame,
    households: pd.DataFrame,
    *,
    bills: pd.DataFrame | None = None,
    payers: pd.DataFrame | None = None,
    pins: pd.DataFrame | None = None,
    objective: ObjectiveColumns = "value",
) -> Part:
    """Write one part of an office from its tables and return it.

    Parameters
    ----------
    folder : Path
        Written whole or not at all; a part that is there is replaced.
    packages, uses, households, bills, payers, pins, objective
        As `povlib.allocation.Problem.from_tables` takes them, of the households of this part. Every true/false column
        of `households` can be a group of a share.
    resources : DataFrame
        The rows and funds that the part's packages name: its own (villages, townships), and those of the whole office,
        whose amounts `povlib.allocation.plan_of_parts` may give anew.

    Raises
    ------
    ProblemError
        With every fault of every table.

    Examples
    --------
    >>> import tempfile
    >>> part = write_part(
    ...     tempfile.mkdtemp() + "/a",
    ...     pd.DataFrame({"package": ["a0", "a1"], "hh": "a", "value": [0.1, 0.9]}),
    ...     pd.DataFrame({"package": ["a1"], "resource": "posts", "amount": 1}),
    ...     pd.DataFrame({"resource": ["posts"], "capacity": [1]}),
    ...     pd.DataFrame({"hh": ["a"], "village": "A", "members": 3}),
    ... )
    >>> part.households, part.packages, part.numbers("value").tolist()
    (1, 2, [100000, 900000])
    """
    given: dict[str, pd.DataFrame | None] = {
        "packages": packages, "uses": uses, "resources": resources, "households": households, "bills": bills,
        "payers": payers, "pins": pins,
    }  # fmt: skip
    if not isinstance(objective, (str, dict)) and not hasattr(objective, "items"):
        raise ProblemError("a plan by parts has one objective: use weights", where="objective")
    tables = checked_tables(given, objective_columns(objective))
    faults = FaultList()
    value, _ = objective_values(faults, tables, objective, (), 0)
    faults.raise_if_any()
    columns, record = content_of_part(tables, value)
    _write_whole(Path(folder), columns, record)
    return Part(Path(folder), record)


def content_of_part(tables: ProblemTables, value: Ints) -> tuple[dict[str, npt.NDArray[Any]], dict[str, Any]]:
    """Return the columns of a part and its record.

    Parameters
    ----------
    tables : ProblemTables
    value : int64 (P,)
        Micro-persons of each package.
    """
    groups = _group_columns(tables.households)
    columns = _columns_of(tables, value, groups)
    record: dict[str, Any] = {
        "version": _VERSION, "households": len(tables.households), "packages": len(tables.packages),
        "resources": _plain_resources(tables.resources), "measures": _measures(tables), "groups": groups,
        "villages": sorted(set(map(str, tables.households["village"]))), "pins": _plain_pins(tables),
        "columns": {name: _column_digest(column) for name, column in columns.items()},
    }  # fmt: skip
    return columns, {**record, "digest": _digest(record)}


def _group_columns(households: pd.DataFrame) -> list[str]:
    """Return the true/false columns of the households, sorted."""
    return sorted(str(name) for name in households if pd.api.types.is_bool_dtype(households[name].dtype))


def _measures(tables: ProblemTables) -> list[str]:
    """Return the keys of all measures in the order in which `place` counts them."""
    return sorted({*tables.bills["measure"].dropna(), *tables.payers["measure"].dropna()})


def _columns_of(tables: ProblemTables, value: Ints, groups: Sequence[str]) -> dict[str, npt.NDArray[Any]]:
    """Return every column of a part.

    hh, village (place among the villages), members, group 0 ...: of each household, in order of its key; start: first
    package of each household, base: its "nothing new" (-1 without); package (key), value (micro-persons); use.package,
    use.resource, use.amount; bill.package, bill.measure, bill.cost (fen); payer.bill, payer.fund (place among the
    resources), payer.ceiling (fen).
    """
    households, packages, place = tables.households, tables.packages, tables.place
    home = place["packages.hh"]
    start = np.searchsorted(home, np.arange(len(households) + 1))
    key, wanted = bill_keys(tables, "bills"), bill_keys(tables, "payers")
    order = np.argsort(key, kind="stable")
    bill_of_payer = order[np.searchsorted(key[order], wanted)] if len(key) else np.zeros(0, dtype=np.int64)
    village = households["village"].astype(str).to_numpy()
    columns: dict[str, npt.NDArray[Any]] = {
        "hh": _texts(households["hh"]), "village": np.searchsorted(np.unique(village), village),
        "members": households["members"].to_numpy(np.int64), "start": start,
        "base": _nothing_new(tables, start), "package": _texts(packages["package"]), "value": value,
        "use.package": place["uses.package"], "use.resource": place["uses.resource"],
        "use.amount": tables.uses["amount"].to_numpy(np.int64),
        "bill.package": place["bills.package"], "bill.measure": place["bills.measure"],
        "bill.cost": tables.bills["cost_fen"].to_numpy(np.int64),
        "payer.bill": bill_of_payer, "payer.fund": place["payers.fund"],
        "payer.ceiling": tables.payers["ceiling_fen"].to_numpy(np.int64),
    }  # fmt: skip
    columns |= {f"group {at}": households[name].to_numpy(bool) for at, name in enumerate(groups)}
    return {name: _narrow(column) for name, column in columns.items()}


def _nothing_new(tables: ProblemTables, start: Ints) -> Ints:
    """Return each household's package 0: marked k = 0, else the first that uses and costs nothing; -1 without."""
    count = len(tables.packages)
    if "k" in tables.packages:
        nothing = (pd.to_numeric(tables.packages["k"]) == 0).to_numpy(bool)
    else:
        nothing = np.bincount(tables.place["uses.package"], minlength=count) == 0
        cost = np.bincount(tables.place["bills.package"], tables.bills["cost_fen"].to_numpy(np.int64), count)
        nothing &= cost == 0
    first = np.full(len(start) - 1, -1, dtype=np.int64)
    at = np.flatnonzero(nothing)[::-1]
    first[np.searchsorted(start, at, side="right") - 1] = at  # written backwards, so that the first one stays
    return first


def _plain_resources(resources: pd.DataFrame) -> list[list[Any]]:
    """Return the resources as plain values: texts, capacity, ceiling per household (None: none), names."""
    texts = [[None if pd.isna(v) else str(v) for v in resources[name]] for name in _RESOURCE_TEXTS]
    ceilings = pd.to_numeric(resources["household_ceiling_fen"]).to_numpy(np.float64, na_value=np.nan)
    ceiling = [None if np.isnan(c) else int(c) for c in ceilings]
    names = [v if isinstance(v, dict) else None for v in resources["names"]]
    capacity = resources["capacity"].to_numpy(np.int64).tolist()
    return [list(row) for row in zip(*texts, capacity, ceiling, names, strict=True)]


def _plain_pins(tables: ProblemTables) -> list[tuple[int, int, bool]]:
    """Return pins as (household, package or -1, refused)."""
    household = pd.Index(tables.households["hh"]).get_indexer(pd.Index(tables.pins["hh"]))
    package = pd.Index(tables.packages["package"]).get_indexer(pd.Index(tables.pins["package"]))
    refused = (tables.pins["pin"] == "refused").tolist()
    return list(zip(household.tolist(), package.tolist(), refused, strict=True))


def _texts(column: pd.Series) -> npt.NDArray[Any]:
    return column.astype(str).to_numpy().astype(np.str_)


def _narrow(column: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Return whole numbers in four bytes where all of them fit: a part is read many times."""
    if column.dtype.kind != "i" or not len(column):
        return column
    fits = np.iinfo(np.int32).min < int(column.min()) and int(column.max()) < np.iinfo(np.int32).max
    return column.astype(np.int32) if fits else column


def _column_digest(column: npt.NDArray[Any]) -> str:
    return hashlib.sha256(str(column.dtype).encode() + np.ascontiguousarray(column).tobytes()).hexdigest()


def _digest(record: dict[str, Any]) -> str:
    plain = {name: value for name, value in record.items() if name != "digest"}
    return hashlib.sha256(json.dumps(plain, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _write_whole(folder: Path, columns: dict[str, npt.NDArray[Any]], record: dict[str, Any]) -> None:
    """Write columns and record into a folder beside, then move it into place."""
    # the ending of whatever a run leaves half written, so that the next try removes it
    beside = folder.with_name(f".{folder.name}.{os.getpid()}.partial")
    shutil.rmtree(beside, ignore_errors=True)
    beside.mkdir(parents=True)
    for name, column in columns.items():
        np.save(beside / f"{name}.npy", column, allow_pickle=False)
    (beside / _RECORD).write_text(json.dumps(record, ensure_ascii=False, sort_keys=True), encoding="utf-8")
    shutil.rmtree(folder, ignore_errors=True)
    beside.rename(folder)
