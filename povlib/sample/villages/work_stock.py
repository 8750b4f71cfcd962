"""Work: who could work and wants what, what posts ask for, the job fair, and how placements end.

A post held is left in each month with the chance of its measure (`retention_truth`); posts of earlier rounds had a
fixed term besides. Not responsible for the posts held now (`household_register`) or what they bring.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from povlib.arrays import Bools, Ints
from povlib.money import FEN_PER_YUAN
from povlib.sample.chance import random_stream
from povlib.sample.help.true_effects import true_ends
from povlib.sample.office.household_register import held_posts
from povlib.sample.population.member_traits import ABLE, SEVERE, SKILLED
from povlib.sample.township import Township
from povlib.sample.villages.coops_and_firms import economy, ordinal, scaled_to

_SKILLS = {"养殖": ("cattle", "poultry"), "茶叶": ("tea",), "蜜柚": ("pomelo",), "其他种植": ("herbs", "pomelo"),
           "务工": ("building", "driving", "sewing", "cooking"), "其他": ("other", "cleaning")}  # fmt: skip
_WISHES = {"养殖": "raise", "茶叶": "grow", "蜜柚": "grow", "其他种植": "grow", "务工": "away", "其他": "local"}
_SKILL_OF_POST = {"米粉加工工": "noodles", "零部件加工工": "parts", "石斛基地工": "herbs", "保洁员": "cleaning"}
_LABELLED = 0.35  # of the ordinary workers, those who know a trade anyway


def retention_truth(township: Township) -> pd.DataFrame:
    """Return the chance that a post held is left in a month: kind, lost_per_month.

    A placement that ends in its k-th month has met the chance k times; one that runs has met it in every month but
    the last of the data. An end for `ended` (the term was over) is no leaving.
    """
    kinds = economy(township)["earlier_posts"]["kinds"]
    return pd.DataFrame(
        {"kind": k, "lost_per_month": township.world.measures[v["measure"]].lost} for k, v in kinds.items()
    )


def workers(township: Township) -> pd.DataFrame:
    """Return who could work: person, hh, skill, caring, wish, wish_place, available, from_month, most_km.

    Everybody with labour and out of school. Somebody cares for a small child or a gravely ill person of the
    household: one person of it, a woman where there is one, nobody who holds a post.
    """
    people, stock = township.members_known, economy(township)["stock"]
    fit = township.present() & people["labour"].isin(ABLE).to_numpy() & people["school"].eq("").to_numpy()
    rows = np.flatnonzero(fit & (people["age"] >= 16).to_numpy())
    mine = people.iloc[rows]
    draws = random_stream(township.seed, "workers").random((5, len(people)))[:, rows]
    held = held_posts(township).set_index("person_row")
    post = held["post"].reindex(rows).fillna("").to_numpy()
    life = township.households["livelihood"].to_numpy()[mine["row"]]
    away = held["enterprise"].reindex(rows).eq(True).to_numpy()
    wish = np.array([_WISHES[v] for v in life], dtype=object)
    wish = np.select(
        [away, post != "", draws[0] < 0.25, draws[0] < 0.40, draws[0] < 0.45],
        ["away", "post", "post", "local", "none"],
        default=wish,
    )
    old = (mine["age"] >= 55).to_numpy()
    wish = np.where((wish == "away") & (old | mine["labour"].eq(ABLE[2]).to_numpy()) & ~away, "local", wish)
    place = np.where(wish == "away", np.where(draws[1] < 0.7, "县外省内", "省外"), "乡镇内")
    return pd.DataFrame(
        {
            "person": mine["person"].to_numpy(),
            "hh": township.households["hh"].to_numpy()[mine["row"]],
            "skill": _skills(mine, life, post, draws[2]),
            "caring": pd.array(_carers(township, people, rows, post != "").astype(np.int64), dtype="Int8"),
            "wish": wish,
            "wish_place": np.where(wish == "none", "", place),
            "available": pd.Series(np.where((post != "") | (wish == "none"), 0, 1), dtype="Int8").mask(
                draws[3] < stock["no_answer"]
            ),
            "from_month": township.last,
            "most_km": np.select(
                [away, wish == "away"],
                [500.0, 500.0],
                np.asarray(stock["most_km"], dtype=np.float64)[np.floor(5 * draws[4]).astype(np.int64)],
            ),
        }
    ).sort_values("person", ignore_index=True)


def _skills(people: pd.DataFrame, life: np.ndarray, post: np.ndarray, draw: np.ndarray) -> np.ndarray:
    knows = people["labour"].eq(SKILLED).to_numpy() | (draw < _LABELLED)
    own = [_SKILLS[v][int(d * 97) % len(_SKILLS[v])] for v, d in zip(life, draw, strict=True)]
    own = [_SKILL_OF_POST.get(p, s) for p, s in zip(post, own, strict=True)]
    return np.where(knows | np.isin(post, list(_SKILL_OF_POST)), np.array(own, dtype=object), "")


def _carers(township: Township, people: pd.DataFrame, rows: Ints, busy: Bools) -> Bools:
    """Who cares: in households with a child under six or a gravely ill member, one person who could work."""
    here = township.present()
    needs = here & ((people["age"] < 6) | people["health"].eq(SEVERE)).to_numpy()
    household = people["row"].to_numpy()
    lives_with = np.bincount(household[needs], minlength=len(township.households)) > 0
    cattle = township.spells.loc[township.spells["measure"].eq("cattle_coop"), "person_row"]
    free = lives_with[household[rows]] & ~busy & ~np.isin(rows, cattle)
    order = np.lexsort((rows, people["male"].to_numpy(dtype=bool)[rows]))
    order = order[free[order]]
    first = ~pd.Series(household[rows[order]]).duplicated().to_numpy()
    out = np.zeros(len(rows), dtype=bool)
    out[order[first]] = True
    return out


def post_terms(township: Township) -> pd.DataFrame:
    """Return what each post asks for: hours, distance, ages, skill, labour, health, kind."""
    rows = [
        {
            "post": t["post"],
            "hours_per_week": float(t["hours"]),
            "distance_km": float(t["km"]),
            "least_age": t["ages"][0],
            "most_age": t["ages"][1],
            "sex": "",
            "skill": t["skill"],
            "least_labour": t["labour"],
            "health_barred": t["barred"],
            "kind": t["kind"],
        }
        for t in economy(township)["post_terms"]
    ]
    return pd.DataFrame(rows).sort_values("post", ignore_index=True)


def posts(township: Township) -> pd.DataFrame:
    """Return the posts of employers of the township: employer, place, wage, seats (those held and a few free ones)."""
    terms = {t["post"]: t for t in economy(township)["post_terms"]}
    held = held_posts(township)["post"].value_counts()
    rows = [
        {
            "post": p.name,
            "employer": p.employer,
            "place": "县外省内" if p.measure == "enterprise_post" else "乡镇内",
            "village": p.village or "",
            "wage_fen": terms[p.name]["wage"] * FEN_PER_YUAN,
            "slots": int(held.get(p.name, 0)) + terms[p.name]["free"],
            "from_month": p.first.ordinal,
        }
        for p in township.world.posts
    ]
    frame = pd.DataFrame(rows).assign(to_month=pd.array([pd.NA] * len(rows), dtype="Int64"))
    return frame.sort_values("post", ignore_index=True)


def job_fairs(township: Township) -> pd.DataFrame:
    """Return the job fair: who was taken there holds, or held, the post of that employer."""
    fair = economy(township)["fair"]
    taken = int(township.marks.posts["kind"].eq(fair["post"]).sum())
    offered = max(taken, scaled_to(township, fair["offered"]))
    return pd.DataFrame([{**fair, "offered": offered, "taken": taken}])


def placement_ends(township: Township) -> pd.DataFrame:
    """Return how placements ended: post, person, hh, from_month, end_month (the last month held), reason.

    Three kinds: earlier rounds with a fixed term, posts that somebody else had before the person who holds it now,
    and posts that were lost since. The posts of 2014-15 that the support rows show are among them.

    Examples
    --------
    >>> from povlib.sample import simulate
    >>> ends = placement_ends(simulate(60, seed=3))
    >>> bool((ends["end_month"] >= ends["from_month"]).all())
    True
    """
    parts = [
        _shown_in_support(township),
        _earlier_rounds(township),
        _before_the_holders(township),
        _lost_since(township),
    ]
    frame = pd.concat([p for p in parts if len(p)], ignore_index=True)
    # the ledger's members are those who live there now
    frame = frame[township.present()[frame["person_row"]]].reset_index(drop=True)
    row = township.members["row"].to_numpy()[frame["person_row"]]
    frame.insert(0, "person", township.members["person"].to_numpy()[frame.pop("person_row")])
    frame.insert(0, "hh", township.households["hh"].to_numpy()[row])
    frame = frame[["post", "person", "hh", "from_month", "end_month", "reason"]]
    frame = frame.drop_duplicates(["post", "person", "from_month"])
    return frame.astype({"from_month": "int64", "end_month": "int64"}).sort_values(
        ["post", "person", "from_month"], ignore_index=True
    )


def _shown_in_support(township: Township) -> pd.DataFrame:
    """Return posts of 2014-15: over when their term was, or left, with the chance that so many months hold."""
    old = township.spells[township.spells["status"].eq("已终止") & township.spells["measure"].eq("cleaner_post")]
    old = old[old["end"] <= township.last]
    held = (old["end"] - old["start"]).to_numpy()
    rng = random_stream(township.seed, "why over")
    left = rng.random(len(old)) < 1 - (1 - township.world.measures["cleaner_post"].lost) ** held
    return _ends(township, old["person_row"], "保洁员", old["start"], old["end"] - 1, left, rng)


def _ends(
    township: Township, person: object, post: object, start: object, end: object, left: Bools, rng: np.random.Generator
) -> pd.DataFrame:
    reasons = economy(township)["earlier_posts"]["reasons"]
    names, weights = list(reasons), np.array(list(reasons.values()))
    why = np.asarray(names, dtype=object)[rng.choice(len(names), len(left), p=weights / weights.sum())]
    frame = pd.DataFrame({"person_row": np.asarray(person), "post": post, "from_month": np.asarray(start),
                          "end_month": np.asarray(end)})  # fmt: skip
    return frame.assign(reason=np.where(left, why, "ended"))


def _candidates(township: Township) -> Ints:
    """Persons who may have had a post in an earlier round and are in none of the posts that the support rows show."""
    w, people = township.world, township.members
    fit = people["labour"].isin(ABLE) & people["age"].between(21, 62) & people["school"].eq("")
    fit &= (people["left"] > w.last_seen) & (people["joined"] <= w.first_month.ordinal)
    fit &= ~people["row"].map(township.households["attribute"]).eq("五保户")
    jobs = township.spells[township.spells["measure"].map({k: m.of_person for k, m in w.measures.items()})]
    rows = np.flatnonzero(fit & ~np.isin(np.arange(len(people)), jobs["person_row"]))
    return random_stream(township.seed, "earlier posts").permutation(rows)


def _earlier_rounds(township: Township) -> pd.DataFrame:
    rules = economy(township)["earlier_posts"]
    first, last = (ordinal(m) for m in rules["rounds"])
    free, parts = _candidates(township), []
    for number, kind in enumerate(rules["kinds"].values()):
        people, free = np.split(free, [scaled_to(township, kind["rows"])])
        rng = random_stream(township.seed, "earlier rounds", number)
        start = rng.integers(first, last + 1, len(people))
        low, high = rules["term_months"]
        # every term is over before the posts of the plan begin
        term = np.minimum(rng.integers(low, high + 1, len(people)), ordinal("2015-12") - start)
        held = rng.geometric(township.world.measures[kind["measure"]].lost, len(people))
        post = np.asarray(kind["posts"], dtype=object)[rng.integers(0, len(kind["posts"]), len(people))]
        # leaving in the very month in which the term is over is leaving, and is recorded so
        parts.append(_ends(township, people, post, start, start + np.minimum(held, term) - 1, held <= term, rng))
    return pd.concat(parts, ignore_index=True)


def _before_the_holders(township: Township) -> pd.DataFrame:
    """Those who had the post of a present holder and left: as many as fail before one stays (inverse sampling).

    The holders are, by the bulletin's counts, people who stayed; alone they would make posts look safer than they are.
    """
    w = township.world
    free = _candidates(township)[::-1]  # from the other end than the earlier rounds
    rng = random_stream(township.seed, "before the holders")
    held = township.marks.posts.merge(
        township.spells[["person_row", "post", "start"]],
        left_on=["person_row", "kind"],
        right_on=["person_row", "post"],
    )
    held = held.sort_values("person_row", ignore_index=True)
    rate = held["post"].map({p.name: w.measures[p.measure].lost for p in w.posts}).to_numpy()
    met = w.last_seen - held["start"].to_numpy()
    stays = (1 - rate) ** met
    failed = rng.geometric(stays) - 1
    row = np.repeat(np.arange(len(held)), failed)[: len(free)]
    # which month, given that it was one of those met: the inverse of the geometric distribution, cut off
    u = rng.random(len(row)) * (1 - stays[row])
    months = np.clip(np.ceil(np.log1p(-u) / np.log1p(-rate[row])), 1, np.maximum(met[row], 1)).astype(np.int64)
    start = held["start"].to_numpy()[row]
    left = np.ones(len(row), dtype=bool)
    return _ends(township, free[: len(row)], held["post"].to_numpy()[row], start, start + months - 1, left, rng)


def _lost_since(township: Township) -> pd.DataFrame:
    """Return posts that were lost after the plan was made."""
    w = township.world
    jobs = township.spells[township.spells["measure"].map({k: m.of_person for k, m in w.measures.items()})]
    jobs = jobs[jobs["taken"] & (jobs["start"] <= township.last) & jobs["status"].ne("已终止")]
    end = true_ends(township.members, jobs, township.luck, w)
    over = (end <= township.last) & (end > jobs["start"].to_numpy())
    jobs, end = jobs[over], end[over]
    name = jobs["post"].where(jobs["post"] != "", jobs["measure"].map({k: m.zh for k, m in w.measures.items()}))
    rng = random_stream(township.seed, "why lost")
    return _ends(township, jobs["person_row"], name.to_numpy(), jobs["start"], end - 1, np.ones(len(jobs), bool), rng)
