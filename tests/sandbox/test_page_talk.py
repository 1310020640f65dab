"""Talking to a bot on the chat page: buttons, commands, live arrival, moving about; by finger and by keyboard."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from urllib.parse import urlsplit

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from bot.sandbox import server
from tests import browser
from tests.sandbox import scene
from tests.sandbox.scene import enter, last

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def chromium() -> AsyncIterator[Browser]:
    async with browser.launched() as launched:
        yield launched


async def test_a_pressed_button_reaches_the_bot_and_its_answer_is_a_toast(chromium: Browser) -> None:
    async with scene.opened() as at:
        sent = await at.bot.send(at.reader.id, "Choose", rows=scene.TOPICS)
        async with browser.page_of(chromium, at.url) as page:
            # given
            await enter(page, "Courier")
            button = page.get_by_role("button", name="Sport")
            # when
            await button.press("Enter")
            query = await at.bot.next("callback_query")
            # then
            await expect(button).to_have_attribute("aria-busy", "true")
            assert (query["data"], query["message"]["message_id"]) == ("sport", sent["message_id"])
            # when
            ticked = [[scene.TOPICS[0][0], {"text": "✓ Sport", "callback_data": "sport"}]]
            place = {"chat_id": at.reader.id, "message_id": sent["message_id"]}
            await at.bot.call("editMessageReplyMarkup", **place, reply_markup={"inline_keyboard": ticked})
            await at.bot.call("answerCallbackQuery", callback_query_id=query["id"], text="Sport is on")
            # then
            await expect(page.locator(".toast")).to_have_text("Sport is on")
            await expect(page.get_by_role("button", name="✓ Sport")).to_be_focused()


async def test_an_alert_is_a_dialog_that_escape_closes(chromium: Browser) -> None:
    async with scene.opened() as at:
        await at.bot.send(at.reader.id, "Choose", rows=scene.TOPICS)
        async with browser.page_of(chromium, at.url) as page:
            await enter(page, "Courier")
            await page.get_by_role("button", name="Economy").click()
            query = await at.bot.next("callback_query")
            await at.bot.call("answerCallbackQuery", callback_query_id=query["id"], text="Sure?", show_alert=True)
            await expect(page.get_by_role("dialog")).to_contain_text("Sure?")
            await page.keyboard.press("Escape")
            await expect(page.get_by_role("dialog")).to_be_hidden()


async def test_the_menu_of_commands_is_led_by_the_arrow_keys(chromium: Browser) -> None:
    async with scene.opened() as at:
        await at.bot.call("setMyCommands", commands=scene.COMMANDS)
        async with browser.page_of(chromium, at.url) as page:
            # given
            await enter(page, "Courier")
            options = page.get_by_role("option")
            # when
            await page.locator("#input").press_sequentially("/l")
            # then
            await expect(options).to_have_count(2)
            await browser.keep_screenshot(page, "page-phone-menu")
            # when
            await page.keyboard.press("ArrowDown")
            await expect(options.nth(1)).to_have_attribute("aria-selected", "true")
            await page.keyboard.press("Enter")
            # then
            await expect(last(page).locator(".text")).to_have_text("/language")
            assert at.world.transcript(at.reader.id)[-1].text == "/language"
            # when
            await page.get_by_role("button", name="Commands of the bot").click()
            # then
            await expect(options).to_have_count(3)
            await page.keyboard.press("Escape")
            await expect(page.locator("#menu")).to_be_hidden()


async def test_a_command_in_a_text_is_sent_by_a_tap(chromium: Browser) -> None:
    async with scene.opened() as at:
        await at.bot.send(at.reader.id, "Try /latest now")
        async with browser.page_of(chromium, at.url) as page:
            await enter(page, "Courier")
            await page.get_by_role("button", name="/latest").click()
            await expect(page.locator(".mine").last).to_contain_text("/latest")
            assert at.world.transcript(at.reader.id)[-1].text == "/latest"


async def test_start_is_offered_under_the_description_and_said_once(chromium: Browser) -> None:
    async with scene.opened(started=False) as at:
        # given
        await at.bot.call("setMyDescription", description="News in short.")
        async with browser.page_of(chromium, at.url) as page:
            await enter(page, "Courier")
            await expect(page.locator("#welcome")).to_contain_text("News in short.")
            await expect(page.locator("#composer")).to_be_hidden()
            await browser.keep_screenshot(page, "page-phone-start")
            # when
            await page.get_by_role("button", name="Start").click()
            # then
            assert (await at.bot.next("message"))["text"] == "/start"
            await expect(page.locator("#welcome")).to_be_hidden()
            await expect(page.locator("#composer")).to_be_visible()
            assert [message.text for message in at.world.transcript(at.reader.id)] == ["/start"]


async def test_what_happens_elsewhere_arrives_without_a_reload(chromium: Browser) -> None:
    async with scene.opened() as at:
        await at.bot.send(at.channel.id, "Bridge planned")
        async with browser.page_of(chromium, at.url) as page:
            # given
            chat = page.locator(".chat", has_text="Morning facts")
            await expect(page.locator("#who")).to_have_text("You are Dana")
            # when
            await at.bot.send(at.channel.id, "Bridge opened")
            # then
            await expect(chat.locator(".last")).to_have_text("Bridge opened")
            await expect(chat.locator(".badge")).to_have_text("1")
            assert (await page.title()).startswith("(1) ")
            # when
            await enter(page, "Morning facts")
            await expect(page.locator("#closed")).to_be_visible()
            await expect(page.locator("#composer")).to_be_hidden()
            sent = await at.bot.send(at.channel.id, "Bridge closed")
            await expect(last(page)).to_contain_text("Bridge closed")
            place = {"chat_id": at.channel.id, "message_id": sent["message_id"]}
            await at.bot.call("editMessageText", **place, text="Bridge open again")
            # then
            await expect(last(page)).to_contain_text("Bridge open again")
            await expect(last(page).locator(".meta")).to_contain_text("edited")
            # when
            await at.bot.call("deleteMessage", **place)
            # then
            await expect(page.locator(".message")).to_have_count(2)
            assert not (await page.title()).startswith("(")


async def test_the_bot_is_seen_typing_until_it_has_written(chromium: Browser) -> None:
    async with scene.opened() as at, browser.page_of(chromium, at.url) as page:
        await enter(page, "Courier")
        await at.bot.call("sendChatAction", chat_id=at.reader.id, action="typing")
        await expect(page.locator("#status")).to_have_text("typing…")
        await at.bot.send(at.reader.id, "Here it is")
        await expect(page.locator("#status")).to_contain_text("bot")


async def test_a_reader_who_scrolled_up_stays_there_and_is_told_of_news(chromium: Browser) -> None:
    async with scene.opened() as at:
        for number in range(30):
            at.world.say(at.reader.id, at.reader.id, f"Line {number}")
        async with browser.page_of(chromium, at.url) as page:
            # given
            await enter(page, "Courier")
            await expect(last(page)).to_be_in_viewport()
            await page.locator("#log").evaluate("log => { log.scrollTop = 40; }")
            await expect(page.locator("#pill")).to_be_visible()
            # when
            await at.bot.send(at.reader.id, "News")
            # then
            await expect(page.locator("#pill")).to_have_text("1 new message")
            assert await page.locator("#log").evaluate("log => log.scrollTop") == 40
            # when
            await page.locator("#pill").click()
            # then
            await expect(last(page)).to_be_in_viewport()
            await expect(page.locator("#pill")).to_be_hidden()


async def test_a_phone_shows_one_pane_and_goes_back(chromium: Browser) -> None:
    async with scene.opened() as at, browser.page_of(chromium, at.url) as page:
        await expect(page.locator("#talk")).to_be_hidden()
        await enter(page, "Newsroom")
        await expect(page.locator("#chats")).to_be_hidden()
        await page.get_by_role("link", name="Back to the chats").click()
        await expect(page.locator("#talk")).to_be_hidden()
        await page.go_back()
        await expect(page.locator("#title")).to_have_text("Newsroom")
        await page.reload()
        await expect(page.locator("#title")).to_have_text("Newsroom")


async def test_people_in_a_group_are_told_apart(chromium: Browser) -> None:
    async with scene.opened() as at:
        at.world.say(at.group.id, at.friend.id, "Hello")
        at.world.say(at.group.id, at.friend.id, "Anybody here?")
        at.world.say(at.group.id, at.reader.id, "Yes")
        async with browser.page_of(chromium, at.url) as page:
            await enter(page, "Newsroom")
            await expect(page.locator(".theirs .name").first).to_have_text("Alisher")
            await expect(page.locator(".theirs.joined")).to_have_count(1)
            await expect(page.locator(".mine .name")).to_have_count(0)
            await expect(page.locator(".day")).to_have_count(1)


async def test_a_refused_message_stays_in_the_composer_and_says_why(chromium: Browser) -> None:
    async with scene.opened() as at, browser.page_of(chromium, at.url, forgive=("status of 4",)) as page:
        await enter(page, "Courier")
        await page.locator("#input").fill("\u2800")
        await page.keyboard.press("Enter")
        await expect(page.locator(".toast")).to_contain_text("text must be non-empty")
        await expect(page.locator("#input")).to_have_value("\u2800")


async def test_enter_sends_and_shift_enter_begins_a_line(chromium: Browser) -> None:
    async with scene.opened() as at, browser.page_of(chromium, at.url) as page:
        await enter(page, "Courier")
        await page.locator("#input").press_sequentially("one")
        await page.keyboard.press("Shift+Enter")
        await page.keyboard.type("two")
        await page.keyboard.press("Enter")
        assert (await at.bot.next("message"))["text"] == "/start"
        assert (await at.bot.next("message"))["text"] == "one\ntwo"
        await expect(page.locator("#input")).to_have_value("")


@pytest.mark.parametrize("same_world", [True, False], ids=["same world", "new world"])
async def test_the_page_finds_a_server_that_was_away(chromium: Browser, same_world: bool) -> None:
    world, later = scene.peopled(), scene.peopled()
    reader = next(iter(world.users))
    for number in range(5):
        world.say(reader, reader, f"Line {number}")
    async with AsyncExitStack() as stack:
        # given
        async with server.serve(world) as served:
            page = await stack.enter_async_context(browser.page_of(chromium, served.url, forgive=("net::ERR",)))
            await enter(page, "Courier")
            await expect(page.locator("#status")).to_contain_text("bot")
        await expect(page.locator("#status")).to_have_text("Connecting…")
        # when
        after = world if same_world else later
        after.say(reader, reader, "Said while away")
        async with server.serve(after, port=urlsplit(served.url).port or 0):
            # then
            await expect(last(page)).to_contain_text("Said while away")
            await expect(page.locator("#status")).to_contain_text("bot")
            await expect(page.locator(".message")).to_have_count(6 if same_world else 1)
            after.say(reader, reader, "Said now")
            await expect(last(page)).to_contain_text("Said now")
