"""A frame read once for measurement: incomes, lines, design and domains, checked and sorted.

Responsible for refusing frames that cannot be measured, for cutting them into domains and for handing
each index its sample. Not responsible for estimates or errors (`povlib.poverty.measure`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from numbers import Real
from typing import Any

import numpy as np
import pandas as pd

from povlib.arrays import Bools, Floats, Ints
from povlib.errors import DataError, Fault
from povlib.poverty.measurement.frame_columns import (
    checked_table,
    column_names,
    empty_cells,
    finite_column,
    is_one_of,
)
from povlib.poverty.measurement.indices import Index
from povlib.poverty.measurement.poverty_line import PovertyLine, RelativeLine, resolve_line
from povlib.poverty.measurement.sorted_domain import (
    GINI_FORMS,
    POOR_RULES,
    QUANTILE_RULES,
    QUINTILE_RULES,
    ZENGA_FORMS,
    Conventions,
    SortedDomain,
)
from povlib.poverty.measurement.survey_design import Design, checked_level, design_from

WHOLE_SAMPLE = "all"


@dataclass(frozen=True)
class ClusterMembership:
    """The clusters that a sample's rows fall in: worked out once, used by every index.

    Attributes
    ----------
    clusters : array
        Codes of the clusters that occur, ascending.
    at : array (rows)
        Position of each row's cluster among them.
    strata : array
        Stratum of each of them.
    strata_count : int
        Number of different strata.
    """

    clusters: Ints
    at: Ints
    strata: Ints
    strata_count: int


@dataclass(frozen=True)
class MeasurementInput:
    """A frame read once: incomes, lines, design, and its rows sorted by domain and income.

    Attributes
    ----------
    income : array (rows)
    fixed, relative : Threshold
        The line asked for; the line of the at-risk-of-poverty family.
    design : Design
    domains : list
        Labels; ``domain`` holds the code of each row.
    slices : list of array
        Rows of each domain in ascending order of income.
    samples : dict
        Samples made so far, so that indices over the same rows share their sums.
    memberships : dict
        Clusters of the samples made so far.
    missing : int
        Rows left out since they have no income (``missing="drop"``).
    """

    income: Floats
    fixed: PovertyLine | None
    relative: PovertyLine | None
    design: Design
    conventions: Conventions
    domains: list[Any]
    domain: Ints
    slices: list[Ints]
    samples: dict[tuple[bool, int, bool, int], tuple[SortedDomain, Ints]] = field(default_factory=dict, repr=False)
    memberships: dict[int, ClusterMembership] = field(default_factory=dict, repr=False)
    missing: int = 0

    def threshold(self, which: Index) -> PovertyLine | None:
        """Return the line an index is measured against; None when it needs no line."""
        if which.relative:
            return self.relative
        return self.fixed if which.slope is not None else None

    def sorted_domain(self, which: Index, code: int) -> tuple[SortedDomain, Ints]:
        """Return the sample an index sees in a domain, and the rows it holds."""
        line = self.threshold(which)
        key = (which.positive, 0 if line is None else 1 if line is self.fixed else 2, which.by_amount, code)
        if key not in self.samples:
            self.samples[key] = self._sorted_domain(which.positive, line, code, which.by_amount)
        return self.samples[key]

    def cluster_membership(self, rows: Ints) -> ClusterMembership:
        """Return the clusters of a sample's rows (the array that `sample` returned)."""
        if id(rows) not in self.memberships:
            size = np.bincount(self.design.cluster[rows], minlength=self.design.clusters)
            clusters = np.flatnonzero(size)
            place = np.zeros(self.design.clusters, dtype=np.int64)
            place[clusters] = np.arange(len(clusters))
            strata = self.design.stratum[clusters]
            made = ClusterMembership(clusters, place[self.design.cluster[rows]], strata, len(np.unique(strata)))
            self.memberships[id(rows)] = made
        return self.memberships[id(rows)]

    def _sorted_domain(
        self, positive: bool, line: PovertyLine | None, code: int, by_amount: bool
    ) -> tuple[SortedDomain, Ints]:
        """Return a domain's incomes sorted, with weights and line, and the rows they come from."""
        rows, income, floor = self.slices[code], self.income, self.conventions.nonpositive
        if positive and isinstance(floor, str):
            rows = rows[income[rows] > 0]
        elif positive:
            income = np.where(income > 0, income, float(floor))
        values = np.ones((1, 1)) if line is None else _line_values(line, rows)
        if line is not None and values.shape[1] > 1 and not by_amount:  # lines differ by row: order by income in lines
            rows = rows[np.argsort(income[rows] / line.amount[rows], kind="stable")]
            values = line.amount[rows][None, :]
        return SortedDomain(income[rows], self.design.weight[None, rows], values, self.conventions), rows


def _line_values(line: PovertyLine, rows: Ints) -> Floats:
    values = line.amount[rows]
    if len(values) and (values == values[0]).all():
        return values[:1].reshape(1, 1)
    return values.reshape(1, -1) if len(values) else np.ones((1, 1))


def read_measurement_input(
    frame: pd.DataFrame,
    income: str,
    line: float | str | RelativeLine | None,
    weight: str | None,
    strata: str | None,
    cluster: str | None,
    by: str | Sequence[str] | None,
    wanted: Sequence[Index],
    options: dict[str, Any],
) -> tuple[MeasurementInput, float]:
    """Read and check a frame; return the problem and the level of the intervals."""
    options = dict(options)
    missing, overall = options.pop("missing", "refuse"), _checked_switch("overall", options.pop("overall", False))
    level, relative = checked_level(options.pop("level", 0.95)), options.pop("relative", None)
    designed = {key: options.pop(key) for key in ("fraction", "lonely", "census", "df") if key in options}
    conventions = _checked_conventions(options)
    frame = checked_table(frame, [income])
    values, used = _checked_incomes(frame, income, missing)
    design = design_from(frame, weight, strata, cluster, **designed)
    if not used.all():  # left out of every domain, still in the design
        design = replace(design, weight=np.where(used, design.weight, 0.0))
    _require_line(line, wanted)
    labels, domain = domain_codes(frame, by)
    order = np.argsort(values, kind="stable")
    order = order[used[order]]
    fixed = None if line is None else resolve_line(frame, line, values, design.weight, order, conventions)
    if relative is not None and not isinstance(relative, RelativeLine):
        raise DataError("{value} is no relative line", where="relative", value=str(relative))
    relative = line if isinstance(line, RelativeLine) else relative or RelativeLine()
    second = fixed if isinstance(line, RelativeLine) else None
    if second is None and any(which.relative for which in wanted):
        second = resolve_line(frame, relative, values, design.weight, order, conventions, required=False)
    slices = _rows_by_domain(domain, order, len(labels))
    if overall and by is not None:
        labels, slices = [WHOLE_SAMPLE, *labels], [order, *slices]
    left_out = int((~used).sum())
    return MeasurementInput(values, fixed, second, design, conventions, labels, domain, slices, missing=left_out), level


def _is_amount(value: Any) -> bool:
    """Return whether a value is a finite number above zero."""
    return not isinstance(value, (bool, np.bool_)) and isinstance(value, Real) and 0 < float(value) < np.inf


def _checked_switch(name: str, value: Any) -> bool:
    if not isinstance(value, (bool, np.bool_)):
        raise DataError("{value} is no choice", where=name, allowed="True, False", value=str(value))
    return bool(value)


def _checked_conventions(options: dict[str, Any]) -> Conventions:
    allowed = {
        "poor": POOR_RULES,
        "gini": GINI_FORMS,
        "quantile": QUANTILE_RULES,
        "quintiles": QUINTILE_RULES,
        "zenga": ZENGA_FORMS,
        "nonpositive": ("drop", "refuse"),
    }
    faults = []
    for key, value in list(options.items()):
        if key not in allowed:
            faults.append(Fault("{key} is no option of measure", where=key, values={"key": key}))
        elif key == "nonpositive" and _is_amount(value):
            options[key] = float(value)
        elif not is_one_of(value, allowed[key]):
            words = ", ".join(allowed[key])
            faults.append(
                Fault(
                    "{value} is no convention of {key}", where=key, allowed=words, values={"value": value, "key": key}
                )
            )
    if faults:
        raise DataError(faults)
    return Conventions(**options)


def _checked_incomes(frame: pd.DataFrame, income: str, missing: str) -> tuple[Floats, Bools]:
    """Return incomes (0 where missing) and which are usable; refuse missing ones unless they may be dropped."""
    if not len(frame):
        raise DataError("the frame has no rows")
    values = finite_column(frame, income)
    used = ~np.isnan(values)
    if not is_one_of(missing, ("refuse", "drop")):
        raise DataError("{value} is no rule for missing incomes", allowed="refuse, drop", value=missing)
    if missing == "refuse" and not used.all():
        raise DataError(
            "{n} rows have no income", where=income, remedy='fill them, or pass missing="drop"', n=int((~used).sum())
        )
    return np.where(used, values, 0.0), used


def _require_line(line: float | str | RelativeLine | None, wanted: Sequence[Index]) -> None:
    lacking = [which.key for which in wanted if which.slope is not None and not which.relative]
    if line is None and lacking:
        raise DataError("{measures} need a line", where="line", measures=", ".join(lacking))


def domain_codes(frame: pd.DataFrame, by: str | Sequence[str] | None) -> tuple[list[Any], Ints]:
    """Return the labels of the domains and the code of each row (-1 for a category that is empty)."""
    names = column_names(by)
    if not names:
        return [WHOLE_SAMPLE], np.zeros(len(frame), dtype=np.int64)
    frame = checked_table(frame, names)
    if any(empty_cells(frame[name]).any() for name in names):
        raise DataError("some rows belong to no domain", where=", ".join(names), remedy="fill the column or drop them")
    if len(names) == 1:
        column = frame[names[0]]
        if isinstance(column.dtype, pd.CategoricalDtype):
            return list(column.cat.categories), np.asarray(column.cat.codes, dtype=np.int64)
        codes, labels = pd.factorize(column, sort=True)
        return list(labels), codes.astype(np.int64)
    # by tuple, not by the joined text: "a | b" and "c" is not "a" and "b | c"
    codes, labels = pd.factorize(pd.MultiIndex.from_frame(frame[names].astype("str")), sort=True)
    return [" | ".join(label) for label in labels], codes.astype(np.int64)


def _rows_by_domain(domain: Ints, order: Ints, count: int) -> list[Ints]:
    """Return the rows of each domain in the order given, in one pass."""
    grouped = order[np.argsort(domain[order], kind="stable")]
    bounds = np.cumsum(np.bincount(domain[order], minlength=count))[:-1]
    return list(np.split(grouped, bounds))


def rows_of_line(line: PovertyLine, rows: Ints) -> Ints:
    """Return the rows from which the line of a domain was estimated.

    Raises
    ------
    DataError
        If the domain holds rows of several lines.
    """
    groups = np.unique(line.group[rows])
    if len(groups) != 1:
        raise DataError("a domain holds rows of several relative lines", remedy="measure within the groups of the line")
    return np.flatnonzero(line.group == groups[0])
