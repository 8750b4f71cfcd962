"""What a house of one's own must have, and what each work on it costs by the township's dated price list.

Responsible for the records of ``house_standard.yaml`` and ``house_prices.yaml``. Not responsible for bills
(`povlib.housing`): what is missing at a house, how much of it, and who pays.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Literal

from pydantic import Field, field_validator, model_validator
from pydantic_core import PydanticCustomError

from povlib.calendar import Month
from povlib.money import fen
from povlib.params.conditions import Condition
from povlib.params.kinds import Block, Key, Names, Number, PlanMonth, Share, Sourced, Yuan
from povlib.params.kinds import unit as counted_in


class HousePrice(Sourced):
    """One line of the price list: what one unit of a work costs, materials and hands, from which month on.

    Parameters
    ----------
    unit : str
        What is counted, as bills of quantities write it: 平方米, 樘, 户.
    yuan : mapping
        Month from which a price holds -> yuan a unit; null: not entered yet.
    material_share : share
        How much of the price is building material, which a household may buy on credit.
    aliases : list of str
        Other names under which bills call the work.
    """

    key: Key
    names: Names
    unit: str = Field(min_length=1, max_length=12)
    yuan: dict[PlanMonth, Yuan | None] = Field(min_length=1, json_schema_extra=counted_in("yuan per unit"))
    material_share: Share | None = Field(default=None, json_schema_extra=counted_in("share"))
    aliases: tuple[str, ...] = ()

    def since(self, month: Month) -> Month | None:
        """Return the month from which the price in force in `month` holds; None before the first one.

        A price that is not entered is in force all the same: an older one is never printed in its place.
        """
        return max((first for first in self.yuan if first <= month), default=None)

    def unit_fen(self, month: Month) -> int | None:
        """Return the price in force in a month, fen a unit; None where there is none or it is not entered.

        Examples
        --------
        >>> price = HousePrice(
        ...     key="roof", names={"zh": "屋面", "en": "roof"}, unit="平方米", status="assumed", source="example",
        ...     in_force="2016", yuan={"2015-06": "60", "2016-03": "65.50"},
        ... )
        >>> price.unit_fen(Month(2016, 2)), price.unit_fen(Month(2016, 3)), price.unit_fen(Month(2015, 5))
        (6000, 6550, None)
        """
        since = self.since(month)
        amount = None if since is None else self.yuan[since]
        return None if amount is None else fen(str(amount))


class HouseWork(Block):
    """A work that makes good what is missing: `quantity` units of a price, for what `basis` counts.

    Parameters
    ----------
    price : str
        A key of ``house_prices.yaml``.
    basis : {"fixed", "per_m2", "per_member"}
        Once a house, for each square metre of the dwelling, or for each member on the card.
    quantity : number or null
        null: read off on the spot and written into the bill.
    least : number
        The least quantity, e.g. the smallest house that is built.
    """

    price: Key
    basis: Literal["fixed", "per_m2", "per_member"] = "fixed"
    quantity: Number | None = Field(default=None, ge=0, le=1e6, json_schema_extra=counted_in("units of the price"))
    least: Number = Field(default=0.0, ge=0, le=1e6)

    def amount(self, counted: float) -> Fraction | None:
        """Return the exact quantity for so many square metres or members; None where it is not entered.

        Examples
        --------
        >>> HouseWork(price="walls", basis="per_member", quantity=13, least=45).amount(3)
        Fraction(45, 1)
        """
        if self.quantity is None:
            return None
        of_one = Fraction(str(self.quantity))
        return max(Fraction(str(self.least)), of_one if self.basis == "fixed" else of_one * Fraction(str(counted)))


class HouseItem(Sourced):
    """One item of the checklist that a house is held against (八个有).

    Parameters
    ----------
    missing : list of Condition
        Facts of the household that say the item is missing, all of them; none: the ledger cannot tell, only a look at
        the house can.
    works : list of HouseWork
        What is done where it is missing.
    """

    key: Key
    names: Names
    missing: tuple[Condition, ...] = ()
    works: tuple[HouseWork, ...] = ()
    citation: str = Field(min_length=1)

    @field_validator("missing")
    @classmethod
    def _of_households(cls, value: tuple[Condition, ...]) -> tuple[Condition, ...]:
        for condition in value:
            if condition.on != "household":
                raise PydanticCustomError(
                    "condition_wrong_level", "level", {"name": condition.field, "level": "member"}
                )
        return value

    @model_validator(mode="after")
    def _once(self) -> HouseItem:
        priced = [work.price for work in self.works]
        for price in priced:
            if priced.count(price) > 1:
                raise PydanticCustomError("works_twice", "twice", {"value": price})
        return self
