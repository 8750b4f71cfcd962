"""Results that villages are compared on, against counts of the rows by hand."""

from __future__ import annotations

import pytest

from povlib import ledger
from povlib.runs.facts.contest import RESULTS, contest_result, result_name
from povlib.runs.office.office_place import open_book, sample_office
from tests.conftest import Finished


@pytest.fixture(scope="module")
def state(finished: Finished) -> ledger.State:
    with open_book(sample_office(), create=False) as book:
        return ledger.read_state(book)


def test_results_count_the_bulletins_houses_and_the_marked(state: ledger.State) -> None:
    houses, exits = contest_result(state, "houses"), contest_result(state, "exits")
    assert (len(houses.reached), houses.reached.sum()) == (85, 56)
    assert exits.reached.sum() == state.marks["hh"].nunique()
    assert len(exits.reached) == len(state.poor)


def test_a_year_of_records_is_twelve_different_months(state: ledger.State) -> None:
    records = contest_result(state, "records")
    last = state.observations["month"].max()
    whole = 0
    for hh in state.poor["hh"]:
        months = set(state.observations.loc[state.observations["hh"] == hh, "month"])
        whole += set(range(last - 11, last + 1)) <= months
    assert records.reached.sum() == whole


@pytest.mark.parametrize("key", list(RESULTS))
def test_every_result_has_a_name_and_is_compared(state: ledger.State, key: str) -> None:
    found = contest_result(state, key).compared(few=3, level=0.95)
    assert found.table["observed"].sum() == contest_result(state, key).reached.sum()
    assert found.table["expected"].sum() == pytest.approx(found.table["observed"].sum())
    assert result_name(key, "zh") != result_name(key, "en")
