"""A sweep from its words to its table: for a notebook, and behind ``plan SCENARIO --vary``."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from povlib.runs.office.office_place import Place
from povlib.runs.sweeps.execution import complete_each
from povlib.runs.sweeps.grid import grid_of
from povlib.runs.sweeps.outcome import Sweep, sweep_of
from povlib.runs.sweeps.points import begun_points, checked_points


def sweep(
    vary: Mapping[str, str] | Sequence[str],
    scenario: str | Sequence[str] = "base",
    changes: Mapping[str, str] | None = None,
    *,
    place: Place | None = None,
    papers: bool = False,
    jobs: int | None = None,
    progress: Callable[[str, float], None] | None = None,
) -> Sweep:
    """Plan a scenario at every point of a grid; what was planned before is found, not made again.

    Parameters
    ----------
    vary : mapping, or sequence of str
        Key -> values: evenly spaced ones as ``200000..600000/9``, or a list as ``0.1,0.2,0.3``; amounts as people write
        them (16万元), changes as ``-20%..+20%/5``. Or the same as ``KEY=VALUES`` texts. Several keys make a grid.
    scenario : str or sequence of str
        The grid is planned for each.
    changes : mapping, optional
        Dotted key -> value for all points.
    place : Place, optional
        Default the office a notebook works for.
    papers : bool
        Whether every point gets its notebooks and papers too.
    jobs : int, optional
        Processes side by side; default one a core.
    progress : callable, optional
        Receives stage and share done.

    Raises
    ------
    ParameterError
        With everything wrong with keys and values, before anything is loaded.
    RunError
        If the ledger holds nothing to plan on, or a process of the sweep is ended from outside.
    """
    from povlib.runs.run_folders import as_they_are_now, current_office

    place = place or current_office()
    words = [f"{key}={values}" for key, values in vary.items()] if isinstance(vary, Mapping) else list(vary)
    fixed = dict(changes or {})
    names = [scenario] if isinstance(scenario, str) else list(scenario)
    points = checked_points(place, names, grid_of(words, list(fixed)), fixed)
    begun = begun_points(place, points)
    faults = complete_each(begun, papers=papers, jobs=jobs, progress=progress)
    return sweep_of(place, points, as_they_are_now(begun), faults)
