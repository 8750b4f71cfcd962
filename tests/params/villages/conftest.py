"""The practice township's parameters, with its workshops that may be opened."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from povlib import params, places


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy that a test may spoil."""
    shutil.copytree(places.DATA / "sample" / "params", tmp_path / "params")
    return tmp_path / "params"


@pytest.fixture
def sample(folder: Path) -> params.Catalogue:
    return params.load(folder)
