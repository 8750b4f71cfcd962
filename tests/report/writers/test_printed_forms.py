"""Forms that are printed and filled in by hand: each sheet across, one page wide, heads repeated, in both languages."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from povlib.report.writers.inspection_form import BELONGS, write_inspection_form
from povlib.report.writers.turn_roster import write_turn_roster
from povlib.report.writers.voice_form import write_voice_form

HOUSEHOLDS = pd.DataFrame({"hh": ["S01-0001", "S01-0002"], "village": "联胜", "help": ["镇村保洁员", ""]})
TURNS = pd.DataFrame(
    {
        "week": [20160502, 20160502, 20160509],
        "base": ["甲", "乙", "甲"],
        "person": ["P1", "P2", "P2"],
        "hh": ["S01-0001", "S01-0002", "S01-0002"],
        "village": "联胜",
        "away": [False, True, False],
    }
)
LOADS = pd.DataFrame(
    {
        "person": ["P1", "P2"], "hh": ["S01-0001", "S01-0002"], "village": "联胜", "caring": False, "before": 0,
        "turns": [1, 2], "load": [1, 2], "most": 4, "at_limit": False,
    }
)  # fmt: skip
VACANT = pd.DataFrame({"week": [20160509], "base": ["乙"], "lacking": [1]})


def _roster(path: Path, lang: str) -> Path:
    return write_turn_roster("某合作社", TURNS, LOADS, VACANT, 1, 7, path, lang)


def _voice(path: Path, lang: str) -> Path:
    return write_voice_form(HOUSEHOLDS, {"run": "1ad64faad001", "head": "0" * 64}, ["镇村保洁员"], path, lang)


def _inspection(path: Path, lang: str) -> Path:
    belongs = dict.fromkeys(BELONGS, "2016-04") | {"village": "联胜"}
    rows = pd.DataFrame({"place": [1], "hh": "S01-0001", "visit": "first", "works": "Z1"})
    return write_inspection_form(rows, belongs, ["agrees"], [], path, lang)


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("write", [_roster, _voice, _inspection])
def test_a_form_to_be_filled_in_prints_as_an_office_prints(
    write: Callable[[Path, str], Path], lang: str, tmp_path: Path, cannot_print: Callable[[Path], list[str]]
) -> None:
    assert cannot_print(write(tmp_path / "form.xlsx", lang)) == []
