"""Use of funds of the finished run: the plan's own figures, and money of the ledger counted by hand."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from povlib import ledger, runs
from povlib.ledger.money.fund_movements import Movement
from povlib.runs.facts.kinds.fund_use import fund_use
from povlib.runs.facts.meeting import meeting_facts


def test_before_any_movement_nothing_is_known_and_the_plan_is_that_of_the_meeting_paper(run: runs.Run) -> None:
    meeting = meeting_facts(run, "en")
    facts = fund_use(run, meeting, "en")
    assert not facts.moved
    assert facts.funds[["granted_fen", "committed_fen", "paid_fen", "rate"]].isna().all(axis=None)
    assert facts.funds["planned_fen"].tolist() == meeting.funds["planned_fen"].tolist()
    assert facts.funds["budget_fen"].sum() == meeting.funds["amount_fen"].sum()
    for rows in (facts.measures, facts.villages):
        assert rows["planned_fen"].sum() == meeting.outcome.money_fen
    assert facts.year_share == pytest.approx(4 / 12)  # data to the end of April


@pytest.mark.thorough
def test_what_the_ledger_moved_stands_beside_the_plan(
    copied: Callable[[], runs.Run], approved: Callable[[runs.Run], None]
) -> None:
    run = copied()
    approved(run)
    info = ledger.BatchInfo(officer="o", role="desk")
    about = {"run": run.info.run_id, "hh": "S01-0008", "village": "联胜", "measure": "training"}
    with runs.open_book(runs.find_office("sample")) as book:
        ledger.appropriate(book, [Movement("g1", "special", 2016, 20_000_000, "2016-05-02")], info)
        ledger.commit(book, [Movement("c1", "special", 2016, 80_000, "2016-05-03", **about)], info)
        ledger.pay(book, [Movement("p1", "special", 2016, 50_000, "2016-05-04", **about)], info)
    facts = fund_use(run, meeting_facts(run, "zh"), "zh")
    own = facts.funds.set_index("name").loc[run.catalogue.funds["special"].names.show("zh")]
    assert own[["granted_fen", "committed_fen", "paid_fen"]].tolist() == [20_000_000, 30_000, 50_000]
    assert own["rate"] == pytest.approx(50_000 / 20_000_000)
    assert facts.funds["paid_fen"].tolist().count(0) == len(facts.funds) - 1  # others: known to be none
    village = facts.villages.set_index("name").loc["联胜"]
    assert village[["committed_fen", "paid_fen"]].tolist() == [30_000, 50_000]
    training = facts.measures.set_index("name").loc[run.catalogue.measures["training"].names.show("zh")]
    assert training[["committed_fen", "paid_fen"]].tolist() == [30_000, 50_000]
