"""The word sources: what the plan hangs on, and the command that sets a limit."""

from __future__ import annotations

import re
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
    assert "persons with planned help of it" in said.out
    # the next command speaks of the worst, which the first line of the table names
    worst = said.both.split("closing ")[-1].split()[0]
    # a limit that can be typed: more than hang on it already, fewer than with all that the plan puts there
    given = re.search(r"plan base --set settings\.named_limits\.(\S+)=(\d+)", said.out)
    assert given is not None
    assert given[1] == worst
    row = next(line for line in said.out.splitlines() if line.strip().startswith(worst))
    planned, possible = (int(part) for part in row.split()[-2:])
    assert possible - planned < int(given[2]) < possible
    first = next(line for line in said.out.splitlines() if line.split()[-3:-2] and line.split()[-3].endswith("%"))
    assert worst in first
    every = cli("sources", "latest", "--all", lang="en")
    assert len(every.out.splitlines()) > len(said.out.splitlines())
