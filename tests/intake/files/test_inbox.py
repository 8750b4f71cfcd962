"""What programs leave in an inbox is passed over with one sentence, workbooks never."""

from __future__ import annotations

from pathlib import Path

from povlib.intake.files.inbox import note_of_left_overs, workbooks_in_inbox

LEFT_OVER = ["~$联胜.xlsx", "Thumbs.db", "desktop.ini", "乐北.xlsx.crdownload", ".~lock.联胜.xlsx#", ".DS_Store"]


def test_left_overs_are_passed_over_and_named_once(tmp_path: Path) -> None:
    for name in (*LEFT_OVER, "联胜.xlsx", "乐北.csv", "a~b.xlsx"):
        (tmp_path / name).write_bytes(b"x")
    assert [path.name for path in workbooks_in_inbox(tmp_path)] == ["a~b.xlsx", "乐北.csv", "联胜.xlsx"]
    note = note_of_left_overs(tmp_path)
    assert all(name in note for name in LEFT_OVER[:4])
    assert ".DS_Store" not in note


def test_an_inbox_of_workbooks_deserves_no_word(tmp_path: Path) -> None:
    (tmp_path / "联胜.xlsx").write_bytes(b"x")
    assert note_of_left_overs(tmp_path) == ""
