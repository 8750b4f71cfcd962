"""What a plan is to make as large as possible, in whole micro-persons.

Responsible for objectives (a column, weights of columns, or several one after the other), groups
that come first, and the bonus for keeping the last plan's choice. Not responsible for any rule.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from povlib.allocation.problem.problem_tables import ProblemTables
from povlib.allocation.problem.table_checks import FaultList, micro_persons
from povlib.arrays import Ints

MICRO = 10**6
"""Values are whole micro-persons; a certificate counts in 1e-12 person."""

ObjectiveColumns = str | Mapping[str, float] | Sequence[str | Mapping[str, float]]


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


def objective_columns(objective: ObjectiveColumns) -> list[str]:
    """Return the columns of the packages table that an objective reads."""
    if isinstance(objective, str):
        return [objective]
    if isinstance(objective, Mapping):
        return list(objective)
    return sorted({column for part in objective for column in objective_columns(part)})


def _weighted_columns(packages: pd.DataFrame, objective: str | Mapping[str, float]) -> npt.NDArray[np.float64]:
    """Return the weighted sum of the objective's columns, in sorted order so that sums are the same to the bit."""
    weights = {objective: 1.0} if isinstance(objective, str) else objective
    worth = [packages[column].to_numpy(np.float64) * weights[column] for column in sorted(weights)]
    return np.asarray(np.sum(worth, axis=0), dtype=np.float64)


def objective_values(
    faults: FaultList,
    tables: ProblemTables,
    objective: ObjectiveColumns,
    priority: tuple[Priority, ...],
    facilities: int,
) -> tuple[Ints, tuple[tuple[str, Ints], ...]]:
    """Return the value that counts last, and the stages before it."""
    parts = [objective] if isinstance(objective, (str, Mapping)) else list(objective)
    packages = tables.packages
    household_of = tables.place["packages.hh"]
    weight = np.ones(len(packages))
    earlier: list[tuple[str, npt.NDArray[np.float64]]] = []
    for rule in priority:
        if rule.group not in tables.households:
            faults.add_keys("{n} groups are no column of households: {keys}", "priority", [rule.group])
            continue
        inside = tables.households[rule.group].to_numpy(bool)[household_of]
        if rule.weight is None:
            earlier.append((rule.group, np.where(inside, _weighted_columns(packages, parts[-1]), 0.0)))
        else:
            weight = np.where(inside, weight * rule.weight, weight)
    earlier += [
        (part if isinstance(part, str) else "+".join(sorted(part)), _weighted_columns(packages, part))
        for part in parts[:-1]
    ]
    stages = [(name, micro_persons(faults, v, f"packages.{name}", packages["package"])) for name, v in earlier]
    final_value = micro_persons(
        faults, _weighted_columns(packages, parts[-1]) * weight, "packages", packages["package"]
    )
    no_value = np.zeros(facilities, dtype=np.int64)
    return np.concatenate([final_value, no_value]), tuple((name, np.concatenate([v, no_value])) for name, v in stages)


def stability_bonus(tables: ProblemTables, key: pd.Index, stability: float) -> Ints:
    """Return what keeping the last plan's choice is worth to the search, in micro-persons."""
    kept = key.isin(tables.previous["package"].dropna())
    return np.where(kept, round(stability * MICRO), 0).astype(np.int64)
