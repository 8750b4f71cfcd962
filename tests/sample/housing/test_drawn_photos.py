"""The photos are small, say that they are made up, differ from house to house, and hold what is planted."""

import numpy as np
import pytest
from PIL import Image

from povlib.places import DATA
from povlib.sample import simulate, write_photos
from povlib.sample.housing.drawn_photos import ALTERED, MISSING, SHARED, draw_photo, photo_list


@pytest.fixture(scope="module")
def written(township, tmp_path_factory):
    return write_photos(township, tmp_path_factory.mktemp("photos"))


def fingerprint(path):
    """A perceptual hash of its own: signs of the low cosine waves of a 32 x 32 picture."""
    with Image.open(path) as photo:
        picture = np.asarray(photo.convert("L").resize((32, 32), Image.Resampling.LANCZOS), dtype=float)
    k = np.arange(32)
    waves = np.cos(np.pi * (2 * k[None, :] + 1) * k[:, None] / 64)
    low = (waves @ picture @ waves.T)[:8, :8]
    return (low > np.median(low)).ravel()


def test_files_are_few_and_small_and_written_again_the_same(written, township, tmp_path):
    assert len(written) == 57
    assert sum(p.stat().st_size for p in written) < 1_500_000
    again = write_photos(simulate(), tmp_path)
    assert [p.read_bytes() for p in again] == [p.read_bytes() for p in written]


def test_the_committed_photos_are_what_the_command_writes(written):
    committed = sorted((DATA / "sample" / "workbooks" / "photos").glob("*"))
    assert [p.name for p in committed] == sorted(p.name for p in written)
    for new, old in zip(sorted(written), committed, strict=True):
        with Image.open(new) as mine, Image.open(old) as theirs:  # another encoder may differ in bits, not in sight
            apart = np.asarray(mine, dtype=float) - np.asarray(theirs, dtype=float)
        assert np.abs(apart).mean() < 3


def test_planted_faults_are_there_and_no_others(written, township):
    photos = photo_list(township)
    names = {p.name: p for p in written}
    assert set(photos["file"]) - set(names) == set(photos.loc[photos["planted"] == MISSING, "file"])
    prints = {name: fingerprint(path) for name, path in names.items()}
    house = photos.set_index("file")["row"].to_dict()
    pairs = [(int((prints[a] != prints[b]).sum()), a, b) for a in prints for b in prints if house[a] < house[b]]
    near = {frozenset((a, b)) for distance, a, b in pairs if distance <= 6}
    assert near == {frozenset(photos.loc[photos["planted"] == SHARED, "file"])}
    one, two = (names[f].read_bytes() for f in photos.loc[photos["planted"] == SHARED, "file"])
    assert one != two
    row = int(photos.loc[photos["planted"] == ALTERED, "row"].iloc[0])
    before, after = (names[photos[(photos["row"] == row) & (photos["phase"] == p)]["file"].iloc[0]]
                     for p in ("before", "after"))  # fmt: skip
    assert int((fingerprint(before) != fingerprint(after)).sum()) <= 6


def test_every_file_carries_a_made_up_place_and_camera(written):
    for path in written[::9]:
        with Image.open(path) as picture:
            exif = picture.getexif()
        assert exif[0x010F] == "SYNTHETIC"
        assert exif.get_ifd(0x8825)[2] == (0.0, 0.0, 0.0)


def test_the_banner_stands_in_every_picture(township):
    for row, phase in ((0, "before"), (5, "during"), (9, "after")):
        banner = np.asarray(draw_photo(township, row, phase))[-26:]
        yellow = (banner[:, :, 0] > 200) & (banner[:, :, 2] < 60)
        assert 400 < yellow.sum() < 4000


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_weeks_of_photos_have_a_record(seed):
    from povlib.sample import ledger_rows

    township = simulate(seed=seed)
    weeks = set(map(tuple, ledger_rows(township)["progress"][["project", "week"]].to_numpy().tolist()))
    named = photo_list(township)
    assert set(map(tuple, named[["project", "week"]].to_numpy().tolist())) <= weeks
    assert not named.duplicated(["project", "week"]).any()
