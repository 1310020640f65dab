"""Search: both databases find the same, in the same order, and only what is stored."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from sqlalchemy import text, update

from bot.errors import StorageError, UserError
from bot.language import words
from bot.model import ArticleId, TopicId
from bot.stages import indexed, query
from bot.storage import articles, asked, chats, places, search, tables
from bot.storage.articles import Publication
from bot.storage.database import Database
from bot.storage.search import Filed, Wish
from tests.stages.test_query import typed
from tests.storage import make

LANGUAGES = ("en", "ru", "uz")
HARBOUR = ("harbour", "crane", "mill", "bridge", "river", "road", "school", "bakery", "tram", "park")


async def publish(database: Database, *news: Publication) -> None:
    async with database.write() as connection:
        await articles.publish(connection, news, arrived_at=make.NOON)


async def found(database: Database, line: str, *, best: bool = False, most: int = 50, **wish: Any) -> list[str]:
    """The articles found for what is typed, in order."""
    async with database.read() as connection:
        asked_for = Wish(terms=query.terms(query.parse(line), LANGUAGES), **wish)
        return [hit.article_id for hit in await search.found(connection, asked_for, most=most, best=best)]


def told(name: str, text: str = "", *, hours: float = 0, title: str = "", **given: Any) -> Publication:
    """An article of that text, published so many hours after noon."""
    made = make.publication(name, text=text, published_at=make.NOON + make.hours(hours), **given)
    return replace(made, article=replace(made.article, title=title))


async def test_all_words_must_be_there_in_whatever_form(database: Database) -> None:
    await publish(
        database,
        told("a", "Мосты через реку достроили.", language="ru"),
        told("b", "Мост закрыли.", hours=1, language="ru"),
        told("c", "Bridges and mills.", hours=2),
    )

    assert await found(database, "мостом") == ["b", "a"]
    assert await found(database, "река моста") == ["a"]
    assert await found(database, "bridge") == ["c"]
    assert await found(database, "мост bridge") == []
    assert await found(database, "трамвай") == []


async def test_words_of_the_title_are_found_and_no_phrase_goes_on_from_it(database: Database) -> None:
    await publish(database, told("a", "Bridge opened.", title="Harbour crane"))

    assert await found(database, "harbour bridge") == ["a"]
    assert await found(database, '"harbour crane"') == ["a"]
    assert await found(database, '"crane bridge"') == []


async def test_quoted_words_stand_in_a_row_and_words_with_a_minus_nowhere(database: Database) -> None:
    await publish(
        database, told("a", "A tram passed the new bridge."), told("b", "The bridge is new. A tram.", hours=1)
    )

    assert await found(database, '"new bridge"') == ["a"]
    assert await found(database, "bridge tram") == ["b", "a"]
    assert await found(database, 'tram -"new bridge"') == ["b"]
    assert await found(database, "tram -bridges") == []


async def test_one_key_finds_all_scripts_of_uzbek(database: Database) -> None:
    await publish(
        database,
        told("a", "Тошкентда кўприк очилди.", language="uz-Cyrl"),
        told("b", "Toshkentda koʻprik ochildi.", language="uz-Latn", hours=1),
    )

    for word in ("кўприк", "ko'prik", "ko‘prik", "köprik"):
        assert await found(database, word) == ["b", "a"]


async def test_signs_of_the_databases_are_plain_text(database: Database) -> None:
    await publish(database, told("a", "Near and far, harbour or not: crane* ^mill"), told("b", "A harbour.", hours=1))

    assert await found(database, "harbour NOT crane") == ["a"]
    assert await found(database, "NEAR( harbour crane)") == ["a"]
    assert await found(database, "har*") == []
    assert await found(database, 'words:harbour ^harbour "') == []
    assert await found(database, "^harbour & !crane | ' \\ :A <-> :*") == ["a"]


async def test_topics_sources_and_days_narrow_a_search(database: Database) -> None:
    harbour = [told(name, "A harbour.", hours=24 * day) for day, name in enumerate("abc")]
    harbour[1] = replace(harbour[1], article=replace(harbour[1].article, source="Silk Road"))
    harbour[2] = replace(harbour[2], topics=())
    await publish(database, *harbour)

    assert await found(database, "harbour", topics=(TopicId("economy"), TopicId("sport"))) == ["b", "a"]
    assert await found(database, "harbour", topics=(TopicId("sport"),)) == []
    assert await found(database, "harbour", sources=("Silk Road",)) == ["b"]
    assert await found(database, "harbour", since_at=make.NOON + make.hours(24)) == ["c", "b"]
    assert await found(database, "harbour", until_at=make.NOON + make.hours(24)) == ["a"]
    assert await found(database, "source:x", sources=("example.org",)) == ["c", "a"]


async def test_a_story_is_found_once_at_its_newest_article(database: Database) -> None:
    await publish(
        database,
        told("a", "A harbour."),
        told("b", "The harbour again.", story="a", hours=2),
        told("c", "Another harbour.", hours=1),
    )

    assert await found(database, "harbour") == ["b", "c"]


async def test_the_best_are_those_that_are_about_it(database: Database) -> None:
    await publish(
        database,
        told("title", "Open.", title="Harbour"),
        told("often", "A harbour, the harbour, that harbour.", hours=1),
        told("once", "Far away there is a harbour.", hours=2),
    )

    assert await found(database, "harbour") == ["once", "often", "title"]
    assert await found(database, "harbour", best=True) == ["title", "often", "once"]
    assert await found(database, "harbour -open", best=True) == ["often", "once"]


async def test_a_changed_article_is_found_by_its_new_words_only(database: Database) -> None:
    await publish(database, told("a", "A harbour."), told("b", "A mill.", hours=1))
    await publish(database, told("a", "A bakery.", hours=5))

    assert await found(database, "harbour") == []
    assert await found(database, "bakery") == ["a"]
    assert await _rows(database) == 2


async def test_a_forgotten_article_is_found_no_more(database: Database) -> None:
    await publish(database, told("a", "A harbour."), told("b", "A harbour.", hours=1))

    async with database.write() as connection:
        await search.forget(connection, [ArticleId("a"), ArticleId("nowhere")])

    assert await found(database, "harbour") == ["b"]
    assert await _rows(database) == 1


async def test_what_is_rolled_back_was_never_filed(database: Database) -> None:
    async def publish_and_fail() -> None:
        async with database.write() as connection:
            await articles.publish(connection, [told("a", "A harbour.")], arrived_at=make.NOON)
            raise LookupError

    with pytest.raises(LookupError):
        await publish_and_fail()

    assert await _rows(database) == 0


async def test_articles_from_before_the_index_are_filed_step_by_step(database: Database) -> None:
    # given three articles that are not in the index, one of which was taken down, and one that came later
    await publish(database, *(told(name, "A harbour.", hours=at) for at, name in enumerate("abc")))
    async with database.write() as connection:
        await search.forget(connection, [ArticleId(name) for name in "abc"])
        await connection.execute(update(tables.counter).where(tables.counter.c.name == search.UNFILED).values(value=3))
        row = {"article_id": "b", "url": "u", "hidden_at": make.NOON}
        await connection.execute(tables.hidden.insert(), row)
    await publish(database, told("d", "A harbour.", hours=3))
    assert await found(database, "harbour") == ["d"]

    # when two are filed at a time
    steps = []
    while await _step(database):
        steps.append(await found(database, "harbour"))

    # then the newest are found first, and the one that was taken down never
    assert steps == [["d", "c"], ["d", "c", "a"]]


async def test_an_old_article_that_changes_while_it_is_filed_is_found_by_its_new_words(database: Database) -> None:
    # given an article that is not in the index, read to be filed
    await publish(database, told("a", "A harbour."))
    async with database.write() as connection:
        await search.forget(connection, [ArticleId("a")])
        await connection.execute(update(tables.counter).where(tables.counter.c.name == search.UNFILED).values(value=1))
    async with database.read() as connection:
        read = await articles.many(connection, [ArticleId("a")])

    # when it is corrected before it is filed
    await publish(database, told("a", "A bakery."))
    async with database.write() as connection:
        filed = [Filed(article=one, topics=(), line=indexed.line(one)) for one in read]
        await search.catch_up(connection, filed, up_to=1, down_to=0)

    # then the correction holds
    assert await found(database, "harbour") == []
    assert await found(database, "bakery") == ["a"]
    assert await _rows(database) == 1


async def test_names_of_sources_and_languages_are_known(database: Database) -> None:
    await publish(database, told("a", language="uz-Cyrl"), told("b", language="uz-Latn"), told("c", language="ru"))

    async with database.read() as connection:
        assert await search.source_names(connection) == ("example.org",)
        assert await search.busy_sources(connection) == ("example.org",)
        assert await search.languages(connection) == ("ru", "uz")


async def test_the_same_is_found_as_by_looking_at_every_text(database: Database) -> None:
    # given 400 texts over two years
    draw = Random(5)
    texts = {f"{number:04}": draw.choices(HARBOUR, k=draw.randint(1, 8)) for number in range(400)}
    late = {name: draw.random() * 17_000 for name in texts}
    await publish(database, *(told(name, " ".join(words), hours=late[name]) for name, words in texts.items()))

    # when words are looked for, with and without a limit of time
    for line, is_there in QUERIES.items():
        for days in (None, 30, 300):
            since_at = None if days is None else make.NOON + timedelta(days=days)
            seen = await found(database, line, most=1_000, since_at=since_at)
            few = await found(database, line, most=3, since_at=since_at)
            best = await found(database, line, most=1_000, since_at=since_at, best=True)

            # then exactly those that have them are found, the newest first
            wanted = [name for name, words in texts.items() if is_there(words) and late[name] >= 24 * (days or 0)]
            assert seen == sorted(wanted, key=lambda name: -late[name])
            assert few == seen[:3]
            assert sorted(best) == sorted(seen)


QUERIES: dict[str, Callable[[list[str]], bool]] = {
    "harbour": lambda words: "harbour" in words,
    "mill road": lambda words: "mill" in words and "road" in words,
    "river -park -tram": lambda words: "river" in words and not {"park", "tram"} & {*words},
    '"school bakery"': lambda words: ("school", "bakery") in pairwise(words),
    "crane cinema": lambda words: False,
}


PIECES = {
    "a": ("ru", "Новый мост: covid-19 и 10 000 сумов."),
    "b": ("en", "Covid-19 x: 10 000 visitors, and a b near the bridge."),
    "c": ("uz-Latn", "O‘zbek mosti, 10 000 so‘m."),
    "d": ("en", "Economy since 2026, until 31 or 10."),
}


@pytest.fixture
async def pieces(database: Database) -> Database:
    """Articles with words of what is typed."""
    await publish(database, *(told(name, said, language=language) for name, (language, said) in PIECES.items()))
    return database


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(typed)
@example("мост -x")
@example('"covid-19')
@example('"10 000" -AND')
@example("NEAR( topic:economy")
async def test_whatever_is_typed_finds_what_has_all_its_words_and_nothing_else(pieces: Database, line: str) -> None:
    try:
        parsed = query.parse(line)
    except UserError:  # said in tests/stages/test_query.py
        return
    wanted = {name for name, (language, said) in PIECES.items() if _has(parsed, language, said)}
    for best in (False, True):
        assert set(await found(pieces, line, best=best)) == wanted


def _has(parsed: query.Query, language: str, said: str) -> bool:
    """Whether all that is asked for in that language stands in a text, and nothing that must not."""
    stems = words.stems(said, language)

    def stands(run: query.Run) -> bool:
        return any(stems[at : at + len(run)] == run for at in range(len(stems)))

    asked_for = query.terms(parsed, (language,))
    return any(all(map(stands, one.wanted)) and not any(map(stands, one.without)) for one in asked_for)


def test_the_pieces_would_show_a_query_that_finds_too_much_or_too_little() -> None:
    asked_for = {line: query.parse(line) for line in ("новый -x", "covid-19", '"10 000"', "topic:economy", "трамвай")}

    has = {line: "".join(name for name in PIECES if _has(one, *PIECES[name])) for line, one in asked_for.items()}
    assert has == {"новый -x": "a", "covid-19": "ab", '"10 000"': "abc", "topic:economy": "abcd", "трамвай": ""}


async def test_what_stands_for_itself_when_it_is_not_quoted_would_break_it(kind: str, database: Database) -> None:
    # given what somebody typed, as it is, in the place of a quoted word
    await publish(database, told("a", "A harbour."))
    said = "NEAR(" if kind == "sqlite" else "& ("

    async def asked_as_it_is() -> None:
        async with database.read() as connection:
            await places.newest(connection, said, low=0, high=1 << 62, most=1)

    # when it is looked for, the database refuses
    with pytest.raises(StorageError):
        await asked_as_it_is()


async def test_a_search_is_remembered_for_its_chat_until_it_has_asked_for_fifty_others(database: Database) -> None:
    async with database.write() as connection:
        await chats.save(connection, make.chat())
        names = [
            await asked.keep(connection, make.READER, f"мост {at}", now_at=make.NOON + timedelta(seconds=at))
            for at in range(asked.KEPT + 1)
        ]

        assert await asked.get(connection, make.READER, names[0]) is None
        assert await asked.get(connection, make.READER, names[1]) == "мост 1"
        assert await asked.get(connection, make.GROUP, names[1]) is None
        assert await asked.keep(connection, make.READER, "мост 7", now_at=make.NOON) == names[7]


async def _rows(database: Database) -> int:
    async with database.read() as connection:
        return int((await connection.execute(text("SELECT count(*) FROM search"))).scalar_one())


async def _step(database: Database) -> bool:
    async with database.write() as connection:
        up_to = await search.unfiled(connection)
        if not up_to:
            return False
        waiting, down_to = await search.numbered(connection, up_to=up_to, most=2)
        topics = await search.topics(connection, waiting)
        told_ = await articles.many(connection, tuple(waiting))
        filed = [Filed(article=one, topics=topics[one.id], line=indexed.line(one)) for one in told_]
        await search.catch_up(connection, filed, up_to=up_to, down_to=down_to)
        return True
