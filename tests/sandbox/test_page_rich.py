"""A rich message on the chat page: headings, lists, what unfolds; in light and dark, and hostile texts as text."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from bot.model import Digest
from bot.stages import render, richform
from tests import browser, make
from tests.sandbox import probes, scene
from tests.sandbox.scene import Scene, enter, last

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]
HOSTILE = '<img src=x onerror="window.harmed = true"><script>window.harmed = true</script> &amp; <b>not bold</b>'
STORIES = (
    make.item(
        "A school for 600 children opens in the river district",
        facts=(
            "600 children in 24 classes",
            "It cost $4.2 mn and took two years to build",
            "The gym is open to the district at the weekend",
            "A bus runs there every 15 minutes",
            HOSTILE,
        ),
        links=(("Herald", "https://example.org/school"), ("Gazette", "https://example.com/school")),
    ),
    make.item(
        "Мост через реку открыли в понедельник",
        facts=("Длина моста 700 метров",),
        links=(("Вестник", "https://example.org/bridge"),),
    ),
)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def chromium() -> AsyncIterator[Browser]:
    async with browser.launched() as launched:
        yield launched


async def _digest(at: Scene, **more: Any) -> Any:
    digest = Digest(header="Sunday, 22 November", items=STORIES, footer="2 more stories did not fit.")
    (message,) = render.messages(digest)
    rich = {"html": richform.html(message.body), "skip_entity_detection": True}
    markup = {"inline_keyboard": scene.TOPICS}
    return await at.bot.call("sendRichMessage", chat_id=at.reader.id, rich_message=rich, reply_markup=markup, **more)


async def test_a_rich_digest_is_shown_with_headings_lists_links_and_folded_facts(chromium: Browser) -> None:
    async with scene.opened() as at:
        await _digest(at)
        async with browser.page_of(chromium, at.url) as page:
            # given
            await enter(page, "Courier")
            message = last(page)
            await expect(message.get_by_role("heading")).to_have_count(3)
            await expect(message.get_by_role("heading").nth(1)).to_have_text(f"1. {STORIES[0].headline}")
            await expect(message.get_by_role("link", name="Herald")).to_have_attribute("rel", "noopener noreferrer")
            hidden = message.get_by_text("A bus runs there")
            await expect(hidden).to_be_hidden()
            # when
            await message.locator("summary").press("Enter")
            # then
            await expect(hidden).to_be_visible()
            await browser.keep_screenshot(page, "page-rich-light")


async def test_what_a_feed_wrote_stays_text(chromium: Browser) -> None:
    async with scene.opened() as at:
        await _digest(at)
        async with browser.page_of(chromium, at.url) as page:
            await enter(page, "Courier")
            await last(page).locator("summary").click()
            await expect(last(page).locator("details li").last).to_contain_text("<b>not bold")
            assert await page.evaluate("() => [window.harmed, document.querySelectorAll('.rich img').length]") == [
                None,
                0,
            ]


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
async def test_every_text_stands_out_from_its_ground(chromium: Browser, dark: bool) -> None:
    async with scene.opened() as at:
        await _digest(at)
        async with browser.page_of(chromium, at.url, size=browser.DESKTOP, dark=dark) as page:
            await enter(page, "Courier")
            await last(page).locator("summary").click()
            if dark:
                await browser.keep_screenshot(page, "page-rich-dark")
            count, pale = await page.evaluate(probes.PALE_TEXTS)
            assert count > 20
            assert pale == []


async def test_an_edit_leaves_open_what_the_reader_unfolded(chromium: Browser) -> None:
    async with scene.opened() as at:
        sent = await _digest(at)
        async with browser.page_of(chromium, at.url) as page:
            # given
            await enter(page, "Courier")
            await last(page).locator("summary").click()
            # when
            place = {"chat_id": at.reader.id, "message_id": sent["message_id"]}
            html = "<details><summary>One</summary><p>Two</p></details><p>Updated</p>"
            await at.bot.call("editMessageText", **place, rich_message={"html": html})
            # then
            await expect(last(page)).to_contain_text("Updated")
            await expect(last(page).get_by_text("Two")).to_be_visible()
