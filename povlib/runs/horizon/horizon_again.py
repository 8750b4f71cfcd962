"""The plan over several years made again from a later run: who is moved, what it brings, and why the plan deviates.

Responsible for finding the earlier choice of each household among what is offered now, and for what the ledger says of
it since. Not responsible for the least disturbance (`povlib.allocation.horizon.replanning`) nor for sorting deviations
(`deviations`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from povlib.allocation.horizon.horizon_program import HorizonProgram
from povlib.allocation.horizon.horizon_search import solve_horizon
from povlib.allocation.horizon.replanning import replanned
from povlib.errors import RunError
from povlib.runs.horizon.deviations import WhatHappened, deviations, help_begun
from povlib.runs.horizon.horizon_inputs import HorizonInputs, horizon_inputs
from povlib.runs.horizon.horizon_run import Followed, StoredHorizon, household_frame, store_plan, stored_horizon
from povlib.runs.run import Run
from povlib.vocabulary.register import exited_status
from povlib.words import language_column, languages


@dataclass(frozen=True)
class PlanAgain:
    """A plan over several years made again.

    Attributes
    ----------
    stored : StoredHorizon
        With its `moves` and `deviation`.
    kept : int
        Households whose earlier choice stands.
    """

    stored: StoredHorizon
    kept: int


def plan_again(run: Run, before: Run, progress: Callable[[str, float], None] = lambda stage, share: None) -> PlanAgain:
    """Make the plan of `run` with the least disturbance of the plan of `before`, and store it.

    Plans whose value differs by no more than the run's setting ``equal_persons`` count as equal. What is committed or
    decided stays, whatever it costs.

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
    now = household_frame(inputs, made.plan)
    followed = Followed(
        since=before.info.run_id,
        kept=made.kept,
        moves=_said_moves(made.moves, earlier.households, now),
        deviation=deviations(earlier.households, now, _what_happened(run, earlier.households, choices)),
    )
    return PlanAgain(store_plan(run, inputs, made.plan, followed), made.kept)


def earlier_choices(inputs: HorizonInputs, earlier: StoredHorizon) -> dict[str, str]:
    """Return each household's earlier choice in the keys of the new problem; "" where it is not offered any more.

    Help of a period that is not over yet may still begin as planned. What was to start in a period that is over is not
    among the choices: it is given, or was not, and the ledger knows which.
    """
    periods = inputs.horizon.periods
    span = earlier.periods.set_index("period")[["first", "last"]]
    exact, alike = _offered_packages(inputs)
    problem = inputs.problem.problem
    base = problem.base[: problem.households]
    nothing = {str(hh): str(problem.package[row]) for hh, row in zip(problem.hh, base, strict=True) if row >= 0}
    found = {}
    columns = ["hh", "period", "measures", _LABEL, "month"]
    for hh, period, measures, said, start in earlier.households[columns].itertuples(index=False):
        if str(hh) not in nothing:
            continue
        if period < 0:
            found[str(hh)] = nothing[str(hh)]
            continue
        if int(span.loc[period, "last"]) < periods[0].ordinal:
            continue
        month = max(int(span.loc[period, "first"]), periods[0].ordinal)
        t = [t for t, first in enumerate(periods) if first.ordinal <= month][-1]
        key = (str(hh), t, f"{measures}|{said}")
        found[str(hh)] = exact.get((*key, int(start)), alike.get(key, ""))
    return found


#: packages of two offers are the same where their labels in this language are
_LABEL = language_column("label", "zh")


def _offered_packages(
    inputs: HorizonInputs,
) -> tuple[dict[tuple[str, int, str, int], str], dict[tuple[str, int, str], str]]:
    """Return the packages of all periods by household, period and contents, with and without their month."""
    exact: dict[tuple[str, int, str, int], str] = {}
    alike: dict[tuple[str, int, str], str] = {}
    for made in inputs.offers:
        # the lowest number last: of packages that differ in the member or the month it is the first that is offered
        packages = made.offer.packages.sort_values("package", ascending=False)
        columns = packages[["package", "hh", "measures", _LABEL]].assign(start=packages["start"].fillna(0))
        for number, hh, measures, said, start in columns.itertuples(index=False):
            key = (str(hh), made.period, f"{measures}|{said}")
            alike[key] = exact[(*key, int(start))] = f"{number}@{made.period}"
    return exact, alike


def _said_moves(moves: pd.DataFrame, before: pd.DataFrame, now: pd.DataFrame) -> pd.DataFrame:
    """Return the moves with what each household had and has, in every language, and the months of both."""
    was, has = before.set_index("hh"), now.set_index("hh")
    labels = [language_column("label", lang) for lang in languages()]
    said = {}
    for column in [*labels, "month"]:
        said[f"{column}_before"] = was[column].reindex(moves["hh"]).to_numpy()
        said[f"{column}_now"] = has[column].reindex(moves["hh"]).to_numpy()
    return moves.assign(**said)


def _what_happened(run: Run, before: pd.DataFrame, choices: dict[str, str]) -> WhatHappened:
    """Return what the ledger says of the households of the plan before."""
    households = run.state.households
    out = households.loc[households["status"] == exited_status(), "hh"]
    return WhatHappened(
        exited=set(out.astype(str)),
        begun=help_begun(run.state.support, before),
        lost={hh for hh, package in choices.items() if not package},
    )
