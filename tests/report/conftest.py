from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

from povlib.report import Report, meeting_paper


def _load() -> ModuleType:
    spec = importlib.util.spec_from_file_location("report_made_up", Path(__file__).with_name("made_up.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["report_made_up"] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def made_up() -> ModuleType:
    return _load()


@pytest.fixture(scope="session")
def paper(made_up: ModuleType) -> Report:
    return meeting_paper(made_up.facts(), "zh")


@pytest.fixture(scope="session")
def english(made_up: ModuleType) -> Report:
    return meeting_paper(made_up.facts(figures=made_up.charts("en")), "en")
