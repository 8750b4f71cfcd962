"""Floors that a scenario keeps for areas by name: each name means an area, and together they ask for no more than all.

A floor of a township is met by money that also counts for its county: what all floors together ask for is found from
the smallest areas up. Responsible for that and for saying so before anything runs. Not responsible for the floors
themselves (`povlib.runs.stages.allocation_input`).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from fractions import Fraction

from povlib.errors import Fault
from povlib.params import Catalogue, Settings
from povlib.params.checking.area_checks import area_fault


def area_floor_faults(catalogue: Catalogue, settings: Settings, where: Callable[[str], str]) -> Iterator[Fault]:
    """Yield a fault for each name that means no area, and for floors that together ask for more than all.

    Parameters
    ----------
    where : function
        Name of a setting -> where it was set.
    """
    areas = catalogue.areas
    for setting in ("area_money_floors", "area_post_floors"):
        floors: dict[str, float] = getattr(settings, setting)
        for name in floors:
            fault = area_fault(areas, name, where(setting))
            if fault is not None:
                yield fault
        asked = [(own, share) for name, share in floors.items() if (own := areas.villages_of(name)) is not None]
        total = least_of_all(asked)
        if total > 1:
            yield more_than_all(total, floors, where(setting))


def least_of_all(floors: Iterable[tuple[Collection[str], float]]) -> Fraction:
    """Return the least share of all with which every floor can be kept: each has its own or what those in it need.

    Parameters
    ----------
    floors : iterable of (villages, share)
        Of areas that hold one another or have no village in common.

    Returns
    -------
    Fraction
        0-1, or more where they ask for more than all; exact in the shares as they are written.

    Examples
    --------
    >>> least_of_all([({"a", "b"}, 0.6), ({"a"}, 0.2), ({"c"}, 0.5)])
    Fraction(11, 10)
    """
    need: dict[int, Fraction] = {}
    # village -> the largest area so far that holds it
    largest: dict[str, int] = {}
    for at, (villages, share) in enumerate(sorted(floors, key=lambda floor: len(floor[0]))):
        inside = {largest[village] for village in villages if village in largest}
        need[at] = max(Fraction(str(share)), sum((need.pop(one) for one in inside), Fraction(0)))
        largest.update(dict.fromkeys(villages, at))
    return sum(need.values(), Fraction(0))


def more_than_all(total: Fraction, floors: Iterable[str], where: str) -> Fault:
    """Return what to say of floors that together ask for more than all.

    Parameters
    ----------
    floors : iterable of str
        Names of the areas, or of the settings, that have them.
    """
    return Fault(
        "the least shares of {areas} together come to {value} of all", where, "1 or less",
        "lower one of them, or take one out: as they are, they could be kept only by giving nobody anything",
        values={"value": f"{float(total):g}", "areas": ", ".join(floors)},
    )  # fmt: skip
