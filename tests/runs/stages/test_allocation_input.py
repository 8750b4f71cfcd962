"""From an offer to a problem: what is refused before anything is solved."""

from __future__ import annotations

from typing import Any

import pytest

from povlib import runs
from povlib.errors import ParameterError

GRADUATES = "[{on: worker, field: education, op: '==', value: 本科及以上, citation: made up}]"


def test_a_post_nobody_may_take_is_named_and_nothing_is_half_done(copied: Any) -> None:
    office = copied().office
    run = runs.begin(runs.find_office(office.name), "base", {"posts.small_parts.who": GRADUATES})
    with pytest.raises(ParameterError, match=r"posts.yaml: small_parts: nobody in the ledger may take the post"):
        _ = run.offer
    assert not (run.folder / "offer").exists()


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
