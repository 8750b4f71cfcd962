"""Who was reached and who was missed: errors of targeting, measured on a survey of everyone.

Responsible for exclusion, inclusion, leakage and their weighting by distance, against random,
universal and poorest-first selection of the same size, and for lists for field checks. Not
responsible for the register itself: a register of the poor cannot say who was missed, so it is
refused here.

Sources: Cornia and Stewart (1993) for the errors; Coady, Grosh and Hoddinott (2004) for the ratio.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from povlib.arrays import Bools, Floats, Ints
from povlib.errors import DataError
from povlib.poverty.measurement.frame_columns import full_column, refuse_gaps, whole_number, zero_one_column
from povlib.poverty.measurement.functions_of_totals import estimates_from_totals, frame_and_design, tidy_table
from povlib.poverty.measurement.measurement_input import domain_codes
from povlib.poverty.measurement.poverty_line import fixed_line
from povlib.poverty.measurement.survey_design import Design

TARGETING_MEASURES = (
    "poverty_rate",
    "coverage",
    "exclusion",
    "inclusion",
    "leakage",
    "exclusion_of_gap",
    "inclusion_distance",
    "share_to_poorest_fifth",
    "cgh",
)
BENCHMARKS = ("actual", "random", "universal", "poorest_first")
_IS_SHARE = np.array([True, True, True, True, True, True, False, True, False])


def targeting(
    frame: pd.DataFrame,
    *,
    income: str,
    line: float | str,
    selected: str,
    benefit: str | None = None,
    weight: str | None = None,
    strata: str | None = None,
    cluster: str | None = None,
    by: str | Sequence[str] | None = None,
    **options: Any,
) -> pd.DataFrame:
    """Measure targeting from a survey of all households, beside three benchmarks of the same size.

    Parameters
    ----------
    frame : DataFrame
        One row a household or person of the *whole* population (a sample of it, with weights).
    income, line : str; float or str
        Income per head and the line (poor is strictly below).
    selected : str
        Column of 1 (on the register, receives help) and 0, or 是 and 否.
    benefit : str, optional
        Column of what each selected row receives, 0 or more; default equal shares.
    weight, strata, cluster, by, **options
        Design and domains, as in `povlib.poverty.measure`.

    Returns
    -------
    DataFrame
        The tidy frame with ``benchmark`` (actual, random, universal, poorest_first). Measures:
        poverty_rate; coverage (selected / all); exclusion (poor not selected / poor); inclusion (selected
        not poor / selected); leakage (benefit of the not poor / benefit); exclusion_of_gap (gap of the poor
        not selected / gap of all poor); inclusion_distance (mean relative distance above the line of
        the wrongly included); share_to_poorest_fifth (of the benefit; ranks in income in lines over the
        whole sample); cgh (share of benefit that reaches the poor / their share: 1 is neutral).
        Poorest first takes a whole income class at the quota in equal parts, so ties are exact;
        its standard errors, and that of the fifth, count the cut as known.

    Raises
    ------
    DataError
        If everyone is selected (a register alone), or a value is missing.

    Examples
    --------
    >>> frame = pd.DataFrame({"y": [1.0, 1.0, 3.0, 3.0], "on": [1, 0, 1, 0]})
    >>> made = targeting(frame, income="y", line=2.0, selected="on", census=True)
    >>> made[made["benchmark"] == "actual"].set_index("measure")["estimate"][["exclusion", "inclusion"]].tolist()
    [0.5, 0.5]
    """
    columns = [income, selected, *([line] if isinstance(line, str) else []), *([] if benefit is None else [benefit])]
    frame, design = frame_and_design(frame, columns, weight, strata, cluster, options)
    chosen = _selection_flags(frame, selected)
    labels, domain = domain_codes(frame, by)
    ratio = full_column(frame, income) / fixed_line(frame, line)
    amount = np.ones(len(frame)) if benefit is None else full_column(frame, benefit)
    if negative := int((amount < 0).sum()):
        raise DataError("{n} cells of {column} are below zero", where=str(benefit), n=negative, column=benefit)
    tables = [_benchmark_measures(design, ratio, chosen, amount, domain, labels, name) for name in BENCHMARKS]
    return pd.concat(tables, ignore_index=True)


def _selection_flags(frame: pd.DataFrame, selected: str) -> Floats:
    refuse_gaps(frame, [selected])
    chosen = zero_one_column(frame, selected)
    if chosen.all():
        raise DataError(
            "a register of the poor cannot say who was missed",
            where=selected,
            allowed="a survey of all households with those on the register marked",
        )
    return chosen


def _benchmark_measures(
    design: Design, ratio: Floats, chosen: Floats, amount: Floats, domain: Ints, labels: list[Any], name: str
) -> pd.DataFrame:
    weight = design.weight
    picked, paid = chosen, amount * chosen
    if name == "random":
        picked = np.full(len(chosen), weight @ chosen / weight.sum())
    elif name == "universal":
        picked = np.ones(len(chosen))
    elif name == "poorest_first":
        picked = poorest_first_shares(ratio, weight, float(weight @ chosen))
    if name != "actual":
        paid = picked
    made = estimates_from_totals(
        design, _totals_of_targeting(ratio, weight, picked, paid), domain, len(labels), _measures_from_totals
    )
    table = tidy_table(list(TARGETING_MEASURES), labels, made, _IS_SHARE, "poor=strict", design)
    return table.assign(benchmark=name)


def poorest_first_shares(rank: Floats, weight: Floats, quota: float) -> Floats:
    """Return the chance of each row when the poorest are taken first until `quota` is used up.

    Rows of equal rank at the cut share what is left in equal parts.
    """
    values, code = np.unique(rank, return_inverse=True)
    size = np.bincount(code, weight, minlength=len(values))
    before = np.concatenate([[0.0], np.cumsum(size)[:-1]])
    share = np.clip((quota - before) / np.where(size > 0, size, 1.0), 0.0, 1.0)
    return np.asarray(share[code])


def _totals_of_targeting(ratio: Floats, weight: Floats, picked: Floats, paid: Floats) -> Floats:
    """Return the totals from which every measure follows."""
    poor: Bools = ratio < 1
    gap, above = np.where(poor, 1 - ratio, 0.0), np.where(poor, 0.0, ratio - 1)
    fifth = poorest_first_shares(ratio, weight, 0.2 * float(weight.sum()))
    ones = np.ones(len(ratio))
    rows = [ones, poor, picked, picked * poor, paid, paid * poor, gap, gap * picked, above * picked, paid * fifth]
    return np.stack([np.asarray(row, dtype=np.float64) for row in rows])


def _measures_from_totals(t: Any) -> Any:
    people, poor, picked, picked_poor, paid, paid_poor, gap, gap_picked, above_picked, paid_fifth = t
    return np.array(
        [
            poor / people,
            picked / people,
            1 - picked_poor / poor,
            1 - picked_poor / picked,
            1 - paid_poor / paid,
            1 - gap_picked / gap,
            above_picked / (picked - picked_poor),
            paid_fifth / paid,
            (paid_poor / paid) / (poor / people),
        ]
    )


def targeting_gaps(
    frame: pd.DataFrame,
    *,
    income: str,
    line: float | str,
    selected: str,
    group: str,
    weight: str | None = None,
    strata: str | None = None,
    cluster: str | None = None,
    **options: Any,
) -> pd.DataFrame:
    """Compare each group with everyone else: exclusion and inclusion errors, with the covariance.

    Returns
    -------
    DataFrame
        The tidy frame; ``domain`` is the group, measures exclusion_gap and inclusion_gap (group minus
        the others).
    """
    columns = [income, selected, group, *([line] if isinstance(line, str) else [])]
    frame, design = frame_and_design(frame, columns, weight, strata, cluster, options)
    chosen = _selection_flags(frame, selected)
    labels, code = domain_codes(frame, group)
    ratio = full_column(frame, income) / fixed_line(frame, line)
    poor = (ratio < 1).astype(np.float64)
    base = np.stack([poor, chosen, chosen * poor])

    def gap(t: Any) -> Any:
        inside, outside = t[:3], t[3:]
        return np.array(
            [inside[2] / inside[0] * -1 + outside[2] / outside[0], outside[2] / outside[1] - inside[2] / inside[1]]
        )

    tables = []
    everyone = np.zeros(len(frame), dtype=np.int64)
    for value, label in enumerate(labels):
        member = code == value
        made = estimates_from_totals(design, np.concatenate([base * member, base * ~member]), everyone, 1, gap)
        names = ["exclusion_gap", "inclusion_gap"]
        tables.append(tidy_table(names, [label], made, np.zeros(2, dtype=bool), "group minus the others", design))
    return pd.concat(tables, ignore_index=True)


def targeting_suspects(
    frame: pd.DataFrame, *, key: str, income: str, line: float | str, selected: str, most: int = 50
) -> pd.DataFrame:
    """List likely wrong exclusions and inclusions for field checks, the clearest first.

    Parameters
    ----------
    key : str
        Column that names the household (its number, never a person's name).
    most : int
        Longest list of each kind.

    Returns
    -------
    DataFrame
        key, kind (exclusion, inclusion), income, line, distance (relative distance from the line,
        as a share of it), rank.
    """
    if (longest := whole_number(most)) is None or longest < 0:
        raise DataError("{value} is no whole number of 0 or more", where="most", value=str(most))
    frame, _ = frame_and_design(frame, [key, income, selected], None, None, None, {"census": True})
    bar = fixed_line(frame, line)
    table = pd.DataFrame({"key": frame[key], "income": full_column(frame, income), "line": bar})
    chosen = zero_one_column(frame, selected) == 1
    table["distance"] = (table["income"] / table["line"] - 1).abs()
    poor = table["income"] < table["line"]
    table["kind"] = np.select([poor & ~chosen, ~poor & chosen], ["exclusion", "inclusion"], default="")
    table = table[table["kind"] != ""].sort_values(["kind", "distance", "key"], ascending=[True, False, True])
    table["rank"] = table.groupby("kind").cumcount() + 1
    table = table[table["rank"] <= longest].rename(columns={"key": key})
    return table[[key, "kind", "income", "line", "distance", "rank"]].reset_index(drop=True)
