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

from povlib import runs
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
def small(sixty: Path, made_once: Any) -> Path:
    """One village's workbook of a very small practice township, fit to be loaded alone: it names no helpers or bases.

    Those stand in the township's workbook, without which a village's pairs and turns are refused.
    """

    def without_helpers(folder: Path) -> None:
        shutil.copytree(sixty, folder, dirs_exist_ok=True)
        first, *others = sorted(folder.glob("*.xlsx"))
        for path in others:
            path.unlink()
        book = openpyxl.load_workbook(first)
        for sheet in ("帮扶结对", "放养轮班"):
            book[sheet].delete_rows(4, book[sheet].max_row)
        book.save(first)

    (path,) = made_once("small", without_helpers).glob("*.xlsx")
    return path


@pytest.fixture
def loaded(made_once: Any, small: Path, work: Path) -> Path:
    """The practice township's place with the workbook of its first village loaded, as it lies alone in the inbox."""

    def load(folder: Path) -> None:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("POVLIB_WORK", str(folder))
            patch.delenv("POVLIB_OFFICE", raising=False)
            inbox = runs.sample_office().office.inbox
            for path in inbox.glob("*.xlsx"):
                path.unlink()
            # its pairs with helpers of the township's workbook are refused, the rest is loaded
            main(["--lang", "en", "load", str(shutil.copyfile(small, inbox / small.name))])

    shutil.copytree(made_once("loaded", load) / "sample", work / "sample")
    return work / "sample"


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
