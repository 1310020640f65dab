"""A wrong grouping is mended for good, beside a running bot too; nothing is sent twice for it."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Callable, Collection, Coroutine, Iterable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import structlog
from sqlalchemy import delete, update

from bot import app, intake, mending, pipeline, settings
from bot.config import Config
from bot.errors import UserError
from bot.model import ArticleId, ChatId, ChatKind, Entry, Story, StoryId
from bot.stages import clean, due, regroup
from bot.stages.sketch import Sketch
from bot.storage import grouping, stories, tables
from bot.world import World
from tests import make, running, stories_told
from tests.fakes import UNLIMITED, Inbox

EARLY = make.moment("2026-11-22T00:00")
NOW = make.moment("2026-11-22T03:00")  # 08:00 in Tashkent
READER = ChatId(7)


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    await running.have_tables(tmp_path)
    async with app.world(Config(state_dir=tmp_path), now_at=NOW) as opened:
        yield replace(opened, limits=UNLIMITED)


async def grouped(world: World) -> dict[str, set[str]]:
    """The stories that are stored: the addresses of their articles by id; each is named after one of them."""
    async with world.database.read() as connection:
        found = await stories.candidates(connection, limit=10_000)
        told = await stories.load(connection, [one.story_id for one in found])
    assert all(str(name) in {str(article.id) for article in story.articles} for name, story in told.items())
    return {story_id: addresses(story) for story_id, story in told.items()}


def addresses(story: Story) -> set[str]:
    return {article.url for article in story.articles}


def of_story(story: Story) -> frozenset[str]:
    return frozenset(addresses(story))


def later(entry: Entry, *, days: int) -> Entry:
    assert entry.published_at
    return replace(entry, published_at=entry.published_at + timedelta(days=days))


async def partition(world: World) -> set[frozenset[str]]:
    return {frozenset(members) for members in (await grouped(world)).values()}


async def take(world: World, entries: Iterable[Entry]) -> None:
    await intake.take(world, entries, now_at=NOW)


def of(entries: Iterable[Entry]) -> frozenset[str]:
    return frozenset(entry.url for entry in entries)


ONE = stories_told.event(1, start_at=EARLY)
OTHER = stories_told.event(2, start_at=EARLY)


async def test_the_articles_of_an_hour_may_arrive_in_any_order(tmp_path: Path) -> None:
    # given
    told = stories_told.reports(60, start_at=EARLY, hours=3)
    found = []

    # when they come a few at a time, in another order within each hour, and the bot is restarted now and then
    for seed in range(3):
        await running.have_tables(tmp_path / str(seed))
        async with app.world(Config(state_dir=tmp_path / str(seed)), now_at=NOW) as world:
            now, shuffle = world, random.Random(seed)
            waiting = sorted(told, key=lambda one: (str(one.published_at)[:13], shuffle.random()))
            while waiting:
                some, waiting = waiting[: (size := shuffle.randint(1, 12))], waiting[size:]
                is_restarted = shuffle.random() < 0.3
                now = replace(world, open=regroup.Kept(), view=grouping.View()) if is_restarted else now
                await take(now, some)
            found.append(await partition(world))
            await take(world, told)
            assert await partition(world) == found[-1], "running again changes nothing"

    # then the stories are the same
    assert found[0] == found[1] == found[2]
    assert 3 < len(found[0]) < 60


async def test_an_article_that_is_split_off_stays_apart_and_later_ones_follow(world: World) -> None:
    # given a story of three reports
    await take(world, ONE)
    assert await partition(world) == {of(ONE)}

    # when the second is split off, and the hour goes on
    left, new = await mending.split(world, next(iter(await grouped(world))), [ONE[1].url], now_at=NOW)
    late = replace(ONE[1], url="https://late.example/", published_at=ONE[1].published_at)
    await take(world, [late])

    # then it stays apart, and a reprint of it goes where it is
    assert (of_story(left), of_story(new)) == (of([ONE[0], ONE[2]]), of([ONE[1]]))
    assert of([ONE[0], ONE[2]]) <= (await grouped(world))[left.id]
    assert (await grouped(world))[new.id] == of([ONE[1], late])


async def test_without_the_memory_of_it_the_hour_would_be_decided_as_before(world: World) -> None:
    # given the same split, which somebody forgot
    await take(world, ONE)
    await mending.split(world, next(iter(await grouped(world))), [ONE[1].url], now_at=NOW)
    async with world.database.write() as connection:
        await connection.execute(update(tables.article).values(is_fixed=False))

    # when the hour goes on
    await take(world, [replace(OTHER[1], published_at=ONE[1].published_at)])

    # then the reports come together again
    assert of(ONE) in await partition(world)


async def test_stories_that_are_joined_stay_together_and_later_articles_follow(world: World) -> None:
    # given two stories
    await take(world, [*ONE[:2], *OTHER[:2]])
    ids = list(await grouped(world))
    assert len(ids) == 2

    # when they are joined, and both go on
    joined = await mending.join(world, *ids, now_at=NOW)
    await take(world, [ONE[2], OTHER[2]])

    # then all is one story, under the name it says
    assert await grouped(world) == {joined.id: set(of([*ONE, *OTHER]))}


async def test_a_running_bot_notices_that_somebody_mended_beside_it(world: World, tmp_path: Path) -> None:
    # given two stories that a running bot holds in memory
    await take(world, [*ONE[:2], *OTHER[:2]])
    ids = list(await grouped(world))

    # when another process joins them, and splits one article off, and more arrives
    async with app.world(Config(state_dir=tmp_path), now_at=NOW, beside=True) as beside:
        joined = await mending.join(beside, *ids, now_at=NOW)
        await mending.split(beside, joined.id, [OTHER[1].url], now_at=NOW)
    await take(world, [ONE[2]])

    # then the running bot goes on from there
    assert await partition(world) == {of([*ONE, OTHER[0]]), of([OTHER[1]])}


class Meanwhile(regroup.Kept):
    """Lets something happen between reading and storing, once."""

    happens: Callable[[], Coroutine[object, object, object]] | None = None

    def rejoin(
        self, new: Iterable[Sketch], *, fixed: Collection[ArticleId] = (), quiet: Collection[ArticleId] = ()
    ) -> tuple[tuple[Sketch, StoryId], ...]:
        joined = super().rejoin(new, fixed=fixed, quiet=quiet)
        step, self.happens = self.happens, None
        if step:
            asyncio.run(step())
        return joined


async def test_what_was_decided_on_an_older_state_is_decided_again(world: World, tmp_path: Path) -> None:
    # given a story, and a bot that has read it and is about to store another report of it
    await take(world, [*ONE[:2], *OTHER[:1]])
    story_id, other_id = (clean.article_id(entries[0].url) for entries in (ONE, OTHER))
    kept = Meanwhile()

    async def mend() -> None:
        async with app.world(Config(state_dir=tmp_path), now_at=NOW, beside=True) as beside:
            await mending.join(beside, story_id, other_id, now_at=NOW)
            await mending.split(beside, story_id, [ONE[1].url], now_at=NOW)

    # when somebody mends just then
    kept.happens = mend
    with structlog.testing.capture_logs() as logged:
        await take(replace(world, open=kept), [ONE[2]])

    # then the bot decides again, on what is stored now
    assert [one["event"] for one in logged] == ["grouped_again"]
    found = await partition(world)
    assert of([*ONE[:2], *OTHER[:1]]) not in {part & of([*ONE[:2], *OTHER[:1]]) for part in found}
    assert sum(map(len, found)) == 4
    assert len({kept.story_of(clean.article_id(one.url)) for one in (ONE[0], OTHER[0])}) == 1


async def test_what_was_sent_is_not_sent_again_after_mending(world: World) -> None:
    # given a reader who got two stories
    chat = await settings.chat(world, READER, kind=ChatKind.PRIVATE, title="Reader")
    schedule = due.parse(("08:00", "12:00", "18:00"))
    wanted = await settings.subscribe(world, chat, topics=world.topic_ids, now_at=EARLY)
    await settings.save(world, chat, replace(wanted, schedule=schedule), now_at=EARLY)
    await take(world, [*ONE, *OTHER[:2]])
    inbox = Inbox()
    await sent(world, inbox, hours=0)
    assert len(inbox.texts(READER)) == 1

    # when one is split and the rest is joined with the other
    ids = [story_id for story_id, members in (await grouped(world)).items() if ONE[0].url in members]
    left, _ = await mending.split(world, ids[0], [ONE[1].url], now_at=NOW)
    await mending.join(world, left.id, OTHER[0].url, now_at=NOW)
    await sent(world, inbox, hours=4)

    # then nothing comes, also when the stories go on
    assert len(inbox.texts(READER)) == 1
    await take(world, [OTHER[2]])
    await sent(world, inbox, hours=10)
    assert len(inbox.texts(READER)) == 1
    await take(world, stories_told.event(3, start_at=EARLY))
    await sent(world, inbox, hours=24)
    assert len(inbox.texts(READER)) == 2, "what is really new comes"


async def sent(world: World, inbox: Inbox, *, hours: int) -> None:
    await pipeline.publish(world, now_at=NOW + timedelta(hours=hours))
    await pipeline.deliver(world, inbox.send)


async def test_the_article_that_a_story_is_named_after_takes_the_name_with_it(world: World) -> None:
    # given
    await take(world, ONE)
    (story_id,) = await grouped(world)

    # when it is split off
    left, new = await mending.split(world, story_id, [story_id], now_at=NOW)

    # then the others have another name
    assert (str(new.id), of_story(new)) == (story_id, of(ONE[:1]))
    assert addresses(left) == of(ONE[1:])
    assert set(await grouped(world)) == {left.id, new.id}


async def test_a_story_is_shown_with_why_and_with_what_is_told(world: World) -> None:
    # given a story that somebody joined with another
    await take(world, [*ONE[:2], *OTHER[:1]])
    joined = await mending.join(world, ONE[0].url, OTHER[0].url, now_at=NOW)

    # when it is shown by the address of one of its articles
    shown = await mending.show(world, ONE[1].url, now_at=NOW)

    # then it says why each article is there
    assert shown.story == joined
    assert [one.article_id for one in shown.joined] == [article.id for article in joined.articles]
    scores = {article.url: one.score for article, one in zip(joined.articles, shown.joined, strict=True)}
    assert (scores[ONE[1].url] or 0) >= 1
    assert sorted(score is None for score in scores.values()) == [False, False, True]
    assert shown.fixed == {article.id for article in joined.articles}
    assert shown.summaries


@pytest.mark.parametrize("name", ["", "nobody", "https://", "https://nobody.example/", "ftp://x.example/"])
async def test_a_story_that_is_not_there_is_said_so(world: World, name: str) -> None:
    with pytest.raises(UserError, match="no story or article"):
        await mending.show(world, name, now_at=NOW)


async def test_what_cannot_be_mended_is_said_and_changes_nothing(world: World) -> None:
    # given
    await take(world, [*ONE, *OTHER[:1]])
    before = await grouped(world)

    # when, then
    with pytest.raises(UserError, match="not in the story"):
        await mending.split(world, ONE[0].url, [OTHER[0].url], now_at=NOW)
    with pytest.raises(UserError, match="leave at least one"):
        await mending.split(world, ONE[0].url, [one.url for one in ONE], now_at=NOW)
    with pytest.raises(UserError, match="one story already"):
        await mending.join(world, ONE[0].url, ONE[1].url, now_at=NOW)
    assert await grouped(world) == before


async def test_a_follow_up_days_later_names_the_earlier_story(world: World) -> None:
    # given a story, and days later a new one about the same; and one about something else
    days = timedelta(days=6)
    chat = await settings.chat(world, READER, kind=ChatKind.PRIVATE, title="Reader", language="ru")
    await intake.take(world, ONE[:2], now_at=NOW)
    told = [later(ONE[2], days=6), *stories_told.event(8, start_at=NOW + days)[:1]]

    # when that arrives
    await intake.take(world, told, now_at=NOW + days)

    # then the new story is linked to the earlier one, and the other to none
    shown = await mending.show(world, ONE[2].url, now_at=NOW)
    assert [story_id for story_id, _ in shown.earlier] == [StoryId(clean.article_id(ONE[0].url))]
    assert (await mending.show(world, told[1].url, now_at=NOW)).earlier == ()
    digest = await pipeline.latest(world, chat, pipeline.Wish(), now_at=NOW + days)
    earlier = {item.links[0].url: item.earlier for item in digest.items}
    assert digest.earlier == "Ранее"
    assert [one.url for one in earlier.values() if one] == [ONE[0].url]
    assert earlier[told[1].url] is None


async def test_without_terms_to_find_it_by_there_is_no_earlier_story(world: World) -> None:
    # given a story that is stored and whose terms are not
    await intake.take(world, ONE[:2], now_at=NOW)
    async with world.database.write() as connection:
        await connection.execute(delete(tables.story_term))

    # when the follow-up comes
    await intake.take(world, [later(ONE[2], days=6)], now_at=NOW + timedelta(days=6))

    # then nothing names it
    assert (await mending.show(world, ONE[2].url, now_at=NOW)).earlier == ()
