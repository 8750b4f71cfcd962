"""Where the papers of a run are handed out from.

Responsible for the folder alone, so that a paper which speaks of other papers can be one of them. Not responsible for
which papers there are (`povlib.runs.papers`).
"""

from __future__ import annotations

from pathlib import Path

from povlib.runs.run import Run


def papers_folder(run: Run) -> Path:
    """Return where the papers of a run are handed out from."""
    return run.office.papers / f"{run.settings.plan_month}-{run.info.scenario}-{run.info.run_id}"
