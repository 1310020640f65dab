"""Pictures for tests: photographs of noise and shades, and what is none."""

from __future__ import annotations

import io

from PIL import Image, ImageDraw


def photograph(width: int = 800, height: int = 450, *, form: str = "JPEG", seed: int = 1) -> bytes:
    """Shades as many as a photograph has; another `seed`, another picture."""
    shades = Image.radial_gradient("L").resize((width, height))
    others = Image.linear_gradient("L").rotate(90 * seed).resize((width, height))
    made = Image.merge("RGB", (shades, others, Image.new("L", (width, height), 37 * seed % 256)))
    return written(made, form=form)


def flat(width: int = 800, height: int = 450) -> bytes:
    """A card of one colour with a bar on it."""
    made = Image.new("RGB", (width, height), "white")
    ImageDraw.Draw(made).rectangle((100, 200, 700, 250), fill="#204080")
    return written(made, form="PNG")


def written(made: Image.Image, *, form: str, **more: object) -> bytes:
    file = io.BytesIO()
    made.save(file, form, **more)
    return file.getvalue()
