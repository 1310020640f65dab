"""/trends in the chat: the picture, what rises under it, and the file id by which it goes the second time."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.async_api import expect

from bot.model import Entry
from tests import browser, running
from tests.running import Talk

PLACES = ("Ashan", "Belik", "Chirsay", "Dorman", "Elvat", "Farkand", "Gulbag", "Hisor", "Ilmor", "Jarkent")


def entry(name: str, text: str, *, days_ago: float) -> Entry:
    at = datetime.now(UTC) - timedelta(days=days_ago)
    return Entry(url=f"https://example.org/{name}", text=text, source="Silk Road Daily", published_at=at)


def flood(place: str, number: int, *, days_ago: float) -> Entry:
    text = f"""Mudflow in {place} damages {number + 30} houses
The mudflow came down on the village of {place} at night and took {number + 2} bridges with it.
Farmers of {place} lost {number * 7 + 11} cows, said rescue service head number {number}."""
    return entry(f"mudflow-{place}", text, days_ago=days_ago)


def market(place: str, number: int, *, days_ago: float) -> Entry:
    text = f"""Budget of {place} bank grows by {number + 3} percent
The bank of {place} gave credits for {number * 13 + 100} million dollars to companies in the economy.
Inflation and prices on the market of {place} stayed at {number + 5} percent, the bank said."""
    return entry(f"market-{place}-{days_ago:.0f}", text, days_ago=days_ago)


async def weeks(talk: Talk) -> None:
    """Banks in all weeks, mudflows in this one only."""
    news = [market(place, number, days_ago=2 + number * 3.2) for number, place in enumerate(PLACES)]
    news += [market(place, number + 40, days_ago=9 + number * 2.5) for number, place in enumerate(PLACES)]
    news += [flood(place, number, days_ago=0.2 + number * 0.6) for number, place in enumerate(PLACES)]
    await talk.take(news)


async def test_trends_is_a_picture_with_what_rises_under_it(tmp_path: Path) -> None:
    async with running.talk(tmp_path) as talk:
        await weeks(talk)

        caption = await talk.say("/trends")

        assert "photo" in talk.last.media
        assert talk.last.media["photo"][-1]["width"] == 1080
        assert "mudflow" in caption.casefold()
        assert re.search(r"Mudflow — \d+ stories; 0 in the four weeks before", caption)
        assert "bank" not in caption


async def test_the_same_picture_is_uploaded_once_and_then_goes_by_its_id(tmp_path: Path) -> None:
    async with running.talk(tmp_path) as talk:
        await weeks(talk)
        await talk.say("/trends")
        await talk.say("/trends")

        first, second = (call.params["photo"] for call in talk.local.calls("sendPhoto"))

        assert first.startswith("attach://")
        assert second == talk.local.calls("sendPhoto")[0].result["photo"][-1]["file_id"]


async def test_a_picture_whose_id_is_refused_is_uploaded_again(tmp_path: Path) -> None:
    async with running.talk(tmp_path) as talk:
        await weeks(talk)
        await talk.say("/trends")
        refused = "Bad Request: wrong file identifier/HTTP URL specified"
        talk.local.fail("answer", method="sendPhoto", code=400, description=refused)

        await talk.say("/trends")

        assert [call.params["photo"][:9] for call in talk.local.calls("sendPhoto")] == ["attach://"] * 2


async def test_where_nothing_is_stored_trends_says_so_without_a_picture(tmp_path: Path) -> None:
    async with running.talk(tmp_path) as talk:
        assert "no such stories" in await talk.say("/trends")
        assert not talk.last.media


async def test_where_all_is_as_usual_the_picture_comes_and_says_that_nothing_rises(tmp_path: Path) -> None:
    async with running.talk(tmp_path) as talk:
        await talk.take([market(place, number, days_ago=1 + number) for number, place in enumerate(PLACES)])

        assert "Nothing is told clearly more often" in await talk.say("/trends")
        assert "photo" in talk.last.media


@pytest.mark.parametrize("line", ["/trends economy 5", "/trends@digest_bot", "/trends " + "x" * 500])
async def test_words_behind_trends_change_nothing(tmp_path: Path, line: str) -> None:
    async with running.talk(tmp_path) as talk:
        await weeks(talk)
        assert "mudflow" in (await talk.say(line)).casefold()


@pytest.mark.browser
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
async def test_a_reader_asks_for_trends_on_a_phone_and_sees_the_picture(tmp_path: Path, dark: bool) -> None:
    browser.required()
    async with running.talk(tmp_path) as talk:
        await weeks(talk)
        url = talk.world.config.telegram.base_url.removesuffix("/bot")
        async with browser.open_page(url, width=360, height=780, dark=dark) as page:
            await page.locator(".chat").first.click()
            await page.locator("#input").fill("/trends")
            await page.locator("#send").click()

            picture = page.locator(".message.theirs .photo img")
            await expect(picture).to_be_visible()
            await expect(picture).to_have_js_property("naturalWidth", 1080)
            await expect(page.locator(".message.theirs").last).to_contain_text("Told clearly more often")
            box = await picture.bounding_box()
            assert box is not None
            assert 280 < box["width"] <= 360
            await browser.keep_screenshot(page, f"trends-{'dark' if dark else 'light'}")
