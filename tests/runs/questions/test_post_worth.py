"""What one more of a post is worth: by the plan solved again, on the practice township's run."""

from __future__ import annotations

import pytest

from povlib import runs
from povlib.errors import ParameterError
from povlib.runs.questions.post_worth import post_worth
from povlib.runs.questions.trial import try_changes


@pytest.mark.slow
def test_one_more_post_is_worth_what_a_plan_made_with_it_says(run: runs.Run) -> None:
    (row,) = post_worth(run, "helper_enterprise").to_dict("records")
    assert row["used"] <= row["slots"]
    assert 0 <= row["low"] <= row["high"]
    # another way to the same figure: the whole offer made again with one slot more, and solved
    more = try_changes(run, f"posts.helper_enterprise.slots={row['slots'] + 1}").plan
    assert more.value <= run.plan.value + row["high"] + more.gap + 1e-6
    assert more.price_bound >= run.plan.bound + row["low"] - run.plan.gap - 1e-6


def test_in_the_plan_nobody_holds_two_posts_and_no_post_has_more_than_its_slots(run: runs.Run) -> None:
    chosen = set(run.plan.chosen["package"].astype(str))
    components = run.offer.components
    held = components.loc[components["package"].astype(str).isin(chosen) & components["post"].notna()]
    assert len(held)
    assert not held["person"].duplicated().any()
    assert not set(held["person"]) & set(run.state.placements["person"])
    facilities = run.offer.facilities
    facilities = facilities.loc[facilities["facility"].isin(run.plan.opened["facility"])]
    for key, count in held["post"].value_counts().items():
        opened = facilities.loc[facilities["resource"] == f"post:{key}", "added"].max()
        assert count <= run.catalogue.posts[key].capacity + (0 if opened != opened else opened)


def test_a_post_that_the_plan_has_not_is_refused(run: runs.Run) -> None:
    with pytest.raises(ParameterError, match="no post"):
        post_worth(run, "helper_enterprize")
