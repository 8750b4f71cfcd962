"""What a member is like: age, school, education, health, labour, insurance.

The rules that offices run over the register hold for every person: exactly one of school and education;
under 16 without labour; 60 and over weak or none; healthy, out of school and 16-59 able to work.
Not responsible for posts, allowances or names.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from povlib.arrays import Bools, Ints
from povlib.sample.chance import draw_labels, random_stream

NO_LABOUR = "无劳动力"
LOST = "丧失劳动力"
WEAK = "弱劳动力或半劳动力"
ORDINARY = "普通劳动力"
SKILLED = "技能劳动力"
HEALTHY, CHRONIC, SEVERE, DISABLED = "健康", "长期慢性病", "患有大病", "残疾"
ABLE = (ORDINARY, SKILLED, WEAK)

_RELATION = {  # role: relation of a man, of a woman
    "H": ("户主", "户主"),
    "E": ("户主", "户主"),
    "S": ("配偶", "配偶"),
    "C": ("之子", "之女"),
    "A": ("之子", "之女"),
    "W": ("之儿媳", "之儿媳"),
    "G": ("之孙子", "之孙女"),
    "P": ("之父", "之母"),
}
GRADES = {13: "七年级", 14: "八年级", 15: "九年级"}
_HEALTH = (
    (0, (0.965, 0.012, 0.006, 0.017, 0.0)),
    (16, (0.745, 0.115, 0.050, 0.080, 0.010)),
    (60, (0.420, 0.330, 0.080, 0.110, 0.060)),
)
_HEALTH_LABELS = (HEALTHY, CHRONIC, SEVERE, DISABLED, f"{CHRONIC}、{DISABLED}")
# Schooling of those who left school, by age group: 文盲或半文盲, 小学, 初中, 高中, 大专
_EDUCATION = (
    (0, (0.01, 0.09, 0.58, 0.24, 0.08)),
    (35, (0.05, 0.40, 0.44, 0.10, 0.01)),
    (60, (0.42, 0.46, 0.10, 0.02, 0.0)),
)
EDUCATION = ("文盲或半文盲", "小学", "初中", "高中", "大专", "本科及以上")


def age_at(birth: npt.ArrayLike, month: int) -> Ints:
    """Return completed years at a month (ordinals)."""
    return (month - np.asarray(birth, dtype=np.int64)) // 12


def add_traits(members: pd.DataFrame, seed: int, month: int, *, healthier: Bools) -> pd.DataFrame:
    """Return the members with relation, sex, school, education, health and labour as at `month`.

    Parameters
    ----------
    members : DataFrame
        From `members.make_members`.
    healthier : array of bool
        Persons of households that exited already: half as often ill.
    """
    rng = random_stream(seed, "traits")
    age = age_at(members["birth"], month)
    frame = members.copy()
    frame["age"] = age
    column = np.where(frame["male"], 0, 1)
    frame["relation"] = np.array([_RELATION[r][c] for r, c in zip(frame["role"], column, strict=True)])
    frame["sex"] = np.where(frame["male"], "男", "女")
    frame["health"] = _draw_by_age(rng, age, _HEALTH, _HEALTH_LABELS)
    well_again = healthier & (rng.random(len(frame)) < 0.5)
    frame.loc[well_again, "health"] = HEALTHY
    frame["school"] = _school_by_age(rng, age)
    frame["education"] = np.where(frame["school"] == "", _draw_by_age(rng, age, _EDUCATION, EDUCATION[:5]), "")
    frame["labour"] = labour_class(rng, age, frame["health"].to_numpy(), frame["school"].to_numpy() != "")
    return frame


def _draw_by_age(
    rng: np.random.Generator,
    age: Ints,
    table: tuple[tuple[int, tuple[float, ...]], ...],
    labels: tuple[str, ...],
) -> npt.NDArray[np.object_]:
    """Return one of `labels` per member, drawn with the probabilities of the member's band of age."""
    out = np.empty(len(age), dtype=object)
    uppers = [low for low, _ in table[1:]] + [999]
    for (low, weights), upper in zip(table, uppers, strict=True):
        rows = (age >= low) & (age < upper)
        out[rows] = draw_labels(rng, labels, weights, int(rows.sum()))
    return out


def _school_by_age(rng: np.random.Generator, age: Ints) -> npt.NDArray[np.object_]:
    """Return the kind of school each member attends, drawn by age."""
    u = rng.random(len(age))
    school = np.full(len(age), "", dtype=object)
    school[age < 6] = "学前教育"
    school[(age < 3) | ((age < 6) & (u < 0.12))] = "学龄前儿童"
    school[(age >= 6) & (age <= 12)] = "小学"
    for years, label in GRADES.items():
        school[age == years] = label
    for years, level in ((16, "一"), (17, "二"), (18, "三")):
        school[(age == years) & (u < 0.50)] = f"普通高中{level}年级"
        school[(age == years) & (u >= 0.50) & (u < 0.75)] = f"中职{level}年级"
    for years, level in ((19, "一"), (20, "二"), (21, "三"), (22, "四")):
        if years < 22:
            school[(age == years) & (u < 0.22)] = f"高职高专{level}年级"
        school[(age == years) & (u >= 0.22) & (u < 0.36)] = f"本科{level}年级"
    return school


def labour_class(
    rng: np.random.Generator, age: Ints, health: npt.NDArray[np.object_], in_school: Bools
) -> npt.NDArray[np.object_]:
    """Return the labour class that age, health and school allow."""
    n = len(age)
    u = rng.random(n)
    out = np.full(n, NO_LABOUR, dtype=object)
    adult = (age >= 16) & (age < 60) & ~in_school
    disabled = np.array([DISABLED in str(h) for h in health], dtype=bool)
    healthy = adult & (health == HEALTHY)
    out[healthy] = np.where(u[healthy] < 0.86, ORDINARY, SKILLED)
    chronic = adult & (health == CHRONIC)
    out[chronic] = np.where(u[chronic] < 0.5, ORDINARY, WEAK)
    severe = adult & (health == SEVERE)
    out[severe] = np.where(u[severe] < 0.5, WEAK, LOST)
    limited = adult & disabled
    out[limited] = np.where(u[limited] < 0.25, ORDINARY, np.where(u[limited] < 0.7, WEAK, LOST))
    young_old = (age >= 60) & (age < 70) & ~in_school & ((health == HEALTHY) | (health == CHRONIC))
    out[young_old] = np.where(u[young_old] < 0.75, WEAK, NO_LABOUR)
    return out


def attends_vocational_school(school: npt.ArrayLike) -> Bools:
    """Return who attends a vocational school (中职, 高职高专): the only ones 雨露计划 may go to."""
    return np.array([str(s).startswith(("中职", "高职高专")) for s in np.asarray(school)], dtype=bool)
