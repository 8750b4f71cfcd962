"""Events by month: money of the ledger counted by hand, and that a run's month is the last one with data."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from povlib import ledger, runs
from povlib.ledger.money.fund_movements import Movement
from povlib.runs.facts.kinds.month_events import month_report_facts


@pytest.mark.thorough
def test_money_counts_in_the_month_of_its_day_and_a_reversal_in_its_own(
    copied: Callable[[], runs.Run], approved: Callable[[runs.Run], None]
) -> None:
    run = copied()
    approved(run)
    info = ledger.BatchInfo(officer="o", role="desk", reason="r")
    about = {"run": run.info.run_id, "hh": "S01-0008", "village": "联胜", "measure": "training"}
    with runs.open_book(runs.find_office("sample")) as book:
        ledger.appropriate(book, [Movement("g1", "special", 2016, 20_000_000, "2016-03-02")], info)
        ledger.commit(book, [Movement("c1", "special", 2016, 80_000, "2016-03-03", **about)], info)
        ledger.pay(book, [Movement("p1", "special", 2016, 50_000, "2016-04-04", **about)], info)
        ledger.pay(book, [Movement("p2", "special", 2016, 7_000, "2016-03-04", **about)], info)
        ledger.reverse(book, ["p2"], "2016-04-05", info)
    facts = month_report_facts(run)
    told = facts.money.set_index("key")[["now", "before", "year"]]
    assert told.loc["granted"].tolist() == [0, 20_000_000, 20_000_000]
    assert told.loc["committed"].tolist() == [0, 80_000, 80_000]  # as it was made: payments do not take it back
    assert told.loc["paid"].tolist() == [43_000, 7_000, 50_000]
    assert facts.moved
    assert facts.due["committed_fen"] == 30_000
    assert facts.due["promises"] == 0  # due in December, not by the end of the next month
    assert not facts.stepped
