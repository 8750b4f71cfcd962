from __future__ import annotations

import base64
import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from docx import Document
from hypothesis import example, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from PIL import Image, PngImagePlugin

from povlib.errors import PrivacyError
from povlib.ledger.batch import Head, hash_in_short
from povlib.report.privacy import personal_data
from povlib.report.privacy.personal_data import find_personal_data, is_identity_number

ID = "11010519491231002X"
PHONE = "13812345678"
WEIGHTS = [2 ** (17 - i) % 11 for i in range(17)]


def _identity(area: int, year: int, month: int, day: int, order: int) -> str:
    body = f"{area:06d}{year:04d}{month:02d}{day:02d}{order:03d}"
    return body + "10X98765432"[sum(w * int(d) for w, d in zip(WEIGHTS, body, strict=True)) % 11]


@given(
    st.integers(110000, 999999), st.integers(1900, 2016), st.integers(1, 12), st.integers(1, 28), st.integers(0, 999)
)
@settings(max_examples=80)
def test_every_identity_number_is_found_however_written(area: int, year: int, month: int, day: int, order: int) -> None:
    number = _identity(area, year, month, day, order)
    assert is_identity_number(number)
    full_width = number.translate({ord(c): chr(ord(c) + 0xFEE0) for c in "0123456789"})
    for written in (number, number.lower(), full_width, f"{number[:6]} {number[6:14]} {number[14:]}", f"号{number}。"):
        found = find_personal_data(written)
        assert [m.kind for m in found] == ["identity number"], written
        assert found[0].masked.startswith("*" * 10)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("440524188001010014", "identity number"),
        ("110105491231002", "identity number"),
        (ID + "43", "disability-card number"),
        (ID + "43B1".replace("B", "1"), "disability-card number"),
        ("110105********002X", "partly masked identity number"),
        (PHONE, "phone number"),
        ("+86 138-1234-5678", "phone number"),
        ("0596-5231234", "phone number"),
        ("6222021234567890128", "bank card number"),
        ("6222 0212 3456 7890 128", "bank card number"),
        ("x" + ID + PHONE, "identity number"),
    ],
)
def test_each_kind_is_named(text: str, kind: str) -> None:
    assert kind in {m.kind for m in find_personal_data(text)}


@pytest.mark.parametrize(
    "text",
    [
        "0.440524188001010014",
        "440524188001010014.5e3",
        "sha256 4be1f0c2a97d4e0b8d1c6f3a5e7b9d20c4a6e8f013812345678b2d4c6e8a0b2c",
        "1,381,234,567.80",
        "2016-05-10 12:30",
        "341 1,056 187 1,412,345 71 171.3 402.8",
        "350628 户 20160510",
        "440524188001010015",
        "",
    ],
)
def test_what_is_nothing_personal_passes(text: str) -> None:
    assert find_personal_data(text) == []


def test_an_office_number_may_be_printed() -> None:
    assert find_personal_data("0596-5231234", public=["0596-5231234"]) == []


def test_the_match_is_never_in_the_message() -> None:
    with pytest.raises(PrivacyError) as refused:
        personal_data.check_texts([f"a {ID}", PHONE], where="paper.pdf", canaries=["SECRET"])
    shown = refused.value.show("en") + refused.value.show("zh")
    assert ID not in shown
    assert PHONE not in shown
    assert "paper.pdf, line 1, character 3" in shown


def _png(path: Path, secret: str) -> None:
    info = PngImagePlugin.PngInfo()
    info.add_text("Comment", secret)
    Image.new("RGB", (2, 2)).save(path, pnginfo=info)


def _html(path: Path, secret: str) -> None:
    path.write_text(f"<p>号码 <b>{secret[:6]}</b>{secret[6:]}</p>", encoding="utf-8")


def _html_picture(path: Path, secret: str) -> None:
    picture = path.with_suffix(".tmp.png")
    _png(picture, secret)
    encoded = base64.b64encode(picture.read_bytes()).decode()
    picture.unlink()
    path.write_text(f'<img src="data:image/png;base64,{encoded}">', encoding="utf-8")


def _docx(path: Path, secret: str) -> None:
    document = Document()
    paragraph = document.add_paragraph("x ")
    paragraph.add_run(secret[:9])
    paragraph.add_run(secret[9:]).bold = True
    document.save(str(path))


def _docx_property(path: Path, secret: str) -> None:
    document = Document()
    document.core_properties.author = secret
    document.save(str(path))


def _xlsx(path: Path, secret: str) -> None:
    book = Workbook()
    book.active["B3"] = secret
    book.save(path)


def _notebook(path: Path, secret: str) -> None:
    cell = {"cell_type": "code", "source": [], "outputs": [{"data": {"text/html": [f"<td>{secret}</td>"]}}]}
    path.write_text(json.dumps({"cells": [cell]}), encoding="utf-8")


def _json(path: Path, secret: str) -> None:
    path.write_text(json.dumps({"a": {secret: 1}}), encoding="utf-8")


def _text(path: Path, secret: str) -> None:
    path.write_text(f"a\n{secret}", encoding="utf-8")


def _pdf(path: Path, secret: str) -> None:
    import typst

    source = path.with_suffix(".typ")
    source.write_text(f"= Title\nNumber {secret} here", encoding="utf-8")
    path.write_bytes(typst.compile(str(source), format="pdf"))
    source.unlink()


WRITERS: dict[str, tuple[str, Callable[[Path, str], None]]] = {
    "html": ("a.html", _html),
    "html picture": ("a.html", _html_picture),
    "docx": ("a.docx", _docx),
    "docx property": ("a.docx", _docx_property),
    "xlsx": ("a.xlsx", _xlsx),
    "notebook": ("a.ipynb", _notebook),
    "json": ("a.json", _json),
    "text": ("a.csv", _text),
    "png": ("a.png", _png),
    "pdf": ("a.pdf", _pdf),
}


@pytest.mark.parametrize("kind", WRITERS)
@pytest.mark.parametrize("secret", [ID, PHONE, "KANARIENVOGEL-7"])
def test_a_secret_is_found_in_every_kind_of_file(tmp_path: Path, kind: str, secret: str) -> None:
    name, write = WRITERS[kind]
    write(tmp_path / name, "plain")
    assert personal_data.check_files(tmp_path, canaries=["KANARIENVOGEL-7"]) == 1
    write(tmp_path / name, secret)
    with pytest.raises(PrivacyError) as refused:
        personal_data.check_files(tmp_path, canaries=["KANARIENVOGEL-7"])
    assert secret not in refused.value.show("en")
    assert name in refused.value.show("en")


def test_a_secret_in_a_file_name_is_found_and_not_repeated(tmp_path: Path) -> None:
    (tmp_path / f"{ID}.txt").write_text("", encoding="utf-8")
    with pytest.raises(PrivacyError) as refused:
        personal_data.check_files([tmp_path])
    assert ID not in refused.value.show("en")


def test_a_file_that_cannot_be_looked_into_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.sqlite").write_bytes(b"SQLite")
    (tmp_path / "b.docx").write_bytes(b"not a zip")
    (tmp_path / "c.png").write_bytes(b"not a picture")
    with pytest.raises(PrivacyError) as refused:
        personal_data.check_files(tmp_path)
    assert len(refused.value.faults) == 3


def test_a_file_inside_an_archive_is_looked_into(tmp_path: Path) -> None:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("x.json", json.dumps([ID]))
    (tmp_path / "a.zip").write_bytes(inner.getvalue())
    with pytest.raises(PrivacyError):
        personal_data.check_files(tmp_path)


def test_an_amount_in_fen_that_looks_like_a_phone_is_a_number(tmp_path: Path) -> None:
    (tmp_path / "numbers.json").write_text(json.dumps({"budget": 13812345678}), encoding="utf-8")
    book = Workbook()
    book.active["A1"] = 13812345678
    book.save(tmp_path / "a.xlsx")
    assert personal_data.check_files(tmp_path) == 2


def test_an_identity_number_typed_as_a_number_is_still_found(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text('{"x": 440524188001010014}', encoding="utf-8")
    with pytest.raises(PrivacyError):
        personal_data.check_files(tmp_path)


@pytest.mark.parametrize("digest", ["a13812345678", "9b13812345678123", "ab1381234567812f"])
def test_a_short_digest_with_many_numerals_is_no_phone(digest: str) -> None:
    assert find_personal_data(f"batch 12:{digest} of May") == []


@given(st.integers(0, 99_999), st.one_of(st.text("0123456789abcdef", min_size=64, max_size=64),
                                         st.text("0123456789", min_size=64, max_size=64)))  # fmt: skip
@example(30, "6816375155251124" + 48 * "a")
@example(7, "110105491231002" + 49 * "a")
@example(7, "a110105491231002" + 48 * "a")
def test_no_head_of_a_ledger_looks_personal_as_papers_show_it(batch: int, digest: str) -> None:
    shown = str(Head(batch, digest))
    assert find_personal_data(f"ledger\n{shown}\n{hash_in_short(digest)} {digest[:12]}\n", typed=True) == []
    assert shown.replace("-", "") == f"{batch}:{digest[:16]}"


@pytest.mark.parametrize("written", ["13812345678", "tel13812345678", "F13812345678", "x13812345678a"])
def test_what_only_looks_like_a_digest_is_still_a_phone(written: str) -> None:
    assert find_personal_data(f"call {written} today")


@pytest.mark.parametrize(
    "written",
    [
        "张三 身份证 350521199003071234",
        "３５０５２１１９９００３０７１２３４",
        "350521 19900307 1234",
        "35052119900307123x",
        "35052119900307123443",
    ],
)
def test_an_identity_number_mistyped_by_a_digit_is_refused_in_typed_words(written: str) -> None:
    assert not is_identity_number("350521199003071234")
    assert [m.kind for m in find_personal_data(written, typed=True)] == ["identity number"]
    with pytest.raises(PrivacyError) as refused:
        personal_data.check_texts([written], where="--reason")
    assert "19900307" not in refused.value.show("zh")


@pytest.mark.parametrize(
    "written",
    ["350521199013071234", "780521199003071234", "0.350521199003071234", "12345678901234567890", "60 万元 20160510"],
)
def test_typed_figures_without_region_or_date_are_no_identity_number(written: str) -> None:
    personal_data.check_texts([written], where="--reason")
