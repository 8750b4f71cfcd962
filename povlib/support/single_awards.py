"""Single awards: every measure, post or place and month of start that a household may have by itself.

Responsible for pairing eligible households and members with posts, places and months of start, and
for the cost of each award. Not responsible for putting awards together (`povlib.support.household_packages`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from math import ceil
from typing import Any

import numpy as np
import pandas as pd

from povlib.arrays import Bools
from povlib.calendar import Month
from povlib.money import fen
from povlib.params import Catalogue, Coop, Measure, Post, Settings
from povlib.support.award_cost import award_costs, credit_fen
from povlib.support.credits_owed import credits_owed
from povlib.support.eligibility import EligibleRows, RegisterFacts, eligible_rows
from povlib.support.matching.fit_rules import CaringDuties, fit_of_post
from povlib.support.matching.fit_words import fit_reasons
from povlib.support.matching.post_demands import demand_of_post, terms_by_spelling
from povlib.support.months_of_start import most_funds_may_pay, start_months, start_months_of_crews
from povlib.support.refusals import Refusals
from povlib.support.villages.openings import OpenedSeats
from povlib.vocabulary.resource_keys import place_key, post_key
from povlib.words import languages, text

NO_MEMBER = -1


@dataclass(frozen=True)
class AwardOption:
    """One thing that may be awarded: a measure, through a post or a place where it needs one, from a month on.

    `seats` are those of its post that there are or may be opened: with two, two workers of a household may take it.
    `opens`: it is there only if something of ``openings.yaml`` is opened, or opened earlier.
    """

    measure: Measure
    start: Month
    post: Post | None = None
    coop: Coop | None = None
    later: int = 0
    seats: int = 1
    opens: bool = False

    def name(self, lang: str) -> str:
        """Return what a planner calls it, e.g. 公益岗位（村保洁员）."""
        inner = self.post or self.coop
        if inner is None:
            return self.measure.names.show(lang)
        return text("{name} ({note})", lang, name=self.measure.names.show(lang), note=inner.names.show(lang))


@dataclass(frozen=True)
class Awards:
    """What households may have, one award at a time.

    Attributes
    ----------
    options : tuple of AwardOption
    table : DataFrame
        row (of ``RegisterFacts.households``), option (number), person (NA for the household itself), order
        (which member to ask first; `NO_MEMBER` for a household), cost_fen; sorted by row, option, order.
    """

    options: tuple[AwardOption, ...]
    table: pd.DataFrame


@dataclass
class _AwardBuilder:
    """Builds `Awards` measure by measure."""

    register: RegisterFacts
    settings: Settings
    refused: Refusals
    capacity: dict[str, int]
    share: float
    options: list[AwardOption] = field(default_factory=list)
    parts: list[pd.DataFrame] = field(default_factory=list)
    _eligible: dict[tuple[str, Month], EligibleRows] = field(default_factory=dict)

    @cached_property
    def opened(self) -> OpenedSeats:
        return OpenedSeats(self.catalogue)

    @cached_property
    def terms(self) -> dict[str, dict[str, Any]]:
        """What posts ask for, as the ledger has it (`terms_by_spelling`)."""
        return terms_by_spelling(self.register.state)

    @property
    def catalogue(self) -> Catalogue:
        return self.register.catalogue

    def eligible(self, measure: Measure, start: Month) -> EligibleRows:
        key = (measure.key, start)
        if key not in self._eligible:
            self._eligible[key] = eligible_rows(self.register, measure, start, self.refused)
        return self._eligible[key]

    def is_near(self, held: Post | Coop) -> bool:
        """Return whether anybody of the register lives where a post is open to workers, or a place to households."""
        if isinstance(held, Post):
            villages = self.catalogue.villages_of_post(held.key)
        else:
            villages = frozenset(held.villages) or None
        return self.register.village_rows.reaches(villages)

    def all_households(self) -> Bools:
        return np.ones(len(self.register.households), dtype=bool)


def single_awards(
    register: RegisterFacts, settings: Settings, refused: Refusals, capacity: dict[str, int], share: float = 1.0
) -> Awards:
    """Return every single award that may be offered, and write why others may not.

    Parameters
    ----------
    register : RegisterFacts
    settings : Settings
        Months in which help may start, horizon.
    refused : Refusals
        Receives the reasons.
    capacity : dict
        Capacity of every resource after the entitlements, by its name.
    share : float
        Share of the office's households that the register holds: of its crews' weeks that is theirs.
    """
    build = _AwardBuilder(register, settings, refused, capacity, share)
    for measure in register.catalogue.measures.values():
        if measure.entitlement is not None or measure.running:
            continue
        if not measure.filled:
            refused.add(measure.key, build.all_households(), "its amounts have not been entered yet")
            continue
        _add_measure(build, measure)
    empty = pd.DataFrame({"row": [], "option": [], "person": [], "order": [], "cost_fen": []})
    table = pd.concat(build.parts, ignore_index=True) if build.parts else empty
    for name in ("row", "option", "order", "cost_fen"):
        table[name] = table[name].astype("int64")
    table["person"] = table["person"].astype("str")
    table["order"] = _renumbered_orders(table)
    table = table.sort_values(["row", "option", "order"], kind="stable").reset_index(drop=True)
    return Awards(tuple(build.options), table)


def _renumbered_orders(table: pd.DataFrame) -> pd.Series:
    """Return orders renumbered 0, 1, ... among the members of a household who may have anything.

    So that households to which the same is open share one list of packages, whoever else lives there.
    """
    people = table.loc[table["order"] != NO_MEMBER, ["row", "order"]].drop_duplicates().sort_values(["row", "order"])
    people["dense"] = people.groupby("row").cumcount()
    renumbered = table[["row", "order"]].merge(people, on=["row", "order"], how="left")["dense"]
    return renumbered.fillna(NO_MEMBER).astype("int64").set_axis(table.index)


def _add_measure(build: _AwardBuilder, measure: Measure) -> None:
    """Add all awards of a measure to `build`, by post, co-operative or alone, and why households get none."""
    posts = [post for post in build.catalogue.posts.values() if post.measure == measure.key]
    coops = [place for place in build.catalogue.shared_places.values() if place.measure == measure.key]
    given = np.zeros(len(build.register.households), dtype=bool)
    # most posts and places of a large office lie in other parts of it; one at least tells who is not eligible for any
    for post in [post for post in posts if build.is_near(post)] or posts[:1]:
        if post.filled and (post.capacity > 0 or build.opened.most(post_key(post.key))):
            given |= _add_starts(build, measure, post=post)
    for coop in [coop for coop in coops if build.is_near(coop)] or coops[:1]:
        if coop.filled and (coop.capacity > 0 or build.opened.most(place_key(coop.key))):
            given |= _add_starts(build, measure, coop=coop)
    if not posts and not coops:
        given |= _add_starts(build, measure)
    elif posts:
        build.refused.add(measure.key, ~given, "no free post is open to one of its members")
    else:
        build.refused.add(measure.key, ~given, "no co-operative with places is open to its village")
    build.refused.clear(measure.key, given)


def _add_starts(build: _AwardBuilder, measure: Measure, *, post: Post | None = None, coop: Coop | None = None) -> Bools:
    """Add the awards of one source at every month of start that is offered; return who got one."""
    months = start_months(measure, build.catalogue, build.settings, post)
    held = coop or post
    resource = place_key(coop.key) if coop is not None else post_key(post.key) if post is not None else ""
    starts = build.opened.starts(resource, held.capacity, months) if held is not None else months[:1]
    months = [month for month in months if starts and month >= starts[0]]
    given = np.zeros(len(build.register.households), dtype=bool)
    if not months:
        build.refused.add(
            measure.key, build.all_households(), "in no month of the plan may it both start and be paid by a fund"
        )
        return given
    first = build.eligible(measure, months[0])
    if measure.uses:
        months = start_months_of_crews(
            measure, months, ceil(int(first.households.sum()) / build.share), build.capacity, build.settings.horizon
        )
        if not months:
            build.refused.add(measure.key, build.all_households(), "no builders have weeks left for it")
        months = sorted({*months, *(start for start in starts[1:] if _crew_is_free(build, measure, start))})
    else:
        months = starts
    seats = 1 if post is None else post.capacity + build.opened.most(resource)
    for later, start in enumerate(months):
        # a later start than the first is worth offering for the sake of an opening alone, but for builders' weeks
        waits = bool(later and not measure.uses) and start in build.opened.months(resource)
        opens = held is not None and (waits or build.opened.needs_opening(resource, held.capacity, start))
        given |= _add_option(build, AwardOption(measure, start, post, coop, later, seats, opens))
    return given


def _crew_is_free(build: _AwardBuilder, measure: Measure, start: Month) -> bool:
    """Return whether builders have weeks left for a measure that starts in this month, in which its place may open."""
    return bool(start_months_of_crews(measure, [start], 1, build.capacity, build.settings.horizon))


def _add_option(build: _AwardBuilder, option: AwardOption) -> Bools:
    """Add the awards of one option to `build`, refusals too, and return which households have one."""
    households = build.register.households
    who = build.eligible(option.measure, option.start)
    ok = who.households & _households_in_reach(build, option)
    if not ok.any() and option.measure.credit is None:
        # nothing below has anything to say of nobody, but for what is owed on credit
        return ok
    cost = award_costs(option.measure, option.start, build.settings.horizon, households, build.register.bills)
    unknown = cost.isna().to_numpy(dtype=bool)
    build.refused.add(option.measure.key, ok & unknown, "its cost cannot be computed: a fact of the house is missing")
    cost_fen = cost.fillna(0).to_numpy(dtype=np.int64)
    ok &= _credit_is_open(build, option.measure)
    rows_of = build.register.village_rows
    most = most_funds_may_pay(option.measure, option.start, build.catalogue, build.capacity, households, rows_of)
    dear = cost_fen > most
    unpaid = ok & dear & (most == 0)
    empty = most_funds_may_pay(option.measure, option.start, build.catalogue, {}, households, rows_of) > 0
    build.refused.add(option.measure.key, unpaid & empty, "no money is left in the funds that may pay it")
    build.refused.add(option.measure.key, unpaid & ~empty, "no programme pays for a household like it")
    build.refused.add(option.measure.key, ok & dear, "it costs more than its funds together may pay for one household")
    ok &= ~unknown & ~dear
    rows = _award_rows(build, option, who, ok)
    if len(rows):
        rows["option"] = len(build.options)
        rows["cost_fen"] = cost_fen[rows["row"].to_numpy()]
        build.options.append(option)
        build.parts.append(rows)
    has_award = np.zeros(len(households), dtype=bool)
    has_award[rows["row"].to_numpy(dtype=np.int64)] = True
    return has_award


def _credit_is_open(build: _AwardBuilder, measure: Measure) -> Bools:
    """Return who may buy materials on credit, everybody where the measure is none; the others are refused it."""
    open_to = build.all_households()
    if measure.credit is None:
        return open_to
    register = build.register
    rows = credits_owed(register.state, register.state.last_month)
    bought = credit_fen(measure, register.households, register.bills)
    hh = register.households["hh"]
    owes = hh.map(rows.groupby("hh")["owed_fen"].sum()).astype("Int64").fillna(0)
    limit = fen(str(measure.credit.household_yuan or 0))
    for stop, message in (
        (hh.isin(rows.loc[rows["overdue"], "hh"]), "it owes for materials past their month"),
        (bought <= 0, "its bill has no material to buy on credit"),
        (owes + bought > limit, "with what it owes already it would owe more than one household may"),
    ):
        where = stop.fillna(False).to_numpy(dtype=bool)
        build.refused.add(measure.key, where, message)
        open_to &= ~where
    return open_to


def _households_in_reach(build: _AwardBuilder, option: AwardOption) -> Bools:
    """Return the households whose village the post, the co-operative and the builders serve."""
    village_rows = build.register.village_rows
    ok = build.all_households()
    if option.post is not None:
        ok &= village_rows.within(build.catalogue.villages_of_post(option.post.key))
    if option.coop is not None and option.coop.villages:
        ok &= village_rows.within(frozenset(option.coop.villages))
    for use in option.measure.uses:
        crew = build.catalogue.crews[use.pool]
        if crew.village is not None:
            ok &= village_rows.within(frozenset({crew.village}))
    return ok


def _award_rows(build: _AwardBuilder, option: AwardOption, who: EligibleRows, ok: Bools) -> pd.DataFrame:
    """Return row, person, order of the awards of one option."""
    if who.persons is None:
        rows = np.flatnonzero(ok)
        return pd.DataFrame({"row": rows, "person": pd.Series([None] * len(rows), dtype="str"), "order": NO_MEMBER})
    persons = who.persons.loc[ok[who.persons["row"].to_numpy()]]
    if option.post is not None:
        persons = _persons_who_fit(build, option, option.post, persons)
    if option.measure.one_per == "household" and option.post is None:
        persons = persons.drop_duplicates("row")
    return pd.DataFrame(persons[["row", "person", "order"]].reset_index(drop=True))


def _persons_who_fit(build: _AwardBuilder, option: AwardOption, post: Post, persons: pd.DataFrame) -> pd.DataFrame:
    """Return the members who may have a post by its terms and the rules of work, and write why a household has none.

    What a person can simply be asked (`fit_rules.TO_ASK`) is no refusal while it is not known.
    """
    demand = demand_of_post(post, build.terms, build.catalogue)
    duties = CaringDuties(build.settings.carer_hours, build.settings.carer_km)
    fit = fit_of_post(persons, demand, duties)
    row, may = persons["row"].to_numpy(dtype=np.int64), fit.may
    served = np.zeros(len(build.register.households), dtype=bool)
    served[row[may]] = True
    # of a household without anybody, the member who would have been asked first
    first = np.flatnonzero(~served[row] & ~persons["row"].duplicated().to_numpy())
    kinds, kind_of = np.unique(np.column_stack([fit.barred[first], fit.unknown[first]]), axis=0, return_inverse=True)
    for number, (barred, unknown) in enumerate(kinds.tolist()):
        where = np.zeros_like(served)
        where[row[first[kind_of.ravel() == number]]] = True
        why = {lang: text("; ", lang).join(fit_reasons(barred, unknown, demand, lang, duties)) for lang in languages()}
        build.refused.add(
            option.measure.key, where, "no member fits {post}: {why}", post=post.names.by_language(), why=why
        )
    return persons.loc[may]
