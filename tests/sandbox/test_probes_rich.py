"""Probes: rich messages behave as the documentation says, seen by two independent clients."""

from typing import Any

import pytest

from tests.sandbox import clients
from tests.sandbox.clients import At
from tests.sandbox.test_probes_flood import Time

pytestmark = pytest.mark.parametrize("client", clients.KINDS)
HTML = (
    "<h3>22 November</h3><h4>1. Tom &amp; Ann</h4><ul><li>It is <b>700</b> m long</li><li>Two years</li></ul>"
    "<details><summary>More</summary><ol><li>one</li></ol></details><hr/>"
    '<p><a href="https://example.org/a?x=1&amp;y=2">Herald</a></p><blockquote>Said</blockquote><footer>End</footer>'
)


async def send(at: At, html: str, **more: Any) -> Any:
    return await at.call("sendRichMessage", chat_id=at.ann.id, rich_message={"html": html, **more})


async def refusal(at: At, html: str) -> str:
    return await at.refusal("sendRichMessage", chat_id=at.ann.id, rich_message={"html": html})


async def test_a_rich_message_comes_back_in_blocks(client: str) -> None:
    async with clients.opened(client) as at:
        sent = await send(at, HTML)

        blocks = at.world.transcript(at.ann.id)[-1].rich["blocks"]
        kinds = ["heading", "heading", "list", "details", "divider", "paragraph", "blockquote", "footer"]
        assert [block["type"] for block in blocks] == kinds
        assert sent["rich_message"]["blocks"][1]["text"] == "1. Tom & Ann"
        assert blocks[2]["items"][0]["blocks"][0]["text"] == ["It is ", {"type": "bold", "text": "700"}, " m long"]
        assert blocks[3]["blocks"][0]["items"][0]["label"] == "1."
        assert blocks[5]["text"] == {"type": "url", "text": "Herald", "url": "https://example.org/a?x=1&y=2"}
        assert "text" not in sent
        assert at.world.violations == []


async def test_mentions_and_commands_are_found_unless_the_bot_says_not_to(client: str) -> None:
    async with clients.opened(client) as at:
        await send(at, "<p>By @ann: /start 😀 #news</p>")
        await send(at, "<p>By @ann: /start 😀 #news</p>", skip_entity_detection=True)

        found, left = (one.rich["blocks"][0]["text"] for one in at.world.transcript(at.ann.id)[-2:])
        assert [one["type"] for one in found if isinstance(one, dict)] == ["mention", "bot_command", "hashtag"]
        assert left == "By @ann: /start 😀 #news"


async def test_an_edit_makes_a_text_rich_and_a_rich_message_plain(client: str) -> None:
    async with clients.opened(client) as at:
        place = {"chat_id": at.ann.id, "message_id": (await at.send(text="plain"))["message_id"]}
        rich = await at.call("editMessageText", **place, rich_message={"html": "<h2>rich</h2>"})
        again = await at.refusal("editMessageText", **place, rich_message={"html": "<h2>rich</h2>"})
        plain = await at.call("editMessageText", **place, text="plain")

        assert rich["rich_message"]["blocks"] == [{"type": "heading", "text": "rich", "size": 2}]
        assert "message is not modified" in again
        assert (plain["text"], "rich_message" in plain) == ("plain", False)


@pytest.mark.parametrize(
    ("html", "words"),
    [
        pytest.param("<script>x</script>", 'unsupported start tag "script" at byte offset 0', id="tag"),
        pytest.param("<p>ж 1 < 2</p>", "unescaped character '<' at byte offset 8", id="unescaped"),
        pytest.param("<p><b>x</p>", 'unmatched end tag at byte offset 7, expected "</b>", found "</p>"', id="crossed"),
        pytest.param("<ul><p>x</p></ul>", 'tag "p" can\'t be used inside of tag "ul"', id="place"),
        pytest.param("<p>x", 'can\'t find end tag corresponding to start tag "p" at byte offset 0', id="open"),
        pytest.param("x</p>", "unexpected end tag at byte offset 1", id="not-open"),
        pytest.param("<details><p>x</p></details>", 'tag "details" has no summary', id="no-summary"),
        pytest.param('<p><a href="nowhere">x</a></p>', "rich message URL is invalid: Wrong HTTP URL", id="link"),
        pytest.param("<p> </p>", "rich message must be non-empty", id="blank"),
        pytest.param("<p>" + "x" * 32_769 + "</p>", "rich message is too long", id="long"),
        pytest.param("<p>x</p>" * 501, "rich message has too many blocks", id="blocks"),
        pytest.param("<b>" * 17 + "x" + "</b>" * 17, "rich message is nested too deep", id="deep"),
    ],
)
async def test_what_telegram_would_not_take_is_refused(client: str, html: str, words: str) -> None:
    async with clients.opened(client) as at:
        assert words in await refusal(at, html)
        assert at.texts() == []


async def test_what_is_just_within_the_limits_is_taken(client: str) -> None:
    async with clients.opened(client) as at:
        # Two deep and not 16: aiogram's time doubles with each level.
        for html in ("<p>" + "x" * 32_768 + "</p>", "<p>x</p>" * 500, "<b><i>x</i></b>"):
            await send(at, html)

        assert len(at.texts()) == 3


async def test_exactly_one_of_html_and_markdown_is_sent(client: str) -> None:
    async with clients.opened(client) as at:
        both = {"html": "<p>x</p>", "markdown": "x"}
        for given in (both, {"is_rtl": True}):
            said = await at.refusal("sendRichMessage", chat_id=at.ann.id, rich_message=given)
            assert "exactly one of the fields" in said


async def test_limits_and_faults_hold_for_rich_messages_too(client: str) -> None:
    async with clients.opened(client, Time().world()) as at:
        for _ in range(3):
            await send(at, "<p>x</p>")
        assert at.world.flood is not None
        assert at.world.flood.slowed == 0
        await send(at, "<p>x</p>")
        assert at.world.flood.slowed == 1

        at.world.fail("flood", method="sendRichMessage", seconds=9)
        refused = await at.refused("sendRichMessage", chat_id=at.ann.id, rich_message={"html": "<p>x</p>"})
        assert refused.retry_after == 9
