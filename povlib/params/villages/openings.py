"""Openings: a workshop, or help to an enterprise, that costs money once and opens posts and places from a month on.

Responsible for the records of ``openings.yaml``. Not responsible for whether one is opened, and when
(`povlib.allocation`): a plan may open each in one of its months, or not at all.
"""

from __future__ import annotations

from typing import NamedTuple

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from povlib.calendar import Month
from povlib.money import fen
from povlib.params.kinds import Key, Names, PlanMonth, Sourced, Whole, Yuan, unit
from povlib.params.resources import Facility, GrantStep
from povlib.params.support import MeasureKind


class OpeningWay(NamedTuple):
    """One way to open: from a month on, with at least `least` posts and places taken, at what funds still pay."""

    level: int
    month: Month
    least: int
    grant_fen: int
    opening_fen: int


class Opening(Sourced):
    """Something that may be opened: posts and places that exist only from the month on in which funds pay for it.

    Parameters
    ----------
    village : str or null
        Where it lies.
    enterprise, product : str or null
        The enterprise that runs it or is helped, and what is made there: what its posts and places hang on.
    kind : str or null
        Kind of measure as which its bill counts towards the shares that funds keep; null: it counts towards none.
    opening_yuan : month -> yuan or null
        The months in which it may open, one of which a plan chooses, and the cost of opening in each.
    fund, other_funds : str, list of str
        Who may pay what no grant pays.
    posts, places : key -> int or null
        Slots that it adds to posts of ``posts.yaml``, places that it adds to co-operatives of ``coops.yaml``.
    least : int or null
        Posts and places that must be taken together if it is opened; null: none.
    others : int or null
        Workers and households outside the plan that come anyway; they count towards the steps of `grant`.
    grant : list of GrantStep
        What is earned by the number of posts and places taken. It pays the opening alone.
    """

    key: Key
    names: Names
    village: str | None = None
    enterprise: str | None = None
    product: str | None = None
    kind: MeasureKind | None = None
    opening_yuan: dict[PlanMonth, Yuan | None] = Field(min_length=1, json_schema_extra=unit("yuan"))
    fund: Key
    other_funds: tuple[Key, ...] = ()
    posts: dict[Key, Whole | None] = Field(default_factory=dict, json_schema_extra=unit("posts"))
    places: dict[Key, Whole | None] = Field(default_factory=dict, json_schema_extra=unit("places"))
    least: Whole | None = Field(default=None, json_schema_extra=unit("posts and places"))
    others: Whole | None = Field(default=None, json_schema_extra=unit("households"))
    grant: tuple[GrantStep, ...] = ()

    @model_validator(mode="after")
    def _opens_something(self) -> Opening:
        if not self.posts and not self.places:
            raise PydanticCustomError("opens_nothing", "nothing", {})
        if self.filled and (self.least or 0) > self.capacity:
            raise PydanticCustomError("least_places", "more", {"amount": self.least, "value": self.capacity})
        numbers = [step.households for step in self.grant]
        if numbers != sorted(set(numbers)):
            raise PydanticCustomError("grant_steps", "order", {"value": str(numbers)})
        return self

    @property
    def filled(self) -> bool:
        """Whether every number has been entered; it is not offered before."""
        return None not in (*self.opening_yuan.values(), *self.posts.values(), *self.places.values())

    @property
    def funds(self) -> tuple[str, ...]:
        """Every fund that may pay the opening."""
        return (self.fund, *self.other_funds)

    @property
    def capacity(self) -> int:
        """Posts and places that it opens together; those not entered count 0."""
        return sum(added or 0 for added in (*self.posts.values(), *self.places.values()))

    @property
    def asks_for_some(self) -> bool:
        """Whether some way to open it asks for posts or places taken."""
        return any(way.least for way in self.ways())

    def ways(self) -> tuple[OpeningWay, ...]:
        """Return the ways to open it, earliest month first, in each month the cheapest last; none while not filled.

        Examples
        --------
        >>> months = {"2016-07": 60000, "2016-09": 45000}
        >>> shop = Opening(key="shop", names={"zh": "坊", "en": "shop"}, status="assumed", source="-", in_force="2016",
        ...                opening_yuan=months, fund="a", posts={"worker": 6}, least=2)
        >>> [(way.level, str(way.month), way.least, way.opening_fen // 100) for way in shop.ways()]
        [(1, '2016-07', 2, 60000), (2, '2016-09', 2, 45000)]
        """
        made: list[OpeningWay] = []
        for month in sorted(self.opening_yuan) if self.filled else ():
            facility = Facility(
                opening_yuan=self.opening_yuan[month], fund=self.fund, capacity=self.capacity, least=self.least,
                others=self.others, grant=self.grant,
            )  # fmt: skip
            for level in facility.levels():
                made.append(OpeningWay(len(made) + 1, month, level.least, level.grant_fen, level.opening_fen))
        return tuple(made)

    def opening_fen(self, month: Month) -> int:
        """Return the cost of opening in a month, before any grant, in fen; 0 where none is entered."""
        return fen(str(self.opening_yuan.get(month) or 0))
