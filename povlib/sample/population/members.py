"""Who lives in a household: sizes, relations, sexes and birth dates.

Responsible for the members a household has had during the months of data, those who died or moved
away included. Not responsible for health, labour or school (`member_traits`), nor for names (`identities`).
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from povlib.arrays import Floats, Ints
from povlib.sample.chance import random_stream
from povlib.sample.world import World

# Role letters: H head 35-58, E head 60-84, S spouse, C child of the head, W daughter-in-law, A grown son,
# G grandchild, P parent. Chance of each make-up by household size.
MAKE_UP: dict[int, tuple[tuple[float, str], ...]] = {
    1: ((0.62, "E"), (0.38, "H")),
    2: ((0.42, "ES"), (0.22, "HS"), (0.22, "HP"), (0.14, "HC")),
    3: ((0.48, "HSC"), (0.20, "HSP"), (0.12, "HCC"), (0.20, "ESA")),
    4: ((0.50, "HSCC"), (0.30, "HSCP"), (0.20, "ESAG")),
    5: ((0.55, "HSCCP"), (0.45, "ESAWG")),
    6: ((0.55, "HSCCPP"), (0.45, "ESAWGG")),
    7: ((0.55, "HSCCCPP"), (0.45, "ESAWGGG")),
}
_NEVER = 12 * 9999


def make_members(seed: int, size: Ints, world: World) -> pd.DataFrame:
    """Return one row a person: row of the household, role, sex, birth and the months of coming and going.

    `birth`, `joined` and `left` are month ordinals; `left` is the first month without the person.
    Persons present in the last month before the plan number exactly ``size``.
    """
    rng = random_stream(seed, "people")
    frame = pd.concat([_members_of_size(rng, size, n, world) for n in np.unique(size)], ignore_index=True)
    frame["joined"] = np.maximum(frame["birth"], 0)
    frame["left"] = _NEVER
    frame = pd.concat([frame, _departed_persons(seed, frame, world)], ignore_index=True)
    order = np.lexsort((frame["place"], frame["row"]))
    frame = frame.iloc[order].reset_index(drop=True)
    frame["day"] = random_stream(seed, "birth day").integers(1, 29, len(frame))
    return frame


def _members_of_size(rng: np.random.Generator, size: Ints, n: int, world: World) -> pd.DataFrame:
    """Return the members of all households of `n` persons, each of a make-up drawn by its share."""
    rows = np.flatnonzero(size == n)
    make_ups = MAKE_UP[int(n)]
    kind = rng.choice(len(make_ups), size=len(rows), p=[p for p, _ in make_ups])
    parts = [_members_of_make_up(rng, rows[kind == i], roles, world) for i, (_, roles) in enumerate(make_ups)]
    return pd.concat(parts, ignore_index=True)


def _members_of_make_up(rng: np.random.Generator, rows: Ints, roles: str, world: World) -> pd.DataFrame:
    n = len(rows)
    head = rng.uniform(60, 84.9, n) if roles[0] == "E" else rng.uniform(35, 58.9, n)
    male = rng.random(n) < (0.86 if len(roles) > 1 else 0.68)
    son = np.maximum(head - rng.uniform(24, 34, n), 23.0)
    parts = []
    for place, role in enumerate(roles):
        age, is_male = _age_and_sex(rng, role, head, male, son, roles[:place].count("P"))
        parts.append(
            pd.DataFrame(
                {
                    "row": rows,
                    "place": place,
                    "role": role,
                    "male": is_male,
                    "birth": world.last_seen - np.floor(age * 12).astype(np.int64),
                }
            )
        )
    return pd.concat(parts, ignore_index=True)


def _age_and_sex(
    rng: np.random.Generator, role: str, head: Floats, male: np.ndarray, son: Floats, earlier_parents: int
) -> tuple[Floats, np.ndarray]:
    n = len(head)
    if role in "HE":
        return head, male
    if role == "S":
        return np.maximum(head + np.where(male, -1, 1) * rng.uniform(-1, 5, n), 22.0), ~male
    if role == "C":
        return np.clip(head - rng.uniform(22, 35, n), 0.0, 33.0), rng.random(n) < 0.54
    if role == "A":
        return son, np.ones(n, dtype=bool)
    if role == "W":
        return np.maximum(son - rng.uniform(-1, 4, n), 21.0), np.zeros(n, dtype=bool)
    if role == "G":
        return np.clip(son - rng.uniform(21, 29, n), 0.0, 22.0), rng.random(n) < 0.53
    # P: the first parent is the mother; the second, where there is one, the father.
    return np.minimum(head + rng.uniform(20, 30, n), 94.0), np.full(n, earlier_parents == 1)


def _departed_persons(seed: int, present: pd.DataFrame, world: World) -> pd.DataFrame:
    """Persons who died (parents) or moved away (grown children) in the months of data."""
    rng = random_stream(seed, "departed")
    heads = present.loc[present["place"].eq(0) & ~present["role"].eq("E"), ["row", "birth"]].reset_index(drop=True)
    n = min(len(heads), round(world.raw["population"]["left_share"] * len(present)))
    heads = heads.iloc[np.sort(rng.choice(len(heads), n, replace=False))].reset_index(drop=True)
    died = rng.random(n) < 0.6
    years = np.where(died, rng.uniform(21, 30, n), -rng.uniform(22, 26, n))
    first = world.first_month.ordinal
    left = rng.integers(first + 2, world.last_seen - 1, n)
    birth = heads["birth"].to_numpy() - np.floor(12 * years).astype(np.int64)
    return pd.DataFrame(
        {
            "row": heads["row"],
            "place": 20,
            "role": np.where(died, "P", "C"),
            "male": rng.random(n) < 0.5,
            "birth": np.minimum(birth, left - 216),
            "joined": 0,
            "left": left,
        }
    )
