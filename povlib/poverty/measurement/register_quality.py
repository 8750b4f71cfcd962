"""How far can the register be trusted? Bounds over what is missing, and the misreport rate that inspection finds.

Responsible for the rate that a register records, its worst cases over households whose state is not known, and its
correction by a cross-village inspection (换村互检) of some households. A census has no sampling error; the inspected
are a sample, so what they show has one. Not responsible for who is inspected: they must be drawn by chance within
recorded states, or the correction is no better than the choice.

Sources: Manski (1989) for worst-case bounds; Tenenbein (1970) for double sampling.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from povlib.arrays import Bools, Floats, Ints
from povlib.errors import DataError
from povlib.poverty.measurement.estimates import TIDY_COLUMNS
from povlib.poverty.measurement.frame_columns import checked_table, refuse_gaps, zero_one_column
from povlib.poverty.measurement.functions_of_totals import DomainEstimates, estimates_from_totals
from povlib.poverty.measurement.measurement_input import domain_codes
from povlib.poverty.measurement.survey_design import (
    Design,
    checked_level,
    confidence_limits,
    design_from,
    warn_few_clusters,
)


def register_quality(
    frame: pd.DataFrame,
    *,
    recorded: str,
    found: str,
    weight: str | None = None,
    cluster: str | None = None,
    by: str | Sequence[str] | None = None,
    level: float = 0.95,
) -> pd.DataFrame:
    """Return what a register records, how far it could be wrong, and what inspection corrects it to.

    Parameters
    ----------
    frame : DataFrame
        One row a registered household.
    recorded : str
        Column of 1 (poor by the register), 0 (or 是 and 否), empty where it is not known (missing months).
    found : str
        Column of 1 and 0 as inspection found it, empty where nobody inspected.
    weight : str, optional
        Persons of the household, for rates of persons.
    cluster : str, optional
        Village, or team, for the errors of what inspection shows.
    by : str or list of str, optional
        Domain columns.
    level : float

    Returns
    -------
    DataFrame
        The tidy columns with measures recorded (share poor among those known), not_known (share), worst_low and
        worst_high (if all not known were not poor, or poor), inspected (share), false_poor (found not poor among
        those recorded poor), false_not_poor (found poor among those recorded not poor), corrected (share poor after
        each recorded state got the rate that inspection found in it). A state in which nobody was inspected enters
        `corrected` at its recorded value and its limits at the worst case; the convention says so.

    Raises
    ------
    DataError
        If a column is missing or holds other values than 0 and 1, or nobody was inspected.

    Examples
    --------
    >>> frame = pd.DataFrame({"poor": [1] * 60 + [0] * 40, "found": [1] * 18 + [0] * 2 + [None] * 60 + [0] * 20})
    >>> made = register_quality(frame, recorded="poor", found="found").set_index("measure")["estimate"]
    >>> made[["recorded", "false_poor", "false_not_poor", "corrected"]].round(3).tolist()
    [0.6, 0.1, 0.0, 0.54]
    """
    weights = [] if weight is None else [weight]
    names = [recorded, found, *weights]
    frame, level = checked_table(frame, names), checked_level(level)
    refuse_gaps(frame, weights)
    state, seen = zero_one_column(frame, recorded), zero_one_column(frame, found)
    if np.isnan(seen).all():
        raise DataError("nobody was inspected", where=found, remedy="fill in what inspection found")
    design = design_from(frame, weight, None, cluster)
    labels, domain = domain_codes(frame, by)
    tables = [
        _quality_of_domain(design, state, seen, domain == code, label, level) for code, label in enumerate(labels)
    ]
    return pd.concat(tables, ignore_index=True)


def _quality_of_domain(
    design: Design, state: Floats, seen: Floats, inside: Bools, label: Any, level: float
) -> pd.DataFrame:
    """Return all measures of one domain."""
    weight = design.weight * inside
    states = [state == 1, state == 0, np.isnan(state)]
    share = np.array([weight[rows].sum() for rows in states]) / weight.sum()
    checked = ~np.isnan(seen)
    known = share[0] + share[1]
    exact = {
        "recorded": share[0] / known if known > 0 else np.nan,
        "not_known": share[2],
        "worst_low": share[0],
        "worst_high": share[0] + share[2],
        "inspected": weight[checked].sum() / weight.sum(),
    }
    rows = [(name, "census", value, 0.0, value, value) for name, value in exact.items()]
    present = [k for k in range(3) if (checked & inside & states[k]).any()]
    lines = [_inspected_rate(design, seen, inside & checked & states[k], level) for k in present]
    for k, name in ((0, "false_poor"), (1, "false_not_poor")):
        value, error, low, high = lines[present.index(k)] if k in present else (np.nan,) * 4
        numbers_of = (1 - value, error, 1 - high, 1 - low) if k == 0 else (value, error, low, high)
        rows.append((name, "inspected", *numbers_of))
    rows.append(_corrected_rate(design, state, seen, inside & checked, share, present, lines, level))
    table = pd.DataFrame(rows, columns=["measure", "convention", "estimate", "se", "ci_low", "ci_high"])
    table.insert(2, "domain", label)
    seen_clusters = len(np.unique(design.cluster[inside & checked]))
    warn_few_clusters(np.array([seen_clusters]))
    table["n"] = int(inside.sum())
    table.loc[table["convention"] != "census", "n"] = int((inside & checked).sum())
    table["clusters"] = np.where(table["convention"] == "census", len(np.unique(design.cluster[inside])), seen_clusters)
    return table[TIDY_COLUMNS]


def _inspected_rate(design: Design, seen: Floats, rows: Bools, level: float) -> tuple[float, float, float, float]:
    """Return the share found poor among some inspected rows, its error and limits."""
    columns = np.stack([rows.astype(np.float64), np.where(rows, np.nan_to_num(seen), 0.0)])
    made = estimates_from_totals(design, columns, _single_domain(rows), 1, lambda t: np.array([t[1] / t[0]]))
    low, high = _share_limits(made, level)
    return float(made.estimates[0, 0]), float(made.se[0, 0]), low, high


def _single_domain(rows: Bools) -> Ints:
    return np.where(rows, 0, -1).astype(np.int64)


def _share_limits(made: DomainEstimates, level: float) -> tuple[float, float]:
    """Return the lower and upper confidence limit of a share."""
    estimate, error, _, clusters, df, _ = made
    low, high = confidence_limits(estimate[0], error[0], clusters, df, np.array([True]), level)
    return float(low[0]), float(high[0])


def _corrected_rate(
    design: Design,
    state: Floats,
    seen: Floats,
    checked: Bools,
    share: Floats,
    present: list[int],
    lines: list[tuple[float, float, float, float]],
    level: float,
) -> tuple[str, str, float, float, float, float]:
    """Return the rate after each recorded state got the rate that inspection found in it."""
    states = [state == 1, state == 0, np.isnan(state)]
    taken = {0: 1.0, 1: 0.0, 2: 0.5}
    lacking = [k for k in range(3) if k not in present and share[k] > 0]
    fixed = sum(share[k] * taken[k] for k in lacking)
    columns = [checked & states[k] for k in present]
    columns += [np.where(rows, np.nan_to_num(seen), 0.0) for rows in columns]
    weights, half = share[present], len(present)

    def function(t: Any) -> Any:
        return np.array([(weights * t[half:] / t[:half]).sum() + fixed])

    made = estimates_from_totals(design, np.stack(columns).astype(np.float64), _single_domain(checked), 1, function)
    value, error = float(made.estimates[0, 0]), float(made.se[0, 0])
    slack = float(share[lacking].sum())
    if slack > 0 or any(rate in (0.0, 1.0) for rate, *_ in lines):
        low = float(sum(weights[i] * lines[i][2] for i in range(half)))
        high = float(sum(weights[i] * lines[i][3] for i in range(half))) + slack
        label = "inspected; limits of each state added" + ("; some states not inspected" if slack > 0 else "")
        return "corrected", label, value, error, low, high
    low, high = _share_limits(made, level)
    return "corrected", "inspected", value, error, low, high
