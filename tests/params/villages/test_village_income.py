"""village_income.yaml: read whole, what is not known stays empty, every wrong line told at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from povlib.errors import ParameterError
from povlib.params.villages.village_income import load_village_income
from povlib.places import DATA, PARAMS

SAMPLE = DATA / "sample" / "params"


def test_the_projects_file_invents_nothing() -> None:
    found = load_village_income(PARAMS)
    assert found.default_share is None
    assert found.rules == ()
    made = load_village_income(SAMPLE)
    assert {rule.status for rule in made.rules} == {"synthetic"}


def test_an_office_without_the_file_has_the_projects(tmp_path: Path) -> None:
    assert load_village_income(tmp_path) == load_village_income(PARAMS)


def test_shares_and_words_out_of_range_are_told_at_once(tmp_path: Path) -> None:
    words = (SAMPLE / "village_income.yaml").read_text(encoding="utf-8")
    for old, new in (
        ("default_share: null", "default_share: 1.5"),
        ("range_share: 0.9", "range_share: 1"),
        ("by: person", "by: village"),
    ):
        assert old in words
        words = words.replace(old, new)
    (tmp_path / "village_income.yaml").write_text(words, encoding="utf-8")
    with pytest.raises(ParameterError) as refused:
        load_village_income(tmp_path)
    assert len(refused.value.faults) == 3


def test_a_rule_twice_and_one_about_members_are_told(tmp_path: Path) -> None:
    words = (SAMPLE / "village_income.yaml").read_text(encoding="utf-8")
    words = words.replace("key: pomelo_rent", "key: power_dividend").replace(
        "on: household, field: able_workers", "on: any_member, field: age"
    )
    (tmp_path / "village_income.yaml").write_text(words, encoding="utf-8")
    with pytest.raises(ParameterError) as refused:
        load_village_income(tmp_path)
    said = " ".join(fault.show("en") for fault in refused.value.faults)
    assert len(refused.value.faults) == 2
    assert "twice" in said
    assert "any_member" in said
