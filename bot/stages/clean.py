"""Entry -> Article: text without control characters and decoration, canonical URL, id, date and language."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from datetime import datetime, timedelta
from urllib.parse import SplitResult, parse_qsl, quote, unquote, urlencode, urlsplit, urlunsplit

from bot.errors import RefusedEntry
from bot.language import dates, identify
from bot.model import Article, ArticleId, Entry, Language, Revision
from bot.stages import markup, picture

MAX_CHARS = 1_000_000
"""A longer text is cut at the end of a paragraph, or where it has none, of a word."""
MAX_TITLE_CHARS = 1_000
MIN_WORDS = 3
"""One or two words are a label, not an article."""
AHEAD = timedelta(hours=1)
"""A date further in the future is a mistake of the source (2099): the article counts as published now."""
NO_SOURCE = "unknown"

# Cf (format) characters without the two joiners, all Cc but tab and line breaks, surrogates, noncharacters.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u180e\u200b\u200e\u200f"
    "\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff"
    "\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0001-\U000e007f]"
)
_JOINERS = re.compile("[\u200c\u200d]{2,}")
_LONE_JOINER = re.compile("(?<!\\S)[\u200c\u200d]|[\u200c\u200d](?!\\S)")
_BREAKS = re.compile("\r\n|[\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_WORD = re.compile(r"[^\W\d_]+")
_BARE_LINK = re.compile(r"(?:https?://|www\.|t\.me/)\S+", re.IGNORECASE)
_HANDLE = re.compile(r"@\w+")

_TRACKERS = re.compile(
    r"(?:utm_.*|fbclid|gclid|dclid|gbraid|wbraid|yclid|ysclid|_openstat|openstat|msclkid|mc_[ce]id|igshid|igsh|twclid|"
    r"ttclid|_hs(?:enc|mi)|mkt_tok|vero_id|oly_(?:anon|enc)_id|wickedid|rb_clickid|s_cid|spm|cmpid|ns_.*|at_(?:medium|"
    r"campaign|custom\d)|_ga|_gl|from_source|gaa_.*)",
    re.IGNORECASE,
)
_SCHEME = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:")
_HOST = re.compile(r"[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_])?|\[[0-9a-f:.]+\]")
_BAD_IN_URL = re.compile(r"[\x00-\x20\x7f-\xa0\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]+")
_RAW = "surrogateescape"  # bytes that are not UTF-8 survive unchanged
_SAFE = "/:@!$&'()*+,;=~-._%"


def article(entry: Entry, *, now_at: datetime, id: ArticleId | None = None) -> Article:  # noqa: A002 - the field's name
    """The article an entry becomes. Raises RefusedEntry with a clear reason if there is none in it.

    `id` is kept where the caller has one; otherwise it comes from the canonical URL, or from the text where there is
    no URL. A date more than an hour ahead of `now_at`, or none, becomes `now_at`.
    """
    raw = entry.text if entry.text.strip() or not entry.html else markup.plain(entry.html[: 2 * MAX_CHARS])
    body = text(raw)
    _check(body, raw)
    source = _line(entry.source) or _site(entry.url) or NO_SOURCE
    title = _title(entry.title, source)
    return Article(
        id=id or (article_id(entry.url) if entry.url.strip() else ArticleId(_hash(f"text:{title}\n{body}"))),
        revision=Revision(_hash(f"{title}\n{body}")),
        url=link(entry.url) if entry.url.strip() else "",
        title=title,
        text=body,
        language=_language(title, body, entry.language),
        published_at=_sane(entry.published_at, now_at),
        source=source,
        picture=picture.address(entry.image),
    )


def text(raw: str) -> str:
    """Paragraphs joined by one newline: NFC, no control, format or lone surrogate characters, single blanks, no empty,
    decorative, bare-link or `@channel` lines. Cut at 1,000,000 characters. Cleaning twice changes nothing.
    """
    lines = _visible(raw[: 2 * MAX_CHARS]).split("\n")
    kept = [line for line in map(_tidy, lines) if line and not _is_decoration(line)]
    return _cut("\n".join(kept))


def article_id(url: str) -> ArticleId:
    """16 hex digits of the SHA-256 of the canonical URL. Raises RefusedEntry as `canonical_url` does."""
    return ArticleId(_hash(canonical_url(url)))


def canonical_url(url: str) -> str:
    """One spelling for all addresses of an article: https, host in lower case and IDNA without `www.`, no default
    port, user, fragment, tracking parameters or trailing slash. Raises RefusedEntry unless it is http or https.
    """
    parts = _split(url)
    host = re.sub(r"^(?:www\.)+(?=.)", "", _host(parts))
    query = urlencode([pair for pair in _pairs(parts.query) if not _TRACKERS.fullmatch(pair[0])], errors=_RAW)
    return urlunsplit(("https", host + _port(parts), _path(parts.path).rstrip("/"), query, ""))


def link(url: str) -> str:
    """The address to show and to open: as published, without user, tracking parameters and control characters."""
    parts = _split(url)
    kept = "&".join(part for part in parts.query.split("&") if not _TRACKERS.fullmatch(unquote(part.partition("=")[0])))
    query, fragment = quote(kept, safe=_SAFE + "?"), quote(parts.fragment, safe=_SAFE + "?")
    return urlunsplit((parts.scheme.lower(), _host(parts) + _port(parts), _path(parts.path), query, fragment))


def published_at(text: str | int | float) -> datetime | None:
    """The moment a source's date means, in UTC; None if it cannot be read. Times without a zone are UTC."""
    return dates.moment(text)


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:16]


def _visible(raw: str) -> str:
    """Characters are dropped before NFC, so that what stood on both sides of a dropped one is composed too."""
    kept = raw if _is_usual(raw) else _INVISIBLE.sub("", _BREAKS.sub("\n", raw))
    if "\u200c" in kept or "\u200d" in kept:
        kept = _JOINERS.sub(lambda found: found.group()[0], kept)
    return unicodedata.normalize("NFC", kept)


def _is_usual(raw: str) -> bool:
    """Whether every character can be seen or is a blank, and every line ends in one newline; ten times as fast as to
    search for those that are not."""
    if "\r" in raw or not "".join(raw.split()).isprintable():
        return False
    return len(f"{raw}\n".splitlines()) == raw.count("\n") + 1


def _tidy(line: str) -> str:
    if "\u200c" in line or "\u200d" in line:
        line = _LONE_JOINER.sub("", " ".join(line.split()))
    return " ".join(line.split())


def _line(raw: str) -> str:
    """A title or a name on one line."""
    return _tidy(_visible(raw[: 4 * MAX_TITLE_CHARS]).replace("\n", " "))[:MAX_TITLE_CHARS].rstrip()


def _is_decoration(line: str) -> bool:
    if " " not in line and _BARE_LINK.fullmatch(line):
        return True
    return not _has_word(_HANDLE.sub("", line) if "@" in line else line)


def _has_word(line: str) -> bool:
    return any(letter.isalnum() for letter in line)


def _cut(body: str) -> str:
    if len(body) <= MAX_CHARS:
        return body
    end = body.rfind("\n", MAX_CHARS // 2, MAX_CHARS + 1)
    end = end if end > 0 else body.rfind(" ", MAX_CHARS // 2, MAX_CHARS + 1)
    return body[: end if end > 0 else MAX_CHARS].rstrip()


def _check(body: str, raw: str) -> None:
    if not raw.strip() or not raw.strip("\x00"):
        raise RefusedEntry("the text is empty")
    if not _WORD.search(body):
        raise RefusedEntry("the text holds no words")
    if sum(1 for _, _ in zip(_WORD.finditer(body), range(MIN_WORDS), strict=False)) < MIN_WORDS:
        raise RefusedEntry("the text is too short to be an article")


def _title(raw: str, source: str) -> str:
    """The title on one line, without the name of the site that many pages put behind it."""
    title = _line(raw)
    short = title
    if title.lower().endswith(
        source.lower()
    ):  # a pattern is made for few titles only: making one takes a third of a ms
        short = re.sub(rf"(?:\s[|—–-]\s|\s\|\s[^|]{{1,30}}\s){re.escape(source)}$", "", title, flags=re.IGNORECASE)
    return short if _has_word(short) else ""


def _language(title: str, body: str, claimed: str) -> Language:
    found = identify.language(f"{title}\n{body[: identify.SAMPLE]}")
    if found == identify.UNKNOWN and re.fullmatch(r"[a-z]{2,3}(?:-[A-Z][a-z]{3})?", claimed):
        return Language(claimed)
    return found


def _sane(moment: datetime | None, now_at: datetime) -> datetime:
    return moment if moment is not None and moment <= now_at + AHEAD else now_at


def _site(url: str) -> str:
    return _host(_split(url)).removeprefix("www.") if url.strip() else ""


def _split(url: str) -> SplitResult:
    address = _BAD_IN_URL.sub("", url)
    try:
        parts = urlsplit(address)
        if parts.scheme.lower() not in ("http", "https") or not parts.hostname or parts.port == 0:
            raise RefusedEntry(f"not an http or https address: {address[:100]}")
    except ValueError as error:
        raise RefusedEntry(f"not an address: {address[:100]}") from error
    return parts


def _host(parts: SplitResult) -> str:
    """The host in lower-case ASCII; brackets stay around an IPv6 address."""
    name = unicodedata.normalize("NFKC", parts.hostname or "").lower().rstrip(".")
    if ":" in name:
        return f"[{name}]"
    try:
        ascii_name = name if name.isascii() else name.encode("idna").decode("ascii")
    except UnicodeError as error:
        raise RefusedEntry(f"not a host name: {name[:100]}") from error
    if not _HOST.fullmatch(ascii_name) or ".." in ascii_name:
        raise RefusedEntry(f"not a host name: {ascii_name[:100]}")
    return ascii_name


def _port(parts: SplitResult) -> str:
    return f":{parts.port}" if parts.port and parts.port not in (80, 443) else ""


def _path(path: str) -> str:
    """Percent signs in one way: unreserved characters plain, everything else encoded once."""
    pieces = re.split("%2[fF]", path)  # an encoded slash is not a slash
    return "%2F".join(quote(unquote(piece, errors=_RAW), safe="/:@!$&'()*+,;=~-._", errors=_RAW) for piece in pieces)


def _pairs(query: str) -> list[tuple[str, str]]:
    return sorted(parse_qsl(query, keep_blank_values=True, errors=_RAW))
