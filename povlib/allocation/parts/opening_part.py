"""What the whole office may open, written like a part: a group for each facility, a package for each way to open it.

A workshop that is opened uses money and *less than nothing* of its posts, a workshop that stays shut uses nothing: so
that prices, bounds, payments and the second reckoning of a plan treat it as they treat a household that chooses one
package, worth nothing in itself. It counts towards no share, and no ceiling per household holds for it. Responsible
for making this part from the office's table and for reading levels from it. Not responsible for what is opened
(`opening_search`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from povlib.allocation.parts.part_files import Part, content_of_part
from povlib.allocation.problem.problem_tables import REQUIRED_COLUMNS, checked_tables
from povlib.allocation.problem.table_checks import FaultList, check_known_keys, has_columns, whole_numbers
from povlib.allocation.proof.opening_cases import facility_and_level
from povlib.arrays import Bools, Ints
from povlib.vocabulary.resource_keys import FACILITY_PREFIX


@dataclass(frozen=True, eq=False)
class OpeningPart(Part):
    """The openings of an office; its columns lie in memory.

    Attributes
    ----------
    columns : dict
        As `povlib.allocation.parts.part_files` writes those of a part.
    """

    columns: Mapping[str, npt.NDArray[Any]] = field(default_factory=dict, repr=False)

    @property
    def is_of_openings(self) -> bool:
        """Yes."""
        return True

    def column(self, name: str) -> npt.NDArray[Any]:
        """Return a column."""
        return self.columns[name]

    def group(self, name: str) -> Bools:
        """Return that no opening belongs to a group of households."""
        return np.zeros(self.households, dtype=bool)

    @cached_property
    def ways(self) -> list[tuple[str, int]]:
        """Facility and level of each package; level 0: it stays shut."""
        return [facility_and_level(str(key)) for key in self.column("package")]

    @cached_property
    def payable(self) -> Bools:
        """Which packages some funds may pay in full, however much they hold."""
        due, of = self.numbers("bill.cost"), self.numbers("payer.bill")
        ceiling = np.minimum(self.numbers("payer.ceiling"), due[of])
        covered = np.zeros(len(due), dtype=np.int64)
        np.add.at(covered, of, ceiling)
        unpaid = np.bincount(self.numbers("bill.package"), covered < due, self.packages)
        return np.asarray(unpaid == 0)

    @property
    def levels(self) -> dict[str, set[int]]:
        """Every level at which each facility may be, 0 (shut) among them."""
        found: dict[str, set[int]] = {}
        for (facility, level), payable in zip(self.ways, self.payable, strict=True):
            if payable:
                found.setdefault(facility, set()).add(level)
        return found

    def rows_of(self, opened: Mapping[str, int]) -> Ints | None:
        """Return the package of each facility at the levels of a plan, the others shut; None where there is none."""
        at = {way: row for row, way in enumerate(self.ways) if self.payable[row]}
        facilities = list(self.levels)
        if not set(opened) <= set(facilities):
            return None
        rows = [at.get((facility, opened.get(facility, 0)), -1) for facility in facilities]
        return None if min(rows, default=0) < 0 else np.array(rows, dtype=np.int64)

    def within(self, levels: Mapping[str, int]) -> Bools:
        """Return which packages agree with what a case decides (level by facility)."""
        return np.array([levels.get(facility, level) == level for facility, level in self.ways], dtype=bool)


def opening_part(faults: FaultList, facilities: pd.DataFrame | None, known: pd.DataFrame) -> OpeningPart | None:
    """Return what an office may open as a part; None where nothing may be opened.

    Parameters
    ----------
    faults : FaultList
        Receives the faults of the table.
    facilities : DataFrame, optional
        As `povlib.allocation.Problem.from_tables` takes it.
    known : DataFrame
        Rows and funds of the office, as `povlib.allocation.parts.joined_office` unites them.
    """
    if facilities is None or not len(facilities):
        return None
    ways = _checked_ways(faults, facilities, known)
    if faults.entries or ways is None:
        return None
    key = FACILITY_PREFIX + ways["facility"]
    ways = ways.assign(hh=key, package=key + ":" + ways["level"].astype(str), measure=key)
    named = {*ways["resource"], *(fund for funds in ways["fund"].str.split("+") for fund in funds)}
    resources = known[known["resource"].isin(named)].rename(columns={"ceiling": "household_ceiling_fen"})
    tables = checked_tables({**_tables_of_ways(ways, set(known["resource"])), "resources": resources}, ["value"])
    columns, record = content_of_part(tables, np.zeros(len(tables.packages), dtype=np.int64))
    return OpeningPart(Path(), record, columns)


def _checked_ways(faults: FaultList, facilities: pd.DataFrame, known: pd.DataFrame) -> pd.DataFrame | None:
    """Return facility, level, resource, added, opening_fen, fund, checked; None where a column is missing."""
    if not has_columns(faults, facilities, "facilities", REQUIRED_COLUMNS["facilities"]):
        return None
    resources = known["resource"]
    level = facilities["level"] if "level" in facilities else pd.Series(1, index=facilities.index)
    name = facilities["facility"].astype(str)
    ways = pd.DataFrame(
        {
            "facility": name,
            "level": whole_numbers(faults, level, "facilities.level", name, least=1),
            "resource": facilities["resource"].astype(str),
            "added": whole_numbers(faults, facilities["added"], "facilities.added", name),
            "opening_fen": whole_numbers(faults, facilities["opening_fen"], "facilities.opening_fen", name, least=0),
            "fund": facilities["fund"].astype(str),
        }
    )
    check_known_keys(faults, ways["resource"], "facilities", resources, "resources")
    fund = ways.loc[ways["opening_fen"] != 0, "fund"].str.split("+").explode()
    check_known_keys(faults, fund, "facilities", resources, "resources")
    several = ways.groupby(["facility", "level"])[["opening_fen", "fund"]].nunique().max(axis=1)
    faults.add_keys(
        "{n} facilities have several costs at one level: {keys}", "facilities.opening_fen",
        sorted({str(key[0]) for key in several.index[several > 1]}),
    )  # fmt: skip
    return ways.sort_values(["facility", "level", "resource"], ignore_index=True)


def _tables_of_ways(ways: pd.DataFrame, resources: set[str]) -> dict[str, pd.DataFrame | None]:
    """Return the tables of a problem in which facilities are households that choose whether to open."""
    one = ways.drop_duplicates("package")
    shut = ways.drop_duplicates("hh").assign(level=0)
    shut = shut.assign(package=shut["hh"] + ":0")
    packages = pd.concat([shut, one])[["package", "hh", "level"]].rename(columns={"level": "k"}).assign(value=0.0)
    bills = one[one["opening_fen"] > 0].rename(columns={"opening_fen": "cost_fen"})
    payers = bills.assign(fund=bills["fund"].str.split("+")).explode("fund").drop_duplicates(["package", "fund"])
    payers = payers[payers["fund"].isin(resources)].rename(columns={"cost_fen": "ceiling_fen"})
    return {
        "packages": packages.reset_index(drop=True),
        "uses": ways.assign(amount=-ways["added"])[["package", "resource", "amount"]],
        "households": pd.DataFrame({"hh": shut["hh"].to_numpy(object), "village": "", "members": 0}),
        "bills": bills[["package", "measure", "cost_fen"]].reset_index(drop=True),
        "payers": payers[["package", "measure", "fund", "ceiling_fen"]].reset_index(drop=True),
    }
