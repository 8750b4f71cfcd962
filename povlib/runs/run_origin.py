"""What a run is made from: its record, composed when it is begun and composed again to see that nobody changed it.

Responsible for the record (`povlib.scenarios.RunInfo`) and its comparison. Not responsible for folders
(`povlib.runs.run_folders`) or for what is computed from it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from povlib import params, scenarios
from povlib.errors import Fault, WorkbenchError
from povlib.runs.decisions.decided import Decided
from povlib.runs.office.village_survey import survey_digest
from povlib.runs.run import KnownRows, Run
from povlib.runs.storage.run_identity import code_digest, run_id, solver_versions
from povlib.runs.storage.text_files import file_digest


def record_of(
    state: KnownRows,
    resolved: scenarios.Resolved,
    name: str,
    overrides: Mapping[str, str],
    surveyed: str,
    claims: Path,
    decided: Decided | None = None,
) -> scenarios.RunInfo:
    """Return the record of a run that is begun now.

    Parameters
    ----------
    name : str
        Name of the scenario.
    surveyed : str
        Digest of the village survey; "" without one.
    claims : Path
        File of claims among the parameters, whether or not it is there.
    decided : Decided, optional
        Decisions by hand in force, and pins of this run alone.
    """
    decided = decided or Decided()
    info = scenarios.RunInfo(
        scenario=name,
        titles=resolved.scenario.title.by_language(),
        catalogue_digest=resolved.catalogue.digest,
        settings=resolved.settings,
        trace=resolved.trace,
        ledger_head=state.head.hash,
        batch=state.batch,
        run_id="",
        code_digest=code_digest(),
        solver_versions=solver_versions(),
        seed=resolved.settings.seed,
        synthetic=state.synthetic,
        decided=decided.batch,
    )
    return replace(info, run_id=_identity(info, state.digest, overrides, surveyed, claims, decided))


def _identity(
    info: scenarios.RunInfo, rows: str, overrides: Mapping[str, str], surveyed: str, claims: Path, decided: Decided
) -> str:
    """Return the id that follows from a record."""
    plain: dict[str, Any] = {"catalogue": info.catalogue_digest, "settings": info.settings.recorded()}
    plain |= {"scenario": info.scenario, "overrides": dict(overrides)}
    # another survey makes another run; without one the id is what it was before surveys could be given
    if surveyed:
        plain["survey"] = surveyed
    # as with a survey: claims that were entered since ask for papers of their own
    if claims.is_file():
        plain["claims"] = file_digest(claims)
    # what binds the plan, by content: the batch that said it is another in every clone
    plain |= decided.plain()
    return run_id(rows, plain, info.code_digest, info.solver_versions)


def origin_faults(run: Run) -> list[Fault]:
    """Return how the record and the parameters in a run's folder differ from the ledger and from each other.

    The code is taken as the record says: whether it is the code in use is for the caller to ask.
    """
    claims = run.folder / "params" / params.CLAIMS_FILE
    try:
        surveyed = survey_digest(run.survey.frames["rows"]) if run.survey else ""
        made = record_of(run.known_rows, run.resolved, run.info.scenario, run.overrides, surveyed, claims, run.decided)
    except WorkbenchError as error:
        return list(error.faults)
    made = replace(made, code_digest=run.info.code_digest, solver_versions=run.info.solver_versions)
    made = replace(made, run_id=_identity(made, run.known_rows.digest, run.overrides, surveyed, claims, run.decided))
    if made.plain() != run.info.plain():
        return [Fault("the record of this run does not follow from the ledger and its parameters", run.info.run_id)]
    return []
