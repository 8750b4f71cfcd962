"""What the words of the desk share: a copy of the finished office to type in."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from povlib.cli import main


@pytest.fixture
def typed(
    finished: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> Callable[..., tuple[int, str, str]]:
    """Type words in a copy of the office and return the exit code and what was said."""
    shutil.copytree(finished.office, tmp_path / "work" / "sample")
    monkeypatch.setenv("POVLIB_WORK", str(tmp_path / "work"))
    monkeypatch.delenv("POVLIB_OFFICE", raising=False)

    def type_words(*words: str) -> tuple[int, str, str]:
        code = main(["--lang", "en", *words])
        said = capsys.readouterr()
        return code, said.out, said.err

    return type_words
