"""cooperation.yaml: read whole, every wrong rule told at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from povlib.errors import ParameterError
from povlib.params.procedures.cooperation import RULES, load_cooperation
from povlib.places import DATA, PARAMS


def test_shipped_files_are_sound_and_every_rule_has_a_source() -> None:
    for folder in (PARAMS, DATA / "sample" / "params"):
        found = load_cooperation(folder)
        assert {rule.key for rule in found.rules} == set(RULES)
        assert all(rule.source and rule.names.zh for rule in found.rules)


def test_an_office_without_the_file_has_the_projects_rules(tmp_path: Path) -> None:
    assert load_cooperation(tmp_path) == load_cooperation(PARAMS)


def test_every_fault_is_told_at_once(tmp_path: Path) -> None:
    words = (PARAMS / "cooperation.yaml").read_text(encoding="utf-8")
    for old, new in (
        ("key: loan_months, value: 36", "key: loan_months, value: 0.5"),
        ("key: recovery_share, value: 0.3", "key: recovery_share, value: 3"),
        ("key: members_least, value: 5", "key: floor_low, value: 0.05"),
        ("mortality: 0.1", "mortality: 1"),
        ("key: turn_days, value: 7", "key: turn_days, value: 0"),
        ("key: village_income_low_yuan, value: 50000", "key: village_income_low_yuan, value: 100000"),
    ):
        assert old in words
        words = words.replace(old, new)
    (tmp_path / "cooperation.yaml").write_text(words, encoding="utf-8")
    with pytest.raises(ParameterError) as refused:
        load_cooperation(tmp_path)
    assert len(refused.value.faults) == 7  # one rule twice makes another missing
