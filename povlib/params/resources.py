"""What is scarce: funds, posts, co-op places, lots of cluster sites, builder-weeks.

Responsible for the records of ``funds.yaml``, ``posts.yaml``, ``coops.yaml``, ``sites.yaml`` and ``crews.yaml``.
Not responsible for sharing them out (`povlib.allocation`). An amount not yet entered is zero here
and listed by ``Catalogue.empty()``: money that nobody entered cannot be spent.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Literal, NamedTuple

from pydantic import Field, SerializerFunctionWrapHandler, model_serializer, model_validator
from pydantic_core import PydanticCustomError

from povlib.calendar import Month
from povlib.money import fen
from povlib.params.conditions import Condition
from povlib.params.kinds import Block, Key, Names, Number, PlanMonth, Share, Sourced, Whole, Window, Yuan, unit
from povlib.params.support import MeasureKind
from povlib.words import text


class Keep(Block):
    """A share of the fund's *amount* that only measures of these kinds may use (e.g. industry >= 0.5)."""

    kinds: tuple[MeasureKind, ...] = Field(min_length=1)
    share: Share = Field(json_schema_extra=unit("share"))


class _OfAnArea(Sourced):
    """What may belong to an area, by a field of that name."""

    @model_serializer(mode="wrap")
    def _without_empty_area(self, serialise: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Leave out an empty area: folders from before there were areas keep their digest."""
        return {key: value for key, value in serialise(self).items() if key != "area" or value}


class Fund(_OfAnArea):
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
    area : str
        The area of any level (as in ``villages.yaml``) whose households alone it pays for; empty: the whole office.
    """

    key: Key
    names: Names
    amount_yuan: Yuan | None = Field(default=None, json_schema_extra=unit("yuan"))
    window: Window | None = None
    household_ceiling_yuan: Yuan | None = Field(default=None, json_schema_extra=unit("yuan per household"))
    keep: tuple[Keep, ...] = ()
    area: str = Field(default="", max_length=80)
    aliases: tuple[str, ...] = ()

    def name_with_area(self, lang: str | None = None) -> str:
        """Return its name, with the area that it belongs to where the name does not say it."""
        name = self.names.show(lang)
        return text("{name} ({area})", lang, name=name, area=self.area) if self.area and self.area not in name else name

    @property
    def filled(self) -> bool:
        """Whether the amount has been entered."""
        return self.amount_yuan is not None

    @property
    def amount_fen(self) -> int:
        """The amount in fen; 0 while it is not entered."""
        return fen(str(self.amount_yuan or 0))

    @property
    def holds_money(self) -> bool:
        """Whether there is any money in it."""
        return self.amount_fen > 0

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


class Post(_OfAnArea):
    """A pool of equal posts with one employer.

    Parameters
    ----------
    employer, place : str
        Who employs, and where: `place` is a label of ``data/tables/workplace.yaml``.
    village : str or null
        Only for households of this village; null: any.
    area : str
        Only for households of this area of any level (as in ``villages.yaml``), in place of `village`; empty: any.
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
    enterprise, product : str or null
        The firm that the post hangs on where it is another than the employer, and what is made there.
    fails_per_year : share or null
        Chance a year that the employer (or that firm) fails and all its posts end; null: ``exits.yaml:
        source_failure``.
    """

    key: Key
    names: Names
    employer: str = Field(min_length=1)
    place: str
    village: str | None = None
    area: str = Field(default="", max_length=80)
    wage_yuan_per_month: Yuan | None = Field(default=None, json_schema_extra=unit("yuan per month"))
    months: Window | None = None
    slots: Whole | None = Field(default=None, json_schema_extra=unit("posts"))
    who: tuple[Condition, ...] = ()
    measure: Key
    pool: Key
    enterprise: str | None = None
    product: str | None = None
    fails_per_year: Share | None = Field(default=None, lt=1, json_schema_extra=unit("share a year"))

    @model_validator(mode="after")
    def _one_place(self) -> Post:
        if self.village is not None and self.area:
            raise PydanticCustomError("village_or_area", "both", {"value": self.village, "amount": self.area})
        return self

    @property
    def within(self) -> str:
        """The village or area whose households alone may take it; "" where any may."""
        return self.village or self.area

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


class GrantStep(Block):
    """A grant that an opened facility earns once so many places are taken, rising with further ones.

    Parameters
    ----------
    households : int
        Places taken (with the facility's `others`) from which on it is paid.
    grant_yuan : yuan
        What is paid at that number.
    each, more_yuan : int, yuan
        For each `each` places more, `more_yuan` more; up to the next step.
    citation : str
    """

    households: Whole = Field(json_schema_extra=unit("households"))
    grant_yuan: Yuan = Field(json_schema_extra=unit("yuan"))
    each: int = Field(default=10, ge=1, le=10**6, json_schema_extra=unit("households"))
    more_yuan: Yuan = Field(default=Decimal(0), json_schema_extra=unit("yuan"))
    citation: str = Field(min_length=1)


class OpeningLevel(NamedTuple):
    """One way to open a facility: at least `least` places taken, a grant, and what funds still pay of the opening."""

    level: int
    least: int
    grant_fen: int
    opening_fen: int


class Facility(Block):
    """An optional facility: `capacity` more places exist only if funds pay the opening.

    Parameters
    ----------
    opening_yuan : yuan or null
        Cost of the opening.
    fund, other_funds : str, list of str
        Who may pay what no grant pays.
    capacity : int or null
        Places that it adds for households of the plan.
    least : int or null
        Places that must be taken if it is opened; null: none.
    others : int or null
        Households outside the plan that come anyway; they count towards the steps of `grant`.
    from_month : month or null
        From when on its places may be taken; null: from the first month of the plan.
    grant : list of GrantStep
        What is earned by the number of places taken. It pays the opening alone, never households.
    """

    opening_yuan: Yuan | None = Field(default=None, json_schema_extra=unit("yuan"))
    fund: Key
    other_funds: tuple[Key, ...] = ()
    capacity: Whole | None = Field(default=None, json_schema_extra=unit("places"))
    least: Whole | None = Field(default=None, json_schema_extra=unit("places"))
    others: Whole | None = Field(default=None, json_schema_extra=unit("households"))
    from_month: PlanMonth | None = None
    grant: tuple[GrantStep, ...] = ()

    @model_validator(mode="after")
    def _reachable(self) -> Facility:
        if self.capacity is not None and (self.least or 0) > self.capacity:
            raise PydanticCustomError("least_places", "more", {"amount": self.least, "value": self.capacity})
        numbers = [step.households for step in self.grant]
        if numbers != sorted(set(numbers)):
            raise PydanticCustomError("grant_steps", "order", {"value": str(numbers)})
        return self

    @property
    def funds(self) -> tuple[str, ...]:
        """Every fund that may pay the opening."""
        return (self.fund, *self.other_funds)

    @property
    def opening_fen(self) -> int:
        """The opening cost in fen, before any grant; 0 while it is not entered (the facility is then not offered)."""
        return fen(str(self.opening_yuan or 0))

    def grant_fen(self, households: int) -> int:
        """Return the grant earned with so many households in all (`others` included), in fen.

        Examples
        --------
        >>> step = {"citation": "c", "each": 10, "more_yuan": 100000}
        >>> steps = [{**step, "households": 20, "grant_yuan": 200000}, {**step, "households": 50, "grant_yuan": 500000}]
        >>> site = Facility(fund="a", grant=steps)
        >>> [site.grant_fen(n) // 100 for n in (19, 20, 39, 49, 50, 60)]
        [0, 200000, 300000, 400000, 500000, 600000]
        """
        reached = [step for step in self.grant if step.households <= households]
        if not reached:
            return 0
        step = reached[-1]
        return fen(str(step.grant_yuan)) + (households - step.households) // step.each * fen(str(step.more_yuan))

    def levels(self) -> tuple[OpeningLevel, ...]:
        """Return the ways to open it, cheapest last: each asks for more places taken and costs the funds less.

        A level that asks for as much and costs no less than another is left out. A grant pays the opening and no
        more: what it is above the cost goes to nobody.

        Examples
        --------
        >>> step = {"households": 20, "grant_yuan": 200000, "each": 10, "more_yuan": 100000, "citation": "c"}
        >>> site = Facility(opening_yuan=260000, fund="a", capacity=12, others=18, grant=[step])
        >>> [(level.least, level.grant_fen // 100, level.opening_fen // 100) for level in site.levels()]
        [(0, 0, 260000), (2, 200000, 60000), (12, 300000, 0)]
        """
        made: list[OpeningLevel] = []
        for taken in range(self.least or 0, (self.capacity or 0) + 1):
            grant = self.grant_fen(taken + (self.others or 0))
            due = max(self.opening_fen - grant, 0)
            if not made or due < made[-1].opening_fen:
                made.append(OpeningLevel(len(made) + 1, taken, grant, due))
        return tuple(made)


class Outlet(Block):
    """The contract of sale that the places of a co-op deliver to.

    Parameters
    ----------
    products : list of str
        As the contracts of the ledger name them.
    units_a_year : number
        What one place delivers a year; what contracts still lack, divided by it, is the number of places.
    """

    products: tuple[str, ...] = Field(min_length=1)
    units_a_year: Number = Field(gt=0, json_schema_extra=unit("units a year"))


class Coop(Sourced):
    """A co-operative or base that takes households in.

    Parameters
    ----------
    villages : list of str
        Villages whose households may join; empty: any.
    places : int or null
        Places open without any opening.
    contract : Outlet or null
        The contract of sale they deliver to: once the ledger has one that runs, `places` is what it still lacks.
    measure : str
        The measure that one place fills.
    facility : Facility or null
    enterprise, product : str or null
        The leading firm that it hangs on (null: on itself), and what its members make or sell.
    fails_per_year : share or null
        Chance a year that it, or that firm, fails; null: ``exits.yaml: source_failure``.
    """

    key: Key
    names: Names
    villages: tuple[str, ...] = ()
    places: Whole | None = Field(default=None, json_schema_extra=unit("places"))
    contract: Outlet | None = None
    measure: Key
    facility: Facility | None = None
    enterprise: str | None = None
    product: str | None = None
    fails_per_year: Share | None = Field(default=None, lt=1, json_schema_extra=unit("share a year"))

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

    @property
    def opens_from(self) -> Month | None:
        """The month from which its places may be taken; None: any."""
        return None if self.facility is None else self.facility.from_month

    @model_validator(mode="after")
    def _opens_whole(self) -> Coop:
        if self.places and self.opens_from is not None:
            raise PydanticCustomError("opens_later", "later", {"amount": self.places})
        return self


class Site(Coop):
    """A cluster site (集建点): lots where households of some villages may build together.

    Parameters
    ----------
    village : str
        Where it lies.
    villages : list of str
        Villages whose households may build there; empty: any.
    places : int
        Lots that are open already, without any opening.
    facility : Facility or null
        Lots that exist only when the site is opened: its cost, the households that come anyway, the grant by number of
        households.
    plan : str
        The village plan that the site stands in: name, date or file.
    """

    village: str
    plan: str = ""


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
