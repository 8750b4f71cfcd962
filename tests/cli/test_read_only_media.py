"""An office on a medium that takes no writing: looked at and checked; what would write says so in words."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture
def read_only(loaded: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The practice office on a mount that is read only."""
    disc, mount = tmp_path / "disc", tmp_path / "mount"
    shutil.copytree(loaded.parent, disc)
    mount.mkdir()
    words = (["mount", "--bind", str(disc), str(mount)], ["mount", "-o", "remount,ro,bind", str(mount)])
    try:
        for command in words:
            subprocess.run(command, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        subprocess.run(["umount", str(mount)], check=False, capture_output=True)
        pytest.skip("this account may mount nothing")
    monkeypatch.setenv("POVLIB_WORK", str(mount))
    yield disc
    subprocess.run(["umount", str(mount)], check=True)


def _bytes_of(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_what_lies_where_nothing_may_be_written_is_read_and_checked(cli: Any, read_only: Path) -> None:
    before = _bytes_of(read_only)
    for words in (("ledger", "check"), ("ledger", "head"), ("history", "S01-0001"), ("promises",), ("procedure",)):
        said = cli(*words, lang="en")
        assert said.code == 0, said.both
    for words in (
        ("correct", "households", "hh=S01-0001", "--set", "distance_km=9", "--officer", "W", "--reason", "r"),
        ("ledger", "deposit", "--officer", "W"),
        ("load",),
        ("erase", "S01-0001-01", "--officer", "W", "--basis", "law"),
    ):
        said = cli(*words, lang="en")
        assert said.code == 2, said.both
        assert "where nothing may be written" in said.err
    assert _bytes_of(read_only) == before
