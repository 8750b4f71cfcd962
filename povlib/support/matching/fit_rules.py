"""Who fits a post: every rule at once for all persons, each answered yes, no or not known.

The rules are those an auditor runs (``domain.md`` 1.5), what the post's terms ask for, and what the person said. A fact
that is not known never counts as fitting: where a rule must not be broken the person waits for it, where it is a
matter of wish or duty at home the person is to be asked first.

Responsible for the verdicts. Not responsible for their words (`povlib.support.matching.fit_words`) or for conditions of
measures on households (`povlib.support.eligibility`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from povlib.arrays import Bools, Ints
from povlib.support.conditions import CODE_SEPARATOR, condition_truth
from povlib.support.matching.post_demands import PostDemand
from povlib.vocabulary.register import hardship_attributes, labour_by_rank, local_workplace, without_labour

RULES = (
    "standing", "no_labour", "too_young", "too_old", "in_school", "hardship_away", "labour_below", "health", "sex",
    "skill", "village", "holds_post", "place_missing", "not_available", "caring", "distance", "wish",
)  # fmt: skip
"""Rules in the order in which their reasons are given; conditions of a post and its measure follow, numbered on."""
TO_ASK = frozenset({"not_available", "caring", "distance", "wish"})
"""Rules whose facts the person can simply be asked: not known, the person is asked first and not refused."""
LEAST_AGE, MOST_AGE = 16, 69
"""No post below 16 (rule 2_01_011), none from 70 on (rules 5_12_004, 5_12_005), whatever its terms leave out."""
MOST_CONDITIONS = 62 - len(RULES)  # the verdicts of a person are bits of one whole number

# What speaks for a person in a post, in points: a wish weighs most since who wanted the post stays; a choice.
WISH_POINTS, SKILL_POINTS, IDLE_POINTS, KNOWN_POINTS = 4, 3, 2, 1
MOST_POINTS = WISH_POINTS + SKILL_POINTS + IDLE_POINTS + KNOWN_POINTS


@dataclass(frozen=True)
class CaringDuties:
    """What somebody who cares for a person at home can still do: most hours a week, most kilometres."""

    hours: float = 24.0
    km: float = 10.0


@dataclass(frozen=True)
class Fit:
    """Verdicts on all persons for one post.

    Attributes
    ----------
    barred, unknown : array of int
        By person: bit n is set where rule n (of `RULES`, then of the conditions) does not hold, or is not known.
    points : array of int
        What speaks for the person, 0 to `MOST_POINTS`; 0 where the person does not fit.
    """

    barred: Ints
    unknown: Ints
    points: Ints

    @property
    def may(self) -> Bools:
        """Who may have it: nothing known stands against it, and no fact that a rule must see is missing."""
        return np.asarray((self.barred == 0) & (self.unknown & ~_ASK_BITS == 0), dtype=bool)

    @property
    def fits(self) -> Bools:
        """Who fits by all that is known, nothing left to ask."""
        return np.asarray((self.barred == 0) & (self.unknown == 0), dtype=bool)


_BIT = {rule: 1 << number for number, rule in enumerate(RULES)}
_ASK_BITS = sum(_BIT[rule] for rule in TO_ASK)


class _Verdicts:
    def __init__(self, persons: int) -> None:
        self.barred = np.zeros(persons, dtype=np.int64)
        self.unknown = np.zeros(persons, dtype=np.int64)

    def add(self, bit: int, barred: npt.ArrayLike, unknown: npt.ArrayLike = False) -> None:
        """Set a rule's bit where it bars, and where it is not known and does not bar."""
        no = np.asarray(barred, dtype=bool)
        self.barred |= np.where(no, bit, 0)
        self.unknown |= np.where(np.asarray(unknown, dtype=bool) & ~no, bit, 0)


def fit_of_post(workers: pd.DataFrame, post: PostDemand, duties: CaringDuties | None = None) -> Fit:
    """Return who fits one post.

    Parameters
    ----------
    workers : DataFrame
        `add_work_facts` of `member_facts`, with ``attribute``, ``village``, and ``standing`` where it is to count.
    post : PostDemand
    duties : CaringDuties, optional

    Examples
    --------
    >>> from povlib.calendar import Month
    >>> from povlib.support.eligibility_facts import household_facts, member_facts
    >>> from povlib.support.example_township import example_township
    >>> from povlib.support.matching.worker_facts import add_work_facts
    >>> state, june = example_township(), Month(2016, 6)
    >>> members = member_facts(state, june)
    >>> workers = add_work_facts(members, household_facts(state, members, june), state)
    >>> post = PostDemand("sweeper", {}, "村委会", "乡镇内", away=False, village="甲", wage_fen=50000, free=1)
    >>> fit_of_post(workers, post).may.tolist()
    [True, True, False, False, False, False]
    """
    verdicts = _Verdicts(len(workers))
    if "standing" in workers:
        verdicts.add(_BIT["standing"], workers["standing"].ne(""))
    _register_rules(verdicts, workers, post)
    _asked_for(verdicts, workers, post)
    _said_by_person(verdicts, workers, post, duties or CaringDuties())
    for number, condition in enumerate(post.conditions[:MOST_CONDITIONS], len(RULES)):
        truth = condition_truth(condition, workers)
        verdicts.add(1 << number, truth == 0, truth < 0)
    fit = Fit(verdicts.barred, verdicts.unknown, _points(workers, post, verdicts.unknown == 0))
    return Fit(fit.barred, fit.unknown, np.where(fit.may, fit.points, 0))


def _register_rules(verdicts: _Verdicts, workers: pd.DataFrame, post: PostDemand) -> None:
    """Add the verdicts of the rules that hold for every post."""
    labour, age = workers["labour"], workers["age"].astype("Float64")
    verdicts.add(_BIT["no_labour"], labour.isin(without_labour()), labour.isna())
    least, most = max(LEAST_AGE, post.least_age or 0), min(MOST_AGE, post.most_age or MOST_AGE)
    verdicts.add(_BIT["too_young"], age.lt(least).fillna(False), age.isna())
    verdicts.add(_BIT["too_old"], age.gt(most).fillna(False), age.isna())
    verdicts.add(_BIT["in_school"], workers["school"].notna())
    if post.away:
        attribute = workers["attribute"]
        verdicts.add(_BIT["hardship_away"], attribute.isin(hardship_attributes()), attribute.isna())
    if post.village is not None:
        inside = {post.village} if post.within is None else post.within
        verdicts.add(_BIT["village"], ~workers["village"].isin(inside).to_numpy(dtype=bool))
    verdicts.add(_BIT["holds_post"], workers["in_post"].astype(bool))
    verdicts.add(_BIT["place_missing"], False, workers["place_missing"].astype(bool))


def _asked_for(verdicts: _Verdicts, workers: pd.DataFrame, post: PostDemand) -> None:
    """Add the verdicts on what the terms of the post ask for."""
    if post.least_labour:
        held = workers["labour_rank"]
        if post.least_labour in labour_by_rank():
            rank = labour_by_rank().index(post.least_labour)
            verdicts.add(_BIT["labour_below"], held.gt(rank).fillna(False), workers["labour"].isna())
        elif post.least_labour not in without_labour():
            verdicts.add(_BIT["labour_below"], False, True)  # a word that no table has: nobody can say
    if post.health_barred:
        verdicts.add(_BIT["health"], _has_any(workers["health"], post.health_barred), workers["health"].isna())
    if post.sex:
        verdicts.add(_BIT["sex"], workers["sex"].notna() & workers["sex"].ne(post.sex), workers["sex"].isna())
    if post.skill:
        verdicts.add(_BIT["skill"], ~_has_any(workers["skill"], post.skill) & workers["skill"].notna().to_numpy(),
                     workers["skill"].isna())  # fmt: skip


def _said_by_person(verdicts: _Verdicts, workers: pd.DataFrame, post: PostDemand, duties: CaringDuties) -> None:
    """Add the verdicts on what the person said: available or not, duties at home, how far, what is wished."""
    available, caring, far = (workers[name].astype("Float64") for name in ("available", "caring", "most_km"))
    verdicts.add(_BIT["not_available"], available.eq(0).fillna(False), available.isna())
    too_much = post.away or (post.hours or 0) > duties.hours or (post.km or 0) > duties.km
    unclear = not too_much and (post.hours is None or post.km is None)
    cares = caring.eq(1).fillna(False).to_numpy(dtype=bool)
    light = not too_much and not unclear  # such a post is open to whoever cares for somebody: nothing to ask
    verdicts.add(_BIT["caring"], cares & too_much, (cares & unclear) | (caring.isna().to_numpy() & (not light)))
    if post.km is None:
        # away from home nobody goes to and fro: the distance need not be known, the wish is asked instead
        verdicts.add(_BIT["distance"], False, not post.away)
    else:
        verdicts.add(_BIT["distance"], far.lt(post.km).fillna(False), far.isna())
    wish, place = workers["wish"], workers["wish_place"]
    near = wish.eq("local").fillna(False) | place.eq(local_workplace()).fillna(False)
    stays = near.to_numpy(dtype=bool) & post.away
    verdicts.add(_BIT["wish"], wish.eq("none").fillna(False).to_numpy(dtype=bool) | stays, wish.isna())


def _points(workers: pd.DataFrame, post: PostDemand, known: Bools) -> Ints:
    """Return what speaks for each person in this post."""
    wished = ("away",) if post.away else ("post", "local")
    idle = workers["workplace"].isna().to_numpy(dtype=bool)
    skilled = _has_any(workers["skill"], post.skill) if post.skill else np.zeros(len(workers), dtype=bool)
    points = WISH_POINTS * workers["wish"].isin(wished).to_numpy(dtype=np.int64)
    return np.asarray(points + SKILL_POINTS * skilled + IDLE_POINTS * idle + KNOWN_POINTS * known, dtype=np.int64)


def _has_any(column: pd.Series, wanted: tuple[str, ...]) -> Bools:
    """Return by row whether one of the codes, joined by 、, is among those wanted."""
    codes = column.astype("category")
    among = [bool(set(str(label).split(CODE_SEPARATOR)) & set(wanted)) for label in codes.cat.categories]
    return np.append(np.array(among, dtype=bool), False)[codes.cat.codes.to_numpy()]
