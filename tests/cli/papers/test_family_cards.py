"""cards: files by village, names only for a named officer."""

from __future__ import annotations

from pathlib import Path

import pytest

from povlib.cli import main
from tests.conftest import Finished


def test_cards_are_written_by_village_and_names_say_who_opened_them(
    finished: Finished, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["cards", "latest", "--village", "乐北"]) == 0
    assert main(["cards", "latest", "--village", "乐北", "--names", "--officer", "王五", "--reason", "发卡"]) == 0
    said = capsys.readouterr().out
    plain, named = sorted(Path(finished.office).glob("cards/**/乐北.*.pdf"), key=lambda path: len(path.parts))
    assert named.parent == plain.parent / "named"
    assert "王五" in said


def test_names_without_an_officer_are_refused_before_anything_is_written(
    finished: Finished, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["cards", "latest", "--village", "联胜", "--names", "--reason", "发卡"]) != 0
    assert "--officer" in capsys.readouterr().err
    assert not list(Path(finished.office).glob("cards/**/联胜.*.pdf"))
