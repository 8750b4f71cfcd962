"""Complete a run: every artefact, every executed notebook, the papers, the manifest; then its final place.

Responsible for the order and for progress. Each notebook is executed as soon as all that it loads is there,
beside the computation of the rest (`povlib.runs.notebooks.side_by_side`).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from povlib import allocation
from povlib.allocation.solvers.township.solver_process import shared_solver
from povlib.errors import RunError
from povlib.runs.notebooks.execution import execute_notebook
from povlib.runs.notebooks.notebook_html import write_page
from povlib.runs.notebooks.shared_kernel import Kernel
from povlib.runs.notebooks.side_by_side import notebooks_beside
from povlib.runs.papers import hand_out_papers, keep_papers
from povlib.runs.run import Run
from povlib.runs.run_folders import exclusive_run, is_finished, move_into_place, reopened
from povlib.runs.stages.outlook import backtest_of, outlook
from povlib.runs.storage.manifest import read_manifest, write_manifest
from povlib.runs.storage.text_files import write_text
from povlib.words import language, text

if TYPE_CHECKING:
    from povlib.runs.area.area_run import AreaRun

# when each notebook may be executed: as soon as all that it loads is stored, so that a kernel never computes a stage
# that this process is computing too
AFTER_STATE = ("01_ledger", "02_poverty")
AFTER_EFFECTS = ("03_impact",)
AFTER_PLAN = ("05_housing", "09_villages")
AFTER_OUTLOOK = ("04_exits", "08_bulletin")
AFTER_REASONS = ("06_allocation",)
Progress = Callable[[str, float], None]
Show = Callable[..., None]
Stages = tuple[tuple[str, Callable[[], object]], ...]


def complete(
    run: Run,
    lang: str | None = None,
    progress: Progress | None = None,
    *,
    papers: bool = True,
    proved: Callable[[Run], None] | None = None,
    scheduler: str | None = None,
) -> Run:
    """Finish a run that was begun; one that is finished is returned as it is.

    Parameters
    ----------
    lang : str, optional
        Language of the executed notebooks and papers; default the language in use.
    progress : callable, optional
        Receives stage and share done.
    papers : bool
        Whether notebooks and papers are made too; without them the run ends with the proof of its plan, as the points
        of a sweep do, and is completed when somebody asks for its papers.
    proved : callable, optional
        Receives the run as soon as its plan is proved: its figures need not wait for the papers.
    scheduler : str, optional
        Address of a Dask cluster ("tcp://...") that works on the parts of a large office; a township has none.

    Raises
    ------
    RunError
        If a notebook fails, in the words of the error; what was computed is kept for the next try.
    """
    # a process killed between the manifest and the move left a whole run: only the move is made up for
    if is_finished(run) and (run.has_papers or not papers):
        return move_into_place(run)
    tell = progress or (lambda stage, share: None)
    told = proved or (lambda run: None)
    with exclusive_run(run, lambda: tell(text("waiting: another process is making this run"), 0.0)) as own:
        if is_finished(own) and papers and not own.has_papers:
            own = reopened(own)
        if is_finished(own):
            return move_into_place(own)
        if own.is_by_parts:
            from povlib.runs.area.area_completion import complete_area  # loads what projects: not for a township

            area = cast("AreaRun", own)
            return complete_area(area, lang or language(), tell, told, papers=papers, scheduler=scheduler)
        # loads beside what comes before the plan, so that the plan need not wait for it
        shared_solver().start()
        return _complete_alone(own, lang or language(), tell, told) if papers else _prove_alone(own, tell, told)


def _prove_alone(run: Run, tell: Progress, told: Callable[[Run], None]) -> Run:
    """Compute a run as far as the proof of its plan and seal what is there."""
    _compute_stages(_stages_to_proof(run, lambda *names: None), tell)
    told(run)
    write_manifest(run.folder, manifest_facts(run), run.seal)
    return move_into_place(run)


def _complete_alone(run: Run, lang: str, tell: Progress, told: Callable[[Run], None]) -> Run:
    def execute(name: str, kernel: Kernel) -> None:
        _execute_and_print(run, name, lang, kernel)

    with _kernel_environment(run, lang), notebooks_beside(execute) as beside:
        beside.show(*AFTER_STATE)
        _compute_stages(_stages_to_proof(run, beside.show), tell)
        told(run)
        beside.widen()
        _compute_stages(_stages_after_proof(run, beside.show), tell)
        beside.show(*AFTER_REASONS)
        paper, notebooks = _last_stages()
        tell(paper, 0.0)
        # before the manifest, which seals them too
        keep_papers(run, lang, None)
        tell(notebooks, 0.5)
    write_manifest(run.folder, manifest_facts(run), run.seal)
    tell(notebooks, 1.0)
    finished = move_into_place(run)
    # last: a paper that was handed out always belongs to a run that is finished
    hand_out_papers(finished)
    return finished


def number_of_stages(run: Run) -> int:
    """Return how many stages `complete` names to who watches it: the length of a bar, papers and notebooks included."""
    if run.is_by_parts:
        from povlib.runs.area.area_completion import number_of_area_stages

        return number_of_area_stages()
    stages = (*_stages_to_proof(run, lambda *names: None), *_stages_after_proof(run, lambda *names: None))
    return len({name for name, _ in stages} | set(_last_stages()))


def _last_stages() -> tuple[str, str]:
    return text("paper"), text("notebooks")


def _stages_to_proof(run: Run, show: Show) -> Stages:
    """Return the chain as far as the proof, artefact by artefact, each notebook once all that it loads is there."""
    return (
        (text("ledger"), lambda: run.state),
        (text("ledger"), lambda: run.overview),
        (text("what help changed"), lambda: run.effects),
        (text("packages"), lambda: show(*AFTER_EFFECTS)),
        (text("packages"), lambda: run.offer),
        (text("projection"), lambda: _project_or_stop(run)),
        (text("plan and proof"), lambda: run.plan),
        (text("plan and proof"), lambda: _prove_or_stop(run)),
    )


def _stages_after_proof(run: Run, show: Show) -> Stages:
    """Return what explains a proved plan and says how far it can be trusted, with the notebooks that show it."""
    return (
        (text("back-test"), lambda: show(*AFTER_PLAN)),
        (text("back-test"), lambda: backtest_of(run)),
        (text("outlook"), lambda: outlook(run)),
        (text("baselines"), lambda: show(*AFTER_OUTLOOK)),
        (text("baselines"), lambda: run.baselines),
        (text("reasons"), lambda: run.explanation),
        (text("reasons"), lambda: run.decision_costs),
    )


def _compute_stages(stages: Stages, tell: Progress) -> None:
    """Compute stages and tell of each as it begins and ends."""
    for name, step in stages:
        tell(name, 0.0)
        step()
        tell(name, 1.0)


def _project_or_stop(run: Run) -> None:
    """Project, and stop in words when nobody can be assessed: every figure of a plan would be a blank."""
    frame = run.projection.frame
    own = frame[(frame["k"] == 0) & frame["hh"].isin(run.state.poor["hh"])]
    if not own["assessable"].astype(bool).any():
        raise RunError(
            "no registered household can be assessed: nobody's income is known for twelve months",
            remedy="load the earlier months too; a blank cell means not known, so write 0 where nothing came in",
        )


def _prove_or_stop(run: Run) -> None:
    """Stop when exact arithmetic does not repeat the plan's proof: such a plan is never printed."""
    if not run.proved:
        raise RunError(allocation.verify(run.plan, run.problem).faults)


def _execute_and_print(run: Run, name: str, lang: str, kernel: Kernel) -> None:
    folder = run.folder / "notebooks"
    folder.mkdir(exist_ok=True)
    executed = execute_notebook(name, folder / f"{name}.ipynb", {"run": run.info.run_id, "lang": lang}, kernel)
    write_page(executed, folder / f"{name}.html", name, lang)


@contextmanager
def _kernel_environment(run: Run, lang: str) -> Iterator[None]:
    """Tell the kernels, which inherit it, for which office and in which language they work."""
    environment = {
        "POVLIB_OFFICE": run.office.name,
        "POVLIB_LANG": lang,
        "OMP_NUM_THREADS": "1",
        # sets of texts come in one order in every kernel: executed notebooks repeat to the byte
        "PYTHONHASHSEED": "0",
        "IPYTHONDIR": str(write_kernel_profile(run.office.folder / ".ipython")),
    }
    before = {key: os.environ.get(key) for key in environment}
    os.environ.update(environment)
    try:
        yield
    finally:
        for key, value in before.items():
            if value is None:
                os.environ.pop(key, None)
            else:
                os.environ[key] = value


def write_kernel_profile(folder: Path) -> Path:
    """Make a configuration of the kernels' own: no start-up files of a user, no lines of their own accord."""
    profile = folder / "profile_default"
    profile.mkdir(parents=True, exist_ok=True)
    write_text(profile / "ipython_kernel_config.py", "c.IPKernelApp.log_level = 50\n")
    return folder


def manifest_facts(run: Run) -> dict[str, Any]:
    """Return what the manifest says beside the digests: the record, and what is claimed of the plan."""
    plan = run.plan
    return {
        "run": run.info.plain(),
        "overrides": run.overrides,
        **({"pins": run.pins} if run.pins else {}),
        "plan": {
            "value": plan.value,
            "price_bound": plan.price_bound,
            "solver_bound": plan.solver_bound,
            "gap": plan.gap,
            "status": plan.status,
            "problem": plan.certificate.digest,
        },
        # whoever compares many runs reads these and computes nothing
        "figures": headline_figures(run),
    }


def headline_figures(run: Run) -> dict[str, float]:
    """Return the big numbers of a run as plain values, in persons, fen and shares."""
    from povlib.runs.facts.proposal import plan_outcome

    if run.is_by_parts:
        from povlib.runs.area.area_figures import AreaFigures

        return AreaFigures(cast("AreaRun", run)).headline
    outcome = plan_outcome(run)
    return {
        "horizon": float(run.settings.horizon.ordinal),
        "additional": outcome.additional.value,
        "additional_low": outcome.additional.low or 0.0,
        "additional_high": outcome.additional.high or 0.0,
        "expected": outcome.expected.value,
        "expected_low": outcome.expected.low or 0.0,
        "expected_high": outcome.expected.high or 0.0,
        "money_fen": float(outcome.money_fen),
        "poorest_money_share": outcome.poorest.money_share or 0.0,
        "poorest_post_share": outcome.poorest.post_share or 0.0,
        "gap": run.plan.gap,
        "bound": run.plan.price_bound,
    }


def manifest_of(run: Run) -> dict[str, Any]:
    """Return the manifest of a finished run."""
    return read_manifest(run.folder)
