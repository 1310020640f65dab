"""Which summary and which links a reader gets."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta, timezone

from bot.model import Link, StoryId
from bot.stages import compose
from tests import make


def test_a_story_is_told_in_the_first_language_of_the_reader_that_it_has() -> None:
    # given
    bridge = make.story()
    told = (make.summary(language="en", headline="A bridge"), make.summary(language="uz-Cyrl", headline="Кўприк"))
    # when
    found = {
        languages: compose.items([bridge.id], {bridge.id: told}, stories={bridge.id: bridge}, languages=languages)[
            0
        ].headline
        for languages in (("uz", "en"), ("en", "uz"), ("kk", "uz-Cyrl"), ("uz-Latn", "en"), ("kk",), ())
    }
    # then
    assert found == {
        ("uz", "en"): "Кўприк",
        ("en", "uz"): "A bridge",
        ("kk", "uz-Cyrl"): "Кўприк",
        ("uz-Latn", "en"): "A bridge",
        ("kk",): "A bridge",
        (): "A bridge",
    }


def test_a_story_without_a_summary_is_left_out_and_the_others_keep_their_order() -> None:
    # given
    names = [StoryId(name) for name in ("c", "a", "b", "d")]
    stories = {name: make.story(make.article(name)) for name in names}
    summaries = {StoryId(name): (make.summary(name, headline=name),) for name in ("a", "c", "d")}
    # when
    items = compose.items(names, {**summaries, StoryId("b"): ()}, stories=stories, languages=("ru",))
    # then
    assert [item.headline for item in items] == ["c", "a", "d"]


def test_links_are_one_per_source_and_language_in_the_readers_language_first_and_then_oldest_first() -> None:
    # given
    told = make.story(
        make.article("en1", language="en", source="Herald", published="2026-11-20T08:00"),
        make.article("ru2", source="Вестник", published="2026-11-22T08:00"),
        make.article("ru1", source="Вестник", published="2026-11-21T08:00"),
        make.article("ru3", source="Курьер", published="2026-11-21T09:00"),
        make.article("en2", language="en", source="вестник", published="2026-11-19T08:00"),
    )
    # when
    (item,) = compose.items([told.id], {told.id: (make.summary(),)}, stories={told.id: told}, languages=("ru",))
    # then
    assert [(link.name, link.url.rpartition("/")[2]) for link in item.links] == [
        ("Вестник", "ru1"),
        ("Курьер", "ru3"),
        ("вестник (en)", "en2"),
        ("Herald", "en1"),
    ]


def test_a_digest_holds_the_items_between_header_and_footer() -> None:
    items = (make.item("one"), make.item("two"))
    digest = compose.digest(items, header="Monday", footer="/stop")
    assert (digest.header, digest.items, digest.footer) == ("Monday", items, "/stop")


def test_a_story_that_follows_up_another_names_it() -> None:
    # given
    new, other = make.item("Мост закрыт", links=(("Вестник", "https://example.org/new"),)), make.item("Другое")
    new, other = replace(new, story_id=StoryId("new")), replace(other, story_id=StoryId("other"))
    before = make.item("Открыт мост", links=(("Вестник", "https://example.org/old"), ("Курьер", "https://e.org/2")))
    # when
    told = compose.following([new, other], {StoryId("new"): before, StoryId("other"): make.item("Без ссылок")})
    # then
    assert told == (replace(new, earlier=Link(name="Открыт мост", url="https://example.org/old")), other)


def test_a_story_that_nobody_has_told_of_for_two_days_says_its_date() -> None:
    # given stories last told of today, yesterday, the day before that where the reader lives, and last year
    zone = timezone(timedelta(hours=5))
    days = {
        "now": "2026-11-22T08:00",
        "late": "2026-11-20T19:30",
        "old": "2026-11-20T18:30",
        "year": "2025-09-26T08:00",
        "day": "2026-11-20T00:00",  # an hour was not told
    }
    told = {
        StoryId(name): make.story(
            make.article(name, published=at), make.article(f"{name}-first", published="2025-09-25T08:00")
        )
        for name, at in days.items()
    }
    stories = {StoryId(name): replace(story, id=StoryId(name)) for name, story in told.items()}
    items = tuple(replace(make.item(name), story_id=name) for name in stories)

    # when they are dated for that reader
    dated = compose.dated(items, stories, str, today=date(2026, 11, 22), zone=zone)

    # then only the old ones say when that was
    assert [item.date for item in dated] == ["", "", "2026-11-20", "2025-09-26", "2026-11-20"]
    there = compose.dated(items[-1:], stories, str, today=date(2026, 11, 22), zone=timezone(timedelta(hours=-5)))
    assert there[0].date == "2026-11-20"
