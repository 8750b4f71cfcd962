"""An office's folder belongs to its account alone."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from povlib import runs
from povlib.runs.office import private_folder
from povlib.runs.office.private_folder import close_to_others, exposure_faults, open_to_others

pytestmark = pytest.mark.skipif(os.name != "posix", reason="modes are POSIX's")


def _readable_by_others(folder: Path) -> list[Path]:
    return [p for p in (folder, *folder.rglob("*")) if not p.is_symlink() and p.stat().st_mode & 0o077]


@pytest.fixture(autouse=True)
def loose_umask(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Give the widest rights a process can, as some computers do."""
    monkeypatch.setenv("POVLIB_WORK", str(tmp_path / "work"))
    before = os.umask(0)
    yield
    os.umask(before)


def test_a_new_office_is_closed(tmp_path: Path) -> None:
    place = runs.new_office("乡政府")
    assert not _readable_by_others(place.office.folder)
    assert not open_to_others(place.office.folder)


def test_an_office_made_before_is_closed_when_it_is_next_found() -> None:
    place = runs.new_office("farm")
    workbook = place.office.inbox / "甲村.xlsx"
    workbook.write_bytes(b"")
    workbook.chmod(0o664)
    for folder in (place.office.folder, place.office.inbox, place.office.papers):
        folder.chmod(0o755)
    assert set(open_to_others(place.office.folder)) == {
        workbook, place.office.folder, place.office.inbox, place.office.papers}  # fmt: skip
    runs.find_office("farm")
    assert not _readable_by_others(place.office.folder)
    assert workbook.stat().st_mode & 0o777 == 0o600, "its own account still reads and writes it"


def test_what_a_link_leads_to_is_told_and_left(tmp_path: Path) -> None:
    place = runs.new_office("farm")
    shared = tmp_path / "shared.xlsx"
    shared.write_bytes(b"")
    shared.chmod(0o644)
    (place.office.inbox / "link.xlsx").symlink_to(shared)
    (place.office.inbox / "nowhere.xlsx").symlink_to(tmp_path / "gone")
    close_to_others(place.office.folder)
    assert shared.stat().st_mode & 0o777 == 0o644
    assert open_to_others(place.office.folder) == [place.office.inbox / "link.xlsx"]


def test_what_was_open_and_what_still_is_are_told_apart(tmp_path: Path) -> None:
    place = runs.new_office("farm")
    place.office.folder.chmod(0o755)
    before = open_to_others(place.office.folder)
    runs.find_office("farm")
    key = tmp_path / "office.key"
    key.write_bytes(b"")
    key.chmod(0o640)
    was, still = exposure_faults(place.office.folder, before, [key, tmp_path / "absent"])
    assert "1 files and folders of the office were open" in was.show(lang="en")
    assert str(key) in still.show(lang="en")
    assert not list(exposure_faults(place.office.folder, []))


def test_a_file_of_another_account_is_told(tmp_path: Path) -> None:
    if os.geteuid():
        pytest.skip("only root can give a file away")
    place = runs.new_office("farm")
    (place.office.inbox / "a.xlsx").write_bytes(b"")
    (place.office.inbox / "a.xlsx").chmod(0o600)
    os.chown(place.office.inbox / "a.xlsx", 65534, 65534)
    assert open_to_others(place.office.folder) == [place.office.inbox / "a.xlsx"]


def test_a_windows_folder_is_closed_by_its_list(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[list[str]] = []
    own, lists = "S-1-5-21-1-2-3-1001", ["D:AI(A;OICIID;FA;;;BA)(A;OICIID;0x1200a9;;;BU)"]

    def run(command: list[str], **_: Any) -> subprocess.CompletedProcess[str]:
        asked.append(command)
        if "/save" in command:
            text = "".join(f"work\r\n{sddl}\r\n" for sddl in lists)
            Path(command[command.index("/save") + 1]).write_text(text, encoding="utf-16")
        if "/grant:r" in command:
            lists[:] = [f"D:PAI(A;OICI;FA;;;SY)(A;OICI;FA;;;{own})"]
        said = f'"county\\\\desk","{own}"\n' if command[0] == "whoami" else ""
        return subprocess.CompletedProcess(command, 0, said, "")

    monkeypatch.setattr(private_folder.sys, "platform", "win32")
    monkeypatch.setattr(private_folder.subprocess, "run", run)
    folder = tmp_path / "work"
    folder.mkdir()
    assert open_to_others(folder) == [folder]
    close_to_others(folder)
    assert any(f"*{own}:(OI)(CI)F" in command for command in asked)
    assert any("/reset" in command for command in asked), "what lies in it takes its list"
    assert open_to_others(folder) == []
    count = len(asked)
    close_to_others(folder)
    assert not any("/grant:r" in command for command in asked[count:]), "what is closed is not closed again"


def test_what_lies_behind_a_closed_folder_is_open_to_nobody() -> None:
    place = runs.new_office("farm")
    (place.office.inbox / "a.xlsx").write_bytes(b"")
    (place.office.inbox / "a.xlsx").chmod(0o644)
    assert not open_to_others(place.office.folder), "a program of the office's own wrote it: no alarm"
    runs.find_office("farm")
    assert not _readable_by_others(place.office.folder), "closed all the same"
