"""The true income process: what a household earns, draws and spends in each month, with and without help.

Net of what help adds, earnings are a latent level split by livelihood, moved by growth, season and luck, and by who
lives in the household. Help enters through spells (`true_effects`). Not responsible for what the office is told of it.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from povlib.arrays import Bools, Floats, Ints
from povlib.sample.chance import random_stream
from povlib.sample.help.true_effects import Gains, gains_of_help
from povlib.sample.population.household_needs import has_safe_house
from povlib.sample.population.member_traits import ABLE
from povlib.sample.truth.luck import Luck
from povlib.sample.world import World

TRANSFERS = ("minimum_living", "five_guarantee", "pension", "family_planning", "ecological", "children_support")
IRREGULAR = ("temporary_relief", "school_aid")
# The simulator codes the guarantees a second time: sharing the list of the rooms it judges would prove nothing.
GUARANTEES = ("food", "clothing", "schooling", "medical", "housing", "water")


@dataclass(frozen=True)
class TruePaths:
    """Truth by household (rows) and month (columns): yuan by source, members, guarantees."""

    months: Ints
    size: Ints
    money: dict[str, Floats]
    holds: dict[str, Bools] = field(default_factory=dict)

    def net_regular(self) -> Floats:
        """Regular net income of each month: wage + business + property - cost + regular transfers."""
        m = self.money
        return m["wage"] + m["business"] + m["property"] - m["cost"] + sum(m[k] for k in TRANSFERS)


@dataclass(frozen=True)
class YearlyBase:
    """What a year brings at 2016 prices before luck and help, in yuan."""

    wage: Floats
    sales: Floats
    cost: Floats
    property: Floats
    season: Floats
    entitled: dict[str, Floats]


def yearly_base(frame: pd.DataFrame, members: pd.DataFrame, seed: int, world: World) -> YearlyBase:
    """Return the yearly base of every household from its latent level.

    Earned income is what the level leaves after the allowances of the household, at least a little of it:
    nobody lives on nothing.
    """
    income = world.raw["income"]
    size = frame["size"].to_numpy()
    entitled = _allowances_due(frame, seed, world)
    old = _count_present(members, len(frame), world.last_seen, oldest_from=60)
    drawn = 12 * (entitled["minimum_living"] + entitled["five_guarantee"]) * size + 12 * entitled["family_planning"]
    drawn = drawn + 12 * (entitled["pension"] + entitled["children_support"]) * old + entitled["ecological"]
    floor = (260 + 520 * (frame["able"].to_numpy() > 0)) * size
    earned = np.maximum(frame["level"].to_numpy() * size - drawn, floor)
    able = frame["able"].to_numpy() > 0
    kinds = frame["livelihood"].map(world.livelihoods)
    owned = earned * np.where(able, income["property_share"], 0.4)
    wage = (earned - owned) * np.where(able, kinds.map(lambda v: v.wage).to_numpy(), 0.0)
    ratio = kinds.map(lambda v: v.cost).to_numpy()
    sales = (earned - owned - wage) / (1 - ratio)
    season = np.array([v.season for v in kinds])
    return YearlyBase(wage, sales, sales * ratio, owned, season / season.sum(axis=1, keepdims=True), entitled)


def _allowances_due(frame: pd.DataFrame, seed: int, world: World) -> dict[str, Floats]:
    """Return allowances in yuan a month for each person entitled (family planning: a household; ecological: a year)."""
    rates = world.raw["transfers"]
    rng = random_stream(seed, "entitled")
    n = len(frame)
    attribute = frame["attribute"].to_numpy()
    return {
        "minimum_living": rates["minimum_living"] * np.isin(attribute, ["低保户", "低保贫困户"]),
        "five_guarantee": rates["five_guarantee"] * (attribute == "五保户"),
        "pension": np.full(n, float(rates["pension"])),
        "family_planning": rates["family_planning"] * (rng.random(n) < 0.07),
        "ecological": rates["ecological"] * frame["forest_mu"].to_numpy() * (rng.random(n) < 0.3),
        "children_support": rates["children_support"] * ((rng.random(n) < 0.45) & (attribute != "五保户")),
    }


def _count_present(members: pd.DataFrame, n: int, month: int, *, oldest_from: int = 0, earner: bool = False) -> Ints:
    here = (members["joined"].to_numpy() <= month) & (members["left"].to_numpy() > month)
    if oldest_from:
        here &= month - members["birth"].to_numpy() >= 12 * oldest_from
    if earner:
        here &= members["earner"].to_numpy()
    return np.bincount(members["row"].to_numpy()[here], minlength=n)


def is_earner(members: pd.DataFrame, world: World) -> Bools:
    """Return who earns: those able now, and the grown children who have left."""
    gone = (members["left"] <= world.last_seen) & members["role"].eq("C")
    return (members["labour"].isin(ABLE) | gone).to_numpy()


def true_paths(
    frame: pd.DataFrame,
    members: pd.DataFrame,
    works: pd.DataFrame,
    spells: pd.DataFrame,
    chance: Luck,
    seed: int,
    world: World,
) -> TruePaths:
    """Return the truth of the months of `chance` under the spells of help."""
    months, n = chance.months, len(frame)
    year = yearly_base(frame, members, seed, world)
    size = np.stack([_count_present(members, n, int(m)) for m in months], axis=1)
    old = np.stack([_count_present(members, n, int(m), oldest_from=60) for m in months], axis=1)
    able = np.stack([_count_present(members, n, int(m), earner=True) for m in months], axis=1)
    now = np.maximum(_count_present(members, n, world.last_seen, earner=True), 1)[:, None]
    # The last pair of hands adds less than the first (0.7), and a household never loses or gains all it lives on.
    workforce = np.where(frame["able"].to_numpy()[:, None] > 0, np.clip((able / now) ** 0.7, 0.35, 1.6), 1.0)
    got = gains_of_help(frame, members, spells, chance, seed, world)
    money = _money_by_source(frame, year, chance, workforce, got, size, old, world)
    return TruePaths(months, size, money, _guarantees_held(frame, works, got, chance, world))


def _money_by_source(
    frame: pd.DataFrame,
    year: YearlyBase,
    chance: Luck,
    workforce: Floats,
    got: Gains,
    size: Ints,
    old: Ints,
    world: World,
) -> dict[str, Floats]:
    income = world.raw["income"]
    months = chance.months
    trend = _growth_trend(frame, months, world)
    alive = size > 0
    moved = trend * workforce * chance.setback * np.exp(chance.own - 0.5 * income["household_sd_log"] ** 2)
    idle = np.where(months % 12 == 1, 0.45, income["out_of_work"])
    wage = year.wage[:, None] / 12 * moved * np.exp(chance.wage - 0.5 * income["monthly_sd_log"] ** 2)
    wage = wage * chance.working / (1 - idle) * (1 - got.displaced) * (1 + got.share["wage"])
    calendar = (months % 12).astype(np.int64)
    season = year.season[:, calendar]
    cost_season = np.asarray(world.raw["cost_season"])[calendar]
    grown = (1 + got.share["business"]) * np.sqrt(workforce)
    sales = (
        year.sales[:, None] * season * trend * chance.setback * grown * np.exp(chance.sales + 0.4 * chance.own - 0.03)
    )
    money = {
        "wage": (wage + got.yuan["wage"]) * alive,
        "business": (sales + got.yuan["business"]) * alive,
        "property": (year.property[:, None] / 12 * trend + got.yuan["property"]) * alive,
        "cost": (year.cost[:, None] * cost_season[None, :] * trend * grown + got.cost) * alive,
    }
    drawn = year.entitled
    low_pay = np.maximum(drawn["minimum_living"][:, None], got.yuan["minimum_living"]) * size
    money["minimum_living"] = low_pay
    money["five_guarantee"] = np.maximum(drawn["five_guarantee"][:, None], got.yuan["five_guarantee"]) * size
    money["pension"] = drawn["pension"][:, None] * old
    money["family_planning"] = drawn["family_planning"][:, None] * alive
    money["ecological"] = drawn["ecological"][:, None] * (months % 12 == 11)[None, :] * alive
    money["children_support"] = drawn["children_support"][:, None] * old
    money["temporary_relief"] = got.one_off["temporary_relief"] * alive
    money["school_aid"] = got.one_off["school_aid"] * alive
    consoled = (months % 12 == 1)[None, :] & (chance.relief < 0.3) & frame["registered"].to_numpy()[:, None]
    money["other_one_off"] = np.where(consoled, 300.0, 0.0) * alive
    return money


def _growth_trend(frame: pd.DataFrame, months: Ints, world: World) -> Floats:
    """Growth, and the better years that a household had before it fell back into poverty."""
    growth = np.exp(world.raw["income"]["growth_per_year"] * (months - world.plan_month.ordinal) / 12)
    trend = np.ones((len(frame), 1)) * growth[None, :]
    fell = frame["returned"].to_numpy()[:, None] & (months < world.plan_month.ordinal - 11)[None, :]
    exit_year = np.where(frame["registered"], 0, frame["exit_year"].fillna(0).to_numpy(dtype=np.int64))
    behind = months[None, :] < (12 * exit_year + 3)[:, None]
    return np.asarray(trend * np.where(fell, 1.7, 1.0) * np.where(behind, 0.62, 1.0))


def _guarantees_held(
    frame: pd.DataFrame, works: pd.DataFrame, got: Gains, chance: Luck, world: World
) -> dict[str, Bools]:
    months = chance.months
    yes = np.ones((len(frame), len(months)), dtype=bool)
    ragged = (chance.setback < 1) & (chance.own < -0.22) & (months < world.plan_month.ordinal - 6)[None, :]
    return {
        "food": yes & ~ragged,
        "clothing": yes,
        "schooling": yes & ~(frame["schooling_gap"].to_numpy()[:, None] & ~got.closed["schooling"]),
        "medical": yes & ~(frame["medical_gap"].to_numpy()[:, None] & ~got.closed["medical"]),
        "housing": has_safe_house(frame, works, months) | got.closed["housing"],
        "water": yes & ~(frame["water_gap"].to_numpy()[:, None] & ~got.closed["water"]),
    }
