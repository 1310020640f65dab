"""Entry -> Article: what is refused, what is dropped, and that cleaning twice changes nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import RefusedEntry
from bot.model import Article, ArticleId, Entry
from bot.stages import clean
from tests import make

NOW = make.moment("2026-11-22T08:00")
BODY = "Мост через реку открыли в понедельник."


def cleaned(
    text: str = BODY, *, url: str = "https://example.org/a", title: str = "", html: str = "", source: str = ""
) -> Article:
    return clean.article(Entry(url=url, text=text, title=title, html=html, source=source), now_at=NOW)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "the text is empty"),
        (" \n\t ", "the text is empty"),
        ("\x00\x00", "the text is empty"),
        ("мост", "the text is too short to be an article"),
        ("🎉🎉 🎊", "the text holds no words"),
        ("2024 100 %", "the text holds no words"),
    ],
)
def test_an_entry_without_an_article_in_it_is_refused_with_its_reason(text: str, reason: str) -> None:
    with pytest.raises(RefusedEntry) as caught:
        cleaned(text=text)

    assert caught.value.reason == reason


@pytest.mark.parametrize(
    "url", ["ftp://example.org/a", "javascript:alert(1)", "example.org/a", "https://", "http://[::"]
)
def test_an_address_that_is_not_of_the_web_is_refused(url: str) -> None:
    with pytest.raises(RefusedEntry, match="not an"):
        cleaned(url=url)


def test_control_characters_marks_of_direction_and_lone_surrogates_are_dropped() -> None:
    text = "Мо\u00adст \u202eчерез\u202c ре\x00ку\ud800 \u200fоткрыли\u00a0в   срe\u0301ду."

    assert cleaned(text=text).text == "Мост через реку открыли в срéду."


def test_a_joiner_inside_a_word_stays_and_one_beside_a_blank_goes() -> None:
    assert cleaned(text="می\u200cخواهم این را بدانم \u200c").text == "می\u200cخواهم این را بدانم"


def test_paragraphs_are_joined_by_one_newline_and_decoration_is_dropped() -> None:
    text = f"{BODY}\r\n\r\n  \n***\nhttps://example.org/a?utm_source=x\n➖ @some_channel ➖\nДвижение пустят завтра."

    assert cleaned(text=text).text == f"{BODY}\nДвижение пустят завтра."


def test_html_is_read_when_there_is_no_text() -> None:
    html = (
        "<style>p{}</style><p>Мост <b>открыли</b> &amp; осветили.</p><script>track('x')</script><p>Он длинный.<br>Да."
    )

    assert cleaned(text="", html=html).text == "Мост открыли & осветили.\nОн длинный.\nДа."


def test_a_date_far_ahead_becomes_now_and_an_old_one_stays() -> None:
    def at(moment: str) -> Article:
        return clean.article(Entry(url="", text=BODY, published_at=make.moment(moment)), now_at=NOW)

    assert at("2099-01-01").published_at == NOW
    assert at("1985-05-01").published_at == make.moment("1985-05-01")
    assert at("2026-11-22T08:59").published_at == NOW + timedelta(minutes=59)
    assert cleaned().published_at == NOW


def test_an_article_of_five_million_characters_is_cut_at_a_paragraph() -> None:
    article = cleaned(text=(BODY + "\n") * 130_000)

    assert len(article.text) <= clean.MAX_CHARS
    assert article.text.endswith(BODY)


def test_the_host_stands_in_for_the_source_and_a_title_loses_the_name_of_its_site() -> None:
    assert cleaned(url="https://www.example.org/a").source == "example.org"
    assert cleaned(title="Мост открыт | Вестник", source="Вестник").title == "Мост открыт"
    assert cleaned(title="Мост открыт | Речной Вестник", source="Вестник").title == "Мост открыт"
    assert cleaned(title="Мост открыл Вестник", source="Вестник").title == "Мост открыл Вестник"


def test_an_id_that_is_given_is_kept_and_without_an_address_it_comes_from_the_text() -> None:
    given_id = clean.article(Entry(url="", text=BODY), now_at=NOW, id=ArticleId("mine"))
    one, same, other = (clean.article(Entry(url="", text=text), now_at=NOW) for text in (BODY, BODY, BODY + " Да."))

    assert given_id.id == "mine"
    assert one.id == same.id != other.id


def test_a_changed_text_is_a_new_revision_of_the_same_article() -> None:
    before, after = cleaned(), cleaned(text=BODY + " Его длина выросла.")

    assert before.id == after.id
    assert before.revision != after.revision


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/news/1",
        "https://EXAMPLE.org:443/news/1/",
        "https://www.example.org/news/1#top",
        "https://reader:secret@example.org/news/1?utm_source=tg&fbclid=2&yclid=3&_openstat=4",
        "  https://example.org/news/1\n",
        "https://example.org/%6Eews/1",
    ],
)
def test_all_spellings_of_an_address_are_one_article(url: str) -> None:
    assert clean.canonical_url(url) == "https://example.org/news/1"


def test_what_distinguishes_two_articles_stays_in_the_address() -> None:
    assert clean.canonical_url("http://example.org/?p=1&q=б") == "https://example.org?p=1&q=%D0%B1"
    assert clean.canonical_url("http://example.org:8080/a%2Fb") == "https://example.org:8080/a%2Fb"
    assert clean.canonical_url("https://пример.example/новость").startswith("https://xn--e1afmkfd.example/%D0%BD")


def test_the_link_is_as_published_but_for_user_and_trackers() -> None:
    assert clean.link("HTTP://me:pw@www.Example.org/a/?id=1&utm_medium=x#part") == "http://www.example.org/a/?id=1#part"


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2026-09-26T10:00:00+05:00", "2026-09-26T05:00"),
        ("2026-09-26T10:00:00Z", "2026-09-26T10:00"),
        ("2026-09-26 10:00:00", "2026-09-26T10:00"),
        ("2026-09-26", "2026-09-26T00:00"),
        ("Sat, 26 Sep 2026 10:00:00 +0500", "2026-09-26T05:00"),
        ("2026 26 Sep 10:00", "2026-09-26T10:00"),
        ("26 Sep 2026,Saturday", "2026-09-26T00:00"),
        ("26.09.2026 10:00", "2026-09-26T10:00"),
        ("26 сентября 2026 г., 10:00", "2026-09-26T10:00"),
        ("26-sentyabr, 2026-yil", "2026-09-26T00:00"),
        ("2026 жылғы 26 қыркүйек", "2026-09-26T00:00"),
        ("26 маусым 2026", "2026-06-26T00:00"),
        ("September 26, 2026 3:30 pm", "2026-09-26T15:30"),
        (1790416800, "2026-09-26T10:00"),
        ("1790416800000", "2026-09-26T10:00"),
    ],
)
def test_dates_are_read_in_the_usual_forms(written: str | int, meant: str) -> None:
    assert clean.published_at(written) == make.moment(meant)


@pytest.mark.parametrize("written", ["", "yesterday", "2026-13-45", "31.02.2026", float("nan"), 1e300])
def test_a_date_that_cannot_be_read_is_none(written: str | float) -> None:
    assert clean.published_at(written) is None


MIXED = st.text(
    alphabet=st.sampled_from("aбЎ1 .\n\r\t\x00\u00ad\u200c\u200d\u202e\u0301\ud800😀@-http:/#"), max_size=80
)


@given(st.text(max_size=200) | MIXED)
def test_cleaning_a_text_twice_changes_nothing(raw: str) -> None:
    once = clean.text(raw)

    assert clean.text(once) == once
    assert "\n\n" not in once
    once.encode("utf-8")


HOSTS = st.sampled_from(
    ["example.org", "www.example.org", "www.www.example.org", "пример.example", "[::1]", "e.org:80"]
)


@given(st.builds("https://{}/{}".format, HOSTS, st.text(max_size=40)) | st.text(max_size=40))
def test_a_canonical_address_is_its_own_canonical_address(url: str) -> None:
    try:
        once = clean.canonical_url(url)
    except RefusedEntry:
        return

    assert clean.canonical_url(once) == once
    assert clean.article_id(once) == clean.article_id(url)


@given(st.text(max_size=40) | st.integers() | st.floats())
def test_no_date_makes_the_reader_of_dates_fail(written: str | float) -> None:
    found = clean.published_at(written)

    assert found is None or found.utcoffset() == timedelta()
