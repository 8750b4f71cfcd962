"""Luck: every random number of the income process, month by month.

Responsible for the household's own persistent shock, harvests, prices, setbacks, months out of work and lost
posts, each from a stream named by its month or year; so the past never changes when the future is added, and two
plans are compared under the same luck. Not responsible for what the numbers do to income (`income_process`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from povlib.arrays import Bools, Floats, Ints
from povlib.sample.chance import random_stream
from povlib.sample.world import World


@dataclass(frozen=True)
class Luck:
    """Shocks of households (rows) by month (columns); `post` is persons by month.

    A post is lost in a month when the person's `post` is below the loss of its measure; 1 before the plan month, when
    nobody of those who hold a post today can have lost it.
    """

    months: Ints
    own: Floats
    wage: Floats
    working: Bools
    sales: Floats
    setback: Floats
    post: npt.NDArray[np.float32]
    relief: Floats
    last_own: Floats
    last_setback: Ints


def draw_luck(
    seed: int,
    village: Ints,
    persons: int,
    months: Ints,
    world: World,
    *,
    replicate: int = 0,
    before: Luck | None = None,
) -> Luck:
    """Return the shocks of consecutive months.

    Parameters
    ----------
    village : array of int
        Row of the village of each household.
    months : array of int
        Consecutive month ordinals.
    replicate : int
        Another draw of the months from the plan month on; 0 is what truly happens.
    before : Luck, optional
        Shocks of the months just before, to go on from.
    """
    income = world.raw["income"]
    h, t = len(village), len(months)
    out = {name: np.empty((h, t)) for name in ("own", "wage", "sales", "setback", "relief")}
    working = np.empty((h, t), dtype=bool)
    post = np.ones((persons, t), dtype=np.float32)
    rho, sd = income["persistence"], income["household_sd_log"]
    own = before.last_own if before else sd * random_stream(seed, "own at first").standard_normal(h)
    hit = before.last_setback if before else np.zeros(h, dtype=np.int64)
    for j, month in enumerate(months):
        future = month >= world.plan_month.ordinal
        rng = random_stream(seed, "month", int(month), replicate if future else 0)
        own = rho * own + sd * np.sqrt(1 - rho**2) * rng.standard_normal(h)
        out["own"][:, j] = own
        out["wage"][:, j] = income["monthly_sd_log"] * rng.standard_normal(h)
        idle = 0.45 if month % 12 == 1 else income["out_of_work"]
        working[:, j] = rng.random(h) >= idle
        hit = np.where(rng.random(h) < income["setback_per_month"], income["setback_months"], np.maximum(hit - 1, 0))
        out["setback"][:, j] = np.where(hit > 0, 1 - income["setback_loss"], 1.0)
        out["relief"][:, j] = rng.random(h)
        out["sales"][:, j] = _sales_shock(seed, village, int(month), replicate if future else 0, world)
        if future:
            post[:, j] = rng.random(persons)
    return Luck(months, out["own"], out["wage"], working, out["sales"], out["setback"], post, out["relief"], own, hit)


def _sales_shock(seed: int, village: Ints, month: int, replicate: int, world: World) -> Floats:
    """Log shock of the year's sales: price of the year, the village's year, the household's harvest."""
    income = world.raw["income"]
    year = month // 12
    price = income["crop_sd_log"] * random_stream(seed, "price", year, replicate).standard_normal()
    villages = income["village_sd_log"] * random_stream(seed, "village", year, replicate).standard_normal(
        len(world.villages)
    )
    harvest = income["harvest_sd_log"] * random_stream(seed, "harvest", year, replicate).standard_normal(len(village))
    return np.asarray(price + villages[village] + harvest, dtype=np.float64)
