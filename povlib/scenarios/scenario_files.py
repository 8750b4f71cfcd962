"""Scenario files: reading, form, and the line of ancestors.

Responsible for one file and for following ``parent``. Not responsible for whether a changed value
exists or fits (`povlib.scenarios.layers`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from povlib.errors import Fault, ParameterError, unknown_word_fault
from povlib.params.kinds import Names
from povlib.params.reading import Document, read_yaml
from povlib.params.wording import faults_of
from povlib.places import NAME_PATTERN

BASE = "base"
# a choice against a folder that would hold every command up: each scenario is checked before any is planned
MOST_SCENARIOS = 500
# a choice: nobody reads through more layers to see what holds
MOST_ANCESTORS = 20
Plain = bool | int | Decimal | str | None | list[Any] | dict[str, Any]


class ScenarioFile(BaseModel):
    """What stands in a scenario file."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    parent: str | None = None
    title: Names
    question: Names | None = None
    changes: dict[str, Plain] = {}
    settings: dict[str, Plain] = {}


@dataclass(frozen=True)
class Scenario:
    """One scenario and the one it inherits from.

    Parameters
    ----------
    name : str
        The name of its file without ``.yaml``.
    title : Names
    question : Names or None
        What it asks, in one line.
    changes : dict
        Dotted key -> value, settings under ``settings.``; only what this file itself says.
    parent : Scenario or None
        None for ``base``, from which all others descend.
    where : dict
        Dotted key -> ``file:line``.

    Examples
    --------
    >>> from povlib import places
    >>> [s.name for s in load("base", places.PARAMS / "scenarios").lineage]
    ['base']
    """

    name: str
    title: Names
    changes: dict[str, Any]
    parent: Scenario | None = None
    where: dict[str, str] = field(default_factory=dict, repr=False, compare=False)
    question: Names | None = None

    @property
    def lineage(self) -> tuple[Scenario, ...]:
        """All layers from ``base`` down to this scenario."""
        return (*(self.parent.lineage if self.parent else ()), self)


def scenario_names(folder: Path | str) -> tuple[str, ...]:
    """Return the names of all scenarios in a folder, sorted."""
    return tuple(sorted(path.stem for path in Path(folder).glob("*.yaml")))


class _Folder:
    """A folder of scenarios: each file is read once, however many inherit from it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.names = scenario_names(path)
        self._documents: dict[str, Document] = {}

    def document(self, name: str) -> Document:
        """Return the file of a scenario, as read."""
        if name not in self._documents:
            self._documents[name] = read_yaml(self.path / f"{name}.yaml")
        return self._documents[name]


def load(name: str, folder: Path | str) -> Scenario:
    """Load one scenario with its ancestors.

    Parameters
    ----------
    name : str
        1-40 letters, digits, Chinese characters, - or _.
    folder : path
        ``params/scenarios``.

    Raises
    ------
    ParameterError
        If there is no such scenario (with a suggestion), a parent is unknown, or the ancestors run in a circle.
    """
    return _load_with_ancestors(name, _Folder(Path(folder)), ())


def load_each(names: Iterable[str], folder: Path | str) -> dict[str, Scenario | ParameterError]:
    """Load scenarios by name, each by itself: in the place of one that is faulty stands its error."""
    found: dict[str, Scenario | ParameterError] = {}
    shared = _Folder(Path(folder))
    for name in names:
        try:
            found[name] = _load_with_ancestors(name, shared, (), f"{name}.yaml")
        except ParameterError as error:
            found[name] = error
    return found


def load_all(folder: Path | str) -> dict[str, Scenario]:
    """Load every scenario of a folder, by name.

    Raises
    ------
    ParameterError
        With the faults of all files.
    """
    found = load_each(scenario_names(folder), folder)
    wrong = [error for error in found.values() if isinstance(error, ParameterError)]
    faults = distinct_faults([*folder_faults(folder), *(fault for error in wrong for fault in error.faults)])
    if faults:
        raise ParameterError(faults)
    return {name: scenario for name, scenario in found.items() if isinstance(scenario, Scenario)}


def distinct_faults(faults: Iterable[Fault]) -> list[Fault]:
    """Return faults, each once: that of a parent is not said again for every child."""
    seen: dict[tuple[str, str, str], Fault] = {}
    for fault in faults:
        seen.setdefault((fault.where, fault.what, str(fault.values)), fault)
    return list(seen.values())


def folder_faults(folder: Path | str) -> list[Fault]:
    """Return what is wrong with the names of files: capitals alone tell two apart, or one is not read."""
    faults = []
    seen: dict[str, str] = {}
    for name in scenario_names(folder):
        other = seen.setdefault(name.casefold(), name)
        if other != name:
            what, remedy = "{name} and {other} are one file on some computers", "give one of them another name"
            faults.append(Fault(what, f"{name}.yaml", remedy=remedy, values={"name": name, "other": other}))
    for path in sorted(Path(folder).glob("*")):
        if path.suffix.lower() in (".yml", ".yaml") and path.suffix != ".yaml":
            faults.append(Fault("this file is not read", path.name, remedy="let its name end in .yaml"))
    return faults


def _load_with_ancestors(name: str, folder: _Folder, below: tuple[str, ...], where: str = "") -> Scenario:
    """Read a scenario and, up to the base, those it inherits from; refuse circles, unknown and odd names."""
    # a name becomes a path: nothing that leads out of the folder gets as far as the file system
    fault = name_fault(name, where)
    if fault is not None:
        raise ParameterError([fault])
    if name in below:
        raise ParameterError([_circle_fault(below[below.index(name) :], folder)])
    if len(below) > MOST_ANCESTORS:
        raise ParameterError(
            "the scenario {name} inherits from more than {most} others", where=where, name=below[0], most=MOST_ANCESTORS
        )
    if name not in folder.names:
        raise ParameterError([unknown_word_fault("there is no scenario {value}", name, folder.names, where)])
    document = folder.document(name)
    parent = _checked_file(document, name).parent or (BASE if name != BASE and BASE in folder.names else None)
    above = _load_with_ancestors(parent, folder, (*below, name), document.where(("parent",))) if parent else None
    return read_scenario(document, name, above)


def _circle_fault(names: tuple[str, ...], folder: _Folder) -> Fault:
    """Return the fault of a circle, the same wherever in it one begins."""
    first = names.index(min(names))
    circle = (*names[first:], *names[: first + 1])
    where = folder.document(circle[0]).where(("parent",))
    return Fault("the scenarios inherit in a circle: {circle}", where, values={"circle": " -> ".join(circle)})


def read_scenario(document: Document, name: str, parent: Scenario | None) -> Scenario:
    """Return the scenario that a document holds, below the parent already read.

    Raises
    ------
    ParameterError
        If the document is no scenario of this name.
    """
    file = _checked_file(document, name)
    changes, lines = _flat_changes(file, document)
    return Scenario(name, file.title, changes, parent, lines, file.question)


# what Windows takes for a device, whatever its ending: a file of that name could be written and never be read
_DEVICES = {"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(10))}


def name_fault(name: str, where: str) -> Fault | None:
    """Return why a name cannot be that of a scenario; None when it can."""
    if re.fullmatch(NAME_PATTERN, name) and name.casefold() not in _DEVICES and not name.startswith("-"):
        return None
    # as it would be typed, and short: a name may hold control characters, or be a book
    short = name if len(name) <= 60 else name[:57] + "..."
    shown = "'" + "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in short) + "'"
    return Fault("{name} cannot be the name of a scenario", where,
                 allowed="1-40 letters, digits, Chinese characters, - or _", values={"name": shown})  # fmt: skip


def _checked_file(document: Document, name: str) -> ScenarioFile:
    """Return the file's contents validated; refuse one that calls itself by another name than its file."""
    try:
        file = ScenarioFile.model_validate(document.values)
    except ValidationError as error:
        raise ParameterError(faults_of(error, ScenarioFile, lambda at: document.where(at))) from None
    # a file copied for a new scenario and not renamed inside would pass for the one it was copied from
    if file.name != name:
        raise ParameterError(
            "the scenario calls itself {value} and its file {name}",
            where=document.where(("name",)),
            value=file.name,
            name=name,
        )
    return file


def _flat_changes(file: ScenarioFile, document: Document) -> tuple[dict[str, Any], dict[str, str]]:
    """Return the changes by dotted key, settings included, and where each stands; refuse one that stands twice."""
    said: list[tuple[str, Any, tuple[str, ...]]]
    said = [(key, value, ("changes", key)) for key, value in file.changes.items()]
    for key, value in file.settings.items():
        if isinstance(value, dict):
            said += [(f"settings.{key}.{part}", inner, ("settings", key, part)) for part, inner in value.items()]
        else:
            said.append((f"settings.{key}", value, ("settings", key)))
    lines = {dotted: document.where(at) for dotted, _, at in reversed(said)}
    changes = {dotted: value for dotted, value, _ in said}
    if len(changes) < len(said):
        twice = [
            (dotted, at) for i, (dotted, _, at) in enumerate(said) if dotted in {other for other, _, _ in said[:i]}
        ]
        raise ParameterError(
            Fault("the key {key} stands here twice", document.where(at), values={"key": key}) for key, at in twice
        )
    return changes, lines
