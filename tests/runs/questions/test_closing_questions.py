"""What closes: held against a ledger whose rows were changed by hand, and against the rules of the plan."""

from __future__ import annotations

import dataclasses
from typing import Any

import pandas as pd
import pytest

from povlib import exits, runs, support
from povlib.calendar import Month
from povlib.errors import ParameterError
from povlib.runs.questions.closing_questions import Closing, ClosingCost, closing, closing_cost

pytestmark = [pytest.mark.whole_run, pytest.mark.timeout(600)]
EMPLOYER = "永荣"


@pytest.fixture(scope="module")
def run(finished: Any) -> runs.Run:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("POVLIB_WORK", str(finished.work))
        found = runs.find_run("latest", runs.sample_office())
        _ = found.state
        return found


@pytest.fixture(scope="module")
def asked(run: runs.Run) -> Closing:
    return closing(run, EMPLOYER)


@pytest.fixture(scope="module")
def cost(asked: Closing) -> ClosingCost:
    return closing_cost(asked)


def test_who_works_there_is_hit(run: runs.Run, asked: Closing) -> None:
    held = run.state.placements[run.state.placements["employer"].str.contains(EMPLOYER)]
    assert set(held["hh"]) <= set(asked.households["hh"])
    assert set(asked.households.loc[asked.households["through"] == "post", "hh"]) == set(held["hh"])
    assert asked.month == run.settings.help_from
    assert asked.posts == run.catalogue.posts["helper_enterprise"].capacity


def test_chances_after_it_are_those_of_a_ledger_changed_by_hand(
    run: runs.Run, asked: Closing, cost: ClosingCost
) -> None:
    """The rows of those who work there, ended by hand; projected anew without the code of closings."""
    state, last = run.state, asked.month.ordinal - 1
    gone = set(asked.households["hh"])
    workers = set(state.placements.loc[state.placements["employer"].str.contains(EMPLOYER), "person"])
    helped = state.support["person"].isin(workers) & state.support["measure"].eq("enterprise_post")
    sellers = asked.households.loc[asked.households["through"] == "share", "hh"]
    helped |= state.support["hh"].isin(sellers) & state.support["measure"].eq("poultry_contract")
    given = state.support.assign(to_month=state.support["to_month"].astype("Int64").mask(helped, last))
    placed = state.placements["person"].isin(workers) & state.placements["employer"].str.contains(EMPLOYER)
    posts = state.placements.assign(to_month=state.placements["to_month"].astype("Int64").mask(placed, last))
    by_hand = dataclasses.replace(state, support=given, placements=posts)
    catalogue = run.catalogue.replaced({"posts.helper_enterprise.slots": 0})
    offer = support.offer(by_hand, catalogue, run.settings)  # type: ignore[arg-type]
    projection = exits.project(
        by_hand, offer, catalogue, run.settings, draws=run.settings.draws, posterior=run.planned_effects
    )  # type: ignore[arg-type]
    nothing = projection.frame[projection.frame["k"] == 0].set_index("hh")["p"].astype("float64")
    theirs = cost.trial.projection.frame
    own = theirs[theirs["k"] == 0].set_index("hh")["p"].astype("float64")
    pd.testing.assert_series_equal(own.loc[sorted(gone)], nothing.loc[sorted(gone)])


def test_a_new_plan_is_no_worse_than_the_old_one_kept_and_breaks_no_rule(cost: ClosingCost) -> None:
    assert cost.kept < cost.before
    assert cost.after >= cost.kept - 1e-9
    assert cost.trial.check.ok
    used = set(cost.trial.offer.components["post"].dropna())
    assert "helper_enterprise" not in used
    assert (cost.households["kept"] <= cost.households["before"] + 0.02).all()


@pytest.mark.parametrize(("source", "month"), [("永乐", None), (EMPLOYER, Month(2016, 4))])
def test_what_cannot_close_is_refused(run: runs.Run, source: str, month: Month | None) -> None:
    with pytest.raises(ParameterError):
        closing(run, source, month)
