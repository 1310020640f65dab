"""Preview pages of Telegram channels: posts as entries, and plain words where there are none."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import sources
from bot.model import Entry
from bot.sources import Body, Parsed, telegram_channel
from tests import make

TEXT = '<div class="tgme_widget_message_text js-message_text" dir="auto">{}</div>'
FOOTER = (
    '<div class="tgme_widget_message_footer"><span class="tgme_widget_message_meta">{}'
    '<a class="tgme_widget_message_date" href="https://t.me/vesti/{}">'
    '<time datetime="2026-11-20T10:00:00+05:00" class="time">10:00</time></a></span></div>'
)
PHOTO = (
    '<a class="tgme_widget_message_photo_wrap 12" href="https://t.me/vesti/{0}?single" style="width:800px;'
    "background-image:url('https://cdn.example/{0}.jpg')\"></a>"
)


def post(body: str, *, number: int = 12, classes: str = "", meta: str = "") -> str:
    return (
        f'<div class="tgme_widget_message_wrap"><div class="tgme_widget_message {classes} js-widget_message" '
        f'data-post="vesti/{number}"><div class="tgme_widget_message_bubble">{body}'
        f"{FOOTER.format(meta, number)}</div></div></div>"
    )


def page(*posts: str) -> str:
    return (
        '<!DOCTYPE html><html><body class="widget_frame_base tgme_webpreview"><header class="tgme_header"><div class="'
        'tgme_channel_info_header_title"><span dir="auto">Вести <i class="emoji"><b>🌍</b></i></span></div></header>'
        f'<section class="tgme_channel_history js-message_history">{"".join(posts)}</section></body></html>'
    )


def read(source: str | bytes) -> Parsed:
    content = source.encode() if isinstance(source, str) else source
    return sources.kinds()["telegram_channel"].parse(Body(content=content, address="https://t.me/s/vesti"))


def entry(body: str, *, classes: str = "", meta: str = "") -> Entry:
    return read(page(post(body, classes=classes, meta=meta))).entries[0]


def test_a_post_is_an_entry_with_its_number_moment_and_channel() -> None:
    parsed = read(page(post(TEXT.format("Мост открыт"), number=7), post(TEXT.format("Парк закрыт"), number=8)))

    assert [found.url for found in parsed.entries] == ["https://t.me/vesti/7", "https://t.me/vesti/8"]
    assert [found.text for found in parsed.entries] == ["Мост открыт", "Парк закрыт"]
    assert parsed.entries[0].published_at == make.moment("2026-11-20T05:00")
    assert (parsed.title, parsed.entries[0].source, parsed.faults) == ("Вести 🌍", "Вести 🌍", ())


def test_line_breaks_quotations_and_emoji_stay() -> None:
    body = (
        '<i class="emoji" style="x"><b>🚧</b></i> <b>Мост\n открыт</b><br/><br/>Всё &amp; сразу.'
        "<blockquote>Цитата</blockquote>Конец"
    )

    assert entry(TEXT.format(body)).text == "🚧 Мост открыт\n\nВсё & сразу.\nЦитата\nКонец"


def test_addresses_behind_words_stand_below_the_text_without_telegrams_own() -> None:
    body = (
        '<a href="https://vestnik.example/most?a=1&amp;amp;b=2">Подробнее</a> <a href="?q=%23most">#мост</a> '
        '<a href="https://t.me/other">@other</a> <a href="javascript:alert(1)">x</a>'
    )

    found = entry(TEXT.format(body))

    assert found.text == "Подробнее #мост @other x\nhttps://vestnik.example/most?a=1&b=2"
    assert found.categories == ("#мост",)


def test_a_post_does_not_hold_the_words_of_the_one_it_answers() -> None:
    answered = (
        '<a class="tgme_widget_message_reply" href="https://t.me/vesti/1">'
        '<div class="tgme_widget_message_text js-message_reply_text">Старое</div></a>'
    )

    assert entry(answered + TEXT.format("Новое")).text == "Новое"


def test_the_text_of_an_album_stands_once_and_its_first_picture_is_the_image() -> None:
    album = f'<div class="tgme_widget_message_grouped_wrap">{PHOTO.format(12)}{PHOTO.format(13)}</div>'

    found = entry(album + TEXT.format(TEXT.format("Снимки моста")))

    assert (found.text, found.image) == ("Снимки моста", "https://cdn.example/12.jpg")


def test_a_forwarded_post_names_whom_it_comes_from() -> None:
    forwarded = (
        '<div class="tgme_widget_message_forwarded_from">Forwarded from&nbsp;<a class="'
        'tgme_widget_message_forwarded_from_name" href="https://t.me/other/1"><span>Другой канал</span></a> '
        '(<span class="tgme_widget_message_forwarded_from_author">Анна Ким</span>)</div>'
    )

    found = entry(forwarded + TEXT.format("Мост открыт"), meta="edited &nbsp;")

    assert (found.authors, found.categories) == (("Другой канал", "Анна Ким"), ("forwarded", "edited"))
    assert found.text == "Мост открыт"


def test_a_poll_is_its_question_and_answers() -> None:
    poll = (
        '<div class="tgme_widget_message_poll"><div class="tgme_widget_message_poll_question">Нужен ли мост?</div>'
        '<div class="tgme_widget_message_poll_option"><div class="tgme_widget_message_poll_option_percent">60%</div>'
        '<div class="tgme_widget_message_poll_option_text">Да</div></div><div class="tgme_widget_message_poll_option">'
        '<div class="tgme_widget_message_poll_option_text">Нет</div></div></div>'
    )

    found = entry(poll)

    assert (found.text, found.categories) == ("Нужен ли мост?\n— Да\n— Нет", ("poll",))


def test_a_video_gives_its_picture_and_not_its_length_as_the_moment() -> None:
    video = (
        '<a class="tgme_widget_message_video_player"><i class="tgme_widget_message_video_thumb" style="'
        'background-image:url(\'//cdn.example/v.jpg\')"></i><time class="message_video_duration">0:29</time></a>'
    )

    found = entry(video + TEXT.format("Как открывали мост"))

    assert (found.image, found.published_at) == ("https://cdn.example/v.jpg", make.moment("2026-11-20T05:00"))


def test_pictures_alone_and_what_telegram_says_itself_are_left_out() -> None:
    pinned = post(TEXT.format("Вести pinned a photo"), number=13, classes="service_message")

    parsed = read(page(post(PHOTO.format(12)), pinned, post(TEXT.format("Мост открыт"), number=14)))

    assert [found.guid for found in parsed.entries] == ["vesti/14"]
    unmarked = read(page(pinned.replace("service_message", "")))
    assert [found.guid for found in unmarked.entries] == ["vesti/13"], "nothing to leave out"


def about(inner: str) -> str:
    return f'<html><body><div class="tgme_page"><div class="tgme_page_title">Вести</div>{inner}</div></body></html>'


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        (
            about('<div class="tgme_page_extra">12 000 subscribers</div>'),
            "the channel's preview is switched off or there is no such channel",
        ),
        (
            about('<a class="tgme_page_context_link" href="/s/vesti">Preview channel</a>'),
            "this is not the channel's preview: that is https://t.me/s/vesti",
        ),
        (
            about('<div class="tgme_page_description">This channel is private.</div>'),
            "the channel is private: it has no preview",
        ),
        (
            about('<div class="tgme_page_extra">40 members, 3 online</div>'),
            "this is a group: only channels have a preview",
        ),
        (
            about('<div class="tgme_page_action">Send Message</div>'),
            "there is no channel of this name, only a person, a bot or nobody",
        ),
        (
            about('<div class="tgme_page_description">This channel is age-restricted (18+)</div>'),
            "the channel shows its posts in Telegram only",
        ),
        (
            page('<div class="tme_no_messages_found">No posts found</div>'),
            "the channel shows no posts: it is empty, or Telegram was asked too often",
        ),
        ("", "not a page of t.me"),
    ],
)
def test_a_channel_without_posts_is_a_fault_in_plain_words(source: str, reason: str) -> None:
    parsed = read(source)

    assert [fault.reason for fault in parsed.faults] == [reason]
    assert parsed.entries == ()


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("@vesti_uz", "https://t.me/s/vesti_uz"),
        (" t.me/vesti ", "https://t.me/s/vesti"),
        ("https://t.me/s/vesti", "https://t.me/s/vesti"),
        ("http://telegram.me/vesti/12?single", "https://t.me/s/vesti"),
        ("https://t.me/s/vesti?before=12", "https://t.me/s/vesti"),
        ("HTTPS://T.ME/Vesti", "https://t.me/s/Vesti"),
        ("tg://resolve?domain=vesti&post=1", "https://t.me/s/vesti"),
        ("vesti.t.me", "https://t.me/s/vesti"),
        ("vesti", ""),
        ("", ""),
        ("@", ""),
        ("@ve", ""),
        ("@весть", ""),
        ("https://t.me/", ""),
        ("https://t.me/+AbCdEf", ""),
        ("https://t.me/joinchat/AbCdEf", ""),
        ("https://t.me/c/1234567/8", ""),
        ("https://t.me@evil.example/vesti", ""),
        ("https://t.me.evil.example/vesti", ""),
        ("ftp://t.me/vesti", ""),
        ("https://vestnik.example/vesti", ""),
        ("http://[", ""),
    ],
)
def test_what_people_type_becomes_the_address_of_the_preview(typed: str, found: str) -> None:
    assert telegram_channel.address(typed) == found


def test_a_preview_page_is_recognised_before_a_page() -> None:
    kinds = sources.kinds()

    assert kinds["telegram_channel"].recognises(page().encode())
    assert not kinds["telegram_channel"].recognises(b"<html><p>tgme_widget_message is a class name</p></html>")
    assert kinds["telegram_channel"].rank < kinds["page"].rank


HOSTILE = {
    "posts in posts": "".join(post(TEXT.format("x") * 3).removesuffix("</div></div></div>") for _ in range(2_000)),
    "text in text": '<div class="tgme_widget_message" data-post="a/1">'
    + '<div class="tgme_widget_message_text">x' * 20_000,
    "50,000 attributes": '<div class="tgme_page" ' + " ".join(f"a{number}=1" for number in range(50_000)) + ">",
    "a post of 1 MB": page(post(TEXT.format("слово " * 100_000))),
    "5,000 posts": page(*(post(TEXT.format("x"), number=number) for number in range(5_000))),
    "names that are none": page('<div class="tgme_widget_message" data-post="../../etc/1">x</div>'),
    "a number that is none": page('<div class="tgme_widget_message" data-post="vesti/1?a=b">x</div>'),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_preview_gives_few_short_entries_of_the_channel_or_none(name: str) -> None:
    parsed = read(HOSTILE[name])

    assert len(parsed.entries) <= telegram_channel.MAX_POSTS
    assert all(len(found.text) <= telegram_channel.MAX_POST_CHARS for found in parsed.entries)
    assert all(re.fullmatch(r"https://t\.me/\w+/\d+", found.url) for found in parsed.entries)


PIECES = st.sampled_from(
    """<div class="tgme_widget_message" data-post="a/1">
<div class="tgme_widget_message_text">
</div>
<br>
😀
<a href='http://['>
<time datetime='never'>
<div class="tgme_widget_message_poll">
слово
&#3;
<i class="tgme_widget_message_photo_wrap" style="background-image:url(//[)">
<div class="service_message">""".splitlines()
)


@settings(deadline=None)
@given(st.binary(max_size=300) | st.lists(PIECES, max_size=40).map(lambda pieces: "".join(pieces).encode()))
def test_no_body_makes_the_reader_fail(body: bytes) -> None:
    parsed = read(body)

    assert parsed.entries or parsed.faults or b"tgme_widget_message" in body


@given(st.text(max_size=60) | st.text(max_size=20).map(lambda name: f"https://t.me/{name}"))
def test_whatever_is_typed_gives_a_preview_address_or_none(typed: str) -> None:
    found = telegram_channel.address(typed)

    assert not found or telegram_channel.address(found) == found
