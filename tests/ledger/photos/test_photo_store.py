"""Photos lie whole under their digest, with small copies; a folder of them is stored whatever is wrong with some."""

from __future__ import annotations

import hashlib
import io
from collections import namedtuple
from pathlib import Path

import pandas as pd
import pytest
from PIL import Image

from povlib import ledger
from povlib.errors import LedgerError
from povlib.ledger.photos import photo_store


def written(path: Path, seed: int = 1, kind: str = "JPEG") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    picture = Image.radial_gradient("L").rotate(seed * 17, translate=(seed * 5 % 90, 9)).convert("RGB")
    picture.save(path, kind)
    return path


def test_the_digest_is_that_of_the_bytes_on_disk(tmp_path: Path) -> None:
    store = ledger.PhotoStore(tmp_path / "photos")
    kept = store.keep(written(tmp_path / "a.jpg").read_bytes(), "a.jpg")
    (path,) = (tmp_path / "photos").glob("??/*")
    assert hashlib.sha256(path.read_bytes()).hexdigest() == kept.digest == path.stem
    assert store.keep((tmp_path / "a.jpg").read_bytes()) == kept
    # what is stored may come again and is the same photo
    assert store.keep(store.read(kept.digest)) == kept


def test_a_small_copy_is_made_once_and_again_when_it_was_lost(tmp_path: Path) -> None:
    store = ledger.PhotoStore(tmp_path)
    digest = store.put(written(tmp_path / "in" / "a.jpg").read_bytes())
    (small,) = (tmp_path / "small").rglob("*.jpg")
    first, when = small.read_bytes(), small.stat().st_mtime_ns
    assert store.thumbnail(digest) == first
    store.put((tmp_path / "in" / "a.jpg").read_bytes())
    assert small.stat().st_mtime_ns == when
    small.unlink()
    assert store.thumbnail(digest) == first
    small.write_bytes(b"")
    assert store.thumbnail(digest) == first
    with pytest.raises(LedgerError):
        store.thumbnail("0" * 64)
    # the small copy of a photo that was changed is not shown for it
    (large,) = tmp_path.glob(f"??/{digest}.jpg")
    large.write_bytes(large.read_bytes() + b"x")
    with pytest.raises(LedgerError, match="was changed"):
        store.thumbnail(digest)


def test_every_table_that_names_photos_is_swept(book: ledger.Ledger, tmp_path: Path) -> None:
    store = ledger.PhotoStore(tmp_path / "photos")
    digests = [store.put(written(tmp_path / f"{seed}.jpg", seed).read_bytes()) for seed in range(1, 5)]
    frames = {
        "projects": pd.DataFrame({"project": ["Z1"], "hh": ["001"]}),
        "progress": pd.DataFrame({"project": ["Z1"], "week": [20160422], "photo_sha256": digests[:1]}),
        "house_photos": pd.DataFrame({"project": ["Z1", "Z1"], "phase": ["before", "after"],
                                      "sha256": [digests[1], "e" * 64]}),
        "inspections": pd.DataFrame({"id": ["i1"], "village": ["甲"], "by_village": ["乙"],
                                     "photo_sha256": digests[2:3]}),
    }  # fmt: skip
    book.append(ledger.BatchInfo(), frames)
    assert store.sweep(book) == ledger.Sweep(("e" * 64,), (digests[3],), ())
    (changed,) = (tmp_path / "photos").glob(f"??/{digests[1]}.jpg")
    changed.write_bytes(b"x")
    assert store.sweep(book).damaged == (digests[1],)


def test_a_photo_that_no_row_names_can_be_forgotten(tmp_path: Path) -> None:
    store = ledger.PhotoStore(tmp_path)
    digest = store.put(written(tmp_path / "in" / "a.jpg").read_bytes())
    assert store.holds(digest)
    store.forget(digest)
    assert not store.holds(digest)
    assert [path for path in tmp_path.rglob("*.jpg") if "in" not in path.parts] == []


def test_a_folder_is_stored_whatever_is_wrong_with_some(tmp_path: Path) -> None:
    folder = tmp_path / "photos"
    for seed in range(1, 6):
        written(folder / f"户{seed}.JPG", seed)
    (folder / "cut.jpg").write_bytes((folder / "户1.JPG").read_bytes()[:2000])
    (folder / "note.jpg").write_text("not a picture", encoding="utf-8")
    (tmp_path / "outside.jpg").write_bytes((folder / "户1.JPG").read_bytes())
    asked = ["户1.jpg", "户2.JPG", "户3", "cut.jpg", "note.jpg", "户9.jpg", "../outside.jpg", "户1.jpg"]
    got = ledger.stored_photos(ledger.PhotoStore(tmp_path / "store"), folder, asked)
    assert set(got.photos) == {"户1.jpg", "户2.JPG", "户3"}
    assert set(got.faults) == {"cut.jpg", "note.jpg", "户9.jpg", "../outside.jpg"}
    assert "cut.jpg: the photo ends in the middle" in got.faults["cut.jpg"][0].show("en")
    assert "did you mean" in got.faults["户9.jpg"][0].show("en")
    assert len({photo.digest for photo in got.photos.values()}) == 3
    assert len(list((tmp_path / "store").glob("??/*"))) == 3
    assert ledger.stored_photos(ledger.PhotoStore(tmp_path), tmp_path / "none", ["a"]).faults


def test_a_full_disk_is_said_before_anything_is_stored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written(tmp_path / "in" / "a.jpg")
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(photo_store.shutil, "disk_usage", lambda place: usage(1, 1, 100))
    with pytest.raises(LedgerError, match="MB free"):
        ledger.stored_photos(ledger.PhotoStore(tmp_path / "store"), tmp_path / "in", ["a.jpg"])
    assert not (tmp_path / "store").exists()


def test_a_file_too_large_for_a_photo_is_not_read(tmp_path: Path) -> None:
    with (tmp_path / "a.jpg").open("wb") as file:
        file.truncate(5 << 30)
    with pytest.raises(LedgerError, match="MB"):
        photo_store.photo_content(tmp_path / "a.jpg")


def test_bytes_come_from_memory_too(tmp_path: Path) -> None:
    out = io.BytesIO()
    Image.radial_gradient("L").save(out, "WEBP")
    store = ledger.PhotoStore(tmp_path)
    with Image.open(io.BytesIO(store.read(store.put(out.getvalue(), "a.webp")))) as kept:
        assert kept.format == "WEBP"
