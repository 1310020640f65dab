"""One attempt against the local Telegram, and against servers that behave badly: what became of it is told exactly."""

from __future__ import annotations

import struct
from asyncio import StreamReader as Reader
from asyncio import StreamWriter as Writer
from asyncio import start_server
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from socket import SO_LINGER, SOL_SOCKET

import pytest
import telegram

from bot.delivery.transport import Transport
from bot.model import ChatId, Entity, EntityKind, Gone, Later, Message, Moved, Receipt, Refused, RichText, Sent, Unknown
from bot.outputs import telegram_chat
from tests.sandbox import served

HELLO = RichText(
    text="Bridge opened\nSource",
    entities=(
        Entity(kind=EntityKind.BOLD, offset=0, length=13),
        Entity(kind=EntityKind.TEXT_LINK, offset=14, length=6, url="https://example.org/bridge"),
    ),
)


async def attempt(bot: telegram.Bot, chat_id: int, text: RichText = HELLO) -> Receipt:
    return await telegram_chat.send(bot, b"a key")(ChatId(chat_id), Message(part=1, body=text))


async def test_a_message_arrives_with_its_entities_and_without_a_preview() -> None:
    async with served.opened() as here:
        receipt = await attempt(here.bot, here.ann.id)

        message = here.world.transcript(here.ann.id)[-1]
        assert receipt == Sent(message_id=message.id)
        assert [entity["type"] for entity in message.entities] == ["bold", "text_link"]
        assert message.link_preview == {"is_disabled": True}


async def test_a_chat_that_takes_nothing_is_gone_with_telegrams_reason() -> None:
    async with served.opened() as here:
        here.world.block(here.ann.id)
        assert await attempt(here.bot, here.ann.id) == Gone(reason="Forbidden: bot was blocked by the user")

        channel = here.world.add_channel("News", admins=(here.ann,), bot_can_post=False)
        assert isinstance(await attempt(here.bot, channel.id), Gone)
        assert isinstance(await attempt(here.bot, 424242), Gone)


async def test_a_group_that_moved_tells_its_new_id() -> None:
    async with served.opened() as here:
        group = here.world.add_group("Old", members=(here.ann,), admins=(here.ann,))
        new = here.world.migrate(group.id)

        assert await attempt(here.bot, group.id) == Moved(chat_id=ChatId(new.id))


async def test_a_text_whose_entities_are_refused_goes_once_more_as_plain_text() -> None:
    broken = RichText(text="Bridge", entities=(Entity(kind=EntityKind.BOLD, offset=400, length=2),))
    async with served.opened() as here:
        assert isinstance(await attempt(here.bot, here.ann.id, broken), Sent)

        message = here.world.transcript(here.ann.id)[-1]
        assert (message.text, message.entities) == ("Bridge", ())


async def test_a_text_that_is_too_long_is_refused_and_not_tried_again() -> None:
    async with served.opened() as here:
        receipt = await attempt(here.bot, here.ann.id, RichText(text="x" * 4097))

        assert receipt == Refused(reason="Message is too long")
        assert len(here.world.refused) == 1


@asynccontextmanager
async def behaving(answer: Callable[[Reader, Writer], Awaitable[None]]) -> AsyncIterator[telegram.Bot]:
    """A bot that talks to a server of ours on loopback, which answers like this."""

    async def serve(reader: Reader, writer: Writer) -> None:
        try:
            await reader.readuntil(b"\r\n\r\n")
            await answer(reader, writer)
        finally:
            writer.close()

    server = await start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    request = Transport(connections=1, answer_s=0.5, connect_s=0.5)
    bot = telegram.Bot("123456:" + "a" * 35, base_url=f"http://127.0.0.1:{port}/bot", request=request)
    async with server, request:
        yield bot


def http(status: str, body: str) -> Callable[[Reader, Writer], Awaitable[None]]:
    async def answer(_: Reader, writer: Writer) -> None:
        writer.write(f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode())
        await writer.drain()

    return answer


async def silence(reader: Reader, _: Writer) -> None:
    await reader.read()  # until the client gives up


async def reset(_: Reader, writer: Writer) -> None:
    writer.get_extra_info("socket").setsockopt(SOL_SOCKET, SO_LINGER, struct.pack("ii", 1, 0))


@pytest.mark.parametrize(
    "answer",
    [
        silence,
        reset,
        http(
            "500 Internal Server Error", '{"ok":false,"error_code":500,"description":"Internal Server Error: restart"}'
        ),
        http("502 Bad Gateway", "<html>Bad Gateway</html>"),
        http("200 OK", '{"ok":true,"result":'),
    ],
    ids=["no answer", "reset", "500", "502 with HTML", "broken JSON"],
)
async def test_after_the_request_was_written_everything_but_a_clear_answer_is_unknown(
    answer: Callable[[Reader, Writer], Awaitable[None]],
) -> None:
    async with behaving(answer) as bot:
        assert isinstance(await attempt(bot, 7), Unknown)


@pytest.mark.parametrize("status", ["403 Forbidden", "400 Bad Request"])
async def test_a_page_of_somebody_in_between_says_nothing_about_the_chat(status: str) -> None:
    async with behaving(http(status, "<html>Access denied</html>")) as bot:
        page = await attempt(bot, 7)
    code = status.partition(" ")[0]
    async with behaving(http(status, f'{{"ok":false,"error_code":{code},"description":"{status}: no"}}')) as bot:
        telegrams = await attempt(bot, 7)

    assert isinstance(page, Later)
    assert (page.scope, page.reached) == ("all", True)
    assert isinstance(telegrams, Gone | Refused)


async def test_a_refused_connection_is_certainly_not_sent() -> None:
    async with behaving(silence) as bot:
        pass  # and now nobody listens there any more
    async with bot.request:
        receipt = await attempt(bot, 7)

    assert isinstance(receipt, Later)
    assert not receipt.reached


async def test_the_wait_that_telegram_asks_for_is_told() -> None:
    flood = '{"ok":false,"error_code":429,"description":"Too Many Requests","parameters":{"retry_after":17}}'
    async with behaving(http("429 Too Many Requests", flood)) as bot:
        receipt = await attempt(bot, 7)

    assert isinstance(receipt, Later)
    assert (receipt.after_s, receipt.reached) == (17.0, True)


async def test_a_revoked_token_fails_no_message() -> None:
    async with behaving(http("401 Unauthorized", '{"ok":false,"error_code":401,"description":"Unauthorized"}')) as bot:
        receipt = await attempt(bot, 7)

    assert isinstance(receipt, Later)
    assert receipt.after_s >= 60
