"""The practice township's parameters with workshops that may be opened, as an office with such plans enters them."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from povlib import params, places

WORKSHOPS = Path(__file__).parent / "workshops"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy that a test may spoil."""
    shutil.copytree(places.DATA / "sample" / "params", tmp_path / "params")
    shutil.copytree(WORKSHOPS, tmp_path / "params", dirs_exist_ok=True)
    return tmp_path / "params"


@pytest.fixture
def sample(folder: Path) -> params.Catalogue:
    return params.load(folder)
