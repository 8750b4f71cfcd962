"""What help truly brings: the effect of every measure on every household, by month.

The effect of a measure on a household is fixed by the seed before anybody chooses who gets it (a potential
outcome); it varies between households, comes late, and may fade. Not responsible for who gets help.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from povlib.arrays import Bools, Floats, Ints
from povlib.sample.chance import random_stream
from povlib.sample.truth.luck import Luck
from povlib.sample.world import Measure, World


@dataclass(frozen=True)
class Gains:
    """By household and month: yuan added by source, shares added, cost, one-off money, guarantees closed."""

    yuan: dict[str, Floats]
    share: dict[str, Floats]
    cost: Floats
    displaced: Floats
    one_off: dict[str, Floats]
    closed: dict[str, Bools]


def true_effect(measure: Measure, frame: pd.DataFrame, seed: int, world: World) -> Floats:
    """Return the true effect on every household: yuan a month, or a share of the source, net of cost.

    mean x (1 + sd z + skill (level of schooling - 1.2)); a job pays at least half of its mean.
    """
    z = random_stream(seed, "effect", _number_of_measure(measure, world)).standard_normal(len(frame))
    varied = 1 + measure.sd * z + measure.skill * (frame["skill"].to_numpy() - 1.2)
    if measure.kind == "job":
        varied = np.maximum(varied, 0.5)
    return np.asarray((measure.yuan or measure.share) * varied, dtype=np.float64)


def would_take(measure: Measure, n: int, seed: int, world: World) -> Bools:
    """Return for every household (or person, for a job) whether the help would be taken up when offered."""
    return np.asarray(random_stream(seed, "takeup", _number_of_measure(measure, world)).random(n) < measure.takeup)


def _number_of_measure(measure: Measure, world: World) -> int:
    return list(world.measures).index(measure.key)


def gains_of_help(
    frame: pd.DataFrame, members: pd.DataFrame, spells: pd.DataFrame, chance: Luck, seed: int, world: World
) -> Gains:
    """Add up the spells of help over the months of `chance`."""
    shape = (len(frame), len(chance.months))
    out = Gains(
        yuan={k: np.zeros(shape) for k in ("wage", "business", "property", "minimum_living", "five_guarantee")},
        share={k: np.zeros(shape) for k in ("wage", "business")},
        cost=np.zeros(shape),
        displaced=np.zeros(shape),
        one_off={k: np.zeros(shape) for k in ("temporary_relief", "school_aid")},
        closed={k: np.zeros(shape, dtype=bool) for k in ("schooling", "medical", "housing", "water")},
    )
    spells = spells[spells["taken"]]
    ends = true_ends(members, spells, chance, world)
    for key, rows in spells.groupby("measure", sort=True).indices.items():
        part = spells.iloc[np.sort(rows)]
        _add_measure(out, world.measures[str(key)], part, ends[np.sort(rows)], frame, chance.months, seed, world)
    return out


def true_ends(members: pd.DataFrame, spells: pd.DataFrame, chance: Luck, world: World) -> Ints:
    """Return the first month without the help: its end, the person's leaving, or the loss of the post."""
    ends = spells["end"].to_numpy().copy()
    person = spells["person_row"].to_numpy()
    mine = person >= 0
    ends[mine] = np.minimum(ends[mine], members["left"].to_numpy()[person[mine]])
    jobs = np.flatnonzero(
        mine & spells["measure"].map({k: m.kind == "job" for k, m in world.measures.items()}).to_numpy()
    )
    if len(jobs) and (chance.post < 1).any():
        rate = spells["measure"].map({k: m.lost for k, m in world.measures.items()}).to_numpy()[jobs]
        gone = (chance.post[person[jobs]] < rate[:, None]) & (
            chance.months[None, :] > spells["start"].to_numpy()[jobs, None]
        )
        first = np.where(gone.any(axis=1), chance.months[gone.argmax(axis=1)], np.iinfo(np.int64).max)
        ends[jobs] = np.minimum(ends[jobs], first)
    return np.asarray(ends, dtype=np.int64)


def _add_measure(
    out: Gains,
    measure: Measure,
    part: pd.DataFrame,
    ends: Ints,
    frame: pd.DataFrame,
    months: Ints,
    seed: int,
    world: World,
) -> None:
    row, start = part["row"].to_numpy(), part["start"].to_numpy()
    running = (months[None, :] >= start[:, None] + measure.delay) & (months[None, :] < ends[:, None])
    if measure.kind == "training":  # what was learnt stays after the course
        running = months[None, :] >= start[:, None] + measure.delay
    if measure.closes and (
        part["planned"].any() or measure.kind != "housing"
    ):  # `works` tells of housing begun earlier
        late = random_stream(seed, "works delay", _number_of_measure(measure, world)).integers(0, 2, len(frame))
        closed = months[None, :] >= (start + measure.delay + late[row])[:, None]
        np.logical_or.at(out.closed[measure.closes[0]], row, closed)
    fading = (1 - measure.decay) ** (np.maximum(months[None, :] - start[:, None] - measure.delay, 0) / 12)
    level = true_effect(measure, frame, seed, world)[row, None] * running * fading
    if measure.yuan and measure.source == "business":
        np.add.at(out.yuan["business"], row, np.maximum(level, 0.0))
        np.add.at(out.cost, row, np.maximum(-level, 0.0))
    elif measure.yuan:
        np.add.at(out.yuan[measure.source], row, level)
    elif measure.share:
        np.add.at(out.share[measure.source], row, np.maximum(level, -0.5))
    if measure.displaces:
        share = measure.displaces / np.maximum(frame["able"].to_numpy()[row], 1)
        np.add.at(out.displaced, row, share[:, None] * running)
        np.minimum(out.displaced, 0.9, out=out.displaced)
    if measure.dividend_yuan:
        first = random_stream(seed, "dividend", _number_of_measure(measure, world)).uniform(0.7, 1.3, len(frame))[row]
        december = (months % 12 == 11)[None, :] & running
        np.add.at(out.yuan["property"], row, (measure.dividend_yuan * first)[:, None] * december)
    _add_payments(out, measure, row, start, running, months, world)


def _add_payments(
    out: Gains, measure: Measure, row: Ints, start: Ints, running: Bools, months: Ints, world: World
) -> None:
    if measure.key in out.yuan:  # allowances: yuan a month for each person
        rate = world.raw["transfers"][measure.key]
        np.maximum.at(out.yuan[measure.key], row, rate * running.astype(np.float64))
    if measure.one_off_yuan:
        kind = "temporary_relief" if measure.kind == "relief" else "school_aid"
        half = (months[None, :] == start[:, None]) | ((months - 6)[None, :] == start[:, None])
        once = months[None, :] == start[:, None]
        np.add.at(out.one_off[kind], row, measure.one_off_yuan * (once if measure.kind == "relief" else half))
