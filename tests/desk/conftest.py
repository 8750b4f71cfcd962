"""What the tests of the desk share: copies of the finished office."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from povlib import runs


@pytest.fixture
def copied_office(finished: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], runs.Run]:
    """Return a function that copies the whole office elsewhere, moves there and opens its run."""

    def move() -> runs.Run:
        shutil.copytree(finished.office, tmp_path / "work" / "sample")
        monkeypatch.setenv("POVLIB_WORK", str(tmp_path / "work"))
        return runs.find_run("latest", runs.sample_office())

    return move
