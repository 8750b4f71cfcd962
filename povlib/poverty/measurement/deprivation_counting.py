"""Counting poverty in many dimensions: Alkire and Foster (2011), with design-based errors.

Responsible for who is poor by the weighted count of deprivations, the adjusted headcount and its
parts, in exact arithmetic at the cutoff. Not responsible for which deprivations matter.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import isfinite
from numbers import Rational, Real
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from povlib.arrays import Bools, Floats, Ints
from povlib.errors import DataError, Fault
from povlib.poverty.measurement.estimates import Estimates
from povlib.poverty.measurement.frame_columns import (
    checked_table,
    column_names,
    finite_column,
    is_one_of,
    zero_one_column,
)
from povlib.poverty.measurement.functions_of_totals import DomainEstimates, estimates_from_totals, tidy_table
from povlib.poverty.measurement.measurement_input import WHOLE_SAMPLE, domain_codes
from povlib.poverty.measurement.survey_design import Design, checked_level, confidence_limits, design_from

# Weights and cutoffs are read as the nearest fraction with at most this denominator, so that a score of exactly 1/3
# counts at k = 1/3: floats would miss it by a rounding error. Far beyond any weight that a survey names.
_LARGEST_DENOMINATOR = 10**6
# Scores in whole numbers and their products with the cutoff's denominator must stay below this; else Python's own whole
# numbers are used, which have no end.
_LARGEST_SCORE = 2**62
Deprivations = Sequence[str] | Mapping[str, Sequence[str]]
IndicatorWeights = Mapping[str, float | Fraction] | Sequence[float | Fraction] | None


@dataclass(frozen=True)
class _DeprivationTable:
    """Deprivations read once: 0/1 by indicator, whole-number weights, and gaps if there are cutoffs."""

    names: list[str]
    deprived: Floats
    gaps: Floats | None
    weights: Floats
    score: npt.NDArray[Any]
    scale: int
    used: Bools


def multidimensional(
    frame: pd.DataFrame,
    *,
    deprivations: Deprivations,
    weights: IndicatorWeights = None,
    k: float | Sequence[float],
    weight: str | None = None,
    strata: str | None = None,
    cluster: str | None = None,
    by: str | Sequence[str] | None = None,
    cutoffs: Mapping[str, float] | None = None,
    **options: Any,
) -> pd.DataFrame:
    """Estimate Alkire-Foster measures with standard errors, contributions included.

    Parameters
    ----------
    frame : DataFrame
        One row a person or household.
    deprivations : list of str, or mapping of dimension to list of str
        Columns of 0 and 1 (or 否 and 是, no and yes, false and true). With dimensions, equal weights are nested: equal
        by dimension, then equal within it.
    weights : mapping or sequence of numbers, optional
        Weights of the columns (any positive scale; a weight of a column that is not counted is refused). Default equal,
        nested when dimensions are given.
    k : float or list of float
        Share of the weighted deprivations (0 < k <= 1) from which someone is poor; a score exactly
        at k counts. k is read as the nearest fraction with a denominator up to a million, so 1/3 is 1/3.
    weight, strata, cluster, by
        Design and domain columns, as in `povlib.poverty.measure`.
    cutoffs : mapping, optional
        Column -> cutoff. The columns are then achievements, deprived when strictly below, and M1 and
        M2 are estimated too. A cutoff of a column that is not counted is refused.
    **options
        ``missing`` = "refuse" or "drop" (rows with any deprivation missing leave every domain; the convention says
        how many),
        ``overall``, ``fraction``, ``lonely``, ``census``, ``df``, ``level``; ``limits`` of A: "range" (logit between
        the smallest score of a poor row and 1, where A must lie; covers better) or "unit" (logit between 0 and 1,
        as Stata mpitb and R mpitbR).

    Returns
    -------
    DataFrame
        The tidy frame with measures H, A, M0 (M1, M2), and for each column j ``h_j`` (uncensored
        headcount), ``censored_j``, ``absolute_j`` (its part of M0) and ``contribution_j`` (its share).

    Notes
    -----
    Source: Alkire and Foster (2011), Journal of Public Economics 95. Errors by linearisation, also of
    the contributions (ratios of totals).

    Examples
    --------
    >>> frame = pd.DataFrame({"a": [0, 1, 1, 1], "b": [0, 0, 1, 1]})
    >>> made = multidimensional(frame, deprivations=["a", "b"], k=1.0, census=True)
    >>> made.set_index("measure")["estimate"].loc[["H", "A", "M0"]].tolist()
    [0.5, 1.0, 0.5]
    """
    keep = False
    return _counting_estimates(
        frame, deprivations, weights, k, weight, strata, cluster, by, cutoffs, options, keep
    ).frame


def multidimensional_estimates(
    frame: pd.DataFrame,
    *,
    deprivations: Deprivations,
    weights: IndicatorWeights = None,
    k: float | Sequence[float],
    weight: str | None = None,
    strata: str | None = None,
    cluster: str | None = None,
    by: str | Sequence[str] | None = None,
    cutoffs: Mapping[str, float] | None = None,
    **options: Any,
) -> Estimates:
    """Return what `multidimensional` returns, with covariances: for changes between waves."""
    keep = True
    return _counting_estimates(frame, deprivations, weights, k, weight, strata, cluster, by, cutoffs, options, keep)


def _counting_estimates(
    frame: pd.DataFrame,
    deprivations: Deprivations,
    weights: IndicatorWeights,
    k: float | Sequence[float],
    weight: str | None,
    strata: str | None,
    cluster: str | None,
    by: str | Sequence[str] | None,
    cutoffs: Mapping[str, float] | None,
    options: dict[str, Any],
    keep: bool,
) -> Estimates:
    options = dict(options)
    missing, overall, level = (
        options.pop("missing", "refuse"),
        options.pop("overall", False),
        checked_level(options.pop("level", 0.95)),
    )
    limits = options.pop("limits", "range")
    if not is_one_of(limits, ("range", "unit")):
        raise DataError("{value} is no choice", where="limits", allowed="range, unit", value=limits)
    if not isinstance(overall, (bool, np.bool_)):
        raise DataError("{value} is no choice", where="overall", allowed="True, False", value=str(overall))
    exact = [_exact_cutoff(value) for value in _listed(k)]
    if not exact:
        raise DataError("k = {k} is no cutoff", where="k", allowed="above 0 and up to 1", k=str(k))
    frame = checked_table(frame, [])
    counting = _deprivation_table(frame, deprivations, weights, cutoffs, missing)
    design = design_from(frame, weight, strata, cluster, **options)
    labels, domain = domain_codes(frame, by)
    domain = np.where(counting.used, domain, -1)
    how = (level, limits == "range", keep)
    parts = [_measures_at_cutoff(counting, design, domain, labels, value, *how) for value in exact]
    if overall and by is not None:
        everyone = np.where(counting.used, 0, -1)
        parts = [
            _measures_at_cutoff(counting, design, everyone, [WHOLE_SAMPLE], value, *how) for value in exact
        ] + parts
    totals = np.concatenate([part for _, part in parts]) if keep else np.zeros((0, 0))
    return Estimates(pd.concat([table for table, _ in parts], ignore_index=True), design, totals)


def _listed(k: Any) -> list[Any]:
    """Return one cutoff or several as a list."""
    if isinstance(k, np.ndarray):
        return list(np.atleast_1d(k))
    several = isinstance(k, Iterable) and not isinstance(k, str)
    return list(k) if several else [k]


def _exact_cutoff(k: Any) -> Fraction:
    exact = _exact_number(k)
    value = None if exact is None else exact.limit_denominator(_LARGEST_DENOMINATOR)
    if value is None or not 0 < value <= 1:
        raise DataError("k = {k} is no cutoff", where="k", allowed="above 0 and up to 1", k=str(k))
    return value


def _exact_number(value: Any) -> Fraction | None:
    """Return a finite number of any type (Python, numpy, decimal) as a fraction; None if it is none."""
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, (Real, Decimal)) or not isfinite(value):
        return None
    if isinstance(value, Rational):
        # by Python's own whole numbers: those of numpy would run over in sums of fractions
        return Fraction(int(value.numerator), int(value.denominator))
    return Fraction(value if isinstance(value, Decimal) else float(value))


def _deprivation_table(
    frame: pd.DataFrame,
    deprivations: Deprivations,
    weights: IndicatorWeights,
    cutoffs: Mapping[str, float] | None,
    missing: str,
) -> _DeprivationTable:
    """Return deprivations, gaps and exact scores of all rows; refuse faulty columns and missing values."""
    names, shares = _exact_weights(deprivations, weights)
    table = _deprivation_columns(frame, names, cutoffs)
    used: Bools = np.asarray(~np.isnan(table).any(axis=0))
    if not is_one_of(missing, ("refuse", "drop")):
        raise DataError("{value} is no rule for missing deprivations", allowed="refuse, drop", value=missing)
    if missing == "refuse" and not used.all():
        raise DataError("{n} rows miss a deprivation", remedy='fill them, or pass missing="drop"', n=int((~used).sum()))
    gaps = None
    if cutoffs is not None:
        bar = np.array([float(cutoffs[name]) for name in names])[:, None]
        gaps = np.where(table < bar, (bar - table) / bar, 0.0)
        table = np.where(np.isnan(table), np.nan, table < bar)
    table = np.where(used, table, 0.0)
    scale = int(np.lcm.reduce([share.denominator for share in shares], dtype=object))
    kind = np.int64 if scale * _LARGEST_DENOMINATOR < _LARGEST_SCORE else object
    whole = np.array([int(share * scale) for share in shares], dtype=kind)
    score = whole @ table.astype(np.int64).astype(kind)
    return _DeprivationTable(names, table, gaps, np.array([float(s) for s in shares]), score, scale, used)


def _exact_weights(deprivations: Deprivations, weights: IndicatorWeights) -> tuple[list[str], list[Fraction]]:
    """Return the names of the deprivations and their weights as fractions that sum to 1."""
    parts = [column_names(part) for part in deprivations.values()] if isinstance(deprivations, Mapping) else None
    names = column_names(deprivations) if parts is None else [name for part in parts for name in part]  # type: ignore[arg-type]
    if not names or len(set(names)) != len(names) or (parts is not None and not all(parts)):
        raise DataError("name each deprivation once", where="deprivations", allowed="one or more different columns")
    if weights is None:
        shares = [Fraction(1, len(parts) * len(part)) for part in parts for _ in part] if parts else None
        return names, shares or [Fraction(1, len(names))] * len(names)
    if isinstance(weights, Mapping):
        _refuse_unknown_names(weights, names, "weights")
        given = [weights[name] for name in names if name in weights]
    else:
        given = list(weights) if isinstance(weights, Iterable) else []
    exact = [_exact_number(value) for value in given]
    known = [value for value in exact if value is not None and value > 0]
    if len(given) != len(names) or len(known) != len(names):
        raise DataError("each deprivation needs a weight above 0", where="weights", allowed=", ".join(map(str, names)))
    # in parts of their sum before rounding, so that weights on any scale keep their digits
    rounded = [(value / sum(known)).limit_denominator(_LARGEST_DENOMINATOR) for value in known]
    if not all(rounded):
        raise DataError("a weight is less than a millionth of all", where="weights", remedy="leave its column out")
    return names, [value / sum(rounded) for value in rounded]


def _refuse_unknown_names(given: Mapping[str, Any], names: list[str], where: str) -> None:
    """Refuse weights or cutoffs of columns that are not counted: a slip of the pen would go unseen."""
    unknown = [str(name) for name in given if name not in names]
    if unknown:
        raise DataError(
            "{names} are not among the deprivations",
            where=where,
            allowed=", ".join(map(str, names)),
            names=", ".join(unknown),
        )


def _deprivation_columns(frame: pd.DataFrame, names: list[str], cutoffs: Mapping[str, float] | None) -> Floats:
    """Return the columns as numbers; refuse missing ones, values that are neither 0 nor 1, and cutoffs not above 0."""
    faults: list[Fault] = []
    columns = []
    if cutoffs is not None and not isinstance(cutoffs, Mapping):
        raise DataError("{kind} is no mapping of columns to numbers", where="cutoffs", kind=type(cutoffs).__name__)
    if cutoffs is not None:
        _refuse_unknown_names(cutoffs, names, "cutoffs")
    for name in names:
        try:
            whole = checked_table(frame, [name])
            columns.append(zero_one_column(whole, name) if cutoffs is None else finite_column(whole, name))
        except DataError as error:
            faults += error.faults
            continue
        bar = 1 if cutoffs is None else _exact_number(cutoffs.get(name))
        if bar is None or not bar > 0:
            faults.append(Fault("{column} needs a cutoff above 0", values={"column": name}))
    if faults:
        raise DataError(faults)
    return np.stack(columns)


def _measures_at_cutoff(
    counting: _DeprivationTable,
    design: Design,
    domain: Ints,
    labels: list[Any],
    k: Fraction,
    level: float,
    own_range: bool,
    keep: bool,
) -> tuple[pd.DataFrame, Floats]:
    """Estimate all measures at one cutoff: the table, and influences summed by cluster."""
    poor = counting.score * k.denominator >= counting.scale * k.numerator
    poor, share = np.asarray(poor, dtype=bool), np.asarray(counting.score / counting.scale, dtype=np.float64)
    ones = np.ones(len(poor))
    extra = [] if counting.gaps is None else [counting.weights @ (counting.gaps**power) * poor for power in (1, 2)]
    columns = np.stack([ones, poor, share * poor, *counting.deprived, *(counting.deprived * poor), *extra])
    count = len(counting.names)
    more = ["M1", "M2"][: len(extra)]

    def function(t: Any) -> Any:
        head, adjusted = t[1] / t[0], t[2] / t[0]
        raw, censored = t[3 : 3 + count] / t[0], t[3 + count : 3 + 2 * count] / t[0]
        absolute = counting.weights * censored
        rest = t[3 + 2 * count :] / t[0]
        parts = [[head, adjusted / head, adjusted], rest, raw, censored, absolute, absolute / adjusted]
        return np.concatenate([np.asarray(part) for part in parts])

    names = counting.names
    titles = ["H", "A", "M0", *more, *(f"h_{n}" for n in names), *(f"censored_{n}" for n in names)]
    titles += [f"absolute_{n}" for n in names] + [f"contribution_{n}" for n in names]
    made = estimates_from_totals(design, columns, domain, len(labels), function, keep=keep)
    convention = f"k={_cutoff_label(k)}; at k counts"
    if lost := int((~counting.used).sum()):
        convention += f"; rows with a deprivation missing left out={lost}"
    table = tidy_table(titles, labels, made, np.ones(len(titles), dtype=bool), convention, design, level)
    if own_range and not design.census and poor.any():
        table = _with_intensity_limits(table, made, float(share[poor & (domain >= 0)].min(initial=1.0)), level)
    return table, made.totals.reshape(len(titles) * len(labels), -1) if keep else np.zeros((0, 0))


def _with_intensity_limits(table: pd.DataFrame, made: DomainEstimates, least: float, level: float) -> pd.DataFrame:
    """Return the table with limits of A on the logit scale between the smallest score of a poor row and 1.

    The intensity cannot lie below that score, and its error falls with it: on the scale of 0 to 1 intervals of low
    estimates come out too short.
    """
    estimates, errors, _, clusters, df, _ = made
    inside = (estimates[:, 1] > least + 1e-12) & (estimates[:, 1] < 1)
    if not inside.any():
        return table
    span = 1 - least
    share = np.ones(int(inside.sum()), dtype=bool)
    scaled = (estimates[inside, 1] - least) / span, errors[inside, 1] / span
    low, high = confidence_limits(*scaled, clusters[inside], df[inside], share, level)
    rows = np.flatnonzero((table["measure"] == "A").to_numpy())[inside]
    table.loc[rows, "ci_low"], table.loc[rows, "ci_high"] = least + span * low, least + span * high
    table.loc[rows, "convention"] += "; limits=range"
    return table


def _cutoff_label(k: Fraction) -> str:
    return str(k) if k.denominator > 100 or k.denominator == 3 else f"{float(k):g}"
