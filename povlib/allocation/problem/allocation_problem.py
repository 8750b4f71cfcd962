"""The allocation problem: one package for each household, under every rule at once.

Responsible for the two ways in (`Problem.from_tables`, `Problem.from_arrays`), the canonical order and the
what-ifs. Not responsible for checking what is given (`problem_tables`, `array_problem`) nor for solving it. The
model is a multiple-choice knapsack with bundled funds (Gale 1957; Kellerer, Pferschy and Pisinger 2004, ch. 11).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

from povlib.allocation.problem import integer_rows
from povlib.allocation.problem.admissible_packages import allowed_packages, nothing_new_packages
from povlib.allocation.problem.array_problem import largest_total_use, problem_fields_of_arrays
from povlib.allocation.problem.canonical_order import canonical_order, problem_digest
from povlib.allocation.problem.problem_arrays import ProblemArrays
from povlib.allocation.problem.problem_tables import ProblemTables, checked_tables, with_other_pins
from povlib.allocation.problem.sparse_matrices import csr, diagonal_matrix, side_by_side
from povlib.allocation.problem.stage_objectives import (
    MICRO,
    ObjectiveColumns,
    Priority,
    objective_columns,
    objective_values,
    stability_bonus,
)
from povlib.allocation.problem.table_checks import LARGEST_SUM, FaultList, whole_numbers
from povlib.arrays import Ints
from povlib.errors import ProblemError

__all__ = ["MICRO", "ObjectiveColumns", "Priority", "Problem"]


@dataclass(frozen=True, eq=False)
class Problem(ProblemArrays):
    """An allocation problem; make it with `from_tables` or `from_arrays` (its arrays: `ProblemArrays`)."""

    @cached_property
    def order(self) -> Ints:
        """Package rows in canonical order: by content of the household, its key last."""
        return canonical_order(self)

    @cached_property
    def group_rank(self) -> Ints:
        """Canonical rank of each group, so that ties do not depend on keys."""
        rank = np.empty(self.groups, dtype=np.int64)
        _, at = np.unique(self.group[self.order], return_index=True)
        rank[np.argsort(at, kind="stable")] = np.arange(self.groups)
        return rank

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the whole problem, the same however the rows were ordered."""
        return problem_digest(self)

    def with_capacities(self, capacity: Mapping[str, int]) -> Problem:
        """Return the same problem with other capacities (fen, posts, ...) of some rows: a what-if.

        Raises
        ------
        ProblemError
            If a row is not known or a capacity is negative.
        """
        known = set(self.rows["row"]) if self.tables is None else set(self.tables.resources["resource"])
        faults = FaultList()
        faults.add_keys(
            "{n} keys are not in the table {table}: {keys}", "changed", set(capacity) - known, table="resources"
        )
        faults.add_keys("{n} amounts are negative: {keys}", "changed", [k for k, v in capacity.items() if v < 0])
        whole_numbers(faults, list(capacity.values()), "changed", list(capacity))
        faults.raise_if_any()
        if self.tables is None:
            rows = self.rows.assign(
                capacity=[capacity.get(r, c) for r, c in zip(self.rows["row"], self.rows["capacity"], strict=True)]
            )
            sign = np.where(rows["sense"] == ">=", -1, 1)
            return replace(self, rows=rows, capacity=(sign * rows["capacity"].to_numpy(np.int64)).astype(np.int64))
        table = self.tables.resources
        changed = [capacity.get(r, c) for r, c in zip(table["resource"], table["capacity"], strict=True)]
        tables = replace(self.tables, resources=table.assign(capacity=np.array(changed, dtype=np.int64)))
        return _compile_tables(tables, self.objective, self.priority, self.stability_persons)

    def with_tables(self, resources: pd.DataFrame, keeps: pd.DataFrame, shares: pd.DataFrame) -> Problem:
        """Return the same problem with other capacities, kept shares and shares: packages and bills are not read again.

        Parameters
        ----------
        resources, keeps, shares : DataFrame
            As `from_tables` takes them; `resources` names the same rows, of which only the capacities are read.

        Raises
        ------
        ProblemError
            If the problem was not made from tables, or `resources` names other rows.
        """
        if self.tables is None:
            raise ProblemError("shares need a problem made from tables", where="shares")
        known = self.tables.resources
        capacity = resources.set_index("resource")["capacity"].reindex(known["resource"])
        if capacity.isna().any() or len(resources) != len(known):
            raise ProblemError("these resources are not those of the problem", where="resources")
        tables = replace(
            self.tables,
            resources=known.assign(capacity=capacity.to_numpy(np.int64)),
            keeps=keeps.sort_values(["fund", "measure"], ignore_index=True),
            shares=shares.sort_values("share", ignore_index=True),
        )
        return _compile_tables(tables, self.objective, self.priority, self.stability_persons)

    def with_shares(self, shares: pd.DataFrame) -> Problem:
        """Return the same problem with other shares (a table as `from_tables` takes it): a what-if.

        Raises
        ------
        ProblemError
            If the problem was not made from tables.
        """
        if self.tables is None:
            raise ProblemError("shares need a problem made from tables", where="shares")
        return _compile_tables(
            replace(self.tables, shares=shares), self.objective, self.priority, self.stability_persons
        )

    def with_pins(self, pins: pd.DataFrame) -> Problem:
        """Return the same problem with other pins (a table as `from_tables` takes it; empty: none at all).

        Raises
        ------
        ProblemError
            If the problem was not made from tables, or with every fault of the pins.
        """
        if self.tables is None:
            raise ProblemError("pins need a problem made from tables", where="pins")
        tables = with_other_pins(self.tables, pins)
        return _compile_tables(tables, self.objective, self.priority, self.stability_persons)

    def names(self, row: str) -> dict[str, str]:
        """Return the names of a capacity row or fund in both languages."""
        if self.tables is not None and self.money is not None and row in self.money.funds:
            table = self.tables.resources
            return integer_rows.names_or_key(table.loc[table["resource"] == row, "names"].iloc[0], row)
        named = self.rows.loc[self.rows["row"] == row, "names"]
        return integer_rows.names_or_key(named.iloc[0] if len(named) else None, row)

    @classmethod
    def from_tables(
        cls,
        packages: pd.DataFrame,
        uses: pd.DataFrame,
        resources: pd.DataFrame,
        households: pd.DataFrame,
        facilities: pd.DataFrame | None = None,
        *,
        bills: pd.DataFrame | None = None,
        payers: pd.DataFrame | None = None,
        keeps: pd.DataFrame | None = None,
        shares: pd.DataFrame | None = None,
        pins: pd.DataFrame | None = None,
        previous: pd.DataFrame | None = None,
        stability_persons: float = 0.001,
        objective: ObjectiveColumns = "value",
        priority: Sequence[Priority] = (),
    ) -> Problem:
        """Build a problem from tidy tables (columns: `povlib.allocation.problem.problem_tables.ProblemTables`).

        Parameters
        ----------
        packages, uses, resources, households, facilities, bills, payers, keeps, shares, pins
            The tables; absent ones are empty. A resource that appears in `payers` is a fund.
        previous : DataFrame, optional
            hh, package of the last plan: keeping it is worth `stability_persons` a household in the
            search, never in the value.
        objective : str, mapping or list of these
            Column of `packages` (default "value"), weights of columns, or a list of either: made as
            large as possible one after the other.
        priority : sequence of Priority
            Groups that come first, lexicographically or by weight.

        Raises
        ------
        ProblemError
            With every fault of every table.

        Examples
        --------
        >>> problem = Problem.from_tables(
        ...     pd.DataFrame({"package": ["a0", "a1"], "hh": "a", "value": [0.1, 0.9]}),
        ...     pd.DataFrame({"package": ["a1"], "resource": "posts", "amount": 1}),
        ...     pd.DataFrame({"resource": ["posts"], "capacity": [1]}),
        ...     pd.DataFrame({"hh": ["a"], "village": "A", "members": 3}),
        ... )
        >>> problem.value.tolist()
        [100000, 900000]
        """
        tables_given: dict[str, pd.DataFrame | None] = {
            "packages": packages, "uses": uses, "resources": resources, "households": households,
            "facilities": facilities, "bills": bills, "payers": payers, "keeps": keeps, "shares": shares,
            "pins": pins, "previous": previous,
        }  # fmt: skip
        tables = checked_tables(tables_given, objective_columns(objective))
        return _compile_tables(tables, objective, tuple(priority), stability_persons)

    @classmethod
    def from_arrays(
        cls,
        value: npt.ArrayLike,
        household: npt.ArrayLike,
        village: npt.ArrayLike,
        use: sparse.sparray | sparse.spmatrix,
        capacity: npt.ArrayLike,
        resource_village: npt.ArrayLike | None = None,
        sense: Sequence[str] | npt.NDArray[np.str_] | None = None,
    ) -> Problem:
        """Build a problem from arrays: for a county and for standard knapsack files.

        Parameters
        ----------
        value : float (P,)
            Value of each package row.
        household : int (P,)
            Household of each package row, 0 .. H-1.
        village : int (H,)
            Village of each household.
        use : sparse (P, R)
            Whole-number use of each resource.
        capacity : float (R,)
        resource_village : int (R,), optional
            -1 (default) = global.
        sense : sequence of "<=" (default) or ">="

        Raises
        ------
        ProblemError
            With every fault: shapes, households without a package, uses that are no whole numbers.

        Examples
        --------
        >>> use = sparse.csr_array([[0], [2], [0], [3]])
        >>> Problem.from_arrays([0, 5, 0, 6], [0, 0, 1, 1], [0, 0], use, [4]).households
        2
        """
        return cls(**problem_fields_of_arrays(value, household, village, use, capacity, resource_village, sense))


def _compile_tables(
    tables: ProblemTables, objective: ObjectiveColumns, priority: tuple[Priority, ...], stability: float
) -> Problem:
    """Return the problem of checked tables: facilities become groups behind the households, floors are turned round."""
    faults = FaultList()
    hh = tables.households["hh"].to_numpy(object)
    openings = integer_rows.facility_openings(tables)
    package_keys = pd.Index(
        np.concatenate([tables.packages["package"].to_numpy(object), openings["package"].to_numpy(object)])
    )
    facilities = openings["hh"].drop_duplicates()
    facility_groups = len(hh) + pd.Index(facilities).get_indexer(pd.Index(openings["hh"]))
    group = np.concatenate([tables.place["packages.hh"], facility_groups]).astype(np.int64)
    start = np.searchsorted(group, np.arange(len(hh) + len(facilities) + 1)).astype(np.int64)
    rows = integer_rows.capacity_rows(tables)
    use_as_given = integer_rows.use_matrix(tables, package_keys, rows)
    bills = integer_rows.bills_and_budgets(tables, package_keys)
    shares, share_coefficients = integer_rows.share_rows(tables, group, use_as_given, rows, bills)
    use = side_by_side([use_as_given, *(csr(column[:, None]) for column in share_coefficients)], np.int64)
    rows = pd.concat([rows, shares], ignore_index=True) if len(shares) else rows
    most = largest_total_use(abs(use), start)
    faults.add_keys(
        "{n} resources have uses too large to be added up: {keys}", "uses", rows["row"][most > LARGEST_SUM],
        remedy="count in a larger unit",
    )  # fmt: skip
    if bills is not None and np.maximum.reduceat(bills.total, start[:-1]).astype(np.float64).sum() > LARGEST_SUM:
        faults.add("the bills are too large to be added up", "bills", remedy="count in a larger unit")
    sign = np.where(rows["sense"] == ">=", -1, 1).astype(np.int64)
    value, stages = objective_values(faults, tables, objective, priority, len(openings))
    base = nothing_new_packages(tables, use_as_given, bills, start)
    allowed, unpayable = allowed_packages(faults, tables, package_keys, base, bills, hh)
    faults.raise_if_any()
    return Problem(
        hh=hh,
        start=start,
        package=package_keys.to_numpy(object),
        row=np.concatenate([tables.packages["row"].to_numpy(np.int64), np.full(len(openings), -1, dtype=np.int64)]),
        value=value,
        allowed=allowed,
        base=base,
        use=csr(use @ diagonal_matrix(sign)),
        capacity=sign * rows["capacity"].to_numpy(np.int64),
        rows=rows,
        village=tables.households["village"].to_numpy(object),
        members=tables.households["members"].to_numpy(np.int64),
        money=bills,
        stages=stages,
        bonus=stability_bonus(tables, package_keys, stability),
        tables=tables,
        objective=objective,
        unpayable=unpayable,
        priority=priority,
        stability_persons=stability,
    )
