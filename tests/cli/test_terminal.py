"""What the command line prints of files that were written."""

from __future__ import annotations

from pathlib import Path

import pytest

from povlib.cli.terminal import print_paths


@pytest.mark.parametrize(("count", "lines", "last"), [(300, 300, "f299.pdf"), (301, 21, "... and 281 more")])
def test_thousands_of_files_are_counted(capsys: pytest.CaptureFixture[str], count: int, lines: int, last: str) -> None:
    print_paths([Path(f"f{at}.pdf") for at in range(count)])
    said = capsys.readouterr().out.splitlines()
    assert len(said) == lines
    assert said[-1].endswith(last)
