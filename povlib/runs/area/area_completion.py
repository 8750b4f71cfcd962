"""Complete a run by parts: every step of every part, one choice over all, its proof, the paper, the manifest.

Responsible for the order. What is done is kept at every moment: the same command goes on where the last one was
interrupted. Not responsible for any step (`povlib.runs.area.part_work`).
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from typing import Any, cast

from povlib.errors import RunError
from povlib.runs.area.area_figures import AreaFigures
from povlib.runs.area.area_plan import PLAN
from povlib.runs.area.area_run import AreaRun
from povlib.runs.area.part_work import done_for_all_parts, done_for_the_office, part_processes, plan_made_aside
from povlib.runs.papers import hand_out_papers, keep_papers
from povlib.runs.run_folders import move_into_place
from povlib.runs.storage.manifest import write_manifest
from povlib.words import text

Progress = Callable[[str, float], None]


def complete_area(
    run: AreaRun,
    lang: str,
    tell: Progress,
    proved: Callable[[AreaRun], None],
    *,
    papers: bool = True,
    scheduler: str | None = None,
) -> AreaRun:
    """Finish a run by parts that was begun, and return it in its final place.

    Parameters
    ----------
    lang : str
        Language of the papers.
    tell : callable
        Receives stage and share done.
    proved : callable
        Receives the run as soon as its plan is proved and its figures are added up.
    papers : bool
        Whether papers are written too.
    scheduler : str, optional
        Address of a Dask cluster that works on the parts (`povlib.runs.area.part_work.part_processes`).

    Raises
    ------
    RunError
        If a setting needs the whole office at once, a part fails, or the proof is not repeated.
    ParameterError
        If floors of areas can be kept together only by giving nobody anything.
    """
    run.refuse_what_needs_the_whole()
    with part_processes(run, scheduler) as pool:
        done_for_all_parts(run, "owed", pool, tell, text("what the law owes"))
        done_for_the_office(run, "law", pool)
        # what help changed is learnt from everybody, by one process, beside the packages of the parts
        done_for_all_parts(run, "offered", pool, tell, text("packages"), beside=("effects",))
        done_for_the_office(run, "groups", pool)
        # floors that cannot be kept together are told here, once, and not by every part after its projection
        _ = run.shares
        done_for_all_parts(run, "projected", pool, tell, text("projection"))
    # one process makes the choice: those of the parts, which keep what they worked with, have ended before it begins
    tell(text("plan and proof"), 0.0)
    plan_made_aside(run)
    _prove_or_stop(run)
    with part_processes(run, scheduler) as pool:
        done_for_all_parts(run, "expected", pool, tell, text("what the plan would bring"))
        figures = AreaFigures(run)
        # the four numbers are told before what only the paper waits for
        proved(run)
        done_for_all_parts(run, "tested", pool, tell, text("back-test"))
    tell(text("paper"), 0.0)
    if papers:
        keep_papers(run, lang, None)
    shutil.rmtree(run.folder / f".{PLAN}-search", ignore_errors=True)
    write_manifest(run.folder, area_manifest(run, figures), run.seal)
    tell(text("paper"), 1.0)
    finished = cast(AreaRun, move_into_place(run))
    if papers:
        hand_out_papers(finished)
    return finished


def number_of_area_stages() -> int:
    """Return how many stages `complete_area` names: the length of a bar."""
    return 7


def _prove_or_stop(run: AreaRun) -> None:
    """Stop when exact arithmetic does not repeat the plan's proof: such a plan is never printed."""
    if not run.proved:
        raise RunError(
            "the plan's proof was not repeated by exact arithmetic: no paper is written", where=run.info.run_id
        )


def area_manifest(run: AreaRun, figures: AreaFigures) -> dict[str, Any]:
    """Return what the manifest says beside the digests: the record, and what is claimed of the plan."""
    plan = run.plan
    return {
        "run": run.info.plain(),
        "overrides": run.overrides,
        **({"pins": run.pins} if run.pins else {}),
        "parts": [part.key for part in run.parts],
        "plan": {
            "value": plan.value,
            "price_bound": plan.price_bound,
            "solver_bound": plan.solver_bound,
            "gap": plan.gap,
            "status": plan.status,
            "opened": plan.opened,
            "problem": plan.certificate.digest,
        },
        "figures": figures.headline,
    }
