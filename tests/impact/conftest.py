"""The reference data, where they are."""

from __future__ import annotations

import os
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def reference() -> Path:
    folder = os.environ.get("POVLIB_REFERENCE")
    if not folder or not Path(folder).is_dir():
        pytest.skip("set POVLIB_REFERENCE to the folder of reference data")
    return Path(folder)
