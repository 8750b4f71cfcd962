"""Where the finished runs of an office lie, by what a person calls them.

Responsible for the folder of a run: by id, by scenario, ``latest`` or ``approved``. Not responsible for what is in it
(`povlib.runs.run_folders`): a mistyped word is answered from the names of the folders and their records alone.
"""

from __future__ import annotations

import json
from pathlib import Path

from povlib.errors import RunError, unknown_word_fault
from povlib.ledger.storage.recorded_keys import recorded_keys
from povlib.runs.office.office_place import Place
from povlib.runs.storage.manifest import NAME as MANIFEST

LATEST = "latest"
"""The run that was finished last."""
APPROVED = "approved"
"""The run in force; of several the one that was approved last."""


def finished_folders(place: Place) -> list[Path]:
    """Return the folders of the finished runs of an office, the one finished last first."""
    # a folder with a dot before its name is being made or removed
    folders = [path for path in place.office.runs.glob("[!.]*") if (path / MANIFEST).is_file()]
    # the manifest is written last, so its time is when the run was finished
    return sorted(folders, key=lambda path: ((path / MANIFEST).stat().st_mtime_ns, path.name), reverse=True)


def run_folder(name: str, place: Place) -> Path:
    """Return the folder of the finished run that a word means.

    Parameters
    ----------
    name : str
        An id, the beginning of one, ``latest``, ``approved``, or a scenario by name or title: its newest run.

    Raises
    ------
    RunError
        If there is none, with the nearest words, or more than one.
    """
    folders = finished_folders(place)
    if not folders:
        raise RunError(
            "there is no run of {office} yet",
            remedy="plan first: python3 workbench.py plan base --office {office}",
            office=place.office.name,
        )
    if name == LATEST:
        return folders[0]
    if name == APPROVED:
        return _approved_folder(folders, place)
    titles = {folder: _titles(folder) for folder in folders}
    # an empty word begins every id and means none; a scenario's own name comes before an id that begins like it
    of_scenario = [folder for folder in folders if name and name in titles[folder]]
    named = of_scenario[:1] or [folder for folder in folders if name and folder.name.startswith(name)]
    if len(named) > 1:
        names = ", ".join(sorted(folder.name for folder in named))
        raise RunError("more than one run begins with {name}", allowed="{names}", name=name, names=names)
    if not named:
        scenarios = [words[0] for words in titles.values() if words]
        known = [LATEST, APPROVED, *scenarios, *(folder.name for folder in folders)]
        spellings = [word for words in titles.values() for word in words]
        fault = unknown_word_fault(
            "there is no run {value} of {office}", name, [*known, *spellings], "", known, office=place.office.name
        )
        raise RunError([fault])
    return named[0]


def planned_scenarios(place: Place) -> list[str]:
    """Return the names of the scenarios of which there is a finished run."""
    return sorted({words[0] for folder in finished_folders(place) if (words := _titles(folder))})


def _titles(folder: Path) -> list[str]:
    """Return the name of a run's scenario, then its titles; nothing where its record cannot be read."""
    try:
        said = json.loads((folder / "run.json").read_text(encoding="utf-8"))["run"]
        return [str(said["scenario"]), *(str(words) for key, words in said.items() if key.startswith("title_"))]
    except (OSError, ValueError, KeyError, TypeError):
        return []


def _approved_folder(folders: list[Path], place: Place) -> Path:
    """Return the folder of the run in force that was approved last."""
    recorded = recorded_keys(place.office.ledger_place, "approved run")
    if recorded is None:
        recorded = _approved_on_a_server(place)
    approved = [folder for folder in folders if folder.name in recorded]
    if not approved:
        raise RunError(
            "no run of {office} is approved, or its folder is gone",
            remedy="approve one first: python3 workbench.py approve latest --officer NAME --office {office}",
            office=place.office.name,
        )
    return approved[0]


def _approved_on_a_server(place: Place) -> frozenset[str]:
    from povlib import ledger
    from povlib.runs.office.office_place import open_book

    if not place.office.has_ledger:
        return frozenset()
    with open_book(place, create=False) as book:
        decisions = ledger.standing_decisions(book)
    return frozenset(decisions.loc[decisions["decision"] == "approved", "run"].tail(1))


def standing_decisions(place: Place) -> dict[str, str]:
    """Return what stands about each run that was ever decided about: run -> decision."""
    from povlib import ledger
    from povlib.runs.office.office_place import open_book

    if not place.office.has_ledger:
        return {}
    with open_book(place, create=False) as book:
        rows = ledger.standing_decisions(book)
    return {str(run): str(decision) for run, decision in zip(rows["run"], rows["decision"], strict=True)}
