"""Begin, find and finish runs.

Responsible for the id and the folder of a run: begun under a name of its own, moved to its place when
everything in it is there, never made twice. Not responsible for the artefacts (`povlib.runs.run`) or
the papers (`povlib.runs.papers`).
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from povlib import __version__, ledger, params, scenarios
from povlib.calendar import Month
from povlib.errors import ParameterError, RunError
from povlib.ledger.storage.process_lock import one_at_a_time
from povlib.places import Office
from povlib.runs.area.ledger_standing import LedgerStanding, ledger_standing
from povlib.runs.decisions.decided import Decided, decided_now
from povlib.runs.decisions.package_rules import checked_pins, parsed_pins
from povlib.runs.decisions.recorded_help import AS_DONE, recorded_help
from povlib.runs.office.finished_runs import run_folder
from povlib.runs.office.office_place import SAMPLE, Place, copy_files, find_office, sample_office
from povlib.runs.office.parameter_check import changes_in_words, check_parameters
from povlib.runs.office.village_survey import read_survey, survey_digest, survey_file
from povlib.runs.run import Run
from povlib.runs.run_origin import origin_faults, record_of
from povlib.runs.storage.artefacts import Bundle, write_artefact
from povlib.runs.storage.manifest import NAME as MANIFEST
from povlib.runs.storage.stage_reuse import BEGUN
from povlib.runs.storage.text_files import PARTIAL, write_text
from povlib.runs.stored_run import RECORD, SURVEY

#: field of the record of a run that is made by parts
BY_PARTS = "by_parts"


def current_office() -> Place:
    """Return the office a notebook works for: ``POVLIB_OFFICE``, else the practice township."""
    name = os.environ.get("POVLIB_OFFICE", SAMPLE)
    return sample_office() if name == SAMPLE else find_office(name)


def begin(
    place: Place,
    scenario: str = "base",
    overrides: Mapping[str, str] | None = None,
    resolved: scenarios.Resolved | None = None,
    pins: Mapping[str, str] | None = None,
) -> Run:
    """Return the run of a scenario on what the ledger now knows; nothing is computed yet.

    The plan keeps every decision by hand that the ledger holds (`povlib.ledger.binding_decisions`).

    Parameters
    ----------
    place : Place
    scenario : str
        Name of a scenario of the office.
    overrides : mapping, optional
        Dotted key -> value as typed.
    resolved : Resolved, optional
        What `check_parameters` returned for them, when it was called a moment ago.
    pins : mapping, optional
        Household -> rule, for this run alone, as the command line takes it (``--pin S01-0001=refused``); the rule takes
        the place of what the ledger holds for that household. Rules (`povlib.runs.decisions.package_rules`):
        ``refused`` (nothing new), ``free`` (whatever is on record is left aside), ``with:MEASURE``,
        ``without:MEASURE``, or a package by its measures, such as ``industry_grant+microloan``.

    Raises
    ------
    ParameterError
        If any scenario or parameter of the office is wrong: all are checked before the first is run.
    RunError
        If the ledger holds nothing to plan on.
    DataError
        If the survey in the inbox cannot be used.
    """
    resolved = resolved or check_parameters(place, scenario, overrides)
    return begin_each(place, [(scenario, overrides or {}, resolved)], pins)[0]


def begin_each(
    place: Place,
    asked: Sequence[tuple[str, Mapping[str, str], scenarios.Resolved]],
    pins: Mapping[str, str] | None = None,
) -> list[Run]:
    """Return the runs of several scenarios, all on the same ledger, as `begin` does.

    Parameters
    ----------
    asked : sequence of (scenario, overrides, resolved)
        What `begin` takes for each.
    """
    standing = ledger_standing(place.office)
    if standing is None or standing.last_month is None:
        raise RunError(
            "the ledger holds no month yet",
            remedy="put village workbooks into the inbox, then: python3 workbench.py load",
        )
    known = _KnownOnce(place.office, standing)
    surveyed = _survey_in_inbox(place.office)
    survey = str(surveyed.facts["digest"]) if surveyed else ""
    own = place.office.params
    begun = []
    read: dict[Month, Decided] = {}
    for scenario, overrides, resolved in asked:
        settings = resolved.settings
        _refuse_past_months(standing.last_month, settings)
        by_parts = standing.households > settings.part_households
        typed = checked_pins(pins, known.state, resolved.catalogue) if pins else {}
        if settings.new_help == AS_DONE:
            typed = {**recorded_help(place, known.state, resolved.catalogue, settings.horizon.year), **typed}
        # what the ledger holds for the months of help, read once for all points of a sweep
        if settings.help_from not in read:
            read[settings.help_from] = decided_now(place, settings, {})
        decided = replace(read[settings.help_from], pins=typed)
        origin = standing if by_parts else known.state
        info = record_of(origin, resolved, scenario, overrides, survey, own / params.CLAIMS_FILE, decided)
        run = _begin_or_open(place.office, info, dict(overrides), own, surveyed, decided.pins, by_parts)
        begun.append(run if by_parts else run.with_state_at_hand(known.state))
    return begun


@dataclass
class _KnownOnce:
    """The state of the ledger, read when somebody asks for it: a large office is begun without it."""

    office: Office
    standing: LedgerStanding

    @cached_property
    def state(self) -> ledger.State:
        with ledger.open(self.office.ledger_place) as book:
            return ledger.read_state(book, self.standing.batch)


def _survey_in_inbox(office: Office) -> Bundle | None:
    """Return the survey in the inbox, checked and without names, with its file's name; None without one."""
    path = survey_file(office)
    if path is None:
        return None
    rows = read_survey(path)
    return Bundle({"rows": rows}, facts={"name": path.name, "digest": survey_digest(rows)})


def _refuse_past_months(last: Month, settings: params.Settings) -> None:
    """Help can only be planned for months that the ledger does not know yet: the past cannot be helped."""
    if last >= settings.help_from:
        raise ParameterError(
            "the ledger already holds {last}, but help is to start in {first}: the past cannot be planned",
            where="settings.help_from",
            remedy="set settings.plan_month, help_from, help_to and horizon to months after {last}",
            last=last,
            first=settings.help_from,
        )


def _begin_or_open(
    office: Office,
    info: scenarios.RunInfo,
    overrides: dict[str, str],
    own: Path,
    surveyed: Bundle | None,
    pins: dict[str, str],
    by_parts: bool,
) -> Run:
    finished = office.runs / info.run_id
    if (finished / MANIFEST).is_file():
        return read_run(finished, office)
    begun = unfinished_folder(office, info.run_id)
    with one_at_a_time(_lock_file(office, info.run_id)):
        if (finished / MANIFEST).is_file():
            return read_run(finished, office)
        if not _goes_on(begun, office, info):
            record: dict[str, Any] = {
                "run": info.plain(),
                "overrides": overrides,
                "office": office.name,
                "version": __version__,
            }
            record |= {"pins": pins} if pins else {}
            record |= {BY_PARTS: True} if by_parts else {}
            words = json.dumps(record, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
            _begin_folder(begun, own, surveyed, words)
        run = read_run(begun, office)
        # a process killed between the manifest and the move left a whole run: only the move is made up for
        return move_into_place(run) if is_finished(run) else run


def _goes_on(begun: Path, office: Office, info: scenarios.RunInfo) -> bool:
    """Return whether a folder holds the beginning of this very run, with the parameters it was begun with."""
    try:
        run = read_run(begun, office)
    except RunError:
        return False
    return run.info.plain() == info.plain() and not origin_faults(run)


def _begin_folder(begun: Path, own: Path, surveyed: Bundle | None, record: str) -> None:
    """Copy parameters and survey and write the record; the record comes last and says that the copy is whole."""
    shutil.rmtree(begun, ignore_errors=True)
    copy_files(own, begun / "params")
    if surveyed:
        write_artefact(begun / SURVEY, surveyed)
    write_text(begun / RECORD, record)


def _lock_file(office: Office, identity: str) -> Path:
    return office.runs / f".{identity}.lock"


@contextmanager
def exclusive_run(run: Run, waiting: Callable[[], None] | None = None) -> Iterator[Run]:
    """Hold a run that is being made inside a ``with`` block; yields it as it is once nobody else has it.

    Another process may have finished it meanwhile: then the finished run is yielded. What a process that
    was killed left half written is removed first; whole artefacts are kept.

    Parameters
    ----------
    waiting : callable, optional
        Called once when another process is making this run.
    """
    with one_at_a_time(_lock_file(run.office, run.info.run_id), waiting):
        finished = run.office.runs / run.info.run_id
        if (finished / MANIFEST).is_file():
            yield read_run(finished, run.office)
            return
        for part in run.folder.rglob(f"*{PARTIAL}"):
            shutil.rmtree(part) if part.is_dir() else part.unlink()
        # quick beside the artefacts, and half a set of them cannot be told from a whole one
        for made_again in ("notebooks", "papers"):
            shutil.rmtree(run.folder / made_again, ignore_errors=True)
        yield run


def unfinished_folder(office: Office, identity: str) -> Path:
    """Return where a run lies while it is being made."""
    return office.runs / f".{identity}{BEGUN}"


def finished_steps(run: Run) -> list[str] | None:
    """Return the names of the stored steps of a run that is being made; None when it stands in its final place."""
    if not (run.folder / RECORD).is_file() or is_finished(run):
        return None
    others = ("notebooks", "papers", "params", "parts")
    steps = [*run.folder.iterdir(), *run.folder.glob("parts/*/*")]
    named = (step.relative_to(run.folder).as_posix() for step in steps if step.is_dir() and PARTIAL not in step.name)
    return sorted(name for name in named if name not in others)


def is_finished(run: Run) -> bool:
    """Return whether every part of a run is there, with its manifest."""
    return run.is_finished


def move_into_place(run: Run) -> Run:
    """Move a run whose manifest is written to its final folder.

    Raises
    ------
    RunError
        If it has no manifest.
    """
    if not is_finished(run):
        raise RunError("the run is not finished", where=run.info.run_id)
    final = run.office.runs / run.info.run_id
    if run.folder != final:
        # only remains without a manifest can lie there: a finished run is opened, never made again
        shutil.rmtree(final, ignore_errors=True)
        run.folder.replace(final)
    return read_run(final, run.office)


def as_they_are_now(begun: Sequence[Run]) -> list[Run]:
    """Return runs that were begun, each as finished meanwhile where it is."""
    places = [run.office.runs / run.info.run_id for run in begun]
    return [
        read_run(place, run.office) if (place / MANIFEST).is_file() else run
        for run, place in zip(begun, places, strict=True)
    ]


def reopened(run: Run) -> Run:
    """Return a finished run as one that is being made, so that its papers can be added; call it inside `exclusive_run`.

    Only a run without papers (`Run.has_papers`): nobody can have decided on one.
    """
    begun = unfinished_folder(run.office, run.info.run_id)
    if run.folder != begun:
        shutil.rmtree(begun, ignore_errors=True)
        run.folder.replace(begun)
    # last: a process killed before leaves a whole run, which needs only to be moved back
    (begun / MANIFEST).unlink()
    return read_run(begun, run.office)


def find_run(name: str, place: Place) -> Run:
    """Return a run by its id or the beginning of it; ``latest`` is the one finished last.

    Raises
    ------
    RunError
        If there is none, or more than one begins so.
    """
    return read_run(run_folder(name, place), place.office)


def open_run(run: str = "", scenario: str = "base", changes: str = "", pins: str = "") -> Run:
    """Open a run in a notebook.

    Parameters
    ----------
    run : str
        Id of a run (finished or being made); empty: the run of `scenario` on what the ledger now knows.
    scenario : str
        Name of a scenario of the office.
    changes : str
        ``key=value; key=value``: parameters changed for this run only.
    pins : str
        ``HOUSEHOLD=RULE; HOUSEHOLD=RULE``: pins of this run only (`begin`).

    Raises
    ------
    RunError
        If there is no such run.
    ParameterError
        If the scenario or a change is wrong.
    """
    place = current_office()
    if not run:
        pinned = parsed_pins(p for p in pins.split(";") if p.strip())
        return begin(place, scenario, changes_in_words(changes), pins=pinned)
    # the notebooks of a run are executed while it is being made, before it stands in its final place; an id is letters
    # and digits, and no other word becomes a path
    begun = unfinished_folder(place.office, run)
    return read_run(begun, place.office) if run.isalnum() and (begun / RECORD).is_file() else find_run(run, place)


def read_run(folder: Path, office: Office) -> Run:
    """Return the run whose record lies in a folder.

    Raises
    ------
    RunError
        If it cannot be read.
    """
    try:
        record: dict[str, Any] = json.loads((folder / RECORD).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise RunError(
            "the run cannot be read", where=folder.name, remedy="make it again: python3 workbench.py plan base"
        ) from None
    info = scenarios.RunInfo.from_plain(record["run"])
    kind = _run_by_parts() if record.get(BY_PARTS) else Run
    return kind(folder, office, info, record["overrides"], record.get("pins", {}))


def _run_by_parts() -> type[Run]:
    """Return the kind of run that is made by parts: loaded for large offices alone, for it loads what projects."""
    from povlib.runs.area.area_run import AreaRun

    return AreaRun
