"""The day on one page: what arrives, what is due, what is sent; time is an argument."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot import app, intake, pipeline, settings
from bot.config import Channel, Config, SourceSection
from bot.model import (
    Chat,
    ChatId,
    ChatKind,
    DeliveryState,
    Entry,
    Gone,
    Later,
    Moved,
    Refused,
    Schedule,
    Subscription,
    TopicId,
    Unknown,
)
from bot.stages import due
from bot.storage import chats, deliveries, stories, subscriptions, tables
from bot.storage.database import Database
from bot.storage.dialect import Connection
from bot.world import World
from tests import make, running, texts
from tests.fakes import UNLIMITED, Inbox

NIGHT = make.moment("2026-11-22T01:00")  # 06:00 in Tashkent
MORNING = make.moment("2026-11-22T03:00")  # 08:00 there
READER = ChatId(7)
TOPICS = ("economy", "industry", "digital", "education", "politics", "society", "culture", "sport", "other")
EVERYTHING = tuple(map(TopicId, TOPICS))


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    await running.have_tables(tmp_path)
    async with app.world(Config(state_dir=tmp_path), now_at=NIGHT) as opened:
        yield replace(opened, limits=UNLIMITED)


async def reader(
    world: World, *, times: str = "08:00", kind: ChatKind = ChatKind.PRIVATE, max_stories: int = 7
) -> tuple[Chat, Subscription]:
    """Somebody in Tashkent who wants everything, in every language, from NIGHT on."""
    chat = await settings.chat(world, READER, kind=kind, title="Reader")
    wanted = replace(
        await settings.subscription(world, chat),
        topics=EVERYTHING,
        schedule=due.parse(tuple(times.split())),
        max_stories=max_stories,
        enabled=True,
    )
    wanted = await settings.save(world, chat, wanted, now_at=NIGHT)
    return chat, wanted


async def states(world: World) -> dict[str, int]:
    async with world.database.read() as connection:
        return {state.value: many for state, many in (await deliveries.counts(connection)).items() if many}


async def test_what_arrives_twice_is_stored_once(world: World) -> None:
    first = await intake.take(world, texts.all_of_them(), now_at=NIGHT)
    second = await intake.take(world, texts.all_of_them(), now_at=MORNING)

    assert (first.new, first.changed, first.known) == (4, 0, 0)
    assert (second.new, second.changed, second.known) == (0, 0, 4)


async def test_the_newest_story_comes_first(world: World) -> None:
    chat = await settings.chat(world, READER, kind=ChatKind.PRIVATE, title="")
    days = {"school-uz": 3, "chess-ru": 1, "bridge-ru": 2}
    for entry in texts.all_of_them():
        name = entry.url.rpartition("/")[2]
        if name in days:
            told_at = make.moment(f"2026-11-{10 + days[name]}T06:00")
            await intake.take(world, [replace(entry, published_at=told_at)], now_at=NIGHT)

    digest = await pipeline.latest(world, chat, pipeline.Wish(), now_at=MORNING)

    urls = [item.links[0].url.rpartition("/")[2] for item in digest.items]
    assert urls == ["school-uz", "bridge-ru", "chess-ru"]


async def test_a_corrected_text_is_a_new_revision_of_the_same_article(world: World) -> None:
    await intake.take(world, [texts.entry("bridge-ru", texts.BRIDGE_RU)], now_at=NIGHT)
    corrected = texts.entry("bridge-ru?utm_source=x#top", texts.BRIDGE_RU.replace("412 млн", "421 млн"))

    taken = await intake.take(world, [corrected], now_at=MORNING)

    assert (taken.new, taken.changed) == (0, 1)
    chat = await settings.chat(world, READER, kind=ChatKind.PRIVATE, title="")
    digest = await pipeline.latest(world, chat, pipeline.Wish(), now_at=MORNING)
    told = " ".join(fact.text for item in digest.items for fact in item.facts)
    assert "421 млн" in told
    assert "412 млн" not in told


async def test_a_bad_entry_is_refused_with_its_reason_and_the_others_go_in(world: World) -> None:
    bad = [
        Entry(url="https://example.org/empty", text=" \n"),
        Entry(url="https://example.org/word", text="Слово"),
        Entry(url="https://example.org/emoji", text="😀😀😀 😀"),
        Entry(url="ftp://example.org/file", text=texts.CHESS_RU),
    ]
    odd = [
        Entry(url="https://example.org/nul", text="\x00" + texts.CHESS_RU.replace(" ", "\x00 ")),
        Entry(url="https://example.org/rtl", text="\u202e" + texts.BRIDGE_RU),
        Entry(url="https://example.org/2099", text=texts.SCHOOL_UZ, published_at=make.moment("2099-01-01T00:00")),
    ]

    taken = await intake.take(world, [*bad, *odd], now_at=NIGHT)

    assert taken.new == 3
    assert [entry.url for entry, reason in taken.refused if reason] == [entry.url for entry in bad]


async def test_an_article_of_five_megabytes_goes_in(world: World) -> None:
    taken = await intake.take(
        world, [texts.entry("long", texts.BRIDGE_RU + "\nСлово за слово. " * 180_000)], now_at=NIGHT
    )

    assert taken.new == 1


async def test_files_of_a_source_are_read_when_they_appear_and_when_they_change(tmp_path: Path) -> None:
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    config = Config(state_dir=tmp_path, sources=(SourceSection(slug="in", path=inbox, name="The Inbox"),))
    async with app.world(config, now_at=NIGHT) as world:
        await app.sync(world, now_at=NIGHT)
        (inbox / "one.txt").write_text(f"date 2026-11-22 https://example.org/one\n{texts.CHESS_RU}", encoding="utf-8")
        assert (await pipeline.collect(world, now_at=NIGHT)).new == 1

        (inbox / "bad.txt").write_text("no date line\n", encoding="utf-8")
        (inbox / "two.txt").write_text(f"date 2026-11-22 https://example.org/two\n{texts.SCHOOL_UZ}", encoding="utf-8")

        again = await pipeline.collect(world, now_at=MORNING)
        assert (again.new, again.known) == (1, 0)
        chat = await settings.chat(world, READER, kind=ChatKind.PRIVATE, title="")
        digest = await pipeline.latest(world, chat, pipeline.Wish(), now_at=MORNING)
        assert {link.name for item in digest.items for link in item.links} == {"The Inbox"}


async def test_a_due_digest_is_sent_once_however_often_we_look(world: World) -> None:
    await reader(world)
    await intake.take(world, texts.all_of_them(), now_at=NIGHT)
    inbox = Inbox()

    assert await pipeline.publish(world, now_at=MORNING - timedelta(seconds=1)) == 0
    assert await pipeline.publish(world, now_at=MORNING) == 1
    for later in (0, 1, 3600):
        await pipeline.publish(world, now_at=MORNING + timedelta(seconds=later))
        await pipeline.deliver(world, inbox.send)

    assert len(inbox.got[READER]) == 1
    assert "Sunday, 22 November" in inbox.texts(READER)[0]
    assert await states(world) == {"sent": 1}


async def test_nothing_new_is_no_message(world: World) -> None:
    await reader(world)
    await intake.take(world, texts.all_of_them(), now_at=NIGHT)
    inbox = Inbox()

    for day in range(3):
        await pipeline.publish(world, now_at=MORNING + timedelta(days=day))
        await pipeline.deliver(world, inbox.send)

    assert len(inbox.got[READER]) == 1


async def test_after_downtime_one_digest_has_everything_since_the_last(world: World) -> None:
    await reader(world, times="08:00 12:00 18:00")
    inbox = Inbox()
    await intake.take(world, [texts.entry("chess-ru", texts.CHESS_RU)], now_at=NIGHT)
    await pipeline.publish(world, now_at=MORNING)
    await pipeline.deliver(world, inbox.send)
    await intake.take(world, [texts.entry("bridge-ru", texts.BRIDGE_RU)], now_at=MORNING + timedelta(hours=1))
    await intake.take(world, [texts.entry("school-uz", texts.SCHOOL_UZ)], now_at=MORNING + timedelta(days=2))

    await pipeline.publish(world, now_at=MORNING + timedelta(days=5, hours=1))
    await pipeline.deliver(world, inbox.send)

    assert len(inbox.got[READER]) == 2
    assert "640" in inbox.texts(READER)[1]
    assert "1 200" in inbox.texts(READER)[1]
    assert "Нодира" not in inbox.texts(READER)[1]


async def test_a_first_digest_covers_a_day(world: World) -> None:
    await reader(world)
    await intake.take(world, [texts.entry("chess-ru", texts.CHESS_RU)], now_at=MORNING - timedelta(hours=25))
    await intake.take(world, [texts.entry("school-uz", texts.SCHOOL_UZ)], now_at=MORNING - timedelta(hours=23))
    inbox = Inbox()

    await pipeline.publish(world, now_at=MORNING)
    await pipeline.deliver(world, inbox.send)

    assert "Nukus" in inbox.texts(READER)[0]
    assert "Нодира" not in inbox.texts(READER)[0]


async def test_a_clock_that_jumps_back_repeats_nothing(world: World) -> None:
    await reader(world, times="every 30 min")
    inbox = Inbox()
    await intake.take(world, texts.all_of_them()[:2], now_at=NIGHT)
    for minutes in (60, 90, 0, 30, 60, 60 * 24, 95):
        await pipeline.publish(world, now_at=NIGHT + timedelta(minutes=minutes))
        await pipeline.deliver(world, inbox.send)
    await intake.take(world, texts.all_of_them()[2:], now_at=NIGHT)
    await pipeline.publish(world, now_at=NIGHT + timedelta(days=1, minutes=30))
    await pipeline.deliver(world, inbox.send)

    assert len(inbox.got[READER]) == 2


async def test_whoever_stops_gets_nothing_that_was_planned_before(world: World) -> None:
    await _planned(world)
    inbox = Inbox()
    async with world.database.read() as connection:
        chat = await chats.get(connection, READER)
    assert chat is not None

    await settings.unsubscribe(world, chat)
    await pipeline.deliver(world, inbox.send)

    assert inbox.attempts == 0
    assert await states(world) == {"failed": 1}


async def test_what_a_reader_changes_while_a_digest_is_planned_wins(world: World) -> None:
    """The plan was made from what the reader wanted a moment ago: it is dropped, and the next tick looks again."""
    chat, wanted = await reader(world)
    await intake.take(world, texts.all_of_them(), now_at=NIGHT)
    later = await settings.save(world, chat, replace(wanted, schedule=due.parse(("09:00",))), now_at=MORNING)

    async with world.database.write() as connection:
        assert await subscriptions.unchanged(connection, [(wanted, chat)]) == frozenset()
        assert await subscriptions.unchanged(connection, [(later, chat)]) == {later.id}
    assert await pipeline.publish(world, now_at=MORNING) == 0
    assert await pipeline.publish(world, now_at=MORNING + timedelta(hours=1)) == 1


async def test_the_promised_next_digest_is_one_that_will_come(world: World) -> None:
    """Eight o'clock of a day that has had its digest does not come again in another zone."""
    chat, wanted = await reader(world)
    await pipeline.publish(world, now_at=MORNING)
    moved = replace(chat, time_zone="America/New_York")

    promised = await settings.save(world, moved, wanted, now_at=MORNING + timedelta(hours=1))

    assert promised.next_due_at == make.moment("2026-11-23T13:00")
    assert await pipeline.publish(world, now_at=make.moment("2026-11-23T13:00")) == 1


async def test_a_digest_that_cannot_be_planned_holds_back_no_other(world: World) -> None:
    _, wanted = await reader(world)
    broken = replace(wanted, schedule=Schedule(), next_due_at=NIGHT)
    other = await settings.chat(world, ChatId(8), kind=ChatKind.PRIVATE, title="Other")
    await settings.subscribe(world, other, topics=EVERYTHING, now_at=NIGHT)
    async with world.database.write() as connection:
        await subscriptions.save(connection, broken)
    await intake.take(world, texts.all_of_them(), now_at=NIGHT)
    inbox = Inbox()

    with pytest.raises(ExceptionGroup, match="1 of 2 digests"):
        await pipeline.publish(world, now_at=MORNING)
    await pipeline.deliver(world, inbox.send)

    assert list(inbox.got) == [other.id]


async def test_at_most_so_many_stories_and_a_line_that_says_there_are_more(world: World) -> None:
    await reader(world, max_stories=2)
    await intake.take(world, texts.all_of_them(), now_at=NIGHT)
    inbox = Inbox()

    await pipeline.publish(world, now_at=MORNING)
    await pipeline.deliver(world, inbox.send)

    assert "2. " in inbox.texts(READER)[0]
    assert "3. " not in inbox.texts(READER)[0]
    assert "1 more story did not fit." in inbox.texts(READER)[0]


async def test_a_chat_gets_only_its_topics_and_languages(world: World) -> None:
    chat, _ = await reader(world)
    await settings.save_chat(world, replace(chat, reads=("ru",)))
    await settings.subscribe(world, chat, topics=(TopicId("sport"),), now_at=NIGHT)
    await intake.take(world, texts.all_of_them(), now_at=NIGHT)
    inbox = Inbox()

    await pipeline.publish(world, now_at=MORNING)
    await pipeline.deliver(world, inbox.send)

    assert "Нодира" in inbox.texts(READER)[0]
    assert "2. " not in inbox.texts(READER)[0]


async def test_a_channel_of_the_configuration_is_kept_as_configured_and_turned_off_when_it_goes(world: World) -> None:
    channel = Channel(chat="@brief", language="ru", times=due.parse(("09:00",)), topics=("sport",))
    chat_id = ChatId(-1001)

    await settings.enrol(world, channel, chat_id=chat_id, title="Brief", now_at=NIGHT)
    first = await _of(world, chat_id)
    await settings.enrol(world, channel, chat_id=chat_id, title="Brief", now_at=MORNING + timedelta(hours=9))
    same = await _of(world, chat_id)
    await settings.disenrol(world, ())
    off = await _of(world, chat_id)

    assert (first.topics, first.enabled, first.origin) == ((TopicId("sport"),), True, "config")
    assert same == first
    assert not off.enabled


async def _of(world: World, chat_id: ChatId) -> Subscription:
    chat = await settings.chat(world, chat_id, kind=ChatKind.CHANNEL, title="")
    return await settings.subscription(world, chat)


async def _planned(world: World, *, kind: ChatKind = ChatKind.PRIVATE) -> None:
    await reader(world, kind=kind)
    await intake.take(world, texts.all_of_them(), now_at=NIGHT)
    await pipeline.publish(world, now_at=MORNING)


async def test_what_was_certainly_not_sent_is_sent_later(world: World) -> None:
    await _planned(world)
    inbox = Inbox([Later(reason="no route to host", after_s=0)])

    await pipeline.deliver(world, inbox.send)

    assert inbox.attempts == 2
    assert await states(world) == {"sent": 1}


async def test_a_wait_that_telegram_asks_for_is_kept(world: World) -> None:
    await _planned(world)
    inbox = Inbox([Later(reason="retry after 600", after_s=600, reached=True)])

    await pipeline.deliver(world, inbox.send)
    await pipeline.deliver(world, inbox.send)

    assert inbox.attempts == 1
    assert await states(world) == {"pending": 1}


async def test_a_chat_that_is_gone_is_paused_and_not_written_to_again(world: World) -> None:
    await _planned(world)
    inbox = Inbox([Gone(reason="Forbidden: bot was blocked by the user")])

    await pipeline.deliver(world, inbox.send)
    await intake.take(world, [texts.entry("new", texts.CHESS_RU + "\nЕщё одна новость.")], now_at=MORNING)
    await pipeline.publish(world, now_at=MORNING + timedelta(days=1))
    await pipeline.deliver(world, inbox.send)

    assert inbox.attempts == 1
    assert await states(world) == {"failed": 1}
    async with world.database.read() as connection:
        chat = await chats.get(connection, READER)
    assert chat is not None
    assert "blocked" in chat.paused


async def test_a_group_that_became_a_supergroup_gets_its_digest_there(world: World) -> None:
    await _planned(world, kind=ChatKind.GROUP)
    moved = ChatId(-1007)
    inbox = Inbox([Moved(chat_id=moved)])

    await pipeline.deliver(world, inbox.send)

    assert len(inbox.got[moved]) == 1
    assert await states(world) == {"sent": 1}


async def test_an_unknown_outcome_is_repeated_once_in_private_and_parked_in_channels(world: World) -> None:
    await _planned(world, kind=ChatKind.CHANNEL)
    inbox = Inbox([Unknown(reason="502")])

    await pipeline.deliver(world, inbox.send)
    assert await pipeline.settle(world) == 1
    await pipeline.deliver(world, inbox.send)

    assert inbox.attempts == 1
    assert await states(world) == {"parked": 1}


class _Counting(Database):
    """The same database, counting what is asked of it."""

    def __init__(self, of: Database) -> None:
        self.__dict__.update(of.__dict__)
        self.reads = 0

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Connection]:
        self.reads += 1
        async with super().read() as connection:
            yield connection


@pytest.mark.parametrize("many", [4, 40])
async def test_chats_that_want_the_same_are_told_it_once(world: World, many: int) -> None:
    """Two wishes, and one chat that has seen all of its wish: two digests are told, however many chats."""
    await intake.take(world, texts.all_of_them(), now_at=NIGHT)
    for number in range(1, many + 1):
        chat = await settings.chat(world, ChatId(number), kind=ChatKind.PRIVATE, title="")
        topics = EVERYTHING if number % 2 else (TopicId("sport"),)
        await settings.subscribe(world, chat, topics=topics, now_at=NIGHT)
    async with world.database.write() as connection:
        found = await stories.candidates(connection, topics=(TopicId("sport"),), limit=9)
        told = await stories.load(connection, [one.story_id for one in found])
        rows = [{"chat_id": 2, "article_id": article.id} for one in told.values() for article in one.articles]
        await connection.execute(tables.seen.insert(), rows)
    counting, inbox = _Counting(world.database), Inbox()

    published = await pipeline.publish(replace(world, database=counting), now_at=MORNING)
    await pipeline.deliver(world, inbox.send)

    assert (published, counting.reads) == (many, 2 + 2 + 1 + 2 * 2)
    assert {len(inbox.got[ChatId(number)]) for number in range(1, many + 1) if number != 2} == {1}
    assert len({str(texts) for texts in inbox.got.values()}) == 2
    assert ChatId(2) not in inbox.got


async def test_what_telegram_will_never_take_is_parked_and_the_next_part_goes_on(world: World) -> None:
    await _planned(world)
    inbox = Inbox([Refused(reason="message is too long")])

    await pipeline.deliver(world, inbox.send)

    assert await states(world) == {DeliveryState.PARKED.value: 1}


@pytest.mark.parametrize("seed", range(3))
async def test_whenever_the_program_stops_every_story_is_sent_once(tmp_path: Path, seed: int) -> None:
    """Steps run in any order and any number of times, with restarts between them: nothing is lost or doubled."""
    draw = random.Random(seed)
    inbox, now_at = Inbox(), NIGHT
    entries = list(texts.all_of_them())
    for round_ in range(12):
        async with app.world(Config(state_dir=tmp_path), now_at=now_at) as world:
            if round_ == 0:
                await reader(world, times="every 60 min")
            for _ in range(draw.randrange(1, 5)):
                step = draw.choice(["take", "publish", "deliver"])
                if step == "take" and entries:
                    await intake.take(world, [entries.pop()], now_at=now_at)
                if step == "publish":
                    await pipeline.publish(world, now_at=now_at)
                if step == "deliver":
                    await pipeline.deliver(replace(world, limits=UNLIMITED), inbox.send)
        now_at += timedelta(minutes=draw.randrange(-20, 120))
    async with app.world(Config(state_dir=tmp_path), now_at=now_at) as world:
        await intake.take(world, entries, now_at=now_at)
        await pipeline.publish(world, now_at=now_at + timedelta(hours=3))
        await pipeline.deliver(replace(world, limits=UNLIMITED), inbox.send)

    everything = "\n".join(inbox.texts(READER))
    assert {name: everything.count(name) for name in ("7,5 очка", "1 200")} == {"7,5 очка": 1, "1 200": 1}
