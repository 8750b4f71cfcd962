"""Poverty and inequality split up: by subgroup, by component, by income source.

Responsible for contributions and their errors. Not responsible for the measures themselves
(`povlib.poverty.measure`) or for splits over time (`povlib.poverty.measurement.change_decomposition`).

Sources: Foster, Greer and Thorbecke (1984) and Shorrocks (1984) by subgroup; Lerman and Yitzhaki
(1985) by source.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from povlib.arrays import Floats, Ints
from povlib.errors import DataError
from povlib.poverty.measurement.frame_columns import column_names, full_column
from povlib.poverty.measurement.functions_of_totals import (
    estimates_from_totals,
    frame_and_design,
    tidy_table,
    tidy_table_from_influence,
)
from povlib.poverty.measurement.indices import index_of_key
from povlib.poverty.measurement.measurement_input import WHOLE_SAMPLE, domain_codes
from povlib.poverty.measurement.poverty_line import fixed_line
from povlib.poverty.measurement.survey_design import Design

# Sums of the same amounts differ by some 1e-16 of them with the order of summation; a fen in a billion yuan is 1e-11.
_EQUAL_INCOMES = 1e-12


def by_subgroup(
    frame: pd.DataFrame,
    *,
    income: str,
    by: str,
    line: float | str | None = None,
    weight: str | None = None,
    strata: str | None = None,
    cluster: str | None = None,
    measures: Sequence[str] = ("fgt0", "fgt1", "fgt2"),
    **options: Any,
) -> pd.DataFrame:
    """Split a measure by subgroup, with standard errors.

    Parameters
    ----------
    frame, income, line, weight, strata, cluster, **options
        As in `povlib.poverty.measure`; the line a number or a column.
    by : str
        Column of the subgroups.
    measures : list of str
        FGT keys (contribution of each group = its share of the people x its index / the whole) and GE
        keys (within and between groups; over positive incomes).

    Returns
    -------
    DataFrame
        The tidy frame with ``component``: "value", "population_share" and "contribution" of each
        domain (FGT); "total", "within", "between" (GE, domain "all").

    Examples
    --------
    >>> frame = pd.DataFrame({"y": [1.0, 3.0, 1.0, 1.0], "v": ["a", "a", "b", "b"]})
    >>> made = by_subgroup(frame, income="y", by="v", line=2.0, measures=["fgt0"], census=True)
    >>> made[made["component"] == "contribution"].set_index("domain")["estimate"].round(3).to_dict()
    {'a': 0.333, 'b': 0.667}
    """
    columns = [income, by, *([line] if isinstance(line, str) else [])]
    frame, design = frame_and_design(frame, columns, weight, strata, cluster, options)
    labels, group = domain_codes(frame, by)
    values = full_column(frame, income)
    bar = None if line is None else fixed_line(frame, line)
    tables = []
    for key in column_names(measures):
        which = index_of_key(key)
        if key.startswith("fgt"):
            if bar is None:
                raise DataError("{measures} need a line", measures=key)
            tables.append(_fgt_by_group(design, which.key, values, bar, group, labels))
        elif key.startswith("ge"):
            tables.append(_entropy_by_group(design, which.key, values, group, len(labels)))
        else:
            raise DataError("{key} cannot be split by subgroup", allowed="fgt..., ge...", key=key)
    if not tables:
        raise DataError("no measure is named", where="measures", allowed="fgt..., ge...")
    return pd.concat(tables, ignore_index=True)


def _group_indicators(group: Ints, count: int) -> Floats:
    return np.asarray(group[None, :] == np.arange(count)[:, None], dtype=np.float64)


def _fgt_by_group(
    design: Design, key: str, income: Floats, line: Floats, group: Ints, labels: list[Any]
) -> pd.DataFrame:
    power = float(key.removeprefix("fgt"))
    poor = income < line
    gap = poor.astype(np.float64) if power == 0 else np.where(poor, (line - income) / line, 0.0) ** power
    member, count = _group_indicators(group, len(labels)), len(labels)
    columns = np.concatenate([member, member * gap])

    def function(t: Any) -> Any:
        people, gaps = t[:count], t[count:]
        return np.concatenate([gaps / people, people / people.sum(), gaps / gaps.sum()])

    made = estimates_from_totals(design, columns, np.zeros(len(income), dtype=np.int64), 1, function)
    table = tidy_table(
        [key] * 3 * count, [WHOLE_SAMPLE], made, np.full(3 * count, key == "fgt0"), "poor=strict", design
    )
    table["domain"] = labels * 3
    table["n"] = np.tile(np.bincount(group, minlength=count), 3)
    table["component"] = np.repeat(["value", "population_share", "contribution"], count)
    return table


def _entropy_by_group(design: Design, key: str, income: Floats, group: Ints, count: int) -> pd.DataFrame:
    alpha = float(key.removeprefix("ge"))
    positive = income > 0
    if not positive.any():
        raise DataError("{n} incomes are not above zero, and {key} is not defined there", n=len(income), key=key)
    # in parts of their plain mean, which changes no index: powers of money in fen leave the range of a float
    y = np.where(positive, income / income[positive].mean(), 1.0)
    moment = np.log(y) if alpha == 0 else y * np.log(y) if alpha == 1 else y**alpha
    member = _group_indicators(group, count)
    columns = np.concatenate([member, member * y, member * moment])

    def index_of(people: Any, total: Any, moments: Any) -> Any:
        mean = total / people
        if alpha == 0:
            return np.log(mean) - moments / people
        if alpha == 1:
            return moments / total - np.log(mean)
        return (moments / people / mean**alpha - 1) / (alpha * (alpha - 1))

    def function(t: Any) -> Any:
        people, total, moments = t[:count], t[count : 2 * count], t[2 * count :]
        share, relative = people / people.sum(), (total / people) / (total.sum() / people.sum())
        within = (share * relative**alpha * index_of(people, total, moments)).sum()
        whole = index_of(people.sum(), total.sum(), moments.sum())
        return np.array([whole, within, whole - within])

    domain = np.where(positive & (group >= 0), 0, -1)
    made = estimates_from_totals(design, columns, domain, 1, function)
    table = tidy_table([key] * 3, [WHOLE_SAMPLE], made, np.zeros(3, dtype=bool), "nonpositive=drop", design)
    return table.assign(component=["total", "within", "between"])


def by_component(
    frame: pd.DataFrame,
    *,
    income: str,
    line: float | str,
    weight: str | None = None,
    strata: str | None = None,
    cluster: str | None = None,
    **options: Any,
) -> pd.DataFrame:
    """Split the squared gap and the Watts index into how many, how deep and how unequal.

    ``fgt2 = headcount x depth^2 x (1 + 2 x inequality)``, depth the mean gap of the poor, inequality the
    GE(2) of their gaps; ``watts = headcount x (depth + inequality)``, depth the logarithm of line over
    mean income of the poor, inequality their mean log deviation (positive incomes; one line for all).

    Returns
    -------
    DataFrame
        The tidy frame with ``component``: total, headcount, depth, inequality.
    """
    columns = [income, *([line] if isinstance(line, str) else [])]
    frame, design = frame_and_design(frame, columns, weight, strata, cluster, options)
    values, bar = full_column(frame, income), fixed_line(frame, line)
    poor, positive = values < bar, values > 0
    gap = np.where(poor, 1 - values / bar, 0.0)
    ratio = np.where(positive & poor, values / bar, 1.0)
    everyone = np.zeros(len(frame), dtype=np.int64)

    def squared(t: Any) -> Any:
        depth = t[2] / t[1]
        return np.array([t[3] / t[0], t[1] / t[0], depth, (t[3] / t[1] / depth**2 - 1) / 2])

    def watts(t: Any) -> Any:
        mean = t[2] / t[1]
        return np.array([-t[3] / t[0], t[1] / t[0], -np.log(mean), np.log(mean) - t[3] / t[1]])

    ones = np.ones(len(frame))
    first = estimates_from_totals(design, np.stack([ones, poor, gap, gap**2]), everyone, 1, squared)
    log_columns = np.stack([ones, poor, ratio * poor, np.log(ratio)])
    second = estimates_from_totals(design, log_columns, np.where(positive, 0, -1), 1, watts)
    names = ["total", "headcount", "depth", "inequality"]
    share = np.array([False, True, False, False])
    tables = [
        tidy_table([key] * 4, [WHOLE_SAMPLE], made, share, form, design).assign(component=names)
        for key, made, form in (("fgt2", first, "poor=strict"), ("watts", second, "poor=strict; nonpositive=drop"))
    ]
    return pd.concat(tables, ignore_index=True)


def by_source(
    frame: pd.DataFrame,
    *,
    sources: Sequence[str],
    weight: str | None = None,
    strata: str | None = None,
    cluster: str | None = None,
    **options: Any,
) -> pd.DataFrame:
    """Split mean income and its Gini by source, with standard errors.

    Parameters
    ----------
    frame, weight, strata, cluster, **options
        As in `povlib.poverty.measure`.
    sources : list of str
        Columns that add up to income; costs as negative amounts.

    Returns
    -------
    DataFrame
        The tidy frame; ``domain`` is the source and ``measure`` one of mean, share (of total income),
        concentration (of the source along total income), gini_contribution (share x concentration;
        they add up to the Gini, population form).

    Notes
    -----
    Rows of equal income are one point: each has the mean rank of all of them, so that neither the order of rows nor
    the splitting of one in two changes anything. Incomes count as equal within 1e-12 of the amounts they are summed
    from, since sums of the same amounts in another order differ by rounding.

    Examples
    --------
    >>> frame = pd.DataFrame({"wage": [1.0, 2.0, 3.0], "rent": [0.0, 0.0, 3.0]})
    >>> made = by_source(frame, sources=["wage", "rent"], census=True)
    >>> made[made["measure"] == "share"].set_index("domain")["estimate"].round(3).to_dict()
    {'wage': 0.667, 'rent': 0.333}
    """
    names = column_names(sources)
    if not names or len(set(names)) != len(names):
        raise DataError("name each source once", where="sources", allowed="one or more different columns")
    frame, design = frame_and_design(frame, names, weight, strata, cluster, options)
    parts = np.stack([full_column(frame, name) for name in names])
    income = parts.sum(axis=0)
    order = np.argsort(income, kind="stable")
    w, x, y = design.weight[order], parts[:, order], income[order]
    n, total = w.sum(), w @ y
    if not total > 0:
        raise DataError("total income is not above zero", where=", ".join(names))
    first, point = _tied_incomes(y, np.abs(x).sum(axis=0))
    size, paid = np.add.reduceat(w, first), np.add.reduceat(x * w, first, axis=1)
    ranks = (np.cumsum(size) - size / 2)[point]
    amounts = paid.sum(axis=1)
    above = amounts[:, None] - np.cumsum(paid, axis=1) + paid / 2
    mean, share = amounts / n, amounts / total
    contribution = 2 * (w * x * ranks).sum(axis=1) / (n * total) - share
    d_mean = (x - mean[:, None]) / n
    d_share = (x - share[:, None] * y) / total
    top = 2 * (x * ranks + above[:, point]) / (n * total)
    d_contribution = top - (contribution + share)[:, None] * (1 / n + y / total) - d_share
    with np.errstate(divide="ignore", invalid="ignore"):
        concentration = contribution / share
        d_concentration = (d_contribution - concentration[:, None] * d_share) / share[:, None]
    estimates = np.concatenate([mean, share, concentration, contribution])
    influence = np.concatenate([d_mean, d_share, d_concentration, d_contribution])
    keys = np.repeat(["mean", "share", "concentration", "gini_contribution"], len(names))
    return tidy_table_from_influence(design, order, estimates, influence, keys.tolist(), names * 4, "gini=population")


def _tied_incomes(income: Floats, amounts: Floats) -> tuple[Ints, Ints]:
    """Return the first row of each different income of an ascending row, and the number of each row's income.

    `amounts` is the sum of the absolute amounts behind each income; what is nearer than their rounding is equal.
    """
    new = np.ones(len(income), dtype=bool)
    new[1:] = np.diff(income) > _EQUAL_INCOMES * np.maximum(amounts[1:], amounts[:-1])
    return np.flatnonzero(new), np.cumsum(new) - 1
