"""The word closing: what is printed of the finished run, and what is refused."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.whole_run


def test_the_word_says_who_and_what_it_costs(cli: Any, finished: Any, work: Path) -> None:
    shutil.copytree(finished.office, work / "sample")
    said = cli("closing", "保洁队", "--from", "2016-09", lang="en")
    assert said.code == 0
    assert "closes from 2016-09" in said.out
    assert "planned anew" in said.out
    assert "plan base --set settings.closures.镇村保洁队=2016-09" in said.both
    wrong = cli("closing", "没有这家")
    assert wrong.code == 2
    assert "米粉" in wrong.err
