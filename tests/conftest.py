"""Fixtures every room may use: the language of the tests, the reference data, one finished run."""

from __future__ import annotations

import gc
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

os.environ.setdefault("OMP_NUM_THREADS", "1")
ROOT = Path(__file__).resolve().parents[1]
#: returns the folder of a name; the first worker that asks for it has it filled by the function
MadeOnce = Callable[[str, Callable[[Path], None]], Path]
SCALE = ROOT / "tests" / "allocation" / "solvers" / "scale"
collect_ignore = ["intake/fuzz.py"]  # run by a process of its own; it instruments the room it imports


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
def cannot_print() -> Callable[[Path], list[str]]:
    """Return a function that names the sheets of a workbook which an office could not print as they are."""
    import openpyxl

    def prints(sheet: Any) -> bool:
        setup = sheet.page_setup
        across = setup.orientation == "landscape" and int(setup.paperSize or 0) in (8, 9)  # A3 or A4
        # openpyxl leaves out what stands at 1
        one_wide = sheet.sheet_properties.pageSetUpPr.fitToPage and setup.fitToWidth in (None, 1)
        return bool(across and one_wide and setup.fitToHeight == 0 and sheet.print_title_rows and sheet.print_area)

    def named(path: Path) -> list[str]:
        book = openpyxl.load_workbook(path)
        return [sheet.title for sheet in book if sheet.sheet_state == "visible" and not prints(sheet)]

    return named


@pytest.fixture(scope="session")
def reference() -> Path:
    """Folder of the reference data; skips, naming the variable, when it is not set."""
    place = os.environ.get("POVLIB_REFERENCE")
    if not place or not Path(place).is_dir():
        pytest.skip("POVLIB_REFERENCE is not set: no reference data")
    return Path(place)


@pytest.fixture(scope="session")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> MadeOnce:
    """Return a function that returns the folder of a name, filled by the first worker that asks for it.

    What tests change they copy. It is made once for several calls of pytest too where `POVLIB_TEST_FINISHED` names a
    folder that they share.
    """
    from povlib.ledger.storage.process_lock import one_at_a_time

    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    shared = Path(os.environ.get("POVLIB_TEST_FINISHED", shared))

    def made(name: str, make: Callable[[Path], None]) -> Path:
        folder, whole = shared / name, shared / f"{name}.whole"
        with one_at_a_time(shared / f"{name}.lock"):
            if not whole.is_file():
                shutil.rmtree(folder, ignore_errors=True)  # left by a worker that was stopped
                folder.mkdir()
                make(folder)
                whole.touch()
        return folder

    return made


@pytest.fixture(scope="session")
def finished(made_once: MadeOnce, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Finished]:
    """The practice township's base run, made by the command line once for all workers; each has a copy."""
    folder = made_once("finished", _run_practice_township)
    work = tmp_path_factory.mktemp("work", numbered=False)
    shutil.copytree(folder / "work", work, dirs_exist_ok=True)
    words = json.loads((folder / "said.json").read_text(encoding="utf-8"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("POVLIB_WORK", str(work))
        yield Finished(work, *(said.replace(str(folder / "work"), str(work)) for said in words))


def _run_practice_township(folder: Path) -> None:
    """Run the practice township in ``work`` of a folder, and keep beside it what the command said."""
    work = folder / "work"
    where = {"POVLIB_WORK": str(work), "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])}
    command = [sys.executable, "-m", "povlib.cli", "run"]
    done = subprocess.run(
        command, cwd=ROOT, env={**os.environ, **where}, capture_output=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    (folder / "said.json").write_text(json.dumps([done.stdout, done.stderr]), encoding="utf-8")


@pytest.fixture(scope="session")
def sixty(made_once: MadeOnce) -> Path:
    """Folder of the workbooks and photos of a practice township of sixty households, as they are in April 2016."""

    def written(folder: Path) -> None:
        from povlib import sample

        sample.write_workbooks(sample.simulate(households=60, seed=5), folder)

    return made_once("sixty", written)


@pytest.fixture(scope="session")
def april(made_once: MadeOnce, sixty: Path) -> Path:
    """A work folder whose practice office has loaded these workbooks, as they lie in its inbox."""

    def loaded(work: Path) -> None:
        from povlib import runs
        from povlib.runs.routine.inbox_loading import load_workbooks

        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("POVLIB_WORK", str(work))
            patch.delenv("POVLIB_OFFICE", raising=False)
            place = runs.sample_office()
            fill_inbox(place, sorted(sixty.glob("*.xlsx")))
            assert not any(v.refuses for v in load_workbooks(place, "desk"))

    return made_once("april", loaded)


def fill_inbox(place: Any, files: list[Path]) -> None:
    """Put workbooks and the photos beside them into an office's inbox, in place of what lay there."""
    for path in place.office.inbox.glob("*.xlsx"):
        path.unlink()
    for path in files:
        shutil.copyfile(path, place.office.inbox / path.name)
        shutil.copytree(path.parent / "photos", place.office.inbox / "photos", dirs_exist_ok=True)


@pytest.hookimpl(trylast=True)  # of the tests that are left once marks have chosen
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with a file that needs the finished run, so that it is there for the others; leave soak out unasked.

    Large plans come next: the other worker compiles their loops meanwhile, once, and leaves them in the cache.
    """
    soak = pytest.mark.skip(reason="soak: runs with python3 workbench.py test --soak")
    for item in items:
        if item.get_closest_marker("soak") and not os.environ.get("POVLIB_SOAK"):
            item.add_marker(soak)
    first = next((item.path for item in items if "finished" in getattr(item, "fixturenames", ())), None)
    items.sort(key=lambda item: (item.path != first, item.path.parent != SCALE))


def pytest_collection_finish() -> None:
    """Let the collector leave alone what was imported, which stays to the end: a seventh of the suite's time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
