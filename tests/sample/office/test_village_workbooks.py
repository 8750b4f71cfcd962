"""The committed workbooks: the form, the banner, the size, and the same bytes again."""

import hashlib
import zipfile
import zlib

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from povlib.intake.form import form
from povlib.places import DATA
from povlib.sample import simulate, write_workbooks

COMMITTED = sorted((DATA / "sample" / "workbooks").glob("*.xlsx"))


@pytest.fixture(scope="module")
def written(township, tmp_path_factory):
    return write_workbooks(township, tmp_path_factory.mktemp("books"))


def same_compressor():
    """Tell whether this Python packs as the one did that wrote the committed files; the parts must agree anyway."""
    probe = "".join(f'<c r="A{i}"><v>{i * i % 977}</v></c>' for i in range(5000)).encode()
    return hashlib.sha256(zlib.compress(probe, 6)).hexdigest().startswith("6027a82975543c77")


def parts(path):
    with zipfile.ZipFile(path) as book:
        return {name: book.read(name) for name in book.namelist()}


def test_the_committed_workbooks_are_what_the_command_writes(written):
    assert [p.name for p in written] == [p.name for p in COMMITTED]
    for new, old in zip(written, COMMITTED, strict=True):
        assert parts(new) == parts(old)
        if same_compressor():
            assert new.read_bytes() == old.read_bytes()


@pytest.mark.thorough
def test_writing_again_gives_the_same_bytes(written, tmp_path):
    again = write_workbooks(simulate(), tmp_path)
    assert [p.read_bytes() for p in again] == [p.read_bytes() for p in written]


def test_all_workbooks_together_stay_under_three_megabytes():
    assert len(COMMITTED) == 13
    assert sum(p.stat().st_size for p in COMMITTED) < 3_000_000


def test_sheets_have_title_notes_headers_and_say_synthetic():
    book = openpyxl.load_workbook(COMMITTED[0], read_only=True)
    assert book.sheetnames == [sheet.name for sheet in form().sheets]
    for sheet in form().sheets:
        lines = list(book[sheet.name].iter_rows(max_row=4, values_only=True))
        assert "合成数据（synthetic）" in lines[0][0]
        assert "联胜村" in lines[0][0]
        assert "2016-04" in lines[0][0]
        assert "元" in lines[1][0]
        assert list(lines[2])[: len(sheet.fields)] == [field.title for field in sheet.fields]
        assert sheet.key in ("credit", "site", "shift", "post_end") or lines[3][0]  # a village may have none of these


def test_no_cell_is_a_formula():
    for path in COMMITTED:
        for name, text in parts(path).items():
            assert not (name.startswith("xl/worksheets/") and b"<f>" in text)


def test_a_workbook_holds_its_own_village_only(rows):
    book = openpyxl.load_workbook(COMMITTED[3], read_only=True)
    page = book["户信息"]
    villages = {line[2] for line in page.iter_rows(min_row=4, values_only=True)}
    assert villages == {"秀山"}
    assert page.max_row - 3 == (rows["household"]["village"] == "秀山").sum()


@pytest.mark.thorough
@settings(max_examples=1, deadline=None)
@given(st.integers(0, 10**6))
def test_intake_accepts_the_workbooks_of_any_seed(seed):
    import tempfile

    from povlib import intake

    with tempfile.TemporaryDirectory() as folder:
        files = write_workbooks(simulate(60, seed=seed), folder)
        verdicts = intake.check(files, villages=DATA / "sample" / "params" / "villages.yaml")
    assert {v.verdict for v in verdicts} <= {"accept", "accept_with_notes"}
