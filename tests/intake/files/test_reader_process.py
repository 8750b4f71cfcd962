"""The reader is a process that may be ended; the parent always has an answer."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import psutil
import pytest
from defects.making import VILLAGES, form, rows

from povlib import intake
from povlib.intake.files.container import check_container
from povlib.intake.files.reader_process import ReaderProcess
from povlib.intake.files.sheet_facts import cell_name, column_number


@pytest.fixture
def good(tmp_path: Path) -> Path:
    path = tmp_path / "good.xlsx"
    path.write_bytes(form(rows()))
    return path


def test_too_slow_a_file_is_stopped_and_the_next_is_read(good: Path) -> None:
    with ReaderProcess(seconds=0.0) as reader:
        assert [finding.rule for finding in reader.read(good).findings] == ["reader_time"]
        reader.seconds = 10
        assert reader.read(good).grids


def test_too_large_a_file_is_stopped(good: Path) -> None:
    with ReaderProcess(megabytes=1) as reader:
        assert [finding.rule for finding in reader.read(good).findings] == ["reader_memory"]


def test_a_reader_that_dies_is_replaced(good: Path) -> None:
    with ReaderProcess() as reader:
        assert reader.read(good).grids
        assert reader._process is not None
        reader._process.kill()
        reader._process.wait()
        assert reader.read(good).grids


def test_no_process_is_left_behind(good: Path) -> None:
    before = {child.pid for child in psutil.Process().children(recursive=True)}
    intake.check([good, good], villages=VILLAGES)
    assert {child.pid for child in psutil.Process().children(recursive=True)} <= before


def test_a_file_that_is_not_there_and_a_folder_get_a_verdict(tmp_path: Path) -> None:
    found = intake.check([tmp_path / "none.xlsx", tmp_path, "\x00"], villages=VILLAGES)
    assert [verdict.verdict for verdict in found] == ["reject_file"] * 3
    assert [verdict.flags[0].rule for verdict in found] == ["file_missing", "not_file", "file_missing"]


def test_the_reader_starts_without_pandas() -> None:
    code = "import sys, povlib.intake.files.reader; print(sorted(set(sys.modules) & {'pandas', 'numpy', 'pyarrow'}))"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "[]"


def test_names_and_texts_that_are_no_unicode_are_still_said(tmp_path: Path) -> None:
    path = tmp_path / "\udce6bad.xlsx"
    path.write_bytes(form(rows(户主姓名=["测_xD800_", "测试乙", "测试丙", "测试丁"])))
    found = intake.check([path], villages=VILLAGES)[0]
    assert [(flag.cell, flag.rule) for flag in found.flags] == [("B2", "bad_text")]
    json.dumps(found.as_json(), ensure_ascii=False).encode("utf-8")
    intake.write_receipt(found, tmp_path / "receipts")


@pytest.mark.parametrize("cut", range(0, 100, 7))
def test_a_workbook_cut_anywhere_is_refused(cut: int, tmp_path: Path) -> None:
    data = form(rows())
    path = tmp_path / "cut.xlsx"
    path.write_bytes(data[: len(data) * cut // 100])
    assert intake.check([path], villages=VILLAGES)[0].verdict == "reject_file"


def test_flipped_bytes_never_raise() -> None:
    data = bytearray(form(rows()))
    for at in range(0, len(data), 97):
        flipped = bytearray(data)
        flipped[at] ^= 0xFF
        check_container(bytes(flipped))


@pytest.mark.parametrize("column", [0, 25, 26, 701, 702, 16383])
def test_cell_names_go_both_ways(column: int) -> None:
    assert column_number(cell_name(0, column)[:-1]) == column
