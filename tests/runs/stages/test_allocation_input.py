"""From an offer to a problem: what is refused before anything is solved."""

from __future__ import annotations

from povlib import runs


def test_only_registered_households_are_planned_for(run: runs.Run) -> None:
    assert set(run.problem.hh) == set(run.state.poor["hh"])
    assert run.problem.persons == run.state.poor["size"].sum()


def test_the_poorest_fifth_holds_a_fifth_of_the_registered_persons(run: runs.Run) -> None:
    groups = run.households.frames["households"]
    fifth = groups[groups["poorest_fifth"]]
    persons = groups.loc[groups["registered"], "members"].sum()
    assert fifth["registered"].all()
    assert 0.2 * persons <= fifth["members"].sum() < 0.2 * persons + groups["members"].max()
    outside = groups[groups["registered"] & ~groups["poorest_fifth"]]
    assert fifth["income_fen_per_head"].max() <= outside["income_fen_per_head"].min()


def test_at_least_two_funds_and_two_pools_of_posts_bind(run: runs.Run) -> None:
    prices = run.explanation["prices"]
    assert prices["kind"].eq("fund").sum() >= 2
    assert prices["kind"].eq("post").sum() >= 2
