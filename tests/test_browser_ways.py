"""The main ways of a reader, in a real browser as wide as a phone, against the bot of `digest-bot demo`."""

from __future__ import annotations

import shutil
import signal
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.async_api import Browser, Locator, Page, expect

from tests import browser, processes, test_demo, texts
from tests.commands import test_search

SEEDS = Path(__file__).parent.parent / "seeds"
FOUND = 8  # stories, which are two pages of a search
LONG = """A tunnel of 2,340 metres under the Koksai pass opened on Sunday.
The 612 million soums for it came from the regional budget and 14 factories of the valley, governor Ilhom Sattarov said.
The toll is 12,000 soums, but people of the 23 villages above the pass and drivers of ambulances pay nothing until 2031.
By spring 48 cameras will be added, and 130 people from Akkurgan and the valley will work at both ends in three shifts.
"""


def written(folder: Path) -> Path:
    """The articles of the demo, one with facts that are folded away, and some that have a word in common."""
    shutil.copytree(SEEDS, folder)
    today = datetime.now(UTC)
    tunnel = texts.entry("tunnel", LONG)
    for at, entry in enumerate((tunnel, *test_search.bakeries(FOUND))):
        text = f"date {(today - timedelta(days=at)).date()} {entry.url}\n{entry.text}\n"
        (folder / f"{at}.txt").write_text(text, encoding="utf-8")
    return folder


def newest(page: Page) -> Locator:
    return page.locator(".message.theirs").last


async def tap(page: Page, label: str) -> None:
    await newest(page).get_by_role("button", name=label).first.click()


@pytest.mark.browser
async def test_a_reader_finds_every_main_way_on_a_phone(tmp_path: Path) -> None:
    browser.required()
    command = (*test_demo.QUICK[:-1], "0", "--seeds", str(written(tmp_path / "seeds")))
    async with processes.started(*command, folder=tmp_path) as process, browser.launched() as chromium:
        url = await test_demo.address(process)
        async with browser.page_of(chromium, url) as page:
            await page.locator(".chat", has_text="Digest").click()
            for way in (to_the_first_digest, where_from, schedule, search, trends):
                await way(page)
                await both(page, chromium, way.__name__)
        code, _, err = await processes.ended(process, by=signal.SIGINT)

    assert (code, err) == (0, "")


async def both(page: Page, chromium: Browser, name: str) -> None:
    """Screenshots of what is on the page, light and dark; neither is wider than the phone."""
    wide = "document.documentElement.scrollWidth"
    await browser.keep_screenshot(page, f"way-{name}-light")
    async with browser.page_of(chromium, page.url, dark=True) as dark:
        await expect(newest(dark)).to_be_visible()
        await browser.keep_screenshot(dark, f"way-{name}-dark")
        assert await dark.evaluate(wide) <= browser.PHONE[0]
    assert await page.evaluate(wide) <= browser.PHONE[0]


async def to_the_first_digest(page: Page) -> None:
    await page.locator("#start").click()
    await tap(page, "English")
    await expect(newest(page)).to_contain_text("no digest comes")
    await tap(page, "Economy")
    await expect(newest(page)).to_contain_text("Next digest")
    await tap(page, "Latest news")
    await expect(newest(page)).to_contain_text("1. ")
    await expect(newest(page).locator("a").first).to_be_visible()


async def where_from(page: Page) -> None:
    """A long quote unfolds by a tap, and another shows the sentences that the facts are taken from."""
    fold = newest(page).locator(".fold:visible").first
    await expect(fold).to_have_attribute("aria-expanded", "false")
    await fold.click()
    await expect(fold).to_have_attribute("aria-expanded", "true")
    await browser.keep_screenshot(page, "way-unfolded")
    before = await page.locator(".message.theirs").count()
    await tap(page, "Where from?")
    await tap(page, "🔎1")
    await expect(page.locator(".message.theirs")).to_have_count(before + 1)
    await expect(newest(page)).to_contain_text("taken from these sentences")
    await expect(newest(page).locator("blockquote").first).to_be_visible()


async def schedule(page: Page) -> None:
    await test_demo.send(page, "/schedule")
    await expect(newest(page)).to_contain_text("Next digest")
    await tap(page, "18:00")
    await expect(newest(page)).to_contain_text("08:00, 18:00")
    await tap(page, "Mon–Fri")
    await expect(newest(page)).to_contain_text("At 08:00, 18:00, Mon–Fri")


async def search(page: Page) -> None:
    await test_demo.send(page, "/search bakery")
    await expect(newest(page)).to_contain_text("6. ")
    await tap(page, "More ›")
    await expect(newest(page)).to_contain_text(f"{FOUND}. ")
    await expect(newest(page).get_by_role("button", name="‹ Back")).to_be_visible()


async def trends(page: Page) -> None:
    await test_demo.send(page, "/trends")
    picture = newest(page).locator("img")
    await expect(picture).to_be_visible()
    assert await picture.evaluate("one => one.decode().then(() => one.naturalWidth)") > browser.PHONE[0]
