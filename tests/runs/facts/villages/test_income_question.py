"""Village income of an office: as known on a day, shared out by a rule into a sheet that loads as it stands."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from povlib import intake, ledger, places
from povlib.calendar import Month
from povlib.errors import DataError, WorkbenchError
from povlib.params.villages.village_income import load_village_income
from povlib.runs.facts.villages.income_question import (
    IncomeQuestion,
    read_income_question,
    shares_by_rule,
    write_sharing_sheet,
)
from povlib.runs.office.office_place import Place, open_book, sample_office

APRIL = Month(2016, 4)


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    """An office of two households of 联胜 with a year's dividend and a rent, of which part came a month later."""
    monkeypatch.setenv("POVLIB_WORK", str(tmp_path / "work"))
    made = sample_office()
    rows = {
        "households": pd.DataFrame({"hh": ["H1", "H2"], "village": "联胜", "status": ["未脱贫", "已脱贫"], "size": 2}),
        "members": pd.DataFrame({"person": ["H1-01", "H2-01"], "hh": ["H1", "H2"], "relation": "户主"}),
        "observations": pd.DataFrame({"hh": ["H1"], "month": APRIL.ordinal, "wage_fen": 100, "flag": "observed"}),
        "village_income": pd.DataFrame({"village": ["联胜"], "month": APRIL.ordinal, "source": "水电入股分红",
                                        "fen": 36_000_05}),
        "income_contracts": pd.DataFrame(
            {"contract": ["联胜-店"], "village": "联胜", "partner": "承租户1", "kind": "building", "source": "店面",
             "footing": "fixed", "fen": 900_00, "due_months": "4", "due_day": 10, "from_month": APRIL.ordinal,
             "to_month": APRIL.ordinal + 11, "related": 0}),
    }  # fmt: skip
    with open_book(made) as book:
        book.append(ledger.BatchInfo(officer="test", role="desk", month=APRIL), rows)
    return made


def test_overdue_on_any_day(place: Place) -> None:
    for day, late in ((date(2016, 4, 10), []), (date(2016, 4, 11), [1]), (None, [20])):
        behind = read_income_question(place, day).facts.contracts
        assert behind is not None
        assert behind.overdue["days_overdue"].tolist() == late


def test_a_share_becomes_a_sheet_that_loads_and_is_then_taken_off(place: Place) -> None:
    asked = read_income_question(place)
    asked = replace(asked, rules=load_village_income(places.DATA / "sample" / "params"))
    rule = asked.rule("power_dividend")
    plan = shares_by_rule(asked, rule)
    assert plan[["hh", "fen"]].to_numpy().tolist() == [["H1", 3_600_00]]  # a tenth, in whole fen, to the poor one
    path = write_sharing_sheet(place, asked, rule, plan, date(2016, 4, 28))
    with open_book(place) as book:
        (verdict,) = intake.load(book, [path], villages=[{"name": "联胜"}])
        assert [flag.message("en") for flag in verdict.flags if flag.refuses != "note"] == []
        state = ledger.read_state(book)
    row = state.income_uses.iloc[0]
    assert row[["village", "hh", "day", "kind", "fen", "plan"]].tolist() == [
        "联胜", "H1", 20160428, "households", 3_600_00, "2016年一户一法",
    ]  # fmt: skip
    assert shares_by_rule(IncomeQuestion(state, asked.rules, asked.day, asked.facts), rule).empty


def test_a_rule_that_nobody_made_is_refused(place: Place) -> None:
    with pytest.raises(DataError):
        read_income_question(place).rule("none")


def test_a_day_before_the_ledger_knew_anything(place: Place) -> None:
    with pytest.raises(WorkbenchError) as refused:
        read_income_question(place, known=date(2000, 1, 1))
    assert refused.value.faults
