"""Rich messages against the local Telegram: a refusal falls back once, and what may have been sent never does."""

from __future__ import annotations

import pytest

from bot.model import (
    Button,
    ChatId,
    Digest,
    Edit,
    Gone,
    Later,
    Message,
    Receipt,
    Refused,
    Send,
    Sent,
    Unknown,
)
from bot.outputs import telegram_chat
from bot.sandbox.faults import Kind
from bot.stages import render
from tests import make
from tests.sandbox import served
from tests.sandbox.served import Served

KEY = b"a key"
BRIDGE = make.item(
    "Bridge opened",
    facts=("It is 700 m long", "Two years of work", "Toll free", "Mail @mayor or /start"),
    links=(("Herald", "https://example.org/bridge"),),
)
RICH_BLOCKS = ["heading", "heading", "list", "details", "paragraph", "footer"]


def digest(*, is_rich: bool = True, footer: str = "Two more stories did not fit.") -> Message:
    (message,) = render.messages(Digest(header="22 November", items=(BRIDGE,), footer=footer))
    where = Button(text="Where from?", line="where a1")
    return Message(part=1, body=message.body, buttons=((where,),), is_rich=is_rich)


def sender(at: Served) -> Send:
    return telegram_chat.send(at.bot, KEY)


def editor(at: Served) -> Edit:
    return telegram_chat.edit(at.bot, KEY)


async def attempt(at: Served, message: Message | None = None) -> Receipt:
    return await sender(at)(ChatId(at.ann.id), message or digest())


def calls(at: Served) -> list[str]:
    """The methods that were called, taken or refused, in order."""
    made = [(one.at, one.method) for one in at.world.accepted] + [(one.at, one.method) for one in at.world.refused]
    return [method for _, method in sorted(made) if method != "getMe"]


async def test_a_rich_message_arrives_as_blocks_with_its_buttons() -> None:
    async with served.opened() as at:
        receipt = await attempt(at)

        message = at.world.transcript(at.ann.id)[-1]
        assert receipt == Sent(message_id=message.id)
        assert [block["type"] for block in message.rich["blocks"]] == RICH_BLOCKS
        assert [button["text"] for row in message.keyboard for button in row] == ["Where from?"]
        assert "Bridge opened" in message.text
        assert at.world.violations == []


async def test_a_message_for_other_chats_goes_in_the_usual_form() -> None:
    async with served.opened() as at:
        await attempt(at, digest(is_rich=False))

        assert at.world.transcript(at.ann.id)[-1].rich == {}
        assert calls(at) == ["sendMessage"]


@pytest.mark.parametrize(
    ("code", "description"),
    [
        pytest.param(400, "Bad Request: can't parse rich message: unsupported start tag", id="tag"),
        pytest.param(400, "Bad Request: RICH_MESSAGE_INVALID", id="code-word"),
        pytest.param(404, "Not Found: method not found", id="older-server"),
    ],
)
async def test_a_refusal_falls_back_once_to_the_usual_form(code: int, description: str) -> None:
    async with served.opened() as at:
        at.world.fail("answer", method="sendRichMessage", count=-1, code=code, description=description)

        receipt = await attempt(at)

        message = at.world.transcript(at.ann.id)[-1]
        assert receipt == Sent(message_id=message.id)
        assert (message.rich, len(message.keyboard)) == ({}, 1)
        assert at.world.outbox.counts["fault answer before"] == 1
        assert calls(at) == ["sendMessage"]
        assert at.world.outbox.duplicates() == []


async def test_a_message_too_rich_for_telegram_comes_in_the_usual_form() -> None:
    async with served.opened() as at:
        lines = render.rich(*("x\n" for _ in range(600)))

        receipt = await attempt(at, Message(part=1, body=lines, is_rich=True))

        assert isinstance(receipt, Sent)
        assert [one.description for one in at.world.refused] == ["Bad Request: rich message has too many blocks"]
        assert at.said()[-1] == lines.text


@pytest.mark.parametrize("kind", ["reset", "cut", "restart", "broken"])
@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
async def test_what_may_have_been_sent_never_falls_back(kind: Kind, after: bool) -> None:
    async with served.opened() as at:
        at.world.fail(kind, method="sendRichMessage", after=after)

        receipt = await attempt(at)

        assert isinstance(receipt, Unknown)
        assert calls(at) == (["sendRichMessage"] if after else [])


async def test_a_chat_that_takes_nothing_and_a_flood_do_not_fall_back() -> None:
    async with served.opened() as at:
        at.world.fail("flood", method="sendRichMessage", seconds=17)
        later = await attempt(at)
        at.world.block(at.ann.id)
        gone = await attempt(at)

        assert isinstance(later, Later)
        assert (later.after_s, later.scope) == (17.0, "flood")
        assert isinstance(gone, Gone)
        assert at.world.calls("sendMessage") == []


async def test_a_revoked_token_is_not_taken_for_an_older_server() -> None:
    async with served.opened() as at:
        at.world.revoke_token()

        receipt = await attempt(at)

        assert isinstance(receipt, Later)
        assert receipt.scope == "all"


def kinds(message: object) -> set[str]:
    """The types of all that stands in the texts of a rich message."""
    if isinstance(message, list):
        return {kind for one in message for kind in kinds(one)}
    if isinstance(message, dict):
        return {str(message.get("type"))} | kinds(list(message.values()))
    return set()


@pytest.mark.parametrize("skips", [True, False], ids=["as-sent", "with-detection"])
async def test_nothing_that_a_feed_wrote_can_be_pressed(skips: bool) -> None:
    async with served.opened() as at:
        html = "<p>Mail @mayor or /start</p>"

        await at.raw("sendRichMessage", chat_id=at.ann.id, rich_message={"html": html, "skip_entity_detection": skips})
        await attempt(at)

        given, sent = (kinds(one.rich["blocks"]) for one in at.world.transcript(at.ann.id)[-2:])
        assert ({"mention", "bot_command"} <= given) is not skips
        assert not {"mention", "bot_command"} & sent


async def test_an_edit_keeps_the_form_and_what_is_shown_already_is_done() -> None:
    async with served.opened() as at:
        sent = await attempt(at)
        assert isinstance(sent, Sent)

        changed = await editor(at)(ChatId(at.ann.id), sent.message_id, digest(footer="Updated 14:05"))
        again = await editor(at)(ChatId(at.ann.id), sent.message_id, digest(footer="Updated 14:05"))

        message = at.world.transcript(at.ann.id)[-1]
        assert (changed, again) == (sent, sent)
        assert message.rich["blocks"][-1] == {"type": "footer", "text": "Updated 14:05"}
        assert calls(at)[-2:] == ["editMessageText", "editMessageText"]


async def test_an_edit_that_is_refused_falls_back_once_to_the_usual_form() -> None:
    async with served.opened() as at:
        sent = await attempt(at)
        assert isinstance(sent, Sent)
        at.world.fail("answer", method="editMessageText", code=400, description="Bad Request: RICH_MESSAGE_INVALID")

        changed = await editor(at)(ChatId(at.ann.id), sent.message_id, digest(footer="Updated 14:05"))
        at.world.heal()
        gone = await editor(at)(ChatId(at.ann.id), 9_999, digest())

        message = at.world.transcript(at.ann.id)[-1]
        assert changed == sent
        assert (message.rich, message.text.endswith("Updated 14:05")) == ({}, True)
        assert isinstance(gone, Refused)
