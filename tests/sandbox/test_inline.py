"""Inline mode: who is asked, what is kept for whom, what becomes of a chosen result, and what an answer may hold."""

from __future__ import annotations

from typing import Any

import pytest

from bot.sandbox.refusal import Impossible
from bot.sandbox.state import InlineAnswer, User
from bot.sandbox.world import World
from tests.sandbox import clients, served
from tests.sandbox.served import Served

KEYBOARD = {"inline_keyboard": [[{"text": "Sources", "callback_data": "where"}]]}
TOO_OLD = "Bad Request: query is too old and response timeout expired or query ID is invalid"
BAD = "Bad Request:"


def article(name: str = "a", **more: Any) -> dict[str, Any]:
    return {
        "type": "article",
        "id": name,
        "title": "A dam holds",
        "input_message_content": {"message_text": f"The dam of {name} holds."},
        **more,
    }


class Clock:
    """Seconds that a test sets."""

    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


def village(*, feedback: bool = False) -> tuple[World, User, User, Clock]:
    clock = Clock()
    world = World(bot_name="Courier", bot_username="courier_bot", clock=clock)
    ann, bob = world.add_user("Ann", language_code="ru"), world.add_user("Bob")
    for user in (ann, bob):
        world.start(user.id)
    world.updates.clear()
    world.set_inline(on=True, feedback=feedback)
    return world, ann, bob, clock


async def updates(world: World, kind: str) -> list[Any]:
    return [one[kind] for one in await world.updates.poll(0, limit=100, timeout_s=0) if kind in one]


def answer_to(world: World, query_id: str) -> InlineAnswer | None:
    return world.inline.queries[query_id].answer


async def told(at: Served, query_id: str, *results: dict[str, Any], **more: Any) -> Any:
    return await at.raw("answerInlineQuery", inline_query_id=query_id, results=list(results), **more)


async def test_the_bot_is_told_who_asks_what_and_where() -> None:
    world, ann, _, _ = village()
    group = world.add_group("Club", members=[ann])

    first = world.ask_inline(ann.id, ann.id, "dam")
    second = world.ask_inline(group.id, ann.id, "", offset="10")

    asked = await updates(world, "inline_query")
    assert [one["id"] for one in asked] == [first, second]
    assert [(one["query"], one["offset"], one["chat_type"]) for one in asked] == [
        ("dam", "", "sender"),
        ("", "10", "group"),
    ]
    assert asked[0]["from"]["language_code"] == "ru"


async def test_a_bot_without_inline_mode_cannot_be_asked() -> None:
    world, ann, _, _ = village()
    async with served.opened(world) as at:
        assert (await at.bot.get_me()).supports_inline_queries
        world.set_inline(on=False)
        assert not (await at.bot.get_me()).supports_inline_queries
        with pytest.raises(Impossible, match="inline mode is off"):
            world.ask_inline(ann.id, ann.id, "dam")


async def test_a_chosen_result_is_posted_in_the_name_of_who_asked() -> None:
    world, ann, _, _ = village(feedback=True)
    async with served.opened(world) as at:
        query = world.ask_inline(ann.id, ann.id, "dam")
        await told(at, query, article("a"), article("b"))

        message = world.choose(query, "b")

        assert (message.text, message.sender, message.by_bot) == ("The dam of b holds.", ann, False)
        (seen,) = await updates(world, "message")
        assert (seen["from"]["id"], seen["via_bot"]["username"]) == (ann.id, "courier_bot")
        (chosen,) = await updates(world, "chosen_inline_result")
        assert (chosen["result_id"], chosen["query"], chosen["from"]["id"]) == ("b", "dam", ann.id)
        assert world.outbox.sent == []


async def test_without_feedback_a_choice_is_not_told_and_what_is_no_result_cannot_be_chosen() -> None:
    world, ann, _, _ = village()
    async with served.opened(world) as at:
        query = world.ask_inline(ann.id, ann.id, "dam")
        await told(at, query, article())
        world.choose(query, "a")
        assert await updates(world, "chosen_inline_result") == []
        with pytest.raises(Impossible, match="no such result"):
            world.choose(query, "z")


async def test_a_message_with_buttons_can_be_pressed_and_changed_by_its_inline_id() -> None:
    world, ann, _, _ = village(feedback=True)
    async with served.opened(world) as at:
        query = world.ask_inline(ann.id, ann.id, "dam")
        await told(at, query, article(reply_markup=KEYBOARD))
        message = world.choose(query, "a")
        world.press(ann.id, message.id, ann.id, 0, 0)

        (pressed,) = await updates(world, "callback_query")
        (chosen,) = await updates(world, "chosen_inline_result")
        assert "message" not in pressed
        assert pressed["inline_message_id"] == chosen["inline_message_id"] == message.inline_id
        edited = await at.raw("editMessageText", inline_message_id=message.inline_id, text="It broke.")
        assert edited["result"] is True
        assert (message.text, message.keyboard) == ("It broke.", ())
        unknown = await at.refused("editMessageText", inline_message_id="nobody", text="x")
        assert unknown == f"{BAD} MESSAGE_ID_INVALID"


@pytest.mark.parametrize(
    ("is_personal", "cache_time", "later_s", "ann_is_served", "bob_is_served"),
    [
        (False, 60, 59, True, True),
        (False, 60, 61, False, False),
        (True, 60, 59, True, False),
        (True, 60, 61, False, False),
        (True, 0, 0, False, False),
        (False, 0, 0, False, False),
    ],
    ids=["all", "all-late", "personal", "personal-late", "personal-uncached", "uncached"],
)
async def test_an_answer_is_kept_for_everybody_unless_it_is_personal(
    is_personal: bool, cache_time: int, later_s: int, ann_is_served: bool, bob_is_served: bool
) -> None:
    world, ann, bob, clock = village()
    async with served.opened(world) as at:
        first = world.ask_inline(ann.id, ann.id, "dam")
        await told(at, first, article("private-to-ann"), is_personal=is_personal, cache_time=cache_time)
        clock.now += later_s

        served_again = [answer_to(world, world.ask_inline(one.id, one.id, "dam")) for one in (ann, bob)]

        assert [one is not None for one in served_again] == [ann_is_served, bob_is_served]
        asked = await updates(world, "inline_query")
        assert len(asked) == 1 + [ann_is_served, bob_is_served].count(False)
        assert answer_to(world, world.ask_inline(bob.id, bob.id, "another")) is None


async def test_an_answer_that_names_no_time_is_kept_five_minutes() -> None:
    world, ann, bob, clock = village()
    async with served.opened(world) as at:
        await told(at, world.ask_inline(ann.id, ann.id, "dam"), article())
        clock.now += 299
        assert answer_to(world, world.ask_inline(bob.id, bob.id, "dam")) is not None
        clock.now += 2
        assert answer_to(world, world.ask_inline(bob.id, bob.id, "dam")) is None


@pytest.mark.parametrize("client", clients.KINDS)
async def test_fifty_results_are_taken_from_both_clients(client: str) -> None:
    world, ann, _, _ = village()
    async with clients.opened(client, world) as at:
        query = world.ask_inline(ann.id, ann.id, "dam")
        results: list[Any] = [article(str(number)) for number in range(50)]
        if client == clients.KINDS[0]:
            raw = {"inline_query_id": query, "results": results}
            assert await at.client._bot.do_api_request("answerinlinequery", api_kwargs=raw) is True  # type: ignore[attr-defined]
        else:
            assert await at.call("answerInlineQuery", inline_query_id=query, results=results) is True
        answer = answer_to(world, query)
        assert answer is not None
        assert len(answer.results) == 50
        assert world.violations == []


REFUSED: dict[str, tuple[list[Any], dict[str, Any], str]] = {
    "51": ([article(str(n)) for n in range(51)], {}, "too many inline query results specified"),
    "twice": ([article(), article()], {}, "RESULT_ID_DUPLICATE"),
    "no-id": ([article("")], {}, "RESULT_ID_EMPTY"),
    "long-id": ([article("ў" * 33)], {}, "RESULT_ID_INVALID"),
    "no-title": ([article(title="")], {}, "ARTICLE_TITLE_EMPTY"),
    "long-text": ([article(input_message_content={"message_text": "x" * 4097})], {}, "message is too long"),
    "no-text": ([article(input_message_content={"message_text": ""})], {}, "message text is empty"),
    "long-data": (
        [article(reply_markup={"inline_keyboard": [[{"text": "x", "callback_data": "x" * 65}]]})],
        {},
        "BUTTON_DATA_INVALID",
    ),
    "offset": ([], {"next_offset": "x" * 65}, "NEXT_OFFSET_INVALID"),
    "parameter": ([], {"button": {"text": "Set up", "start_parameter": "a b"}}, "START_PARAM_INVALID"),
    "long-parameter": ([], {"button": {"text": "Set up", "start_parameter": "a" * 65}}, "START_PARAM_INVALID"),
    "no-picture": (
        [{"type": "photo", "id": "p", "photo_file_id": "x"}],
        {},
        "wrong file identifier/HTTP URL specified",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
async def test_an_answer_beyond_the_limits_is_refused_and_the_query_still_waits(case: str) -> None:
    results, more, description = REFUSED[case]
    world, ann, _, _ = village()
    async with served.opened(world) as at:
        query = world.ask_inline(ann.id, ann.id, "dam")

        refused = await at.refused("answerInlineQuery", inline_query_id=query, results=results, **more)

        assert refused == f"{BAD} {description}"
        assert answer_to(world, query) is None
        assert (await told(at, query, article("ў" * 32)))["ok"]


async def test_a_query_is_answered_once_and_in_time() -> None:
    world, ann, _, clock = village()
    async with served.opened(world) as at:
        query = world.ask_inline(ann.id, ann.id, "dam")
        await told(at, query)
        assert await at.refused("answerInlineQuery", inline_query_id=query, results=[]) == TOO_OLD
        late = world.ask_inline(ann.id, ann.id, "late")
        clock.now += 31
        assert await at.refused("answerInlineQuery", inline_query_id=late, results=[]) == TOO_OLD
        assert await at.refused("answerInlineQuery", inline_query_id="1", results=[]) == TOO_OLD


async def test_in_a_channel_only_who_may_post_there_can_ask() -> None:
    world, ann, bob, _ = village()
    channel = world.add_channel("Facts", admins=[ann], subscribers=[bob])
    world.ask_inline(channel.id, ann.id, "dam")
    with pytest.raises(Impossible, match="administrators"):
        world.ask_inline(channel.id, bob.id, "dam")
    with pytest.raises(Impossible, match="too long"):
        world.ask_inline(ann.id, ann.id, "x" * 257)


async def test_the_page_asks_shows_and_posts() -> None:
    world, ann, bob, _ = village()
    async with served.opened(world) as at:
        path = f"/api/chats/{ann.id}/inline"
        first = world.ask_inline(ann.id, ann.id, "dam")
        button = {"text": "Set up", "start_parameter": "setup"}
        await told(at, first, article(description="Since May"), next_offset="1", button=button)

        status, shown = await at.post(path, {"query": "dam"})

        assert (status, shown["timed_out"], shown["next_offset"], shown["button"]) == (200, False, "1", button)
        assert [(one["id"], one["title"], one["description"]) for one in shown["results"]] == [
            ("a", "A dam holds", "Since May")
        ]
        status, message = await at.post(f"{path}/{shown['query']}/choose", {"result": "a"})
        assert (status, message["text"], message["mine"], message["via"]) == (
            200,
            "The dam of a holds.",
            True,
            "courier_bot",
        )
        theirs = world.ask_inline(bob.id, bob.id, "dam")
        assert (await at.post(f"{path}/{theirs}/choose", {"result": "a"}))[0] == 404
        assert (await at.post(f"{path}/{shown['query']}/choose", {"result": "z"}))[0] == 400
        assert (await at.post(path, {}))[0] == 400
