"""The three-year plan of the practice township: proved, to the fen, told why, and shown in the papers."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pytest

from povlib import runs
from povlib.cli import main
from povlib.runs.horizon.horizon_inputs import HorizonInputs, horizon_inputs
from povlib.runs.horizon.horizon_run import StoredHorizon, horizon_plan, stored_horizon

pytestmark = [pytest.mark.slow, pytest.mark.whole_run]


@dataclass
class Made:
    """The office of its own, the first plan and what it was made from."""

    run: runs.Run
    inputs: HorizonInputs
    plan: StoredHorizon


@pytest.fixture(scope="module")
def made(finished: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Made]:
    """Make the plan in an office of its own: papers of the shared one show no such plan."""
    work = tmp_path_factory.mktemp("horizon")
    shutil.copytree(finished.office, work / "sample")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("POVLIB_WORK", str(work))
        run = runs.find_run("latest", runs.find_office("sample"))
        inputs = horizon_inputs(run)
        yield Made(run, inputs, horizon_plan(run, inputs))


def test_it_is_certified_within_two_persons(made: Made) -> None:
    facts = made.plan.facts
    assert facts["proved"]
    assert facts["faults"] == []
    # one is asked for; measured: 0.91 on one practice township, 1.58 on another
    assert 0 <= facts["gap"] < 2.0
    assert facts["value"] == pytest.approx(made.plan.households["value"].sum(), abs=1e-4)


def test_every_fund_and_window_is_kept_to_the_fen_and_yearly_sums_agree(made: Made) -> None:
    plan = made.plan
    paid = plan.payments.merge(made.inputs.calendar.table, on=["tranche", "fund"], how="left")
    assert (paid["fen"] > 0).all()
    # windows, from the calendar itself; what each tranche pays, and pays outside its kept share, from the payments
    assert ((paid["arrives"] <= paid["period"]) & (paid["period"] <= paid["until"])).all()
    spent = paid.groupby("tranche")["fen"].sum()
    held = made.inputs.calendar.table.set_index("tranche")
    assert (spent <= held["amount_fen"].reindex(spent.index)).all()
    keeps = pd.concat([offered.offer.keeps for offered in made.inputs.offers])
    inside = set(keeps[["fund", "measure"]].itertuples(index=False, name=None))
    apart = [pair not in inside for pair in paid[["fund", "measure"]].itertuples(index=False, name=None)]
    outside = paid[apart].groupby("tranche")["fen"].sum()
    assert (outside <= (held["amount_fen"] - held["kept_fen"]).reindex(outside.index)).all()
    # every bill in full, in the period in which its help starts, and nothing else
    own = paid[~paid["hh"].str.startswith("facility:")]
    bills = plan.households.set_index("hh")
    due = bills.loc[bills["money_fen"] > 0, "money_fen"]
    assert own.groupby("hh")["fen"].sum().to_dict() == due.to_dict()
    assert (own["period"] == bills["period"].reindex(own["hh"]).to_numpy()).all()
    # carry-over by hand: what a fund brings over is what it carried, and nothing appears or vanishes
    for _, account in plan.accounts.groupby("fund"):
        rows = account.sort_values("period")
        assert rows["brought_fen"].tolist() == [0, *rows["carried_fen"].tolist()[:-1]]
        assert rows["carried_fen"].iloc[-1] == 0
        assert rows["arrived_fen"].sum() == rows["spent_fen"].sum() + rows["lapsed_fen"].sum()
    assert plan.accounts["spent_fen"].sum() == paid["fen"].sum()
    assert plan.accounts["arrived_fen"].sum() == held["amount_fen"].sum()


def test_the_path_ends_where_its_households_do(made: Made) -> None:
    path = made.plan.path
    assert (path["low_90"] <= path["persons"]).all()
    assert (path["persons"] <= path["high_90"]).all()
    assert np.isclose(path["persons"] - path["without"], path["additional"]).all()
    # the objective by hand: exits at the end, and at the ends of earlier years by their weight
    weights = [made.inputs.horizon.earlier_years_weight] * (len(path) - 1) + [1.0]
    assert np.isclose(float(path["persons"] @ weights), made.plan.facts["value"], atol=1e-3)


def test_everybody_who_is_not_served_first_has_a_reason(made: Made) -> None:
    first = made.plan.households["period"] == 0
    assert (made.plan.households.loc[first, "reason"] == "").all()
    assert (made.plan.households.loc[~first, "reason"] != "").all()


def test_words_and_papers_show_it(made: Made, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--lang", "en", "horizon", "show", "latest"]) == 0
    said = capsys.readouterr().out
    assert "no plan is better by more than" in said
    assert main(["--lang", "zh", "horizon", "show", "latest", "--all"]) == 0
    assert "第一期没有安排的原因" in capsys.readouterr().out
    report = runs.meeting_page(made.run, "zh").report
    (section,) = [section for section in report.sections if section.key == "horizon"]
    assert section.heading == "今后几年"
    number = {number.key: number.value for number in report.numbers}
    assert number["horizon.served"] == (made.plan.households["period"] >= 0).sum()
    assert number["horizon.goal_chance"] == made.plan.path["goal_chance"].iloc[-1]


def test_a_run_without_such_a_plan_shows_nothing_of_it(finished: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POVLIB_WORK", str(finished.work))
    run = runs.find_run("latest", runs.sample_office())
    assert stored_horizon(run) is None
    assert "horizon" not in runs.meeting_page(run, "en").keys
    assert "horizon plan" in repr(runs.horizon_page(run, "en")["horizon"])
