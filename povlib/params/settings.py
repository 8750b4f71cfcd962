"""Settings of a plan: which line, which months, what is maximised, what is kept for the poorest.

Responsible for their names, defaults, units and ranges. Not responsible for layering them
(`povlib.scenarios`).
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from povlib.calendar import Month
from povlib.params.kinds import Block, Key, Number, PlanMonth, Share, unit
from povlib.params.objectives import Objective
from povlib.params.villages.source_limits import Persons, SourceLimits

#: households that an office may be planned with at once: 5,000 take 7 GB in all processes; ten times as many are for no
#: computer that a township has
MOST_AT_ONCE = 50_000


class Settings(Block):
    """Everything a scenario may set beside the records of the catalogue.

    Parameters
    ----------
    authority : str
        Whose line the exit test uses; one of the authorities of ``lines.yaml``.
    other_authority : str
        The series whose result is printed beside it.
    margin : share
        How far above the line income must be (0.1 = 10 %).
    stability_months : int
        Month-ends in a row at which the test must hold (1 for exit in 2016, 6 for monitoring).
    horizon, plan_month, help_from, help_to : Month
        T of the exit rule, the month in which the plan is made (data end the month before), and the months in
        which help may start.
    objective : Objective
    poorest_fifth_money_share, poorest_fifth_post_share : share
        Least share of the new money, and of the new posts, that goes to the poorest fifth of registered persons.
    village_money_share : share
        Least part of its own proportion of the new money that each village gets: with 0.5 a village that has a tenth of
        the registered persons gets a twentieth or more. 0: none.
    township_money_share : share
        The same for each township, where ``villages.yaml`` names several. 0: none.
    county_money_share : share
        The same for each county.
    area_money_floors, area_post_floors : mapping
        Areas of any level, by name: the least share of all new money, or of all new posts, that goes there.
    most_awards : int
        Most measures that a household is newly given together; 1: no bundling.
    first_list : bool
        Whether the plan chooses only from each household's first list (``causes.yaml``: by cause, need, labour and
        wish) beside what the law owes; False: from all that the rules of the measures allow.
    carer_hours, carer_km : float
        Who cares for somebody at home is given posts of no more hours a week, no further away (posts away from home
        not at all).
    new_help : {"planned", "as_done"}
        Whether the plan chooses, or is what was actually done: each household has the measures for which an approved
        run has committed money, and nothing else (`povlib.runs.decisions.recorded_help`).
    closures : mapping
        Employers, co-ops, firms, buyers or contracts that close, by name: the first month without each. Whoever hangs
        on one by the rows of the ledger loses it then, and its free posts and places are not offered.
    openings : list of keys or null
        Which of ``openings.yaml`` the plan may open; an empty list: nothing; null: all of it.
    open_by : Month or null
        The last month in which anything of ``openings.yaml`` may open; null: each in any of its own months.
    source_limits : SourceLimits
        How many persons may hang on any one employer, firm or product.
    named_limits : mapping
        A limit of its own for single sources, by name: persons. It takes the place of that of its kind, so that one
        source may have more, or less, than the others.
    caution : float
        How many standard deviations below its mean every effect of help is taken. 0: at its mean.
    second_rule : {"least_money", "poorest_first", "none"}
        Which of the plans that count as equal is taken: the one that spends least (少花钱), the one that closes most of
        the squared gaps below the line (最穷的优先), or the first that is found (不再挑选).
    equal_persons : float
        Plans whose expected exits differ by no more than this count as equal, as long as the proof within
        `gap_persons` still holds. 0: only what is exactly as good. In the unit of the objective.
    least_worth_points : float
        A payment that brings less than so many points (1/1000 of an expected exit) is listed, with what else the
        money could do. 0: none is listed.
    effects : {"posterior", "prior"}
        What the projection takes a measure to bring: the prior of ``support.yaml`` put together with what the
        ledger's own records show ("posterior", 先验与本地记录合成), or the prior alone ("prior", 只用先验).
    target_persons : int
        Exits that were asked for or announced: the chance to reach so many is printed. 0: none.
    explore_households : int
        At most so many households get their package by lot among packages as good, so that later estimates of
        what help brings rest on chance and not on choice alone (`povlib.allocation.draw_by_lot`). 0: none.
    explore_points : float
        What counts as good: at most so many points (1/1000 person) below the package planned.
    draws, seed : int
        Draws of the shared effects, and their seed.
    part_households : int
        An office of more households than this is planned by parts: whole townships, together about so many households
        each, one after the other in every step but the choice itself (`povlib.runs.area`).
    backtest_townships : int
        A plan by parts is held against earlier months in so many townships, drawn by lot with `seed`; 0: in none.
    gap_persons : float
        The solver may stop once no plan can be better by more than this many persons.
    time_limit_s : float
        Seconds that a quiet computer may take for one search. They are counted in steps of work and not on the clock,
        so that a busy computer finds the same plan, later.

    Examples
    --------
    >>> Settings().horizon
    Month(2016, 12)
    """

    authority: Key = "exit_check"
    other_authority: Key = "nbs"
    margin: Number = Field(default=0.0, ge=-0.5, le=5)
    stability_months: int = Field(default=1, ge=1, le=36)
    horizon: PlanMonth = Month(2016, 12)
    plan_month: PlanMonth = Month(2016, 5)
    help_from: PlanMonth = Month(2016, 6)
    help_to: PlanMonth = Month(2016, 12)
    objective: Objective = Objective()
    poorest_fifth_money_share: Share = 0.2
    poorest_fifth_post_share: Share = 0.2
    village_money_share: Share = 0.0
    township_money_share: Share = 0.0
    county_money_share: Share = 0.0
    area_money_floors: dict[str, Share] = Field(default_factory=dict)
    area_post_floors: dict[str, Share] = Field(default_factory=dict)
    # six: as many as one package ever holds (`povlib.support.package_enumeration`)
    most_awards: int = Field(default=6, ge=1, le=6)
    first_list: bool = False
    # half a week and a bicycle ride: a choice, nothing official says more
    carer_hours: Number = Field(default=24.0, ge=0, le=168, json_schema_extra=unit("hours per week"))
    carer_km: Number = Field(default=10.0, ge=0, le=10_000, json_schema_extra=unit("km"))
    new_help: Literal["planned", "as_done"] = "planned"
    closures: dict[str, PlanMonth] = Field(default_factory=dict)
    openings: tuple[Key, ...] | None = None
    open_by: PlanMonth | None = None
    source_limits: SourceLimits = SourceLimits()
    named_limits: dict[str, Persons] = Field(default_factory=dict)
    caution: Number = Field(default=0.0, ge=0, le=3)
    second_rule: Literal["least_money", "poorest_first", "none"] = "least_money"
    equal_persons: Number = Field(default=0.1, ge=0)
    least_worth_points: Number = Field(default=20.0, ge=0)
    effects: Literal["posterior", "prior"] = "posterior"
    target_persons: int = Field(default=0, ge=0)
    explore_households: int = Field(default=0, ge=0)
    explore_points: Number = Field(default=0.5, ge=0, le=100)
    draws: int = Field(default=500, ge=10, le=100_000)
    seed: int = Field(default=2016, ge=0, le=2**32 - 1)
    # a county of sixteen townships and 340 households each: what is planned whole takes a minute and one gigabyte
    part_households: int = Field(default=2_500, ge=50, le=MOST_AT_ONCE)
    # a choice: each costs as many projections of a township as there are origins, five at most, and a reading of each
    backtest_townships: int = Field(default=8, ge=0)
    gap_persons: Number = Field(default=0.5, ge=0)
    time_limit_s: Number = Field(default=60.0, gt=0, le=86_400)

    @model_validator(mode="after")
    def _order(self) -> Settings:
        if not self.plan_month <= self.help_from <= self.help_to <= self.horizon:
            raise PydanticCustomError("months_order", "order", {})
        return self

    @property
    def limits_sources(self) -> bool:
        """Whether any limit is set on what may hang on one source."""
        return bool(self.named_limits) or not self.source_limits.is_empty

    def plain(self) -> dict[str, Any]:
        """Return the settings as plain values, months as text."""
        return self.model_dump(mode="json")

    def recorded(self) -> dict[str, Any]:
        """Return `plain` as runs keep it: settings that came later are left out while they hold their default.

        A run that was made before there were such settings keeps its record and its id.
        """
        plain, default = self.plain(), _DEFAULTS
        kept = {key: value for key, value in plain.items() if key not in LATER_SETTINGS or value != default[key]}
        weights = {
            k: v for k, v in plain["objective"].items() if k not in LATER_WEIGHTS or v != default["objective"][k]
        }
        return {**kept, "objective": weights}


LATER_SETTINGS = frozenset(
    {
        "village_money_share", "most_awards", "first_list", "carer_hours", "carer_km", "new_help", "caution",
        "closures", "source_limits", "named_limits", "openings", "open_by", "township_money_share", "part_households",
        "backtest_townships", "county_money_share", "area_money_floors", "area_post_floors",
    }
)  # fmt: skip
"""Settings that the first runs had not."""
LATER_WEIGHTS = frozenset({"houses"})
"""Weights of the objective that the first runs had not."""
_DEFAULTS = Settings().plain()
