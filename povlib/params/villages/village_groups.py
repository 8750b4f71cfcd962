"""The list of villages as an office types it: flat, or under the township, county, prefecture and province they lie in.

Responsible for turning groups into one row a village that says all that stands above it. Not responsible for what is
right in a row (`povlib.params.standards.Village`) or between them (`povlib.params.villages.areas`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from povlib.params.villages.areas import LEVELS, WITHIN

At = tuple[str | int, ...]
HELD = "villages"
"""Key of a group under which its villages, or smaller groups, stand."""
GROUP_KEYS = (*LEVELS, HELD)
"""Keys of a group."""


class ListedVillage(NamedTuple):
    """One row of the list: where it stands, what it says with what its groups say, which of it its groups say."""

    at: At
    raw: Any
    from_groups: Mapping[str, Any]


def listed_villages(values: list[Any], at: At = ()) -> list[ListedVillage]:
    """Return the villages of a list, those in groups with the areas of their groups.

    A group says ``villages`` and one or more of ``township``, ``county``, ``prefecture``, ``province``; in a group a
    village may be its name alone. Two townships of one name in groups of two counties are called ``county/township``.
    What a group names by anything but a text stays as it was typed, for whoever checks the villages to refuse.

    Examples
    --------
    >>> rows = listed_villages([{"county": "C", "villages": [{"township": "T", "villages": ["a", {"name": "b"}]}]}])
    >>> [row.raw for row in rows]
    [{'county': 'C', 'township': 'T', 'name': 'a'}, {'county': 'C', 'township': 'T', 'name': 'b'}]
    """
    return _told_apart(list(_rows(values, at, {})))


def is_group(raw: Any) -> bool:
    """Return whether an entry of the list holds villages instead of being one."""
    return isinstance(raw, dict) and isinstance(raw.get(HELD), list)


def keys_of_no_group(values: list[Any], at: At = ()) -> Iterator[tuple[At, str]]:
    """Yield keys of groups that no group may have, with the path of each."""
    for number, raw in enumerate(values):
        if is_group(raw):
            yield from (((*at, number, key), str(key)) for key in raw if key not in GROUP_KEYS)
            yield from keys_of_no_group(raw[HELD], (*at, number, HELD))


def _rows(values: list[Any], at: At, above: Mapping[str, Any]) -> Iterator[ListedVillage]:
    for number, raw in enumerate(values):
        place = (*at, number)
        if is_group(raw):
            named = {level: raw[level] for level in LEVELS if level in raw}
            yield from _rows(raw[HELD], (*place, HELD), {**above, **named})
            continue
        # in a group a name alone is a village; in a bare list it stays what it was, no record
        said = {"name": raw} if isinstance(raw, str) and (above or HELD in at) else raw
        own = above if isinstance(said, dict) else {}
        yield ListedVillage(place, {**own, **said} if isinstance(said, dict) else said,
                            {level: name for level, name in own.items()
                             if level not in said and isinstance(name, str)})  # fmt: skip


def _told_apart(rows: list[ListedVillage]) -> list[ListedVillage]:
    """Write what an area lies in before its name where groups put areas of that name into several."""
    # from above: a county that is told apart by its prefecture tells its townships apart under that name
    for place in range(len(LEVELS) - 2, -1, -1):
        level, above = LEVELS[place], LEVELS[place + 1 :]
        uppers: dict[str, set[Any]] = {}
        nearest = [next((row.from_groups[higher] for higher in above if higher in row.from_groups), "") for row in rows]
        for row, upper in zip(rows, nearest, strict=True):
            if level in row.from_groups:
                uppers.setdefault(str(row.from_groups[level]), set()).add(upper)
        for number, (row, upper) in enumerate(zip(rows, nearest, strict=True)):
            name = str(row.from_groups.get(level, ""))
            if upper and len(uppers.get(name, ())) > 1:
                said = {level: f"{upper}{WITHIN}{name}"}
                rows[number] = ListedVillage(row.at, {**row.raw, **said}, {**row.from_groups, **said})
    return rows
