"""The artefacts of a run as they lie in its folder: computed once, sealed, and taken over from runs of equal inputs.

Responsible for what is kept, under which key, and for trusting nothing that this office did not seal. Not responsible
for what the artefacts are or in which order they are made (`povlib.runs.run`).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from povlib import allocation, ledger
from povlib.errors import Fault, RunError
from povlib.places import Office
from povlib.runs.office.office_place import Place, open_book
from povlib.runs.stages.stage_inputs import StageKeys
from povlib.runs.storage.artefacts import Bundle, compute_or_load, read_artefact
from povlib.runs.storage.manifest import NAME, changed_files, seal_fault
from povlib.runs.storage.office_seal import OfficeSeal, unsealed_fault
from povlib.runs.storage.stage_reuse import find_stage
from povlib.runs.storage.text_files import file_digest
from povlib.scenarios import RunInfo

SURVEY = "survey"
RECORD = "run.json"
PAPERS = "papers"


@dataclass(frozen=True)
class StoredRun(ABC):
    """A run and its folder.

    Attributes
    ----------
    folder : Path
        Where its artefacts lie.
    office : Office
    info : RunInfo
        Scenario, settings, digests, ledger head: what went in.
    overrides : dict
        What was changed on the command line.
    pins : dict
        Household -> rule for this run alone, beside the decisions of the ledger (`povlib.runs.run_folders.begin`).
    takes_over : bool
        Whether a stage that another run of the office stored from the same inputs is taken over (`stage_inputs`).
    """

    folder: Path
    office: Office
    info: RunInfo
    overrides: dict[str, str]
    pins: dict[str, str] = field(default_factory=dict)
    takes_over: bool = True

    def __getstate__(self) -> dict[str, Any]:
        """Return the fields alone for another process: what was read and computed stays with the one that has it."""
        return {entry.name: getattr(self, entry.name) for entry in fields(self)}

    @property
    def is_finished(self) -> bool:
        """Whether every part is there, with its manifest."""
        return (self.record_folder / NAME).is_file()

    @property
    def record_folder(self) -> Path:
        """Where record, parameters and manifest lie; a part of a large run has those of the whole."""
        return self.folder

    @property
    def inside(self) -> str:
        """Where in that folder the artefacts lie: "" or a path that ends with a slash."""
        return ""

    @property
    def has_papers(self) -> bool:
        """Whether papers were made with it; a point of a sweep has none until somebody asks."""
        return (self.folder / PAPERS).is_dir()

    @cached_property
    def seal(self) -> OfficeSeal:
        """The office's seal for this run; its key is made when a run is being made, never to look at one."""
        with open_book(Place(self.office, self.info.synthetic), create=False) as book:
            return OfficeSeal.of(self.info.run_id, book, make=not self.is_finished)

    def stored(self, name: str, make: Callable[[], Bundle], folder: Path | None = None) -> Bundle:
        """Return a part of the run, computed once; what is loaded is what this office stored.

        Parameters
        ----------
        name : str
            Name of the part.
        make : callable
            Computes it.
        folder : Path, optional
            Where it lies; default the run's own folder.

        Raises
        ------
        RunError
            If the run is finished and the part is not what its manifest and seal say. A changed part of a run that
            is not finished is computed anew.
        """

        def counted() -> Bundle:
            # the same rows and parameters give the same bytes, however busy the computer is
            with allocation.searches_counted_in_steps():
                return make()

        if folder is not None:
            return compute_or_load(folder, name, counted, self.seal)
        if not self.is_finished:
            key = self._keys.key(name, self._file_of_stage)
            return compute_or_load(self.folder, name, counted, self.seal, key, lambda: self._stage_elsewhere(name))
        self._refuse_changes(self.inside + name)
        place = self.folder / name
        if place.is_dir():
            return read_artefact(place)
        # a part that nobody asked for before: it is not stored, since the manifest is closed
        found = self._stage_elsewhere(name)
        return read_artefact(found) if found else counted()

    @property
    @abstractmethod
    def _keys(self) -> StageKeys:
        """Keys under which other runs of the office may have stored the same stage."""

    def _file_of_stage(self, path: str) -> Path:
        name = path.partition("/")[0]
        place = self.folder / name
        # what is stored and sealed is not read for the sake of a digest: the packages of a part are megabytes
        if not (place.is_dir() and self.seal.holds_for_folder(place, name)):
            getattr(self, name)  # stored now
        return self.folder / path

    def _stage_elsewhere(self, name: str) -> Path | None:
        """Return the folder of the same stage of another run, where this office sealed one from the same inputs."""
        key = self._keys.key(name, self._file_of_stage) if self.takes_over else ""
        return find_stage(self.office.runs, self.inside + name, self.seal, key) if key else None

    def _refuse_changes(self, part: str) -> None:
        """Refuse a part of a finished run that is not what its manifest says."""
        if self.is_finished:
            faults = [*self._record_faults, *changed_files(self.record_folder, part)]
            if faults:
                raise RunError(faults)

    @cached_property
    def _record_faults(self) -> list[Fault]:
        """Faults of the manifest and of the record it lists; none where it is sealed, or is the one approved."""
        folder = self.record_folder
        wrong = seal_fault(folder, replace(self.seal, run=self.info.run_id))
        if wrong:
            with open_book(Place(self.office, self.info.synthetic), create=False) as book:
                approved = ledger.approved_digests(book, self.info.run_id)
            if file_digest(folder / NAME) in approved:
                wrong = ""
        faults = [unsealed_fault(self.info.run_id, wrong, self.office.name)] if wrong else []
        return [*faults, *changed_files(folder, RECORD)]
