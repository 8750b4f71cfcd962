"""Fixtures every room may use: the language of the tests, the reference data, one finished run."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

os.environ.setdefault("OMP_NUM_THREADS", "1")
ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Finished:
    """The practice township after ``povlib run``: its work folder and what the command said."""

    work: Path
    said: str
    progress: str

    @property
    def office(self) -> Path:
        """The office's own place."""
        return self.work / "sample"

    @property
    def folder(self) -> Path:
        """Folder of the one finished run."""
        (manifest,) = self.office.glob("runs/*/manifest.json")
        return manifest.parent


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


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Finished]:
    """The practice township's base run, made once by the command line in a place of its own."""
    work = tmp_path_factory.mktemp("work")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("POVLIB_WORK", str(work))
        patch.setenv("PYTHONPATH", os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]))
        done = subprocess.run(
            [sys.executable, "-m", "povlib.cli", "run"], cwd=ROOT, capture_output=True, encoding="utf-8", check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        yield Finished(work, done.stdout, done.stderr)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep all that looks at the one finished run on one worker, made once; leave soak out unless asked for."""
    soak = pytest.mark.skip(reason="soak: runs with python3 workbench.py test --soak")
    for item in items:
        if item.get_closest_marker("soak") and not os.environ.get("POVLIB_SOAK"):
            item.add_marker(soak)
        if "finished" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.xdist_group("run"))
