"""What a web page says of its article: in JSON-LD first, then in OpenGraph and the other `meta` elements."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlsplit

from bot.stages import clean, discover
from bot.stages.linked_data import Told

MAX_ATTRIBUTES = 300
"""libxml2 takes time that grows with the square of the attributes of one element: 90 s for 100,000."""
MAX_LINE_CHARS = 1_000
MAX_AUTHORS = 10
MAX_SECTIONS = 20

_CONTROL = re.compile(  # lxml takes them but gives back no text that holds one
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff\ud800-\udfff]|&#0*(?:[0-8]|1[124-9]|2\d|3[01]);?(?!\d)|"
    r"&#[xX]0*(?:[0-8bBcCeEfF]|1[0-9a-fA-F]);?(?![0-9a-fA-F])"
)
_LONG_TAG = re.compile(r"<([a-zA-Z][a-zA-Z0-9]*)\s[^<>]{1000,}>?")
_TITLES = ("og:title", "twitter:title", "dc.title", "title", "headline")
_IMAGES = (
    "og:image:secure_url",
    "og:image:url",
    "og:image",
    "twitter:image",
    "twitter:image:src",
    "image",
    "thumbnailurl",
)
_DATES = (
    "article:published_time article.published og:published_time og:article:published_time datepublished pubdate "
    "publish-date publish_date publishdate date dc.date dc.date.issued dcterms.created dcterms.issued parsely-pub-date "
    "sailthru.date mediator_published_time datecreated"
).split()
_AUTHORS = ("article:author", "author", "dc.creator", "parsely-author", "sailthru.author", "mediator_author")
_LANGUAGE = re.compile(r"([a-z]{2,3})(?:[-_](latn|cyrl|arab|hans|hant))?(?:[-_].*)?", re.IGNORECASE)
_NOBODY = re.compile(r"(?:admin\w*|author|editor\w*|redak\w+|редак\w+|name|автор|test)", re.IGNORECASE)
_SUBDOMAINS_OF_ALL = re.compile(r"^(?:www|m|amp|mobile)\.")


def legible(source: str) -> str:
    """HTML that libxml2 reads in time that grows with its length: without control characters, written out or as
    references, and without the attributes of elements that have more than 300."""
    return _LONG_TAG.sub(_bare, _CONTROL.sub("", source))


def _bare(tag: re.Match[str]) -> str:
    attributes = tag.group().count("=") + len(tag.group().split())
    return f"<{tag[1]}>" if attributes > MAX_ATTRIBUTES else tag.group()


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What a page's elements say: `metas` the contents of `meta` elements by lower-case name, in their order, `base`
    what its addresses are relative to, `canonical` and `languages` and `times` as they are written."""

    address: str
    base: str
    canonical: str = ""
    languages: tuple[str, ...] = ()
    times: tuple[str, ...] = ()
    metas: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    told: Told = field(default_factory=Told)

    def meta(self, *names: str) -> str:
        """The first content of the first of these names that has one."""
        return next((value for name in names for value in self.metas.get(name, ())), "")


def title(page: Page) -> str:
    """The headline without the name of the site that many put behind it; "" where none is said."""
    said, name = _line(page.told.title or page.meta(*_TITLES)), site(page)
    return re.sub(rf"\s+[|—–»·-]\s+{re.escape(name)}$", "", said, flags=re.IGNORECASE) if name else said


def site(page: Page) -> str:
    """The name of the site, "" where it is not said."""
    return _line(page.meta("og:site_name", "application-name") or page.told.publisher)


def image(page: Page) -> str:
    return discover.absolute(page.told.image or page.meta(*_IMAGES), page.base)


def published_at(page: Page) -> datetime | None:
    """When it was published, never when it was changed; None if that is not said or cannot be read."""
    said = (value for values in ([page.meta(name) for name in _DATES], page.times) for value in values if value)
    moments = (clean.published_at(value) for value in said)
    return page.told.published_at or next((moment for moment in moments if moment), None)


def authors(page: Page) -> tuple[str, ...]:
    """Names only: no address, no "admin", not the site itself."""
    said = page.told.authors or tuple(value for name in _AUTHORS for value in page.metas.get(name, ()))
    return tuple(dict.fromkeys(filter(lambda name: name != site(page), filter(_is_name, map(_line, said)))))[
        :MAX_AUTHORS
    ]


def _is_name(text: str) -> bool:
    return 0 < len(text) <= 100 and "://" not in text and text[0] != "@" and not _NOBODY.fullmatch(text)


def sections(page: Page) -> tuple[str, ...]:
    """Sections and keywords, the sections first."""
    said = (*page.told.sections, *page.metas.get("article:section", ()), *page.metas.get("article:tag", ()))
    return tuple(dict.fromkeys(filter(None, map(_line, said))))[:MAX_SECTIONS]


def language(page: Page) -> str:
    """A language tag of primary subtag and, if one is named, script ("ru", "uz-Latn"); "" where none is said."""
    said = (*page.languages, page.told.language, page.meta("og:locale", "content-language", "language"))
    for one in said:
        found = _LANGUAGE.fullmatch(one.strip())
        if found:
            return found[1].lower() + (f"-{found[2].title()}" if found[2] else "")
    return ""


def url(page: Page) -> str:
    """The canonical address, but never one of another site, nor one that would be shared by other articles; the
    page's own address otherwise."""
    said = (page.canonical, page.meta("og:url"), page.told.url)
    candidates = (discover.absolute(one, page.base) for one in said if one)
    return next((one for one in candidates if one and _is_same_article(one, page.address)), page.address)


def _is_same_article(candidate: str, address: str) -> bool:
    """Whether one host is the other's or a part of it, and the candidate does not leave out what tells the article
    apart (its path, its query). An address that is no URL (a file's) may be any site's."""
    try:
        one, other = urlsplit(candidate), urlsplit(address)
        theirs, ours = (_SUBDOMAINS_OF_ALL.sub("", parts.hostname or "") for parts in (one, other))
    except ValueError:
        return False
    if not ours:
        return True
    paths = one.path.rstrip("/"), other.path.rstrip("/")
    if "%3a%2f%2f" in one.path.lower() or (
        not one.query and ((paths[1] and not paths[0]) or _loses(paths, other.query))
    ):
        return False
    return theirs == ours or theirs.endswith(f".{ours}") or ours.endswith(f".{theirs}")


def _loses(paths: tuple[str, str], query: str) -> bool:
    return paths[0] == paths[1] and bool(query)


def _line(text: str) -> str:
    return " ".join(text[: 4 * MAX_LINE_CHARS].split())[:MAX_LINE_CHARS]
