"""The plan over several years made again from a later run: who is moved, what it brings, and why the plan deviates.

Responsible for finding the earlier choice of each household among what is offered now, and for sorting the deviations.
Not responsible for the least disturbance (`povlib.allocation.horizon.replanning`).
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from povlib.allocation.horizon.horizon_program import HorizonProgram
from povlib.allocation.horizon.horizon_search import solve_horizon
from povlib.allocation.horizon.replanning import replanned
from povlib.errors import RunError
from povlib.runs.horizon.horizon_inputs import HorizonInputs, horizon_inputs
from povlib.runs.horizon.horizon_run import StoredHorizon, store_plan, stored_horizon
from povlib.runs.run import Run
from povlib.words import language, language_column

#: how a household's plan differs from the one before
KINDS = ("dropped", "new", "lost", "shock", "slipped", "earlier", "other")
#: persons; a value that moved by less is the same
_SAME = 1e-6


@dataclass(frozen=True)
class PlanAgain:
    """A plan over several years made again.

    Attributes
    ----------
    stored : StoredHorizon
    kept : int
        Households whose earlier choice stands.
    moves : DataFrame
        hh, before, package, reason, own_gain, gain, alone_costs (`povlib.allocation.horizon.replanning.Replan`),
        said_before, said_now (labels).
    deviation : DataFrame
        kind (`KINDS`), households, persons (by how much their additional exits differ from the plan before).
    """

    stored: StoredHorizon
    kept: int
    moves: pd.DataFrame
    deviation: pd.DataFrame


def plan_again(run: Run, before: Run, progress: Callable[[str, float], None] = lambda stage, share: None) -> PlanAgain:
    """Make the plan of `run` with the least disturbance of the plan of `before`, and store it.

    Plans whose value differs by no more than the run's setting ``equal_persons`` count as equal.

    Raises
    ------
    RunError
        If `before` has no plan over several years.
    """
    earlier = stored_horizon(before)
    if earlier is None:
        raise RunError(
            "this run has no plan over several years yet",
            remedy="make it first: python3 workbench.py horizon plan {run} --office {office}",
            run=before.info.run_id,
            office=run.office.name,
        )
    inputs = horizon_inputs(run, progress)
    program = HorizonProgram(inputs.problem)
    progress("plan", 0.85)
    best = solve_horizon(inputs.problem, gap=inputs.horizon.certified_persons, program=program)
    choices = earlier_choices(inputs, earlier)
    made = replanned(inputs.problem, best, choices, within=run.settings.equal_persons, program=program, nodes=100)
    stored = store_plan(run, inputs, made.plan)
    label = language_column("label", language())
    said_before = earlier.households.set_index("hh")[label]
    said_now = stored.households.set_index("hh")[label]
    moves = made.moves.assign(
        said_before=said_before.reindex(made.moves["hh"]).to_numpy(),
        said_now=said_now.reindex(made.moves["hh"]).to_numpy(),
    )
    return PlanAgain(stored, made.kept, moves, deviations(earlier, stored, choices))


def earlier_choices(inputs: HorizonInputs, earlier: StoredHorizon) -> dict[str, str]:
    """Return each household's earlier choice in the keys of the new problem; "" where it is not offered any more.

    Help that was to start before the first month that can still be planned is not among them: it is given, or was
    not, and the ledger knows which.
    """
    periods = inputs.horizon.periods
    months = earlier.periods.set_index("period")["first"]
    offered: dict[tuple[str, int, str], str] = {}
    for made in inputs.offers:
        packages = made.offer.packages.sort_values("package", ascending=False)
        label = language_column("label", "zh")
        for number, hh, measures, said in packages[["package", "hh", "measures", label]].itertuples(index=False):
            offered[str(hh), made.period, f"{measures}|{said}"] = f"{number}@{made.period}"
    problem = inputs.problem.problem
    base = problem.base[: problem.households]
    nothing = {str(hh): str(problem.package[row]) for hh, row in zip(problem.hh, base, strict=True) if row >= 0}
    found = {}
    label = language_column("label", "zh")
    for hh, period, measures, said in earlier.households[["hh", "period", "measures", label]].itertuples(index=False):
        if str(hh) not in nothing:
            continue
        if period < 0:
            found[str(hh)] = nothing[str(hh)]
            continue
        month = int(months[period])
        if month < periods[0].ordinal:
            continue
        begun = [t for t, first in enumerate(periods) if first.ordinal <= month]
        found[str(hh)] = offered.get((str(hh), begun[-1], f"{measures}|{said}"), "")
    return found


def deviations(earlier: StoredHorizon, now: StoredHorizon, choices: dict[str, str]) -> pd.DataFrame:
    """Return how the plans differ, by kind: households, and by how much their additional exits differ.

    Returns
    -------
    DataFrame
        kind, households, persons; the persons add up to the difference of the additional exits of both plans.
    """
    columns = ["hh", "measures", "month", "additional"]
    both = earlier.households[columns].merge(now.households[columns], on="hh", how="outer", suffixes=("_was", "_is"))
    kinds = []
    for row in both.to_dict("records"):
        kinds.append(_kind(row, choices))
    both["kind"] = kinds
    both["persons"] = both["additional_is"].fillna(0.0) - both["additional_was"].fillna(0.0)
    counted = both[both["kind"] != ""].groupby("kind")["persons"].agg(["size", "sum"])
    counted = counted.reindex([kind for kind in KINDS if kind in counted.index])
    return pd.DataFrame({"kind": counted.index, "households": counted["size"], "persons": counted["sum"]}).reset_index(
        drop=True
    )


def _kind(row: Mapping[Hashable, Any], choices: dict[str, str]) -> str:
    """Return the kind of one household's deviation; "" where there is none."""
    if pd.isna(row["additional_is"]):
        return "dropped"
    if pd.isna(row["additional_was"]):
        return "new"
    if choices.get(str(row["hh"])) == "":
        return "lost"
    was, now = int(row["month_was"]), int(row["month_is"])
    if row["measures_was"] == row["measures_is"]:
        if was == now:
            return "shock" if abs(float(row["additional_is"]) - float(row["additional_was"])) > _SAME else ""
        return "slipped" if now > was else "earlier"
    return "other"
