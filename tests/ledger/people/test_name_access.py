"""Unmasking is logged, erasure is final, photos carry nothing but their pixels."""

from __future__ import annotations

import io
from pathlib import Path

import pandas as pd
import pytest
from PIL import Image

import povlib.ledger as ledger
from povlib.errors import LedgerError
from povlib.ledger.people import sealed_identities

DESK = ledger.BatchInfo(officer="desk")


def test_names_are_opened_only_after_the_log_is_written(book):
    names = ledger.unmask(book, ["001-1"], ("name", "id_number"), "home visit", DESK)
    assert names["value"].tolist() == ["999900000000000000", "样本001-1"]
    rows = book.store.rows("select person, field, purpose, batch from access order by field")
    assert rows == [("001-1", "id_number", "home visit", 2), ("001-1", "name", "home visit", 2)]
    assert len(ledger.unmask(book, None, ("name",), "posting", DESK)) == 6
    assert book.store.rows("select person from access where purpose = 'posting'") == [("*",)]
    for purpose, info in (("", DESK), ("posting", ledger.BatchInfo())):
        with pytest.raises(LedgerError):
            ledger.unmask(book, None, ("name",), purpose, info)


def test_erasure_destroys_one_person_and_leaves_the_chain(book, make):
    state = ledger.read_state(book)
    done = ledger.erase(book, "001-1", "法院决定", DESK)
    assert (done.erased, len(done.sources)) == (2, 1)
    left = sealed_identities.open_identities(book.store, book.key, ("name",), book.head().batch)
    assert "001-1" not in set(left["person"])
    assert len(left) == 5
    assert ledger.check(book).ok
    assert ledger.read_state(book).digest == state.digest  # facts stay, under the number
    assert book.data_head() == 1
    again = ledger.erase(book, "001-1", "法院决定", DESK)  # nothing is added, the files are told again
    assert (again.erased, again.sources) == (0, done.sources)
    with pytest.raises(LedgerError):
        ledger.erase(book, "001-2", " ", DESK)
    again = book.append(ledger.BatchInfo(), make.township())  # next month's workbook names the person again
    assert not any(again.rows.values())
    assert book.store.rows("select count(*) from person_key where person = '001-1'") == [(0,)]


def test_an_erased_key_is_gone_from_the_file(tmp_path: Path, make):
    path = tmp_path / "l.sqlite"
    with ledger.open(path, create=True, synthetic=True) as book:
        book.append(ledger.BatchInfo(), make.township())
        wrapped = book.store.rows("select wrapped from person_key where person = '001-1'")[0][0]
        match = book.store.rows("select id_hmac from identity_match where person = '001-1'")[0][0].encode()
        ledger.erase(book, "001-1", "law", DESK)
        files = [p for p in tmp_path.rglob("*") if p.is_file()]
        assert len(files) >= 2
        for file in files:
            content = file.read_bytes()
            assert wrapped not in content
            assert match not in content


def test_names_in_free_text_are_found(book):
    texts = pd.Series(["屋顶已换", "样本002-1说屋顶漏雨", None, "样本"], index=[3, 5, 7, 9])
    assert ledger.names_in(book, texts).to_dict() == {3: False, 5: True, 7: False, 9: False}


def test_one_person_twice_is_for_a_person_to_decide(book, make):
    same = make.identities(["002-1"]).iloc[1:].assign(value="999900000000000000")
    named = make.identities(["003-2"]).iloc[:1].assign(value="样本001-2")
    within = make.identities(["001-2"]).iloc[1:].assign(value="999900000000000000")
    book.append(ledger.BatchInfo(), {"identity": pd.concat([same, named, within])})
    queue = ledger.duplicates(book)
    wanted = [["001-1", "002-1", "id_number"], ["001-2", "002-1", "id_number"], ["001-2", "003-2", "name_and_birth"]]
    assert queue[["left", "right", "sign"]].to_numpy().tolist() == wanted
    assert queue.verdict.isna().all()
    before = ledger.read_state(book).digest
    ledger.decide(book, "002-1", "001-1", "different", "visited both", DESK)
    queue = ledger.duplicates(book).set_index(["left", "right"])
    assert queue.loc[("001-1", "002-1"), ["verdict", "note"]].tolist() == ["different", "visited both"]
    assert queue.index[-1] == ("001-1", "002-1")
    assert ledger.read_state(book).digest == before  # nothing is merged
    for pair, verdict, note, info in (
        (("001-1", "002-1"), "perhaps", "n", DESK),
        (("001-1", "002-1"), "same", "", DESK),
        (("001-1", "002-1"), "same", "n", ledger.BatchInfo()),
        (("001-1", "003-1"), "same", "n", DESK),
    ):
        with pytest.raises(LedgerError):
            ledger.decide(book, *pair, verdict, note, info)


def photo(kind: str = "JPEG", **more) -> bytes:
    out = io.BytesIO()
    Image.linear_gradient("L").convert("RGB").save(out, kind, **more)
    return out.getvalue()


def test_photos_lose_place_and_time(tmp_path: Path):
    exif = Image.Exif()
    exif[0x0110] = "Camera of Zhang"
    exif[0x8825] = {1: "N", 2: (24.0, 1.0, 2.0)}
    store = ledger.PhotoStore(tmp_path)
    digest = store.put(photo(exif=exif))
    content = store.read(digest)
    assert b"Zhang" in photo(exif=exif)
    assert b"Zhang" not in content
    with Image.open(io.BytesIO(content)) as stored:
        assert not stored.getexif()
        assert stored.size == (256, 256)
    assert store.put(photo(exif=exif)) == digest
    assert store.put(photo("PNG")) != digest
    assert not list(tmp_path.rglob("*.part"))


@pytest.mark.parametrize("content", [b"", b"GIF89a", photo()[:300], b"\x89PNG\r\n\x1a\n" + b"0" * 90, photo("BMP")])
def test_what_is_no_photo(tmp_path: Path, content):
    with pytest.raises(LedgerError):
        ledger.PhotoStore(tmp_path).put(content)
    assert not list(tmp_path.rglob("*"))


def test_the_sweep_finds_missing_orphaned_and_damaged(book, tmp_path: Path):
    store = ledger.PhotoStore(tmp_path / "photos")
    named, orphan, damaged = store.put(photo()), store.put(photo("PNG")), store.put(photo(quality=20))
    lost = "d" * 64
    progress = pd.DataFrame({"project": "h1", "week": [1, 2, 3], "photo_sha256": [named, damaged, lost]})
    projects = pd.DataFrame({"project": ["h1"], "hh": ["001"]})
    book.append(ledger.BatchInfo(), {"projects": projects, "progress": progress})
    path = next((tmp_path / "photos").glob(f"*/{damaged}*"))
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    assert store.sweep(book) == ledger.Sweep((lost,), (orphan,), (damaged,))
    for digest in (damaged, lost, "../../etc/passwd"):
        with pytest.raises(LedgerError):
            store.read(digest)


def test_nobody_inspects_the_own_village(book):
    row = pd.DataFrame({"id": ["i1"], "village": ["农家村"], "by_village": ["农家村"]})
    with pytest.raises(LedgerError):
        book.append(ledger.BatchInfo(), {"inspections": row})
    assert book.append(ledger.BatchInfo(), {"inspections": row.assign(by_village="乐北村")}).rows == {"inspection": 1}
