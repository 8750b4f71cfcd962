"""The allocation problem: one package for each household, under every rule at once.

Responsible for the two ways in (`Problem.from_tables`, `Problem.from_arrays`), checks on
construction, and the whole-number form that every method, the certificate and `verify` share.
Not responsible for solving it. The model is a multiple-choice knapsack with bundled funds
(Gale 1957; Kellerer, Pferschy and Pisinger 2004, ch. 11).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

from povlib.allocation import compiling
from povlib.allocation.canonical import canonical_order, digest_of
from povlib.allocation.checks import Faults, micro, whole
from povlib.allocation.funds import Bools, Ints, Money
from povlib.allocation.matrices import Sparse, beside, csr, diagonal
from povlib.allocation.tables import Tables, checked

MICRO = 10**6
"""Values are whole micro-persons; a certificate counts in 1e-12 person."""

Objective = str | Mapping[str, float] | Sequence[str | Mapping[str, float]]


@dataclass(frozen=True)
class Priority:
    """A group of households that comes first.

    Parameters
    ----------
    group : str
        A true/false column of the households table.
    weight : float, optional
        Count the group's values this many times; None: lexicographic, the group's value is made
        as large as possible before anything else is considered.
    """

    group: str
    weight: float | None = None


@dataclass(frozen=True, eq=False)
class Problem:
    """An allocation problem in whole numbers; make it with `from_tables` or `from_arrays`.

    Attributes
    ----------
    hh : (H,) text
        Households in order of their key; facilities follow as groups H, H+1, ...
    start : int64 (G+1,)
        Group g owns package rows start[g] .. start[g+1]-1.
    package : (P,)
        Key of each package row; `row` is its place in the table it was given in (-1: a facility).
    value : int64 (P,)
        Micro-persons (or whatever `objective` counts), rounded half to even.
    allowed : bool (P,)
        Not forbidden by a pin and payable within all ceilings.
    base : int64 (G,)
        Package row of "nothing new"; -1 where there is none.
    use : csr int64 (P, R)
        Use of each capacity row in its ``<=`` form; `capacity` (R,) alike.
    rows : DataFrame
        row, kind, village, sense, unit, capacity (as given), names.
    stages : tuple of (name, int64 (P,))
        What lexicographic priority makes as large as possible first.
    bonus : int64 (P,)
        Micro-persons for keeping the last plan's choice; never counted in `value`.
    """

    hh: npt.NDArray[Any]
    start: Ints
    package: npt.NDArray[Any]
    row: Ints
    value: Ints
    allowed: Bools
    base: Ints
    use: Sparse
    capacity: Ints
    rows: pd.DataFrame
    village: npt.NDArray[Any]
    members: Ints
    money: Money | None = None
    stages: tuple[tuple[str, Ints], ...] = ()
    bonus: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    tables: Tables | None = None
    objective: Objective = "value"
    unpayable: tuple[str, ...] = ()
    priority: tuple[Priority, ...] = ()
    stability_persons: float = 0.0

    @property
    def households(self) -> int:
        """Number of households (facilities are groups too, but no households)."""
        return len(self.hh)

    @property
    def groups(self) -> int:
        """Number of groups that choose one package row each: households and facilities."""
        return len(self.start) - 1

    @cached_property
    def group(self) -> Ints:
        """Group of each package row."""
        return np.repeat(np.arange(self.groups), np.diff(self.start))

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
        return digest_of(self)

    @property
    def persons(self) -> int:
        """Members of all households."""
        return int(self.members.sum())

    def changed(self, capacity: Mapping[str, int]) -> Problem:
        """Return the same problem with other capacities (fen, posts, ...) of some rows: a what-if.

        Raises
        ------
        ProblemError
            If a row is not known or a capacity is negative.
        """
        known = set(self.rows["row"]) if self.tables is None else set(self.tables.resources["resource"])
        faults = Faults()
        faults.add_keys(
            "{n} keys are not in the table {table}: {keys}", "changed", set(capacity) - known, table="resources"
        )
        faults.add_keys("{n} amounts are negative: {keys}", "changed", [k for k, v in capacity.items() if v < 0])
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
        return _compiled(tables, self.objective, self.priority, self.stability_persons)

    def names(self, row: str) -> dict[str, str]:
        """Return the names of a capacity row or fund in both languages."""
        if self.tables is not None and self.money is not None and row in self.money.funds:
            table = self.tables.resources
            return compiling.names_of(table.loc[table["resource"] == row, "names"].iloc[0], row)
        found = self.rows.loc[self.rows["row"] == row, "names"]
        return compiling.names_of(found.iloc[0] if len(found) else None, row)

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
        objective: Objective = "value",
        priority: Sequence[Priority] = (),
    ) -> Problem:
        """Build a problem from tidy tables (columns: `povlib.allocation.tables.Tables`).

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
        given: dict[str, pd.DataFrame | None] = {
            "packages": packages, "uses": uses, "resources": resources, "households": households,
            "facilities": facilities, "bills": bills, "payers": payers, "keeps": keeps, "shares": shares,
            "pins": pins, "previous": previous,
        }  # fmt: skip
        tables = checked(given, _columns_of(objective))
        return _compiled(tables, objective, tuple(priority), stability_persons)

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
        return _from_arrays(value, household, village, use, capacity, resource_village, sense)


def _columns_of(objective: Objective) -> list[str]:
    if isinstance(objective, str):
        return [objective]
    if isinstance(objective, Mapping):
        return list(objective)
    return sorted({column for part in objective for column in _columns_of(part)})


def _worth(packages: pd.DataFrame, objective: str | Mapping[str, float]) -> npt.NDArray[np.float64]:
    weights = {objective: 1.0} if isinstance(objective, str) else objective
    worth = [packages[column].to_numpy(np.float64) * weights[column] for column in sorted(weights)]
    return np.asarray(np.sum(worth, axis=0), dtype=np.float64)


def _compiled(tables: Tables, objective: Objective, priority: tuple[Priority, ...], stability: float) -> Problem:
    faults = Faults()
    hh = tables.households["hh"].to_numpy(object)
    opened = compiling.openings(tables)
    key = pd.Index([*tables.packages["package"], *opened["package"]])
    owner = pd.Index([*hh, *opened["hh"].drop_duplicates()])
    group = owner.get_indexer([*tables.packages["hh"], *opened["hh"]]).astype(np.int64)
    start = np.searchsorted(group, np.arange(len(owner) + 1)).astype(np.int64)
    rows = compiling.capacity_rows(tables)
    raw = compiling.use_matrix(tables, key, rows)
    paid = compiling.money(tables, key)
    shares, extra = compiling.share_rows(tables, group, raw, rows, paid)
    use = beside([raw, *(csr(column[:, None]) for column in extra)], np.int64)
    rows = pd.concat([rows, shares], ignore_index=True) if len(shares) else rows
    sign = np.where(rows["sense"] == ">=", -1, 1).astype(np.int64)
    value, stages = _objectives(faults, tables, objective, priority, len(opened))
    base = _base(tables, raw, paid, start)
    allowed, unpayable = _allowed(faults, tables, key, base, paid, hh)
    faults.raise_if_any()
    return Problem(
        hh=hh,
        start=start,
        package=key.to_numpy(object),
        row=np.concatenate([tables.packages["row"].to_numpy(np.int64), np.full(len(opened), -1, dtype=np.int64)]),
        value=value,
        allowed=allowed,
        base=base,
        use=csr(use @ diagonal(sign)),
        capacity=sign * rows["capacity"].to_numpy(np.int64),
        rows=rows,
        village=tables.households["village"].to_numpy(object),
        members=tables.households["members"].to_numpy(np.int64),
        money=paid,
        stages=stages,
        bonus=_bonus(tables, key, stability),
        tables=tables,
        objective=objective,
        unpayable=unpayable,
        priority=priority,
        stability_persons=stability,
    )


def _objectives(
    faults: Faults, tables: Tables, objective: Objective, priority: tuple[Priority, ...], facilities: int
) -> tuple[Ints, tuple[tuple[str, Ints], ...]]:
    """Return the value that counts last, and the stages before it."""
    parts = [objective] if isinstance(objective, (str, Mapping)) else list(objective)
    packages = tables.packages
    at = pd.Index(tables.households["hh"]).get_indexer(packages["hh"])
    weight = np.ones(len(packages))
    first: list[tuple[str, npt.NDArray[np.float64]]] = []
    for rule in priority:
        if rule.group not in tables.households:
            faults.add_keys("{n} groups are no column of households: {keys}", "priority", [rule.group])
            continue
        inside = tables.households[rule.group].to_numpy(bool)[at]
        if rule.weight is None:
            first.append((rule.group, np.where(inside, _worth(packages, parts[-1]), 0.0)))
        else:
            weight = np.where(inside, weight * rule.weight, weight)
    first += [
        (part if isinstance(part, str) else "+".join(sorted(part)), _worth(packages, part)) for part in parts[:-1]
    ]
    worth = [(name, micro(faults, v, f"packages.{name}", packages["package"])) for name, v in first]
    last = micro(faults, _worth(packages, parts[-1]) * weight, "packages", packages["package"])
    none = np.zeros(facilities, dtype=np.int64)
    return np.concatenate([last, none]), tuple((name, np.concatenate([v, none])) for name, v in worth)


def _base(tables: Tables, use: Sparse, paid: Money | None, start: Ints) -> Ints:
    """Package 0 of each household: marked k = 0, else the first that uses and costs nothing."""
    if "k" in tables.packages:
        nothing = (pd.to_numeric(tables.packages["k"]) == 0).to_numpy(bool)
    else:
        nothing = np.diff(use.indptr)[: len(tables.packages)] == 0
        if paid is not None:
            nothing &= paid.total[: len(tables.packages)] == 0
    households = len(tables.households)
    found = np.full(len(start) - 1, -1, dtype=np.int64)
    found[households:] = start[households:-1]
    at = np.flatnonzero(nothing)
    group = np.searchsorted(start, at, side="right") - 1
    found[group[::-1]] = at[::-1]
    return found


def _allowed(
    faults: Faults, tables: Tables, key: pd.Index, base: Ints, paid: Money | None, hh: npt.NDArray[Any]
) -> tuple[Bools, tuple[str, ...]]:
    """Apply pins, then drop what nobody may pay (d_{} > 0, `design.md` 6)."""
    allowed = np.ones(len(key), dtype=bool)
    owner = pd.Index(hh).get_indexer(tables.packages["hh"])
    for pin in tables.pins.to_dict("records"):
        household = int(pd.Index(hh).get_loc(pin["hh"]))
        own = np.flatnonzero(owner == household)
        if pin["pin"] != "refused":
            allowed[own[key[own] != pin["package"]]] = False
        elif pin["package"] is None or pd.isna(pin["package"]):
            allowed[own[own != base[household]]] = False
        else:
            allowed[key.get_loc(pin["package"])] = False
    unpayable: tuple[str, ...] = ()
    if paid is not None:
        short = paid.demand((0,) * len(paid.funds)) > 0
        unpayable = tuple(str(name) for name in key[short & allowed])
        allowed &= ~short
    left = np.bincount(owner[allowed[: len(owner)]], minlength=len(hh))
    faults.add_keys(
        "{n} households have no package left after pins and what funds may pay: {keys}", "pins", hh[left == 0]
    )
    return allowed, unpayable


def _bonus(tables: Tables, key: pd.Index, stability: float) -> Ints:
    kept = key.isin(tables.previous["package"].dropna())
    return np.where(kept, round(stability * MICRO), 0).astype(np.int64)


def _from_arrays(
    value: npt.ArrayLike,
    household: npt.ArrayLike,
    village: npt.ArrayLike,
    use: sparse.sparray | sparse.spmatrix,
    capacity: npt.ArrayLike,
    resource_village: npt.ArrayLike | None,
    sense: Sequence[str] | npt.NDArray[np.str_] | None,
) -> Problem:
    faults = Faults()
    of, place = np.asarray(household, dtype=np.int64), np.asarray(village, dtype=np.int64)
    matrix = csr(use)
    matrix.sum_duplicates()
    limit = np.asarray(capacity, dtype=np.float64)
    senses = np.full(len(limit), "<=") if sense is None else np.asarray(sense)
    where = np.full(len(limit), -1) if resource_village is None else np.asarray(resource_village, dtype=np.int64)
    worth = np.asarray(value, dtype=np.float64)
    _check_arrays(faults, worth, of, place, matrix, limit, where, senses)
    faults.raise_if_any()
    sign = np.where(senses == ">=", -1, 1).astype(np.int64)
    limit = np.where(senses == ">=", np.ceil(limit), np.floor(limit))
    order = np.argsort(of, kind="stable")
    names = np.array([f"r{r:04d}" for r in range(len(limit))], dtype=object)
    # a use is checked where it is not zero: the matrix of a county is large
    amount = csr(
        (whole(faults, matrix.data, "use", names[matrix.indices]), matrix.indices, matrix.indptr), shape=matrix.shape
    )
    whole(faults, limit, "capacity", names)
    micros = micro(faults, worth, "value", np.arange(len(worth)))
    faults.raise_if_any()
    rows = pd.DataFrame(
        {"row": names, "kind": "resource", "village": [None if v < 0 else int(v) for v in where], "sense": senses,
         "unit": "", "capacity": limit.astype(np.int64), "names": None}
    )  # fmt: skip
    start = np.searchsorted(of[order], np.arange(len(place) + 1)).astype(np.int64)
    use_le = csr(amount[order] @ diagonal(sign)).astype(np.int64)
    return Problem(
        hh=np.arange(len(place)), start=start, package=order, row=order, value=micros[order],
        allowed=np.ones(len(of), dtype=bool), base=_base_of_arrays(use_le, start), use=use_le,
        capacity=sign * limit.astype(np.int64), rows=rows, village=place, members=np.ones(len(place), dtype=np.int64),
        bonus=np.zeros(len(of), dtype=np.int64),
    )  # fmt: skip


def _base_of_arrays(use: Sparse, start: Ints) -> Ints:
    found = np.full(len(start) - 1, -1, dtype=np.int64)
    at = np.flatnonzero(np.diff(use.indptr) == 0)[::-1]
    found[np.searchsorted(start, at, side="right") - 1] = at
    return found


def _check_arrays(
    faults: Faults,
    value: npt.NDArray[np.float64],
    household: Ints,
    village: Ints,
    use: Sparse,
    capacity: npt.NDArray[np.float64],
    resource_village: Ints,
    sense: npt.NDArray[Any],
) -> None:
    shapes = {
        "household": (household.shape, value.shape), "use": (use.shape, (*value.shape, *capacity.shape)),
        "resource_village": (resource_village.shape, capacity.shape), "sense": (sense.shape, capacity.shape),
    }  # fmt: skip
    for name, (found, needed) in shapes.items():
        if found != needed:
            faults.add("shape {found}, needed {needed}", name, found=str(found), needed=str(needed))
    bad = (household < 0) | (household >= len(village))
    faults.add_keys("{n} keys are not in the table {table}: {keys}", "household", household[bad], table="households")
    if not bad.any():
        without = np.flatnonzero(np.bincount(household, minlength=len(village)) == 0)
        faults.add_keys("{n} households have no package: {keys}", "households", without)
    faults.add_keys("{n} senses are unknown: {keys}", "sense", set(sense) - {"<=", ">="}, allowed="<=, >=")
    if not np.isfinite(capacity).all():
        faults.add_keys("{n} amounts are no whole numbers: {keys}", "capacity", np.flatnonzero(~np.isfinite(capacity)))
    unknown = resource_village[(resource_village >= 0) & ~np.isin(resource_village, village)]
    faults.add_keys("{n} resources belong to a village without households: {keys}", "resource_village", unknown)
