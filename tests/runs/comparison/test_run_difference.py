"""What tells two runs apart, and what follows from it: parts that add up, a run in between reckoned another way."""

from __future__ import annotations

from dataclasses import replace

import pytest

from povlib import runs
from povlib.runs.comparison import run_difference as room
from povlib.runs.comparison.carried_plan import ComparedRun
from povlib.runs.comparison.run_difference import run_difference
from povlib.runs.facts.proposal import plan_outcome
from povlib.runs.questions.trial import Trial

pytestmark = pytest.mark.whole_run  # plans the township several times


def _with_other_data(run: runs.Run, sealed_as: str) -> Trial:
    """Return a run as it would be on a ledger in which the first served household objects."""
    served = run.plan.chosen.merge(run.offer.packages[["package", "k"]].astype({"package": str}), on="package")
    objects = str(served.loc[served["k"] > 0, "hh"].iloc[0])
    households = run.state.households
    state = replace(run.state, households=households.assign(objects=households["hh"].eq(objects)))
    info = replace(run.info, ledger_head="f" * 64, run_id=sealed_as)
    trial = Trial(run.folder, run.office, info, run.overrides, run.pins)
    trial.__dict__["state"] = state
    return trial


def test_parameters_alone_are_named_by_key_with_who_set_them(compared: dict[str, ComparedRun]) -> None:
    base, less = compared["base"].run, compared["less"].run
    found = run_difference(base, less)
    assert found.causes == ("parameters",)
    assert found.changed_values.to_numpy().tolist() == [
        ["funds.special.amount_yuan", "320000", "250000", "params/funds.yaml", "command line"]
    ]
    change = plan_outcome(less).additional.value - plan_outcome(base).additional.value
    assert found.estimated + found.chosen == pytest.approx(change)
    # a budget changes no estimate: the very same plan is counted alike
    assert found.estimated == pytest.approx(0.0, abs=1e-9)
    assert found.infeasible
    spent = plan_outcome(less).money_fen - plan_outcome(base).money_fen
    assert found.money_estimated_fen + found.money_chosen_fen == spent
    assert found.by_parameters is None


def test_settings_are_parameters_too(compared: dict[str, ComparedRun]) -> None:
    found = run_difference(compared["base"].run, compared["no_floor"].run)
    assert found.changed_values["key"].tolist() == [
        "settings.poorest_fifth_money_share",
        "settings.poorest_fifth_post_share",
    ]
    assert not found.data
    assert not found.infeasible


def test_a_run_is_no_different_from_itself(compared: dict[str, ComparedRun]) -> None:
    found = run_difference(compared["base"].run, compared["base"].run)
    assert found.causes == ()
    assert found.changed.empty
    assert found.estimated == found.chosen == 0.0


def test_data_and_parameters_are_told_apart_by_the_run_in_between(
    compared: dict[str, ComparedRun], monkeypatch: pytest.MonkeyPatch
) -> None:
    base, less = compared["base"].run, compared["less"].run
    other = _with_other_data(less, base.info.run_id)
    total = plan_outcome(other).additional.value - plan_outcome(base).additional.value
    unknown = run_difference(base, other)
    assert unknown.causes[:2] == ("data", "parameters")
    assert unknown.by_parameters is None
    monkeypatch.setattr(room, "code_digest", lambda: base.info.code_digest)
    monkeypatch.setattr(room, "solver_versions", lambda: base.info.solver_versions)
    found = run_difference(base, other, reckon=True)
    # the first's data with the other's parameters is the plan with less money, made another way
    between = plan_outcome(less).additional.value - plan_outcome(base).additional.value
    assert found.by_parameters == pytest.approx(between, abs=1e-9)
    assert found.by_data is not None
    assert found.by_parameters is not None
    assert found.by_parameters + found.by_data == pytest.approx(total)
    objecting = found.changed[found.changed["reason"] == "objects"]
    assert len(objecting) == 1
    # numbers of another program are not this one's to split
    monkeypatch.setattr(room, "code_digest", lambda: "another")
    assert run_difference(base, other, reckon=True).by_parameters is None
