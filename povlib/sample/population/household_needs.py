"""What a household lacks: allowances it draws, the state of its dwelling, gaps in school, cover and water.

Responsible for attributes (five guarantees, minimum living), housing targets and their works, and the few
gaps in the guarantees. Not responsible for help beyond the housing works.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from povlib.arrays import Floats, Ints
from povlib.sample.chance import apportion, pick_to_total, random_stream
from povlib.sample.world import World

_WORK = {  # kind: item, unit, lowest and highest quantity
    "修缮": (("屋面翻修", "平方米", 40, 110), ("墙体加固", "平方米", 30, 90), ("门窗更换", "樘", 6, 14)),
    "新建": (("新建砖混住房", "平方米", 45, 75),),
    "购": (("购买住宅", "平方米", 50, 70),),
    "租": (("租用住房", "月", 12, 24),),
}


def add_needs(frame: pd.DataFrame, seed: int, counts: dict[str, int], world: World) -> pd.DataFrame:
    """Return the households with attribute, dwelling and gaps."""
    rng = random_stream(seed, "needs")
    out = frame.copy()
    registered = out["registered"].to_numpy()
    need = -np.log(out["level"].to_numpy() / out["level"].median())
    out["attribute"] = _household_attributes(rng, out, need, counts)
    _grades_of_dwellings(rng, out, need, counts)
    ones = np.ones(len(out), dtype=np.int64)
    noise = rng.random((3, len(out)))
    hills = np.array([world.villages[v].stratum == "山区" for v in out["village_row"]])
    for name, pool, score in (
        ("schooling_gap", registered & out["teenager"].to_numpy(), noise[0] + 0.2 * need),
        ("medical_gap", registered, noise[1] + 0.2 * need),
        ("water_gap", registered, noise[2] + 0.8 * hills),
    ):
        out[name] = False
        out.loc[pick_to_total(score, ones, pool, counts[name]), name] = True
    return out


def _household_attributes(
    rng: np.random.Generator, frame: pd.DataFrame, need: Floats, counts: dict[str, int]
) -> np.ndarray:
    n = len(frame)
    ones = np.ones(n, dtype=np.int64)
    registered = frame["registered"].to_numpy()
    no_labour = frame["able"].to_numpy() == 0
    out = np.full(n, "一般贫困户", dtype=object)
    alone = registered & no_labour & (frame["size"] <= 2).to_numpy()
    out[pick_to_total(rng.random(n) - frame["size"].to_numpy(), ones, alone, counts["five_guarantee"])] = "五保户"
    score = need + 0.35 * no_labour + 0.2 * (frame["severe"] > 0) + 0.2 * (frame["disabled"] > 0)
    score = np.asarray(score) + 0.25 * rng.standard_normal(n)
    drawing = pick_to_total(score, ones, registered & (out != "五保户"), counts["minimum_living"])
    out[drawing] = np.where(no_labour[drawing], "低保户", "低保贫困户")
    out[pick_to_total(score, ones, ~registered, round(0.15 * int((~registered).sum())))] = "低保贫困户"
    return out


def _grades_of_dwellings(rng: np.random.Generator, out: pd.DataFrame, need: Floats, counts: dict[str, int]) -> None:
    n = len(out)
    ones = np.ones(n, dtype=np.int64)
    registered = out["registered"].to_numpy()
    score = 0.7 * need + 0.5 * rng.standard_normal(n)
    targets = rng.permutation(pick_to_total(score, ones, registered, counts["housing_targets"]))
    grade = np.where(rng.random(n) < 0.45, "A", "B").astype(object)
    grade[targets] = np.repeat(["C", "D", "无房"], apportion([47, 28, 10], len(targets)))
    left = registered.copy()
    left[targets] = False
    others = pick_to_total(score + 0.5 * rng.standard_normal(n), ones, left, counts["unsafe_without_project"])
    grade[others] = np.where(rng.random(len(others)) < 0.65, "C", "D")
    out["first_grade"] = grade
    state = rng.permutation(
        np.repeat(
            ["完工", "未开工", "在建"],
            [done := counts["housing_done"], wait := counts["housing_not_begun"], len(targets) - done - wait],
        )
    )
    out["works"] = ""
    out.loc[targets, "works"] = state
    out["works_kind"] = ""
    out.loc[targets, "works_kind"] = _kind_of_works(rng, grade[targets])
    finished = out["works"].eq("完工").to_numpy()
    built = out["works_kind"].isin(["新建", "购"]).to_numpy()
    out["housing_grade"] = np.where(finished, np.where(built, "A", "B"), grade)
    area = np.round(out["size"].to_numpy() * rng.uniform(14, 30, n) + 12, 0)
    out["house_area_m2"] = np.where(out["housing_grade"].eq("无房"), 0.0, area)


def _kind_of_works(rng: np.random.Generator, grade: np.ndarray) -> np.ndarray:
    """Return the kind of works: repair for C, mostly new building for D, rent, purchase or building for no house."""
    out = np.full(len(grade), "修缮", dtype=object)
    for worst, kinds, weights in (("D", ["新建", "购"], [85, 15]), ("无房", ["租", "购", "新建"], [4, 3, 3])):
        rows = np.flatnonzero(grade == worst)
        out[rows] = rng.permutation(np.repeat(kinds, apportion(weights, len(rows))))
    return out


def housing_works(frame: pd.DataFrame, seed: int, world: World) -> pd.DataFrame:
    """Return one row a housing target: kind, grade, main item, state in the last month before the plan.

    `done_month` (ordinal) is the month in which a finished house was finished; for the others it is only later than
    the data, until `weekly_building` puts the true month there.
    """
    rng = random_stream(seed, "works")
    chosen = frame[frame["works"] != ""]
    n = len(chosen)
    kind, status = chosen["works_kind"].to_numpy(), chosen["works"].to_numpy()
    item = [_WORK[k][int(u * len(_WORK[k]))] for k, u in zip(kind, rng.random(n), strict=True)]
    quantity = np.array([low + int(u * (high - low)) for (_, _, low, high), u in zip(item, rng.random(n), strict=True)])
    month = world.plan_month.ordinal
    done = np.where(status == "完工", month - 1 - rng.integers(0, 4, n), month)
    return pd.DataFrame(
        {
            "row": chosen.index.to_numpy(),
            "kind": kind,
            "grade": chosen["first_grade"].to_numpy(),
            "item": [i[0] for i in item],
            "unit": [i[1] for i in item],
            "quantity": quantity,
            "status": status,
            "done_month": done,
        }
    )


def has_safe_house(frame: pd.DataFrame, works: pd.DataFrame, months: Ints) -> np.ndarray:
    """Return households x months: safe dwelling, from the first grade and the works finished by then."""
    safe = frame["first_grade"].isin(["A", "B"]).to_numpy()[:, None] & np.ones(len(months), dtype=bool)
    safe[works["row"]] |= works["done_month"].to_numpy()[:, None] <= months[None, :]
    return safe
