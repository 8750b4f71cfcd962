"""What is odd in a scenario but not wrong."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from povlib import params
from povlib.params import Settings
from povlib.places import DATA
from povlib.scenarios.warnings import scenario_warnings


def _catalogue(tmp_path: Path, townships: list[str]) -> params.Catalogue:
    for path in (DATA / "sample" / "params").iterdir():
        if path.is_file():
            (tmp_path / path.name).write_bytes(path.read_bytes())
    file = tmp_path / "villages.yaml"
    named = yaml.safe_load(file.read_text(encoding="utf-8"))
    for village, town in zip(named, townships, strict=False):
        village["township"] = town
    file.write_text(yaml.safe_dump(named, allow_unicode=True), encoding="utf-8")
    return params.load(tmp_path)


@pytest.mark.parametrize(
    ("townships", "where"),
    [
        (["A", "A", "B"], []),
        (["", "", "A", ""], []),
        (["A", "B", "A"], ["villages.yaml 农家"]),
        (["A", "", "A", "B", "A"], ["villages.yaml 农家"]),
    ],
)
def test_a_township_named_in_two_places_is_pointed_at(tmp_path: Path, townships: list[str], where: list[str]) -> None:
    said = [fault.where for fault in scenario_warnings(_catalogue(tmp_path, townships), Settings())]
    assert [place for place in said if place.startswith("villages.yaml")] == where
