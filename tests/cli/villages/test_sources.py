"""The word sources: what the plan hangs on, and the command that sets a limit."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.whole_run


def test_the_word_says_what_each_failure_costs(cli: Any, finished: Any, work: Path) -> None:
    shutil.copytree(finished.office, work / "sample")
    said = cli("sources", lang="en")
    assert said.code == 0
    assert "by employer: " in said.out
    assert "by product: " in said.out
    assert "plan base --set settings.source_limits.firm_persons=15" in said.out
    # the next command speaks of the worst, which the first line of the table names
    worst = said.both.split("closing ")[-1].split()[0]
    first = next(line for line in said.out.splitlines() if line.rstrip().endswith("%"))
    assert worst in first
    every = cli("sources", "latest", "--all", lang="en")
    assert len(every.out.splitlines()) > len(said.out.splitlines())
