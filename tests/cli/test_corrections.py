"""What an officer types is named as the workbook names it and held to the rules of intake."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from povlib import ledger, runs
from povlib.calendar import Month
from povlib.runs.office.office_place import open_book

NEXT = str(dt.date.today().year + 1)
SAID = ("--officer", "W", "--reason", "slip")


def _state() -> ledger.State:
    with open_book(runs.find_office("sample")) as book:
        return ledger.read_state(book)


def _first() -> str:
    return str(_state().households["hh"].iloc[0])


def _amount(frame: str, hh: str, column: str, **key: Any) -> Any:
    rows = getattr(_state(), frame)
    rows = rows[(rows["hh"] == hh) & (rows["month"] == Month(2016, 3).ordinal)]
    for name, value in key.items():
        rows = rows[rows[name] == value]
    return rows[column].iloc[0]


def test_tables_and_columns_go_by_their_chinese_names(cli: Any, loaded: Path) -> None:
    hh = _first()
    said = cli("correct", "月度收支", f"户编号={hh}", "月份=2016年3月", "--set", "工资性收入=1,234.5", "--set",
               "低保金=0.03万元", "--set", "饮水安全=是", *SAID)  # fmt: skip
    assert said.code == 0, said.both
    assert _amount("observations", hh, "wage_fen") == 123450
    assert _amount("observations", hh, "water") == 1
    assert _amount("transfers", hh, "fen", kind="minimum_living") == 30000
    said = cli("correct", "户信息", f"户编号={hh}", "--set", "主要致贫原因=病", "--set", "距集镇=7.5公里", *SAID)
    assert said.code == 0, said.both
    row = _state().households.set_index("hh").loc[hh]
    assert (row["cause"], row["distance_km"]) == ("因病", 7.5)
    said = cli("retract", "月度收支", f"户编号={hh}", "月份=2016-03", *SAID)
    assert said.code == 0, said.both
    with open_book(runs.find_office("sample")) as book:
        assert ledger.check(book).ok


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("月度收支", "户编号=HH", "月份=2016-03", "--set", "工资性收入=200001"), "outside 0 to 200000"),
        (("observations", "hh=HH", "month=2016-03", "--set", "wage=-1"), "outside 0 to 200000"),
        (("observations", "hh=HH", "month=2016-03", "--set", "wage=约3000"), "no exact amount"),
        (("月度收支", "户编号=HH", "月份=2016-03", "--set", "低保金=20001"), "outside 0 to 20000"),
        (("transfers", "hh=HH", "month=2016-03", "kind=pension", "--set", "fen=-5"), "outside 0"),
        (("户信息", "户编号=HH", "--set", "村=没有村"), "registered village"),
        (("households", "hh=HH", "--set", "village="), "is empty"),
        (("户信息", "户编号=HH", "--set", "脱贫年度=1816"), "outside 2010"),
        (("户信息", "户编号=HH", "--set", "耕地=900"), "outside 0 to 500"),
        (("户信息", "户编号=HH", "--set", "联系电话=13800000000"), "not corrected by hand"),
        (("家庭成员", "人口编号=PP", "--set", "务工月数=13"), "outside 0 to 12"),
        (("家庭成员", "人口编号=PP", "--set", "出生日期=NEXT-01-02"), "future"),
        (("家庭成员", "人口编号=PP", "--set", "户编号=X-404"), "nothing is recorded about household X-404"),
        (("家庭成员", "人口编号=PP", "户编号=X-404", "--set", "务工月数=3"), "says otherwise"),
        (("月度收支", "户编号=HH", "月份=2016-03", "--set", "工资性收人=1"), "工资性收入"),
        (("月度支出", "户编号=HH", "--set", "工资=1"), "月度收支"),
        (("月度收支", "户编号=HH", "--set", "低保金=1"), "month"),
    ],
)
def test_the_rules_of_intake_hold_for_corrections(cli: Any, loaded: Path, words: tuple[str, ...], said: str) -> None:
    state = _state()
    hh, person = str(state.households["hh"].iloc[0]), str(state.members["person"].iloc[0])
    before = cli("ledger", "head").out
    answer = cli("correct", *(w.replace("HH", hh).replace("PP", person).replace("NEXT", NEXT) for w in words), *SAID)
    assert answer.code == 2, answer.both
    assert said in answer.err
    assert cli("ledger", "head").out == before


def test_an_amount_far_from_what_is_known_is_asked_about(cli: Any, loaded: Path) -> None:
    hh = _first()
    words = ("correct", "月度收支", f"户编号={hh}", "月份=2016-03", "--set", "工资性收入=20万元", *SAID)
    said = cli(*words)
    assert said.code == 2
    assert "200,000.00 yuan is far" in said.err
    assert "--sure" in said.err
    assert cli(*words, "--sure").code == 0, "who asked may say so"
    assert cli("correct", "月度收支", f"户编号={hh}", "月份=2016-03", "--set", "工资性收入=20.0001万元", *SAID,
               "--sure").code == 2, "the bounds hold all the same"  # fmt: skip


def test_a_closed_month_is_named(cli: Any, loaded: Path) -> None:
    hh = _first()
    words = ("correct", "月度收支", f"户编号={hh}", "月份=2016-03", "--set", "饮水安全=否", *SAID)
    assert cli("close", "2016-03", "--officer", "W").code == 0
    said = cli(*words)
    assert said.code == 0, said.both
    assert "2016-03" in said.out
    assert "closed" in said.out
    assert "已关账" in cli("correct", "月度收支", f"户编号={hh}", "月份=2016-03", "--set", "饮水安全=是", *SAID,
                        lang="zh").out  # fmt: skip


def test_a_day_that_has_not_come_is_not_recorded(cli: Any, loaded: Path, tmp_path: Path) -> None:
    project = str(_state().projects["project"].iloc[0])
    said = cli("photo", tmp_path / "p.jpg", "--project", project, "--phase", "before", "--week", f"{NEXT}-01-02")
    assert said.code == 2
    assert "future" in said.err
    said = cli("step", "公示", f"{NEXT}-01-02", _first(), "--officer", "W")
    assert said.code == 2
    assert "future" in said.err


def test_the_same_rules_hold_for_money(cli: Any, loaded: Path) -> None:
    def give(year: int, amount: str, *more: str) -> Any:
        return cli("fund", "appropriate", "special", str(year), amount, "--id", "A1", "--officer", "W", *more)

    for said, word in (
        (give(2016, "1000", "--date", f"{NEXT}-01-02"), "future"),
        (give(2061, "1000", "--date", "2016-03-01"), "look at the year"),
        (give(2016, "160000万元"), "--sure"),
        (give(2016, "-5"), "above 0"),
    ):
        assert said.code == 2, said.both
        assert word in said.err
    assert give(2016, "160000万元", "--sure").code == 0
