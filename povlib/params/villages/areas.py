"""Areas of an office: village < township < county < prefecture < province, each level named where an office has it.

Responsible for the tree that ``villages.yaml`` describes: what lies in what, by which name an area is meant, and where
the file contradicts itself. Not responsible for reading it (`povlib.params.villages.village_groups`), nor for what
belongs to an area (`povlib.params.resources`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

#: levels above the village, the smallest first
LEVELS = ("township", "county", "prefecture", "province")
VILLAGE = "village"
#: between the area above and the name of an area, where the name alone would mean two
WITHIN = "/"


class Placed(Protocol):
    """A village with the areas that its file names for it (`povlib.params.standards.Village`)."""

    name: str
    township: str
    county: str
    prefecture: str
    province: str


@dataclass(frozen=True)
class Area:
    """One area.

    Attributes
    ----------
    level : str
        ``village`` or one of `LEVELS`.
    name : str
        As ``villages.yaml`` has it; ``county/township`` where two townships share a name.
    within : tuple of str
        The areas above it, the nearest first.
    villages : frozenset of str
        Its villages; of a village itself alone.
    """

    level: str
    name: str
    within: tuple[str, ...]
    villages: frozenset[str]


class Clash(NamedTuple):
    """An area that the file puts into two areas of one level: at which villages."""

    level: str
    name: str
    upper: str
    first: str
    first_village: str
    other: str
    village: str


@dataclass(frozen=True)
class Areas:
    """All areas of an office, in the order of its list of villages.

    Attributes
    ----------
    of_village : mapping
        Village -> level -> name of the area of that level it lies in; levels that nobody names are left out.
    clashes : tuple of Clash
        Where the file contradicts itself; empty in a catalogue that was checked.

    Examples
    --------
    >>> from povlib.params.standards import Village
    >>> areas = Areas.of([Village(name="a", township="T", county="C"), Village(name="b", township="T")])
    >>> areas.of_village["b"], areas.find("C").villages == {"a", "b"}, areas.find("T").within
    ({'township': 'T', 'county': 'C'}, True, ('C',))
    """

    of_village: Mapping[str, Mapping[str, str]]
    clashes: tuple[Clash, ...] = ()
    _by_level: Mapping[str, Mapping[str, Area]] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, villages: Iterable[Placed]) -> Areas:
        """Return the areas of some villages: what is named once for an area holds for all its villages."""
        listed = list(villages)
        named = {village.name: _named(village) for village in listed}
        said = {name for name, own in named.items() if len(own) > 1}
        _resolve_prefixes(named)
        clashes = _handed_down(named)
        clashes += _said_twice(named, said)
        return cls(named, tuple(clashes), _areas_by_level(named))

    def of_level(self, level: str) -> tuple[Area, ...]:
        """Return the areas of one level, in the order in which the list of villages first names them."""
        return tuple(self._by_level.get(level, {}).values())

    def find(self, name: str) -> Area | None:
        """Return the area that a name means, None where it means none.

        Of two areas of one name at different levels the larger is meant; ``county/township`` always means the smaller.
        """
        for level in reversed((VILLAGE, *LEVELS)):
            if name in self._by_level.get(level, {}):
                return self._by_level[level][name]
        upper, _, own = name.rpartition(WITHIN)
        for level in reversed((VILLAGE, *LEVELS)):
            found = self._by_level.get(level, {}).get(own) if upper else None
            if found is not None and upper in found.within:
                return found
        return None

    def villages_of(self, name: str) -> frozenset[str] | None:
        """Return the villages of the area that a name means; None where it means none."""
        found = self.find(name)
        return None if found is None else found.villages

    @property
    def names(self) -> tuple[str, ...]:
        """Every name that means an area, the largest areas first."""
        levels = reversed((VILLAGE, *LEVELS))
        return tuple(dict.fromkeys(area.name for level in levels for area in self.of_level(level)))

    def sharing(self, name: str) -> tuple[str, ...]:
        """Return the areas that are told apart by what they lie in and would all be called `name` without it."""
        return tuple(known for known in self.names if known.endswith(WITHIN + name))

    def above(self, level: str, name: str, upper: str) -> str:
        """Return the area of an upper level that the area `name` of a level lies in; "" where none is named."""
        found = self._by_level.get(level, {}).get(name)
        return "" if found is None else self.of_village[min(found.villages)].get(upper, "")


def _named(village: Placed) -> dict[str, str]:
    """Return the areas that the file names for a village."""
    return {level: getattr(village, level) for level in LEVELS if getattr(village, level)}


def _upper_level(upper: str, place: int, own: Mapping[str, str], known: Mapping[str, Collection[str]]) -> str:
    """Return the level above one of `LEVELS` at which the name before a ``/`` is meant: where an area is called so."""
    # the nearest that the village leaves open; a name that means no area yet is one of the level just above
    meant = [level for level in LEVELS[place + 1 :] if upper in known[level]]
    return next((level for level in meant if level not in own), meant[0] if meant else LEVELS[place + 1])


def _resolve_prefixes(named: Mapping[str, dict[str, str]]) -> None:
    """Write the area before the last ``/`` of a name into villages that do not say it, nor any other of their area."""
    # by what is handed down: a village may leave unsaid what another of its township says
    whole = {village: dict(own) for village, own in named.items()}
    _handed_down(whole)
    known = {level: {own[level] for own in whole.values() if level in own} for level in LEVELS}
    for village, own in named.items():
        for place, level in enumerate(LEVELS[:-1]):
            every = {**whole[village], **own}
            upper = every.get(level, "").rpartition(WITHIN)[0]
            if not upper or upper in [every.get(higher) for higher in LEVELS[place + 1 :]]:
                continue
            meant = _upper_level(upper, place, every, known)
            if meant not in every:
                own[meant] = upper


def _said_twice(named: Mapping[str, Mapping[str, str]], said: Collection[str]) -> list[Clash]:
    """Return where a name says another area above than its villages do, once each, at one that says so itself."""
    known = {level: {own[level] for own in named.values() if level in own} for level in LEVELS}
    clashes: dict[tuple[str, str], Clash] = {}
    for village in sorted(named, key=lambda name: name not in said):
        own = named[village]
        for place, level in enumerate(LEVELS[:-1]):
            upper = own.get(level, "").rpartition(WITHIN)[0]
            if upper and upper not in [own.get(higher) for higher in LEVELS[place + 1 :]]:
                meant = _upper_level(upper, place, own, known)
                if meant not in own:
                    meant = next(higher for higher in LEVELS[place + 1 :] if higher in own)
                clash = Clash(level, own[level], meant, upper, village, own[meant], village)
                clashes.setdefault((level, own[level]), clash)
    return list(clashes.values())


def _handed_down(named: Mapping[str, dict[str, str]]) -> list[Clash]:
    """Write what any village says of an area into all of its villages; return where two say different."""
    clashes: list[Clash] = []
    for place, level in enumerate(LEVELS[:-1]):
        for upper in LEVELS[place + 1 :]:
            clashes += _hand_down(named, level, upper)
    return clashes


def _hand_down(named: Mapping[str, dict[str, str]], level: str, upper: str) -> list[Clash]:
    """Write what one village of an area says of the area above it into its others; return where two say different."""
    said: dict[str, tuple[str, str]] = {}
    clashes: dict[tuple[str, str], Clash] = {}
    for village, own in named.items():
        if level in own and upper in own:
            first, at = said.setdefault(own[level], (own[upper], village))
            if own[upper] != first:
                clash = Clash(level, own[level], upper, first, at, own[upper], village)
                clashes.setdefault((own[level], own[upper]), clash)
    for own in named.values():
        if level in own and upper not in own and own[level] in said:
            own[upper] = said[own[level]][0]
    return list(clashes.values())


def _areas_by_level(named: Mapping[str, Mapping[str, str]]) -> dict[str, dict[str, Area]]:
    """Return level -> name -> area."""
    villages: dict[str, dict[str, set[str]]] = {level: {} for level in LEVELS}
    within: dict[str, dict[str, tuple[str, ...]]] = {level: {} for level in LEVELS}
    made: dict[str, dict[str, Area]] = {VILLAGE: {}}
    for village, own in named.items():
        above = tuple(own[level] for level in LEVELS if level in own)
        made[VILLAGE][village] = Area(VILLAGE, village, above, frozenset({village}))
        for level in (level for level in LEVELS if level in own):
            villages[level].setdefault(own[level], set()).add(village)
            within[level].setdefault(own[level], above[above.index(own[level]) + 1 :])
    for level in LEVELS:
        made[level] = {
            name: Area(level, name, within[level][name], frozenset(own)) for name, own in villages[level].items()
        }
    return made
