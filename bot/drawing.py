"""Pictures for a phone: drawn 1,080 pixels wide, three for each of the 360 that a phone shows, on a dark
ground that neither glares among dark chats nor looks strange among light ones."""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

FONTS = Path(__file__).parent / "fonts"
WIDTH, EDGE = 1080, 56
ROW, BARS = 158, 96  # a row, and the highest bar in it
BARS_AT, BAR, STEP = 500, 44, 80  # where bars begin, how broad one is, from one to the next
HEAD, FOOT = 194, 150
TITLE, NAME, SMALL = 54, 38, 34  # pixels; the smallest is 11 on a phone
GROUND, INK, SOFT, LINE = "#2a3835", "#f2f7f5", "#b3c3bd", "#475854"
NOW, BEFORE, MORE, LESS = "#4fd3bb", "#667a74", "#7be3cf", "#f7ae8a"
FULL = 4  # a bar as high as it gets stands for so many stories at least
ARROWS = {1: ("▲", MORE), -1: ("▼", LESS), 0: ("", INK)}
KEPT = 32  # pictures


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A topic: its stories on each day and a week before, and whether it is told more (1) or less (-1)."""

    name: str
    now: tuple[int, ...]
    before: tuple[int, ...]
    trend: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """Stories a day by topic, this week's bars before the last's; every word in the reader's language."""

    title: str
    note: str
    days: tuple[str, ...]
    rows: tuple[Row, ...]
    now: str
    before: str


@lru_cache(maxsize=KEPT)
def trends(chart: Chart) -> bytes:
    """The picture as PNG; the same bytes for the same chart."""
    picture = Image.new("RGB", (WIDTH, HEAD + ROW * len(chart.rows) + FOOT), GROUND)
    draw = ImageDraw.Draw(picture)
    _text(draw, (EDGE, 92), chart.title, size=TITLE, bold=True)
    _legend(draw, chart, base=158)
    for place, row in enumerate(chart.rows):
        _row(draw, row, top=HEAD + ROW * place)
    bottom = HEAD + ROW * len(chart.rows)
    _days(draw, chart.days, base=bottom + 40)
    _text(draw, (EDGE, bottom + 108), chart.note, size=SMALL, colour=SOFT)
    return _written(picture)


def _row(draw: ImageDraw.ImageDraw, row: Row, *, top: int) -> None:
    ground = top + BARS + 30
    lines = _lines(row.name, width=BARS_AT - EDGE - 24)
    for place, line in enumerate(lines):
        _text(
            draw,
            (EDGE, ground - 44 - 40 * (len(lines) - 1 - place)),
            line,
            size=NAME,
            bold=True,
            width=BARS_AT - EDGE - 24,
        )
    _figures(draw, row, base=ground)
    highest = max(FULL, *row.now, *row.before)
    for day, (now, before) in enumerate(zip(row.now, row.before, strict=True)):
        left = BARS_AT + STEP * day
        for many, colour, inset in ((before, BEFORE, 0), (now, NOW, 11)):
            if many:
                high = max(4, round(BARS * many / highest))
                draw.rectangle((left + inset, ground - high, left + BAR - inset - 1, ground - 1), fill=colour)
    draw.rectangle((BARS_AT, ground, BARS_AT + 6 * STEP + BAR - 1, ground + 2), fill=LINE)


def _lines(name: str, *, width: int) -> tuple[str, ...]:
    """A name in one line where it fits, else in the two that are most alike."""
    font, words = _font(NAME, True), name.split()
    if font.getlength(name) <= width or len(words) == 1:
        return (name,)
    parted = [(" ".join(words[:at]), " ".join(words[at:])) for at in range(1, len(words))]
    return min(parted, key=lambda lines: max(map(font.getlength, lines)))


def _figures(draw: ImageDraw.ImageDraw, row: Row, *, base: int) -> None:
    """This week's stories, where they are more or fewer than chance makes them, and the last week's."""
    sign, colour = ARROWS[row.trend]
    at = EDGE + _text(draw, (EDGE, base), f"{sum(row.now)} {sign}".strip(), size=SMALL, bold=True, colour=colour)
    _text(draw, (at + 22, base), f"{sum(row.before)}", size=SMALL, colour=SOFT)


def _days(draw: ImageDraw.ImageDraw, days: tuple[str, ...], *, base: int) -> None:
    """The names of the days in one size, the last of them, today, heavier."""
    size = min(_fitting(day, size=SMALL, bold=True, width=STEP - 8).size for day in days)
    for place, day in enumerate(days):
        is_today = place == len(days) - 1
        at = BARS_AT + STEP * place + BAR / 2 - _font(int(size), is_today).getlength(day) / 2
        _text(draw, (int(at), base), day, size=int(size), bold=is_today, colour=INK if is_today else SOFT)


def _legend(draw: ImageDraw.ImageDraw, chart: Chart, *, base: int) -> None:
    at = EDGE
    for name, colour in ((chart.now, NOW), (chart.before, BEFORE)):
        draw.rectangle((at, base - 26, at + 27, base + 1), fill=colour)
        at += 44 + _text(draw, (at + 44, base), name, size=SMALL, colour=SOFT, width=WIDTH // 2 - 96) + 44


def _text(
    draw: ImageDraw.ImageDraw,
    at: tuple[int, int],
    text: str,
    *,
    size: int,
    bold: bool = False,
    colour: str = INK,
    width: int = WIDTH - 2 * EDGE,
) -> int:
    """Writes a line from a point on its base, smaller where it would be broader than `width`; returns its breadth."""
    font = _fitting(text, size=size, bold=bold, width=width)
    draw.text(at, text, font=font, fill=colour, anchor="ls")
    return int(font.getlength(text))


def _fitting(text: str, *, size: int, bold: bool, width: int) -> ImageFont.FreeTypeFont:
    while size > 12 and _font(size, bold).getlength(text) > width:
        size -= 1
    return _font(size, bold)


@cache
def _font(size: int, bold: bool) -> ImageFont.FreeTypeFont:
    # Basic layout: the letters we draw need no shaping, and every Pillow has it.
    name = "DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf"
    return ImageFont.truetype(FONTS / name, size, layout_engine=ImageFont.Layout.BASIC)


def _written(picture: Image.Image) -> bytes:
    file = io.BytesIO()
    # Flat colours: 64 of them show no difference and take a third of the bytes.
    picture.quantize(64, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE).save(file, "PNG", optimize=False)
    return file.getvalue()
