"""The three-year plan of the practice township, and the plan made again a month later: proved, to the fen, told why."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pytest

from povlib import ledger, runs
from povlib.cli import main
from povlib.runs.horizon.horizon_again import PlanAgain, plan_again
from povlib.runs.horizon.horizon_inputs import HorizonInputs, horizon_inputs
from povlib.runs.horizon.horizon_run import StoredHorizon, horizon_plan, is_current, stored_horizon
from povlib.runs.office.plan_movements import plan_movements
from povlib.runs.office.promise_rows import promise_rows

pytestmark = [pytest.mark.slow, pytest.mark.whole_run]

#: movements of the approved plan whose money is committed before it is planned again
COMMITTED = 12


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


def test_it_is_certified_within_one_person(made: Made) -> None:
    facts = made.plan.facts
    assert facts["proved"]
    assert facts["faults"] == []
    assert 0 <= facts["gap"] < 1.0
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


@dataclass
class Later:
    """What happened in a month, and the plan made again after it."""

    run: runs.Run
    again: PlanAgain
    committed: pd.DataFrame
    dropped: str
    begun: str
    poorer: str


@pytest.fixture(scope="module")
def later(made: Made) -> Later:
    """Approve the year's plan, commit part of it, load a month in which things went otherwise, and plan again."""
    run, place = made.run, runs.find_office("sample")
    month = run.at + 1
    moves = [move for move in plan_movements_of(run) if move.hh][:COMMITTED]
    planned = made.plan.households[made.plan.households["period"] == 0]
    free = planned.loc[~planned["hh"].isin([move.hh for move in moves]) & (planned["additional"] > 0), "hh"]
    dropped, begun, poorer = free.iloc[:3]
    with runs.open_book(place) as book:
        info = ledger.BatchInfo("promise", officer="o", role="approve", month=run.settings.help_from)
        ledger.record_promises(book, run.info.run_id, promise_rows(run), info)
        given = [ledger.Movement(f"grant/{fund}", fund, move.year, 1_000_000_00, move.date)
                 for fund, move in {move.fund: move for move in moves}.items()]  # fmt: skip
        ledger.appropriate(book, given, ledger.BatchInfo(officer="o"))
        ledger.commit(book, moves, ledger.BatchInfo(officer="o"))
        book.append(ledger.BatchInfo(month=month), _month_after(run, made.plan, dropped, begun, poorer))
    # the plan in force is found although commitments have changed what a new one would be made from
    assert not is_current(run, made.plan)
    changes = {"settings.plan_month": str(month + 1), "settings.help_from": str(month + 2)}
    after = runs.begin(place, "base", changes)
    again = plan_again(after, run)
    committed = pd.DataFrame([(move.hh, move.measure) for move in moves], columns=["hh", "measure"])
    return Later(after, again, committed, dropped, begun, poorer)


def plan_movements_of(run: runs.Run) -> list[ledger.Movement]:
    with runs.open_book(runs.find_office("sample")) as book:
        return plan_movements(book, run, "2016-05-20")


def _month_after(run: runs.Run, plan: StoredHorizon, dropped: str, begun: str, poorer: str) -> dict[str, pd.DataFrame]:
    """Return a month like the last one: one household left the register, help of one began, one lost its income."""
    with runs.open_book(runs.find_office("sample"), create=False) as book:
        seen = ledger.read_frame(book, "observations")
        households = ledger.read_frame(book, "households")
    rows = seen[seen["month"] == run.at.ordinal].assign(month=(run.at + 1).ordinal)
    lost = rows["hh"] == poorer
    for column in ("wage_fen", "business_fen", "property_fen"):
        rows[column] = rows[column].mask(lost, 0)
    left = households[households["hh"] == dropped].assign(status="已脱贫", exit_year=2016)
    row = plan.households.set_index("hh").loc[begun]
    measures = str(row["measures"]).split("+")
    support = pd.DataFrame(
        {"id": [f"{begun}-H{i}" for i in range(len(measures))], "hh": begun, "person": None, "measure": measures,
         "from_month": int(row["month"]), "to_month": int(row["month"]), "fen": 100_00, "fund": "special",
         "status": "已完成"}
    )  # fmt: skip
    return {"observations": rows, "households": left, "support": support}


def test_planned_again_it_is_proved_and_what_is_committed_stays(made: Made, later: Later) -> None:
    facts = later.again.stored.facts
    assert facts["proved"]
    assert 0 <= facts["gap"] < 1.0 + later.run.settings.equal_persons
    now = later.again.stored.households.set_index("hh")
    held = set(later.committed["hh"])
    assert facts["committed"] == len(held)
    for hh, measure in later.committed.itertuples(index=False):
        assert now.loc[hh, "period"] == 0
        assert measure in str(now.loc[hh, "measures"]).split("+")


def test_nobody_is_moved_without_a_printed_gain(later: Later, capsys: pytest.CaptureFixture[str]) -> None:
    moves = later.again.stored.moves
    gone = moves["reason"] == "gone"
    # moved because its help is not offered any more, or because leaving it would cost persons
    assert (moves.loc[~gone, "gain"] > 0).all()
    assert moves.loc[gone, "gain"].isna().all()
    assert later.again.kept + len(moves) >= 300
    assert later.again.kept > 2 * len(moves)


def test_deviations_are_explained_and_their_exits_add_up(made: Made, later: Later) -> None:
    deviation = later.again.stored.deviation.set_index("kind")
    # by hand: the totals of both plans
    before, now = made.plan.households["value"].sum(), later.again.stored.households["value"].sum()
    assert deviation["persons"].sum() == pytest.approx(now - before, abs=1e-3)
    was = made.plan.households.set_index("hh")["value"]
    assert deviation.loc["exited", "households"] == 1
    assert deviation.loc["exited", "persons"] == pytest.approx(-was[later.dropped], abs=1e-9)
    is_now = later.again.stored.households.set_index("hh")["value"]
    assert deviation.loc["begun", "households"] == 1
    assert deviation.loc["begun", "persons"] == pytest.approx(is_now[later.begun] - was[later.begun], abs=1e-9)
    assert is_now[later.poorer] < was[later.poorer]
    assert deviation.loc["shock", "households"] > 0


def test_what_changed_stands_on_the_page(later: Later) -> None:
    words = repr(runs.horizon_page(later.run, "en")["horizon"])
    assert "Against the plan before" in words
    assert later.again.stored.facts["since"]


def test_planned_again_from_itself_nobody_is_moved(later: Later) -> None:
    again = plan_again(later.run, later.run)
    assert again.stored.facts["proved"]
    assert len(again.stored.moves) == 0
    assert again.stored.deviation["persons"].abs().sum() < 1e-3


def test_a_run_without_such_a_plan_shows_nothing_of_it(finished: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POVLIB_WORK", str(finished.work))
    run = runs.find_run("latest", runs.sample_office())
    assert stored_horizon(run) is None
    assert "horizon" not in runs.meeting_page(run, "en").keys
    assert "horizon plan" in repr(runs.horizon_page(run, "en")["horizon"])
