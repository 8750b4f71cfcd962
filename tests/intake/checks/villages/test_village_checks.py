"""What a clerk types wrong about work, co-ops, contracts and helpers is refused or asked about, all of it at once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from defects.making import id_number

from povlib import intake, ledger
from povlib.calendar import Month
from tests.intake.township_rows import TOWNSHIP, VILLAGE, changed, write_rows

VILLAGES = [{"name": "联胜"}, {"name": "乐北"}]


@pytest.fixture
def known(book: ledger.Ledger, tmp_path: Path) -> ledger.Ledger:
    """A ledger to write to."""
    return _township(book, tmp_path)


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ledger.Ledger]:
    """The same ledger for all files that are only judged."""
    folder = tmp_path_factory.mktemp("held")
    with ledger.open(folder / "ledger.sqlite", create=True, seed=1) as opened:
        yield _township(opened, folder)


def _township(book: ledger.Ledger, tmp_path: Path) -> ledger.Ledger:
    """Record two households, three persons and the rows of a township; one person cares for somebody."""
    book.append(ledger.BatchInfo(month=Month(2016, 4)), {
        "households": pd.DataFrame({"hh": ["H1", "H2"], "village": ["联胜", "乐北"], "status": "未脱贫"}),
        "members": pd.DataFrame({"person": ["H1-01", "H1-02", "H2-01"], "hh": ["H1", "H1", "H2"],
                                 "labour": ["普通劳动力", "无劳动力", "普通劳动力"]}),
        "placements": pd.DataFrame({"post": ["旧岗位"], "person": ["H1-01"], "hh": ["H1"],
                                    "from_month": [Month(2015, 2).ordinal]}),
        "workers": pd.DataFrame({"person": ["H2-01"], "hh": ["H2"], "caring": [1]}),
    })  # fmt: skip
    (verdict,) = intake.load(book, [write_rows(tmp_path / "known.xlsx", TOWNSHIP)], villages=VILLAGES)
    assert not [flag for flag in verdict.flags if flag.refuses != "note"]
    return book


STAKE, ENTRY, LOAN = "stake", "coop_entry", "loan"
CASES: list[tuple[str, dict[str, list[dict[str, Any]]], str, str]] = [
    ("a negative quantity", changed("delivery", {"delivery": "J2", "quantity": -5}), "bound", "-5"),
    ("an absurd quantity", changed("delivery", {"delivery": "J2", "quantity": 10**9}), "bound", ""),
    ("no quantity", changed("contract", {"contract": "C2", "quantity": None}), "row_needs", "年合同量"),
    ("no month of the stake", changed(STAKE, {"stake": "G2", "from_month": None}), "row_needs", "入股月份"),
    ("a month of another century", changed("coop", {"founded_month": "1931-01"}), "month_absurd", "1931"),
    ("a stake before the founding", changed(STAKE, {"stake": "G2", "from_month": "2015-12"}), "before_founding", ""),
    ("registered before founded", changed("coop", {"registered_month": "2015-12"}), "before_founding", "2016-01"),
    ("an entry before the founding", {ENTRY: [{**row, "entry": "9", "month": "2015-11"} for row in TOWNSHIP[ENTRY]]},
     "before_founding", ""),
    ("a stake that ends before it begins", changed(STAKE, {"stake": "G2", "to_month": "2016-01"}), "month_before", ""),
    ("due before lent", changed(LOAN, {"loan": "D2", "due_month": "2015-01"}), "month_before", "2015-01"),
    ("more repaid than lent", changed(LOAN, {"loan": "D2", "repaid": 50001}), "part_of_more", "50,001"),
    ("an entry out of balance", changed(ENTRY, {"entry": "2"}), "entry_unbalanced", "50,000"),
    ("delivered before the contract", changed("delivery", {"delivery": "J2", "day": "2015-12-31"}),
     "delivery_outside", "2016-01–2016-12"),
    ("planned after the contract", changed("schedule", {"month": "2017-01"}), "delivery_outside", "2017-01"),
    ("a number twice in a file", changed("delivery", {"delivery": "J8"}, {"delivery": "J8", "quantity": 4}),
     "same_key", "4、5"),
    ("a number that the ledger has", changed("delivery", {"quantity": 41}), "delivery_again", "correct 交货"),
    ("one delivery under two numbers", changed("delivery", {"delivery": "J7"}), "delivery_doubled", "J1"),
    ("the same in one file", changed("delivery", {"delivery": "J7", "quantity": 9}, {"delivery": "J9", "quantity": 9}),
     "delivery_doubled", "J7"),
    ("months of no calendar", changed("income_contract", {"contract": "乙", "due_months": "13"}),
     "months_unread", "13"),
    ("a contract that ends before it begins", changed("income_contract", {"contract": "乙", "to_month": "2014-12"}),
     "month_before", "2015-01"),
    ("a dividend booked twice", changed("income_receipt", {"receipt": "P2"}), "receipt_doubled", "P1"),
    ("a receipt with other contents", changed("income_receipt", {"amount": 29999.99}), "receipt_again",
     "correct 村财到账"),
    ("a receipt of no contract", changed("income_receipt", {"contract": "丙", "receipt": "P2"}), "owner_unknown",
     "村财合同"),
    ("shared out to nobody", changed("income_use", {"use": "U2", "hh": None}), "use_needs_household", "户"),
    ("shared out to a stranger", changed("income_use", {"use": "U2", "hh": "H9"}), "household_unknown", "H9"),
    ("a bill booked twice", changed("medical_bill", {"bill": "YL2"}), "bill_doubled", "YL1"),
    ("a bill with other contents", changed("medical_bill", {"amount": 8200.01}), "bill_again", "correct 医疗费用"),
    ("a bill of another's member", changed("medical_bill", {"bill": "YL2", "hh": "H2"}), "person_elsewhere", "H2"),
    ("insurance beyond the bill", changed("medical_bill", {"bill": "YL2", "insured": 8200.01}), "insured_over_bill",
     "8,200.01"),
    ("a loss booked twice", changed("disaster_loss", {"loss": "ZH2"}), "loss_doubled", "ZH1"),
    ("a loss with other contents", changed("disaster_loss", {"amount": 1501}), "loss_again", "correct 受灾损失"),
    ("a loss of a stranger", changed("disaster_loss", {"loss": "ZH2", "hh": "H9"}), "household_unknown", "H9"),
    ("more taken than offered", changed("fair", {"taken": 21}), "fair_more_taken", "21"),
    ("taken where none was offered", changed("fair", {"offered": None}), "fair_more_taken", "17"),
    ("poor members beyond all members", changed("coop", {"poor_members": 61}), "part_of_more", "61"),
    ("an unknown co-op", changed(STAKE, {"stake": "G2", "coop": "没有的合作社"}), "owner_unknown", "专业合作社"),
    ("an unknown contract", changed("delivery", {"contract": "C9"}), "owner_unknown", "购销合同"),
    ("an unknown base", changed("shift", {"base": "没有的基地"}), "owner_unknown", "基地"),
    ("an unregistered household", changed("share", {"hh": "H9"}), "household_unknown", "H9"),
    ("a person of another household", changed("worker", {"hh": "H2"}), "person_elsewhere", "H2"),
    ("a turn that begins on a Tuesday", changed("shift", {"week": "2016-04-05"}), "not_monday", "2016-04-04"),
    ("eight days in a week", changed("shift", {"days": 8}), "bound", ""),
    ("a week at two bases", {"base": [{**TOWNSHIP["base"][0], "base": "二号基地"}],
                              "shift": [{**VILLAGE["shift"][0], "days": 4},
                                        {**VILLAGE["shift"][0], "base": "二号基地", "days": 4}]}, "days_of_week", "8"),
    ("a helper of the own village", changed("assignment", {"hh": "H2"}), "own_village", "乐北"),
    ("an end before the start", changed("post_end", {"end_month": "2014-01"}), "month_before", "2015-02"),
    ("a key that is a name", changed("helper", {"helper": "王小明"}), "not_cadre_key", ""),
]  # fmt: skip


@pytest.mark.parametrize(("told", "rule", "says"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_it_is_refused_in_words_and_nothing_of_it_is_kept(
    told: dict[str, list[dict[str, Any]]], rule: str, says: str, held: ledger.Ledger, tmp_path: Path
) -> None:
    (verdict,) = intake.load(held, [write_rows(tmp_path / "a.xlsx", told)], villages=VILLAGES, dry=True)
    found = [flag for flag in verdict.flags if flag.rule == rule]
    assert found, [flag.message("zh") for flag in verdict.flags]
    assert says in found[0].message("zh")
    assert found[0].cell
    assert all("{" not in flag.message(lang) for flag in found for lang in ("zh", "en"))
    assert verdict.verdict in ("reject_rows", "reject_cells")
    # of two files' worth of one delivery the first is kept, and a second base is no fault
    kept = {"days_of_week": ["bases"], "delivery_doubled": ["deliveries"]}.get(rule, [])
    assert set(verdict.rows) <= {*kept}, verdict.rows


def test_what_is_asked_about_loads(known: ledger.Ledger, tmp_path: Path) -> None:
    told: dict[str, list[dict[str, Any]]] = {
        "shift": [{**VILLAGE["shift"][0], "person": "H1-02"}, {**VILLAGE["shift"][0], "hh": "H2", "person": "H2-01"}],
        "product": [{**VILLAGE["product"][0], "sold": 31}],
        "post_end": [{**VILLAGE["post_end"][0], "post": "别的岗位"}],
    }
    (verdict,) = intake.load(known, [write_rows(tmp_path / "a.xlsx", told)], villages=VILLAGES)
    said = {flag.rule for flag in verdict.flags}
    assert {"turn_without_labour", "turn_while_caring", "sold_more", "end_alone"} <= said
    assert verdict.verdict == "accept_with_notes"
    assert len(ledger.read_state(known).shifts) == 2


def test_kin_and_full_hands_and_two_helpers(known: ledger.Ledger, tmp_path: Path) -> None:
    other = {**TOWNSHIP["helper"][0], "helper": "县-干部7", "home_village": None, "capacity": 0}
    told = {
        "helper": [other],
        "kin": [{"helper": "县-干部7", "hh": "H2"}],
        "assignment": [
            {"helper": "县-干部7", "hh": "H2", "from_month": "2016-01"},
            {"helper": "县-干部7", "hh": "H1", "from_month": "2016-01"},
            {"helper": "乐北-干部2", "hh": "H1", "from_month": "2016-01"},
        ],
    }
    (verdict,) = intake.load(known, [write_rows(tmp_path / "a.xlsx", told)], villages=VILLAGES)
    said = [(flag.rule, flag.refuses) for flag in verdict.flags]
    assert ("own_kin", "reject_rows") in said
    assert ("helper_full", "note") in said
    assert ("helpers_of_household", "note") in said
    state = ledger.read_state(known)
    assert sorted(state.helper_assignments["hh"]) == ["H1", "H1"]


def test_a_dividend_after_leaving_is_refused_with_the_whole_entry(known: ledger.Ledger, tmp_path: Path) -> None:
    left = [{**TOWNSHIP["stake"][0], "to_month": "2016-03"}]
    lines = [
        {"coop": "立春养牛专业合作社", "entry": "7", "line": 1, "month": "2016-04", "account": "分红", "hh": "H1",
         "amount": 40},
        {"coop": "立春养牛专业合作社", "entry": "7", "line": 2, "month": "2016-04", "account": "现金", "amount": -40},
    ]  # fmt: skip
    told = {"stake": left, "coop_entry": lines}
    (verdict,) = intake.load(known, [write_rows(tmp_path / "a.xlsx", told)], villages=VILLAGES)
    assert [flag.rule for flag in verdict.flags if flag.refuses == "reject_rows"] == [
        "after_leaving", "entry_unbalanced",
    ]  # fmt: skip
    state = ledger.read_state(known)
    assert len(state.coop_entries) == 2
    assert state.coop_stakes["to_month"].tolist() == [Month(2016, 3).ordinal]


def test_a_file_by_itself_is_checked_without_a_ledger(tmp_path: Path) -> None:
    told = {**changed("fair", {"taken": 30}), **changed("shift", {"base": "谁也不知道的基地"})}
    (verdict,) = intake.check([write_rows(tmp_path / "a.xlsx", told)], villages=VILLAGES)
    assert {flag.rule for flag in verdict.flags if flag.refuses != "note"} <= {"fair_more_taken"}


def test_villages_and_township_sent_together_know_each_other(book: ledger.Ledger, tmp_path: Path) -> None:
    """Each names what the other enters: shifts a base of the township, stakes a household of the villages."""
    register = {
        "household": [{"hh": "H1", "head_name": "测试甲", "village": "联胜", "attribute": "一般贫困户", "cause": "因病",
                       "status": "未脱贫"}],
        "member": [{"hh": "H1", "person": "H1-01", "name": "测试甲", "id_number": id_number(1, "19700301"),
                    "relation": "户主", "sex": "男", "birth": "1970-03-01", "health": "健康", "labour": "普通劳动力"}],
    }  # fmt: skip
    town = {key: rows for key, rows in TOWNSHIP.items() if key != "kin"}
    village = {key: VILLAGE[key] for key in ("worker", "shift", "assignment", "product")}
    files = [
        write_rows(tmp_path / "1台账-乡镇.xlsx", town),
        write_rows(tmp_path / "2联胜.xlsx", {**register, **village}),
    ]
    for dry in (True, False):
        verdicts = intake.load(book, files, villages=VILLAGES, dry=dry)
        said = [(flag.rule, flag.cell) for verdict in verdicts for flag in verdict.flags if flag.refuses != "note"]
        assert said == [], dry
    state = ledger.read_state(book)
    assert (len(state.coop_stakes), len(state.shifts), len(state.helper_assignments)) == (1, 1, 1)
    assert ledger.check(book).ok
