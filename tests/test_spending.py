"""How much anybody may ask: the buckets themselves, and a flood through the local Telegram (security.md, T17)."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import spending
from bot.model import ChatId
from bot.sandbox.state import User
from bot.spending import Question, Rate, Rates, Spending, Verdict
from bot.storage import dialect, tables
from bot.storage.database import Database
from bot.storage.spent import Account
from tests import databases, running
from tests.running import KEY, WAIT_S, Talk

database = databases.database
database_url = databases.database_url
kind = databases.kind
postgres_server = databases.postgres_server
postgres_template = databases.postgres_template
sqlite_template = databases.sqlite_template

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
ANN, BOB, CLUB = 5, 6, ChatId(-40)
SMALL = Rate(burst=3, per_s=0.5)
NO_REFILL = Rates(person=Rate(burst=3, per_s=0), group=Rate(burst=5, per_s=0))


def at(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def asked(seconds: float, *, rate: Rate = SMALL) -> Question:
    return Question(payers=((ANN, rate),), now_at=at(seconds))


def test_so_many_at_once_are_answered_then_as_many_as_flow_off_and_one_word_a_minute() -> None:
    verdicts, _ = spending.settled({}, [asked(0)] * 5 + [asked(2), asked(2), asked(61), asked(62)])

    assert [one.name for one in verdicts] == [
        *("ANSWER", "ANSWER", "ANSWER", "TELL", "PASS"),
        *("ANSWER", "PASS"),
        *("ANSWER", "ANSWER"),
    ]


@given(
    times=st.lists(st.floats(0, 100), max_size=60).map(sorted),
    burst=st.integers(1, 20),
    per_s=st.floats(0, 5),
)
def test_in_no_stretch_of_time_is_more_answered_than_fits_and_flows_off(
    times: list[float], burst: int, per_s: float
) -> None:
    rate = Rate(burst=burst, per_s=per_s)

    verdicts, accounts = spending.settled({}, [asked(one, rate=rate) for one in times])

    answered = [one for one, verdict in zip(times, verdicts, strict=True) if verdict is Verdict.ANSWER]
    for first, start in enumerate(answered):
        for last, end in enumerate(answered[first:], start=1):
            assert last <= burst + (end - start) * per_s + 1e-3
    assert len([one for one in verdicts if one is Verdict.TELL]) <= 2
    assert all(0 <= one.level <= burst for one in accounts)


@given(before=st.floats(0, 3), back_s=st.floats(7, 1e6))
def test_a_clock_that_was_set_back_holds_nobody_up(before: float, back_s: float) -> None:
    full = Account(payer=ANN, level=before, at=at(back_s), told_at=dialect.EPOCH)

    verdicts, _ = spending.settled({ANN: full}, [asked(0)])

    assert verdicts == (Verdict.ANSWER,)


def test_a_refusal_costs_the_group_nothing() -> None:
    person, group = Rate(burst=2, per_s=0), Rate(burst=4, per_s=0)
    flood = [Question(payers=((ANN, person), (CLUB, group)), now_at=NOON)] * 100
    other = [Question(payers=((BOB, person), (CLUB, group)), now_at=NOON)] * 2

    verdicts, _ = spending.settled({}, [*flood, *other])

    assert [one is Verdict.ANSWER for one in verdicts] == [True] * 2 + [False] * 98 + [True] * 2


async def test_a_bucket_is_one_for_all_processes_and_stays_full_after_a_restart(database: Database) -> None:
    first, second = (Spending(database, key=KEY, rates=NO_REFILL) for _ in range(2))

    verdicts = [await one.verdict(ANN, ChatId(ANN), now_at=NOON) for one in (first, second, first, second)]

    assert [one.name for one in verdicts] == ["ANSWER", "ANSWER", "ANSWER", "TELL"]


async def test_what_is_asked_at_once_is_counted_one_by_one_and_written_down_together(database: Database) -> None:
    one = Spending(database, key=KEY, rates=NO_REFILL)

    verdicts = await asyncio.gather(
        *(one.verdict(ANN, ChatId(ANN), now_at=NOON) for _ in range(10)),
        *(one.verdict(user, ChatId(user), now_at=NOON) for user in range(100, 150)),
    )

    assert verdicts[:10].count(Verdict.ANSWER) == 3
    assert verdicts[:10].count(Verdict.TELL) == 1
    assert set(verdicts[10:]) == {Verdict.ANSWER}


async def test_who_was_refused_is_passed_over_without_a_question_until_there_is_room_again(database: Database) -> None:
    one = Spending(database, key=KEY, rates=Rates(person=SMALL))
    for seconds in (0, 0, 0, 0.5):
        assert not one.is_shut(ANN, now_at=at(seconds))
        await one.verdict(ANN, ChatId(ANN), now_at=at(seconds))

    shut = [one.is_shut(ANN, now_at=at(seconds)) for seconds in (-9, 0.5, 1.9, 2.0)]

    assert shut == [False, True, True, False]
    assert await one.verdict(ANN, ChatId(ANN), now_at=at(2.0)) is Verdict.ANSWER
    assert not one.is_shut(BOB, now_at=at(1))


async def test_a_full_group_shuts_nobody_out_of_other_chats(database: Database) -> None:
    one = Spending(database, key=KEY, rates=Rates(person=SMALL, group=Rate(burst=1, per_s=0)))

    verdicts = [
        await one.verdict(user, chat, now_at=NOON) for user, chat in ((BOB, CLUB), (ANN, CLUB), (ANN, ChatId(ANN)))
    ]

    assert [each.name for each in verdicts] == ["ANSWER", "TELL", "ANSWER"]
    assert not one.is_shut(ANN, now_at=NOON)


async def test_whoever_gives_up_waiting_stops_nobody(database: Database) -> None:
    one = Spending(database, key=KEY, rates=NO_REFILL)
    async with asyncio.timeout(WAIT_S), asyncio.TaskGroup() as group:
        tasks = [group.create_task(one.verdict(user, ChatId(user), now_at=NOON)) for user in range(1, 20)]
        await asyncio.sleep(0)
        for task in tasks[:3]:
            task.cancel()

    assert {task.result() for task in tasks[3:]} == {Verdict.ANSWER}


async def test_rows_name_nobody_and_go_when_they_are_empty(database: Database) -> None:
    one = Spending(database, key=KEY, rates=NO_REFILL)
    await one.verdict(ANN, CLUB, now_at=NOON)
    async with database.read() as connection:
        rows = (await connection.execute(tables.spent.select())).all()

    assert len(rows) == 2
    assert {row.user_id for row in rows}.isdisjoint({ANN, CLUB, -CLUB})
    assert await spending.tidy(database, now_at=NOON) == 0
    assert await spending.tidy(database, now_at=NOON + timedelta(hours=2)) == 2


COMMANDS = 1_000


async def flooded(talk: Talk, others: list[User]) -> tuple[int, int]:
    """How often Ann is answered who sends a thousand commands at once, and how often those are who ask once each
    behind her."""
    for number in range(COMMANDS):
        talk.local.say(talk.chat_id, talk.user.id, "/help" if number % 2 else "/start")
    for one in others:
        talk.local.start(one.id)
    done = COMMANDS + len(others)
    assert await talk.local.until(lambda: talk.listener.done >= done, timeout_s=20 * WAIT_S)
    answered = [sum(one.by_bot for one in talk.local.transcript(other.id)) for other in others]
    return len(talk.messages()), sum(answered)


@pytest.mark.parametrize("is_limited", [True, False], ids=["limited", "without a limit"])
async def test_of_a_thousand_commands_of_one_person_twenty_are_answered_and_others_are(
    tmp_path: Path, *, is_limited: bool
) -> None:
    # Nothing flows off, however long the machine takes: what does in ten seconds is counted in.
    rates = replace(spending.RATES, person=Rate(burst=spending.RATES.person.burst + 5, per_s=0))
    async with running.talk(tmp_path, rates=rates if is_limited else None) as talk:
        others = [talk.local.add_user(f"Reader {number}") for number in range(5)]

        answers, of_others = await flooded(talk, others)

        assert answers == (20 if is_limited else COMMANDS)
        assert of_others == len(others)


def test_ten_seconds_of_flooding_get_twenty_answers_at_most() -> None:
    person = spending.RATES.person

    verdicts, _ = spending.settled({}, [asked(number / 100, rate=person) for number in range(COMMANDS)])

    assert len([one for one in verdicts if one is not Verdict.PASS]) <= 20


@pytest.mark.parametrize("is_limited", [True, False], ids=["limited", "without a limit"])
async def test_buttons_count_too_and_what_is_refused_changes_nothing(tmp_path: Path, *, is_limited: bool) -> None:
    rates = Rates(person=Rate(burst=4, per_s=0))
    async with running.talk(tmp_path, rates=rates if is_limited else None) as talk:
        await talk.say("/topics")
        data = [talk.data(name) for name in ("Economy", "Culture", "Sport", "Politics", "Society")]

        for each in data:
            async with talk.handled():
                query = talk.local.press_data(talk.chat_id, talk.last.id, talk.user.id, each)
            data[data.index(each)] = getattr(talk.local.queries[query].answer, "text", "nothing")

        assert ("at once" in data[3], data[4] == "nothing") == (is_limited, is_limited)
        assert len([label for label in talk.labels() if "✅" in label]) == (3 if is_limited else 5)


async def test_in_a_group_a_flood_is_passed_over_in_silence_and_the_others_are_answered(tmp_path: Path) -> None:
    async with running.talk(tmp_path, rates=Rates(person=Rate(burst=2, per_s=0))) as talk:
        pest, guest = talk.local.add_user("Pest"), talk.local.add_user("Guest")
        club = talk.local.add_group("Club", members=(pest, guest))
        as_pest, as_guest = talk.elsewhere(club.id, pest), talk.elsewhere(club.id, guest)

        for _ in range(8):
            await as_pest.say("/help")
        assert len(as_pest.messages()) == 2
        await as_guest.say("/help")

        assert len(as_guest.messages()) == 3
        assert not [one for one in as_guest.messages() if "at once" in one.text]
