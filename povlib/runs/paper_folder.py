"""Where the papers of a run are handed out from.

Responsible for the folder and for the name of comparisons in it, so that a paper which speaks of other papers can be
one of them. Not responsible for which papers there are (`povlib.runs.papers`).
"""

from __future__ import annotations

from pathlib import Path

from povlib.runs.run import Run

COMPARISON = "comparison"
"""Begins the names of a comparison's files among the papers of a run; the id of the other run follows."""


def papers_folder(run: Run) -> Path:
    """Return where the papers of a run are handed out from."""
    return run.office.papers / f"{run.settings.plan_month}-{run.info.scenario}-{run.info.run_id}"
