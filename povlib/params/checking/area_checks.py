"""What must agree between areas: each lies in one area of each level, and names that records use mean one.

Responsible for saying so, and what to type. Not responsible for the tree itself (`povlib.params.villages.areas`).
"""

from __future__ import annotations

from povlib.errors import Fault, unknown_word_fault
from povlib.params.checking.findings import Findings
from povlib.params.villages.areas import WITHIN, Areas


def check_areas(found: Findings) -> None:
    """Note townships that the list of villages puts into two counties, and the like of larger areas."""
    for clash in found.catalogue.areas.clashes:
        # a name that says what it lies in is not told apart a second time
        own = clash.name.rpartition(WITHIN)[2]
        found.fault(
            "{name} lies in {first} (village {first_village}) and in {other} (village {village})",
            found.where("villages", clash.village, clash.upper),
            remedy="write {first} for both; if two areas share the name, call them {first}/{own} and {other}/{own}",
            name=clash.name, own=own, first=clash.first, other=clash.other, first_village=clash.first_village,
            village=clash.village,
        )  # fmt: skip


def check_area(found: Findings, name: str, where: str) -> None:
    """Note a name that means no area of the list of villages, or that several share."""
    listed = found.keys("villages")
    if listed is None or name in listed:
        return
    fault = area_fault(found.catalogue.areas, name, where)
    if fault is not None:
        found.wrong.append(fault)


def area_fault(areas: Areas, name: str, where: str) -> Fault | None:
    """Return what to say of a name that means no area, or that several share; None of one that means an area.

    Examples
    --------
    >>> from povlib.params.standards import Village
    >>> areas = Areas.of([Village(name="a", township="C/T"), Village(name="b", township="D/T")])
    >>> area_fault(areas, "C", "here"), area_fault(areas, "T", "here").show("en")
    (None, 'here: several areas are called T Next: write one of C/T, D/T')
    """
    if areas.find(name) is not None:
        return None
    sharing = areas.sharing(name)
    if sharing:
        known = ", ".join(sharing[:20])
        return Fault("several areas are called {value}", where, remedy="write one of {known}",
                     values={"value": name, "known": known})  # fmt: skip
    return unknown_word_fault("there is no area {value} in villages.yaml", name, areas.names, where)
