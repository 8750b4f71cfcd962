"""The register of households: village, cause, attribute, livelihood, dwelling, land, deprivations.

Responsible for what a household *is* when the plan is made, and for its latent level of income, which need
for help follows. Not responsible for marks, posts or help given.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from povlib.arrays import Floats, Ints
from povlib.sample.chance import apportion, draw_labels, pick_to_total, random_stream
from povlib.sample.population.member_traits import (
    ABLE,
    CHRONIC,
    DISABLED,
    EDUCATION,
    HEALTHY,
    LOST,
    NO_LABOUR,
    SEVERE,
    attends_vocational_school,
)
from povlib.sample.world import World

_OTHER_CAUSES = ("缺技术", "缺资金", "因灾", "自身发展动力不足", "交通条件落后", "缺土地", "其他")
_OTHER_WEIGHTS = (0.36, 0.30, 0.06, 0.12, 0.06, 0.06, 0.04)


def describe_households(
    seed: int, members: pd.DataFrame, size: Ints, registered: np.ndarray, world: World
) -> pd.DataFrame:
    """Return one row a household: summary of the members, cause, livelihood, land and latent income.

    `level` is the year's regular net income per head (yuan, 2016) that the household would have without the
    posts and the industry help of 2015-16; it is known to the truth files only.
    """
    rng = random_stream(seed, "households")
    now = members[members["left"] > world.last_seen]
    frame = _summary_of_members(now, len(size))
    frame["size"], frame["registered"] = size, registered
    frame["cause"], frame["other_causes"] = _causes_of_poverty(rng, frame)
    frame["livelihood"] = _main_livelihood(rng, frame, world)
    frame["level"] = _latent_income(rng, frame, world)
    frame["arable_mu"] = np.round(rng.gamma(2.2, 0.8, len(frame)) * np.sqrt(size) / 1.6, 1)
    pomelo = frame["livelihood"].eq("蜜柚")
    frame["forest_mu"] = np.round(np.where(pomelo, rng.gamma(3.0, 1.3, len(frame)), rng.gamma(1.2, 1.5, len(frame))), 1)
    frame["distance_km"] = np.round(rng.gamma(2.5, 2.2, len(frame)) + 0.3, 1)
    return frame


def _summary_of_members(now: pd.DataFrame, n: int) -> pd.DataFrame:
    able = now["labour"].isin(ABLE)
    school = now["school"].to_numpy()
    level = now["education"].map({label: i for i, label in enumerate(EDUCATION)}).fillna(0)
    flags = pd.DataFrame(
        {
            "row": now["row"],
            "able": able,
            "strong": able & now["age"].between(18, 49) & now["labour"].ne("弱劳动力或半劳动力"),
            "ill": now["health"].ne(HEALTHY),
            "severe": now["health"].eq(SEVERE),
            "chronic": now["health"].str.contains(CHRONIC),
            "disabled": now["health"].str.contains(DISABLED),
            "pupil": (now["school"] != "") & now["age"].between(7, 15),
            "student": (now["school"] != "") & now["age"].ge(16),
            "vocational": attends_vocational_school(school),
            "grown": now["age"].between(16, 59) & now["labour"].ne(LOST) & now["labour"].ne(NO_LABOUR),
            "skill": np.where(able, level, 0.0),
        }
    )
    sums = flags.groupby("row").sum().reindex(range(n), fill_value=0)
    sums["skill"] = sums["skill"] / np.maximum(sums["able"], 1)
    return sums.reset_index(drop=True)


def _causes_of_poverty(rng: np.random.Generator, frame: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    n = len(frame)
    main = draw_labels(rng, _OTHER_CAUSES, _OTHER_WEIGHTS, n).astype(object)
    u = rng.random(n)
    main[(frame["student"] > 0) & (u < 0.5)] = "因学"
    main[(frame["chronic"] > 0) & (u < 0.95)] = "因病"
    main[frame["able"] == 0] = "缺劳力"
    main[(frame["disabled"] > 0) & ((u < 0.85) | (frame["able"] > 0))] = "因残"
    main[(frame["severe"] > 0) & (u < 0.9)] = "因病"
    second = draw_labels(rng, _OTHER_CAUSES, _OTHER_WEIGHTS, n).astype(object)
    second[(frame["ill"] > 0) & (main != "因病") & (main != "因残")] = "因病"
    second[(rng.random(n) < 0.4) | (second == main)] = ""
    return main, second


def _main_livelihood(rng: np.random.Generator, frame: pd.DataFrame, world: World) -> np.ndarray:
    names = [name for name, v in world.livelihoods.items() if v.share > 0]
    out = draw_labels(rng, names, [world.livelihoods[name].share for name in names], len(frame)).astype(object)
    out[(out == "务工") & (frame["strong"].to_numpy() == 0)] = "其他种植"
    out[(frame["able"].to_numpy() == 0) & (rng.random(len(frame)) < 0.6)] = "其他"
    registered = frame["registered"].to_numpy()
    pomelo = round(int(registered.sum()) * world.counts["pomelo"] / world.counts["households"])
    score = rng.random(len(frame)) + 0.8 * (out != "其他") - 0.3 * (out == "务工")
    out[pick_to_total(score, np.ones(len(frame), dtype=np.int64), registered, pomelo)] = "蜜柚"
    exited = ~registered & (rng.random(len(frame)) < 0.7)
    out[exited] = "蜜柚"
    return out


def _latent_income(rng: np.random.Generator, frame: pd.DataFrame, world: World) -> Floats:
    income = world.raw["income"]
    share_able = (frame["able"] / frame["size"]).to_numpy()
    z = rng.standard_normal(len(frame))
    z = 0.9 * z + 1.1 * (share_able - 0.5) - 0.25 * (frame["severe"].to_numpy() > 0) + 0.08 * frame["skill"].to_numpy()
    centred = (z - z.mean()) / z.std()
    registered = frame["registered"].to_numpy()
    level = np.where(
        registered,
        income["median_yuan_per_head"] * np.exp(income["spread_log"] * centred),
        income["exited_median_yuan_per_head"] * np.exp(income["exited_spread_log"] * centred),
    )
    return np.asarray(level, dtype=np.float64)


def place_in_villages(seed: int, registered: np.ndarray, world: World) -> Ints:
    """Return the village (row of `world.villages`) of each household; exact quotas for the registered."""
    rng = random_stream(seed, "villages")
    weights = [v.weight for v in world.villages]
    out = np.zeros(len(registered), dtype=np.int64)
    for group in (registered, ~registered):
        rows = np.flatnonzero(group)
        out[rows] = rng.permutation(np.repeat(np.arange(len(weights)), apportion(weights, len(rows))))
    return out
