"""Code lists: exact synonyms only, no text that could mean two codes."""

from __future__ import annotations

from pathlib import Path

import pytest

from povlib import params, places
from povlib.errors import ParameterError
from povlib.intake.form import form
from povlib.params import tables


def test_every_list_loads_and_every_spelling_means_one_code() -> None:
    assert len(params.table_names()) >= 15
    for name in params.table_names():
        found = params.table(name)
        assert found.key == name
        assert len(set(found.labels)) == len(found.labels)
        for label in found.labels:
            assert found.label(label) == label
            assert found.show(found.stored(label) or "", "zh") == label


def test_every_list_of_the_form_exists() -> None:
    named = {field.codes for sheet in form().sheets for field in sheet.fields if field.codes}
    assert named <= set(params.table_names())


@pytest.mark.parametrize(
    ("name", "text", "label"),
    [
        ("cause", "缺劳动力", "缺劳力"), ("cause", "动力不足", "自身发展动力不足"), ("cause", "其它", "其他"),
        ("housing_grade", "A级", "A"), ("housing_grade", "Ⅲ", "C"), ("housing_grade", "ｄ", "D"),
        ("housing_grade", "无房户", "无房"), ("housing_grade", "危房", None), ("housing_grade", "", None),
        ("labour", "弱/半劳动力", "弱劳动力或半劳动力"), ("labour", " 普通 劳动力 ", "普通劳动力"),
        ("relation", "妻子", "配偶"), ("status", "已脱贫（享受政策）", "已脱贫"), ("attribute", "特困户", "五保户"),
        ("school", "初三", "九年级"), ("workplace", "本省", None),
    ],
)  # fmt: skip
def test_synonyms(name: str, text: str, label: str | None) -> None:
    assert params.table(name).label(text) == label


def test_a_near_match_is_only_a_suggestion() -> None:
    cause = params.table("cause")
    assert cause.label("缺资本金") is None
    assert cause.suggest("缺资本金") == "缺资金"
    assert cause.suggest("完全不相干的文字") == ""


def test_measures_store_their_key(sample: params.Catalogue) -> None:
    found = params.table("measure")
    assert found.stored("保洁员") == "cleaner_post"
    assert found.stored("cleaner_post") == "cleaner_post"
    assert found.show("cleaner_post", "en") == "public-welfare cleaner post"
    for measure in sample.measures.values():
        assert found.show(measure.key) == measure.names.zh


def test_ambiguous_and_unknown_lists(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "tables").mkdir()
    (tmp_path / "tables" / "x.yaml").write_text(
        "table: x\nnames: {zh: 甲, en: x}\nstatus: assumed\nsource: s\n"
        "codes:\n  - {label: 甲, en: a, synonyms: [丙]}\n  - {label: 乙, en: b, synonyms: [丙]}\n",
        encoding="utf-8",
    )
    monkeypatch.setattr(tables, "DATA", tmp_path)
    tables.table.cache_clear()
    try:
        with pytest.raises(ParameterError, match=r"x\.yaml:7: 丙 could mean 甲 or 乙"):
            params.table("x")
        with pytest.raises(ParameterError, match=r"y\.yaml"):
            params.table("y")
    finally:
        tables.table.cache_clear()
    assert tmp_path != places.DATA
