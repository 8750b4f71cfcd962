"""Facts about workers: what nobody asked stays missing."""

from __future__ import annotations

from povlib.calendar import Month
from povlib.support.example_township import example_township
from povlib.support.matching.who_fits import workers_of

JUNE = Month(2016, 6)


def test_what_nobody_asked_is_missing(asked):
    facts = workers_of(example_township(workers=asked(P1={"caring": 1, "skill": "tea"})), JUNE).set_index("person")
    assert facts.loc["P1", "caring"] == 1
    assert facts.loc["P1", "skill"] == "tea"
    assert facts.loc["P4", ["caring", "skill", "wish", "available", "most_km"]].isna().all()
    assert facts.loc["P4", "village"] == "乙"


def test_from_sixty_on_labour_counts_as_weak_at_most():
    state = example_township()
    members = state.members.assign(birth=[Month(1956, 6).ordinal] * 6)
    facts = workers_of(example_township(members=members), JUNE).set_index("person")
    assert facts.loc["P1", "labour_rank"] == 2
    assert facts["labour_rank"].isna().sum() == 2  # those without labour have no rank
    assert workers_of(state, JUNE).set_index("person").loc["P1", "labour_rank"] == 1


def test_months_of_work_without_a_place_are_noticed():
    state = example_township()
    members = state.members.assign(work_months=[3, 0, 0, 3, 0, 0], workplace=[None, None, None, "省外", None, None])
    members["workplace"] = members["workplace"].astype("str")
    facts = workers_of(example_township(members=members), JUNE).set_index("person")
    assert facts["place_missing"].tolist() == [True, False, False, False, False, False]
