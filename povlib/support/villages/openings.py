"""What may be opened: which posts and places open when, and the rows that keep anybody from starting there before.

Responsible for the seats (posts and places) that facilities and openings add, from which month on, for the months of
start that are worth offering at each, and for the table of facilities that `povlib.allocation` chooses from.
Not responsible for whether and when anything is opened.

A post that may open in July or in September has one row for all who take it, and one row for those who start before
September: the first is filled by either opening, the second by the opening in July alone. So a start in July needs
the opening in July, whoever else starts later.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

import pandas as pd

from povlib.calendar import Month
from povlib.params import Catalogue, Coop, Opening, OpeningWay
from povlib.vocabulary.resource_keys import early_key, least_key, place_key, post_key

LEAST, EARLY = "least", "early"
"""Kinds of row: how many seats are taken where an opening asks for some; how many before a month of opening."""


class Seats(NamedTuple):
    """Seats of one post or place that one way to open adds: which facility and level, from which month, how many."""

    facility: str
    level: int
    month: Month | None
    added: int


@dataclass(frozen=True)
class OpenedSeats:
    """Everything of a catalogue that may be opened.

    Parameters
    ----------
    catalogue : Catalogue
    """

    catalogue: Catalogue = field(repr=False)

    @cached_property
    def by_resource(self) -> dict[str, tuple[Seats, ...]]:
        """The seats that may be opened, by the key of their post or place."""
        found: dict[str, list[Seats]] = {}
        for key, place in self.catalogue.shared_places.items():
            facility = place.facility
            if facility is not None and place.filled and facility.capacity:
                found.setdefault(place_key(key), []).extend(
                    Seats(key, level.level, facility.from_month, facility.capacity) for level in facility.levels()
                )
        for key, opening in self.catalogue.openings.items():
            for resource, added in _seats_opened(opening):
                found.setdefault(resource, []).extend(
                    Seats(key, way.level, way.month, added) for way in self._payable_ways(opening) if added
                )
        return {resource: tuple(seats) for resource, seats in found.items() if seats}

    def most(self, resource: str) -> int:
        """Return how many seats of a post or place may be opened at most."""
        levels: dict[str, int] = {}
        for seats in self.by_resource.get(resource, ()):
            levels[seats.facility] = max(levels.get(seats.facility, 0), seats.added)
        return sum(levels.values())

    def months(self, resource: str) -> list[Month]:
        """Return the months in which seats of a post or place may open, in order; seats open any time have none."""
        return sorted({seats.month for seats in self.by_resource.get(resource, ()) if seats.month is not None})

    def needs_opening(self, resource: str, there: int, start: Month) -> bool:
        """Return whether nobody starts at a post or place in this month unless something of ``openings.yaml`` opens.

        Parameters
        ----------
        there : int
            Seats that need no opening.
        """
        own = [seats for seats in self.by_resource.get(resource, ()) if seats.facility not in self.catalogue.openings]
        return not there and not any(seats.month is None or seats.month <= start for seats in own)

    def starts(self, resource: str, there: int, months: list[Month]) -> list[Month]:
        """Return the months of start to offer at a post or place: the first one it is open in, by each way to open it.

        Parameters
        ----------
        there : int
            Seats that need no opening.
        months : list of Month
            In which its measure may start, in order.
        """
        first = months[:1] if there or self._open_any_time(resource) else []
        later = [[month for month in months if month >= opens][:1] for opens in self.months(resource)]
        return sorted({*first, *(month for found in later for month in found)})

    def _open_any_time(self, resource: str) -> bool:
        return any(seats.month is None for seats in self.by_resource.get(resource, ()))

    @cached_property
    def _there(self) -> dict[str, int]:
        """Seats of posts and places that need no opening."""
        places = {place_key(key): place.capacity for key, place in self.catalogue.shared_places.items()}
        return places | {post_key(key): post.capacity for key, post in self.catalogue.posts.items()}

    @cached_property
    def _least_of(self) -> dict[str, tuple[str, ...]]:
        """Rows of least numbers of openings that a seat of a post or place counts towards."""
        found: dict[str, tuple[str, ...]] = {}
        for key, opening in self.catalogue.openings.items():
            for resource, _ in _seats_opened(opening) if opening.asks_for_some else ():
                found[resource] = (*found.get(resource, ()), least_key(key))
        return found

    def early_rows(self, resource: str) -> list[tuple[str, Month]]:
        """Return the rows of seats taken before each month of opening, with that month, earliest first."""
        # before the first opening nobody starts where nothing is open yet: that row would hold nothing
        skip = 0 if self._there.get(resource) or self._open_any_time(resource) else 1
        return [(early_key(resource, month), month) for month in self.months(resource)[skip:]]

    def uses(self, resource: str, start: Month) -> Iterator[str]:
        """Yield every row that one seat of a post or place takes when it is taken from `start` on."""
        yield resource
        for row, month in self.early_rows(resource):
            if start < month:
                yield row
        yield from self._least_of.get(resource, ())

    def least_rows(self) -> Iterator[tuple[str, Coop | Opening]]:
        """Yield the rows of seats that must be taken if something is opened, with what asks for them."""
        for key, place in self.catalogue.shared_places.items():
            if needs_least(place):
                yield least_key(key), place
        for key, opening in self.catalogue.openings.items():
            if opening.asks_for_some:
                yield least_key(key), opening

    def table(self) -> pd.DataFrame:
        """Return the facilities that may be opened, at each level one row a resource.

        Returns
        -------
        DataFrame
            facility, level, resource, added (posts, places; of ``early:`` rows those that open before the month; of
            ``least:`` rows those that must be taken), opening_fen (what funds pay, the grant taken off), fund ("+"
            joins several), names, grant_fen, least, month (from when on, as ordinal; missing: any).
        """
        rows: list[tuple[Any, ...]] = []
        for key, (funds, names, ways) in self._ways.items():
            own = [(resource, seats) for resource, all_ in self.by_resource.items() for seats in all_
                   if seats.facility == key]  # fmt: skip
            asks = any(least for _, least, *_ in ways)
            for level, least, month, grant, due in ways:
                head = key, level
                paying = [fund for fund in funds if self._is_open(fund, month)]
                tail = due, "+".join(paying), names, grant, least, None if month is None else month.ordinal
                for resource, seats in own:
                    if seats.level != level:
                        continue
                    rows.append((*head, resource, seats.added, *tail))
                    rows += [(*head, row, seats.added, *tail) for row, before in self.early_rows(resource)
                             if month is None or month < before]  # fmt: skip
                if asks:
                    rows.append((*head, least_key(key), least, *tail))
        columns = ["facility", "level", "resource", "added", "opening_fen", "fund", "names", "grant_fen", "least",
                   "month"]  # fmt: skip
        return pd.DataFrame(rows, columns=columns).astype({"month": "Int64"})

    def _payable_ways(self, opening: Opening) -> list[OpeningWay]:
        """Return the ways to open in a month in which one of its funds may pay."""
        return [way for way in opening.ways() if any(self._is_open(fund, way.month) for fund in opening.funds)]

    def _is_open(self, fund: str, month: Month | None) -> bool:
        """Return whether a fund may pay for what opens in this month."""
        window = self.catalogue.funds[fund].window
        return month is None or window is None or month in window

    @cached_property
    def _ways(self) -> dict[str, tuple[tuple[str, ...], dict[str, str], list[tuple[int, int, Month | None, int, int]]]]:
        """Funds, names and ways (level, least, month, grant, due) of everything that may be opened and opens a seat."""
        opened = {seats.facility for all_ in self.by_resource.values() for seats in all_}
        found: dict[str, Any] = {}
        for key, place in self.catalogue.shared_places.items():
            if key in opened and place.facility is not None:
                month = place.facility.from_month
                levels = [(w.level, w.least, month, w.grant_fen, w.opening_fen) for w in place.facility.levels()]
                found[key] = place.facility.funds, place.names.by_language(), levels
        for key, opening in self.catalogue.openings.items():
            if key in opened:
                ways = [(w.level, w.least, w.month, w.grant_fen, w.opening_fen) for w in self._payable_ways(opening)]
                found[key] = opening.funds, opening.names.by_language(), ways
        return found


def _seats_opened(opening: Opening) -> list[tuple[str, int]]:
    """Return the keys of the posts and places that an opening opens, with how many."""
    posts = [(post_key(key), added or 0) for key, added in opening.posts.items()]
    return posts + [(place_key(key), added or 0) for key, added in opening.places.items()]


def needs_least(place: Coop) -> bool:
    """Return whether some way to open a place asks for places taken."""
    return place.filled and place.facility is not None and any(level.least for level in place.facility.levels())
