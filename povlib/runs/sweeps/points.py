"""The points of a sweep: each checked before anything is loaded, each a run that is begun or found.

Responsible for telling every fault of the grid at once and for one run a point. Not responsible for computing them
(`povlib.runs.sweeps.execution`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from povlib import params, scenarios
from povlib.errors import Fault, ParameterError
from povlib.runs.office.office_place import Place
from povlib.runs.sweeps.grid import Grid

if TYPE_CHECKING:
    from povlib.runs.run import Run


@dataclass(frozen=True)
class Point:
    """One point of a sweep.

    Attributes
    ----------
    scenario : str
    values : dict
        Key -> value of what varies, as typed.
    changes : dict
        The same with what is set for all points.
    resolved : Resolved
        Its parameters, checked.
    """

    scenario: str
    values: dict[str, str]
    changes: dict[str, str]
    resolved: scenarios.Resolved


def checked_points(
    place: Place, names: Sequence[str], grid: Grid, fixed: Mapping[str, str] | None = None
) -> tuple[Point, ...]:
    """Return every point of a grid for every scenario, having checked all of them.

    Raises
    ------
    ParameterError
        With every unknown key and every value that cannot be, each once.
    """
    from povlib.runs.office.parameter_check import check_parameters

    own, changes = place.office.params, dict(fixed or {})
    for name in names:
        check_parameters(place, name, changes)
    catalogue = params.load(own)
    layers = {name: scenarios.load(name, own / "scenarios") for name in names}
    faults: dict[str, Fault] = {}
    # value by value first: one that cannot be is told once, not at each of the points that hold it
    for axis in grid.axes:
        for value in axis.values:
            _collect(faults, layers[names[0]], catalogue, {**changes, axis.key: value})
    if faults:
        raise ParameterError(list(faults.values()))
    points = []
    for name, scenario in layers.items():
        for values in grid:
            try:
                resolved = scenarios.resolve(scenario, catalogue, {**changes, **values})
            except ParameterError as error:
                faults |= {f.show(): f for f in error.faults}
                continue
            points.append(Point(name, values, {**changes, **values}, resolved))
    if faults:
        raise ParameterError(list(faults.values()))
    return tuple(points)


def _collect(
    faults: dict[str, Fault], scenario: scenarios.Scenario, catalogue: params.Catalogue, changes: Mapping[str, str]
) -> None:
    try:
        scenarios.resolve(scenario, catalogue, changes)
    except ParameterError as error:
        # "--vary", as it was typed; a scenario's own faults were told before
        for fault in error.faults:
            said = Fault(fault.what, fault.where.replace("--set", "--vary"), fault.allowed, fault.remedy, fault.values)
            faults.setdefault(said.show(), said)


def begun_points(place: Place, points: Sequence[Point]) -> list[Run]:
    """Return the run of every point, all on the same ledger: begun, going on, or finished before."""
    from povlib.runs.run_folders import begin_each

    return begin_each(place, [(point.scenario, point.changes, point.resolved) for point in points])
