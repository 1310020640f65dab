"""A stranger's picture -> a JPEG of our own making, no larger than a phone shows; run where it can be killed.

What is sent is never the bytes that came: no place and owner of a camera, nothing that a decoder trips over.
"""

from __future__ import annotations

import io

from PIL import Image, ImageOps

from bot.stages import picture

MAX_PIXELS = 24_000_000  # decoded, and copied once, within the memory that a child has
SIDE = 1280  # Telegram makes photos this large of larger ones
QUALITY = 85
FLAT_BITS = 2.0
"""The entropy of the greys: of photographs five to eight bits, of a logo or a card of one colour one or two."""


def developed(content: bytes) -> bytes:
    """The picture as JPEG; b"" for what is no JPEG, PNG or WebP, is damaged, or may not lead a digest by its size, its
    shape or its emptiness."""
    try:
        with Image.open(io.BytesIO(content), formats=("JPEG", "PNG", "WEBP")) as opened:
            if opened.width * opened.height > MAX_PIXELS:
                return b""
            opened.draft("RGB", (SIDE, SIDE))  # a JPEG need not be decoded larger than twice of what we keep
            upright = ImageOps.exif_transpose(opened)
            if not picture.is_good(upright.width, upright.height):
                return b""
            shown = _on_white(upright)
    except (OSError, EOFError, SyntaxError, ValueError, Image.DecompressionBombError):  # what Pillow raises on damage
        return b""
    shown.thumbnail((SIDE, SIDE))
    if shown.convert("L").entropy() < FLAT_BITS:
        return b""
    file = io.BytesIO()
    shown.save(file, "JPEG", quality=QUALITY, optimize=True)
    return file.getvalue()


def _on_white(upright: Image.Image) -> Image.Image:
    if not upright.has_transparency_data:
        return upright.convert("RGB")
    seen = upright.convert("RGBA")
    ground = Image.new("RGB", seen.size, "white")
    ground.paste(seen, mask=seen.getchannel("A"))
    return ground
