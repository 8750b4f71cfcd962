"""The words contracts, coops and roster: what is printed and written, and what is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

from povlib import ledger
from povlib.calendar import Month
from povlib.runs.office.office_place import open_book, sample_office

APRIL = Month(2016, 4).ordinal
JUNE, DECEMBER = Month(2016, 6).ordinal, Month(2016, 12).ordinal
CONTRACT, COOP = "土鸡土鸭购销-2016", "立春养牛专业合作社"


def _append(**frames: pd.DataFrame) -> None:
    with open_book(sample_office()) as book:
        book.append(ledger.BatchInfo(officer="test", role="desk"), frames)


@pytest.fixture
def recorded(loaded: Path) -> list[str]:
    """A contract and a co-op with books, for households of the loaded village; the households."""
    with open_book(sample_office()) as book:
        state = ledger.read_state(book)
    hh = [str(key) for key in state.poor["hh"].iloc[:12]]
    village = str(state.households["village"].iloc[0])
    _append(
        sale_contracts=pd.DataFrame(
            {"contract": [CONTRACT], "partner": "样本集团", "product": "土鸡土鸭", "unit": "只", "quantity": 400.0,
             "floor_fen": 4500, "from_month": Month(2016, 1).ordinal, "to_month": DECEMBER, "kind": "purchase",
             "status": "running"}
        ),
        contract_shares=pd.DataFrame({"contract": CONTRACT, "hh": hh[:3], "quantity": [60.0, 60.0, 40.0],
                                      "capacity": [80.0, 80.0, 40.0]}),
        contract_schedules=pd.DataFrame({"contract": CONTRACT, "month": [Month(2016, 3).ordinal, APRIL, JUNE, DECEMBER],
                                         "quantity": [100.0, 100.0, 100.0, 100.0]}),
        deliveries=pd.DataFrame({"contract": CONTRACT, "delivery": ["1", "2"], "hh": hh[:2],
                                 "day": [20160310, 20160420], "quantity": [30.0, 20.0], "fen": [135_000, 80_000],
                                 "mortality": [0.1, 0.1]}),
        workers=pd.DataFrame({"person": [f"{hh[5]}-01"], "hh": [hh[5]], "wish": ["raise"]}),
        coops=pd.DataFrame({"coop": [COOP], "village": village, "product": "肉牛", "status": "operating",
                            "founded_month": APRIL, "registered_month": APRIL, "members": 12, "poor_members": 12}),
        coop_stakes=pd.DataFrame({"coop": COOP, "stake": [f"S{i}" for i in range(12)], "hh": hh,
                                  "kind": ["grant"] * 11 + ["loan"], "fen": 500_000, "from_month": APRIL,
                                  "loan": [None] * 11 + ["L1"], "floor_fen": 30_000}),
        loans=pd.DataFrame({"loan": ["L1"], "borrower_kind": "household", "borrower": hh[11], "hh": hh[11],
                            "used_by": COOP, "fen": 500_000, "from_month": APRIL, "due_month": APRIL + 24,
                            "rate_percent": 4.35, "repaid_fen": 0, "status": "running"}),
        coop_entries=pd.DataFrame(
            [(COOP, "1", 1, APRIL, "cash", None, 6_000_000), (COOP, "1", 2, APRIL, "stakes", None, -6_000_000),
             (COOP, "2", 1, APRIL, "wages", hh[0], 20_000), (COOP, "2", 2, APRIL, "cash", None, -20_000)],
            columns=["coop", "entry", "line", "month", "account", "hh", "fen"],
        ),
        bases=pd.DataFrame({"base": ["一号基地"], "coop": COOP, "village": village, "product": "肉牛",
                            "status": "operating"}),
    )  # fmt: skip
    return hh


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_contract_names_who_is_behind_and_what_it_leaves_open(cli: Any, recorded: list[str], lang: str) -> None:
    said = cli("contracts", lang=lang)
    assert said.code == 0, said.both
    assert f"contracts {CONTRACT}" in said.out.splitlines()[-1] or f"contracts {CONTRACT}" in said.both
    said = cli("contracts", CONTRACT, lang=lang)
    assert said.code == 0
    # half of each share is due: 30, 30 and 20; delivered are 30, 20 and none
    assert recorded[2] in said.out
    assert recorded[1] in said.out
    # 160 of 400 are shared, but 36 of the third's 40 live: 400 - 156 = 244, three more households of 80
    assert "244" in said.out
    assert "100.00" in said.out  # twenty birds at 45 yuan are 900, 800 were paid


def test_shares_of_the_months_to_come_ask_a_newcomer_who_wishes_to_raise(cli: Any, recorded: list[str]) -> None:
    said = cli("contracts", CONTRACT, "--shares")
    assert said.code == 0, said.both
    assert recorded[5] in said.out
    said = cli("contracts", "--shares")
    assert said.code == 2
    assert "contracts" in said.err


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_co_op_in_full_and_what_its_failure_costs(cli: Any, recorded: list[str], lang: str) -> None:
    said = cli("coops", lang=lang)
    assert said.code == 0, said.both
    said = cli("coops", COOP, lang=lang)
    assert said.code == 0, said.both
    assert "户贷企用" in said.out
    assert f"roster {COOP} --from 2016-05" in said.both
    said = cli("coops", COOP, "--failed", lang=lang)
    assert said.code == 0, said.both
    # 59,800 yuan of cash and three tenths of what 60,000 bought else are left: 59,860 of 60,000 come back
    assert "59,860.00" in said.out
    assert cli("coops", COOP, "--year", "2014").code == 2
    said = cli("coops", COOP, "--year", "2016", "--without-firm", lang=lang)
    assert said.code == 0, said.both


def test_a_roster_is_written_as_a_sheet_without_names(cli: Any, recorded: list[str], work: Path) -> None:
    said = cli("roster", COOP, "--from", "2016-06", "--weeks", "4", "--need", "2")
    assert said.code == 0, said.both
    book = openpyxl.load_workbook(work / "sample" / "desk" / "rosters" / f"roster-{COOP}-2016-06.xlsx")
    cells = [str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row if cell]
    assert "2016-06-06" in cells
    assert any("一号基地" in cell for cell in cells)
    turns = [cell for cell in cells if "(" in cell and any(hh in cell for hh in recorded)]
    assert len(turns) == 4
    assert all(cell.count("\n") == 1 for cell in turns)


def test_what_is_mistyped_is_refused_with_what_there_is(cli: Any, recorded: list[str], work: Path) -> None:
    for words, hint in (
        (("contracts", "土鸡土鸭购销-2017"), CONTRACT),
        (("coops", "立春养牛合作社"), COOP),
        (("roster", "立春养牛合作社", "--from", "2016-06"), COOP),
        (("roster", COOP, "--from", "June"), "2016"),
        (("roster", COOP, "--from", "2016-06", "--weeks", "0"), "1"),
        (("roster", COOP, "--from", "2016-06", "--need", "0"), "1"),
        (("contracts", "--month", "2016-13"), "2016"),
    ):
        said = cli(*words)
        assert said.code == 2, words
        assert hint in said.err
    assert not (work / "sample" / "desk" / "rosters").exists()


def test_what_was_entered_twice_is_refused_by_the_words_too(cli: Any, recorded: list[str], loaded: Path) -> None:
    from povlib.errors import WorkbenchError

    again = pd.DataFrame({"contract": [CONTRACT], "delivery": ["1b"], "hh": [recorded[0]], "day": [20160310],
                          "quantity": [30.0], "fen": [135_000], "mortality": [0.1]})  # fmt: skip
    try:
        _append(deliveries=again)
    except WorkbenchError:
        return  # refused where it is written
    said = cli("contracts", CONTRACT)
    assert said.code == 2
    assert "1b" in said.err


def test_without_rows_the_sheet_to_fill_is_named(cli: Any, loaded: Path) -> None:
    for words in (("contracts",), ("coops",), ("roster", COOP, "--from", "2016-06")):
        said = cli(*words)
        assert said.code == 2
        assert "forms" in said.err
