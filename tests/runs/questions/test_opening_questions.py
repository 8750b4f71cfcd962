"""The openings of the practice run: seats and takers counted anew from its tables, and why each is open or shut."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from povlib import runs
from povlib.params import Catalogue
from povlib.runs.facts.villages.opening_facts import opening_facts
from povlib.runs.questions.opening_questions import _reason, plan_openings

pytestmark = pytest.mark.whole_run


def taken_by_hand(run: runs.Run, catalogue: Catalogue, key: str) -> int:
    """Count the awards of the chosen packages that name a post or a co-op of the opening."""
    chosen = set(run.plan.chosen["package"].astype(str))
    parts = run.offer.components[run.offer.components["package"].astype(str).isin(chosen)]
    opening = catalogue.openings.get(key)
    posts, places = (set(opening.posts), set(opening.places)) if opening else (set(), {key})
    return int((parts["post"].isin(posts) | parts["coop"].isin(places)).sum())


def test_each_opening_with_its_cost_seats_and_takers(run: runs.Run) -> None:
    found = opening_facts(run).openings
    assert set(found["facility"]) == {"helper_workshop", "parts_room", "rice_noodle_line", "tea_nanting", "tea_school"}
    opened = dict(zip(run.plan.opened["facility"], run.plan.opened["level"], strict=True))
    for row in found.itertuples(index=False):
        assert row.opened == (row.facility in opened)
        if not row.opened:
            assert (row.taken, row.who) == (0, [])
            continue
        assert row.taken == taken_by_hand(run, run.catalogue, row.facility)
        assert max(row.least, 1) <= row.taken <= row.seats
        paid = run.plan.payments.loc[run.plan.payments["hh"] == f"facility:{row.facility}", "fen"].sum()
        assert row.opening_fen == paid
        opening = run.catalogue.openings.get(row.facility)
        if opening is not None:
            assert row.seats == opening.capacity
            assert row.opening_fen == opening.opening_fen(next(m for m in opening.opening_yuan if str(m) == row.month))
    assert found["opened"].any()


def test_no_name_and_no_identity_number_is_told(run: runs.Run) -> None:
    known = set(run.state.households["hh"].astype(str))
    for who in opening_facts(run).openings["who"]:
        assert set(who) <= known


@pytest.mark.slow
def test_what_an_opening_brings_is_bounded_by_plans_of_its_own(run: runs.Run) -> None:
    """The plan without an opening, found again from tables in which it does not stand, lies within the figures."""
    from povlib import allocation

    found = plan_openings(run).set_index("facility")
    assert (found["low"] <= found["brings"]).all()
    assert (found["brings"] <= found["high"]).all()
    key = found.index[found["opened"]][0]
    tables = run.problem.tables
    left = tables.facilities[tables.facilities["facility"] != key]
    plan = allocation.solve(_with_facilities(run, left), gap=run.settings.gap_persons)
    # what the plan surely brings beyond the best without: between value - bound and bound - value of the two
    assert run.plan.value - plan.price_bound <= found.loc[key, "high"] + 1e-9
    assert found.loc[key, "low"] <= run.plan.price_bound - plan.value + 1e-9


def _with_facilities(run: runs.Run, facilities: pd.DataFrame) -> object:
    from dataclasses import replace

    problem = run.problem
    keys = {f"facility:{row.facility}:{row.level}" for row in facilities.itertuples()}
    own = np.char.startswith(problem.package.astype(str), "facility:")
    kept = np.isin(problem.package.astype(str), sorted(keys)) | np.char.endswith(problem.package.astype(str), ":0")
    return replace(problem, allowed=problem.allowed & (~own | kept))


@pytest.mark.parametrize(
    ("opened", "low", "high", "said"),
    [
        (True, 0.4, 1.3, "surely fewer"),
        (True, -0.2, 0.9, "as good as shut"),
        (False, -3.0, -0.5, "surely brings more elsewhere"),
        (False, -0.4, 0.3, "as good as opened"),
        (True, float("nan"), float("nan"), "the other way round"),
    ],
)
def test_why_something_is_open_or_shut(opened: bool, low: float, high: float, said: str) -> None:
    assert said in _reason({"opened": opened, "brings": (low + high) / 2, "low": low, "high": high})
