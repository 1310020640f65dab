"""Inline queries, pictures and files on the chat page."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from tests import browser
from tests.sandbox import probes, scene
from tests.sandbox.scene import Scene, enter, last
from tests.sandbox.test_media import drawn

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def chromium() -> AsyncIterator[Browser]:
    async with browser.launched() as launched:
        yield launched


def article(name: str, title: str, text: str) -> dict[str, Any]:
    content = {"message_text": text}
    return {"type": "article", "id": name, "title": title, "description": text, "input_message_content": content}


async def answered(at: Scene, *results: dict[str, Any], **more: Any) -> str:
    """Answers the next inline query; returns what was asked."""
    asked = await at.bot.next("inline_query")
    await at.bot.call("answerInlineQuery", inline_query_id=asked["id"], results=list(results), **more)
    return str(asked["query"])


async def send_photo(at: Scene, content: bytes, **fields: str) -> Any:
    form = aiohttp.FormData({"chat_id": str(at.reader.id), **fields})
    form.add_field("photo", content, filename="dam.png")
    async with at.bot.session.post(f"{at.bot.address}/sendPhoto", data=form) as response:
        return (await response.json())["result"]


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
async def test_a_query_is_typed_a_result_tapped_and_posted(chromium: Browser, dark: bool) -> None:
    async with scene.opened() as at:
        at.world.set_inline(on=True)
        async with browser.page_of(chromium, at.url, dark=dark) as page:
            await enter(page, "Newsroom")
            await page.locator("#input").fill("@courier_bot dam")
            dams = (article("a", "The dam holds", "Since May."), article("b", "A dam is built", "In Chirsay, 640 m."))
            assert await answered(at, *dams, button={"text": "Set up", "start_parameter": "setup"}) == "dam"

            await expect(page.locator(".result")).to_have_count(2)
            assert (await page.evaluate(probes.PALE_TEXTS))[1] == []
            await browser.keep_screenshot(page, f"page-inline-{'dark' if dark else 'light'}")
            await page.locator(".result", has_text="A dam is built").click()

            await expect(last(page).locator(".text")).to_have_text("In Chirsay, 640 m.")
            await expect(last(page).locator(".via")).to_have_text("via @courier_bot")
            await expect(page.locator("#results")).to_be_hidden()
            await expect(page.locator("#input")).to_have_value("")
        assert at.world.transcript(at.group.id)[-1].sender == at.reader


async def test_enter_sends_no_query_as_a_message_and_other_names_ask_nobody(chromium: Browser) -> None:
    async with scene.opened() as at:
        at.world.set_inline(on=True)
        async with browser.page_of(chromium, at.url) as page:
            await enter(page, "Newsroom")
            await page.locator("#input").fill("@courier_bot dam")
            await answered(at)
            await expect(page.locator("#results")).to_contain_text("No results")
            await page.locator("#input").press("Enter")
            await expect(page.locator("#input")).to_have_value("@courier_bot dam")
            assert at.world.transcript(at.group.id) == []
            await page.locator("#input").fill("@other_bot dam")
            await expect(page.locator("#results")).to_be_hidden()
            await page.locator("#input").press("Enter")
            await expect(last(page).locator(".text")).to_have_text("@other_bot dam")
        assert len(at.world.inline.queries) == 1


async def test_more_results_come_by_a_tap_and_the_button_above_starts_the_bot(chromium: Browser) -> None:
    async with scene.opened() as at:
        at.world.set_inline(on=True)
        async with browser.page_of(chromium, at.url) as page:
            await enter(page, "Newsroom")
            await page.locator("#input").fill("@courier_bot dam")
            button = {"text": "Set up", "start_parameter": "setup"}
            await answered(at, article("a", "The dam holds", "Since May."), next_offset="1", button=button)
            await page.locator(".more").click()
            await answered(at, article("b", "A dam is built", "In Chirsay."))
            await expect(page.locator(".result b")).to_have_text(["The dam holds", "A dam is built"])
            await expect(page.locator(".more")).to_have_count(0)

            await page.get_by_role("button", name="Set up").click()

            await expect(page.locator("#title")).to_have_text("Courier")
            await expect(last(page)).to_contain_text("/start setup")
        assert at.world.transcript(at.reader.id)[-1].text == "/start setup"


async def test_a_picture_is_shown_with_its_caption_and_buttons_and_a_document_to_keep(chromium: Browser) -> None:
    async with scene.opened() as at:
        sent = await send_photo(at, drawn("PNG", 640, 480), caption="The dam")
        form = aiohttp.FormData({"chat_id": str(at.reader.id)})
        form.add_field("document", b"a,b", filename="list.csv")
        await at.bot.session.post(f"{at.bot.address}/sendDocument", data=form)
        async with browser.page_of(chromium, at.url) as page:
            await enter(page, "Courier")
            picture = page.locator(".photo img")
            await expect(picture).to_have_js_property("naturalWidth", 640)
            await expect(page.locator(".message", has=picture).locator(".text")).to_have_text("The dam")
            await expect(last(page).locator(".file")).to_contain_text("list.csv")
            async with page.expect_download() as download:
                await last(page).locator(".file").click()
            assert (await download.value).suggested_filename == "list.csv"

            place = {"chat_id": at.reader.id, "message_id": sent["message_id"]}
            await at.bot.call("editMessageCaption", **place, caption="The dam at noon")

            await expect(page.locator(".message", has=picture).locator(".text")).to_have_text("The dam at noon")
