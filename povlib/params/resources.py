"""What is scarce: funds, posts, co-op places, builder-weeks.

Responsible for the records of ``funds.yaml``, ``posts.yaml``, ``coops.yaml`` and ``crews.yaml``.
Not responsible for sharing them out (`povlib.allocation`). An amount not yet entered is zero here
and listed by ``Catalogue.empty()``: money that nobody entered cannot be spent.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from povlib.calendar import Month
from povlib.money import fen
from povlib.params.conditions import Condition
from povlib.params.kinds import Block, Key, Names, PlanMonth, Share, Sourced, Whole, Window, Yuan, unit
from povlib.params.support import MeasureKind


class Keep(Block):
    """A share of the fund's *amount* that only measures of these kinds may use (e.g. industry >= 0.5)."""

    kinds: tuple[MeasureKind, ...] = Field(min_length=1)
    share: Share = Field(json_schema_extra=unit("share"))


class Fund(Sourced):
    """An earmarked fund of the plan year.

    Parameters
    ----------
    amount_yuan : yuan or null
        What may be committed in the window.
    window : Window or null
        Months in which what it pays may start.
    household_ceiling_yuan : yuan or null
        The most one household may have from it over all measures.
    keep : list of Keep
    """

    key: Key
    names: Names
    amount_yuan: Yuan | None = Field(default=None, json_schema_extra=unit("yuan"))
    window: Window | None = None
    household_ceiling_yuan: Yuan | None = Field(default=None, json_schema_extra=unit("yuan per household"))
    keep: tuple[Keep, ...] = ()
    aliases: tuple[str, ...] = ()

    @property
    def filled(self) -> bool:
        """Whether the amount has been entered."""
        return self.amount_yuan is not None

    @property
    def amount_fen(self) -> int:
        """The amount in fen; 0 while it is not entered."""
        return fen(str(self.amount_yuan or 0))

    @property
    def household_ceiling_fen(self) -> int | None:
        """The ceiling a household in fen; None when there is none."""
        return None if self.household_ceiling_yuan is None else fen(str(self.household_ceiling_yuan))

    @model_validator(mode="after")
    def _keeps(self) -> Fund:
        total = sum(keep.share for keep in self.keep)
        if total > 1 + 1e-12:
            raise PydanticCustomError("keep_total", "more than all", {"value": f"{total:g}"})
        return self


class Post(Sourced):
    """A pool of equal posts with one employer.

    Parameters
    ----------
    employer, place : str
        Who employs, and where: `place` is a label of ``data/tables/workplace.yaml``.
    village : str or null
        Only for households of this village; null: any.
    wage_yuan_per_month : yuan or null
    months : Window
        Months in which the post may be held.
    slots : int or null
        Free posts when the plan is made.
    who : list of Condition
        On the worker; beside the eligibility of `measure`.
    measure : str
        The job measure this post fills: one award takes one slot.
    pool : str
        Name shared by posts that are reported together.
    """

    key: Key
    names: Names
    employer: str = Field(min_length=1)
    place: str
    village: str | None = None
    wage_yuan_per_month: Yuan | None = Field(default=None, json_schema_extra=unit("yuan per month"))
    months: Window | None = None
    slots: Whole | None = Field(default=None, json_schema_extra=unit("posts"))
    who: tuple[Condition, ...] = ()
    measure: Key
    pool: Key

    @property
    def filled(self) -> bool:
        """Whether wage and slots have been entered; others are not offered."""
        return self.wage_yuan_per_month is not None and self.slots is not None

    @property
    def wage_fen_per_month(self) -> int:
        """The wage in fen a month; 0 while it is not entered."""
        return fen(str(self.wage_yuan_per_month or 0))

    @property
    def capacity(self) -> int:
        """Free posts; 0 while they are not entered."""
        return self.slots or 0


class Facility(Block):
    """An optional facility: `capacity` more places exist only if `fund` pays the opening."""

    opening_yuan: Yuan | None = Field(default=None, json_schema_extra=unit("yuan"))
    fund: Key
    capacity: Whole | None = Field(default=None, json_schema_extra=unit("places"))

    @property
    def opening_fen(self) -> int:
        """The opening cost in fen; 0 while it is not entered (the facility is then not offered)."""
        return fen(str(self.opening_yuan or 0))


class Coop(Sourced):
    """A co-operative or base that takes households in.

    Parameters
    ----------
    villages : list of str
        Villages whose households may join; empty: any.
    places : int or null
        Places open without any opening.
    measure : str
        The measure that one place fills.
    facility : Facility or null
    """

    key: Key
    names: Names
    villages: tuple[str, ...] = ()
    places: Whole | None = Field(default=None, json_schema_extra=unit("places"))
    measure: Key
    facility: Facility | None = None

    @property
    def filled(self) -> bool:
        """Whether every number has been entered."""
        facility = self.facility
        return self.places is not None and (
            facility is None or (facility.opening_yuan is not None and facility.capacity is not None)
        )

    @property
    def capacity(self) -> int:
        """Places without the facility; 0 while they are not entered."""
        return self.places or 0


class Crew(Sourced):
    """Builders: weeks of work available in each month, in one village or (null) anywhere."""

    key: Key
    names: Names
    village: str | None = None
    weeks: dict[PlanMonth, Whole | None] = Field(default_factory=dict, json_schema_extra=unit("weeks"))

    @property
    def filled(self) -> bool:
        """Whether some month has been entered."""
        return any(weeks is not None for weeks in self.weeks.values())

    def capacity(self, month: Month) -> int:
        """Weeks in a month; 0 where none were entered."""
        return self.weeks.get(month) or 0


PlaceKind = Literal["fund", "post", "place", "weeks"]
"""Kinds of resource as `povlib.support` names them."""
