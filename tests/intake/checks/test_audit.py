"""Each audit rule speaks about the row it is meant for, and about no other."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from defects.making import id_number

from povlib.calendar import Month
from povlib.errors import IntakeError
from povlib.intake.checks.audit import read_rule_packs, run_audit_rules
from povlib.intake.sheets.checked_sheet import CheckedSheet
from povlib.intake.sheets.layouts import read_layouts
from povlib.intake.values.dates import PartialDate

MAY = Month(2016, 5)
LAYOUTS = {layout.table: layout for layout in read_layouts() if layout.mapping == "village_form"}


def sheet(table: str, rows: list[dict[str, Any]]) -> CheckedSheet:
    layout = LAYOUTS[table]
    keys = [field.key for field in layout.columns]
    frame = pd.DataFrame([{key: row.get(key) for key in keys} for row in rows], columns=keys, dtype=object)
    frame = frame.assign(_row=np.arange(3, 3 + len(rows)), _sheet=layout.name)
    places = {key: at for at, key in enumerate(keys)}
    return CheckedSheet(layout, layout.name, places, frame, np.zeros(len(rows), dtype=bool))


def person(number: int, year: int = 1980, **changed: Any) -> dict[str, Any]:
    sex = changed.pop("sex", "男" if number % 2 else "女")
    good = {
        "hh": "H1",
        "person": f"P{number}",
        "id_number": id_number(number, f"{year}0304"),
        "relation": "之子",
        "sex": sex,
        "birth": PartialDate(year, 3, 4),
        "education": "初中",
        "health": "健康",
        "labour": "普通劳动力",
        "medical_insurance": 1,
        "minimum_living": 0,
    }
    return good | changed


HEAD = person(1, relation="户主")
HOUSEHOLD = {"hh": "H1", "attribute": "一般贫困户", "status": "未脱贫", "identified_month": PartialDate(2014, 1)}
HOUSE = {"hh": "H1", "only_dwelling": 1, "prior_benefit": 0}
WORKS = {"project": "H1-Z1", "hh": "H1", "kind": "修缮", "grade": "D", "status": "未开工"}
HELP = {"support": "C1", "hh": "H1", "measure": "industry_grant"}
INCOME = [
    {"hh": "H1", "month": PartialDate(2015 + (m + 5) // 12, (m + 5) % 12 + 1), "business": 100} for m in range(12)
]

CASES: dict[str, tuple[dict[str, list[dict[str, Any]]], str]] = {
    "no_head": ({"member": [person(2)]}, "户信息!A4"),
    "several_heads": ({"member": [HEAD, person(3, relation="户主")]}, "家庭成员!E5"),
    "several_spouses": ({"member": [HEAD, person(2, relation="配偶"), person(4, relation="配偶")]}, "家庭成员!E6"),
    "spouse_same_sex": ({"member": [HEAD, person(3, relation="配偶")]}, "家庭成员!E5"),
    "sex_not_as_id": ({"member": [HEAD, person(2, sex="男")]}, "家庭成员!F5"),
    "birth_not_as_id": ({"member": [HEAD, person(2, birth=PartialDate(1981, 3, 4))]}, "家庭成员!G5"),
    "education_and_school": ({"member": [HEAD, person(2, 2000, school="普通高中一年级")]}, "家庭成员!H5"),
    "neither_education_nor_school": ({"member": [HEAD, person(2, education=None)]}, "家庭成员!H5"),
    "child_with_labour": (
        {"member": [HEAD, person(2, 2000, birth=PartialDate(2000, 6), id_number=None)]},
        "家庭成员!K5",
    ),
    "elder_with_labour": ({"member": [HEAD, person(2, 1956)]}, "家庭成员!K5"),
    "healthy_without_labour": ({"member": [HEAD, person(2, labour="无劳动力")]}, "家庭成员!K5"),
    "works_without_labour": (
        {"member": [HEAD, person(2, labour="丧失劳动力", health="残疾", workplace="省外", work_months=3)]},
        "家庭成员!L5",
    ),
    "workplace_without_months": ({"member": [HEAD, person(2, workplace="省外")]}, "家庭成员!M5"),
    "months_without_workplace": ({"member": [HEAD, person(2, work_months=3)]}, "家庭成员!L5"),
    "no_medical_insurance": ({"member": [HEAD, person(2, medical_insurance=0)]}, "家庭成员!N5"),
    "preschool_at_seven": (
        {"member": [HEAD, person(2, 2009, school="学前教育", education=None, labour="无劳动力")]},
        "家庭成员!I5",
    ),
    "five_guarantee_works": (
        {
            "household": [HOUSEHOLD | {"attribute": "五保户"}],
            "member": [HEAD, person(2, workplace="省外", work_months=3)],
        },
        "家庭成员!L5",
    ),
    "welfare_post_age": (
        {
            "member": [HEAD, person(2, 1940, labour="弱劳动力或半劳动力")],
            "support": [HELP, HELP | {"support": "C2", "measure": "cleaner_post", "person": "P2"}],
        },
        "帮扶措施!C5",
    ),
    "job_help_without_labour": (
        {
            "member": [HEAD, person(2, labour="无劳动力", health="残疾")],
            "support": [HELP, HELP | {"support": "C2", "measure": "enterprise_post", "person": "P2"}],
        },
        "帮扶措施!C5",
    ),
    "rain_dew_not_vocational": (
        {
            "member": [HEAD, person(2, 1999, education=None, school="普通高中一年级")],
            "support": [HELP, HELP | {"support": "C2", "measure": "yulu", "person": "P2"}],
        },
        "帮扶措施!C5",
    ),
    "industry_without_income": ({"income": [row | {"business": 0} for row in INCOME]}, "户信息!A4"),
    "allowance_nobody_draws": ({"support": [HELP, HELP | {"support": "C2", "measure": "minimum_living"}]}, "户信息!A4"),
    "labour_without_help": ({"support": [HELP | {"measure": "water_supply"}]}, "户信息!A4"),
    "no_measure": (
        {"support": [HELP | {"hh": "H9"}], "household": [HOUSEHOLD | {"identified_month": PartialDate(2016, 4)}]},
        "户信息!A4",
    ),
    "works_after_benefit": ({"dwelling": [HOUSE | {"prior_benefit": 1}], "housing": [WORKS]}, "住房工程!B4"),
    "works_not_only_dwelling": ({"dwelling": [HOUSE | {"only_dwelling": 0}], "housing": [WORKS]}, "住房工程!B4"),
    "works_on_safe_house": ({"housing": [WORKS | {"grade": "B"}]}, "住房工程!D4"),
    "frail_with_labour": ({"dwelling": [HOUSE | {"delay_cause": "frail"}]}, "住房情况!E4"),
    "unwilling_and_willing": ({"dwelling": [HOUSE | {"delay_cause": "unwilling", "willing": 1}]}, "住房情况!D4"),
}


def run(changed: dict[str, list[dict[str, Any]]], folder: Path | None = None) -> SimpleNamespace:
    good = {"household": [HOUSEHOLD], "member": [HEAD], "support": [HELP], "income": INCOME}
    check = SimpleNamespace(sheets=[sheet(table, rows) for table, rows in (good | changed).items()], month=MAY)
    run_audit_rules(check, dt.date(2016, 5, 31), folder)
    return check


def spoken(check: SimpleNamespace) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for one in check.sheets:
        for flag in one.flags:
            found.setdefault(flag.values["field"], set()).add(f"{flag.sheet}!{flag.cell}")  # noqa: PD011
    return found


def test_a_sound_household_is_silent() -> None:
    assert spoken(run({})) == {}


@pytest.mark.parametrize("rule", sorted(CASES))
def test_rule(rule: str) -> None:
    changed, cell = CASES[rule]
    found = spoken(run(changed))
    assert cell in found[rule]
    assert set(found) == {rule}, found


def test_every_rule_of_the_pack_has_a_case() -> None:
    # those of co-ops and contracts have theirs in villages/test_audited_facts.py
    packs = [pack for pack in read_rule_packs() if pack.key != "villages_2016"]
    assert {rule.key for pack in packs for rule in pack.rules} == set(CASES)


def pack(folder: Path, severity: str, when: str = "{labour: {is: 普通劳动力}}", about: str = "member") -> Path:
    text = f"pack: own\nrules:\n  - {{key: x, names: {{zh: 查, en: x}}, citation: c, about: {about}, when: {when}, cell: labour, severity: {severity}}}\n"  # fmt: skip  # noqa: E501
    (folder / "own.yaml").write_text(text, encoding="utf-8")
    return folder


def test_a_severe_rule_refuses_the_cell_or_the_row(tmp_path: Path) -> None:
    by_cell = run({}, pack(tmp_path, "cell")).sheets[1]
    assert by_cell.frame["labour"].isna().all()
    assert not by_cell.refused.any()
    (tmp_path / "rows").mkdir()
    by_row = run({}, pack(tmp_path / "rows", "row")).sheets[1]
    assert by_row.refused.tolist() == [True]
    assert by_row.flags[0].refuses == "reject_rows"


@pytest.mark.parametrize(("severity", "said"), [("note", 2), ("cell", 1), ("row", 1)])
def test_what_a_pack_refuses_or_empties_is_no_fact_for_the_next_one(tmp_path: Path, severity: str, said: int) -> None:
    (pack(tmp_path, "note") / "own.yaml").rename(tmp_path / "z_read_last.yaml")
    assert len(run({}, pack(tmp_path, severity)).sheets[1].flags) == said


def test_a_wrong_pack_is_refused_with_all_its_faults(tmp_path: Path) -> None:
    with pytest.raises(IntakeError) as caught:
        read_rule_packs(pack(tmp_path, "harsh", "{labour: {like: 1}}", "village"))
    assert len(caught.value.faults) == 3
