"""An offer made from another by its amounts alone is the offer listed anew, or it is said that it may not be."""

from __future__ import annotations

from dataclasses import fields

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from povlib import params, places
from povlib.support import offer
from povlib.support.changed_amounts import dearest_package_fen, narrowed_offer, offer_with_amounts
from povlib.support.example_township import example_township

STATE, BEFORE = example_township(), params.load(places.DATA / "sample" / "params")
SETTINGS = params.Settings()
MADE = offer(STATE, BEFORE, SETTINGS)
DEAREST = dearest_package_fen(STATE, BEFORE, SETTINGS)
FUNDS = {f"funds.{fund.key}.amount_yuan": st.integers(0, 900_000) for fund in BEFORE.funds.values()}
# a post that is there only once something is opened may have no slots of its own
POSTS = {f"posts.{post.key}.slots": st.integers(0, 4) for post in BEFORE.posts.values() if post.slots}


@settings(max_examples=25, deadline=None)
@given(st.fixed_dictionaries({}, optional=FUNDS), st.fixed_dictionaries({}, optional=POSTS))
def test_only_amounts_differ_or_it_is_not_said_that_they_do(funds: dict[str, int], posts: dict[str, int]) -> None:
    changes = {**funds, **posts}
    after = BEFORE.replaced(changes)
    quick = offer_with_amounts(MADE, BEFORE, after, list(changes), DEAREST)
    if quick is None:
        return
    listed = offer(STATE, after, SETTINGS)
    for field in fields(quick):
        pd.testing.assert_frame_equal(getattr(quick, field.name), getattr(listed, field.name))


def test_more_money_than_any_package_costs_needs_no_new_list_and_less_does() -> None:
    rich = BEFORE.replaced({"funds.special.amount_yuan": 800_000})
    poor = BEFORE.replaced({"funds.special.amount_yuan": 100})
    key = ["funds.special.amount_yuan"]
    made = offer_with_amounts(MADE, BEFORE, rich, key, DEAREST)
    assert made is not None
    assert made.new_money_fen == MADE.new_money_fen + 100 * (800_000 - 320_000)
    assert offer_with_amounts(MADE, BEFORE, poor, key, DEAREST) is None
    assert offer_with_amounts(MADE, BEFORE, rich, ["settings.margin"], DEAREST) is None


def test_less_of_anything_is_the_same_list_with_less_left_and_more_is_not() -> None:
    less = {"funds.special.amount_yuan": 100_000, "posts.helper_enterprise.slots": 0}
    narrowed = narrowed_offer(MADE, BEFORE, BEFORE.replaced(less), list(less))
    assert narrowed is not None
    left = narrowed.resources.set_index("resource")["capacity"]
    assert left["post:helper_enterprise"] == 0
    assert left["special"] == MADE.resources.set_index("resource")["capacity"]["special"] - 100 * 220_000
    assert narrowed.packages is MADE.packages
    for more in ({"posts.helper_enterprise.slots": 99}, {"funds.special.amount_yuan": 900_000}):
        assert narrowed_offer(MADE, BEFORE, BEFORE.replaced({**less, **more}), [*less, *more]) is None
