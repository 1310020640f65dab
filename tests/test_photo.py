"""Pictures of strangers made anew: what comes out is a small JPEG of ours, or nothing; nothing is raised."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from PIL import Image

from bot import photo
from tests import photos

SECRET = b"GPS 41.3 N 69.2 E"


def opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_each_form_becomes_a_jpeg_no_larger_than_a_phone_shows(form: str) -> None:
    shown = opened(photo.developed(photos.photograph(2600, 1500, form=form)))

    assert (shown.format, shown.mode) == ("JPEG", "RGB")
    assert max(shown.size) == 1280


def test_a_small_one_keeps_its_size() -> None:
    assert opened(photo.developed(photos.photograph(640, 480))).size == (640, 480)


def test_what_a_camera_wrote_about_place_and_owner_does_not_go_on() -> None:
    about = Image.Exif()
    about[0x010E] = SECRET.decode()
    given_ = photos.written(opened(photos.photograph()), form="JPEG", exif=about)
    assert SECRET in given_

    assert SECRET not in photo.developed(given_)


def test_one_that_lies_on_its_side_is_turned() -> None:
    about = Image.Exif()
    about[0x0112] = 6
    given_ = photos.written(opened(photos.photograph(600, 720)), form="JPEG", exif=about)

    assert opened(photo.developed(given_)).size == (720, 600)


def test_what_can_be_seen_through_stands_on_white() -> None:
    made = opened(photos.photograph(form="PNG")).convert("RGBA")
    made.paste((0, 0, 0, 0), (0, 0, 100, 100))

    shown = opened(photo.developed(photos.written(made, form="PNG")))

    assert shown.convert("L").getpixel((20, 20)) == 255


def bomb(width: int, height: int) -> bytes:
    """A PNG that says it has so many pixels, and holds a few bytes."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(b"\0" * 1000)), (b"IEND", b""))
    packed = (
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks
    )
    return photos.photograph(form="PNG")[:8] + b"".join(packed)


NO_GOOD = {
    "narrow": photos.photograph(399, 300),
    "banner": photos.photograph(1200, 300),
    "tower": photos.photograph(600, 1200),
    "flat": photos.flat(),
    "gif": photos.photograph(form="GIF"),
    "bmp": photos.photograph(form="BMP"),
    "half": photos.photograph()[:900],
    "page": b"<html>no picture</html>",
    "nothing": b"",
    "bomb": bomb(40_000, 40_000),
    "large": bomb(6_000, 4_500),
    "empty": bomb(4_000, 3_000),
}


@pytest.mark.parametrize("name", NO_GOOD)
def test_what_may_not_lead_a_digest_becomes_nothing(name: str) -> None:
    assert photo.developed(NO_GOOD[name]) == b""


@settings(max_examples=60, deadline=None)
@given(some.sampled_from(["JPEG", "PNG", "WEBP"]), some.data())
def test_damage_raises_nothing(form: str, data: some.DataObject) -> None:
    content = bytearray(photos.photograph(420, 300, form=form))
    for at in data.draw(some.lists(some.integers(0, len(content) - 1), max_size=12)):
        content[at] = data.draw(some.integers(0, 255))

    shown = photo.developed(bytes(content[: data.draw(some.integers(0, len(content)))]))

    assert shown == b"" or shown.startswith(b"\xff\xd8\xff")
