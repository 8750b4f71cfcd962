"""Whoever opens a file of parameters reads what it is for in Chinese and in English."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from povlib.places import DATA, PARAMS

FOLDERS = [folder / part for folder in (PARAMS, DATA / "sample" / "params") for part in (".", "scenarios")]
FILES = sorted(path for folder in FOLDERS for path in folder.glob("*.yaml"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: "/".join(path.parts[-3:]))
def test_the_head_of_a_file_speaks_both_languages(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    head = [line for line in lines[: next((n for n, line in enumerate(lines) if line[:1] not in "# "), len(lines))]]
    if not head and path.parent.name == "scenarios":
        return  # the practice township's variants: their titles say it in both
    assert any(re.search(r"[一-鿿]{4,}", line) for line in head), "no Chinese"
    assert any(re.search(r"[a-z]{3,} [a-z]{2,}", line) for line in head), "no English"


@pytest.mark.parametrize("path", FILES, ids=lambda path: "/".join(path.parts[-3:]))
def test_the_source_of_a_whole_file_speaks_both_languages(path: Path) -> None:
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("  source: "):
            assert re.search(r"[一-鿿]", line), line
