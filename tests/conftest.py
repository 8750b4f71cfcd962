"""Fixtures every room may use: the language of the tests and where the reference data lie."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

os.environ.setdefault("OMP_NUM_THREADS", "1")


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    """Show messages in English, so that a test can name their words."""
    from povlib.words import language_in_use

    with language_in_use("en"):
        yield


@pytest.fixture(scope="session")
def reference() -> Path:
    """Folder of the reference data; skips, naming the variable, when it is not set."""
    place = os.environ.get("POVLIB_REFERENCE")
    if not place or not Path(place).is_dir():
        pytest.skip("POVLIB_REFERENCE is not set: no reference data")
    return Path(place)
