"""The practice township: everything that is true in it, and what an office would have been told.

`simulate` builds it from a seed. Responsible for putting the parts together in order; what the parts do is in
their own modules. Not responsible for files (`village_workbooks`, `truth_files`) or ledger tables (`ledger_tables`).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from povlib.arrays import Bools, Ints
from povlib.errors import DataError
from povlib.sample.chance import household_sizes, pick_to_total, random_stream
from povlib.sample.help.help_given import help_given
from povlib.sample.help.township_plan import Marks, plan_of_township
from povlib.sample.help.true_effects import true_ends
from povlib.sample.housing.weekly_building import WAITING, Building, build_houses, causes_of_delay
from povlib.sample.population.births_and_moves import future_members
from povlib.sample.population.household_needs import add_needs, housing_works
from povlib.sample.population.household_traits import describe_households, place_in_villages
from povlib.sample.population.member_traits import GRADES, NO_LABOUR, add_traits
from povlib.sample.population.members import make_members as people
from povlib.sample.truth.income_process import TruePaths, is_earner, true_paths
from povlib.sample.truth.luck import Luck, draw_luck
from povlib.sample.world import Village, World, world

# A choice: with fewer, the scaled counts of the bulletin (posts, cattle, marks) leave groups of one or two households.
FEWEST_HOUSEHOLDS = 50
MOST_MONTHS_AFTER = 36  # the three years of a rolling plan; births and moves are drawn so far ahead once and for all


@dataclass(frozen=True)
class Township:
    """A synthetic township.

    Attributes
    ----------
    households : DataFrame
        One row a household, registered or exited, in order of `hh`; holds latent columns too (`level`).
    members : DataFrame
        One row a person there ever was or will be; `joined` and `left` are month ordinals.
    works, spells : DataFrame
        Housing works and help given, by row of `households`; days of works count from 1970-01-01.
    building : Building
        The true course of the works, week by week.
    marks : Marks
        Posts, industry help and 预脱贫 routes of the township's own plan.
    last : int
        Ordinal of the last month of data.
    """

    seed: int
    size: int
    last: int
    world: World
    households: pd.DataFrame
    members: pd.DataFrame
    works: pd.DataFrame
    building: Building
    spells: pd.DataFrame
    marks: Marks

    @property
    def months(self) -> Ints:
        """Ordinals of the months of data."""
        return np.arange(self.world.first_month.ordinal, self.last + 1)

    @cached_property
    def luck(self) -> Luck:
        """What truly happened by chance, up to the last month of data."""
        return self.luck_until(self.last)

    @cached_property
    def truth(self) -> TruePaths:
        """True income and guarantees, with the help recorded in `spells` and no other."""
        return self.paths(self.spells, self.luck)

    @cached_property
    def spells_known(self) -> pd.DataFrame:
        """Help as the office knows it in the last month: begun by then, posts that were lost marked as ended."""
        begun = self.spells[self.spells["start"] <= self.last].reset_index(drop=True)
        ends = true_ends(self.members, begun, self.luck, self.world)
        over = ends <= self.last
        begun["end"] = np.where(over, ends, begun["end"])
        begun["status"] = np.where(over & (begun["status"] == "进行中"), "已终止", begun["status"])
        return begun

    @cached_property
    def members_known(self) -> pd.DataFrame:
        """Persons as the office knows them in the last month: covered, and back in school, where the gap has closed."""
        out, row = self.members.copy(), self.members["row"].to_numpy()
        closed = {name: self.truth.holds[name][:, -1][row] for name in ("medical", "schooling")}
        out["medical_insurance"] = out["medical_insurance"] | closed["medical"]
        pupil = out["school"].eq("") & out["age"].between(12, 15) & closed["schooling"]
        grade = out["age"].map({12: "小学", **GRADES})
        return out.assign(school=out["school"].where(~pupil, grade), education=out["education"].where(~pupil, ""))

    def luck_until(self, last: int) -> Luck:
        """Return the luck from the first month of data to `last`."""
        months = np.arange(self.world.first_month.ordinal, last + 1)
        return draw_luck(self.seed, self.households["village_row"].to_numpy(), len(self.members), months, self.world)

    def paths(self, spells: pd.DataFrame, chance: Luck) -> TruePaths:
        """Return the truth under other spells of help or other luck."""
        return true_paths(self.households, self.members, self.works, spells, chance, self.seed, self.world)

    def present(self, month: int | None = None) -> Bools:
        """Return the persons who live in the township in a month (default: the last of the data)."""
        month = self.last if month is None else month
        return ((self.members["joined"] <= month) & (self.members["left"] > month)).to_numpy()


def scaled_counts(households: int, w: World) -> dict[str, int]:
    """Return the counts of the bulletin scaled to a township of that many registered households.

    Examples
    --------
    >>> scaled_counts(340, world())["marked_persons"], scaled_counts(680, world())["marked_persons"]
    (409, 818)
    """
    return {key: round(n * households / w.counts["households"]) for key, n in w.counts.items()}


def simulate(households: int = 340, seed: int = 2016, months_after: int = 0, number: int = 0) -> Township:
    """Make a synthetic township with known truth.

    Parameters
    ----------
    households : int
        Registered poor households; 340 holds the counts of the bulletin exactly, other sizes hold them scaled.
        Households that exited in 2014-15 come on top.
    seed : int
        The same seed gives the same township.
    months_after : int
        Months of data beyond 2016-04, with no help but what runs already; the months before stay the same.
    number : int
        Which township of an area it is (`povlib.sample.office.practice_area`): its names and keys follow from it.

    Raises
    ------
    DataError
        If the township is too small or the months are out of range.

    Examples
    --------
    >>> township = simulate(80, seed=1)
    >>> int(township.households["registered"].sum())
    80
    """
    w = world(number)
    _check_arguments(households, seed, months_after)
    counts = scaled_counts(households, w)
    registered, size = _registered_and_sizes(seed, counts, w)
    village = place_in_villages(seed, registered, w)
    order = np.lexsort((random_stream(seed, "serial").random(len(size)), village))
    registered, size, village = registered[order], size[order], village[order]
    who = people(seed, size, w)
    who = add_traits(who, seed, w.last_seen, healthier=~registered[who["row"].to_numpy()])
    frame = describe_households(seed, who, size, registered, w)
    frame["village_row"] = village
    frame["hh"] = _household_keys(village, w)
    frame["group"] = _villager_groups(seed, village, households, w)
    frame = _mark_teenagers(frame, who, w)
    frame = add_needs(_register_history(frame, seed, counts, w), seed, counts, w)
    who = _apply_gaps_to_members(who, frame, seed, w)
    works = housing_works(frame, seed, w)
    works, building = build_houses(_with_causes_of_delay(works, frame, seed, w), frame, seed, w)
    marks = plan_of_township(frame, who, seed, counts, w)
    spells = help_given(frame, who, works, marks, seed, w)
    who = _work_of_posts(who, spells, w)
    who["earner"] = is_earner(who, w)
    who = future_members(who, seed, MOST_MONTHS_AFTER, w)
    who["person"] = _person_keys(frame, who)
    return Township(seed, households, w.last_seen + months_after, w, frame, who, works, building, spells, marks)


def _with_causes_of_delay(works: pd.DataFrame, frame: pd.DataFrame, seed: int, w: World) -> pd.DataFrame:
    waits, new = works["status"].eq(WAITING).to_numpy(), works["kind"].eq("新建").to_numpy()
    cause = np.full(len(works), "", dtype=object)
    cause[waits] = causes_of_delay(frame, works["row"].to_numpy()[waits], new[waits], seed, w)
    return works.assign(delay_cause=cause)


def _check_arguments(households: int, seed: int, months_after: int) -> None:
    if households < FEWEST_HOUSEHOLDS:
        raise DataError("a practice township of {n} households is too small", allowed="at least {least} households",
                        n=households, least=FEWEST_HOUSEHOLDS)  # fmt: skip
    if seed < 0:
        raise DataError("{seed} cannot be a seed", allowed="a whole number from 0", seed=seed)
    if not 0 <= months_after <= MOST_MONTHS_AFTER:
        raise DataError("{n} months after the plan cannot be simulated", allowed="0 to {most} months",
                        n=months_after, most=MOST_MONTHS_AFTER)  # fmt: skip


def _registered_and_sizes(seed: int, counts: dict[str, int], w: World) -> tuple[Bools, Ints]:
    rng = random_stream(seed, "sizes")
    size = rng.permutation(household_sizes(w.sizes, counts["households"], counts["persons"]))
    exited = rng.choice(sorted(w.sizes), counts["exited"], p=_shares_by_size(w.sizes))
    registered = np.r_[np.ones(len(size), dtype=bool), np.zeros(len(exited), dtype=bool)]
    return registered, np.r_[size, exited].astype(np.int64)


def _shares_by_size(sizes: dict[int, float]) -> list[float]:
    total = sum(sizes.values())
    return [sizes[k] / total for k in sorted(sizes)]


def _household_keys(village: Ints, w: World) -> np.ndarray:
    serial = pd.Series(village).groupby(village).cumcount().to_numpy() + 1
    width = max(4, len(str(int(serial.max()))))
    codes = np.array([v.code for v in w.villages])[village]
    return np.array([f"S{c:02d}-{s:0{width}d}" for c, s in zip(codes, serial, strict=True)], dtype=object)


def groups_of(village: Village, households: int, w: World) -> int:
    """Return how many villager groups (组, about 35 households each) a village has."""
    return max(4, round(village.households * households / w.counts["households"] / 35))


def _villager_groups(seed: int, village: Ints, households: int, w: World) -> Ints:
    most = np.array([groups_of(v, households, w) for v in w.villages])[village]
    return np.asarray(1 + np.floor(random_stream(seed, "groups").random(len(village)) * most), dtype=np.int64)


def _person_keys(frame: pd.DataFrame, who: pd.DataFrame) -> np.ndarray:
    number = who.groupby("row").cumcount().to_numpy() + 1
    keys = frame["hh"].to_numpy()[who["row"].to_numpy()]
    return np.array([f"{k}-{n:02d}" for k, n in zip(keys, number, strict=True)], dtype=object)


def _mark_teenagers(frame: pd.DataFrame, who: pd.DataFrame, w: World) -> pd.DataFrame:
    here = who["left"] > w.last_seen
    rows = who.loc[here & who["age"].between(12, 15) & who["health"].eq("健康"), "row"].unique()
    return frame.assign(teenager=np.isin(np.arange(len(frame)), rows))


def _register_history(frame: pd.DataFrame, seed: int, counts: dict[str, int], w: World) -> pd.DataFrame:
    """Months of identification, years of exit, and the households that came back."""
    rng = random_stream(seed, "register")
    n = len(frame)
    registered = frame["registered"].to_numpy()
    score = -np.log(frame["level"].to_numpy()) + 0.4 * rng.standard_normal(n)
    returned = np.zeros(n, dtype=bool)
    able = (frame["able"] > 0).to_numpy()
    returned[pick_to_total(score, np.ones(n, dtype=np.int64), registered & able, counts["returned"])] = True
    first = w.first_month.ordinal
    identified = first + 7 + rng.integers(0, 5, n)
    late = registered & ~returned & (rng.random(n) < 0.08)
    identified = np.where(late, first + 29 + rng.integers(0, 2, n), identified)
    year = np.where(returned, 2014, np.where(rng.random(n) < 0.5, 2014, 2015))
    exit_year = pd.array(np.where(registered & ~returned, 0, year), dtype="Int64")
    exit_year[registered & ~returned] = pd.NA
    return frame.assign(returned=returned, identified=identified, exit_year=exit_year)


def _apply_gaps_to_members(who: pd.DataFrame, frame: pd.DataFrame, seed: int, w: World) -> pd.DataFrame:
    """One pupil out of school and one adult without cover in each household with the gap; allowances by person."""
    out = who.copy()
    row = out["row"].to_numpy()
    here = (out["left"] > w.last_seen).to_numpy()
    out["minimum_living"] = np.isin(frame["attribute"].to_numpy()[row], ["低保户", "低保贫困户"]) & here
    out["medical_insurance"] = True
    first = ~pd.Series(row).where(here).duplicated().to_numpy() & here
    out.loc[first & frame["medical_gap"].to_numpy()[row], "medical_insurance"] = False
    teen = here & out["age"].between(12, 15).to_numpy() & out["health"].eq("健康").to_numpy()
    teen &= frame["schooling_gap"].to_numpy()[row]
    pupil = teen & ~pd.Series(row).where(teen).duplicated().to_numpy()
    out.loc[pupil, ["school", "education", "labour"]] = ["", "小学", NO_LABOUR]
    rng = random_stream(seed, "insurance")
    out["pension_insurance"] = (out["age"] >= 16) & (rng.random(len(out)) < 0.93)
    return _draw_workplaces(out, frame, rng, here)


def _work_of_posts(who: pd.DataFrame, spells: pd.DataFrame, w: World) -> pd.DataFrame:
    """Holders of posts work where the post is, and have done so since it began."""
    jobs = spells[spells["measure"].str.endswith("_post") & (spells["end"] > w.last_seen)]
    out, rows = who.copy(), jobs["person_row"].to_numpy()
    away = jobs["measure"].eq("enterprise_post").to_numpy()
    workplace, months = out["workplace"].to_numpy(dtype=object).copy(), out["work_months"].to_numpy().copy()
    workplace[rows] = np.where(away, "县外省内", "乡镇内")
    months[rows] = np.clip(w.plan_month.ordinal - jobs["start"].to_numpy(), 1, 12)
    return out.assign(workplace=workplace, work_months=months)


def _draw_workplaces(who: pd.DataFrame, frame: pd.DataFrame, rng: np.random.Generator, here: Bools) -> pd.DataFrame:
    """Where wage earners work and for how many months a year; both or neither, never without labour."""
    wage = frame["livelihood"].eq("务工").to_numpy()[who["row"].to_numpy()]
    strong = who["labour"].isin(["普通劳动力", "技能劳动力"]).to_numpy() & who["age"].between(18, 58).to_numpy()
    works = here & strong & (rng.random(len(who)) < np.where(wage, 0.8, 0.25))
    works &= ~who["row"].map(frame["attribute"]).eq("五保户").to_numpy()
    place = rng.choice(["乡镇内", "乡外县内", "县外省内", "省外"], len(who), p=[0.42, 0.23, 0.25, 0.10])
    who["workplace"] = np.where(works, place, "")
    who["work_months"] = np.where(works, rng.integers(3, 12, len(who)), 0)
    return who
