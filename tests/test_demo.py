"""`make demo` as a reader sees it: the chat page in a real browser, and the channel that fills by itself."""

from __future__ import annotations

import re
import signal
from asyncio.subprocess import Process
from pathlib import Path

import aiohttp
import pytest
from playwright.async_api import Page, expect

from tests import browser, processes

QUICK = ("demo", "--port", "0", "--no-browser", "--every", "1", "--hold", "3")


async def address(process: Process) -> str:
    found = re.search(r"http://127\.0\.0\.1:\d+", await processes.line(process, "http://"))
    assert found
    return found[0]


async def send(page: Page, text: str) -> None:
    await page.locator("#input").fill(text)
    await page.locator("#send").click()


@pytest.mark.browser
async def test_a_reader_starts_chooses_reads_figures_and_unfolds_a_quote(tmp_path: Path) -> None:
    browser.required()
    async with processes.started(*QUICK, folder=tmp_path) as process:
        async with browser.open_page(await address(process)) as page:
            await page.locator(".chat", has_text="Digest").click()
            await page.locator("#start").click()
            await page.get_by_role("button", name="English").click()
            await expect(page.locator(".message").last).to_contain_text("Your digest · Topics")
            await page.get_by_role("button", name="Economy").click()
            await expect(page.get_by_role("button", name="✅ Economy")).to_be_visible()
            await expect(page.locator(".message").last).to_contain_text("Next digest")

            await send(page, "/latest industry")
            digest = page.locator(".message.theirs").last
            await expect(digest).to_contain_text("78 joint projects")
            await expect(digest).to_contain_text("$1.8 billion")
            await send(page, "/latest 7")
            fold = page.locator(".message.theirs").last.locator(".fold:visible").first
            await expect(fold).to_have_attribute("aria-expanded", "false")
            await fold.click()
            await expect(fold).to_have_attribute("aria-expanded", "true")
            await browser.keep_screenshot(page, "demo-digest")
            await send(page, "/schedule")
            await expect(page.locator(".message.theirs").last).to_contain_text("Next digest")
            await browser.keep_screenshot(page, "demo-schedule")

        code, _, err = await processes.ended(process, by=signal.SIGINT)

    assert code == 0, err
    assert err == ""


async def test_the_channel_of_the_demo_gets_what_is_new_and_ctrl_c_ends_it(tmp_path: Path) -> None:
    async with processes.started(*QUICK, folder=tmp_path) as process, aiohttp.ClientSession() as session:
        url = await address(process)
        async with session.get(f"{url}/api/state") as response:
            channel = next(chat for chat in (await response.json())["chats"] if chat["kind"] == "channel")
        async with session.get(f"{url}/api/events", timeout=aiohttp.ClientTimeout(total=100)) as events:
            async for raw in events.content:  # the channel's slots are the full minutes
                if channel["id"] in raw.decode() and "1. " in raw.decode():
                    break

        code, _, err = await processes.ended(process, by=signal.SIGINT)

    assert code == 0, err
    assert err == ""
