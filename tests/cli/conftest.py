"""What the tests of the command line share: a work folder of their own and words in, words out."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from povlib import runs, sample
from povlib.cli import main
from povlib.places import ROOT


@dataclass(frozen=True)
class Said:
    """What a command said, and its exit code."""

    code: int
    out: str
    err: str

    @property
    def both(self) -> str:
        return self.out + self.err


Cli = Callable[..., Said]


@pytest.fixture
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A work folder of the test's own."""
    monkeypatch.setenv("POVLIB_WORK", str(tmp_path / "work"))
    monkeypatch.delenv("POVLIB_OFFICE", raising=False)
    return tmp_path / "work"


@pytest.fixture
def cli(work: Path, capfd: pytest.CaptureFixture[str]) -> Cli:
    """Run the command line in this process; every answer must be plain words."""

    def run(*words: str | Path, lang: str = "en") -> Said:
        capfd.readouterr()
        try:
            code = main(["--lang", lang, *map(str, words)])
        except SystemExit as leaving:
            code = int(leaving.code or 0)
        said = Said(code, *capfd.readouterr())
        assert "Traceback" not in said.both
        assert code != 3, said.err
        return said

    return run


@pytest.fixture
def shell(work: Path) -> Cli:
    """Run the command line in a process of its own, as a planner does."""

    def run(*words: str | Path, lang: str = "en", **environment: str) -> Said:
        command = [sys.executable, "-m", "povlib.cli", "--lang", lang, *map(str, words)]
        done = subprocess.run(
            command, cwd=ROOT, env={**os.environ, **environment}, capture_output=True, encoding="utf-8", check=False
        )
        said = Said(done.returncode, done.stdout, done.stderr)
        assert "Traceback" not in said.both, said.both
        return said

    return run


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One village's workbook of a very small practice township, fit to be loaded alone: it names no helpers or bases.

    Those stand in the township's workbook, without which a village's pairs and turns are refused.
    """
    folder = tmp_path_factory.mktemp("small")
    path = sorted(sample.write_workbooks(sample.simulate(households=60, seed=5), folder))[0]
    book = openpyxl.load_workbook(path)
    for sheet in ("帮扶结对", "放养轮班"):
        book[sheet].delete_rows(4, book[sheet].max_row)
    book.save(path)
    return path


@pytest.fixture(scope="session")
def practised(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """Return a function that prepares the practice office by commands, once in a session, for tests to copy."""
    made: dict[tuple[tuple[str | Path, ...], ...], Path] = {}

    def prepare(*commands: tuple[str | Path, ...], inbox: Path | None = None) -> Path:
        """Return its folder; with `inbox`, this workbook lies alone in its inbox and is loaded first."""
        key = (*commands, () if inbox is None else (inbox,))
        if key not in made:
            work = tmp_path_factory.mktemp("practised")
            with pytest.MonkeyPatch.context() as patch:
                patch.setenv("POVLIB_WORK", str(work))
                patch.delenv("POVLIB_OFFICE", raising=False)
                runs.sample_office()
                if inbox is not None:
                    commands = (("load", _alone(inbox, work / "sample" / "inbox")), *commands)
                for command in commands:
                    code = main(["--lang", "en", *map(str, command)])
                    # a village alone: its pairs with helpers of the township's workbook are refused, the rest is loaded
                    assert code == 0 or (inbox is not None and command[0] == "load")
            made[key] = work / "sample"
        return made[key]

    return prepare


@pytest.fixture
def loaded(practised: Callable[..., Path], small: Path, work: Path) -> Path:
    """The practice township's place with the workbook of its first village loaded, as it lies in the inbox."""
    shutil.copytree(practised(inbox=small), work / "sample")
    return work / "sample"


def _alone(workbook: Path, inbox: Path) -> Path:
    for path in inbox.glob("*.xlsx"):
        path.unlink()
    return Path(shutil.copyfile(workbook, inbox / workbook.name))


@pytest.fixture
def tampered(small: Path, tmp_path: Path) -> Callable[..., Path]:
    """Return a function that puts values into cells of the workbook: sheet, header, row (from 0), value."""

    def change(*changes: tuple[str, str, int, object], headers: dict[tuple[str, str], str] | None = None) -> Path:
        path = tmp_path / small.name
        shutil.copyfile(small, path)
        shutil.copytree(small.parent / "photos", tmp_path / "photos", dirs_exist_ok=True)
        book = openpyxl.load_workbook(path)
        for sheet, header, row, value in changes:
            page = book[sheet]
            column = next(c.column for c in page[3] if re.sub(r"（.*", "", str(c.value)) == header)
            page.cell(4 + row, column).value = value
        for (sheet, header), new in (headers or {}).items():
            cell = next(c for c in book[sheet][3] if re.sub(r"（.*", "", str(c.value)) == header)
            cell.value = new
        book.save(path)
        return path

    return change


@pytest.fixture
def typed(
    finished: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> Callable[..., tuple[int, str, str]]:
    """Type words in a copy of the office and return the exit code and what was said."""
    shutil.copytree(finished.office, tmp_path / "work" / "sample")
    monkeypatch.setenv("POVLIB_WORK", str(tmp_path / "work"))
    monkeypatch.delenv("POVLIB_OFFICE", raising=False)

    def type_words(*words: str) -> tuple[int, str, str]:
        code = main(["--lang", "en", *words])
        said = capsys.readouterr()
        return code, said.out, said.err

    return type_words
