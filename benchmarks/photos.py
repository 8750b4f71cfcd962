"""Times photos of houses into the store and measures how well look-alikes are told from copies.

    python benchmarks/photos.py [PHOTOS] [--record]

Draws PHOTOS scenes as a telephone takes them and a messenger sends them on (1280 x 960, with place and camera), stores
them in a process of its own and prints seconds and memory; then a few as the telephone itself keeps them (12
megapixels), hostile files, and the rates: pairs of different scenes listed, copies found. ``--record`` writes
``docs/benchmarks/photos.md``.
"""

from __future__ import annotations

import io
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from multiprocessing import Pool
from pathlib import Path

import numpy as np
from PIL import Image, ImageEnhance
from record import Figure, record

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from povlib.errors import LedgerError
from povlib.housing.photo_likeness import LIKE_BITS, like_pairs
from povlib.ledger.photos.plain_pictures import plain_picture

_STORE = """
import resource, sys, time
from pathlib import Path
from povlib import ledger
folder, store = map(Path, sys.argv[1:])
names = sorted(path.name for path in folder.iterdir())
used = resource.getrusage(resource.RUSAGE_SELF)
before = used.ru_utime + used.ru_stime
began = time.perf_counter()
got = ledger.stored_photos(ledger.PhotoStore(store), folder, names)
took = time.perf_counter() - began
used = resource.getrusage(resource.RUSAGE_SELF)
print(took, used.ru_utime + used.ru_stime - before, used.ru_maxrss >> 10, len(got.photos), len(got.faults))
"""


def scene(seed: int, size: tuple[int, int] = (1280, 960)) -> Image.Image:
    """Draw sky, hills, a house of its own place, size and colours, a yard and the grain of a camera."""
    rng = np.random.default_rng(seed)
    width, height = size
    small = np.zeros((96, 128, 3))
    horizon = int(rng.integers(30, 55))
    small[:horizon] = rng.integers(120, 240, 3) + np.linspace(-30, 30, horizon)[:, None, None]
    small[horizon:] = rng.integers(40, 140, 3)
    for _ in range(rng.integers(2, 6)):  # hills, trees, sheds
        x, y, w, h = rng.integers(0, 120), rng.integers(10, 80), rng.integers(6, 50), rng.integers(5, 30)
        small[y : y + h, x : x + w] = rng.integers(30, 220, 3)
    left, top, w, h = rng.integers(5, 60), rng.integers(20, 50), rng.integers(30, 65), rng.integers(20, 45)
    small[top : top + h, left : left + w] = rng.integers(90, 250, 3)
    small[max(top - 9, 0) : top, left - 3 : left + w + 3] = rng.integers(40, 160, 3)
    for _ in range(rng.integers(1, 5)):
        x, y = left + rng.integers(2, w - 5), top + rng.integers(2, h - 6)
        small[y : y + rng.integers(4, 12), x : x + rng.integers(3, 9)] = rng.integers(20, 120, 3)
    light = rng.normal(0, 14, (6, 8, 1)).repeat(16, 0).repeat(16, 1)
    picture = Image.fromarray(np.clip(small + light, 0, 255).astype(np.uint8)).resize(size, Image.Resampling.BICUBIC)
    grain = rng.integers(-9, 10, (height // 4, width // 4, 1)).repeat(4, 0).repeat(4, 1)
    return Image.fromarray(np.clip(np.asarray(picture, np.int16) + grain, 0, 255).astype(np.uint8))


def jpeg(picture: Image.Image, quality: int = 85) -> bytes:
    exif, out = Image.Exif(), io.BytesIO()
    exif[0x0110] = "telephone"
    exif.get_ifd(0x8825).update({1: "N", 2: (24.0, 26.0, 28.0)})
    picture.save(out, "JPEG", quality=quality, exif=exif)
    return out.getvalue()


# photos cut from one drawn scene: drawing takes far longer than storing; each has pixels of its own
_CUTS = 20


def _draw(told: tuple[str, int, int, int]) -> None:
    folder, seed, width, height = told
    whole = scene(seed, (width + 4 * _CUTS, height + 4 * _CUTS))
    for cut in range(_CUTS):
        content = jpeg(whole.crop((4 * cut, 4 * cut, 4 * cut + width, 4 * cut + height)))
        Path(folder, f"{seed:05d}-{cut:02d}.jpg").write_bytes(content)


def stored(photos: int, size: tuple[int, int]) -> list[Figure]:
    """Draw photos and store them in a process of its own; return time and memory."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place, "in")
        folder.mkdir()
        with Pool(2) as pool:
            pool.map(_draw, [(str(folder), seed, *size) for seed in range(photos // _CUTS)], chunksize=2)
        done = subprocess.run(
            [sys.executable, "-c", _STORE, str(folder), str(Path(place, "store"))], capture_output=True, text=True,
            check=True,
        )  # fmt: skip
        seconds, work, memory, kept, refused = map(float, done.stdout.split())
        assert (kept, refused) == (photos, 0), done.stdout
        weight = sum(path.stat().st_size for path in folder.iterdir()) >> 20
        what = f"{photos:,} photos of {size[0]} x {size[1]}, {weight:,} MB"
        return [
            Figure(what, seconds, 60 if photos == 10_000 else 0),
            Figure("work of processors", work),
            Figure("the same on two cores with nothing else running, at least", work / 2),
            Figure("memory of the process", memory, 500, "MB"),
        ]


ALTERED: dict[str, Callable[[Image.Image], bytes]] = {
    "saved again at quality 40": lambda p: jpeg(p, 40),
    "half as large": lambda p: jpeg(p.resize((p.width // 2, p.height // 2))),
    "a quarter brighter": lambda p: jpeg(ImageEnhance.Brightness(p).enhance(1.25)),
    "2 % cut off all round": lambda p: jpeg(p.crop((p.width // 50, p.height // 50, p.width - p.width // 50,
                                                    p.height - p.height // 50))),
    "5 % cut off all round": lambda p: jpeg(p.crop((p.width // 20, p.height // 20, p.width - p.width // 20,
                                                    p.height - p.height // 20))),
    "mirrored": lambda p: jpeg(p.transpose(Image.Transpose.FLIP_LEFT_RIGHT)),
}  # fmt: skip


def _looks(seed: int) -> list[str]:
    picture = scene(seed, (640, 480))
    return [plain_picture(content).perceptual_hash
            for content in (jpeg(picture), *(alter(picture) for alter in ALTERED.values()))]  # fmt: skip


def rates(photos: int) -> list[Figure]:
    """Measure, at some limits of bits, pairs of different scenes listed and altered copies found."""
    with Pool(2) as pool:
        looks = pool.map(_looks, range(photos), chunksize=20)
    pairs = photos * (photos - 1) / 2
    own = [row[0] for row in looks]
    figures = [
        Figure(f"false pairs a million at {bits} bits", len(like_pairs(own, bits)) / pairs * 1e6, unit="")
        for bits in (4, LIKE_BITS, 8, 10)
    ]  # fmt: skip
    for at, name in enumerate(ALTERED, 1):
        apart = np.array([(int(row[0], 16) ^ int(row[at], 16)).bit_count() for row in looks])
        figures.append(Figure(f"copies found, {name}", float((apart <= LIKE_BITS).mean()) * 100, unit="%"))
    began = time.perf_counter()
    many = np.random.default_rng(1).integers(0, 2**63, 10_000, dtype=np.uint64)
    like_pairs([f"{value:016x}" for value in many], LIKE_BITS)
    figures.append(Figure("all pairs of 10,000 photos", time.perf_counter() - began))
    return figures


def hostile() -> list[Figure]:
    """Time the refusal of the hostile files of the tests; all must be refused."""
    sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "ledger" / "photos"))
    from test_plain_pictures import HOSTILE

    longest = 0.0
    for name, (content, _) in HOSTILE.items():
        began = time.perf_counter()
        try:
            plain_picture(content, name)
        except LedgerError:
            longest = max(longest, time.perf_counter() - began)
        else:
            raise SystemExit(f"{name} was taken")
    return [Figure("hostile files, all refused", len(HOSTILE), unit=""), Figure("longest refusal", longest, 2)]


def _load() -> str:
    """Return what else the machine was doing, in words: programs at work in the last five minutes."""
    return f"{os.getloadavg()[1]:.1f} programs at work on 2 cores"


def main() -> None:
    counted = [int(word) for word in sys.argv[1:] if word.isdigit()] or [10_000]
    parts: dict[str, Callable[[], list[Figure]]] = {
        "Stored by digest, with thumbnails and hashes": lambda: [
            *stored(counted[0], (1280, 960)), *stored(100, (4000, 3000))
        ],
        "Hostile files": hostile,
        f"Look-alikes among 2,000 drawn scenes, limit {LIKE_BITS} of 64 bits": lambda: rates(2_000),
    }  # fmt: skip
    for name, measured in parts.items():
        figures = measured()
        print(name)
        for figure in figures:
            print(f"  {figure.what}: {figure.got:.3g} {figure.unit} {figure.holds}", flush=True)
        if "--record" in sys.argv:
            title = "Photos of houses: time, memory and likeness"
            record("photos", title, name, f"`python benchmarks/photos.py`, {_load()}", figures)


if __name__ == "__main__":
    main()
