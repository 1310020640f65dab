"""Pictures: their size, that every letter readers need is in the font, and that a long word stays in its column."""

from __future__ import annotations

import io

import pytest
from PIL import Image, ImageFont

from bot import drawing, locales
from bot.drawing import Chart, Row

DAYS = ("Tue", "Wed", "Thu", "Fri", "Sat", "Sun", "Mon")
ALPHABETS = {
    "Kazakh": "АаӘәБбВвГгҒғДдЕеЁёЖжЗзИиЙйКкҚқЛлМмНнҢңОоӨөПпРрСсТтУуҰұҮүФфХхҺһЦцЧчШшЩщЪъЫыІіЬьЭэЮюЯя",
    "Uzbek": "ЎўҚқҒғҲҳ OʻoʻGʻgʻ O‘o‘G‘g‘ Oʼzbek",
    "Turkmen": "ÄäÇçĞğİıÑñÖöŞşÜüÝýŽž",
    "signs": "–—−·…“”«»„’‘№₽€₸%▲▼←→;!?()[]0123456789",
}


def row(name: str = "Economy", **given: object) -> Row:
    return Row(**{"name": name, "now": (1, 2, 3, 4, 5, 6, 7), "before": (7, 6, 5, 4, 3, 2, 1), **given})  # type: ignore[arg-type]


def chart(*rows: Row) -> Chart:
    return Chart(
        title="Stories a day",
        note="Each row has its own scale",
        days=DAYS,
        rows=rows,
        now="this week",
        before="the week before",
    )


def opened(drawn: bytes) -> Image.Image:
    return Image.open(io.BytesIO(drawn)).convert("RGB")


def has(picture: Image.Image, colour: str, *, left: int, top: int, right: int, bottom: int) -> bool:
    """Whether any pixel of the box has nearly that colour."""
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    pixels = iter(picture.crop((left, top, right, bottom)).tobytes())
    return any(abs(r - red) + abs(g - green) + abs(b - blue) < 24 for r, g, b in zip(*[pixels] * 3, strict=True))


@pytest.mark.parametrize("rows", [1, 9])
def test_a_picture_keeps_the_limits_of_a_photo_and_is_small(rows: int) -> None:
    drawn = drawing.trends(chart(*[row()] * rows))

    width, height = opened(drawn).size
    assert (width, drawn[:4]) == (1080, b"\x89PNG")
    assert width + height <= 10_000
    assert height < 2 * width
    assert len(drawn) < 100_000


@pytest.mark.parametrize("bold", [False, True], ids=["plain", "bold"])
@pytest.mark.parametrize("alphabet", ALPHABETS)
def test_the_font_has_every_letter(alphabet: str, bold: bool) -> None:
    name = "DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf"
    font = ImageFont.truetype(drawing.FONTS / name, 40)
    missing = bytes(font.getmask("\U0001f600"))  # what is drawn for a letter that is not there

    assert [
        letter for letter in ALPHABETS[alphabet] if not letter.isspace() and bytes(font.getmask(letter)) == missing
    ] == []
    assert bytes(font.getmask("漢")) == missing


def test_every_language_of_the_interface_can_be_drawn() -> None:
    letters = set()
    for language in locales.languages():
        say = locales.catalogue(language)
        texts = [
            say.text(one) for one in ("Stories a day", "this week", "the week before", "Each row has its own scale")
        ]
        letters |= set("".join([*texts, *map(say.weekday_short, range(7))])) - {" "}

    font = ImageFont.truetype(drawing.FONTS / "DejaVuSans.ttf", 40)
    missing = bytes(font.getmask("\U0001f600"))
    assert [letter for letter in letters if bytes(font.getmask(letter)) == missing] == []


def test_bars_stand_in_their_days_this_week_before_the_last() -> None:
    only_today = row(now=(0,) * 6 + (9,), before=(9,) + (0,) * 6)
    picture = opened(drawing.trends(chart(only_today)))

    step, top, bottom = drawing.STEP, drawing.HEAD + 40, drawing.HEAD + drawing.BARS
    found = {
        colour: [
            has(picture, colour, left=left, top=top, right=left + drawing.BAR, bottom=bottom)
            for left in range(drawing.BARS_AT, drawing.BARS_AT + 7 * step, step)
        ]
        for colour in (drawing.NOW, drawing.BEFORE)
    }

    assert found == {drawing.NOW: [False] * 6 + [True], drawing.BEFORE: [True] + [False] * 6}


@pytest.mark.parametrize("name", ["Рақамлаштириш ва сунъий интеллект", "Достопримечательности" * 2, "A " * 40])
def test_a_long_name_is_parted_or_written_smaller_and_keeps_out_of_the_bars(name: str) -> None:
    long = row(name, now=(0,) * 7, before=(0,) * 7)
    picture = opened(drawing.trends(chart(long)))
    box = {"left": drawing.BARS_AT, "top": drawing.HEAD, "right": drawing.WIDTH, "bottom": drawing.HEAD + 90}

    assert not has(picture, drawing.INK, **box)
    assert has(picture, drawing.INK, **{**box, "left": drawing.EDGE})


def test_few_stories_make_no_high_bars() -> None:
    picture = opened(drawing.trends(chart(row(now=(1,) * 7, before=(0,) * 7))))

    box = {"left": drawing.BARS_AT, "right": drawing.WIDTH}
    ground = drawing.HEAD + drawing.BARS + 30
    assert has(picture, drawing.NOW, top=ground - drawing.BARS // 4, bottom=ground, **box)
    assert not has(picture, drawing.NOW, top=drawing.HEAD, bottom=drawing.HEAD + drawing.BARS // 2, **box)


@pytest.mark.parametrize(
    ("colour", "least"),
    [("INK", 7.0), ("SOFT", 4.5), ("MORE", 4.5), ("LESS", 4.5), ("NOW", 4.5), ("BEFORE", 2.5)],
)
def test_words_and_bars_are_told_from_the_ground_which_is_no_lamp_in_the_dark(colour: str, least: float) -> None:
    ground, white, night = luminance(drawing.GROUND), luminance("#ffffff"), luminance("#1f2a29")

    assert contrast(luminance(getattr(drawing, colour)), ground) >= least
    assert contrast(ground, night) < 1.5
    assert contrast(white, night) > 7  # as a white one would be


def luminance(colour: str) -> float:
    """WCAG 2's relative luminance: https://www.w3.org/TR/WCAG21/#dfn-relative-luminance"""
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: float, other: float) -> float:
    lighter, darker = max(one, other), min(one, other)
    return (lighter + 0.05) / (darker + 0.05)


def test_the_same_chart_is_the_same_bytes() -> None:
    drawn = drawing.trends(chart(row()))
    drawing.trends.cache_clear()

    assert drawing.trends(chart(row())) == drawn
