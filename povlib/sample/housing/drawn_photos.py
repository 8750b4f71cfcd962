"""Photos of the houses before, during and after the works, drawn by this script: small JPEGs that say SYNTHETIC 合成.

Responsible for the pictures, their file names, and three planted faults: one photo that stands for two houses (saved
anew), one that nobody took, one after-photo that is the before-photo made brighter. Every file carries a
made-up position (0 degrees north and east) and camera in its EXIF, so that a store that keeps them is found out.
Not responsible for which sheet names the files (`povlib.sample.office`).
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from PIL import ExifTags, Image, ImageDraw, ImageEnhance, ImageFont

from povlib.sample.chance import random_stream
from povlib.sample.housing.site_records import project_keys, weekly_records, works_on_day
from povlib.sample.housing.weekly_building import DONE, UNDER_WAY
from povlib.sample.township import Township

WIDTH, HEIGHT = 320, 240
_FINISHED, _BEGUN = 14, 8  # houses with photos: a choice, a few dozen files of some 8 kB each
_QUALITY, _QUALITY_AGAIN = 82, 68
LABELS = {"before": "改造前", "during": "施工中", "after": "完工"}
SHARED, MISSING, ALTERED = (
    "stands for two houses",
    "nobody took it: no sheet names it",
    "after is before, made brighter",
)
#: 合成 as 20 rows of 40 bits, drawn once from a free font, so that no font needs to be there
_HANZI = (
    "00e00003b0 00f00003f8 01f800039c 039c000388 079e03fffe 0f0f03fffe 1e07c38180 7ffff3818c 77fee3fd9c 000003fd98"
    " 0000039df8 0fff039df8 0fff039df0 0c03031cf0 0c030318e4 0c030379e6 0c03077be6 0fff0707f6 0fff0e0f3e 0c0302041c"
)


@dataclass(frozen=True)
class _Look:
    """What a house looks like, whatever the phase: place in the picture, colours, windows, weather."""

    left: int
    top: int
    width: int
    height: int
    roof: int
    windows: int
    wall: tuple[int, int, int]
    new_wall: tuple[int, int, int]
    tiles: tuple[int, int, int]
    scene: np.ndarray


def photo_list(township: Township) -> pd.DataFrame:
    """Return the photos that there should be: row (of works), project, phase, week (yyyymmdd), file, planted.

    Finished houses have before, during and after; houses under way before and during. `planted` says what is wrong
    with a photo, empty for nothing.

    Examples
    --------
    >>> from povlib.sample import simulate
    >>> photos = photo_list(simulate())
    >>> len(photos), int((photos["planted"] != "").sum())
    (58, 4)
    """
    state = works_on_day(township)["status"].to_numpy()
    keys, rng = project_keys(township), random_stream(township.seed, "houses with photos")
    indoor = township.works["crew"].to_numpy() == ""
    finished = np.sort(rng.permutation(np.flatnonzero((state == DONE) & ~indoor))[:_FINISHED])
    begun = np.sort(rng.permutation(np.flatnonzero((state == UNDER_WAY) & ~indoor))[:_BEGUN])
    weeks = weekly_records(township).groupby("row")["week"].agg(list)
    rows = [(i, phase) for i in finished for phase in LABELS] + [(i, p) for i in begun for p in ("before", "during")]
    out = pd.DataFrame(rows, columns=["row", "phase"]).sort_values("row", kind="stable", ignore_index=True)
    place = {
        "before": lambda w: w[0],
        "during": lambda w: w[-1 if len(w) < 3 else len(w) // 2],
        "after": lambda w: w[-1],
    }
    out["week"] = [place[p](weeks[i]) for i, p in zip(out["row"], out["phase"], strict=True)]
    out["project"] = keys[out["row"]]
    out["file"] = [f"{k}_{LABELS[p]}.jpg" for k, p in zip(out["project"], out["phase"], strict=True)]
    one = out.duplicated(["project", "week"]).to_numpy()  # a house just begun has one week, which holds both
    out = out[~(one & out["phase"].eq("during").to_numpy())].reset_index(drop=True)
    return out.assign(planted=_planted(out, finished))


def _planted(photos: pd.DataFrame, finished: np.ndarray) -> pd.Series:
    said = pd.Series("", index=photos.index)
    if len(finished) < 5:
        return said
    after = photos["phase"].eq("after")
    said[photos["row"].isin(finished[[0, 3]]) & after] = SHARED
    said[photos["row"].eq(finished[1]) & photos["phase"].eq("during")] = MISSING
    said[photos["row"].eq(finished[2]) & after] = ALTERED
    return said


def write_photos(township: Township, folder: Path | str) -> list[Path]:
    """Write the photos into `folder` and return the files; what nobody took is not written."""
    target = Path(folder)
    target.mkdir(parents=True, exist_ok=True)
    photos = photo_list(township)
    shared = photos[photos["planted"] == SHARED]
    files = []
    for i, row in photos[photos["planted"] != MISSING].iterrows():
        if row["planted"] == ALTERED:
            picture = ImageEnhance.Brightness(draw_photo(township, int(row["row"]), "before")).enhance(1.12)
        elif len(shared) and i == shared.index[-1]:  # the photo of the first house again, its edge cut, saved anew
            picture = draw_photo(township, int(shared["row"].iloc[0]), "after")
            picture = picture.crop((3, 2, WIDTH - 2, HEIGHT - 3)).resize((WIDTH, HEIGHT), Image.Resampling.BICUBIC)
        else:
            picture = draw_photo(township, int(row["row"]), row["phase"])
        again = len(shared) and i == shared.index[-1]
        path = target / row["file"]
        path.write_bytes(_as_jpeg(picture, _QUALITY_AGAIN if again else _QUALITY))
        files.append(path)
    return files


def draw_photo(township: Township, row: int, phase: str) -> Image.Image:
    """Draw one photo: `row` of works, `phase` before, during or after."""
    look = _look_of_house(township.seed, row)
    rng = random_stream(township.seed, "photo", row, list(LABELS).index(phase))
    light = rng.uniform(0.85, 1.1)
    picture = Image.fromarray(np.clip(look.scene * light, 0, 255).astype(np.uint8), "RGB")
    pen = ImageDraw.Draw(picture)
    left, top, right, bottom = look.left, look.top, look.left + look.width, look.top + look.height
    fresh = phase == "after"
    pen.rectangle((left, top, right, bottom), fill=look.new_wall if fresh else look.wall)
    if phase == "during":
        pen.rectangle((left, top, left + look.width // 2, bottom), fill=look.new_wall)
    eaves = (left - 12, top, right + 12, top)
    ridge = (right - look.width // 5, top - look.roof), (left + look.width // 5, top - look.roof)
    pen.polygon([eaves[:2], eaves[2:], *ridge], fill=look.tiles if fresh else (96, 84, 78))
    _draw_openings(pen, look, fresh)
    if phase == "before":
        _draw_damage(pen, look, rng)
    if phase == "during":
        _draw_scaffold(pen, look)
    noise = rng.normal(0, 4, (HEIGHT, WIDTH, 1))
    picture = Image.fromarray(np.clip(np.asarray(picture, dtype=np.float64) + noise, 0, 255).astype(np.uint8), "RGB")
    _write_banner(picture)
    return picture


def _look_of_house(seed: int, row: int) -> _Look:
    rng = random_stream(seed, "look of house", row)
    sky, ground = rng.integers(120, 235, 3), rng.integers(60, 150, 3)
    down = np.linspace(0, 1, HEIGHT)[:, None, None]
    scene = np.where(down < rng.uniform(0.45, 0.7), sky * (1 - 0.35 * down), ground * (0.8 + 0.4 * down))
    scene = np.broadcast_to(scene, (HEIGHT, WIDTH, 3)).astype(np.float64).copy()
    # hills, trees and light as a few broad waves: no two places look alike
    blotches = rng.normal(0, 1, (4, 5))
    wide = np.asarray(
        Image.fromarray(blotches.astype(np.float32), "F").resize((WIDTH, HEIGHT), Image.Resampling.BICUBIC)
    )
    scene += 42 * wide[:, :, None]
    left, width = int(rng.integers(20, 110)), int(rng.integers(110, 190))
    wall = tuple(int(c) for c in rng.integers(95, 175, 3))
    tiles = [(150, 62, 48), (70, 78, 92), (120, 92, 60)][int(rng.integers(3))]
    new_wall = [(236, 230, 214), (222, 214, 190), (214, 222, 226)][int(rng.integers(3))]
    return _Look(left, int(rng.integers(80, 120)), min(width, WIDTH - left - 16), int(rng.integers(70, 105)),
                 int(rng.integers(24, 54)), int(rng.integers(1, 4)), wall, new_wall, tiles, scene)  # type: ignore[arg-type]  # fmt: skip


def _draw_openings(pen: ImageDraw.ImageDraw, look: _Look, fresh: bool) -> None:
    glass, frame = ((168, 204, 224), (250, 250, 250)) if fresh else ((52, 52, 56), (88, 70, 52))
    step = look.width // (look.windows + 1)
    bottom = look.top + look.height
    pen.rectangle((look.left + 8, bottom - 48, look.left + 32, bottom), fill=(120, 72, 40) if fresh else (62, 48, 38))
    for k in range(look.windows):
        x = look.left + 18 + step * (k + 1) - step // 3
        pen.rectangle((x, look.top + 16, x + 24, look.top + 42), fill=glass, outline=frame, width=2)


def _draw_damage(pen: ImageDraw.ImageDraw, look: _Look, rng: np.random.Generator) -> None:
    for _ in range(3):
        x, y = look.left + int(rng.integers(10, look.width - 10)), look.top
        while y < look.top + look.height - 8:
            to = (x + int(rng.integers(-9, 10)), y + int(rng.integers(6, 16)))
            pen.line(((x, y), to), fill=(40, 34, 30), width=2)
            x, y = to
    x = look.left + look.width // 2 + int(rng.integers(-20, 20))
    y = look.top - look.roof // 2
    pen.ellipse((x - 16, y - 8, x + 16, y + 8), fill=(24, 22, 22))


def _draw_scaffold(pen: ImageDraw.ImageDraw, look: _Look) -> None:
    top, bottom = look.top - look.roof, look.top + look.height
    for x in range(look.left - 10, look.left + look.width + 12, 26):
        pen.line(((x, top), (x, bottom)), fill=(196, 158, 84), width=3)
    for y in range(top + 10, bottom, 28):
        pen.line(((look.left - 12, y), (look.left + look.width + 12, y)), fill=(196, 158, 84), width=3)


def _write_banner(picture: Image.Image) -> None:
    pen = ImageDraw.Draw(picture)
    pen.rectangle((0, HEIGHT - 26, WIDTH, HEIGHT), fill=(20, 20, 20))
    font = ImageFont.load_default(16)
    pen.text((8, HEIGHT - 23), "SYNTHETIC", fill=(255, 214, 0), font=font)
    bits = np.array([[int(b) for b in f"{int(row, 16):040b}"] for row in _HANZI.split()], dtype=np.uint8) * 255
    picture.paste((255, 214, 0), (112, HEIGHT - 23), Image.fromarray(bits, "L"))


def _as_jpeg(picture: Image.Image, quality: int) -> bytes:
    exif = Image.Exif()
    exif[ExifTags.Base.Make] = "SYNTHETIC"
    exif[ExifTags.Base.Model] = "SYNTHETIC CAMERA 0"
    exif[ExifTags.Base.ImageDescription] = "SYNTHETIC"
    exif[ExifTags.IFD.GPSInfo] = {
        ExifTags.GPS.GPSLatitudeRef: "N",
        ExifTags.GPS.GPSLatitude: (0.0, 0.0, 0.0),
        ExifTags.GPS.GPSLongitudeRef: "E",
        ExifTags.GPS.GPSLongitude: (0.0, 0.0, 0.0),
    }
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=quality, exif=exif)
    return buffer.getvalue()
