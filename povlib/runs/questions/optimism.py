"""How much of a run's promise is only the luck of the estimates it was chosen by: made on request, kept beside it.

Responsible for handing the run's evidence, projection and plan to `povlib.exits.optimisers_curse`. Not responsible for
the method, nor part of what every run computes: it projects and plans four times more.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from povlib import allocation, exits
from povlib.runs.run import Run
from povlib.runs.stages.allocation_input import build_problem
from povlib.runs.storage.artefacts import Bundle

NAME = "curse"
# choices, not measured, that trade accuracy for time: the township is projected and planned anew for each kind of
# estimate, with this many draws and to this many persons
DRAWS, GAP_PERSONS = 40, 1.0
_EVIDENCE = ["measure", "source", "prior_mean", "prior_sd", "estimate", "se"]


def optimism(run: Run) -> pd.DataFrame:
    """Return what plans would promise by estimates of each kind, as `povlib.exits.optimisers_curse`.

    Empty when the office's records show no effect yet: then nothing was chosen by an estimate.
    """
    return run.stored(NAME, lambda: Bundle({NAME: _compute_optimism(run)}), answers_folder(run)).frames[NAME]


def known_optimism(run: Run) -> pd.DataFrame:
    """Return the same if it was asked for before, else an empty frame."""
    return optimism(run) if (answers_folder(run) / NAME).is_dir() else _nothing_chosen()


def answers_folder(run: Run) -> Path:
    """Return where answers to later questions about a run lie: its own folder is sealed by its manifest."""
    return run.office.folder / "asked" / run.info.run_id


def _nothing_chosen() -> pd.DataFrame:
    return pd.DataFrame(columns=["key", "persons", "additional"])


def _compute_optimism(run: Run) -> pd.DataFrame:
    evidence = run.effects.posterior
    evidence = evidence.loc[evidence["group"].isna(), _EVIDENCE].reset_index(drop=True)
    if evidence["estimate"].notna().sum() == 0:
        return _nothing_chosen()

    def project(effects: pd.DataFrame) -> exits.Projection:
        return exits.project(run.with_months, run.offer, run.catalogue, run.settings, draws=DRAWS, posterior=effects)

    def choose(projection: exits.Projection) -> Iterable[int]:
        problem = build_problem(run.state, run.offer, projection, run.catalogue, run.settings)
        plan = allocation.solve(problem, gap=GAP_PERSONS, time_limit_s=run.settings.time_limit_s)
        return [int(package) for package in plan.chosen["package"]]

    return exits.optimisers_curse(evidence, project, choose)
