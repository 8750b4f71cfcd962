"""Who may be helped: the facts about households and members that conditions look at.

Responsible for turning the ledger's state into one row of facts a household and one a member (age
at the month of start, able workers, newest known guarantees). Not responsible for the conditions
themselves (`povlib.support.conditions`) or for what help is on offer.
"""

from __future__ import annotations

from typing import Protocol

import numpy as np
import pandas as pd

from povlib.calendar import Month
from povlib.support.matching.work_frames import running_placements
from povlib.vocabulary import GUARANTEES
from povlib.vocabulary.help_and_works import help_ended, help_not_given, works_finished, works_under_way
from povlib.vocabulary.register import exited_status, labour_by_rank, registered_statuses, without_labour

DWELLING_FACTS = ("only_dwelling", "prior_benefit", "willing", "delay_cause", "guarantor", "plan_fits")
WORKING_AGE = (16, 69)  # window of the rule packs for public-welfare posts (rules 5_12_004, 5_12_005)


_LATER_FRAMES = {
    "dwellings": "hh only_dwelling prior_benefit willing delay_cause way guarantor site plan_fits",
    "bill_items": "project stage item qty unit unit_fen remark",
    "material_credits": "id hh project guarantor village fen from_month due_month repaid_fen status",
}
"""Frames about houses that a state made by hand or cut back to an earlier month may lack, with their columns."""


def house_frame(state: SupportFrames, name: str) -> pd.DataFrame:
    """Return a frame about houses; an empty one where the state has none.

    Parameters
    ----------
    name : {"dwellings", "bill_items", "material_credits"}

    Examples
    --------
    >>> from povlib.support.example_township import example_township
    >>> len(house_frame(example_township(), "dwellings"))
    0
    """
    found = getattr(state, name, None)
    return pd.DataFrame(columns=_LATER_FRAMES[name].split()) if found is None else pd.DataFrame(found)


class SupportFrames(Protocol):
    """The frames of a ledger state that support reads (hand-made ones serve as well); `house_frame` has the others."""

    @property
    def households(self) -> pd.DataFrame:
        """One row a household."""

    @property
    def members(self) -> pd.DataFrame:
        """One row a person."""

    @property
    def observations(self) -> pd.DataFrame:
        """One row a household and month."""

    @property
    def transfers(self) -> pd.DataFrame:
        """One row a receipt."""

    @property
    def support(self) -> pd.DataFrame:
        """One row a measure given."""

    @property
    def projects(self) -> pd.DataFrame:
        """One row a house project."""

    @property
    def project_items(self) -> pd.DataFrame:
        """One row an item of a bill of quantities."""

    @property
    def placements(self) -> pd.DataFrame:
        """One row a person in a post."""

    @property
    def last_month(self) -> Month:
        """The last month of data."""


def newest_guarantees(state: SupportFrames, last: Month) -> pd.DataFrame:
    """Return the newest known value of each guarantee up to `last`, one row a household with any.

    Returns
    -------
    DataFrame
        Index hh; one Int8 column a guarantee: 1 holds, 0 does not, NA never known.
    """
    known = state.observations.loc[state.observations["month"] <= last.ordinal, ["hh", "month", *GUARANTEES]]
    ordered = known.sort_values(["hh", "month"], kind="stable")
    return ordered.groupby("hh", sort=True)[list(GUARANTEES)].last()


def member_facts(state: SupportFrames, start: Month) -> pd.DataFrame:
    """Return the members with the facts conditions may name.

    Parameters
    ----------
    state : State
    start : Month
        Month of start of the help: age is in full years at that month.

    Returns
    -------
    DataFrame
        The members, sorted by hh, person, with ``age``, ``has_labour`` (labour known and not none or
        lost), ``able`` (has labour, of working age, not in school) and ``in_post`` (holds a post now).
    """
    members = state.members.sort_values(["hh", "person"], kind="stable").reset_index(drop=True)
    age = (start.ordinal - members["birth"].astype("Float64")) // 12
    members["age"] = age.astype("Float64")
    members["has_labour"] = (members["labour"].notna() & ~members["labour"].isin(without_labour())).to_numpy(dtype=bool)
    of_age = ((age >= WORKING_AGE[0]) & (age <= WORKING_AGE[1])).fillna(False).to_numpy(dtype=bool)
    members["able"] = members["has_labour"] & of_age & members["school"].isna()
    members["in_post"] = members["person"].isin(_members_in_posts(state, start))
    return members


def _members_in_posts(state: SupportFrames, start: Month) -> pd.Series:
    return running_placements(state, start)["person"]


def household_facts(state: SupportFrames, members: pd.DataFrame, last: Month) -> pd.DataFrame:
    """Return the households with the facts conditions may name, sorted by hh.

    Parameters
    ----------
    state : State
    members : DataFrame
        `member_facts` of the same state.
    last : Month
        Newest month that may be looked at.

    Returns
    -------
    DataFrame
        The households with ``able_workers``, the newest known guarantees, ``members_known`` (rows of
        members), what is written down about the dwelling (`DWELLING_FACTS`) and ``standing``: "" when help
        may be offered, else why nothing new may be:
        ``objects``, ``exited``, ``unlisted`` (its status is blank: neither poor nor exited) or ``no_members``.
    """
    households = state.households.sort_values("hh", kind="stable").reset_index(drop=True)
    index = pd.Index(households["hh"])
    counted = members.groupby("hh")[["able"]].agg(["sum", "size"]).reindex(index)
    households["able_workers"] = counted[("able", "sum")].fillna(0).to_numpy(dtype=np.int64)
    households["members_known"] = counted[("able", "size")].fillna(0).to_numpy(dtype=np.int64)
    newest = newest_guarantees(state, last).reindex(index)
    for name in GUARANTEES:
        households[name] = newest[name].astype("Int8").to_numpy()
    households["standing"] = _standing_codes(households)
    dwellings = house_frame(state, "dwellings").drop_duplicates("hh").set_index("hh").reindex(index)
    for name in DWELLING_FACTS:
        written = dwellings[name]
        if name in ("delay_cause", "guarantor"):
            households[name] = written.astype("str").mask(written.eq("").fillna(False).to_numpy(dtype=bool)).to_numpy()
        else:
            households[name] = written.astype("Int8").to_numpy()
    return households


def _standing_codes(households: pd.DataFrame) -> np.ndarray[tuple[int], np.dtype[np.object_]]:
    objects = households["objects"].fillna(False).to_numpy(dtype=bool)
    exited = (households["status"] == exited_status()).fillna(False).to_numpy(dtype=bool)
    unlisted = ~exited & ~households["status"].isin(registered_statuses()).to_numpy(dtype=bool)
    size = households["size"].fillna(0).to_numpy(dtype=np.int64)
    empty = (size <= 0) | (households["members_known"].to_numpy() == 0)
    return np.select([empty, exited, unlisted, objects], ["no_members", "exited", "unlisted", "objects"], "").astype(
        object
    )


def help_given(state: SupportFrames, start: Month) -> pd.DataFrame:
    """Return the help that households have had: hh, person, measure, running (at `start`), fen.

    Help that is only planned, was called off or not carried out is not help. House projects that
    are not merely on paper are in `houses_done_or_under_way`.
    """
    rows = state.support
    rows = rows.loc[~rows["status"].isin(help_not_given()) & (rows["from_month"] < start.ordinal).fillna(False)]
    until = rows["to_month"].astype("Float64")
    frame = rows[["hh", "person", "measure", "fen"]].reset_index(drop=True)
    goes_on = until.isna() | (until >= start.ordinal).fillna(False)
    frame["running"] = (goes_on & ~rows["status"].isin(help_ended())).to_numpy(dtype=bool)
    return frame


def houses_done_or_under_way(state: SupportFrames) -> pd.Series:
    """Return the households whose house work is under way or done."""
    return state.projects.loc[
        state.projects["status"].isin((works_under_way(), works_finished())), "hh"
    ].drop_duplicates()


def in_asking_order(members: pd.DataFrame) -> pd.DataFrame:
    """Return members so sorted, with ``order`` 0, 1, ... in each household, that those with least to lose come first.

    By content (not yet working, skill, age, sex), the key of the person last, so that renaming
    persons can only swap exact duplicates.
    """
    labour = {label: place for place, label in enumerate(labour_by_rank())}
    order = pd.DataFrame(
        {
            "row": members["row"],
            "works": members["workplace"].notna(),
            "labour": members["labour"].map(labour).fillna(len(labour)),
            "age": members["age"],
            "sex": members["sex"].astype("str"),
            "person": members["person"],
        }
    ).sort_values(["row", "works", "labour", "age", "sex", "person"], kind="stable")
    ordered = members.loc[order.index].reset_index(drop=True)
    return ordered.assign(order=ordered.groupby("row").cumcount())
