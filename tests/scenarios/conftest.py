"""Fixtures: the practice township's catalogue and a folder of scenarios that a test may write."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from povlib import params, places
from povlib.words import language_in_use

SAMPLE = places.DATA / "sample" / "params"


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with language_in_use("en"):
        yield


@pytest.fixture(scope="session")
def catalogue() -> params.Catalogue:
    return params.load(SAMPLE)


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Write scenario files: name -> lines below name and title; return the folder."""

    def put(**files: str) -> Path:
        for name, content in files.items():
            head = f"name: {name}\ntitle: {{zh: 甲, en: {name}}}\n"
            (tmp_path / f"{name}.yaml").write_text(head + content, encoding="utf-8")
        return tmp_path

    return put
