"""The meeting room: without voila it says what to install; its page starts from one run, its token is no argument."""

from __future__ import annotations

import importlib.util
import json
import stat
import sys
from pathlib import Path

import pytest

from povlib.cli import main
from povlib.cli.desk.meeting_room import write_configuration, write_page


@pytest.mark.skipif(importlib.util.find_spec("voila") is not None, reason="voila is installed")
def test_without_voila_it_says_how_to_install_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("POVLIB_WORK", str(tmp_path))
    assert main(["--lang", "en", "meeting-room"]) != 0
    said = capsys.readouterr().err
    assert "needs voila" in said
    assert "-m pip install" in said
    assert not list(tmp_path.rglob("*.ipynb"))


def test_the_page_starts_from_the_run_and_holds_no_words_of_its_own(tmp_path: Path) -> None:
    cells = json.loads(write_page(tmp_path, "abc123").read_text(encoding="utf-8"))["cells"]
    assert {cell["cell_type"] for cell in cells} == {"code"}
    assert any('run: str = "abc123"' in "".join(cell["source"]) for cell in cells)


@pytest.mark.skipif(sys.platform == "win32", reason="rights of a file are others there")
def test_the_token_stands_in_a_file_that_only_this_account_reads(tmp_path: Path) -> None:
    path = write_configuration(tmp_path, 8866, "secret", browser=False)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    said = json.loads(path.read_text(encoding="utf-8"))
    assert said["Voila"]["ip"] == "127.0.0.1"
    assert said["Voila"]["token"] == "secret"
    assert said["VoilaConfiguration"]["show_tracebacks"] is False
