"""The chat page in a real browser, against the real sandbox."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from tests import browser
from tests.sandbox import probes, scene
from tests.sandbox.scene import Scene, enter, last, span

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def chromium() -> AsyncIterator[Browser]:
    async with browser.launched() as launched:
        yield launched


QUOTE = "\n".join(f"Line {number} of the quote tells one more detail." for number in range(1, 9))
HOSTILE = '<img src=x onerror="window.harmed = true"><script>window.harmed = true</script> &amp; <b>not bold</b>'
DIGEST = f"""Sunday, 22 November

1. Two neighbours open 78 joint projects 😀
• 78 projects worth $1.8 bn
{QUOTE}
Source: example.org"""


async def _digest(at: Scene, chat_id: int, *, rows: Any = None) -> None:
    await at.bot.send(
        chat_id,
        DIGEST,
        span(DIGEST, "Sunday, 22 November", "bold"),
        span(DIGEST, "Two neighbours open 78 joint projects 😀", "bold"),
        span(DIGEST, "78 joint projects 😀\n• 78", "underline"),
        span(DIGEST, QUOTE, "expandable_blockquote"),
        span(DIGEST, "example.org", "text_link", url="https://example.org/news/1"),
        rows=rows,
    )


async def test_a_digest_is_shown_with_its_bold_words_its_link_and_its_quote(chromium: Browser) -> None:
    async with scene.opened() as at:
        # given
        await _digest(at, at.reader.id, rows=scene.TOPICS)
        async with browser.page_of(chromium, at.url) as page:
            # when
            await enter(page, "Courier")
            # then
            message = last(page)
            await expect(message.locator("strong").first).to_have_text("Sunday, 22 November")
            await expect(message.locator("strong").nth(1)).to_have_text("Two neighbours open 78 joint projects 😀")
            link = message.get_by_role("link", name="example.org")
            await expect(link).to_have_attribute("href", "https://example.org/news/1")
            await expect(link).to_have_attribute("target", "_blank")
            await expect(link).to_have_attribute("rel", "noopener noreferrer")
            await expect(message.locator("blockquote")).to_contain_text("Line 8 of the quote")
            await browser.keep_screenshot(page, "page-phone-light")


async def test_a_quote_unfolds_and_folds_by_keyboard(chromium: Browser) -> None:
    async with scene.opened() as at:
        await _digest(at, at.reader.id)
        async with browser.page_of(chromium, at.url) as page:
            # given
            await enter(page, "Courier")
            fold, inside = page.locator(".fold"), page.locator(".folded-text")
            await expect(fold).to_have_attribute("aria-expanded", "false")
            folded = await inside.evaluate("node => node.clientHeight / parseFloat(getComputedStyle(node).lineHeight)")
            # when
            await fold.focus()
            await page.keyboard.press("Enter")
            # then
            await expect(fold).to_have_attribute("aria-expanded", "true")
            assert await inside.evaluate("node => node.scrollHeight <= node.clientHeight")
            assert 2.5 < folded < 3.5
            # when
            await page.keyboard.press("Space")
            # then
            await expect(fold).to_have_attribute("aria-expanded", "false")
            assert await inside.evaluate("node => node.scrollHeight > node.clientHeight")


async def test_hidden_words_are_read_after_a_key_opens_them(chromium: Browser) -> None:
    async with scene.opened() as at:
        await at.bot.send(at.reader.id, "The answer is 42.", span("The answer is 42.", "42", "spoiler"))
        async with browser.page_of(chromium, at.url) as page:
            # given
            await enter(page, "Courier")
            spoiler = page.get_by_role("button", name="Hidden text")
            await expect(spoiler).to_have_css("color", "rgba(0, 0, 0, 0)")
            # when
            await spoiler.press("Enter")
            # then
            await expect(page.locator(".spoiler")).not_to_have_css("color", "rgba(0, 0, 0, 0)")
            await expect(spoiler).to_have_count(0)


async def test_a_short_expandable_quote_has_nothing_to_unfold(chromium: Browser) -> None:
    async with scene.opened() as at:
        await at.bot.send(at.reader.id, "One line.", span("One line.", "One line.", "expandable_blockquote"))
        async with browser.page_of(chromium, at.url) as page:
            await enter(page, "Courier")
            await expect(page.locator("blockquote")).to_be_visible()
            await expect(page.locator(".fold")).to_be_hidden()


async def test_markup_in_a_text_a_button_and_a_title_is_shown_as_written(chromium: Browser) -> None:
    async with scene.opened() as at:
        # given
        hostile = at.world.add_group(HOSTILE[:60], members=[at.reader])
        await at.bot.send(at.reader.id, HOSTILE, rows=[[{"text": HOSTILE, "callback_data": "x"}]])
        await at.bot.send(hostile.id, HOSTILE)
        async with browser.page_of(chromium, at.url, size=browser.DESKTOP) as page:
            # when
            await enter(page, "Courier")
            # then
            await expect(last(page).locator(".text")).to_have_text(HOSTILE)
            await expect(last(page).locator(".key")).to_have_text(HOSTILE)
            await expect(page.locator(".chat-title", has_text="<img src=x")).to_have_count(1)
            count = "root => root.querySelectorAll('img, script:not([type=module]), .message b').length"
            assert await page.evaluate(f"({count})(document)") == 0
            assert await page.evaluate("window.harmed") is None
            # and read as markup the same text would have been found
            parsed = "text => new DOMParser().parseFromString(text, 'text/html')"
            assert await page.evaluate(f"text => ({count})(({parsed})(text))", HOSTILE.replace("onerror", "alt")) == 2


async def test_entities_that_nest_and_overlap_cover_exactly_their_characters(chromium: Browser) -> None:
    dice = random.Random(7)
    kinds = ["bold", "italic", "underline", "blockquote", "text_link"]
    cases = []
    for _ in range(300):
        text = "".join(dice.choices("abcd 😀\n", k=dice.randint(1, 24)))
        units = len(text.encode("utf-16-le")) // 2
        starts = [0, *(len(text[:n].encode("utf-16-le")) // 2 for n in range(1, len(text))), units]
        drawn = [sorted(dice.sample(starts, 2)) for _ in kinds]
        spans = [
            {"type": kind, "offset": a, "length": b - a, "url": "https://example.org/"}
            for kind, (a, b) in zip(kinds, drawn, strict=True)
            if b > a
        ]
        cases.append((text, spans))
    async with scene.opened() as at, browser.page_of(chromium, at.url) as page:
        found = await page.evaluate(probes.WOVEN, [list(case) for case in cases])
    for (text, spans), woven in zip(cases, found, strict=True):
        assert woven == _expected(text, spans), (text, spans)


def _expected(text: str, spans: list[dict[str, Any]]) -> list[list[Any]]:
    """Each character with the kinds over it; the newline right after a quote is what ends its block."""
    ends = {one["offset"] + one["length"] for one in spans if one["type"] == "blockquote"}
    result, at = [], 0
    for character in text:
        width = len(character.encode("utf-16-le")) // 2
        over = sorted(one["type"] for one in spans if one["offset"] <= at < one["offset"] + one["length"])
        if not (character == "\n" and at in ends):
            result.append([character, over])
        at += width
    return result


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
async def test_every_text_has_enough_contrast(chromium: Browser, dark: bool) -> None:
    async with scene.opened() as at:
        # given
        await at.bot.call("setMyCommands", commands=scene.COMMANDS)
        at.world.say(at.group.id, at.friend.id, "See /latest and https://example.org")
        await _digest(at, at.group.id, rows=[*scene.TOPICS, [{"text": "Read", "url": "https://example.org/"}]])
        at.world.say(at.group.id, at.reader.id, "Thanks, see https://example.org and /start")
        name = "dark" if dark else "light"
        async with browser.page_of(chromium, at.url, size=browser.DESKTOP, dark=dark) as page:
            # when
            await enter(page, "Newsroom")
            await browser.keep_screenshot(page, f"page-desktop-{name}")
            await page.locator("#input").press_sequentially("/")
            await expect(page.get_by_role("option")).to_have_count(3)
            texts, pale = await page.evaluate(probes.PALE_TEXTS)
            # then
            assert texts > 20
            assert pale == []
            # and grey on grey would have been found
            await page.locator("#title").evaluate(
                "node => { node.style.color = 'gray'; node.style.background = '#999'; }"
            )
            assert len((await page.evaluate(probes.PALE_TEXTS))[1]) == 1
