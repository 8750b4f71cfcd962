"""Sheets about houses follow the form: whatever it asks and where its destinations point."""

import yaml

from povlib.intake.form import Field, Sheet
from povlib.places import DATA
from povlib.sample.housing.drawn_photos import MISSING, photo_list
from povlib.sample.office.house_sheets import table_sheet, tables_of_sheets
from povlib.sample.office.ledger_tables import house_rows


def test_bills_are_written_in_yuan_and_words(township):
    sheet = Sheet("bill", "工程量清单", ("project", "stage", "item"), (
        Field("project", "工程编号", "key", destination="bill_items.project"),
        Field("stage", "阶段", "code", codes="bill_stage", destination="bill_items.stage"),
        Field("item", "项目", "text", destination="bill_items.item"),
        Field("price", "单价", "money", destination="bill_items.unit_fen"),
        Field("new", "新问题", "text", destination="answers"),
    ))  # fmt: skip
    rows, bills = table_sheet(township, sheet, tables_of_sheets(township, [sheet])), house_rows(township)["bill_items"]
    assert len(rows) == len(bills)
    assert set(rows["stage"]) == {"预算", "变更", "决算"}
    assert (rows["price"] * 100 == bills["unit_fen"]).all()
    assert rows["new"].isna().all()
    assert rows["village"].nunique() == 12


def test_weekly_progress_names_each_photo_once(township):
    sheet = Sheet("progress", "工程进度", ("project", "week"), (
        Field("project", "工程编号", "key", destination="progress.project"),
        Field("week", "记录日期", "date", destination="progress.week"),
        Field("pct", "进度", "integer", destination="progress.pct"),
        Field("before", "改造前照片", "text", destination="house_photos.file"),
        Field("during", "施工中照片", "text", destination="house_photos.file"),
        Field("after", "完工照片", "text", destination="house_photos.file"),
    ))  # fmt: skip
    rows = table_sheet(township, sheet, tables_of_sheets(township, [sheet]))
    named = [file for phase in ("before", "during", "after") for file in rows[phase].dropna()]
    photos = photo_list(township)
    taken = photos.loc[photos["planted"] != MISSING, "file"]
    assert sorted(named) == sorted(taken)
    assert rows["week"].str.fullmatch(r"\d{4}-\d\d-\d\d").all()


def test_yes_no_and_not_known(township):
    sheet = Sheet("dwelling", "住房情况", ("hh",), (
        Field("hh", "户编号", "key", destination="dwellings.hh"),
        Field("only", "唯一住房", "yesno", destination="dwellings.only_dwelling"),
        Field("cause", "原因", "code", codes="delay_cause", destination="dwellings.delay_cause"),
        Field("way", "方式", "code", codes="housing_way", destination="dwellings.way"),
    ))  # fmt: skip
    rows = table_sheet(township, sheet, tables_of_sheets(township, [sheet]))
    assert rows["only"].value_counts().to_dict() == {"是": 94, "否": 4}
    assert rows["only"].isna().sum() == 1
    assert set(rows["way"].dropna()) == {"租", "购", "赊", "调"}
    assert {"老弱孤寡", "土地未落实"} <= set(rows["cause"].dropna())


def test_a_sheet_nobody_has_heard_of_is_empty(township):
    sheet = Sheet("other", "别的", ("hh",), (Field("hh", "户编号", "key", destination="elsewhere.hh"),))
    assert table_sheet(township, sheet, tables_of_sheets(township, [sheet])).empty


def test_words_of_the_clerk_are_those_of_the_code_lists(township):
    for name, labels in township.world.raw["building"]["labels"].items():
        codes = yaml.safe_load((DATA / "tables" / f"{name}.yaml").read_text(encoding="utf-8"))["codes"]
        assert labels.items() <= {code["key"]: code["label"] for code in codes}.items(), name
