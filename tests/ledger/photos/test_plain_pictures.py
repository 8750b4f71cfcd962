"""What is no sound photo is refused in words, in time and in little memory; what is one gets a small copy."""

from __future__ import annotations

import io
import struct
import time
import zlib

import numpy as np
import pytest
from PIL import Image
from scipy.fft import dctn

from povlib.errors import LedgerError
from povlib.ledger.photos import plain_pictures
from povlib.ledger.photos.plain_pictures import THUMBNAIL_PIXELS, perceptual_hash, plain_picture


def picture(size: tuple[int, int] = (800, 600), seed: int = 1) -> Image.Image:
    small = np.random.default_rng(seed).integers(0, 256, (12, 16, 3), dtype=np.uint8)
    return Image.fromarray(small).resize(size, Image.Resampling.BICUBIC)


def as_bytes(image: Image.Image, kind: str = "JPEG", **more: object) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **more)
    return out.getvalue()


def huge_png(width: int, height: int) -> bytes:
    """A PNG of a few kilobytes that states many pixels."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"\0" * 10**6)) + chunk(b"IEND", b"")


def huge_jpeg(width: int, height: int) -> bytes:
    content = bytearray(as_bytes(picture((64, 64))))
    at = content.index(b"\xff\xc0")
    content[at + 5 : at + 9] = struct.pack(">HH", height, width)
    return bytes(content)


def scans_without_end() -> bytes:
    """A progressive JPEG whose last scan is said over and over again."""
    content = as_bytes(picture((64, 64)), progressive=True)
    last = content.rindex(b"\xff\xda")
    return content[:-2] + content[last:-2] * 5000 + b"\xff\xd9"


def text_bomb() -> bytes:
    """A PNG whose comment unpacks to a gigabyte."""
    content = as_bytes(picture((32, 32)), "PNG")
    packed = zlib.compress(b"\0" * 10**8, 9)
    body = b"Comment\0\0" + packed
    chunk = struct.pack(">I", len(body)) + b"zTXt" + body + struct.pack(">I", zlib.crc32(b"zTXt" + body))
    return content[:33] + chunk * 10 + content[33:]


HEIC = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + b"\0" * 100
HOSTILE = {
    "a.png": (huge_png(10_000, 10_000), "100 million pixels"),
    "b.png": (huge_png(60_000, 60_000), "million pixels"),
    "c.jpg": (huge_jpeg(12_000, 9_000), "108 million pixels"),
    "d.jpg": (scans_without_end(), "very long to open"),
    "e.jpg": (as_bytes(picture(), "PNG"), "is PNG"),
    "f.png": (as_bytes(picture()), "is JPEG"),
    "g.jpg": (HEIC, "HEIC"),
    "h.heic": (HEIC, "HEIC"),
    "i.jpg": (b"%PDF-1.4 ...", "no photo"),
    "j.jpg": (b"", "no photo"),
    "k.jpg": (as_bytes(picture())[:9000], "ends in the middle"),
    "l.gif": (as_bytes(picture(), "GIF"), "no photo"),
    "m.webp": (as_bytes(picture((64, 64)), "WEBP", save_all=True, append_images=[picture((64, 64), 2)]), "moving"),
    "n.jpg": (b"\xff\xd8\xff\xe0" + b"\0" * plain_pictures.MAX_BYTES, "MB"),
    "o.txt": (as_bytes(picture()), "is JPEG"),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_are_refused_in_words_within_two_seconds(name: str) -> None:
    content, words = HOSTILE[name]
    began = time.perf_counter()
    with pytest.raises(LedgerError) as said:
        plain_picture(content, name)
    assert time.perf_counter() - began < 2
    assert words in said.value.show("en")
    assert said.value.show("zh") != said.value.show("en")


def test_a_comment_that_unpacks_to_a_gigabyte_is_left_out_unopened() -> None:
    began = time.perf_counter()
    kept = plain_picture(text_bomb(), "a.png")
    assert time.perf_counter() - began < 2
    assert len(kept.content) < 10_000


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_the_small_copy_is_small_and_of_the_same_shape(kind: str) -> None:
    kept = plain_picture(as_bytes(picture((1600, 1200)), kind))
    with Image.open(io.BytesIO(kept.thumbnail)) as small:
        assert small.size == (THUMBNAIL_PIXELS, THUMBNAIL_PIXELS * 3 // 4)
        assert not small.getexif()


def hash_by_hand(image: Image.Image) -> str:
    """The published recipe of pHash: 32 x 32 grey values, cosine transform, signs of 8 x 8 against their median."""
    grey = np.asarray(image.convert("L").resize((32, 32), Image.Resampling.LANCZOS), float)
    low = dctn(grey, type=2)[:8, :8]
    bits = "".join("1" if value > np.median(low) else "0" for value in low.ravel())
    return f"{int(bits, 2):016x}"


@pytest.mark.parametrize("seed", range(12))
def test_the_hash_of_the_look_equals_the_recipe(seed: int) -> None:
    image = picture((320, 240), seed)
    assert perceptual_hash(image) == hash_by_hand(image)


def test_a_photo_saved_again_looks_alike_and_another_does_not() -> None:
    def bits(content: bytes) -> int:
        return int(plain_picture(content).perceptual_hash, 16)

    first = bits(as_bytes(picture()))
    again = picture().resize((500, 375)).point(lambda value: min(255, value * 1.1))
    assert (first ^ bits(as_bytes(again, quality=40))).bit_count() <= 6
    assert (first ^ bits(as_bytes(picture(seed=2)))).bit_count() > 12


def test_a_white_wall_has_no_hash() -> None:
    assert plain_picture(as_bytes(Image.new("RGB", (300, 200), "white"))).perceptual_hash == ""
