"""Help that has been given up to now: one row a household, measure and start, as the support sheet records it.

Help follows need: households with a lower latent income are likelier to get it, so a plain comparison of helped and
not helped misleads, as it does in life. Not responsible for what help brings (`true_effects`).
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from povlib.sample.chance import random_stream
from povlib.sample.help.township_plan import Marks
from povlib.sample.population.member_traits import ABLE, attends_vocational_school
from povlib.sample.world import World

RUNNING = 12 * 9999
COLUMNS = ["row", "person_row", "measure", "start", "end", "status", "route", "planned", "taken", "post"]
_ROUTE = {"cattle_coop": "产业-养牛", "dendrobium_coop": "产业-石斛",
          "poultry_contract": "产业-家禽", "industry_grant": "产业-其他", "microloan": "金融-小额信贷",
          "cleaner_post": "就业-本地", "micro_enterprise_post": "就业-本地", "enterprise_post": "就业-企业",
          "minimum_living": "保障-兜底", "five_guarantee": "保障-兜底"}  # fmt: skip


def help_given(
    frame: pd.DataFrame, members: pd.DataFrame, works: pd.DataFrame, marks: Marks, seed: int, world: World
) -> pd.DataFrame:
    """Return every spell of help up to the last month of data.

    `end` is the first month without the help (`RUNNING` where it goes on); `person_row` is -1 for help to the
    household; `planned` marks help of a plan (`plan_outcomes`), `taken` whether it was taken up.
    """
    rng = random_stream(seed, "given")
    parts = [
        _spells_of_posts(rng, marks, world),
        _spells_of_industry(rng, members, marks, world),
        _spells_of_lost_posts(rng, frame, members, marks, world),
        _spells_by_need(rng, frame, "training", 0.24, (frame["able"] > 0).to_numpy(), world),
        _spells_by_need(rng, frame, "microloan", 0.14, (frame["grown"] > 0).to_numpy(), world),
        _spells_of_school_aid(rng, frame, members, world),
        _spells_of_works(works, world),
        _spells_of_relief(rng, frame, world),
    ]
    spells = pd.concat(parts, ignore_index=True)
    spells["route"] = spells["measure"].map(_ROUTE).fillna("")
    spells["post"] = spells["post"].fillna("")
    spells["planned"], spells["taken"] = False, True
    spells = spells.sort_values(["row", "start", "measure", "person_row"], kind="stable", ignore_index=True)
    return spells[COLUMNS].astype({"row": "int64", "person_row": "int64", "start": "int64", "end": "int64"})


def _spells_frame(
    row: object,
    measure: object,
    start: object,
    *,
    person: object = -1,
    end: object = RUNNING,
    status: object = "进行中",
) -> pd.DataFrame:
    return pd.DataFrame(
        {"row": row, "person_row": person, "measure": measure, "start": start, "end": end, "status": status}
    )


def _spells_of_posts(rng: np.random.Generator, marks: Marks, world: World) -> pd.DataFrame:
    kinds = {p.name: p for p in world.posts}
    held = marks.posts
    first = held["kind"].map({k: p.first.ordinal for k, p in kinds.items()}).to_numpy()
    last = held["kind"].map({k: p.last.ordinal for k, p in kinds.items()}).to_numpy()
    start = first + np.floor(rng.random(len(held)) * (last - first + 1)).astype(np.int64)
    measure = held["kind"].map({k: p.measure for k, p in kinds.items()})
    return _spells_frame(held["row"], measure, start, person=held["person_row"]).assign(post=held["kind"])


def _spells_of_industry(rng: np.random.Generator, members: pd.DataFrame, marks: Marks, world: World) -> pd.DataFrame:
    rows = marks.industry
    whole = rows[rows["measure"] != "cattle_coop"]
    start = rows.set_index("row")["start"]
    mine = members["row"].to_numpy()[marks.participants]
    cattle = _spells_frame(mine, "cattle_coop", start.loc[mine].to_numpy(), person=marks.participants)
    return pd.concat([cattle, _spells_frame(whole["row"], whole["measure"], whole["start"])], ignore_index=True)


def _spells_of_lost_posts(
    rng: np.random.Generator, frame: pd.DataFrame, members: pd.DataFrame, marks: Marks, world: World
) -> pd.DataFrame:
    """Return posts of 2014-15 that ended before the plan, also in households that have exited since."""
    fit = members["labour"].isin(ABLE) & members["age"].between(22, 64) & members["school"].eq("")
    fit &= (members["left"] > world.last_seen) & ~members["row"].isin(marks.posts["row"])
    fit &= ~members["row"].map(frame["attribute"]).eq("五保户")
    rows = np.flatnonzero(fit)
    weight = np.where(frame["registered"].to_numpy()[members["row"].to_numpy()[rows]], 0.05, 0.15)
    rows = rows[rng.random(len(rows)) < weight]
    household = members["row"].to_numpy()[rows]
    keep = ~pd.Series(household).duplicated().to_numpy()
    rows, household = rows[keep], household[keep]
    start = world.first_month.ordinal + rng.integers(4, 22, len(rows))
    end = np.minimum(start + rng.integers(4, 16, len(rows)), world.last_seen)
    return _spells_frame(household, "cleaner_post", start, person=rows, end=end, status="已终止")


def _spells_by_need(
    rng: np.random.Generator, frame: pd.DataFrame, measure: str, share: float, pool: np.ndarray, world: World
) -> pd.DataFrame:
    group = np.where(frame["registered"], frame["level"], frame["level"] / 1.75)
    need = -np.log(group / np.median(group)) / 0.29
    odds = np.exp(np.log(share / (1 - share)) + 0.7 * need)
    rows = np.flatnonzero(
        pool & (frame["attribute"] != "五保户").to_numpy() & (rng.random(len(frame)) < odds / (1 + odds))
    )
    wave = rng.choice([9, 14, 18, 22, 26, 30], len(rows), p=[0.12, 0.2, 0.2, 0.2, 0.16, 0.12])
    start = world.first_month.ordinal + wave
    months = world.measures[measure].delay + 1 if measure == "training" else 36
    end = np.minimum(start + months, RUNNING)
    done = end <= world.last_seen
    return _spells_frame(
        rows, measure, start, end=np.where(done, end, RUNNING), status=np.where(done, "已完成", "进行中")
    )


def _spells_of_school_aid(
    rng: np.random.Generator, frame: pd.DataFrame, members: pd.DataFrame, world: World
) -> pd.DataFrame:
    here = (members["left"] > world.last_seen).to_numpy()
    u = rng.random(len(members))
    september = world.plan_month.ordinal - 8
    rows = np.flatnonzero(here & attends_vocational_school(members["school"]) & (u < 0.8))
    yulu = _spells_frame(members["row"].to_numpy()[rows], "yulu", september, person=rows, end=september + 10)
    here = here & ~frame["schooling_gap"].to_numpy()[members["row"].to_numpy()]
    pupils = here & (members["school"] != "").to_numpy() & members["age"].between(7, 15).to_numpy() & (u < 0.35)
    rows = np.flatnonzero(pupils)
    aid = _spells_frame(members["row"].to_numpy()[rows], "school_aid", september, person=rows, end=september + 10)
    return pd.concat([yulu, aid], ignore_index=True)


def _spells_of_works(works: pd.DataFrame, world: World) -> pd.DataFrame:
    begun = works[works["status"].ne("未开工")]
    measure = begun["kind"].map(
        {"修缮": "housing_repair", "新建": "housing_rebuild", "购": "housing_purchase", "租": "housing_rent"}
    )
    lead = begun["kind"].map({"修缮": 1, "新建": 3, "购": 1, "租": 0})
    start = np.minimum(begun["done_month"], world.last_seen) - lead
    done = begun["status"].eq("完工").to_numpy()
    end = np.where(done, begun["done_month"] + 1, RUNNING)
    return _spells_frame(begun["row"], measure, start, end=end, status=np.where(done, "已完成", "进行中"))


def _spells_of_relief(rng: np.random.Generator, frame: pd.DataFrame, world: World) -> pd.DataFrame:
    first = world.first_month.ordinal
    attribute = frame["attribute"].to_numpy()
    parts = []
    for measure, which in (("minimum_living", ("低保户", "低保贫困户")), ("five_guarantee", ("五保户",))):
        rows = np.flatnonzero(np.isin(attribute, which))
        parts.append(_spells_frame(rows, measure, first - rng.integers(1, 20, len(rows))))
    rows = np.flatnonzero(rng.random(len(frame)) < 0.07)
    month = first + rng.integers(0, world.last_seen - first + 1, len(rows))
    parts.append(_spells_frame(rows, "temporary_relief", month, end=month + 1, status="已完成"))
    return pd.concat(parts, ignore_index=True)
