"""Photos that a workbook names: taken from the folder beside it, each fault in its cell, nothing half done."""

from __future__ import annotations

import io
import shutil
from pathlib import Path

import pytest
from defects.house_workbooks import VILLAGES, write
from PIL import Image

from povlib import intake, ledger
from povlib.errors import LedgerError
from povlib.intake.checks.check import check_files
from povlib.intake.checks.photo_check import photos_ahead, take_photos

WEEK = {"project": "H1-Z1", "week": "2016-04-08", "progress": "30"}


def picture(turn: int = 0) -> bytes:
    """Return a photo with a place in its metadata."""
    out, exif = io.BytesIO(), Image.Exif()
    exif[0x010F] = "CameraMaker"
    Image.linear_gradient("L").rotate(90 * turn).convert("RGB").save(out, "JPEG", exif=exif)
    return out.getvalue()


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    folder = tmp_path / "photos"
    folder.mkdir()
    (folder / "before.jpg").write_bytes(picture())
    (folder / "wall.jpg").write_bytes(picture(1))
    (folder / "测试甲家.jpg").write_bytes(picture(2))
    (folder / "broken.jpg").write_bytes(picture()[:300])
    return folder


@pytest.fixture
def store(tmp_path: Path) -> ledger.PhotoStore:
    return ledger.PhotoStore(tmp_path / "store")


def test_photos_come_with_the_workbook(
    tmp_path: Path, book: ledger.Ledger, photos: Path, store: ledger.PhotoStore
) -> None:
    rows = [WEEK | {"photo_before": "before.jpg", "photo_during": "wall.jpg、测试甲家.jpg"}]
    (verdict,) = intake.load(book, [write(tmp_path / "a.xlsx", progress=rows)], villages=VILLAGES, photos=store)
    assert {flag.rule for flag in verdict.flags if flag.refuses != "note"} == set()
    assert "photo_named" in {flag.rule for flag in verdict.flags}
    kept = ledger.read_state(book).house_photos
    assert kept[["project", "phase", "week"]].drop_duplicates().to_numpy().tolist() == [
        ["H1-Z1", "before", 20160408], ["H1-Z1", "during", 20160408]]  # fmt: skip
    assert sorted(kept["file"].dropna()) == ["before.jpg", "wall.jpg"], "a name of a person is no name of a file"
    assert all(b"CameraMaker" not in store.read(digest) for digest in kept["sha256"])
    assert kept["perceptual_hash"].str.len().min() > 8
    swept = store.sweep(book)
    assert (swept.missing, swept.orphaned, swept.damaged) == ((), (), ())


def test_missing_and_broken_photos_are_named_in_their_cells_and_the_rest_loads(
    tmp_path: Path, book: ledger.Ledger, photos: Path, store: ledger.PhotoStore
) -> None:
    rows = [WEEK | {"photo_before": "nowhere.jpg", "photo_during": "broken.jpg", "photo_after": "wall.jpg"}]
    path = write(tmp_path / "a.xlsx", progress=rows)
    (looked,) = intake.load(book, [path], villages=VILLAGES, photos=store, dry=True)
    assert not store.folder.exists(), "a look keeps nothing"
    (verdict,) = intake.load(book, [path], villages=VILLAGES, photos=store)
    assert verdict.verdict == "reject_cells" == looked.verdict
    assert [(f.sheet, f.cell) for f in verdict.flags if f.rule == "photo_fault"] == [
        ("工程进度", "E4"),
        ("工程进度", "F4"),
    ]
    said = next(f for f in verdict.flags if f.rule == "photo_fault").message("en")
    assert "nowhere.jpg" in said
    assert said.endswith("python3 workbench.py photo FILE --project H1-Z1 --phase before --week 2016-04-08")
    state = ledger.read_state(book)
    assert state.house_photos["phase"].tolist() == ["after"]
    assert state.progress["pct"].tolist() == [30.0]


def test_a_photo_never_leads_out_of_its_folder(
    tmp_path: Path, book: ledger.Ledger, photos: Path, store: ledger.PhotoStore
) -> None:
    (tmp_path / "secret.jpg").write_bytes(picture())
    path = write(tmp_path / "a.xlsx", progress=[WEEK | {"photo_before": "../secret.jpg"}])
    (verdict,) = intake.load(book, [path], villages=VILLAGES, photos=store)
    assert [flag.rule for flag in verdict.flags if flag.refuses != "note"] == ["photo_fault"]
    assert not len(ledger.read_state(book).house_photos)


def test_without_a_store_photos_are_said_to_be_unread(tmp_path: Path, book: ledger.Ledger, photos: Path) -> None:
    path = write(tmp_path / "a.xlsx", progress=[WEEK | {"photo_before": "before.jpg"}])
    (verdict,) = intake.load(book, [path], villages=VILLAGES)
    assert [flag.values["got"] for flag in verdict.flags if flag.rule == "photos_not_read"] == [1]
    assert not len(ledger.read_state(book).house_photos)


def test_photos_of_rows_that_were_not_recorded_are_taken_away_again(
    tmp_path: Path, book: ledger.Ledger, photos: Path, store: ledger.PhotoStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(tmp_path / "a.xlsx", progress=[WEEK | {"photo_before": "before.jpg"}])

    def refused(*_: object) -> None:
        raise LedgerError("no")

    with monkeypatch.context() as patch:
        patch.setattr(type(book), "append", refused)
        (verdict,) = intake.load(book, [path], villages=VILLAGES, photos=store)
    assert verdict.verdict == "reject_file"
    assert not list(store.folder.glob("??/*"))
    (again,) = intake.load(book, [path], villages=VILLAGES, photos=store)
    assert again.batch
    assert len(ledger.read_state(book).house_photos) == 1


@pytest.mark.parametrize("lost", [False, True])
def test_photos_looked_at_ahead_are_those_looked_at_when_the_file_is_recorded(
    tmp_path: Path, photos: Path, store: ledger.PhotoStore, lost: bool
) -> None:
    rows = [
        WEEK | {"photo_before": "before.jpg", "photo_during": "broken.jpg", "photo_after": "nowhere.jpg"},
        WEEK | {"week": "2016-04-15", "photo_during": "wall.jpg"},
    ]
    path = write(tmp_path / "a.xlsx", progress=rows)
    (check,), (again,) = (check_files([path], VILLAGES) for _ in range(2))
    ahead = photos_ahead(check, tmp_path / "waiting")
    assert ahead is not None
    assert set(ahead.found.photos) == {"before.jpg", "wall.jpg"}
    if lost:
        shutil.rmtree(tmp_path / "waiting")
    for found in (check, again):  # a row that the ledger's judgement refused since
        sheet = next(sheet for sheet in found.sheets if sheet.layout.table == "progress")
        sheet.refused[1] = True
    other = ledger.PhotoStore(tmp_path / "other")
    assert take_photos(check, store, ahead=ahead) == take_photos(again, other)
    assert check.photos == again.photos
    assert [flag.message("en") for flag in check.all_flags()] == [flag.message("en") for flag in again.all_flags()]
    held, expected = (
        {str(p.relative_to(s.folder)): p.read_bytes() for p in s.folder.rglob("*.*")} for s in (store, other)
    )
    assert held == expected
    assert len(held) == 2  # a photo and its small copy: the refused row's is not taken in
    assert take_photos(check, store, ahead=ahead) == [], "it is there already"
