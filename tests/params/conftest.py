"""Fixtures: a copy of the practice township's parameters that a test may spoil."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from povlib import params, places
from povlib.errors import ParameterError
from povlib.words import language_in_use

SAMPLE = places.DATA / "sample" / "params"


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with language_in_use("en"):
        yield


@pytest.fixture(scope="session")
def sample() -> params.Catalogue:
    return params.load(SAMPLE)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copytree(SAMPLE, tmp_path / "params")
    return tmp_path / "params"


@pytest.fixture
def faults(folder: Path) -> Callable[..., list[str]]:
    """Replace a text in a file and return the faults that loading then names."""

    def spoil(*edits: tuple[str, str, str]) -> list[str]:
        for name, old, new in edits:
            path = folder / f"{name}.yaml"
            content = path.read_text(encoding="utf-8")
            assert old in content, f"{old!r} is not in {name}.yaml"
            path.write_text(content.replace(old, new, 1), encoding="utf-8")
        try:
            params.load(folder)
        except ParameterError as error:
            return error.show("en").splitlines()
        return []

    return spoil
