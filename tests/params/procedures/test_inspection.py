"""inspection.yaml: read whole, every wrong name told at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from povlib import params
from povlib.errors import ParameterError
from povlib.params.procedures.inspection import load_inspection
from povlib.places import DATA, PARAMS


def test_shipped_files_are_sound_and_fit_their_villages() -> None:
    for folder in (PARAMS, DATA / "sample" / "params"):
        villages = tuple(params.load(folder).villages)
        found = load_inspection(folder, villages)
        assert 0 < found.risk < 0.5
        assert not found.km or all(found.kilometres(a, b) is not None for a in villages for b in villages)


def test_an_office_without_the_file_has_the_projects_rules(tmp_path: Path) -> None:
    assert load_inspection(tmp_path) == load_inspection(PARAMS)


def test_every_fault_is_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "inspection.yaml").write_text(
        "status: assumed\nsource: x\nrisk: 0.6\ncap: 0\n"
        "teams:\n  - {village: 甲, officers: [a, a]}\n  - {village: 甲}\nkm: {乙: {丙: 3}}\n",
        encoding="utf-8",
    )
    with pytest.raises(ParameterError) as refused:
        load_inspection(tmp_path, ("甲", "乙"))
    assert len(refused.value.faults) == 5
