"""Placements that run and that are over."""

from __future__ import annotations

import pandas as pd

from povlib.calendar import Month
from povlib.support.eligibility_facts import member_facts
from povlib.support.example_township import example_township
from povlib.support.matching.work_frames import placements_with_ends, running_placements, work_frame

MAY, JUNE = Month(2016, 5).ordinal, Month(2016, 6)


def state(ends=None, to_month=None):
    placed = pd.DataFrame({"post": ["a", "b"], "person": ["P1", "P4"], "hh": ["H1", "H2"], "employer": "x",
                           "place": "乡镇内", "from_month": [24190, 24190],
                           "to_month": pd.array([None, to_month], dtype="Int64"), "route": None})  # fmt: skip
    columns = ["post", "person", "hh", "from_month", "end_month", "reason"]
    return example_township(placements=placed, placement_ends=pd.DataFrame(ends or [], columns=columns))


def test_an_end_on_record_frees_the_person():
    before = state()
    assert set(running_placements(before, JUNE)["person"]) == {"P1", "P4"}
    after = state([("a", "P1", "H1", 24190, MAY, "left")])
    assert set(running_placements(after, JUNE)["person"]) == {"P4"}
    in_post = member_facts(after, JUNE).set_index("person")["in_post"]
    assert not in_post["P1"]
    assert in_post["P4"]
    assert set(running_placements(after, Month.from_ordinal(MAY))["person"]) == {"P1", "P4"}


def test_the_term_of_a_placement_ends_it_too():
    assert set(running_placements(state(to_month=MAY), JUNE)["person"]) == {"P1"}


def test_an_end_without_its_placement_counts_as_a_placement():
    made = placements_with_ends(state([("old", "P5", "H2", 24100, 24110, "ended")]))
    assert made.loc[made["post"] == "old", ["hh", "last_month", "reason"]].to_numpy().tolist() == [
        ["H2", 24110, "ended"]
    ]


def test_a_frame_that_is_missing_is_empty():
    assert "caring" in work_frame(example_township(), "workers")
