"""One call for every measure, by domain, with design-based errors.

Responsible for cutting a frame into domains, running the indices over each, and turning influence
into standard errors, intervals, covariances and contrasts. Not responsible for the formulas
(`povlib.poverty.indices`), the design (`.design`), or replicates (`.replicate`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd

from povlib.errors import DataError, Fault
from povlib.poverty.design import Design, design_from, interval, sums_by, warn_few_clusters
from povlib.poverty.frames import Bools, Floats, Ints
from povlib.poverty.indices import DEFAULT, Index, index
from povlib.poverty.line import Relative, Threshold, threshold
from povlib.poverty.sample import Conventions, Sample

ALL = "all"
COLUMNS = ["measure", "convention", "domain", "estimate", "se", "ci_low", "ci_high", "n", "clusters"]


@dataclass(frozen=True)
class Problem:
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
    """

    income: Floats
    fixed: Threshold | None
    relative: Threshold | None
    design: Design
    conventions: Conventions
    domains: list[Any]
    domain: Ints
    slices: list[Ints]

    def threshold(self, which: Index) -> Threshold | None:
        """Return the line an index is measured against."""
        if which.relative:
            return self.relative
        return self.fixed if which.slope is not None else None

    def sample(self, which: Index, code: int) -> tuple[Sample, Ints]:
        """Return the sample an index sees in a domain, and the rows it holds."""
        rows, line = self.slices[code], self.threshold(which)
        if which.positive:
            rows = rows[self.income[rows] > 0]
        values = np.ones((1, 1)) if line is None else _line_of(line, rows)
        if line is not None and values.shape[1] > 1:  # lines differ by row: order by income in lines
            rows = rows[np.argsort(self.income[rows] / line.amount[rows], kind="stable")]
            values = line.amount[rows][None, :]
        return Sample(self.income[rows], self.design.weight[None, rows], values, self.conventions), rows


def _line_of(line: Threshold, rows: Ints) -> Floats:
    values = line.amount[rows]
    if len(values) and (values == values[0]).all():
        return values[:1].reshape(1, 1)
    return values.reshape(1, -1) if len(values) else np.ones((1, 1))


@dataclass(frozen=True)
class Estimates:
    """Estimates with everything needed for covariances and contrasts.

    Attributes
    ----------
    frame : DataFrame
        One row an estimate; see `measure`.
    design : Design
    totals : array (estimates x clusters)
        Cluster totals of the influence.
    """

    frame: pd.DataFrame
    design: Design
    totals: Floats = field(repr=False)

    def covariance(self) -> Floats:
        """Return the covariance matrix of all estimates, in the order of ``frame``."""
        if self.design.census:
            return np.zeros((len(self.frame), len(self.frame)))
        return self.design.covariance(self.totals)

    def contrast(self, weights: Sequence[float] | Floats, label: str = "contrast") -> pd.DataFrame:
        """Return the linear combination ``weights @ estimates`` with its standard error.

        Parameters
        ----------
        weights : sequence of float
            One number an estimate, e.g. 1 and -1 for a difference.
        label : str
            Name of the contrast.
        """
        factor = np.asarray(weights, dtype=np.float64)
        if len(factor) != len(self.frame):
            raise DataError("a contrast needs {n} weights, one an estimate", n=len(self.frame))
        used = factor != 0
        estimate = factor[used] @ self.frame["estimate"].to_numpy(dtype=np.float64)[used]
        total = factor[used] @ self.totals[used]
        variance = 0.0 if self.design.census else self.design.covariance(total[None, :])[0, 0]
        return self._row(label, float(estimate), float(np.sqrt(variance)), used)

    def difference(self, first: Any, second: Any, measure: str | None = None) -> pd.DataFrame:
        """Return ``first - second`` of two domains for each measure, with covariance between them."""
        rows = []
        for key in self.frame["measure"].unique() if measure is None else [measure]:
            weights = np.zeros(len(self.frame))
            for domain, sign in ((first, 1.0), (second, -1.0)):
                found = (self.frame["measure"] == key) & (self.frame["domain"] == domain)
                if not found.any():
                    raise DataError("there is no estimate of {measure} for {domain}", measure=key, domain=domain)
                weights[found.to_numpy()] += sign
            rows.append(self.contrast(weights, label=f"{first} - {second}").assign(measure=key))
        return pd.concat(rows, ignore_index=True)

    def change(self, after: Any, before: Any, years: float | None = None) -> pd.DataFrame:
        """Return absolute and relative changes between two domains, usually waves, of each measure.

        Parameters
        ----------
        after, before : label
            Domains.
        years : float, optional
            Years between them: adds the changes per year (relative ones compounded).

        Returns
        -------
        DataFrame
            The tidy columns plus ``change``: absolute, relative (share of the value before),
            absolute_per_year, relative_per_year.
        """
        if not len(self.totals):
            raise DataError("changes need estimates, not only their frame", remedy="use estimate()")
        tables = []
        for key in self.frame["measure"].unique():
            rows = [self._position(key, domain) for domain in (after, before)]
            new, old = self.frame["estimate"].to_numpy()[rows]
            for kind, (value, by_new, by_old) in _changes(new, old, years).items():
                weights = np.zeros(len(self.frame))
                weights[rows] = by_new, by_old
                row = self.contrast(weights, label=f"{after} - {before}").assign(measure=key, change=kind)
                half = (row["ci_high"] - row["ci_low"]) / 2
                tables.append(row.assign(estimate=value, ci_low=value - half, ci_high=value + half))
        return pd.concat(tables, ignore_index=True)

    def _position(self, key: str, domain: Any) -> int:
        found = np.flatnonzero((self.frame["measure"] == key) & (self.frame["domain"] == domain))
        if len(found) != 1:
            raise DataError("there is no estimate of {measure} for {domain}", measure=key, domain=domain)
        return int(found[0])

    def _row(self, label: str, estimate: float, se: float, used: Bools) -> pd.DataFrame:
        clusters = int(self.frame["clusters"].to_numpy()[used].max())
        df = np.array([self.design.clusters - self.design.strata])
        low, high = interval(np.array([estimate]), np.array([se]), np.array([clusters]), df, np.array([False]))
        first = self.frame[used].iloc[0]
        row = [first["measure"], first["convention"], label, estimate, se, low[0], high[0]]
        return pd.DataFrame([[*row, int(self.frame["n"].to_numpy()[used].sum()), clusters]], columns=COLUMNS)


def _changes(new: float, old: float, years: float | None) -> dict[str, tuple[float, float, float]]:
    """Return each change with its derivatives in the new and the old value."""
    kinds = {"absolute": (new - old, 1.0, -1.0), "relative": (new / old - 1, 1 / old, -new / old**2)}
    if years:
        growth = (new / old) ** (1 / years)
        kinds["absolute_per_year"] = ((new - old) / years, 1 / years, -1 / years)
        kinds["relative_per_year"] = (growth - 1, growth / (years * new), -growth / (years * old))
    return kinds


def measure(
    frame: pd.DataFrame,
    *,
    income: str,
    line: float | str | Relative | None = None,
    weight: str | None = None,
    strata: str | None = None,
    cluster: str | None = None,
    by: str | Sequence[str] | None = None,
    measures: Sequence[str] | None = None,
    **options: Any,
) -> pd.DataFrame:
    """Estimate measures of poverty and inequality with design-based standard errors.

    Parameters
    ----------
    frame : DataFrame
        One row a person or household.
    income : str
        Column of income per head.
    line : float, str or Relative, optional
        Poverty line: a number, a column, or a share of the median or mean (then estimated, and its
        error counted). Needed by the FGT family, Watts, Sen, SST and Takayama.
    weight, strata, cluster : str, optional
        Design columns; see `povlib.poverty.design.design_from`. Without weight every row counts 1.
    by : str or list of str, optional
        Domain columns. The design stays the whole one.
    measures : list of str, optional
        Keys: fgt0 fgt1 fgt2 watts sen sst takayama arop arop_line rmpg gini s80s20 ge0 ge1 ge2
        atkinson_0.5 atkinson_1 mean median, and any other order of fgt, ge and atkinson.
        Default: all these (without those that need a line when none is given).
    **options
        ``fraction``, ``lonely``, ``census``, ``df`` (see `design_from`); ``missing`` = "refuse" or "drop" for
        rows without income; ``overall`` = True adds the whole sample as domain "all"; ``relative``, the
        line of arop, arop_line and rmpg when `line` is not one; ``level`` of the intervals; and the
        conventions ``poor``, ``gini``, ``quantile``, ``quintiles``, ``nonpositive`` (see `Conventions`).

    Returns
    -------
    DataFrame
        measure, convention, domain, estimate, se, ci_low, ci_high, n, clusters.

    Raises
    ------
    DataError
        If a column, a weight, an income or a line is missing or impossible, or the design is.

    Examples
    --------
    >>> frame = pd.DataFrame({"income": [1.0, 2.0, 3.0, 4.0]})
    >>> measure(frame, income="income", line=2.5, measures=["fgt0", "gini"], census=True)[["measure", "estimate"]]
      measure  estimate
    0    fgt0      0.50
    1    gini      0.25
    """
    return _estimates(frame, income, line, weight, strata, cluster, by, measures, options, keep=False).frame


def estimate(
    frame: pd.DataFrame,
    *,
    income: str,
    line: float | str | Relative | None = None,
    weight: str | None = None,
    strata: str | None = None,
    cluster: str | None = None,
    by: str | Sequence[str] | None = None,
    measures: Sequence[str] | None = None,
    **options: Any,
) -> Estimates:
    """Return what `measure` returns, with covariances and contrasts between domains and waves.

    Waves of one panel are domains of one frame: clusters that appear in both give the covariance.

    Examples
    --------
    >>> frame = pd.DataFrame({"hh": list(range(40)) * 2, "wave": [1] * 40 + [2] * 40})
    >>> frame["income"] = 100.0 + frame["hh"] + 5 * frame["wave"]
    >>> made = estimate(frame, income="income", cluster="hh", by="wave", measures=["mean"])
    >>> made.difference(2, 1)[["domain", "estimate", "se"]].round(9).to_numpy().tolist()
    [['2 - 1', 5.0, 0.0]]
    """
    return _estimates(frame, income, line, weight, strata, cluster, by, measures, options, keep=True)


def _estimates(
    frame: pd.DataFrame,
    income: str,
    line: float | str | Relative | None,
    weight: str | None,
    strata: str | None,
    cluster: str | None,
    by: str | Sequence[str] | None,
    measures: Sequence[str] | None,
    options: dict[str, Any],
    *,
    keep: bool,
) -> Estimates:
    keys = list(measures) if measures is not None else _default(line)
    wanted = [index(key) for key in keys]
    problem, level = prepare(frame, income, line, weight, strata, cluster, by, wanted, options)
    made = [_one(problem, which, keep) for which in wanted]
    table = pd.concat([part for part, _ in made], ignore_index=True)
    table = _with_intervals(problem, table, wanted, level)
    totals = np.concatenate([part for _, part in made]) if keep else np.zeros((0, 0))
    return Estimates(table, problem.design, totals)


def _default(line: float | str | Relative | None) -> list[str]:
    return [key for key in DEFAULT if line is not None or index(key).slope is None or index(key).relative]


def prepare(
    frame: pd.DataFrame,
    income: str,
    line: float | str | Relative | None,
    weight: str | None,
    strata: str | None,
    cluster: str | None,
    by: str | Sequence[str] | None,
    wanted: Sequence[Index],
    options: dict[str, Any],
) -> tuple[Problem, float]:
    """Read and check a frame; return the problem and the level of the intervals."""
    options = dict(options)
    missing, overall = options.pop("missing", "refuse"), options.pop("overall", False)
    level, relative = options.pop("level", 0.95), options.pop("relative", None)
    designed = {key: options.pop(key) for key in ("fraction", "lonely", "census", "df") if key in options}
    conventions = _conventions(options)
    frame = frame.reset_index(drop=True)
    values, used = _incomes(frame, income, missing)
    design = design_from(frame, weight, strata, cluster, **designed)
    if not used.all():  # left out of every domain, still in the design
        design = replace(design, weight=np.where(used, design.weight, 0.0))
    _check_line(line, wanted)
    labels, domain = domains_of(frame, by)
    order = np.argsort(values, kind="stable")
    order = order[used[order]]
    fixed = None if line is None else threshold(frame, line, values, design.weight, order, conventions)
    relative = line if isinstance(line, Relative) else relative or Relative()
    second = fixed if isinstance(line, Relative) else None
    if second is None and any(which.relative for which in wanted):
        second = threshold(frame, relative, values, design.weight, order, conventions)
    slices = _slices(domain, order, len(labels))
    if overall and by is not None:
        labels, slices = [ALL, *labels], [order, *slices]
    return Problem(values, fixed, second, design, conventions, labels, domain, slices), level


def _conventions(options: dict[str, Any]) -> Conventions:
    from povlib.poverty.sample import POOR, QUANTILES

    allowed = {
        "poor": POOR,
        "gini": ("population", "sample", "cumulated"),
        "quantile": QUANTILES,
        "quintiles": ("eurostat", "lorenz"),
        "nonpositive": ("drop", "refuse"),
    }
    faults = []
    for key, value in options.items():
        if key not in allowed:
            faults.append(Fault("{key} is no option of measure", where=key, values={"key": key}))
        elif value not in allowed[key]:
            words = ", ".join(allowed[key])
            faults.append(
                Fault(
                    "{value} is no convention of {key}", where=key, allowed=words, values={"value": value, "key": key}
                )
            )
    if faults:
        raise DataError(faults)
    return Conventions(**options)


def _incomes(frame: pd.DataFrame, income: str, missing: str) -> tuple[Floats, Bools]:
    if income not in frame.columns:
        raise DataError("table {table} has no column {column}", table="frame", column=income)
    if not len(frame):
        raise DataError("the frame has no rows")
    values = frame[income].to_numpy(dtype=np.float64, na_value=np.nan)
    used = np.isfinite(values)
    if missing not in ("refuse", "drop"):
        raise DataError("{value} is no rule for missing incomes", allowed="refuse, drop", value=missing)
    if missing == "refuse" and not used.all():
        raise DataError(
            "{n} rows have no income", where=income, remedy='fill them, or pass missing="drop"', n=int((~used).sum())
        )
    return np.where(used, values, 0.0), used


def _check_line(line: float | str | Relative | None, wanted: Sequence[Index]) -> None:
    lacking = [which.key for which in wanted if which.slope is not None and not which.relative]
    if line is None and lacking:
        raise DataError("{measures} need a line", where="line", measures=", ".join(lacking))


def domains_of(frame: pd.DataFrame, by: str | Sequence[str] | None) -> tuple[list[Any], Ints]:
    """Return the labels of the domains and the code of each row (-1 for a category that is empty)."""
    if by is None:
        return [ALL], np.zeros(len(frame), dtype=np.int64)
    names = [by] if isinstance(by, str) else list(by)
    lost = [name for name in names if name not in frame.columns]
    if lost:
        raise DataError(
            Fault("table {table} has no column {column}", values={"table": "frame", "column": name}) for name in lost
        )
    if any(frame[name].isna().any() for name in names):
        raise DataError("some rows belong to no domain", where=", ".join(names), remedy="fill the column or drop them")
    if len(names) == 1:
        column = frame[names[0]]
        if isinstance(column.dtype, pd.CategoricalDtype):
            return list(column.cat.categories), np.asarray(column.cat.codes, dtype=np.int64)
        codes, labels = pd.factorize(column, sort=True)
        return list(labels), codes.astype(np.int64)
    joined = frame[names].astype("str").agg(" | ".join, axis=1)
    codes, labels = pd.factorize(joined, sort=True)
    return list(labels), codes.astype(np.int64)


def _slices(domain: Ints, order: Ints, count: int) -> list[Ints]:
    """Return the rows of each domain in the order given, in one pass."""
    grouped = order[np.argsort(domain[order], kind="stable")]
    bounds = np.cumsum(np.bincount(domain[order], minlength=count))[:-1]
    return list(np.split(grouped, bounds))


def _one(problem: Problem, which: Index, keep: bool) -> tuple[pd.DataFrame, Floats]:
    """Estimate one index in every domain."""
    results = [_in_domain(problem, which, code) for code in range(len(problem.domains))]
    totals = np.zeros((len(results), problem.design.clusters)) if keep else np.zeros((0, 0))
    variances = np.zeros(len(results))
    for code, result in enumerate(results):
        if problem.design.census:
            continue
        variances[code], total = _variance(problem.design, result, keep)
        if keep:
            totals[code] = total
    table = pd.DataFrame(
        {
            "measure": which.key,
            "convention": _convention(problem, which),
            "domain": pd.Series(problem.domains),
            "estimate": [result.estimate for result in results],
            "se": np.sqrt(variances),
            "n": [len(result.rows) for result in results],
            "clusters": [result.clusters for result in results],
            "df": problem.design.degrees(
                np.array([result.clusters for result in results]), np.array([result.strata for result in results])
            ),
        }
    )
    table.loc[table["estimate"].isna(), "se"] = np.nan
    return table, totals


@dataclass(frozen=True)
class _Result:
    """Estimate of one index in one domain, with what its variance needs."""

    estimate: float
    rows: Ints
    influence: Floats
    line: Threshold | None
    slope: float
    line_rows: Ints
    clusters: int
    strata: int


def _in_domain(problem: Problem, which: Index, code: int) -> _Result:
    sample, rows = problem.sample(which, code)
    _check_positive(problem, which, code, rows)
    nothing = np.zeros(0, dtype=np.int64)
    if not (len(rows) and sample.weight.sum() > 0):
        return _Result(np.nan, rows[:0], np.zeros(0), None, 0.0, nothing, 0, 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        value = float(which.estimate(sample)[0])
        if problem.design.census:
            influence, slope = np.zeros(len(rows)), 0.0
        else:
            influence = which.influence(sample)
            line = problem.threshold(which)
            estimated = line is not None and line.relative is not None
            slope = which.slope(sample) if which.slope is not None and estimated else 0.0
    line = problem.threshold(which) if slope else None
    line_rows = _line_rows(line, rows) if line is not None else nothing
    used = np.unique(problem.design.cluster[rows])
    strata = len(np.unique(problem.design.stratum[used]))
    return _Result(value, rows, influence, line, slope, line_rows, len(used), strata)


def _check_positive(problem: Problem, which: Index, code: int, rows: Ints) -> None:
    dropped = len(problem.slices[code]) - len(rows)
    if which.positive and dropped and problem.conventions.nonpositive == "refuse":
        raise DataError("{n} incomes are not above zero, and {key} is not defined there", n=dropped, key=which.key)


def _line_rows(line: Threshold, rows: Ints) -> Ints:
    groups = np.unique(line.group[rows])
    if len(groups) != 1:
        raise DataError("a domain holds rows of several relative lines", remedy="measure within the groups of the line")
    return np.flatnonzero(line.group == groups[0])


def _variance(design: Design, result: _Result, keep: bool) -> tuple[float, Floats]:
    """Return the variance of one estimate, by the clusters its influence touches."""
    if result.line is None and not keep:
        clusters, at = np.unique(design.cluster[result.rows], return_inverse=True)
        total = sums_by(at, design.weight[result.rows] * result.influence, len(clusters))
        strata = design.stratum[clusters]
    else:
        total = design.cluster_totals(result.influence, result.rows)
        if result.line is not None:
            rows = result.line_rows
            total = total + result.slope * design.cluster_totals(result.line.influence[rows], rows)
        strata = design.stratum
    squares, sums = sums_by(strata, total**2, design.strata), sums_by(strata, total, design.strata)
    grand = np.array([total.sum()])
    return float(design.variance(squares[None, :], sums[None, :], grand)[0]), total


def _convention(problem: Problem, which: Index) -> str:
    """Name what was chosen where tools differ."""
    parts = [f"{name}={getattr(problem.conventions, name)}" for name in which.form]
    line = problem.threshold(which)
    if line is not None and line.relative is not None:
        parts.append(f"line={line.relative.label}")
    if problem.design.census:
        parts.append("census")
    return "; ".join(parts)


def _with_intervals(problem: Problem, table: pd.DataFrame, wanted: Sequence[Index], level: float) -> pd.DataFrame:
    share = table["measure"].isin([which.key for which in wanted if which.share]).to_numpy()
    estimates, se = table["estimate"].to_numpy(), table["se"].to_numpy()
    clusters = table["clusters"].to_numpy(dtype=np.int64)
    if problem.design.census:
        table["ci_low"], table["ci_high"] = estimates, estimates
    else:
        warn_few_clusters(clusters)
        df = table["df"].to_numpy(dtype=np.int64)
        table["ci_low"], table["ci_high"] = interval(estimates, se, clusters, df, share, level)
    return table[COLUMNS]
