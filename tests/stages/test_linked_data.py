"""JSON-LD in the states in which pages have it."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.stages import linked_data
from bot.stages.linked_data import Told
from tests import make

ARTICLE = {"@context": "https://schema.org", "@type": "NewsArticle", "headline": "Мост открыт"}


def read(*scripts: object, address: str = "") -> Told:
    texts = [script if isinstance(script, str) else json.dumps(script) for script in scripts]
    return linked_data.article(texts, address=address)


def test_every_field_is_read_in_its_plain_form() -> None:
    told = read(
        {
            **ARTICLE,
            "url": "https://vestnik.example/most",
            "datePublished": "2026-11-20T09:00:00+05:00",
            "dateModified": "2026-11-22",
            "author": {"@type": "Person", "name": "Анна Ким"},
            "publisher": {"@type": "Organization", "name": "Вестник"},
            "image": ["https://vestnik.example/a.jpg"],
            "articleSection": ["Город"],
            "keywords": "мост, река",
            "inLanguage": {"@type": "Language", "alternateName": "ru"},
            "articleBody": "<p>Мост открыт.</p><p>Движение&nbsp;завтра.</p>",
        }
    )

    assert told == Told(
        title="Мост открыт",
        url="https://vestnik.example/most",
        text="Мост открыт.\nДвижение завтра.",
        published_at=make.moment("2026-11-20T04:00"),
        language="ru",
        image="https://vestnik.example/a.jpg",
        publisher="Вестник",
        authors=("Анна Ким",),
        sections=("Город", "мост", "река"),
    )


@pytest.mark.parametrize(
    "author",
    [["Анна Ким", {"name": "Бек Али"}], [{"name": ["Анна Ким"]}, {"@value": "Бек Али"}, {"name": None}, 7, None]],
)
def test_authors_are_read_in_every_form(author: object) -> None:
    assert read({**ARTICLE, "author": author}).authors == ("Анна Ким", "Бек Али")


@pytest.mark.parametrize(
    "shape",
    [
        {"@graph": [{"@type": "WebSite", "name": "Вестник"}, ARTICLE]},
        [[{"@type": "BreadcrumbList"}], ARTICLE],
        {"@type": "WebPage", "mainEntity": ARTICLE},
        {**ARTICLE, "@type": ["Thing", "ReportageNewsArticle"]},
        {**ARTICLE, "@type": "http://schema.org/BlogPosting"},
    ],
)
def test_the_article_is_found_wherever_it_stands(shape: object) -> None:
    assert read({"@type": "Organization", "name": "Вестник"}, shape).title == "Мост открыт"


def test_articles_that_are_only_listed_are_not_the_page_s() -> None:
    listed = {"@type": "ItemList", "itemListElement": [{"@type": "ListItem", "item": ARTICLE}]}

    assert read(listed) == Told()


def test_among_several_articles_the_one_of_this_address_is_told() -> None:
    other = {**ARTICLE, "headline": "Парк закрыт", "mainEntityOfPage": {"@id": "https://vestnik.example/park"}}

    assert read([ARTICLE, other], address="https://vestnik.example/park").title == "Парк закрыт"
    assert read([ARTICLE, other]).title == "Мост открыт"


@pytest.mark.parametrize(
    "broken",
    [
        '{"@type": "NewsArticle", "headline": "Мост открыт",}',
        '{"@type": "NewsArticle", "headline": "Мост\topen"}'.replace("\topen", " открыт"),
        '<!-- {"@type": "NewsArticle", "headline": "Мост открыт"} -->',
        '//<![CDATA[\n{"@type": "NewsArticle", "headline": "Мост открыт"}\n//]]>',
        '{"@type": "NewsArticle", "headline": "Мост открыт"};',
        "{&quot;@type&quot;: &quot;NewsArticle&quot;, &quot;headline&quot;: &quot;Мост открыт&quot;}",
        '{"@type": "NewsArticle", "headline": "Мост открыт", "description": "он сказал "да" и ушёл"}',
        '{"@type": "NewsArticle", "headline": "Мост\nоткрыт"}',
        '{"@type": "NewsArticle", "headline": "Мост открыт", "image": {"url": "',
    ],
)
def test_broken_json_still_tells_its_headline(broken: str) -> None:
    assert read(broken).title == "Мост открыт"


@pytest.mark.parametrize(
    "nothing",
    ["", "null", "[]", "7", '"text"', "{", "[" * 100_000, '{"a":' * 100_000, '{"@type": 7}', '{"@type": "Product"}'],
)
def test_what_tells_of_no_article_tells_nothing(nothing: str) -> None:
    assert read(nothing) == Told()


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(("@type", "@graph", "author", "name", "image", "url", "@value")), inner, max_size=4
        )
    ),
    max_leaves=12,
)
FIELDS = st.sampled_from(
    ("headline", "author", "image", "publisher", "keywords", "datePublished", "articleBody", "url")
)


@given(st.dictionaries(FIELDS, VALUES, max_size=5), st.text(max_size=30))
def test_no_values_make_it_fail(fields: dict[str, object], text: str) -> None:
    told = read({**fields, "@type": "Article"}, text)

    assert isinstance(told, Told)
    assert all(isinstance(name, str) for name in (*told.authors, *told.sections, told.title, told.image))
