"""What a very large problem is made of: measures, packages as sets of them, rows of capacity.

Responsible for describing the factorised form: which amounts a household has (costs per measure,
not per package), what they use of the common rows, what a package counts in its village's own
rows. Checked on construction, all faults at once. Not responsible for any household.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from povlib.allocation.problem.table_checks import FaultList
from povlib.arrays import Ints

#: a choice is one signed byte a household
MOST_PACKAGES = 127
MOST_CLASSES = 127
SENSES = ("<=", ">=")


@dataclass(frozen=True)
class Row:
    """A capacity that all households share.

    Attributes
    ----------
    name : str
    capacity : int
        In the row's own unit (fen, posts, weeks).
    sense : "<=" or ">="
    """

    name: str
    capacity: int
    sense: str = "<="


@dataclass(frozen=True)
class Amount:
    """A whole number each household has: what a measure would cost it, how many weeks it would take.

    Attributes
    ----------
    name : str
    measure : str
        Counts when the household's package holds this measure.
    rows : mapping of row name to int
        How often one unit counts in each common row (a bill that several sets of funds must meet
        counts once in each).
    """

    name: str
    measure: str
    rows: Mapping[str, int]


@dataclass(frozen=True)
class VillageRow:
    """A capacity that each village has of its own; how large stands beside the households.

    Attributes
    ----------
    name : str
    sense : "<=" or ">="
    measures : mapping of measure to int
        Units one household uses with each measure: posts, places. Counts, not yuan.
    any_package : int
        Units of any package that holds a measure at all ("served").
    """

    name: str
    sense: str = "<="
    measures: Mapping[str, int] = field(default_factory=dict)
    any_package: int = 0


@dataclass(frozen=True)
class Layout:
    """Everything of a problem in blocks except its households.

    Attributes
    ----------
    measures : sequence of str
    packages : sequence of sets of measures
        At most 127; a household may have any of them that its value allows.
    rows : sequence of Row
    amounts : sequence of Amount
    units : mapping of measure to mapping of row name to int
        Whole numbers that are the same for every household: one post, one crew.
    village_rows : sequence of VillageRow

    Examples
    --------
    >>> layout = Layout(
    ...     measures=["house", "job"],
    ...     packages=[(), ("house",), ("job",), ("house", "job")],
    ...     rows=[Row("fund", 1_000_000), Row("jobs", 20)],
    ...     amounts=[Amount("bill of the house", "house", {"fund": 1})],
    ...     units={"job": {"jobs": 1}},
    ...     village_rows=[VillageRow("posts", measures={"job": 1})],
    ... )
    >>> layout.package_measures.astype(int).tolist()
    [[0, 0], [1, 0], [0, 1], [1, 1]]
    >>> layout.village_use.tolist(), layout.classes.tolist()
    ([[0], [0], [1], [1]], [0, 0, 1, 1])
    """

    measures: Sequence[str]
    packages: Sequence[Sequence[str]]
    rows: Sequence[Row]
    amounts: Sequence[Amount] = ()
    units: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    village_rows: Sequence[VillageRow] = ()

    def __post_init__(self) -> None:
        faults = FaultList()
        self._names(faults)
        self._uses(faults)
        if not 0 < len(self.packages) <= MOST_PACKAGES:
            faults.add("{n} packages in the list, at most {most}", "packages", n=len(self.packages), most=MOST_PACKAGES)
        faults.raise_if_any()
        if len(self.class_use) > MOST_CLASSES:
            faults.add("village rows are used in {n} different ways, at most {most}", "village_rows",
                       n=len(self.class_use), most=MOST_CLASSES)  # fmt: skip
        faults.raise_if_any()

    def _names(self, faults: FaultList) -> None:
        named = {
            "measures": list(self.measures), "rows": [row.name for row in self.rows],
            "amounts": [amount.name for amount in self.amounts],
            "village_rows": [row.name for row in self.village_rows],
            "packages": [" ".join(sorted(package)) for package in self.packages],
        }  # fmt: skip
        for where, names in named.items():
            twice = sorted({name for name in names if names.count(name) > 1})
            faults.add_keys("{n} keys stand twice in {table}: {keys}", where, twice, table=where)
        known = set(self.measures)
        used = {measure for package in self.packages for measure in package}
        used |= {amount.measure for amount in self.amounts} | set(self.units)
        used |= {measure for row in self.village_rows for measure in row.measures}
        faults.add_keys("{n} keys are not in the table {table}: {keys}", "layout", used - known, table="measures")

    def _uses(self, faults: FaultList) -> None:
        rows = {row.name for row in self.rows}
        mentioned = {name for amount in self.amounts for name in amount.rows}
        mentioned |= {name for uses in self.units.values() for name in uses}
        faults.add_keys("{n} keys are not in the table {table}: {keys}", "layout", mentioned - rows, table="rows")
        senses = [(row.name, row.sense) for row in self.rows] + [(row.name, row.sense) for row in self.village_rows]
        faults.add_keys("{n} rows have another sense than <= or >=: {keys}", "rows",
                        [name for name, sense in senses if sense not in SENSES])  # fmt: skip
        numbers = [*(amount.rows.values() for amount in self.amounts), *(own.values() for own in self.units.values()),
                   *(row.measures.values() for row in self.village_rows),
                   [row.any_package for row in self.village_rows], [row.capacity for row in self.rows]]  # fmt: skip
        broken = [number for some in numbers for number in some if not isinstance(number, int)]
        faults.add_keys("{n} amounts are no whole numbers: {keys}", "layout", map(str, broken))

    @cached_property
    def package_measures(self) -> npt.NDArray[np.bool_]:
        """Say which package (K) holds which measure (M)."""
        return np.array([[m in package for m in self.measures] for package in self.packages], dtype=bool).reshape(
            len(self.packages), len(self.measures)
        )

    @cached_property
    def sign(self) -> Ints:
        """-1 for rows with sense >=, so that every row reads use <= capacity."""
        return np.array([-1 if row.sense == ">=" else 1 for row in self.rows], dtype=np.int64)

    @cached_property
    def capacity(self) -> Ints:
        """Capacity of each common row in its <= form."""
        return self.sign * np.array([row.capacity for row in self.rows], dtype=np.int64)

    @cached_property
    def amount_measure(self) -> Ints:
        """Measure of each amount."""
        at = {name: m for m, name in enumerate(self.measures)}
        return np.array([at[amount.measure] for amount in self.amounts], dtype=np.int64)

    @cached_property
    def amount_use(self) -> Ints:
        """How often one unit of each amount (Q) counts in each common row (R), in <= form."""
        found = np.zeros((len(self.amounts), len(self.rows)), dtype=np.int64)
        at = {row.name: r for r, row in enumerate(self.rows)}
        for q, amount in enumerate(self.amounts):
            for name, times in amount.rows.items():
                found[q, at[name]] = times
        return found * self.sign

    @cached_property
    def unit_use(self) -> Ints:
        """Fixed use of each common row (R) by each measure (M), in <= form."""
        found = np.zeros((len(self.measures), len(self.rows)), dtype=np.int64)
        at = {row.name: r for r, row in enumerate(self.rows)}
        for m, measure in enumerate(self.measures):
            for name, times in self.units.get(measure, {}).items():
                found[m, at[name]] = times
        return found * self.sign

    @cached_property
    def village_sign(self) -> Ints:
        """-1 for village rows with sense >=."""
        return np.array([-1 if row.sense == ">=" else 1 for row in self.village_rows], dtype=np.int64)

    @cached_property
    def village_use(self) -> Ints:
        """Use of each village row (L) by each package (K), in <= form."""
        found = np.zeros((len(self.packages), len(self.village_rows)), dtype=np.int64)
        for j, row in enumerate(self.village_rows):
            for k, package in enumerate(self.packages):
                found[k, j] = sum(row.measures.get(measure, 0) for measure in package)
                found[k, j] += row.any_package if len(package) else 0
        return found * self.village_sign

    @cached_property
    def classes(self) -> Ints:
        """Class of each package: packages alike in every village row, in order of first appearance."""
        return self._classes[0]

    @cached_property
    def class_use(self) -> Ints:
        """Use of each village row by each class (C, L)."""
        return self._classes[1]

    @cached_property
    def _classes(self) -> tuple[Ints, Ints]:
        seen: dict[tuple[int, ...], int] = {}
        found = [seen.setdefault(tuple(use), len(seen)) for use in self.village_use.tolist()]
        table = np.array(list(seen), dtype=np.int64).reshape(len(seen), len(self.village_rows))
        return np.array(found, dtype=np.int64), table

    @cached_property
    def steps(self) -> tuple[Ints, Ints, Ints]:
        """Sums over sets of measures, each one addition from another: parent, measure, node of each package."""
        nodes: dict[tuple[int, ...], int] = {(): 0}
        parent, added, of = [0], [0], []
        for held in self.package_measures:
            path: tuple[int, ...] = ()
            for m in np.flatnonzero(held).tolist():
                longer = (*path, m)
                if longer not in nodes:
                    nodes[longer] = len(parent)
                    parent.append(nodes[path])
                    added.append(m)
                path = longer
            of.append(nodes[path])
        return tuple(np.array(part, dtype=np.int64) for part in (parent, added, of))  # type: ignore[return-value]

    def with_capacity(self, changed: Mapping[str, int]) -> Layout:
        """Return the layout with other capacities of some rows."""
        faults = FaultList()
        faults.add_keys("{n} keys are not in the table {table}: {keys}", "changed",
                        set(changed) - {row.name for row in self.rows}, table="rows")  # fmt: skip
        faults.raise_if_any()
        rows = [Row(row.name, int(changed.get(row.name, row.capacity)), row.sense) for row in self.rows]
        return Layout(self.measures, self.packages, rows, self.amounts, self.units, self.village_rows)

    def plain(self) -> dict[str, Any]:
        """Return the layout as plain values for JSON."""
        return {
            "measures": list(self.measures), "packages": [list(package) for package in self.packages],
            "rows": [asdict(row) for row in self.rows],
            "amounts": [{"name": a.name, "measure": a.measure, "rows": dict(a.rows)} for a in self.amounts],
            "units": {measure: dict(uses) for measure, uses in self.units.items()},
            "village_rows": [
                {"name": v.name, "sense": v.sense, "measures": dict(v.measures), "any_package": v.any_package}
                for v in self.village_rows],
        }  # fmt: skip

    @classmethod
    def read(cls, plain: Mapping[str, Any]) -> Layout:
        """Read what `plain` wrote."""
        return cls(
            plain["measures"], plain["packages"], [Row(**row) for row in plain["rows"]],
            [Amount(**amount) for amount in plain["amounts"]], plain["units"],
            [VillageRow(**row) for row in plain["village_rows"]],
        )  # fmt: skip

    def to_json(self) -> str:
        """Return the layout as JSON with sorted keys: what its digest is made of."""
        return json.dumps(self.plain(), ensure_ascii=False, sort_keys=True)
