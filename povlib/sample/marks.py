"""The township's own plans before ours: posts held, industry help, and 预脱贫 marks by route.

Responsible for the exact counts of the bulletin (63 + 17 posts; 42 households and 128 persons by local posts;
172 persons by any post; 43 cattle households with 76 participants; 70 households and 265 persons with industry
help; 409 persons marked). Not responsible for what the help brings.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from povlib.sample.chance import Bools, Ints, pick, stream
from povlib.sample.traits import ABLE, SKILLED, ORDINARY
from povlib.sample.world import World

LOCAL, ENTERPRISE = "就业-本地", "就业-企业"
CATTLE, DENDROBIUM = "产业-养牛", "产业-石斛"
OTHER_INDUSTRY, HOUSING, ASSISTANCE = "产业-其他", "其他", "保障-兜底"


@dataclass(frozen=True)
class Marks:
    """Posts (row of person, kind), industry help (row of household, measure), participants and routes."""

    posts: pd.DataFrame
    industry: pd.DataFrame
    participants: Ints
    routes: pd.DataFrame


def plan_of_township(
    frame: pd.DataFrame, members: pd.DataFrame, seed: int, counts: dict[str, int], world: World
) -> Marks:
    """Choose who holds posts, who has industry help and who is marked for exit.

    Parameters
    ----------
    frame : DataFrame
        Households (`needs.add_needs`).
    members : DataFrame
        Persons with traits; those who left are never chosen.
    counts : dict
        Counts scaled to the size of the township.
    """
    rng = stream(seed, "marks")
    n = len(frame)
    size = frame["size"].to_numpy()
    open_to_work = frame["registered"].to_numpy() & (frame["attribute"] != "五保户").to_numpy()
    workers = _ranked_workers(members, world, rng)
    able, strong = _count(workers, n), _count(workers[workers["strong"]], n)
    need = -np.log(frame["level"].to_numpy() / frame["level"].median())
    score = 0.5 * need + 0.5 * rng.standard_normal((4, n))

    cattle_village = np.array([world.villages[v].cattle for v in frame["village_row"]])
    cattle_score = score[0] + 1.2 * (able >= 2)
    cattle = pick(cattle_score, size, open_to_work & cattle_village & (able > 0), counts["cattle_households"],
                  counts["cattle_persons"])  # fmt: skip
    rest = open_to_work & (able > 0) & ~_flag(cattle, n)
    herbs = np.array([world.villages[v].name == "乐北" for v in frame["village_row"]])
    other = pick(score[1] + 1.0 * herbs, size, rest, counts["industry_households"] - len(cattle),
                 counts["industry_persons"] - int(size[cattle].sum()))  # fmt: skip
    firm = pick(score[2] + 0.3 * rng.standard_normal(n), size, open_to_work & (strong > 0),
                counts["enterprise_marked_households"], counts["job_marked_persons"] - counts["local_marked_persons"])  # fmt: skip
    local = pick(score[3] + 0.8 * (able >= 2), size, open_to_work & (able > 0) & ~_flag(firm, n),
                 counts["local_marked_households"], counts["local_marked_persons"])  # fmt: skip
    posts = _posts(rng, frame, workers, local, firm, open_to_work, counts, world)
    industry = _industry(rng, frame, cattle, other, world)
    routes = _routes(rng, frame, local, firm, cattle, other, posts, industry, counts)
    return Marks(posts, industry, _participants(rng, workers, cattle, counts), routes)


def _flag(rows: Ints, n: int) -> Bools:
    out = np.zeros(n, dtype=bool)
    out[rows] = True
    return out


def _count(workers: pd.DataFrame, n: int) -> Ints:
    return np.bincount(workers["row"], minlength=n)


def _ranked_workers(members: pd.DataFrame, world: World, rng: np.random.Generator) -> pd.DataFrame:
    """Persons who may hold a post, best suited first within each household."""
    fit = members["labour"].isin(ABLE) & members["age"].between(18, 66) & members["school"].eq("")
    fit &= members["left"] > world.last_seen
    workers = members.loc[fit, ["row", "age", "labour"]].copy()
    workers["person_row"] = np.flatnonzero(fit)
    workers["strong"] = workers["labour"].isin([ORDINARY, SKILLED]) & workers["age"].between(18, 49)
    workers["order"] = workers["strong"].to_numpy() * 1.0 + rng.random(len(workers))
    workers = workers.sort_values(["row", "order"], ascending=[True, False], kind="stable")
    workers["rank"] = workers.groupby("row").cumcount()
    return workers.reset_index(drop=True)


def _posts(
    rng: np.random.Generator, frame: pd.DataFrame, workers: pd.DataFrame, local: Ints, firm: Ints, pool: Bools,
    counts: dict[str, int], world: World,
) -> pd.DataFrame:  # fmt: skip
    """Holders: one in every marked household, second holders, then households that are not marked."""
    n = len(frame)
    first = workers[workers["rank"] == 0].set_index("row")["person_row"]
    second = workers[workers["rank"] == 1].set_index("row")
    firm_posts = list(first[firm])
    both = second[second["strong"]]["person_row"].reindex(local).dropna().astype(np.int64).to_numpy()
    firm_posts += list(both[: max(0, min(2, counts["enterprise_posts"] - len(firm_posts)))])
    local_posts = list(first[local])
    spare = second["person_row"].reindex(local).dropna().astype(np.int64)
    spare = spare[~spare.isin(firm_posts)].to_numpy()
    local_posts += list(rng.permutation(spare)[: min(12, counts["local_posts"] - len(local_posts))])
    free = pool & ~_flag(local, n) & ~_flag(firm, n)
    strong_first = workers[(workers["rank"] == 0) & free[workers["row"]]]
    strong_first = strong_first.iloc[rng.permutation(len(strong_first))]
    candidates = list(strong_first[strong_first["strong"]]["person_row"])
    more = max(0, counts["enterprise_posts"] - len(firm_posts))
    firm_posts += candidates[:more]
    weaker = [p for p in strong_first["person_row"] if p not in set(candidates[:more])]
    local_posts += weaker[: max(0, counts["local_posts"] - len(local_posts))]
    people = np.array(local_posts + firm_posts, dtype=np.int64)
    household = workers.set_index("person_row")["row"].loc[people].to_numpy()
    kinds = _post_kinds(rng, frame, household[: len(local_posts)], world)
    enterprise = [p.name for p in world.posts if p.measure == "enterprise_post"]
    return pd.DataFrame(
        {"person_row": people, "row": household, "kind": kinds + enterprise * len(firm_posts)}
    ).sort_values("person_row", ignore_index=True)


def _post_kinds(rng: np.random.Generator, frame: pd.DataFrame, household: Ints, world: World) -> list[str]:
    """Which local post each holder has: village posts to that village first, the rest at random."""
    names = [v.name for v in world.villages]
    local = [p for p in world.posts if p.measure != "enterprise_post"]
    total = sum(p.slots for p in local)
    out = [local[0].name] * len(household)
    free = list(rng.permutation(len(household)))
    for post in local[1:]:
        slots = round(post.slots * len(household) / total)
        fits = [i for i in free if post.village in (None, names[frame["village_row"].iloc[household[i]]])]
        for i in fits[:slots]:
            out[i] = post.name
        free = [i for i in free if i not in set(fits[:slots])]
    return out


def _industry(rng: np.random.Generator, frame: pd.DataFrame, cattle: Ints, other: Ints, world: World) -> pd.DataFrame:
    village = np.array([v.name for v in world.villages])[frame["village_row"].to_numpy()[other]]
    u = rng.random(len(other))
    measure = np.where(u < 0.55, "poultry_contract", "industry_grant").astype(object)
    measure[(village == "乐北")] = "dendrobium_coop"
    measure[(village == "联胜") & (u < 0.6)] = "industry_grant"  # shares in the peach co-op
    rows = pd.DataFrame({"row": np.r_[cattle, other], "measure": np.r_[["cattle_coop"] * len(cattle), measure]})
    start = world.plan_month.ordinal - rng.integers(2, 14, len(rows))
    early = rng.random(len(rows)) < 0.3
    rows["start"] = np.where(early & (rows["measure"] != "cattle_coop"), start - 12, start)
    return rows.sort_values("row", ignore_index=True)


def _participants(rng: np.random.Generator, workers: pd.DataFrame, cattle: Ints, counts: dict[str, int]) -> Ints:
    mine = workers[workers["row"].isin(cattle)]
    first = mine[mine["rank"] == 0]["person_row"].to_numpy()
    later = mine[mine["rank"] > 0].sort_values(["rank", "person_row"], kind="stable")["person_row"].to_numpy()
    more = max(0, counts["cattle_participants"] - len(first))
    return np.sort(np.r_[first, later[:more]]).astype(np.int64)


def _routes(
    rng: np.random.Generator, frame: pd.DataFrame, local: Ints, firm: Ints, cattle: Ints, other: Ints,
    posts: pd.DataFrame, industry: pd.DataFrame, counts: dict[str, int],
) -> pd.DataFrame:  # fmt: skip
    """One row a household and route; households are added one by one until exactly the marked persons are reached."""
    n = len(frame)
    size = frame["size"].to_numpy()
    route = {"poultry_contract": "产业-家禽", "industry_grant": OTHER_INDUSTRY, "dendrobium_coop": DENDROBIUM,
             "cattle_coop": CATTLE}  # fmt: skip
    own = industry.set_index("row")["measure"].map(route)
    firm_too = np.intersect1d(local, posts.loc[posts["kind"] == "企业务工", "row"].to_numpy())
    pairs = (
        [(r, LOCAL) for r in local] + [(r, ENTERPRISE) for r in np.r_[firm, firm_too]] + [(r, CATTLE) for r in cattle]
    )
    marked = _flag(np.r_[local, firm, cattle], n)
    room = counts["marked_persons"] - int(size[marked].sum())
    for r in rng.permutation(other):
        if marked[r] or room - size[r] >= counts["marked_persons"] // 12:
            pairs.append((r, str(own.loc[r])))
            room -= 0 if marked[r] else int(size[r])
            marked[r] = True
    works = frame["works"].to_numpy() != ""
    relief = np.isin(frame["attribute"], ["低保户", "低保贫困户", "五保户"])
    pool = frame["registered"].to_numpy() & ~frame["returned"].to_numpy() & ~_flag(np.r_[other, posts["row"]], n)
    for r in _fill(rng, size, pool & ~marked, works | relief, room):
        pairs.append((r, HOUSING if works[r] else ASSISTANCE))
    return pd.DataFrame(pairs, columns=["row", "route"]).sort_values(["row", "route"], ignore_index=True)


def _fill(rng: np.random.Generator, size: Ints, pool: Bools, preferred: Bools, room: int) -> list[int]:
    """Households of the pool, preferred ones first, whose sizes sum to exactly `room` where that is possible."""
    order = rng.permutation(np.flatnonzero(pool))
    order = order[np.argsort(~preferred[order], kind="stable")]
    chosen: list[int] = []
    for r in order:
        if size[r] <= room and (room - size[r] == 0 or room - size[r] >= 1):
            chosen.append(int(r))
            room -= int(size[r])
        if room == 0:
            break
    return chosen
