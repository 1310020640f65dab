"""Web pages: one article a page, its text by trafilatura, its title, date and authors by what the page says of itself,
and the feeds that the page names."""

from __future__ import annotations

import itertools
import logging
import re
from collections.abc import Iterable, Iterator
from copy import deepcopy
from typing import Any

import trafilatura
from lxml import etree

from bot import sources
from bot.errors import FileError
from bot.model import Entry
from bot.sources import Body, Parsed, SourceKind
from bot.stages import boilerplate, clean, discover, linked_data, webpage

MAX_BYTES = 5_000_000
MAX_ELEMENTS = 25_000
MAX_LEVELS = 500_000
"""With more elements, or more levels of nesting summed over them, trafilatura takes over 5 s (85 s for 100,000 cells of
tables in tables): then paragraphs are read plainly. Pages of the press have up to 10,000 elements on 15 levels."""
MAX_LINKS = 5_000
SHARE = 0.3  # of the page's text; a box with more of it is not furniture, whatever it is called
LEAST = 0.6  # of what else was found; with less, the furniture was not furniture
ENOUGH = 250  # characters that are a text, not a label

_HEAD = 4_096  # bytes in which a page shows that it is one
_IS_PAGE = re.compile(rb"<!doctype\s+html|<(?:html|head|body|div|article|meta|h1|p)\b", re.IGNORECASE)
_IS_JSON = re.compile(rb"[^\w<]*[{\[]")
_IS_XML = re.compile(
    rb"^[^<]*<\?xml(?![^>]*>\s*(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html)\b)", re.IGNORECASE | re.DOTALL
)
_BOXES = frozenset(
    "a address article aside details div dl figure form h2 h3 h4 header li nav ol p section small span table ul".split()
)
_UNREAD = ("style", "noscript", "template", "svg", "figcaption", "button", "iframe", "object", "canvas", "select")
_TABLE_ROW = re.compile(r"\|(.*)\|")
_FOREIGN = (  # what trafilatura and the libraries that it calls raise on damaged pages
    *(ArithmeticError, AssertionError, AttributeError, LookupError, RecursionError, TypeError, ValueError),
    etree.LxmlError,
)

for _name in ("trafilatura", "htmldate", "courlan", "readability"):
    logging.getLogger(_name).setLevel(logging.CRITICAL)  # a page that they cannot read is a fault that we report


def recognises(body: bytes) -> bool:
    """Whether it looks like HTML, in whatever encoding; JSON does not, nor XML unless it is XHTML."""
    head = body[:_HEAD].replace(b"\x00", b"")
    return _IS_PAGE.search(head) is not None and _IS_XML.match(head) is None and _IS_JSON.match(head) is None


def parse(body: Body) -> Parsed:
    """The article of a page as one entry (its text plain, `html` empty) and the feeds that the page names.

    `title` is the site's name, the page's where the site has none. Reads the first 5 MB. Faults: no page, neither text
    nor feeds on it. Never raises.
    """
    tree = sources.tree(body, max_bytes=MAX_BYTES)
    if tree is None:
        return Parsed(faults=(FileError(body.address, "not a web page"),))
    page = _page(tree, body.address)
    etree.strip_elements(tree, "script", with_tail=False)  # trafilatura's patterns take minutes for some JSON in them
    feeds = _feeds(tree, page)
    entry = _entry(tree, page)
    missing = () if entry.text or feeds else (FileError(body.address, "no readable text on this page"),)
    return Parsed(
        entries=(entry,) if entry.text else (),
        faults=missing,
        title=webpage.site(page) or entry.title,
        language=entry.language,
        feeds=feeds,
    )


def _page(tree: Any, address: str) -> webpage.Page:
    scripts = [one.text for one in tree.iter("script") if one.text and "ld+json" in (one.get("type") or "").lower()]
    canonical = (_said(one, "href") for one in tree.iter("link") if "canonical" in _said(one, "rel").lower().split())
    bases = (discover.absolute(_said(one, "href"), address) for one in tree.iter("base") if one.get("href"))
    dated = (one for one in tree.iter("time", "span", "div") if _is_dated(one))
    return webpage.Page(
        address=address,
        base=next(bases, "") or address,
        canonical=next(canonical, ""),
        languages=(_said(tree, "lang"), _said(tree, "xml:lang")),
        times=tuple(_said(one, "datetime") or _said(one, "content") for one in dated),
        metas=_metas(tree),
        told=linked_data.article(scripts, address=address),
    )


def _said(one: Any, attribute: str) -> str:
    return (one.get(attribute) or "").strip()


def _is_dated(one: Any) -> bool:
    return one.get("pubdate") is not None or _said(one, "itemprop").lower() == "datepublished"


def _metas(tree: Any) -> dict[str, tuple[str, ...]]:
    metas: dict[str, tuple[str, ...]] = {}
    for one in tree.iter("meta"):
        names = (_said(one, attribute) for attribute in ("property", "name", "itemprop", "http-equiv"))
        name, content = next(filter(None, names), "").lower(), _said(one, "content")
        if name and content:
            metas[name] = (*metas.get(name, ())[:50], content)
    return metas


def _feeds(tree: Any, page: webpage.Page) -> tuple[str, ...]:
    linked = [one for one in tree.iter("link") if "alternate" in _said(one, "rel").lower().split()]
    alternates = [
        discover.Alternate(href=_said(one, "href"), type=_said(one, "type"), title=_said(one, "title"))
        for one in linked
    ]
    hrefs = (_said(one, "href") for one in tree.iter("a"))
    links = [href for href in itertools.islice(hrefs, MAX_LINKS) if href]
    return discover.feeds(alternates, links, base=page.base)


def _entry(tree: Any, page: webpage.Page) -> Entry:
    """What the page says of itself, and what trafilatura makes out where it says nothing."""
    title, authors, published_at = webpage.title(page), webpage.authors(page), webpage.published_at(page)
    guessed = None if (title and published_at) or _is_too_large(tree) else _guessed(tree, page)
    names = [name.strip() for name in _guess(guessed, "author").split(";")]
    return Entry(
        url=webpage.url(page),
        title=title or _guess(guessed, "title"),
        text=_text(tree, page),
        published_at=published_at or clean.published_at(_guess(guessed, "date")),
        authors=authors or tuple(name for name in names if name.count(" ") in (1, 2, 3)),
        categories=webpage.sections(page),
        language=webpage.language(page),
        image=webpage.image(page),
    )


def _guessed(tree: Any, page: webpage.Page) -> Any:
    """trafilatura's metadata, None if it fails; its date never from the mere mention of one in the text."""
    dates = {"original_date": True, "extensive_search": False, "outputformat": "%Y-%m-%d"}
    try:
        return trafilatura.extract_metadata(deepcopy(tree), default_url=page.address or None, date_config=dates)
    except _FOREIGN:
        return None


def _guess(guessed: Any, field: str) -> str:
    value = getattr(guessed, field, None)
    return _line(value[: webpage.MAX_LINE_CHARS]) if isinstance(value, str) else ""


def _line(text: str) -> str:
    return " ".join(text.split())


def _text(tree: Any, page: webpage.Page) -> str:
    """The fuller of what stands on the page and what JSON-LD says stands there, without furniture."""
    body, seen = boilerplate.without(page.told.text), _seen(tree)
    return body if len(body) >= ENOUGH and len(seen) < LEAST * len(body) else seen


def _seen(tree: Any) -> str:
    """The text as trafilatura finds it without the page's furniture; on the whole page, if too little is left."""
    if _is_too_large(tree):
        return boilerplate.without(_plainly(tree))
    article = _extracted(_cleared(deepcopy(tree)))
    if len(article) < LEAST * sum(len(_words(one)) for one in tree.iter("p")):
        whole = _extracted(deepcopy(tree))
        article = article if len(article) >= LEAST * len(whole) else whole
    return boilerplate.without(article or _plainly(tree))


def _is_too_large(tree: Any) -> bool:
    """Whether trafilatura's time, which grows with elements times depth, would be over 5 s."""
    elements = depth = levels = 0
    for event, _ in etree.iterwalk(tree, events=("start", "end")):
        depth += 1 if event == "start" else -1
        if event == "start":
            elements, levels = elements + 1, levels + depth
        if elements > MAX_ELEMENTS or levels > MAX_LEVELS:
            return True
    return False


def _words(one: Any) -> str:
    return _line("".join(one.itertext()))


def _plainly(tree: Any) -> str:
    """The paragraphs of a page that is too large, or too broken, for anything else."""
    lines = (_words(one) for one in tree.iter("p") if one.find(".//p") is None)
    return "\n".join(line for line in lines if len(line) > 40)[: clean.MAX_CHARS]


def _extracted(tree: Any) -> str:
    try:
        text = trafilatura.extract(tree, include_comments=False) or ""
    except _FOREIGN:
        return ""
    return "\n".join(_tidy(text))


def _tidy(text: str) -> Iterator[str]:
    """The lines, rows of tables without their bars."""
    for raw in text.splitlines():
        row = _TABLE_ROW.fullmatch(raw.strip())
        line = _line(row[1].replace("|", " ")) if row else raw.strip()
        if line.strip("-: "):
            yield line


def _cleared(tree: Any) -> Any:
    """The tree without its furniture: boxes by their names, paragraphs that are nothing but a link."""
    for one in [*tree.iter(*_UNREAD)]:
        _drop(one)
    sizes = _sizes(tree)
    most = SHARE * sizes.get(tree, 0)
    for one in [*_furniture(tree.iter(*_BOXES))]:
        if sizes[one] < most and one.find(".//h1") is None:
            _drop(one)
    return tree


def _drop(one: Any) -> None:
    if one.getparent() is not None:
        one.drop_tree()


def _sizes(tree: Any) -> dict[Any, int]:
    """How many letters stand in each element, its own and those of its children."""
    sizes: dict[Any, int] = {}
    for _, one in etree.iterwalk(tree, events=("end",)):
        sizes[one] = len((one.text or "").strip()) + sum(
            sizes.get(child, 0) + len((child.tail or "").strip()) for child in one
        )
    return sizes


def _furniture(boxes: Iterable[Any]) -> Iterator[Any]:
    for one in boxes:
        names = f"{one.get('class') or ''} {one.get('id') or ''}"
        if one.tag == "aside" or (names.strip() and boilerplate.is_furniture(names)) or _is_mere_link(one):
            yield one


def _is_mere_link(one: Any) -> bool:
    """A paragraph of which every word is a link's; lists of links are judged by trafilatura."""
    if one.tag != "p" or not len(one):
        return False
    words = len(_words(one))
    return 0 < words < 200 and sum(len(_words(link)) for link in one.iter("a")) >= words - 2


SOURCE = SourceKind(name="page", recognises=recognises, parse=parse, rank=90, obeys_robots=True)
