"""Digests as Telegram takes them: any text in, offsets valid, limits kept, nothing lost."""

from __future__ import annotations

import itertools
import json
import re
from dataclasses import replace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.errors import RefusedEntry
from bot.model import Digest, Entity, EntityKind, Item, Link, Message, RichText
from bot.sandbox import links
from bot.stages import render
from tests import make

BREAKERS = (
    "<b>", "</b>", "&", "&amp;", "😀", "👩‍👩‍👧‍👦", "🇺🇿", "👍🏽", "e\u0301", "a\u0300\u0301\u0302",
    "\u202e", "\u200f", "\u2066", "\ufeff",
    "\n", "\r\n", "\u2028", "\t", " ", "\u00a0", "\u3000", "\x00", "\x1b[31m", "\ud800", "\udfff", "@all", "/stop", "tg://x",
    "{0.__class__}", "\u200d", "م", "ў", "•", "1. ", "·", "\u2060", "\U000e0041", "_*[`", "https://a.example/",
)  # fmt: skip
words = st.sampled_from(BREAKERS) | st.text(max_size=8)
short = st.lists(words, max_size=8).map("".join)
long = st.builds(lambda unit, gap, n: (unit + gap) * n, words, st.sampled_from(("", " ", "\n")), st.integers(300, 5000))
texts = st.one_of(short, short, short, long.map(lambda text: text[:9000]), st.just("x" * 4096), st.just("😀" * 2048))
urls = st.one_of(
    st.just("https://example.org/1"),
    st.sampled_from(
        ("https://example.org/" + "d" * 2028, "http://e.example/?" + "ж" * 2030, 'https://e.example/"' + '"' * 2000)
    ),
    st.sampled_from(
        ("javascript:alert(1)", "tg://resolve?domain=x", "https://good.example@evil.example/", "https://[", "")
    ),
    texts,
    texts.map(lambda text: "https://example.org/" + text),
)
items = st.builds(
    lambda headline, facts, links: make.item(headline, facts=tuple(facts), links=tuple(links)),
    texts,
    st.lists(short, max_size=5) | st.lists(texts, max_size=2),
    st.lists(st.tuples(short, urls), max_size=6),
)
digests = st.builds(
    lambda header, stories, footer: Digest(header=header, items=tuple(stories), footer=footer),
    short,
    st.lists(items, max_size=4),
    short,
)


def cut(text: RichText, entity: Entity) -> str:
    """What an entity covers, as Telegram counts: fails where an offset falls into a surrogate pair."""
    units = text.text.encode("utf-16-le")
    return units[2 * entity.offset : 2 * (entity.offset + entity.length)].decode("utf-16-le")


def assert_telegram_takes(text: RichText) -> None:
    size = len(text.text.encode("utf-16-le")) // 2
    assert 0 < size <= 4096
    assert text.text == text.text.strip()
    assert len(text.entities) <= 100
    assert sum(len(json.dumps(render.entity_dict(each), ensure_ascii=False).encode()) for each in text.entities) <= 9000
    for entity in text.entities:
        assert entity.length > 0
        assert 0 <= entity.offset <= entity.offset + entity.length <= size
        assert (covered := cut(text, entity)) == covered.strip() != ""
        assert bool(entity.url) == (entity.kind is EntityKind.TEXT_LINK)
        assert not entity.url or (entity.url.startswith(("http://", "https://")) and len(entity.url) <= 2048)
    assert list(text.entities) == sorted(text.entities, key=lambda each: (each.offset, -each.length))


def visible(text: str) -> str:
    """What a reader sees, in order: no blanks, nothing invisible; half characters as one sign."""
    seen = re.sub("[\ud800-\udfff]", "\ufffd", text)
    return "".join(mark for mark in seen if mark.isprintable() and not mark.isspace() and mark not in "\u115f\u3164")


def all_text(parts: tuple[Message, ...]) -> str:
    return "".join(visible(part.body.text) for part in parts)


def assert_in_order(whole: str, wanted: list[str]) -> None:
    at = 0
    for text in wanted:
        found = whole.find(text, at)
        assert found >= 0, text
        at = found + len(text)


@settings(deadline=None)
@given(digests)
@example(Digest(header="", items=(), footer=""))
@example(Digest(header="x" * 5000, items=(make.item("y" * 5000),), footer="z" * 5000))
@example(Digest(header="Monday", items=(make.item("😀" * 2046), make.item("b")), footer="/stop"))
def test_any_digest_becomes_messages_that_telegram_takes_and_nothing_visible_is_lost(digest: Digest) -> None:
    # when
    parts = render.messages(digest)
    # then
    assert [part.part for part in parts] == list(range(1, len(parts) + 1))
    for part in parts:
        assert_telegram_takes(part.body)
    said = [(item.headline, *(fact.text for fact in item.facts)) for item in digest.items]
    wanted = [visible(text) for text in (digest.header, *(text for texts in said for text in texts), digest.footer)]
    assert_in_order(all_text(parts), wanted)


@settings(deadline=None)
@given(st.lists(items, min_size=1, max_size=4))
def test_the_bold_span_covers_exactly_the_headline_where_no_fact_has_a_figure(drawn: list[Item]) -> None:
    # given
    stories = tuple(replace(item, headline="H" + item.headline, facts=()) for item in drawn)
    # when
    bold = [
        visible(cut(part.body, entity))
        for part in render.messages(Digest(header="", items=stories))
        for entity in part.body.entities
        if entity.kind is EntityKind.BOLD
    ]
    # then
    assert "".join(bold) == "".join(visible(item.headline) for item in stories)


@settings(deadline=None)
@given(st.lists(st.text("ab 😀\n", min_size=1, max_size=900).filter(str.strip), min_size=2, max_size=30))
def test_a_digest_is_split_between_stories_only_and_the_numbers_go_on(headlines: list[str]) -> None:
    # given
    digest = Digest(header="Monday", items=tuple(make.item(text) for text in headlines), footer="bye")
    # when
    parts = render.messages(digest)
    # then
    stories = [block for part in parts for block in part.body.text.split("\n\n")]
    assert stories[0] == "Monday"
    assert stories[-1] == "bye"
    wanted = [f"{number}. {' '.join(text.split())}" for number, text in enumerate(headlines, start=1)]
    assert stories[1:-1] == wanted
    for before, after in itertools.pairwise(parts):
        first_after = after.body.text.split("\n\n")[0]
        assert render.utf16(f"{before.body.text}\n\n{first_after}") > 4096


@settings(deadline=None)
@given(st.lists(texts, max_size=12))
def test_any_pieces_become_a_text_that_telegram_takes(parts: list[str]) -> None:
    # given
    pieces = [
        render.quote(each, render.bold(" ", each), expandable=at % 2 == 0) if at % 3 else render.link(each, "https://example.org/")
        for at, each in enumerate(parts)
    ]  # fmt: skip
    # when
    bodies = render.bodies("a ", *pieces, " b")
    # then
    for body in bodies:
        assert_telegram_takes(body)
    whole = "".join(visible(body.text) for body in bodies)
    assert whole == visible("a" + "".join(each if not at % 3 else each + each for at, each in enumerate(parts)) + "b")


def test_amounts_are_bold_and_dates_years_and_words_are_not() -> None:
    # given
    fact = (
        "On 26 November 2026 two firms paid $1.8 billion, 12 % more than in 2025, for 78 plants of 40 km and 9 others."
    )
    # when
    (part,) = render.messages(Digest(header="", items=(make.item("", facts=("Sold", fact)),)))
    # then
    bold = [cut(part.body, entity) for entity in part.body.entities if entity.kind is EntityKind.BOLD]
    assert bold == ["Sold", "$1.8 billion", "12 %", "78"]


@pytest.mark.parametrize(
    ("fact", "bold"),
    [
        ("Турнир пройдёт в ноябре 2027 года", []),
        ("Musobaqa 2027-yil noyabrda", []),
        ("Маршрут № 212 протянулся на 18,6 км", ["18,6 км"]),
        ("Line 212 is 18.6 kilometres long", ["18.6 kilometres"]),
        ("По рейсу 735 летели 84 человека", ["84"]),
        ("School No. 14 has 600 places", ["600"]),
        ("Обучали 15 лет, 2027 человек", ["15 лет", "2027 человек"]),
    ],
)
def test_years_and_numbers_of_names_are_no_amounts(fact: str, bold: list[str]) -> None:
    drawn = render.rich(render.fact(fact))

    assert [cut(drawn, one) for one in drawn.entities] == bold


def test_amounts_are_bold_in_the_folded_part_too_unless_that_would_cut_the_digest() -> None:
    # given
    story = make.item("Sold", facts=("one", "two", "It cost $5 million.", "It has 40 rooms."))
    # when
    (small,) = render.messages(Digest(header="", items=(story,) * 10))
    (full,) = render.messages(Digest(header="", items=(story,) * 30))
    # then
    amounts = [cut(small.body, one) for one in small.body.entities if one.kind is EntityKind.BOLD]
    assert amounts == ["Sold", "$5 million", "40"] * 10
    assert {cut(full.body, one) for one in full.body.entities if one.kind is EntityKind.BOLD} == {"Sold"}


def test_a_digest_reads_as_designed() -> None:
    # given
    bridge = make.item(
        "Открыт мост 😀",
        facts=("Он стоил 40 млн.", "Строили два года.", "Длина — 1,2 км.", "Движение начнётся в среду."),
        links=(("Вестник", "https://example.org/1"), ("Курьер", "https://example.org/2")),
    )
    rain = make.item("Rain is near", links=(("Herald", "https://example.org/3"),))
    # when
    (part,) = render.messages(Digest(header="понедельник, 23 ноября", items=(bridge, rain), footer="Ещё: /latest"))
    # then
    assert part.body.text == (
        "понедельник, 23 ноября\n\n"
        "1. Открыт мост 😀\n• Он стоил 40 млн.\n• Строили два года.\n• Длина — 1,2 км.\n• Движение начнётся в среду.\n"
        "Вестник · Курьер\n\n"
        "2. Rain is near\nHerald\n\n"
        "Ещё: /latest"
    )
    assert [(entity.kind.value, cut(part.body, entity), entity.url) for entity in part.body.entities] == [
        ("bold", "понедельник, 23 ноября", ""),
        ("bold", "Открыт мост 😀", ""),
        ("bold", "40 млн", ""),
        ("expandable_blockquote", "• Длина — 1,2 км.\n• Движение начнётся в среду.", ""),
        ("bold", "1,2 км", ""),
        ("text_link", "Вестник", "https://example.org/1"),
        ("text_link", "Курьер", "https://example.org/2"),
        ("bold", "Rain is near", ""),
        ("text_link", "Herald", "https://example.org/3"),
    ]


def test_the_date_of_an_old_story_stands_before_its_sources() -> None:
    links = (("Vestnik", "https://example.org/1"), ("Vaha", "https://example.org/2"))
    old = replace(make.item("The bridge is open", facts=("It is long.",), links=links), date="26 September 2025")

    (message,) = render.messages(Digest(header="Today", items=(old,)))

    assert message.body.text.endswith("\n26 September 2025 · Vestnik · Vaha")
    assert "\n   26 September 2025\n" in render.plain(Digest(header="Today", items=(old,)))


def test_a_story_too_long_for_a_message_is_cut_at_lines_then_words_then_whole_characters() -> None:
    # given
    family = "👩‍👩‍👧‍👦"
    lines = make.item("Long", facts=("a" * 3000, "b" * 3000))
    spoken = make.item("word " * 1500)
    unbroken = make.item(family * 1000)
    flags = make.item("🇺🇿" * 2000)
    # when
    bodies = [[part.body.text for part in render.messages(Digest(header="H", items=(one,)))]
              for one in (lines, spoken, unbroken, flags)]  # fmt: skip
    # then
    assert [text[0] for text in bodies[0]] == ["H", "•"]
    assert all(text.endswith("word") for text in bodies[1])
    assert all(text.startswith(family) for text in bodies[2][1:])
    assert all(len(text) % 2 == 0 for text in bodies[3][1:])
    assert all(len(text) > 1 for text in bodies)


def test_a_story_that_fits_alone_is_not_cut_to_stand_below_the_header() -> None:
    # given
    story = make.item("word " * 810)
    # when
    parts = render.messages(Digest(header="H" * 60, items=(story,), footer="bye"))
    # then
    assert [part.body.text for part in parts] == ["H" * 60, "1. " + ("word " * 810).strip() + "\n\nbye"]


def test_a_hundred_links_and_nine_thousand_bytes_are_the_most_of_one_message() -> None:
    # given
    many = tuple(make.item(f"n{n}", links=((f"s{n}", f"https://example.org/{n}"),)) for n in range(120))
    heavy = tuple(make.item(f"n{n}", links=((f"s{n}", "https://example.org/" + "p" * 795),)) for n in range(20))
    # when
    by_number, by_bytes = (render.messages(Digest(header="", items=one)) for one in (many, heavy))
    # then
    assert [len(part.body.entities) for part in by_number] == [100, 100, 40]
    assert [len(part.body.entities) for part in by_bytes] == [18, 18, 4]


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "tg://resolve?domain=x",
        "ftp://example.org/",
        "//example.org/",
        "https://",
        "https://[bad",
        "https://good.example@evil.example/",
        "https://good.example\\@evil.example/",
        "https://exam ple.org/",
        "https://example.org/\ud800",
        "https://example.org/\n",
        "https://example.org/" + "x" * 2029,
        "",
    ],
)
def test_an_address_that_is_not_safe_to_follow_is_shown_without_a_link(url: str) -> None:
    # given
    good = make.item("Bridge", links=(("Herald", "https://example.org/1"),))
    bad = make.item("Bridge", links=(("Herald", url),))
    # when
    linked, plain = (render.messages(Digest(header="", items=(one,)))[0].body for one in (good, bad))
    # then
    assert linked.text == plain.text == "1. Bridge\nHerald"
    assert [entity.url for entity in linked.entities] == ["", "https://example.org/1"]
    assert [entity.url for entity in plain.entities] == [""]


def test_what_telegram_would_make_pressable_in_a_feed_is_disarmed_unseen_and_the_footer_is_not() -> None:
    # given
    digest = Digest(header="", items=(make.item("Call @all, /stop, TG://x; a@b.example, 24/7, км/ч"),), footer="/stop")
    # when
    (part,) = render.messages(digest)
    # then
    headline, footer = part.body.text.split("\n\n")
    assert headline == "1. Call @\u2060all, /\u2060stop, TG:\u2060//x; a@b.example, 24/7, км/ч"
    assert footer == "/stop"


def test_controls_and_bidi_marks_vanish_and_emoji_joiners_stay() -> None:
    headline = "\u202eO\u200bne\x00 \x1b[1m 👩‍👧\u2066\ttwo\r\nthree\ud800"
    (part,) = render.messages(Digest(header="", items=(make.item(headline),)))
    assert part.body.text == "1. One [1m 👩‍👧 two three\ufffd"


def test_a_story_without_a_headline_is_led_by_its_first_fact_or_its_source_and_an_empty_one_is_not_counted() -> None:
    # given
    stories = (
        make.item(" \n", facts=("A fact.", "Another.")),
        make.item("\u200b", facts=(" ", "\u200d")),
        make.item("", links=(("", "https://www.example.org/x"),)),
    )
    # when
    (part,) = render.messages(Digest(header="", items=stories))
    # then
    assert part.body.text == "1. A fact.\n• Another.\n\n2. www.example.org\nwww.example.org"


def test_rich_text_nests_and_counts_in_utf_16() -> None:
    text = render.rich("😀 ", render.quote("a ", render.bold(" 😀b "), render.code("c")), render.italic("\n"))
    assert text.text == "😀 a  😀b c"
    assert [(entity.kind.value, entity.offset, entity.length) for entity in text.entities] == [
        ("expandable_blockquote", 3, 8),
        ("bold", 6, 3),
        ("code", 10, 1),
    ]
    assert render.utf16("😀b") == 3


def test_plain_text_holds_numbers_facts_and_addresses_and_no_terminal_codes() -> None:
    digest = Digest(
        header="Monday",
        items=(
            make.item("Bridge\x1b[2J", facts=("Cost: 40.",), links=(("Herald", "https://example.org/1"),)),
            make.item("Rain"),
        ),
    )
    assert render.plain(digest) == "Monday\n\n1. Bridge[2J\n   • Cost: 40.\n   Herald: https://example.org/1\n\n2. Rain"


def test_a_digest_as_data_holds_the_texts_as_they_were_written_with_their_evidence() -> None:
    digest = Digest(header="Monday", items=(make.item("A @b", facts=("C.",), links=(("H", "https://e.example/"),)),))
    assert render.digest_dict(digest) == {
        "header": "Monday",
        "stories": [
            {
                "id": "a1",
                "headline": "A @b",
                "facts": [{"text": "C.", "kind": "event", "article": "a1", "start": 0, "end": 2}],
                "links": [{"source": "H", "url": "https://e.example/"}],
            }
        ],
        "footer": "",
    }


def test_a_line_of_extract_becomes_an_item() -> None:
    # given
    line = {
        "id": "a1", "language": "ru", "headline": "Мост", "extra": 1, "url": "https://example.org/1",
        "source": "Вестник",
        "facts": [{"text": "Длина 2 км.", "kind": "figure", "start": 3, "end": 9}, {"text": "Открыт."}],
    }  # fmt: skip
    # when
    item = render.from_line(line)
    # then
    assert (item.story_id, item.headline, item.links[0].name) == ("a1", "Мост", "Вестник")
    assert [(fact.text, fact.kind.value, fact.evidence.start, fact.evidence.end) for fact in item.facts] == [
        ("Длина 2 км.", "figure", 3, 9),
        ("Открыт.", "event", 0, 0),
    ]
    assert render.from_line({"headline": "Мост"}).links == ()


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ({}, "neither a headline nor a fact"),
        ({"headline": " \u200b"}, "neither a headline nor a fact"),
        ({"headline": 5}, '"headline" is not a text'),
        ({"headline": "x", "url": []}, '"url" is not a text'),
        ({"headline": "x", "facts": "y"}, '"facts" is not a list'),
        ({"headline": "x", "facts": ["y"]}, "a fact is not an object"),
        ({"headline": "x", "facts": [{"text": "y", "kind": "joke"}]}, 'no kind of fact "joke"'),
        ({"headline": "x", "facts": [{"text": "y", "start": "1"}]}, "not a whole number"),
    ],
)
def test_a_bad_line_is_refused_with_its_reason(line: dict[str, object], reason: str) -> None:
    with pytest.raises(RefusedEntry, match=reason):
        render.from_line(line)


@given(st.one_of(urls, st.from_regex(r"https?://[\w.:\[\]%@-]{0,20}(/[\w?#&.-]{0,10})?", fullmatch=True)))
@example("http://localhost/x")
@example("http://a.b:0/")
@example("https://example.org:99999/")
@example("https://[::1]/")
@example("https://пример.рф/новости")
def test_every_link_we_make_is_one_that_telegram_takes(url: str) -> None:
    linked = render.rich(render.link("Source", url))

    for entity in linked.entities:
        assert links.checked(entity.url)


def test_links_that_readers_need_are_made() -> None:
    for url in (
        "https://example.org/a?b=c#d",
        "http://news.example.co.uk:8080/",
        "https://пример.рф/",
        "https://1.2.3.4/x",
    ):
        assert render.rich(render.link("Source", url)).entities


def test_the_story_that_another_follows_up_is_linked_below_the_facts() -> None:
    # given
    follow_up = replace(
        make.item("Мост закрыт", facts=("Опору подмыло.",), links=(("Вестник", "https://example.org/new"),)),
        earlier=Link(name="Открыт\nмост @chat", url="https://example.org/old"),
    )
    digest = Digest(header="Понедельник", items=(follow_up,), earlier="Ранее")
    # when
    (message,) = render.messages(digest)
    # then
    lines = message.body.text.split("\n")
    assert [line.replace("\u2060", "") for line in lines[-2:]] == ["Ранее: Открыт мост @chat", "Вестник"]
    assert "https://example.org/old" in [entity.url for entity in message.body.entities]
    assert "   Ранее: Открыт мост @chat https://example.org/old" in render.plain(digest).split("\n")
    assert render.digest_dict(digest)["stories"][0]["earlier"] == {  # type: ignore[index]
        "headline": "Открыт\nмост @chat",
        "url": "https://example.org/old",
    }
    without = replace(digest, items=(replace(follow_up, earlier=None),))
    assert "Ранее" not in render.messages(without)[0].body.text + render.plain(without)
