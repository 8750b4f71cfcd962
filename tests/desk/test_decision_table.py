"""The table of decisions: choices kept while one turns pages, checked at once, recorded like the workbook."""

from __future__ import annotations

import pytest

from povlib import ledger, runs
from povlib.desk.decision_table import DecisionTable, decision_table
from povlib.report.writers.decision_sheet import approve_words, change_words, refuse_words


@pytest.fixture(scope="module")
def table(finished) -> DecisionTable:
    return decision_table(runs.find_run("latest", runs.sample_office()), "zh")


def _row(table: DecisionTable, hh: str) -> list:
    """The three fields of a household's row as they are on the screen."""
    table.search.value = hh
    return list(table.body.children[1].children[2:])


def test_a_choice_on_the_screen_is_kept_and_checked(table):
    served = table.rows[~table.rows["nothing"]]
    hh = str(served["hh"].iloc[0])
    decision, by, reason = _row(table, hh)
    assert decision.options[:3] == ("", approve_words("zh"), refuse_words("zh"))
    assert decision.options[3:] == tuple(change_words(name, "zh") for name in served["others"].iloc[0])
    decision.value = refuse_words("zh")
    assert "理由" in table.said.value  # a refusal needs a reason, said at once and in the table's language
    reason.value = "已外出务工"
    by.value = "会议"
    assert "已选 1 项决定" in table.said.value
    table.search.value = ""
    assert [field.value for field in _row(table, hh)] == [refuse_words("zh"), "会议", "已外出务工"]
    (one,) = table.decisions
    assert (one.hh, one.verdict, one.package, one.reason) == (hh, "refused", "", "已外出务工")
    table.decide(hh, "")
    assert table.decisions == []


def test_households_are_found_by_village_and_page(table):
    table.search.value = ""
    table.served.value = False
    village = str(table.rows["village"].iloc[-1])
    table.village.value = village
    own = table.rows[table.rows["village"] == village]
    seen = []
    for page in range(1, table.page.max + 1):
        table.page.value = page
        seen += [child.children[0].value.partition("<br>")[0] for child in table.body.children[1:]]
    assert seen == own["hh"].tolist()
    table.village.value = ""
    table.served.value = True


@pytest.mark.thorough
def test_what_is_recorded_stands_in_the_ledger_and_needs_a_name(copied_office):
    run = copied_office()
    table = decision_table(run, "en")
    served = table.rows[~table.rows["nothing"]]
    hh, other = (str(served["hh"].iloc[at]) for at in (0, 1))
    table.decide(hh, refuse_words("zh"), "", "moved away")  # the words of the other language are understood
    table.decide(other, approve_words("en"))
    assert not table.record_choices()
    assert "stands under a name" in table.said.value
    table.officer.value = "desk"
    assert table.record_choices(), table.said.value
    assert "plan base" in table.said.value
    with runs.open_book(runs.sample_office(), create=False) as book:
        found = ledger.household_decisions(book).set_index("hh")
    assert found["verdict"].to_dict() == {hh: "refused", other: "approved"}
    assert not table.record_choices()
    assert table.decisions == []
