"""Floors that a scenario keeps for areas by name: each name means an area, and together they ask for no more than all.

Responsible for saying so before anything runs. Not responsible for the floors themselves
(`povlib.runs.stages.allocation_input`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from povlib.errors import Fault
from povlib.params import Catalogue, Settings
from povlib.params.checking.area_checks import area_fault


def area_floor_faults(catalogue: Catalogue, settings: Settings, where: Callable[[str], str]) -> Iterator[Fault]:
    """Yield a fault for each name that means no area, and for floors of one level that add up to more than all.

    Parameters
    ----------
    where : function
        Name of a setting -> where it was set.
    """
    areas = catalogue.areas
    for setting in ("area_money_floors", "area_post_floors"):
        floors: dict[str, float] = getattr(settings, setting)
        asked: dict[str, float] = {}
        for name, share in floors.items():
            fault = area_fault(areas, name, where(setting))
            if fault is not None:
                yield fault
            elif (area := areas.find(name)) is not None:
                # areas of one level hold no household in common
                asked[area.level] = asked.get(area.level, 0.0) + share
        for total in asked.values():
            if total > 1 + 1e-12:
                yield Fault("the floors of areas of one level add up to {value}", where(setting), "1 or less",
                            values={"value": f"{total:g}"})  # fmt: skip
