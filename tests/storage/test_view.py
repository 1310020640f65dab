"""What a process knows of the stored articles, so that it need not ask for all open ones with each that arrives."""

from __future__ import annotations

from datetime import datetime

from bot.model import ArticleId, StoryId
from bot.storage import articles, grouping
from bot.storage.articles import Publication
from bot.storage.database import Database
from tests.storage import make


async def test_what_is_known_is_not_asked_for_again(database: Database) -> None:
    # given two stories, which somebody has looked at
    await _publish(database, make.publication("a"), make.publication("b"))
    view = grouping.View()
    first = await _unseen(database, view)

    # when they are asked for again, in time a little later
    again = await _unseen(database, view, until_h=49)

    # then they came once; one that knows nothing is told of them again
    assert first == {"a", "b"}
    assert again == set()
    assert await _unseen(database, grouping.View(), until_h=49) == {"a", "b"}


async def test_whatever_another_process_does_is_seen(database: Database) -> None:
    # given
    await _publish(database, make.publication("a"), make.publication("b"))
    view = grouping.View()
    await _unseen(database, view)

    # when somebody else publishes an article, moves one, and fixes one
    await _publish(database, make.publication("c"))
    published = await _unseen(database, view)
    async with database.write() as connection:
        await grouping.move(connection, {ArticleId("b"): StoryId("a")})
    moved = await _unseen(database, view)
    async with database.write() as connection:
        await grouping.move(connection, {}, fixed=[ArticleId("a")])
    fixed = await _unseen(database, view)

    # then each time everything is told again
    assert published == moved == fixed == {"a", "b", "c"}
    assert view.fixed == {"a"}


async def test_what_the_process_did_itself_is_known(database: Database) -> None:
    # given
    await _publish(database, make.publication("a"))
    view = grouping.View()
    await _unseen(database, view)

    # when it publishes an article itself and says so
    await _publish(database, make.publication("b"))
    view.published(1, is_moved=False)

    # then nothing is new, until it is no longer sure
    assert await _unseen(database, view) == set()
    view.forget()
    assert await _unseen(database, view) == {"a", "b"}


async def test_beyond_what_is_known_only_the_rest_is_asked_for(database: Database) -> None:
    # given stories of many days, of which those around noon are known
    days = {"older": -100, "before": -60, "now": 0, "after": 60, "later": 200}
    await _publish(
        database, *(make.publication(name, published_at=make.NOON + make.hours(at)) for name, at in days.items())
    )
    view = grouping.View()
    assert await _unseen(database, view) == {"now"}

    # when the time grows on both sides, and then something else is asked for that is far away
    before = await _unseen(database, view, since_h=-70)
    after = await _unseen(database, view, until_h=70)
    far = await _unseen(database, view, since_h=-110, until_h=-90)
    gap = await _unseen(database, view, since_h=-110, until_h=0)

    # then it is the rest each time, and what lies far away is never taken for known
    assert (before, after, far, gap) == ({"before"}, {"after"}, {"older"}, {"older"})


async def test_what_was_forgotten_is_asked_for_again(database: Database) -> None:
    # given
    await _publish(database, make.publication("old", published_at=make.NOON - make.hours(40)), make.publication("new"))
    view = grouping.View()
    assert await _unseen(database, view) == {"old", "new"}

    # when the old story is closed
    view.close(make.NOON - make.hours(20))

    # then it comes again, alone
    assert await _unseen(database, view) == {"old"}


async def test_an_old_article_does_not_make_all_later_news_be_read(database: Database) -> None:
    # given an old story, and one that went on for months after it
    year = make.hours(365 * 24)
    await _publish(database, make.publication("old", published_at=make.NOON - year))
    await _publish(
        database, make.publication("long", published_at=make.NOON - year), make.publication("b", story="long")
    )

    # when those of that time are asked for
    found = await _unseen(database, grouping.View(), since_h=-365 * 24 - 48, until_h=-365 * 24 + 48)

    # then the one that ended long after is left out
    assert found == {"old"}


async def _publish(database: Database, *news: Publication) -> None:
    async with database.write() as connection:
        await articles.publish(connection, news, arrived_at=make.NOON)


async def _unseen(database: Database, view: grouping.View, *, since_h: float = -48, until_h: float = 48) -> set[str]:
    def at(hours: float) -> datetime:
        return make.NOON + make.hours(hours)

    async with database.read() as connection:
        told = grouping.Stretch(since_at=at(since_h), until_at=at(until_h))
        return {str(one.article_id) for one in await grouping.unseen(connection, view, told)}
