"""Photos by command: one, a folder, what is refused, what is recorded, what a person is asked to judge."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from povlib import ledger, runs
from povlib.runs.office import photo_filing
from povlib.runs.office.office_place import photo_store

SECRET = "Maker 13812345678"


def drawn(seed: int) -> Image.Image:
    small = np.random.default_rng(seed).integers(0, 256, (9, 12, 3), dtype=np.uint8)
    return Image.fromarray(small).resize((240, 180), Image.Resampling.BICUBIC)


def written(path: Path, picture: Image.Image, **more: Any) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    exif, out = Image.Exif(), io.BytesIO()
    exif[0x010F] = SECRET
    picture.save(out, "JPEG", exif=exif, **more)
    path.write_bytes(out.getvalue())
    return path


def state() -> ledger.State:
    with runs.open_book(runs.find_office("sample")) as book:
        return ledger.read_state(book)


def works() -> list[str]:
    """Works of which the workbook brought no photo."""
    known = state()
    return known.projects.loc[~known.projects["project"].isin(known.house_photos["project"]), "project"].tolist()


def rows_of(*projects: str) -> pd.DataFrame:
    rows = state().house_photos
    return rows[rows["project"].isin(projects)].reset_index(drop=True)


def files(place: Path) -> set[str]:
    return {path.stem for path in (place / "photos").rglob("*.*")}


def test_photos_stand_side_by_side_in_the_history(cli: Any, loaded: Path, tmp_path: Path) -> None:
    project = works()[0]
    hh = state().projects.set_index("project").loc[project, "hh"]
    for seed, (phase, day) in enumerate((("before", "2016-01-29"), ("施工中", "2016-02-12"), ("after", "2016-04-29"))):
        picture = written(tmp_path / f"{seed}.jpg", drawn(seed))
        said = cli("photo", picture, "--project", project, "--phase", phase, "--week", day, "--officer", "W")
        assert said.code == 0, said.both
        assert "ledger photos" in said.both
    rows = rows_of(project)
    assert rows["phase"].tolist() == ["after", "before", "during"]
    assert rows["week"].tolist() == [20160429, 20160129, 20160212]
    assert all(len(each) == 16 for each in rows["perceptual_hash"])
    # a name that does not say its works may hold that of a person
    assert set(rows["file"].fillna("")) == {""}
    again = cli("photo", picture, "--project", project, "--phase", "after", "--week", "2016-04-29")
    assert again.code == 0
    assert "recorded before" in again.out
    assert cli("ledger", "photos").code == 0
    stored = [loaded / "photos" / digest[:2] / f"{digest}.jpg" for digest in rows["sha256"]]
    assert all(SECRET.encode() not in path.read_bytes() for path in stored)
    assert cli("history", hh, "--page", lang="zh").code == 0
    page = (loaded / "desk" / "histories" / f"{hh}.zh.html").read_text(encoding="utf-8")
    assert "改造前 2016-01-29；施工中 2016-02-12；完工后 2016-04-29" in page
    for path in stored:
        path.unlink()
    said = cli("ledger", "photos")
    assert said.code == 1
    assert f"{project} before" in said.out
    assert "photos FOLDER" in said.both
    cli("history", hh, "--page", lang="zh")
    page = (loaded / "desk" / "histories" / f"{hh}.zh.html").read_text(encoding="utf-8")
    assert "不在文件夹里" in page


def test_all_that_is_wrong_is_said_at_once_and_nothing_is_kept(cli: Any, loaded: Path, tmp_path: Path) -> None:
    project, before = works()[0], files(loaded)
    said = cli("photo", tmp_path / "none.jpg", "--project", project + "9", "--phase", "vor", "--week", "29/4")
    assert said.code == 2
    for words in ("no date", "no phase", "no such file", "no housing project", "did you mean"):
        assert words in said.err
    (tmp_path / "text.jpg").write_text("no photo", encoding="utf-8")
    said = cli("photo", tmp_path / "text.jpg", "--project", project, "--phase", "before", "--week", "2016-04-29")
    assert said.code == 2
    assert "no photo" in said.err
    assert files(loaded) == before
    assert not len(rows_of(project))


def test_a_folder_is_stored_with_a_receipt_and_its_bad_files_are_named(cli: Any, loaded: Path, tmp_path: Path) -> None:
    first, second = works()[:2]
    written(tmp_path / "in" / f"{first}_改造前_2016-01-08.jpg", drawn(1))
    written(tmp_path / "in" / f"{first}_after_20160429_2.jpg", drawn(2))
    written(tmp_path / "in" / f"{second}_完工.jpg", drawn(3))
    cut = written(tmp_path / "in" / f"{second}_before.jpg", drawn(4))
    cut.write_bytes(cut.read_bytes()[:1500])
    (tmp_path / "in" / "Thumbs.db").write_bytes(b"x")
    said = cli("photos", tmp_path / "in", "--week", "2016-04-30", "--officer", "W")
    assert said.code == 1
    assert "3 photos stored, 0 recorded before, 1 refused" in said.out
    assert "ends in the middle" in said.out
    (receipt,) = (loaded / "receipts").glob("photos-*.json")
    told = {row["file"]: row for row in json.loads(receipt.read_text(encoding="utf-8"))["photos"]}
    assert told[cut.name]["verdict"] == "refused"
    assert told[f"{second}_完工.jpg"]["week"] == 20160430
    rows = rows_of(first, second).set_index(["project", "phase"])
    assert rows.loc[(first, "before"), "week"] == 20160108
    assert rows.loc[(second, "after"), "file"] == f"{second}_完工.jpg"
    assert len(rows) == 3
    cut.unlink()
    head = cli("ledger", "head").out
    said = cli("photos", tmp_path / "in", "--week", "2016-04-30", "--officer", "W")
    assert said.code == 0
    assert "0 photos stored, 3 recorded before" in said.out
    assert cli("ledger", "head").out == head


def test_names_that_say_nothing_are_refused_all_at_once(cli: Any, loaded: Path, tmp_path: Path) -> None:
    project, before = works()[0], files(loaded)
    for name in ("IMG_0001", f"{project}_门口_2016-01-08", f"{project}_before", f"{project}_after_2016-13-45"):
        written(tmp_path / "in" / f"{name}.jpg", drawn(1))
    said = cli("photos", tmp_path / "in")
    assert said.code == 2
    assert len(said.err.strip().splitlines()) >= 4
    assert "--week" in said.err
    for path in (tmp_path / "in").iterdir():
        path.unlink()
    assert "no photos" in cli("photos", tmp_path / "in").err
    assert "no such folder" in cli("photos", tmp_path / "nowhere").err
    written(tmp_path / "in" / "S99-0001-Z1_before_2016-01-08.jpg", drawn(1))
    assert "no housing project" in cli("photos", tmp_path / "in").err
    assert files(loaded) == before


def test_a_photo_of_two_houses_is_named_and_shown_side_by_side(cli: Any, loaded: Path, tmp_path: Path) -> None:
    first, second, third = works()[:3]
    written(tmp_path / "in" / f"{first}_after.jpg", drawn(1))
    written(tmp_path / "in" / f"{second}_after.jpg", drawn(1).resize((200, 150)), quality=55)
    written(tmp_path / "in" / f"{third}_after.jpg", drawn(1))
    written(tmp_path / "in" / f"{third}_before.jpg", drawn(2))
    said = cli("photos", tmp_path / "in", "--week", "2016-04-30")
    assert f"the very same photo stands for {third} after" in said.out
    said = cli("ledger", "photos")
    assert said.code == 0
    assert f"{first} after = {third} after" in said.out
    assert "pairs of photos look alike" in said.out
    assert f"{first} after ~ {second} after" in said.out
    assert "ledger photos --page" in said.both
    assert cli("ledger", "photos", "--page", lang="zh").code == 0
    page = (loaded / "desk" / "photos" / "photos-to-judge.zh.html").read_text(encoding="utf-8")
    assert page.count("data:image/png") >= 3
    assert "由了解情况的人判断" in page


def test_what_could_not_be_recorded_is_not_kept(loaded: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place, project = runs.find_office("sample"), works()[0]
    photo_store(place).put(written(tmp_path / "a.jpg", drawn(1)).read_bytes())
    before = files(loaded)
    photos = [
        photo_filing.NamedPhoto(written(tmp_path / f"{seed}.jpg", drawn(seed)), project, "before", 20160108)
        for seed in (1, 2)
    ]

    def fail(*words: object, **more: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(ledger.Ledger, "append", fail)
    with pytest.raises(KeyboardInterrupt):
        photo_filing.file_photos(place, photos, "W")
    # what lay there before stays
    assert files(loaded) == before
