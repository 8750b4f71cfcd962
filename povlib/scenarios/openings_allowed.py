"""What a plan may open of ``openings.yaml``: all, none, or what a planner lists, up to a month.

Responsible for taking the other ways to open out of the parameters of a scenario, and for keys that no opening has. Not
responsible for whether anything is opened (`povlib.allocation`).
"""

from __future__ import annotations

from collections.abc import Iterator

from povlib.errors import Fault, unknown_word_fault
from povlib.params import Catalogue, Opening, Settings


def with_openings_allowed(catalogue: Catalogue, settings: Settings) -> Catalogue:
    """Return the parameters in which everything else has no month to open in.

    An opening that has lost all its months keeps its record with no amount entered, and is offered to nobody
    (`povlib.params.villages.openings.Opening.filled`): what its posts and places hang on is still known.

    Parameters
    ----------
    catalogue : Catalogue
        As changed by the scenario.
    settings : Settings
        `openings` and `open_by`.

    Examples
    --------
    >>> from povlib import params, places
    >>> from povlib.calendar import Month
    >>> catalogue = params.load(places.DATA / "sample" / "params")
    >>> early = with_openings_allowed(catalogue, Settings(open_by=Month(2016, 7))).openings
    >>> {key: [str(way.month) for way in opening.ways()] for key, opening in early.items() if opening.filled}
    {'rice_noodle_line': ['2016-07'], 'tea_school': ['2016-07'], 'helper_workshop': ['2016-07']}
    """
    changes = {}
    for key, opening in catalogue.openings.items():
        kept = _months_allowed(opening, settings)
        if opening.filled and len(kept) < len(opening.opening_yuan):
            changes[f"openings.{key}.opening_yuan"] = kept or dict.fromkeys(map(str, opening.opening_yuan))
    return catalogue.replaced(changes) if changes else catalogue


def unknown_openings(catalogue: Catalogue, settings: Settings, where: str) -> Iterator[Fault]:
    """Yield a fault for each key of the list that is no opening of ``openings.yaml``.

    Parameters
    ----------
    where : str
        Where the list was set.
    """
    for key in settings.openings or ():
        if key not in catalogue.openings:
            yield unknown_word_fault(
                "there is no opening {value} in openings.yaml", key, sorted(catalogue.openings), where
            )


def _months_allowed(opening: Opening, settings: Settings) -> dict[str, object]:
    """Return the months in which the settings let it open, with the cost of each."""
    if settings.openings is not None and opening.key not in settings.openings:
        return {}
    last = settings.open_by
    return {str(month): cost for month, cost in opening.opening_yuan.items() if last is None or month <= last}
