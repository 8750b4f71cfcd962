"""Practise the year after: what the villages of the practice township would report once a plan is followed.

Responsible for handing a run's plan to the simulator and writing the later workbooks. Not responsible for
the truth (`povlib.sample`), and refused for a real office: nobody can simulate what will happen there.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from povlib import sample
from povlib.errors import RunError
from povlib.params import Catalogue
from povlib.runs.facts.proposal import planned_households
from povlib.runs.run import Run


def write_year_after(run: Run, folder: Path, *, households: int = 340, seed: int = 2016) -> list[Path]:
    """Write the practice township's workbooks up to the horizon, as they come when the run's plan is followed.

    Parameters
    ----------
    folder : Path
        Where the workbooks go; load them with ``povlib load``, then ``povlib close`` the horizon's month.
    households, seed : int
        Of the made-up township whose workbooks the run was made from.

    Raises
    ------
    RunError
        If the run is of a real office.
    """
    if not run.info.synthetic:
        raise RunError("only the practice township's future can be made up", where=run.office.name)
    months = run.settings.horizon - run.at
    chosen = planned_households(run)
    parts = run.offer.components[run.offer.components["package"].isin(chosen["package"])]
    plan = parts.merge(chosen[["package", "hh"]], on="package")[["hh", "measure", "person", "post", "start"]]
    now = sample.simulate(households, seed, months)
    plan["measure"] = _as_simulated(plan["measure"], run.catalogue, set(now.world.measures))
    return sample.write_workbooks(sample.follow(now, plan, months), folder)


def _as_simulated(measures: pd.Series, catalogue: Catalogue, simulated: set[str]) -> pd.Series:
    """Return the measures by what the simulator knows: a house repaired on credit is a house repaired.

    Ways to pay for works on a house or to find land for them are the office's own; the works are what makes it safe.
    """
    works = {one.work: key for key, one in catalogue.measures.items() if one.work and key in simulated}
    same = {
        key: works[one.work] for key, one in catalogue.measures.items() if key not in simulated and one.work in works
    }
    return measures.replace(same)
