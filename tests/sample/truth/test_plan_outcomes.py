"""Following a plan: the same luck, the plan's own difference, the past untouched."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from povlib.calendar import Month
from povlib.errors import DataError
from povlib.sample import follow, ledger_rows, outcomes, simulate
from povlib.sample.help.true_effects import true_effect, would_take

JUNE = Month(2016, 6)


def nothing():
    return pd.DataFrame({"hh": [], "measure": [], "start": []})


def one(township, measure, row, person=None, start=JUNE):
    return pd.DataFrame(
        {"hh": [township.households["hh"].iloc[row]], "measure": [measure], "start": [start], "person": [person]}
    )


def able_person(township, taking="cleaner_post"):
    takes = would_take(township.world.measures[taking], len(township.members), township.seed, township.world)
    people = township.members
    fit = people["labour"].eq("普通劳动力") & people["workplace"].eq("") & (people["left"] > 12 * 2017)
    fit &= takes & township.present() & ~people["row"].isin(township.marks.posts["row"])
    return people[fit].iloc[0]


def test_without_a_plan_it_is_what_simulate_says(township):
    left, right = outcomes(follow(township, nothing(), 8)), outcomes(simulate(months_after=8))
    pd.testing.assert_frame_equal(left, right)


@settings(max_examples=5, deadline=None)
@given(st.integers(1, 30), st.integers(0, 99))
def test_the_past_never_changes(months, seed):
    now, later = simulate(80, seed=seed), simulate(80, seed=seed, months_after=months)
    assert np.array_equal(later.truth.net_regular()[:, :36], now.truth.net_regular())
    longer = simulate(80, seed=seed, months_after=months + 3)
    assert np.array_equal(longer.truth.net_regular()[:, : 36 + months], later.truth.net_regular())


def test_a_post_adds_its_own_effect_less_what_it_displaces(township):
    person = able_person(township)
    row = int(person["row"])
    measure = township.world.measures["cleaner_post"]
    helped = follow(township, one(township, "cleaner_post", row, person["person"]), 8)
    idle = follow(township, nothing(), 8)
    gain = helped.truth.money["wage"][row] - idle.truth.money["wage"][row]
    effect = true_effect(measure, township.households, township.seed, township.world)[row]
    assert (gain[:37] == 0).all()
    working = gain[37:]
    kept = 1 - measure.displaces / max(int(township.households["able"].iloc[row]), 1)
    lost = idle.truth.money["wage"][row][37:] * (1 - kept)
    held = working != 0
    assert held[0]
    assert working[held] == pytest.approx((effect - lost)[held])
    others = np.arange(len(township.households)) != row
    assert np.array_equal(helped.truth.net_regular()[others], idle.truth.net_regular()[others])


def test_a_repaired_house_closes_the_veto_and_nothing_else(township):
    frame = township.households
    takes = would_take(township.world.measures["housing_repair"], len(frame), township.seed, township.world)
    row = int(np.flatnonzero((frame["housing_grade"] == "C") & (frame["works"] == "") & takes)[0])
    helped = follow(township, one(township, "危房修缮加固", row), 8)
    housing = helped.truth.holds["housing"][row]
    assert not housing[:38].any()
    assert housing[-1]
    idle = follow(township, nothing(), 8)
    assert np.array_equal(helped.truth.net_regular(), idle.truth.net_regular())
    grade = ledger_rows(helped)["households"]["housing_grade"].iloc[row]
    assert grade in ("A", "B")


@pytest.mark.parametrize(
    ("measure", "gap", "guarantee"),
    [
        ("school_aid", "schooling_gap", "schooling"),
        ("medical_cover", "medical_gap", "medical"),
        ("water_supply", "water_gap", "water"),
    ],
)
def test_gaps_close_where_help_is_taken_up(township, measure, gap, guarantee):
    rows = np.flatnonzero(township.households[gap])
    plan = pd.concat([one(township, measure, r) for r in rows], ignore_index=True)
    takes = would_take(township.world.measures[measure], len(township.households), township.seed, township.world)[rows]
    later = follow(township, plan, 8)
    assert np.array_equal(later.truth.holds[guarantee][rows, -1], takes)
    helped = set(township.households["hh"].iloc[rows[takes]])
    people = ledger_rows(later)["members"]
    people = people[people["hh"].isin(helped)]
    assert people["medical_insurance"].all() or measure == "water_supply"
    assert (people["education"].notna() ^ people["school"].notna()).all()
    assert not follow(township, nothing(), 8).truth.holds[guarantee][rows, -1].any()


def test_help_not_taken_up_is_recorded_as_stopped(township):
    takes = would_take(township.world.measures["microloan"], len(township.households), township.seed, township.world)
    row = int(np.flatnonzero(~takes)[0])
    later = follow(township, one(township, "microloan", row), 8)
    support = ledger_rows(later)["support"]
    mine = support[(support["hh"] == township.households["hh"].iloc[row]) & (support["from_month"] == JUNE.ordinal)]
    assert mine["status"].tolist() == ["已终止"]


@pytest.mark.thorough
def test_posts_are_lost_at_the_rate_of_the_world_and_the_member_sheet_says_so():
    township = simulate(3400, seed=5)
    before, after = (len(ledger_rows(t)["placements"]) for t in (township, simulate(3400, seed=5, months_after=12)))
    assert before == 800
    assert after / before == pytest.approx((1 - 0.025) ** 12, abs=0.06)


def test_works_under_way_are_finished_and_the_ledger_hears_of_it(township):
    later = ledger_rows(simulate(months_after=8))
    projects = later["projects"].set_index("project")["status"]
    assert (projects == "完工").sum() > 70
    done = later["projects"].query("status == '完工'")
    assert done["done_month"].notna().all()


def test_faults_of_a_plan_are_told_all_at_once(township):
    plan = pd.DataFrame(
        {
            "hh": ["S99-9999", township.households["hh"].iloc[0], township.households["hh"].iloc[0]],
            "measure": ["training", "moonshine", "cleaner_post"],
            "start": [JUNE, JUNE, Month(2016, 1)],
            "person": [None, "P-0", None],
        }
    )
    with pytest.raises(DataError) as caught:
        follow(township, plan, 8)
    assert len(caught.value.faults) == 5
    assert "S99" not in caught.value.show("en")
    assert "cleaner_post" in caught.value.show("zh")


def test_an_outcome_needs_twelve_months_and_a_follow_a_sensible_length(township):
    with pytest.raises(DataError, match="2013"):
        outcomes(township, Month(2013, 9))
    with pytest.raises(DataError, match="77"):
        follow(township, nothing(), 77)


def test_the_exit_test_reads_as_it_is_written(township):
    found = outcomes(township, line_yuan=3000)
    income = township.truth.net_regular()[:, -12:].sum(axis=1)
    for i in range(0, len(found), 37):
        holds = all(
            township.truth.holds[g][i, -1] for g in ("food", "clothing", "schooling", "medical", "housing", "water")
        )
        assert found["exits"].iloc[i] == (holds and income[i] / found["size"].iloc[i] > 3000)
