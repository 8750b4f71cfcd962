"""The word relief: what is printed of the practice township's ledger."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from povlib.sample.villages.relief_records import FAULTS as AID_FAULTS
from povlib.sample.villages.relief_register import FAULTS

pytestmark = pytest.mark.whole_run


def test_the_word_prints_findings_with_their_rules_and_the_year(cli: Any, finished: Any, work: Path) -> None:
    shutil.copytree(finished.office, work / "sample")
    said = cli("relief", lang="en")
    assert said.code == 0
    assert f"due and not received {FAULTS['unpaid'] + AID_FAULTS['unpaid']} (" in said.out
    assert f"paid late {FAULTS['late'] + AID_FAULTS['late']} (" in said.out
    assert f"paid twice {FAULTS['twice'] + AID_FAULTS['twice']} (" in said.out
    assert "the same amount was paid before for this month" in said.out
    assert "due in 2016 by rule" in said.out
    assert "over the line by transfers alone" in said.out
    assert "history S" in said.both
