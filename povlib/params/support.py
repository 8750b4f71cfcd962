"""Measures: what help exists, who may have it, what it costs, uses, closes and earns.

Responsible for the records of ``support.yaml`` and ``bundling.yaml``. Not responsible for
building packages (`povlib.support`) or projecting income (`povlib.exits`).
"""

from __future__ import annotations

from functools import cache
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from povlib.money import fen
from povlib.params.conditions import Condition
from povlib.params.kinds import (
    Block,
    Key,
    Names,
    Number,
    Share,
    Sourced,
    Status,
    Whole,
    Window,
    Yuan,
    unit,
)
from povlib.params.procedures.recorded_aid import RecordedAid
from povlib.params.tables import table

Guarantee = Literal["food", "clothing", "schooling", "medical", "housing", "water"]
IncomeSource = Literal["wage", "business", "property", "transfer"]
FUND_SIDE = "fund:"
"""Begins the side of a pair that names a programme instead of a measure."""
ALL_YEAR = tuple(range(1, 13))


@cache
def measure_kinds() -> dict[str, tuple[str, ...]]:
    """Return the kinds of measure of ``data/tables/measure_kind.yaml``, each with what the program does for it.

    Examples
    --------
    >>> measure_kinds()["job"]
    ('fills_post',)
    """
    return {code.key: code.roles for code in table("measure_kind").codes}


def _known_kind(value: str) -> str:
    kinds = measure_kinds()
    if value not in kinds:
        expected = ", ".join(f"'{kind}'" for kind in kinds)
        raise PydanticCustomError("literal_error", "Input should be one of {expected}", {"expected": expected})
    return value


def _kinds_in_schema(schema: dict[str, Any]) -> None:
    schema["enum"] = list(measure_kinds())


MeasureKind = Annotated[str, AfterValidator(_known_kind), Field(json_schema_extra=_kinds_in_schema)]
"""A kind of measure that the table declares."""


class Cost(Block):
    """What one award costs the public purse.

    Parameters
    ----------
    basis : str
        ``fixed`` (once, for the household or the worker), ``per_member`` (x members on the card),
        ``per_m2`` (x house_area_m2), ``bill`` (the sum of the household's bill of quantities in the ledger;
        `amount_yuan` stands in where there is none yet), ``per_month`` (x months from the start to the end of
        the plan's horizon), ``top_up`` (each month of the plan: what the household's monthly income per head
        lacks to `amount_yuan` per person and month, x members; shrinks as income grows).
    amount_yuan : yuan or null
        null: not yet known; the measure is then not offered.
    """

    basis: Literal["fixed", "per_member", "per_m2", "bill", "per_month", "top_up"]
    amount_yuan: Yuan | None = Field(default=None, json_schema_extra=unit("yuan"))
    status: Status | None = None
    source: str = ""

    @property
    def amount_fen(self) -> int | None:
        """The amount in fen, None where it is not known."""
        return None if self.amount_yuan is None else fen(str(self.amount_yuan))


class Payer(Block):
    """A fund (a programme) that may pay this measure.

    Parameters
    ----------
    fund : str
    ceiling_yuan : yuan or null
        The most it pays for one household; null: all of the bill.
    who : list of Condition
        On the household: only for these it pays (a grade of house, villages of a programme); empty: for all.
    citation : str
        The rule that ceiling and conditions rest on.
    """

    fund: Key
    ceiling_yuan: Yuan | None = Field(default=None, json_schema_extra=unit("yuan per household"))
    who: tuple[Condition, ...] = ()
    citation: str = ""

    @model_validator(mode="after")
    def _of_households(self) -> Payer:
        if any(condition.on != "household" for condition in self.who):
            raise PydanticCustomError("programme_who", "household", {})
        return self

    @property
    def ceiling_fen(self) -> int | None:
        """The ceiling in fen; None when there is none."""
        return None if self.ceiling_yuan is None else fen(str(self.ceiling_yuan))


class Use(Block):
    """Capacity of a crew that one award takes: `amount` weeks in all, spread evenly over `over_months` from the start.

    Posts and places are not listed here: a post or co-op names the measure it fills, one slot an award.
    """

    pool: Key
    amount: Whole | None = Field(default=None, json_schema_extra=unit("weeks"))
    over_months: int = Field(default=1, ge=1, le=24)

    @model_validator(mode="after")
    def _even(self) -> Use:
        if (self.amount or 0) % self.over_months:
            raise PydanticCustomError("uneven_use", "uneven", {"amount": self.amount, "months": self.over_months})
        return self

    @property
    def per_month(self) -> int:
        """Weeks used in each of the months; 0 while the amount is not entered."""
        return (self.amount or 0) // self.over_months


class Closing(Block):
    """A guarantee that the measure brings about, with probability `chance`, `delay_months` after the start."""

    guarantee: Guarantee
    delay_months: Whole = Field(default=0, json_schema_extra=unit("months"))
    chance: Share = Field(default=1.0, json_schema_extra=unit("share"))
    prior_source: str = Field(min_length=1)
    status: Status = "assumed"


class Earning(Block):
    """The prior of what a measure adds to a household's net income: the only home of priors.

    Parameters
    ----------
    source : {"wage", "business", "property", "transfer"}
    basis : str
        Unit of `mean` and `sd`. ``yuan_per_month``: yuan added in each paying month, per award.
        ``post_wage``: share of the wage of the post taken (1 = all of it stays with the household, less what
        it costs in other income). ``share_of_source``: share of the household's own trailing income from
        `source` (0.15 = 15 % more).
    mean, sd : number
        Mean of the effect and standard deviation of *the mean effect* as known to the planner: one draw
        is shared by all recipients. Not the spread between households.
    floor : number or null
        Guaranteed in each paying month while it is paid, in the unit of `mean`: the mean effect is never below it.
    delay_months : int
        Months from the start to the first payment (0 = in the month of the start).
    paid_in : list of int
        Calendar months (1-12) in which it is received; default all. A yearly dividend: ``[12]``.
    decay_per_year : share
        Share of the effect lost each year after the support ends.
    takeup : share
        Probability that an approved household really starts.
    loss_per_month : share
        Hazard a month that a running job or contract ends.
    prior_source : str
        Where the prior comes from.
    """

    source: IncomeSource
    basis: Literal["yuan_per_month", "post_wage", "share_of_source"]
    mean: Number | None = Field(default=None, json_schema_extra=unit("see basis"))
    sd: Number | None = Field(default=None, ge=0, json_schema_extra=unit("see basis"))
    floor: Number | None = Field(default=None, ge=0)
    delay_months: Whole = Field(default=0, json_schema_extra=unit("months"))
    paid_in: tuple[int, ...] = Field(default=ALL_YEAR, min_length=1)
    decay_per_year: Share = Field(default=0.0, json_schema_extra=unit("share per year"))
    takeup: Share = Field(default=1.0, json_schema_extra=unit("share"))
    loss_per_month: Share = Field(default=0.0, json_schema_extra=unit("share per month"))
    prior_source: str = Field(min_length=1)
    status: Status = "assumed"

    @model_validator(mode="after")
    def _calendar(self) -> Earning:
        if sorted(set(self.paid_in)) != list(self.paid_in) or not set(self.paid_in) <= set(ALL_YEAR):
            raise PydanticCustomError("paid_in", "months", {"value": str(list(self.paid_in))})
        return self


class Credit(Block):
    """Building materials that a household buys on credit, a cadre standing guarantor (赊): the funds pay the rest.

    Parameters
    ----------
    household_yuan, cadre_yuan, village_yuan : yuan or null
        The most that may be owed at one time by a household, on the word of one cadre, in one village; what is owed
        already counts. null: not yet set, and the measure is then not offered.
    share : share
        Part of the bill that is material, where the bill's own lines do not say.
    months : int
        Months until it is due.
    """

    household_yuan: Yuan | None = Field(default=None, json_schema_extra=unit("yuan per household"))
    cadre_yuan: Yuan | None = Field(default=None, json_schema_extra=unit("yuan"))
    village_yuan: Yuan | None = Field(default=None, json_schema_extra=unit("yuan"))
    share: Share = Field(default=0.0, json_schema_extra=unit("share"))
    months: int = Field(default=12, ge=1, le=120, json_schema_extra=unit("months"))
    citation: str = Field(min_length=1)

    @property
    def filled(self) -> bool:
        """Whether every limit has been entered."""
        return None not in (self.household_yuan, self.cadre_yuan, self.village_yuan)


class PayBy(Block):
    """By which day of the month that it is for an entitlement is to be paid.

    Parameters
    ----------
    day : int
        Day of the month, 1 to 28.
    """

    day: Whole = Field(ge=1, le=28, json_schema_extra=unit("day"))
    status: Status | None = None
    source: str = ""


class Entitlement(Block):
    """What the law owes: who, and which rule says so. The test itself is the measure's eligibility.

    Parameters
    ----------
    per : {"household", "member"}
        Whether an amount by the month is that of the household or of each member on the card.
    paid_in : list of int
        Calendar months (1 to 12) in which an aid that is paid once falls due; empty: those of the measure's periods.
    pay_by : PayBy or null
        The day after which a payment is late; null: no rule is known, and nothing is called late.
    aid : RecordedAid or null
        With it the amount follows from what is on record of the household: its medical bills, its losses.
    """

    who: Names
    citation: str = Field(min_length=1)
    per: Literal["household", "member"] = "household"
    paid_in: tuple[int, ...] = ()
    pay_by: PayBy | None = None
    aid: RecordedAid | None = None

    @model_validator(mode="after")
    def _calendar(self) -> Entitlement:
        if sorted(set(self.paid_in)) != list(self.paid_in) or not set(self.paid_in) <= set(ALL_YEAR):
            raise PydanticCustomError("paid_in", "months", {"value": str(list(self.paid_in))})
        return self


class Measure(Sourced):
    """One measure of the catalogue.

    Parameters
    ----------
    kind : str
        A key of ``data/tables/measure_kind.yaml``, whose roles say what the program does for it.
    eligibility : list of Condition
        All must hold; those `on: worker` for the person who would receive it.
    one_per : {"household", "worker"}
        Whether an award goes to the household or to one of its members.
    closes, earns, uses, payers
        Guarantees closed, priors of income, crew weeks used, funds that may pay.
    periods : Window or null
        Months it may start; null: any month of ``Settings.help_from`` to ``help_to``.
    entitlement : Entitlement or null
        With it the bill is pinned before anything is optimised.
    running : bool
        An entitlement that is already paid outside these funds (its income is in the ledger): no bill here.
    causes : list of str
        Keys of ``data/tables/delay_cause.yaml``: a household for which another cause of delay is written down is not
        offered the measure; where none is written down it stays open. Empty: any.
    only_recorded : bool
        Offer it only where one of `causes` is written down.
    credit : Credit or null
        Materials on credit: they come off the bill.
    work : str
        Kind of work on the house that it pays, a label of ``data/tables/housing_kind.yaml``: the bill of such a work is
        its cost; empty: any.
    once : bool
        May not be given again to a household (or worker) that has already had it.
    route : str
        The 脱贫 route that the township's marks use for it, a label of ``data/tables/route.yaml``.
    aliases : list of str
        Other names under which workbooks call it.
    """

    key: Key
    names: Names
    kind: MeasureKind
    eligibility: tuple[Condition, ...] = ()
    cost: Cost
    payers: tuple[Payer, ...] = ()
    uses: tuple[Use, ...] = ()
    closes: tuple[Closing, ...] = ()
    earns: tuple[Earning, ...] = ()
    periods: Window | None = None
    causes: tuple[str, ...] = ()
    only_recorded: bool = False
    work: str = ""
    credit: Credit | None = None
    entitlement: Entitlement | None = None
    running: bool = False
    one_per: Literal["household", "worker"] = "household"
    once: bool = False
    route: str = ""
    aliases: tuple[str, ...] = ()
    evidence: str = ""

    @property
    def filled(self) -> bool:
        """Whether every amount that planning needs is known; others are not offered."""
        priors = all(e.mean is not None and e.sd is not None for e in self.earns)
        weeks = all(use.amount is not None for use in self.uses)
        limits = self.credit is None or self.credit.filled
        return priors and weeks and limits and (self.running or self.priced)

    @property
    def priced(self) -> bool:
        """Whether its amount of money has been entered."""
        return self.cost.amount_yuan is not None

    @property
    def fills_post(self) -> bool:
        """Whether a member with labour takes a post by it."""
        return "fills_post" in measure_kinds()[self.kind]

    @property
    def is_on_dwelling(self) -> bool:
        """Whether it goes to the dwelling, so that a household gets one such help."""
        return "on_dwelling" in measure_kinds()[self.kind]

    @property
    def counts_as_industry(self) -> bool:
        """Whether its households count as taking part in local industry."""
        return "counts_as_industry" in measure_kinds()[self.kind]

    def conditions(self, on: str) -> tuple[Condition, ...]:
        """Return the conditions on ``household``, ``any_member`` or ``worker``."""
        return tuple(c for c in self.eligibility if c.on == on)
