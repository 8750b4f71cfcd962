"""The change of poverty between two waves: growth against redistribution.

Responsible for the split of Datt and Ravallion (1992) and the Shapley one (Shorrocks 2013), with
errors that hold the covariance of waves through shared clusters. Not responsible for plain
differences of a measure (`povlib.poverty.measurement.measures.Estimates`).
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from povlib.arrays import Bools, Floats, Ints
from povlib.errors import DataError
from povlib.poverty.measurement.frame_columns import column_names, full_column, is_one_of
from povlib.poverty.measurement.functions_of_totals import frame_and_design, tidy_table_from_influence
from povlib.poverty.measurement.indices import index_of_key
from povlib.poverty.measurement.measurement_input import WHOLE_SAMPLE
from povlib.poverty.measurement.poverty_line import fixed_line
from povlib.poverty.measurement.sorted_domain import POOR_RULES, Conventions, SortedDomain
from povlib.poverty.measurement.survey_design import Design


def decompose_change(
    frame: pd.DataFrame,
    *,
    income: str,
    line: float | str,
    wave: str,
    before: Any,
    after: Any,
    weight: str | None = None,
    strata: str | None = None,
    cluster: str | None = None,
    measures: Sequence[str] = ("fgt0", "fgt1", "fgt2"),
    **options: Any,
) -> pd.DataFrame:
    """Split the change of poverty between two waves into growth and redistribution.

    Parameters
    ----------
    frame : DataFrame
        Both waves, one below the other; clusters met in both give the covariance.
    income, line, weight, strata, cluster, **options
        As in `povlib.poverty.measure` (also ``poor``); a column as line puts incomes in units of their line.
    wave : str
        Column of the waves; `before` and `after` are two of its values.
    measures : list of str
        FGT keys, watts, sen, sst.

    Returns
    -------
    DataFrame
        The tidy frame with ``component``: before, after, change; growth, redistribution and residual
        with the first wave as reference (Datt and Ravallion 1992); growth_shapley and
        redistribution_shapley (mean over both orders; they add up to the change).

    Examples
    --------
    >>> frame = pd.DataFrame({"y": [1.0, 3.0, 2.0, 6.0], "t": [0, 0, 1, 1]})
    >>> made = decompose_change(
    ...     frame, income="y", line=1.5, wave="t", before=0, after=1, measures=["fgt0"], census=True
    ... )
    >>> made.set_index("component")["estimate"][["change", "growth_shapley", "redistribution_shapley"]].tolist()
    [-0.5, -0.5, 0.0]
    """
    options = dict(options)
    poor = options.pop("poor", "strict")
    if not is_one_of(poor, POOR_RULES):
        raise DataError("{value} is no convention of {key}", allowed=", ".join(POOR_RULES), value=poor, key="poor")
    conventions = Conventions(poor=poor)
    columns = [income, wave, *([line] if isinstance(line, str) else [])]
    frame, design = frame_and_design(frame, columns, weight, strata, cluster, options)
    values, bar = full_column(frame, income), 1.0
    lines = fixed_line(frame, line)
    if isinstance(line, str):
        values = values / lines
    else:
        bar = float(line)
    rows = [_wave_rows(frame[wave], values, design, label) for label in (before, after)]
    tables = [_decomposed_measure(design, key, values, bar, rows, conventions) for key in column_names(measures)]
    if not tables:
        raise DataError("no measure is named", where="measures", allowed="fgt..., watts, sen, sst")
    return pd.concat(tables, ignore_index=True)


def _wave_rows(waves: pd.Series, values: Floats, design: Design, label: Any) -> Ints:
    """Return the rows of a wave in order of income; refuse one whose mean cannot be scaled to that of another."""
    known = isinstance(label, Hashable) and label is not pd.NA
    rows = np.flatnonzero([known and bool(one == label) for one in waves.astype(object)])
    if not len(rows):
        raise DataError("no row belongs to the wave {wave}", wave=str(label))
    if not design.weight[rows] @ values[rows] > 0:
        raise DataError("the mean income of the wave {wave} is not above zero, so it has no growth", wave=label)
    return np.asarray(rows[np.argsort(values[rows], kind="stable")])


def _decomposed_measure(
    design: Design, key: str, values: Floats, bar: float, rows: list[Ints], conventions: Conventions
) -> pd.DataFrame:
    """Combine the four counterfactual values (mean of one wave, distribution of the other)."""
    means, d_means = [], []
    for part in rows:
        weight = design.weight[part]
        means.append(float(weight @ values[part]) / weight.sum())
        d_mean = np.zeros(len(values))
        d_mean[part] = (values[part] - means[-1]) / weight.sum()
        d_means.append(d_mean)
    cells = {
        (mean, shape): _counterfactual_index(
            design, key, values, bar, rows[shape], (means, d_means), (mean, shape), conventions
        )
        for mean in (0, 1)
        for shape in (0, 1)
    }
    start, end, grown, reshaped = cells[0, 0], cells[1, 1], cells[1, 0], cells[0, 1]
    combos = {
        "before": start,
        "after": end,
        "change": end - start,
        "growth": grown - start,
        "redistribution": reshaped - start,
        "residual": end - grown - reshaped + start,
        "growth_shapley": (grown - start + end - reshaped) / 2,
        "redistribution_shapley": (reshaped - start + end - grown) / 2,
    }
    stacked = np.stack(list(combos.values()))
    used = np.concatenate(rows)
    table = tidy_table_from_influence(
        design, used, stacked[:, 0], stacked[:, 1 + used], [key] * 8, [WHOLE_SAMPLE] * 8, f"poor={conventions.poor}"
    )
    return table.assign(component=list(combos))


def _counterfactual_index(
    design: Design,
    key: str,
    values: Floats,
    bar: float,
    rows: Ints,
    moments: tuple[list[float], list[Floats]],
    cell: tuple[int, int],
    conventions: Conventions,
) -> Floats:
    """Return a poverty index with the mean of one wave and the shape of another: value, then influence.

    Scaling incomes by a factor is the same as dividing the line by it.
    """
    (means, d_means), (mean, shape) = moments, cell
    which = index_of_key(key)
    if which.slope is None or which.relative:
        raise DataError(
            "{key} cannot be split into growth and redistribution", allowed="fgt..., watts, sen, sst", key=key
        )
    line = bar * means[shape] / means[mean]
    used: Bools = values[rows] > 0 if which.positive else np.ones(len(rows), dtype=bool)
    rows = rows[used]
    sample = SortedDomain(values[rows], design.weight[None, rows], np.array([[line]]), conventions)
    result = np.zeros(len(values) + 1)
    if not sample.weight.sum() > 0 or which.undefined(sample):
        return np.full(len(values) + 1, np.nan)
    result[0] = which.estimate(sample)[0]
    if design.census:
        return result
    result[1 + rows] = which.influence(sample)
    if mean != shape:
        slope = which.slope(sample)
        result[1:] += slope * line * (d_means[shape] / means[shape] - d_means[mean] / means[mean])
    return result
