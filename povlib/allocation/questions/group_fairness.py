"""How a plan falls on groups of households.

Responsible for one row a group: how many are served, with how much money, and what it brings, beside
the whole. Not responsible for what a group is (the caller brings public facts) or for judging it.
"""

from __future__ import annotations

import pandas as pd

from povlib.allocation.problem.allocation_problem import Problem
from povlib.allocation.proof.plan import Plan
from povlib.errors import ProblemError

_COLUMNS = [
    "group", "level", "households", "persons", "served", "served_share", "money_fen", "money_per_household_fen",
    "additional", "additional_per_person",
]  # fmt: skip


def fairness(plan: Plan, problem: Problem, groups: pd.DataFrame) -> pd.DataFrame:
    """Return how a plan falls on groups of households.

    Parameters
    ----------
    groups : DataFrame
        hh and one column a way of grouping (sex of the head, disability, ...); a household whose
        level is not known is counted in no row of that grouping.

    Returns
    -------
    DataFrame
        group (the column), level, households, persons, served (households with something new),
        served_share, money_fen (new money of the plan), money_per_household_fen, additional (value above
        package 0), additional_per_person; groupings in the order given, levels sorted.

    Raises
    ------
    ProblemError
        If a household has two rows or is not in the problem, or the column hh is missing.

    Examples
    --------
    >>> from scipy import sparse
    >>> from povlib.allocation.solvers.dispatch import solve
    >>> use = sparse.csr_array([[0], [2], [0], [3]])
    >>> problem = Problem.from_arrays([0, 5, 0, 6], [0, 0, 1, 1], [0, 0], use, [4])
    >>> plan = solve(problem, gap=0)
    >>> groups = pd.DataFrame({"hh": problem.hh, "remote": ["yes", "no"]})
    >>> fairness(plan, problem, groups)[["level", "served", "additional"]].to_numpy().tolist()
    [['no', 1, 6.0], ['yes', 0, 0.0]]
    """
    _check_groups(problem, groups)
    own = slice(0, problem.households)
    paid = plan.payments.groupby("hh")["fen"].sum()
    rows = pd.DataFrame(
        {
            "persons": problem.members,
            "served": plan.rows[own] != problem.base[own],
            "money_fen": paid.reindex(problem.hh).fillna(0).to_numpy().astype("int64"),
            "additional": plan.chosen["additional"].to_numpy(),
        },
        index=pd.Index(problem.hh),
    )
    levels = groups.set_index("hh").reindex(rows.index)
    summaries = [_level_summary(rows, name, levels[name]) for name in levels.columns]
    return pd.concat(summaries, ignore_index=True)[_COLUMNS] if summaries else pd.DataFrame(columns=_COLUMNS)


def _check_groups(problem: Problem, groups: pd.DataFrame) -> None:
    """Refuse groups without household keys, with a household twice, or with one that is not in the problem."""
    if "hh" not in groups:
        raise ProblemError("column {column} is missing", where="groups", column="hh")
    twice = groups["hh"][groups["hh"].duplicated()].astype(str).tolist()
    if twice:
        raise ProblemError("{n} keys stand twice: {keys}", where="groups", n=len(twice), keys=", ".join(twice[:5]))
    strange = sorted(set(groups["hh"]) - set(problem.hh), key=str)
    if strange:
        keys = ", ".join(map(str, strange[:5]))
        raise ProblemError(
            "{n} keys are not in the table {table}: {keys}", where="groups", n=len(strange), table="households",
            keys=keys,
        )  # fmt: skip


def _level_summary(rows: pd.DataFrame, name: str, level: pd.Series) -> pd.DataFrame:
    """Return one row a level of a grouping."""
    by = rows.groupby(level.to_numpy(), sort=True)
    summary = by.agg(
        households=("served", "size"), persons=("persons", "sum"), served=("served", "sum"),
        money_fen=("money_fen", "sum"), additional=("additional", "sum"),
    )  # fmt: skip
    summary = summary.reset_index(names="level")
    summary["group"] = name
    summary["served_share"] = summary["served"] / summary["households"]
    summary["money_per_household_fen"] = (summary["money_fen"] / summary["households"]).round().astype("int64")
    summary["additional_per_person"] = summary["additional"] / summary["persons"].where(summary["persons"] > 0)
    return summary
