"""The scenarios of an office at a glance: what each asks, whether it is sound, and which layer set what.

Responsible for looking at scenarios one by one, so that a faulty one does not hide the others. Not responsible for
the layers (`povlib.scenarios.layers`) or for runs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from povlib.errors import Fault, ParameterError, unknown_word_fault
from povlib.params import Catalogue, Settings
from povlib.params.changes import place_of
from povlib.scenarios.layers import SETTINGS, Resolved, resolve
from povlib.scenarios.scenario_files import Scenario, load_each, scenario_names

DEFAULTS = "defaults"
FILES = "params"


@dataclass(frozen=True)
class Looked:
    """A scenario as it was found: itself and what it resolves to where it is sound, else its faults.

    Attributes
    ----------
    name : str
    scenario : Scenario or None
        None where its file or that of an ancestor cannot be read.
    resolved : Resolved or None
        None where it is not sound.
    faults : tuple of Fault
    """

    name: str
    scenario: Scenario | None
    resolved: Resolved | None
    faults: tuple[Fault, ...]

    @property
    def parent(self) -> str:
        """Name of the scenario it inherits from; empty for the base and where it is not known."""
        return self.scenario.parent.name if self.scenario and self.scenario.parent else ""

    @property
    def is_sound(self) -> bool:
        """Whether it could be planned as far as its own keys and values go."""
        return self.resolved is not None


class SetValue(NamedTuple):
    """One value: its dotted `key`, what it is, the `layer` that set it and `where` (file and line)."""

    key: str
    value: str
    before: str
    layer: str
    where: str


def look_at(names: Iterable[str], folder: Path | str, catalogue: Catalogue) -> tuple[Looked, ...]:
    """Return scenarios by name, each judged by itself.

    Examples
    --------
    >>> from povlib import params, places
    >>> own = places.DATA / "sample" / "params"
    >>> found, = look_at(["more_money"], own / "scenarios", params.load(own))
    >>> found.parent, found.is_sound, [(row.key, row.value, row.where) for row in own_values(found)]
    ('base', True, [('funds.special.amount_yuan', '384000', 'more_money.yaml:6')])
    """
    loaded = load_each(names, folder)
    return tuple(_looked(name, found, catalogue) for name, found in loaded.items())


def look_at_all(folder: Path | str, catalogue: Catalogue) -> tuple[Looked, ...]:
    """Return every scenario of a folder: the base first, then each after its parent, by name."""
    looked = look_at(scenario_names(folder), folder, catalogue)
    return tuple(sorted(looked, key=_lineage_of))


def _lineage_of(looked: Looked) -> tuple[str, ...]:
    # one that cannot be read has no line of ancestors and comes last
    return tuple(layer.name for layer in looked.scenario.lineage) if looked.scenario else ("\U0010ffff", looked.name)


def _looked(name: str, found: Scenario | ParameterError, catalogue: Catalogue) -> Looked:
    if isinstance(found, ParameterError):
        return Looked(name, None, None, found.faults)
    try:
        return Looked(name, found, resolve(found, catalogue), ())
    except ParameterError as error:
        return Looked(name, found, None, error.faults)


def own_values(looked: Looked) -> list[SetValue]:
    """Return what a scenario's own file sets, as resolved; as written where it is not sound."""
    if looked.scenario is None:
        return []
    if looked.resolved is None:
        return [
            SetValue(k, str(v), "", looked.name, looked.scenario.where[k]) for k, v in looked.scenario.changes.items()
        ]
    return [row for row in trace_of(looked.resolved) if row.layer == looked.name]


def trace_of(resolved: Resolved) -> list[SetValue]:
    """Return every setting of a value in the order of the layers, each with the file and line that set it."""
    where = {layer.name: layer.where for layer in resolved.scenario.lineage}
    return [
        SetValue(row.key, row.after, row.before, row.layer, where.get(row.layer, {}).get(row.key, row.layer))
        for row in resolved.trace
    ]


def changed_values(resolved: Resolved) -> list[tuple[SetValue, ...]]:
    """Return, for each value that some layer changed, who set it in turn: defaults or files first, what holds last.

    A value that a layer set to what it was is left out.
    """
    by_key: dict[str, list[SetValue]] = {}
    for row in trace_of(resolved):
        by_key.setdefault(row.key, [_first_value(resolved, row)]).append(row)
    # as the settings hold them: 20 and 20.0 are one value
    settings = {row.key: (row.value, row.before) for row in all_settings(resolved)}
    kept = []
    for key, rows in sorted(by_key.items()):
        now, before = settings.get(key, (rows[-1].value, rows[0].value))
        if now != before:
            kept.append(tuple(rows))
    return kept


def _first_value(resolved: Resolved, row: SetValue) -> SetValue:
    """Return what a key held before any layer: a default, or what the file of parameters says on its line."""
    if row.key.startswith(SETTINGS):
        return SetValue(row.key, row.before, "", DEFAULTS, "")
    documents = resolved.catalogue.documents
    file, *inside = place_of(documents, row.key)
    return SetValue(row.key, row.before, "", FILES, documents[str(file)].where(tuple(inside)))


def all_settings(resolved: Resolved) -> list[SetValue]:
    """Return every setting with its value and the layer that set it last."""
    last = {row.key: row for row in trace_of(resolved)}
    default = dict(_flat(Settings().plain()))
    rows = []
    for key, value in _flat(resolved.settings.plain()):
        dotted = SETTINGS + key
        # a layer may have set the part around it: objective: {persons: 0}
        found = last.get(dotted) or last.get(dotted.rpartition(".")[0])
        by, where = (found.layer, found.where) if found else (DEFAULTS, "")
        # names in the office's own words have no default; a setting that holds none of them is empty
        before = default.get(key, "")
        rows.append(SetValue(dotted, "" if value == {} else str(value), "" if before == {} else str(before), by, where))
    return rows


def _flat(values: dict[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in values.items():
        if isinstance(value, dict) and value:
            yield from _flat(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value


def refuse_unknown_names(names: Iterable[str], folder: Path | str) -> None:
    """Refuse names of scenarios that there are not, all at once, each with the nearest.

    Raises
    ------
    ParameterError
    """
    known = scenario_names(folder)
    faults = [
        unknown_word_fault("there is no scenario {value}", name, known, "") for name in names if name not in known
    ]
    if faults:
        raise ParameterError(faults)
