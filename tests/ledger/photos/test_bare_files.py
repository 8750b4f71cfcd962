"""What a camera writes beside the pixels never reaches the store, and the pixels do to the bit."""

from __future__ import annotations

import io
import struct
import zlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops, PngImagePlugin

from povlib.errors import LedgerError
from povlib.ledger.photos.bare_files import bare_file, exif_orientation, kind_of_file
from povlib.ledger.photos.plain_pictures import plain_picture

SECRET = b"Zhang 13812345678 24.4412N"
ICC = b"\0" * 128 + SECRET


def scene(seed: int = 1, size: tuple[int, int] = (96, 64), mode: str = "RGB") -> Image.Image:
    small = np.random.default_rng(seed).integers(0, 256, (6, 8, 3), dtype=np.uint8)
    return Image.fromarray(small).resize(size, Image.Resampling.BICUBIC).convert(mode)


def exif(orientation: int = 1) -> Image.Exif:
    told = Image.Exif()
    told[0x010F] = told[0x0110] = SECRET.decode()
    told[0x0112] = orientation
    told.get_ifd(0x8825).update({1: "N", 2: (24.0, 26.0, 28.0)})
    return told


def jpeg_segment(code: int, body: bytes) -> bytes:
    return b"\xff" + bytes([code]) + struct.pack(">H", len(body) + 2) + body


def loaded_jpeg(picture: Image.Image, orientation: int = 1, **more: object) -> bytes:
    """A JPEG with all that cameras, editors and messengers are known to add, before, between and behind the pixels."""
    out = io.BytesIO()
    picture.save(out, "JPEG", exif=exif(orientation), icc_profile=ICC, comment=SECRET, **more)
    content = out.getvalue()
    added = [
        jpeg_segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta>" + SECRET),
        jpeg_segment(0xED, b"Photoshop 3.0\x008BIM\x04\x04\0\0\0\0" + SECRET),
        jpeg_segment(0xE2, b"FPXR\0" + SECRET),
        jpeg_segment(0xDC, b"\0\0" + SECRET),
        *(jpeg_segment(0xE0 + n, SECRET) for n in range(3, 13)),
    ]
    middle = content.rindex(b"\xff\xda")
    return content[:2] + b"".join(added) + content[2:middle] + jpeg_segment(0xFE, SECRET) + content[middle:] + SECRET


def loaded_png(picture: Image.Image, orientation: int = 1) -> bytes:
    out, told = io.BytesIO(), PngImagePlugin.PngInfo()
    told.add_text("Author", SECRET.decode())
    told.add_text("Comment", SECRET.decode(), zip=True)
    told.add_itxt("XML:com.adobe.xmp", SECRET.decode())
    told.add(b"prVt", SECRET)
    picture.save(out, "PNG", pnginfo=told, exif=exif(orientation), icc_profile=ICC)
    return out.getvalue() + SECRET


def loaded_webp(picture: Image.Image, orientation: int = 1) -> bytes:
    out = io.BytesIO()
    picture.save(out, "WEBP", exif=exif(orientation), icc_profile=ICC, xmp=SECRET, quality=80)
    return out.getvalue() + SECRET


LOADED = {"JPEG": loaded_jpeg, "PNG": loaded_png, "WEBP": loaded_webp}


def assert_nothing_left(content: bytes) -> None:
    """Read the stored bytes back with a reader of metadata and as bytes, whatever is packed in them."""
    assert SECRET not in content
    for word in (b"Exif", b"xmpmeta", b"Photoshop", b"ICC_PROFILE", b"MPF\0", b"iCCP", b"tEXt", b"zTXt", b"eXIf",
                 b"EXIF", b"XMP ", b"ICCP"):  # fmt: skip
        assert word not in content, word
    with Image.open(io.BytesIO(content)) as stored:
        stored.load()
        assert not stored.getexif()
        assert not stored.getxmp()
        told = set(stored.info) - {"jfif", "jfif_version", "jfif_unit", "jfif_density", "loop", "background",
                                   "timestamp", "duration", "transparency", "progressive", "progression"}  # fmt: skip
        assert not told, told
        applied = getattr(stored, "applist", [])
        assert [name for name, _ in applied] in ([], ["APP0"])


def same(left: bytes, right: bytes) -> bool:
    with Image.open(io.BytesIO(left)) as a, Image.open(io.BytesIO(right)) as b:
        return a.size == b.size and ImageChops.difference(a.convert("RGBA"), b.convert("RGBA")).getbbox() is None


@pytest.mark.parametrize("kind", LOADED)
@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10**6), width=st.integers(9, 80), height=st.integers(9, 80))
def test_nothing_but_pixels_is_left(kind: str, seed: int, width: int, height: int) -> None:
    content = LOADED[kind](scene(seed, (width, height)))
    bare = bare_file(content, kind)
    assert (bare.width, bare.height) == (width, height)
    assert_nothing_left(bare.content)
    assert same(content, bare.content)


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", LOADED)
def test_a_turned_photo_is_stored_upright(kind: str, orientation: int) -> None:
    from PIL import ImageOps

    content = LOADED[kind](scene(3), orientation)
    stored = plain_picture(content).content
    assert_nothing_left(stored)
    with Image.open(io.BytesIO(content)) as came, Image.open(io.BytesIO(stored)) as kept:
        turned = ImageOps.exif_transpose(came).convert("RGB")
        assert kept.size == turned.size
        # written again: near, not equal
        assert np.abs(np.asarray(kept.convert("RGB"), float) - np.asarray(turned, float)).mean() < 6


@pytest.mark.parametrize("more", [{"progressive": True}, {"subsampling": 0}, {"restart_marker_blocks": 2},
                                  {"quality": 100}, {"optimize": True}])  # fmt: skip
def test_every_way_to_write_a_jpeg_keeps_its_pixels(more: dict[str, object]) -> None:
    content = loaded_jpeg(scene(5, (200, 120)), **more)
    bare = bare_file(content, "JPEG")
    assert_nothing_left(bare.content)
    assert same(content, bare.content)


def test_of_a_file_with_two_pictures_the_first_is_kept() -> None:
    out = io.BytesIO()
    scene(1).save(out, "MPO", save_all=True, append_images=[scene(2)], exif=exif())
    kept = plain_picture(out.getvalue(), "a.jpg")
    assert_nothing_left(kept.content)
    assert same(out.getvalue(), kept.content)
    assert kept.content.count(b"\xff\xd9") == 1


@pytest.mark.parametrize("mode", ["L", "CMYK"])
def test_grey_and_four_inks_are_stored(mode: str) -> None:
    out = io.BytesIO()
    scene(2).convert(mode).save(out, "JPEG", exif=exif(), comment=SECRET)
    kept = plain_picture(out.getvalue())
    assert_nothing_left(kept.content)
    with Image.open(io.BytesIO(kept.content)) as stored, Image.open(io.BytesIO(out.getvalue())) as came:
        gap = np.asarray(stored.convert("RGB"), float) - np.asarray(came.convert("RGB"), float)
        assert np.abs(gap).mean() < 6


def test_rgb_without_a_transform_keeps_its_colours() -> None:
    out = io.BytesIO()
    Image.new("RGB", (64, 48), (220, 20, 20)).save(out, "JPEG", keep_rgb=True, quality=95)
    kept = plain_picture(out.getvalue())
    with Image.open(io.BytesIO(kept.content)) as stored:
        red, green, blue = stored.convert("RGB").getpixel((5, 5))
    assert red > 200
    assert max(green, blue) < 40


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P", "1", "I;16"])
def test_every_mode_of_png_is_stored(mode: str) -> None:
    picture = Image.fromarray(np.arange(96 * 64, dtype=np.uint16).reshape(64, 96) * 9) if mode == "I;16" else (
        scene(4).convert(mode)
    )  # fmt: skip
    content = loaded_png(picture)
    kept = plain_picture(content)
    assert_nothing_left(kept.content)
    assert same(content, kept.content)
    with Image.open(io.BytesIO(kept.thumbnail)) as small:
        assert small.format == "JPEG"


def test_transparency_of_webp_stays() -> None:
    picture = scene(4).convert("RGBA")
    picture.putalpha(Image.linear_gradient("L").resize(picture.size))
    content = loaded_webp(picture)
    bare = bare_file(content, "WEBP")
    assert_nothing_left(bare.content)
    assert same(content, bare.content)


def test_orientation_is_read_in_both_byte_orders_and_never_trusted() -> None:
    for order, start in (("<", b"II*\0"), (">", b"MM\0*")):
        told = start + struct.pack(order + "IHHHI", 8, 1, 0x0112, 3, 1) + struct.pack(order + "HH", 6, 0)
        assert exif_orientation(told) == 6
        assert exif_orientation(told[:-5]) == 1
    assert exif_orientation(b"II*\0" + b"\xff" * 40) == 1


@pytest.mark.parametrize("kind", LOADED)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_broken_bytes_are_refused_in_words_or_stored_bare(kind: str, data: st.DataObject) -> None:
    """Cut, overwritten and spliced files: an error of ours, or a photo without metadata; nothing else, ever."""
    content = bytearray(LOADED[kind](scene(7, (40, 32))))
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(content) - 1))
        what = data.draw(st.sampled_from(["cut", "byte", "zero", "insert"]))
        if what == "cut":
            del content[max(at, 1) :]
        elif what == "byte":
            content[at] = data.draw(st.integers(0, 255))
        elif what == "zero":
            content[at : at + 40] = b"\0" * len(content[at : at + 40])
        else:
            content[at:at] = data.draw(st.binary(max_size=30))
    try:
        kept = plain_picture(bytes(content), data.draw(st.sampled_from(["", "a.jpg", "a.png", "a.webp"])))
    except LedgerError:
        return
    with Image.open(io.BytesIO(kept.content)) as stored:
        assert not stored.getexif()


@settings(max_examples=60, deadline=None)
@given(st.sampled_from([b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF\x40\0\0\0WEBP", b""]), st.binary(max_size=200))
def test_any_bytes_are_refused_in_words(start: bytes, rest: bytes) -> None:
    with pytest.raises(LedgerError):
        plain_picture(start + rest)


@pytest.mark.parametrize("kind", LOADED)
def test_a_cut_photo_is_said_to_end_in_the_middle(kind: str) -> None:
    out = io.BytesIO()
    scene(9, (400, 300)).save(out, kind)
    for share in (0.3, 0.6, 0.95):
        with pytest.raises(LedgerError, match="ends in the middle"):
            plain_picture(out.getvalue()[: int(len(out.getvalue()) * share)])


def test_a_png_that_claims_more_than_it_holds_is_damaged() -> None:
    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    head = struct.pack(">IIBBBBB", 4000, 3000, 8, 2, 0, 0, 0)
    content = (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 99)) + chunk(b"IEND", b"")
    )
    with pytest.raises(LedgerError, match="damaged"):
        plain_picture(content)


@pytest.mark.parametrize("brand", [b"heic", b"mif1", b"avif"])
def test_heic_is_known_by_its_brand(brand: bytes) -> None:
    assert kind_of_file(b"\0\0\0\x18ftyp" + brand + b"\0" * 20) == "HEIC"
