"""Layers: defaults < base < parents < scenario < command line, and which of them set what.

Responsible for the one order of precedence, for casting and checking every changed value, and for
the trace. Not responsible for reading files (`povlib.scenarios.scenario_files`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_EVEN, Decimal
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from povlib.errors import Fault, MoneyError, ParameterError, unknown_word_fault
from povlib.money import FEN_PER_YUAN, fen, typed_fen
from povlib.params import Catalogue, Settings
from povlib.params.changes import place_of
from povlib.params.reading import parse_yaml
from povlib.params.wording import faults_of
from povlib.scenarios.area_floors import area_floor_faults
from povlib.scenarios.entitlements_kept import entitlement_faults
from povlib.scenarios.openings_allowed import unknown_openings, with_openings_allowed
from povlib.scenarios.scenario_files import Scenario, distinct_faults, load_all
from povlib.scenarios.warnings import scenario_warnings

COMMAND_LINE = "command line"
SETTINGS = "settings."
"""How the dotted key of a setting begins."""
# "+20%" or "-7.5 %"; without its sign it is a text like any other, and the kind of the key refuses it
NAMED_BY_OFFICE = frozenset({"closures", "named_limits", "area_money_floors", "area_post_floors"})
"""Settings whose keys are names in the office's own words, dots included; null takes one out again."""
_RELATIVE = re.compile(r"([+-]\d+(?:\.\d+)?)\s*%")


@dataclass(frozen=True)
class TraceRow:
    """One value that some layer set: its dotted `key`, the `layer`, the value `before` and `after`."""

    key: str
    layer: str
    before: str
    after: str


@dataclass(frozen=True)
class Resolved:
    """A scenario with every layer applied.

    Parameters
    ----------
    scenario : Scenario
    catalogue : Catalogue
        The changed, checked copy.
    settings : Settings
    trace : tuple of TraceRow
        Every setting of a value in the order of the layers; the last row of a key is what holds.
    warnings : tuple of Fault
        What is odd but not wrong.
    """

    scenario: Scenario
    catalogue: Catalogue
    settings: Settings
    trace: tuple[TraceRow, ...]
    warnings: tuple[Fault, ...] = ()

    @property
    def effective(self) -> tuple[TraceRow, ...]:
        """The rows that hold: for each key the last, sorted by key, with the value of the files before it."""
        last: dict[str, TraceRow] = {}
        for row in self.trace:
            first = last.get(row.key)
            last[row.key] = TraceRow(row.key, row.layer, first.before if first else row.before, row.after)
        return tuple(last[key] for key in sorted(last))


@dataclass
class _State:
    """What the layers have set so far, and where."""

    catalogue: Catalogue
    settings: dict[str, Any] = field(default_factory=lambda: Settings().plain())
    changes: dict[str, Any] = field(default_factory=dict)
    where: dict[str, str] = field(default_factory=dict)
    trace: list[TraceRow] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    odd: list[Fault] = field(default_factory=list)


def resolve(scenario: Scenario, catalogue: Catalogue, overrides: Mapping[str, Any] | None = None) -> Resolved:
    """Apply every layer of a scenario, then the overrides of the command line.

    Parameters
    ----------
    scenario : Scenario
    catalogue : Catalogue
        As loaded from the files.
    overrides : mapping, optional
        Dotted key -> text as typed (cast by the kind of the key) or value. ``+20%`` changes a number by a share.

    Raises
    ------
    ParameterError
        For every unknown key (with a suggestion) and every value out of range, of all layers, all at once.

    Examples
    --------
    >>> from povlib import params, places
    >>> from povlib.scenarios import load
    >>> catalogue = params.load(places.DATA / "sample" / "params")
    >>> base = load("base", places.DATA / "sample" / "params" / "scenarios")
    >>> resolve(base, catalogue, {"settings.margin": "0.1"}).settings.margin
    0.1
    """
    state = _State(catalogue)
    for layer, changes, where in _layers(scenario, overrides or {}):
        doubled = _doubled_keys(catalogue, changes, where)
        state.faults.extend(doubled.values())
        for key, value in changes.items():
            if key not in doubled:
                _apply_change(state, layer, key, value, where.get(key, layer))
    settings = _checked_settings(state)
    changed = _changed_catalogue(state)
    if settings is not None and changed is not None:
        _refuse_missing_line(state, settings, changed)
        state.faults.extend(unknown_openings(changed, settings, _setting_where(state, ("openings",))))
        state.faults.extend(area_floor_faults(changed, settings, lambda name: _setting_where(state, (name,))))
        state.faults.extend(entitlement_faults(catalogue, changed))
    if state.faults or settings is None or changed is None:
        raise ParameterError(state.faults)
    changed = with_openings_allowed(changed, settings)
    odd = (*state.odd, *scenario_warnings(changed, settings))
    return Resolved(scenario, changed, settings, tuple(state.trace), odd)


def resolve_all(folder: Path | str, catalogue: Catalogue) -> dict[str, Resolved]:
    """Resolve every scenario of a folder: what must pass before the first of them runs.

    Raises
    ------
    ParameterError
        With the faults of all scenarios.
    """
    resolved: dict[str, Resolved] = {}
    faults: list[Fault] = []
    for name, scenario in load_all(folder).items():
        try:
            resolved[name] = resolve(scenario, catalogue)
        except ParameterError as error:
            faults.extend(error.faults)
    if faults:
        raise ParameterError(distinct_faults(faults))
    return resolved


def _doubled_keys(catalogue: Catalogue, changes: Mapping[str, Any], where: Mapping[str, str]) -> dict[str, Fault]:
    """Return a fault for each key of one layer that sets what an earlier one sets, by whatever name."""
    seen: dict[tuple[str | int, ...], str] = {}
    faults = {}
    for key in changes:
        try:
            place = tuple(key.split(".")) if key.startswith(SETTINGS) else place_of(catalogue.documents, key)
        except ParameterError:
            continue  # an unknown key is refused where it is applied
        for other, first in seen.items():
            shorter = min(len(place), len(other))
            if place[:shorter] == other[:shorter]:
                what = "{key} sets again what {first} sets"
                faults[key] = Fault(what, where.get(key, ""), values={"key": key, "first": first})
        seen[place] = key
    return faults


def _layers(
    scenario: Scenario, overrides: Mapping[str, Any]
) -> Iterator[tuple[str, Mapping[str, Any], Mapping[str, str]]]:
    """Yield the layers above the defaults, weakest first: the one place where precedence is decided."""
    for layer in scenario.lineage:
        yield layer.name, layer.changes, layer.where
    # in the order in which a run's record keeps them, however they were typed: the trace is part of what is verified
    typed = {key: typed_change(key, value) for key, value in sorted(overrides.items())}
    yield COMMAND_LINE, typed, {key: "--set" for key in overrides}


def typed_change(key: str, value: Any) -> Any:
    """Return a text as typed for a key as the value a file would hold: number, true, null, list, yuan, or text.

    Examples
    --------
    >>> typed_change("funds.special.amount_yuan", "16万元"), typed_change("settings.margin", "0.1")
    (Decimal('160000'), Decimal('0.1'))
    """
    if not isinstance(value, str):
        return value
    try:
        read = parse_yaml(value, Path("value")).values
    except ParameterError:
        read = value
    return _in_yuan(key, read)


def _apply_change(state: _State, layer: str, key: str, value: Any, where: str) -> None:
    """Put one change of a layer into `state` with its trace; a change that cannot be made becomes a fault there."""
    try:
        before = _value_before(state, key)
        after = _changed_by_share(before, value, may_be_empty=layer != COMMAND_LINE)
    except ParameterError as error:
        state.faults.extend(Fault(f.what, f"{where} {key}", f.allowed, f.remedy, f.values) for f in error.faults)
        return
    if before is None and after is None and value is not None:
        state.odd.append(Fault("no amount is entered yet, so {value} of it changes nothing", f"{where} {key}",
                               values={"value": value}))  # fmt: skip
    # YAML reads 2016 as a number; where a text stood, it is a text that happens to be made of digits
    if isinstance(before, str) and after is not None and not isinstance(after, (str, list, dict)):
        after = str(after)
    if key.startswith(SETTINGS):
        _set_setting(state.settings, key.removeprefix(SETTINGS), after)
    else:
        state.changes[key] = after
    state.where[key] = where
    state.trace.append(TraceRow(key, layer, _trace_text(before), _trace_text(after)))


def _in_yuan(key: str, value: Any) -> Any:
    """Return an amount typed as people write it (``16万元``) as a number of yuan; anything else as it is."""
    if not isinstance(value, str) or "yuan" not in key.rpartition(".")[2]:
        return value
    try:
        return Decimal(typed_fen(value)) / FEN_PER_YUAN
    except MoneyError:
        return value


def _value_before(state: _State, key: str) -> Any:
    """Return what a key holds so far, in the layers below or the catalogue or settings; refuse unknown settings."""
    if not key.startswith(SETTINGS):
        return state.changes[key] if key in state.changes else state.catalogue.value_at(key)
    current: Any = state.settings
    first, _, name = key.removeprefix(SETTINGS).partition(".")
    if first in NAMED_BY_OFFICE and name:
        return current[first].get(name)
    for step in key.removeprefix(SETTINGS).split("."):
        if not isinstance(current, dict) or step not in current:
            known = current if isinstance(current, dict) else ()
            raise ParameterError([unknown_word_fault("{value} is no known setting", step, known, key)])
        current = current[step]
    return current


def _set_setting(settings: dict[str, Any], key: str, value: Any) -> None:
    """Set a dotted key of nested settings in place."""
    first, _, name = key.partition(".")
    *path, last = [first, name] if first in NAMED_BY_OFFICE and name else key.split(".")
    for step in path:
        settings = settings[step]
    if value is None and path and path[0] in NAMED_BY_OFFICE:
        settings.pop(last, None)
    else:
        settings[last] = value


def _changed_by_share(before: Any, value: Any, *, may_be_empty: bool) -> Any:
    """Return `value`, or for ``+20%`` the value before changed by that share, to the fen.

    In a file a share of an amount that nobody has entered yet is not entered either: a new office keeps its scenarios.
    """
    share = _RELATIVE.fullmatch(value.strip()) if isinstance(value, str) else None
    if share is None:
        return value
    if before is None and may_be_empty:
        return None
    before = _number_in(before)
    if isinstance(before, bool) or not isinstance(before, (int, float, Decimal)):
        raise ParameterError("{value} needs a number to start from", value=value)
    changed = Decimal(str(before)) * (1 + Decimal(share[1]) / 100)
    # counts of posts or households stay whole where they can; what cannot is refused by the kind of its key
    if isinstance(before, int) and changed == changed.to_integral_value():
        return int(changed)
    return changed.quantize(Decimal("0.01"), ROUND_HALF_EVEN)


def _number_in(value: Any) -> Any:
    """Return an amount that a file writes as a text (``1,000``) as a number; anything else as it is."""
    if not isinstance(value, str):
        return value
    try:
        return Decimal(fen(value)) / FEN_PER_YUAN
    except MoneyError:
        return value


def _trace_text(value: Any) -> str:
    return "" if value is None else str(value)


def _checked_settings(state: _State) -> Settings | None:
    """Return the settings validated; None when they fail, the faults then being in `state`."""
    try:
        return Settings.model_validate(state.settings)
    except ValidationError as error:
        state.faults.extend(faults_of(error, Settings, lambda at: _setting_where(state, at)))
        return None


def _setting_where(state: _State, at: tuple[str | int, ...]) -> str:
    """Return where a setting was set last, for messages; every month set when no single one is at fault."""
    key = SETTINGS + ".".join(str(step) for step in at)
    if not at:  # months out of order: name every month some layer set
        return ", ".join(where for k, where in state.where.items() if k.removeprefix(SETTINGS) in _MONTHS) or "settings"
    # of an objective that weighs nothing, the weight that was set last
    parts = [where for k, where in state.where.items() if k == key or k.startswith(key + ".")]
    return f"{parts[-1] if parts else 'settings'} {key}"


_MONTHS = ("plan_month", "help_from", "help_to", "horizon")


def _changed_catalogue(state: _State) -> Catalogue | None:
    """Return the catalogue with all changes made; None when they fail, the faults then being in `state`."""
    if not state.changes:
        return state.catalogue
    try:
        return state.catalogue.replaced(state.changes)
    except ParameterError as error:
        state.faults.extend(_faults_by_change(state) or error.faults)
        return None


def _faults_by_change(state: _State) -> list[Fault]:
    """Return the faults of each change by itself, at the place that made it."""
    faults: list[Fault] = []
    for key, value in state.changes.items():
        try:
            state.catalogue.replaced({key: value})
        except ParameterError as error:
            faults.extend(
                Fault(f.what, f"{state.where[key]} {key}", f.allowed, f.remedy, f.values) for f in error.faults
            )
    return faults


_CHOOSES_LINE = ("settings.authority", "settings.horizon", "settings.stability_months")


def _refuse_missing_line(state: _State, settings: Settings, catalogue: Catalogue) -> None:
    """Add to `state` a fault for an unknown authority, and for each year without a line of its own."""
    authorities = {line.authority for line in catalogue.lines.values()}
    where = state.where.get("settings.authority") or state.where.get("settings.horizon") or "settings.authority"
    if settings.authority not in authorities:
        state.faults.append(
            unknown_word_fault("there is no authority {value} in lines.yaml", settings.authority, authorities, where)
        )
        return
    # the months may lead to a year that has no line as well as the authority: whichever was said last
    chosen = [row.key for row in state.trace if row.key in _CHOOSES_LINE]
    where = state.where[chosen[-1]] if chosen else where
    # stability is judged month by month, each by the line of its own year
    months = (settings.horizon + (1 - settings.stability_months)).through(settings.horizon)
    for year in sorted({month.year for month in months}):
        line = catalogue.lines.get(f"{settings.authority}_{year}")
        if line is None or line.line_yuan is None:
            state.faults.append(
                Fault(
                    "there is no line of {authority} for {year}",
                    where,
                    remedy="enter it in lines.yaml, or choose another authority",
                    values={"authority": settings.authority, "year": year},
                )
            )
