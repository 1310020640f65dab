"""Digests as HTML of rich messages: what they become, and that nothing a feed wrote becomes a tag."""

from __future__ import annotations

from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from bot.model import Digest, Entity, EntityKind, Message, RichText
from bot.sandbox import richhtml
from bot.stages import render, richform, richtext
from tests import make

TAGS = {"h3", "h4", "ul", "li", "details", "summary", "blockquote", "p", "footer", "b", "i", "code", "a"}
SCHOOL = make.item(
    "Школа открыта",
    facts=("В ней 600 мест", "Её строили два года", "Есть бассейн & зал", "Открыл <b>мэр<b>"),
    links=(("Вестник", "https://example.org/a?x=1&y=2"), ("Газета", "https://example.com/b")),
)
ROAD = make.item("Road repaired", facts=("12 km are new",), links=(("Herald", "https://example.org/road"),))
FEED_TEXTS = st.one_of(
    st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"])),
    st.sampled_from(
        ["<b>bold</b>", "&amp; &lt;", "</p><script>x</script>", "• • •", "\"quoted\" 'so'", "😀" * 9, "1. x"]
    ),
    st.sampled_from(["<a href='tg://user?id=1'>press</a>", "@somebody /start", "x" * 4096, "]]>--><!--", "a\nb\n\nc"]),
)


class Read(HTMLParser):
    """The text of HTML, and the tags and links it was in."""

    def __init__(self, said: str) -> None:
        super().__init__(convert_charrefs=True)
        self.text = ""
        self.open: list[str] = []
        self.tags: set[str] = set()
        self.links: list[str | None] = []
        self.feed(said)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open.append(tag)
        self.tags.add(tag)
        self.links += [value for _, value in attrs]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def words(text: str) -> str:
    """Without blanks and bullets."""
    return "".join(text.replace(richform.BULLET, "").split())


def messages(*items: object, footer: str = "") -> tuple[Message, ...]:
    return render.messages(Digest(header="22 ноября", items=items, footer=footer))  # type: ignore[arg-type]


def test_a_digest_becomes_headings_lists_details_links_and_a_footer() -> None:
    (message,) = messages(SCHOOL, ROAD, footer="Ещё 2 новости.")

    assert richform.html(message.body) == (
        "<h3>22 ноября</h3>"
        "<h4>1. Школа открыта</h4>"
        "<ul><li>В ней <b>600</b> мест</li><li>Её строили два года</li></ul>"
        "<details><summary>Есть бассейн &amp; зал</summary><ul><li>Открыл &lt;b&gt;мэр&lt;b&gt;</li></ul></details>"
        '<p><a href="https://example.org/a?x=1&amp;y=2">Вестник</a> · <a href="https://example.com/b">Газета</a></p>'
        "<h4>2. Road repaired</h4>"
        "<ul><li><b>12 km</b> are new</li></ul>"
        '<p><a href="https://example.org/road">Herald</a></p>'
        "<footer>Ещё 2 новости.</footer>"
    )


def test_a_single_folded_fact_is_an_item_of_a_list() -> None:
    (message,) = messages(make.item("Road repaired", facts=("one", "two", "three")))

    assert richform.html(message.body).endswith("<ul><li>one</li><li>two</li></ul><ul><li>three</li></ul>")


def test_a_part_that_begins_with_a_story_begins_with_its_heading() -> None:
    (message,) = render.messages(Digest(header="", items=(ROAD,)))

    assert richform.html(message.body).startswith("<h4>1. Road repaired</h4>")


def test_nothing_becomes_nothing() -> None:
    assert richform.html(RichText(text=" \n ")) == ""


def test_formatting_that_overlaps_is_closed_where_it_must_be() -> None:
    text = RichText(
        text="😀 one two three",
        entities=(
            Entity(kind=EntityKind.BOLD, offset=0, length=10),
            Entity(kind=EntityKind.TEXT_LINK, offset=3, length=13, url='https://example.org/"><b>'),
            Entity(kind=EntityKind.ITALIC, offset=7, length=9),
        ),
    )

    assert richform.html(text) == (
        '<p><b>😀 </b><a href="https://example.org/&quot;&gt;&lt;b&gt;"><b>one <i>two</i></b><i> three</i></a></p>'
    )


@given(st.lists(st.builds(lambda h, f, n: (h, tuple(f), n), FEED_TEXTS, st.lists(FEED_TEXTS, max_size=5), FEED_TEXTS)))
def test_the_text_is_that_of_the_usual_form_and_the_tags_are_ours(
    stories: list[tuple[str, tuple[str, ...], str]],
) -> None:
    items = [make.item(head, facts=facts, links=((name, "https://example.org/1"),)) for head, facts, name in stories]
    for message in messages(*items, footer="More <i>below</i>"):
        read = Read(richform.html(message.body))

        assert words(read.text) == words(message.body.text)
        assert read.open == []
        assert read.tags <= TAGS
        assert set(read.links) <= {"https://example.org/1"}


@st.composite
def formatted(draw: st.DrawFn) -> RichText:
    """Any text with any entities over whole characters."""
    text = richtext.clean(draw(FEED_TEXTS) + "\n" + draw(FEED_TEXTS))
    places = st.integers(0, len(text))
    spans = []
    for kind in draw(st.lists(st.sampled_from(EntityKind), max_size=6)):
        start, end = sorted((draw(places), draw(places)))
        spans.append(richtext.Span(kind=kind, start=start, end=end, url="https://example.org/1"))
    return richtext.finished(richtext.cut(richtext.Draft(text=text, spans=tuple(spans))))


@given(formatted())
def test_whatever_is_formatted_however_the_text_stays_and_every_tag_is_closed(text: RichText) -> None:
    read = Read(richform.html(text))

    assert words(read.text) == words(text.text)
    assert read.open == []
    assert read.tags <= TAGS


@given(formatted())
def test_the_local_telegram_takes_it_and_shows_the_same(text: RichText) -> None:
    said = richform.html(text)
    if said:
        assert words(richhtml.text(richhtml.blocks(said, detects=False))) == words(text.text)
