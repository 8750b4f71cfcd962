"""Births, deaths and moves after the plan is made.

Responsible for who joins and who leaves a household in the months to come, from streams named by the month, so that
a longer look ahead never changes a shorter one. Heads stay while others live with them: a register keeps its head.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from povlib.arrays import Floats, Ints
from povlib.sample.chance import random_stream
from povlib.sample.world import World


def future_members(members: pd.DataFrame, seed: int, months: int, world: World) -> pd.DataFrame:
    """Return the members with the leaving months of the future and one row for every child to be born.

    Parameters
    ----------
    members : DataFrame
        Persons up to the last month of data; `left` is changed for those who leave later.
    months : int
        How far ahead.
    """
    population = world.raw["population"]
    out = members.copy()
    left, births = out["left"].to_numpy().copy(), []
    alone = out.groupby("row")["row"].transform("size").to_numpy() == 1
    fixed = out["relation"].eq("户主").to_numpy() & ~alone
    mother = (out["relation"].isin(["配偶", "之儿媳"]) & ~out["male"]).to_numpy()
    household = out["row"].to_numpy()
    for month in range(world.plan_month.ordinal, world.plan_month.ordinal + months):
        rng = random_stream(seed, "changes", month)
        die, move, bear = rng.random((3, len(out)))
        years = (month - out["birth"].to_numpy()) / 12
        here = left > month
        goes = (die < _yearly_death_rate(years, population) / 12) | (
            (years >= 18) & (years < 45) & (move < population["move_per_year"] / 12)
        )
        left[here & goes & ~fixed] = month
        fertile = here & mother & (years >= 20) & (years < 40) & (bear < population["birth_per_year"] / 12)
        births.append(_children_born(household[fertile], out["relation"].to_numpy()[fertile], month))
    out["left"] = left
    born = pd.concat(births, ignore_index=True)
    born = born.assign(male=random_stream(seed, "born").random(len(born)) < 0.52, place=40)
    return _append_children(out, born, seed)


def _yearly_death_rate(years: Floats, population: dict[str, dict[int, float]]) -> Floats:
    table = population["death_per_year"]
    ages = np.array(sorted(table))
    rates = np.array([table[int(a)] for a in ages])
    return np.asarray(rates[np.searchsorted(ages, np.maximum(years, 0), side="right") - 1], dtype=np.float64)


def _children_born(household: Ints, mother: np.ndarray, month: int) -> pd.DataFrame:
    return pd.DataFrame({"row": household, "birth": month, "joined": month, "of_head": mother == "配偶"})


def _append_children(members: pd.DataFrame, born: pd.DataFrame, seed: int) -> pd.DataFrame:
    """Append the children at the end, so that rows of persons known before keep their place."""
    child = born.assign(
        role="G",
        left=12 * 9999,
        day=1 + random_stream(seed, "born day").integers(0, 28, len(born)),
        age=0,
        relation=np.where(
            born["of_head"], np.where(born["male"], "之子", "之女"), np.where(born["male"], "之孙子", "之孙女")
        ),
        sex=np.where(born["male"], "男", "女"),
        health="健康",
        school="学龄前儿童",
        education="",
        labour="无劳动力",
        minimum_living=False,
        medical_insurance=True,
        pension_insurance=False,
        workplace="",
        work_months=0,
        earner=False,
    )
    return pd.concat([members, child[members.columns]], ignore_index=True)
