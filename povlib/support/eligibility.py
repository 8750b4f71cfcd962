"""Who may have which measure: the auditor's conditions, what was had before, and what it would change.

Responsible for deciding for every household and measure who may have it (and, for a measure that
goes to a person, which members), with the reason where nobody may. Not responsible for posts, places
or money (`povlib.support.single_awards`), nor for which measures go together (`povlib.support.household_packages`).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from povlib.arrays import Bools
from povlib.calendar import Month
from povlib.params import Catalogue, Measure, table
from povlib.poverty import trailing_income
from povlib.support.conditions import joint_truth
from povlib.support.eligibility_facts import (
    SupportFrames,
    help_given,
    household_facts,
    houses_done_or_under_way,
    in_asking_order,
    member_facts,
)
from povlib.support.house_bills import planned_bills
from povlib.support.matching.worker_facts import add_work_facts
from povlib.support.refusals import Refusals, refuse_unmet_conditions
from povlib.support.villages.village_rows import VillageRows
from povlib.words import languages, text

# what a post may ask about a worker's household
_FACTS_OF_HOME = ("attribute", "village", "standing")

_STANDING_REASONS = {
    "objects": "the household does not want help",
    "exited": "the household exited earlier; only what the law owes it goes on",
    "unlisted": "its status on the register is blank or unknown; to be asked of the village",
    "no_members": "no member is on the card (moved or died)",
}

# the law asks what a household is, not what the register calls it
_STILL_OWED = ("exited", "unlisted")


@dataclass
class RegisterFacts:
    """The facts of one state that eligibility reads, made once.

    Attributes
    ----------
    first_lists : DataFrame or None
        `first_list.first_list_measures` where nothing else may be offered; None: all that the rules allow.
    households : DataFrame
        `household_facts`, sorted by hh.
    given : DataFrame
        `help_given` at the first month of help.
    bills : DataFrame
        `planned_bills` at the prices of the first month of help.
    village_rows : VillageRows
        Which of `households` live in which villages.
    """

    state: SupportFrames
    catalogue: Catalogue
    first: Month
    first_lists: pd.DataFrame | None = None
    households: pd.DataFrame = field(init=False)
    given: pd.DataFrame = field(init=False)
    bills: pd.DataFrame = field(init=False)
    housed: Bools = field(init=False)
    village_rows: VillageRows = field(init=False)
    _members: dict[Month, pd.DataFrame] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        members = member_facts(self.state, self.first)
        self.households = household_facts(self.state, members, self.first)
        self.village_rows = VillageRows(self.households["village"])
        self._members[self.first] = self._with_row(members)
        self.given = help_given(self.state, self.first)
        self.bills = planned_bills(self.state, self.catalogue, self.first)
        self.housed = self._households_among(houses_done_or_under_way(self.state))

    def members(self, start: Month) -> pd.DataFrame:
        """Return the members as they are at the month of start, with ``row`` (of their household) and ``order``."""
        if start not in self._members:
            self._members[start] = self._with_row(member_facts(self.state, start))
        return self._members[start]

    def _with_row(self, members: pd.DataFrame) -> pd.DataFrame:
        """Add ``row`` to `members` in place; return those of the register's households, with facts about their work."""
        members["row"] = pd.Index(self.households["hh"]).get_indexer(pd.Index(members["hh"]))
        known = add_work_facts(members, self.households, self.state, _FACTS_OF_HOME)
        return in_asking_order(known.loc[known["row"] >= 0])

    def _households_among(self, hh: pd.Series) -> Bools:
        """Return by row of the register whether its household is one of `hh`."""
        return self.households["hh"].isin(hh).to_numpy(dtype=bool)

    def help_had(self, measure: str, *, running: bool) -> pd.DataFrame:
        """Return the rows of help given of one measure, all or only what is still running."""
        rows = self.given.loc[self.given["measure"] == measure]
        return rows.loc[rows["running"]] if running else rows

    def households_in(self, rows: pd.DataFrame) -> Bools:
        """Return by row of the register whether its household appears in `rows`."""
        return self._households_among(rows["hh"])


@dataclass(frozen=True)
class EligibleRows:
    """Who may have one measure: households, and the members where it goes to a person.

    Attributes
    ----------
    households : array of bool
        By row of ``RegisterFacts.households``.
    persons : DataFrame or None
        Members who may have it (columns of `member_facts` and ``row``); None where it goes to the household.
    """

    households: Bools
    persons: pd.DataFrame | None


def goes_to_person(measure: Measure) -> bool:
    """Return whether somebody must receive the measure in person."""
    return measure.fills_post or measure.one_per == "worker" or bool(measure.conditions("worker"))


def eligible_rows(
    register: RegisterFacts, measure: Measure, start: Month, refused: Refusals, *, owed: bool = False
) -> EligibleRows:
    """Return which households (and members) may have `measure` from `start`, and add to `refused` why others may not.

    Parameters
    ----------
    register : RegisterFacts
    measure : Measure
    start : Month
        Ages are those of this month.
    refused : Refusals
        Receives one reason per household that may not.
    owed : bool
        An entitlement: a household that exited keeps it, and what it has already does not end it.
    """
    households = register.households
    _refuse_standing(register, measure, refused, owed=owed)
    ok = _standing_allows(register, owed=owed)
    if not owed:
        ok &= ~_barred_by_earlier_help(register, measure, refused)
        ok &= ~_barred_by_dwelling(register, measure, refused)
        ok &= ~_would_change_nothing(register, measure, refused)
        ok &= ~_off_first_list(register, measure, refused)
    conditions = measure.conditions("household")
    holds, first = joint_truth(conditions, households)
    refuse_unmet_conditions(refused, measure.key, dict(enumerate(conditions)), first)
    ok &= holds == 1
    ok &= _some_member_qualifies(register, measure, start, refused)
    if not goes_to_person(measure):
        return EligibleRows(ok, None)
    persons = _qualifying_members(register, measure, start, refused, owed=owed)
    persons = persons.loc[ok[persons["row"].to_numpy()]]
    has_person = np.zeros(len(households), dtype=bool)
    has_person[persons["row"].to_numpy()] = True
    return EligibleRows(has_person, persons)


def _standing_allows(register: RegisterFacts, *, owed: bool) -> Bools:
    """Return which households' standing allows help; with `owed` an earlier exit does not stand in the way."""
    standing = register.households["standing"]
    allowed = ("", *_STILL_OWED) if owed else ("",)
    return np.array(standing.isin(allowed), dtype=bool)


def _refuse_standing(register: RegisterFacts, measure: Measure, refused: Refusals, *, owed: bool) -> None:
    """Add to `refused` the reason of each household whose standing allows no help."""
    standing = register.households["standing"].to_numpy()
    for key, message in _STANDING_REASONS.items():
        if not (owed and key in _STILL_OWED):
            refused.add(measure.key, standing == key, message)


def _barred_by_earlier_help(register: RegisterFacts, measure: Measure, refused: Refusals) -> Bools:
    """Return which households earlier help bars (running, given once, a pair forbids), and add why to `refused`."""
    stop = np.zeros(len(register.households), dtype=bool)
    if measure.is_on_dwelling:
        refused.add(measure.key, register.housed, "work on its house is under way or done")
        stop |= register.housed
    if measure.one_per == "household":
        has = register.households_in(register.help_had(measure.key, running=True))
        refused.add(measure.key, has, "it already has this help")
        stop |= has
        if measure.once:
            has = register.households_in(register.help_had(measure.key, running=False))
            refused.add(measure.key, has, "it has had this help, which is given once")
            stop |= has
    return stop | _barred_by_past_pairs(register, measure, refused)


def _barred_by_dwelling(register: RegisterFacts, measure: Measure, refused: Refusals) -> Bools:
    """Return whom what is written down about the dwelling bars: another one, an earlier benefit, another cause."""
    households = register.households
    stop = np.zeros(len(households), dtype=bool)
    if not measure.is_on_dwelling:
        return stop
    cause = households["delay_cause"]
    listed = cause.isin(measure.causes).to_numpy(dtype=bool)
    if measure.work and not measure.uses:
        # a purchase that stands on the list of works needs no plot and no builders: it stays open, whatever the cause
        planned = register.bills.loc[register.bills["kind"] == measure.work, "hh"]
        listed = listed | households["hh"].isin(planned).to_numpy(dtype=bool)
    other = ~listed & (measure.only_recorded | cause.notna().to_numpy(dtype=bool)) & bool(measure.causes)
    # what is not known stands in nobody's way: it is asked, not held against the household
    for where, message in (
        (households["only_dwelling"] == 0, "it has another dwelling (唯一住房: help is for the only one)"),
        (households["prior_benefit"] == 1, "it has had a housing benefit before (one a household)"),
    ):
        barred = where.fillna(False).to_numpy(dtype=bool)
        refused.add(measure.key, barred, message)
        stop |= barred
    names = {lang: text(", ", lang).join(cause_names(measure.causes, lang)) for lang in languages()}
    refused.add(measure.key, other, "this way is for houses that wait because: {causes}", causes=names)
    return stop | other


def cause_names(causes: Collection[str], lang: str) -> list[str]:
    """Return causes of delay as people read them.

    Examples
    --------
    >>> cause_names(["no_plot"], "en")
    ['no plot of land']
    """
    return [code.show(lang) for code in table("delay_cause").codes if code.key in causes]


def _barred_by_past_pairs(register: RegisterFacts, measure: Measure, refused: Refusals) -> Bools:
    """Return which households once had help that forbids this measure, and add the rule cited to `refused`."""
    stop = np.zeros(len(register.households), dtype=bool)
    for earlier in register.catalogue.measures.values():
        if earlier.key == measure.key:
            continue
        pair = register.catalogue.bundling.verdict(earlier, measure)
        if pair is None or not pair.past or pair.verdict != "forbidden" or pair.scope != "household":
            continue
        has = register.households_in(register.help_had(earlier.key, running=False))
        names, cited = earlier.names.by_language(), {lang: text(pair.citation, lang) for lang in languages()}
        refused.add(measure.key, has, "it has had {earlier} ({citation})", earlier=names, citation=cited)
        stop |= has
    return stop


def _would_change_nothing(register: RegisterFacts, measure: Measure, refused: Refusals) -> Bools:
    """Return whom the measure brings neither income nor a guarantee not held already, and add that to `refused`."""
    if any(earning.mean for earning in measure.earns):
        return np.zeros(len(register.households), dtype=bool)
    names = [closing.guarantee for closing in measure.closes]
    held = [(register.households[name] == 1).fillna(False).to_numpy(dtype=bool) for name in names]
    nothing = np.logical_and.reduce(held) if held else np.ones(len(register.households), dtype=bool)
    refused.add(measure.key, nothing, "what it would bring is there already")
    return np.asarray(nothing, dtype=bool)


def _off_first_list(register: RegisterFacts, measure: Measure, refused: Refusals) -> Bools:
    """Return whose first list lacks the measure, where only first lists are offered, and add why to `refused`."""
    lists = register.first_lists
    if lists is None:
        return np.zeros(len(register.households), dtype=bool)
    off = ~register.households["hh"].isin(lists.loc[lists["measure"] == measure.key, "hh"]).to_numpy(dtype=bool)
    rules = [rule.names for rule in register.catalogue.causes.values() if rule.lists(measure)]
    if rules:
        said = {lang: text("; ", lang).join(names.show(lang) for names in rules) for lang in languages()}
        refused.add(measure.key, off, "it is not on its first list, where it stands for: {rules}", rules=said)
    else:
        refused.add(measure.key, off, "no rule of causes.yaml puts it on a first list")
    return off


def _some_member_qualifies(register: RegisterFacts, measure: Measure, start: Month, refused: Refusals) -> Bools:
    """Return which households have one member who fulfils all conditions on any member; add the rest to `refused`."""
    conditions = measure.conditions("any_member")
    qualifies = np.ones(len(register.households), dtype=bool)
    if not conditions:
        return qualifies
    members = register.members(start)
    holds, _ = joint_truth(conditions, members)
    qualifies[:] = False
    qualifies[members["row"].to_numpy()[holds == 1]] = True
    for condition in conditions:
        alone, _ = joint_truth([condition], members)
        some = np.zeros_like(qualifies)
        some[members["row"].to_numpy()[alone == 1]] = True
        refused.add_condition(measure.key, ~some, condition, "no member: {rule}")
    refused.add_condition(measure.key, ~qualifies, conditions[0], "no single member fulfils all of it: {rule}")
    return qualifies


def _qualifying_members(
    register: RegisterFacts, measure: Measure, start: Month, refused: Refusals, *, owed: bool
) -> pd.DataFrame:
    """Return the rows of members who may have it themselves, and add to `refused` the households without one."""
    members = register.members(start)
    ok = np.ones(len(members), dtype=bool)
    if measure.fills_post:
        ok &= members["has_labour"].to_numpy()
        _refuse_without_member(register, members, ok, refused, measure, "no member has labour (rule 5_15_007)")
        ok &= ~members["in_post"].to_numpy(dtype=bool)
        _refuse_without_member(register, members, ok, refused, measure, "every member with labour already holds a post")
    if measure.one_per == "worker" and not owed:
        had = register.help_had(measure.key, running=not measure.once)
        ok &= ~members["person"].isin(had["person"].dropna()).to_numpy(dtype=bool)
        _refuse_without_member(register, members, ok, refused, measure, "those who could have it have it already")
    for condition in measure.conditions("worker"):
        truth, _ = joint_truth([condition], members)
        ok &= truth == 1
        some = _households_with_member(register, members, ok)
        refused.add_condition(measure.key, ~some, condition, "no member who could have it: {rule}")
    return members.loc[ok]


def _households_with_member(register: RegisterFacts, members: pd.DataFrame, ok: Bools) -> Bools:
    """Return by household whether any of its members is `ok`."""
    some = np.zeros(len(register.households), dtype=bool)
    some[members["row"].to_numpy()[ok]] = True
    return some


def _refuse_without_member(
    register: RegisterFacts, members: pd.DataFrame, ok: Bools, refused: Refusals, measure: Measure, message: str
) -> None:
    """Add `message` to `refused` for each household none of whose members is `ok`."""
    refused.add(measure.key, ~_households_with_member(register, members, ok), message)


def add_trailing_income(register: RegisterFacts, state: SupportFrames, catalogue: Catalogue) -> None:
    """Add ``income_fen_per_head`` to the households of the register; a missing month is that of the year before."""
    income = trailing_income(state, state.last_month, catalogue, missing="same_month_last_year").set_index("hh")
    per_head = income["income_fen_per_head"].reindex(register.households["hh"])
    register.households["income_fen_per_head"] = per_head.to_numpy()
