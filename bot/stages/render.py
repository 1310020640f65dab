"""Digest -> Messages: text and entities that fit Telegram; also plain text, and the lines of `stage render`.

Commands build their texts here too: `rich(bold("x"), "\n", link("name", url), quote("a", "b"))`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, tzinfo
from itertools import islice
from urllib.parse import urlsplit

from bot.errors import RefusedEntry
from bot.language import figures
from bot.model import (
    ArticleId,
    Digest,
    Entity,
    EntityKind,
    Evidence,
    Fact,
    FactKind,
    Item,
    Link,
    Message,
    Revision,
    RichText,
    StoryId,
)
from bot.stages import beside, richtext

MAX_URL_CHARS = 2048
MAX_LED_UNITS = 900  # of the 1,024 under a picture; the rest is for what may be added: a repeat, an update
FACTS_SHOWN = 2  # the others fold away in a quote
BOLD_FIGURES = 3  # in one fact: where everything is bold nothing is, and a message has at most 100 entities
Part = str | richtext.Draft
_GAP = "\n\n"
_AMOUNTS = ("money", "share", "measure", "number")
_DIGIT = re.compile(r"\d")
_YEAR = re.compile(r"(?:19|20)\d\d(?:[\s-]?(?:г\.?|год(?:а|у|ом|е)?|yil\w*|йил\w*|жыл\w*))?", re.IGNORECASE)
# Before a number that counts nothing.
_OF_A_NAME = re.compile(
    r"(?:№|#|\bNo\.|\b(?:line|route|flight|room|article|маршрут\w*|рейс\w*|стать[яиеюё]\w?) )\s?", re.IGNORECASE
)
_BLANKS = re.compile(r"[^\S\u00a0\u202f]+")
# What Telegram would turn into a mention, a command or a link to itself if a feed wrote it (security.md, T12).
_ACTIVE = re.compile(r"(?<!\w)@(?=\w)|(?<![\w/])/(?=[a-z0-9_])|\b(?:tg|ton|tonsite):(?=//)", re.IGNORECASE)
_WORD_JOINER = "\u2060"
_JOINERS = "\u200c\u200d"
_HOST = re.compile(r"(?:[^\W_]|[-_]|[.](?=[^.:]))+[.](?:[^\W_]|-)+(?::\d+)?|\[[0-9A-Fa-f:.]+\](?::\d+)?")
_NOT_IN_URL = re.compile(r"[\s\x00-\x20\x7f-\xa0\ud800-\udfff]")


def rich(*parts: Part) -> RichText:
    """The pieces one after the other, controls removed, trimmed; offsets in UTF-16 units. Nothing is cut."""
    return richtext.finished(richtext.cut(_joined(parts)))


def bodies(*parts: Part) -> tuple[RichText, ...]:
    """As `rich`, cut into as many texts as Telegram's limits ask for."""
    return tuple(richtext.finished(piece) for piece in richtext.pieces(_joined(parts)))


def bold(*parts: Part) -> richtext.Draft:
    return _spanned(EntityKind.BOLD, parts)


def italic(*parts: Part) -> richtext.Draft:
    return _spanned(EntityKind.ITALIC, parts)


def code(*parts: Part) -> richtext.Draft:
    return _spanned(EntityKind.CODE, parts)


def quote(*parts: Part, expandable: bool = True) -> richtext.Draft:
    """A block of its own: write a newline before and after it."""
    return _spanned(EntityKind.EXPANDABLE_BLOCKQUOTE if expandable else EntityKind.BLOCKQUOTE, parts)


def link(name: str, url: str) -> richtext.Draft:
    """The name, linked if the URL is one that is safe to follow: http(s), a host, at most 2,048 characters."""
    return _spanned(EntityKind.TEXT_LINK, (name,), url=url) if _is_safe(url) else _joined((name,))


def headline(said: str) -> richtext.Draft:
    """What a feed says on one line, harmless, in bold."""
    return bold(_told(_one_line(said)))


def fact(said: str) -> richtext.Draft:
    """A line of a digest: what a feed says, harmless, its amounts in bold."""
    return _with_bold_figures(_bullet(said))


def utf16(text: str) -> int:
    """Length in UTF-16 code units."""
    return richtext.utf16(text)


def messages(digest: Digest, *, first: int = 1) -> tuple[Message, ...]:
    """The digest in parts that fit Telegram, cut between stories; inside one only if it alone is too long.

    The header stands on the first part, the footer on the last; numbers begin with `first` and go on from part to part.
    Amounts that are folded away are bold too, unless so many entities would need one more message.
    """
    whole = _parts(digest, first, has_bold_folds=True)
    return whole if len(whole) < 2 else min(whole, _parts(digest, first, has_bold_folds=False), key=len)


def _parts(digest: Digest, first: int, *, has_bold_folds: bool) -> tuple[Message, ...]:
    numbered = tuple(_numbered(digest, first))
    stories = tuple(_story(number, item, digest, has_bold_folds=has_bold_folds) for number, item in numbered)
    footer = richtext.cut(_joined((digest.footer,)))
    packed = _packed(richtext.cut(bold(digest.header)), (*stories, footer))
    ids = dict(enumerate((item.story_id for _, item in numbered), start=1))
    return tuple(
        Message(
            part=part, body=richtext.finished(page), stories=tuple(ids[number] for number in ended if number in ids)
        )
        for part, (page, ended) in enumerate(packed, start=1)
    )


def led(digest: Digest) -> tuple[Message, ...]:
    """As `messages`, but the first part, which is to stand under a picture, holds the first story alone, without the
    last of its facts where they are too many for that; () where even its headline is too long."""
    lead, *others = digest.items
    for many in range(len(lead.facts), -1, -1):
        short = replace(lead, facts=lead.facts[:many])
        alone = messages(replace(digest, items=(short,), footer="" if others else digest.footer))
        if len(alone) == 1 and alone[0].stories and utf16(alone[0].body.text) <= MAX_LED_UNITS:
            break
    else:
        return ()
    rest = messages(replace(digest, header="", items=tuple(others)), first=2) if others else ()
    return (*alone, *(replace(one, part=one.part + 1) for one in rest))


def plain(digest: Digest) -> str:
    """The digest for a terminal: numbers, headlines, facts and the URLs of the sources; no control characters."""
    blocks = [_one_line(digest.header)]
    for number, item in _numbered(digest):
        headline, *facts = _sayings(item, digest.zone)
        sources = (f"   {_name(one)}: {_one_line(one.url)}" for one in item.links)
        before = [f"   {digest.earlier}: {_name(item.earlier)} {_one_line(item.earlier.url)}"] if item.earlier else []
        date = [f"   {item.date}"] if item.date else []
        blocks.append(
            "\n".join((f"{number}. {headline}", *(f"   • {fact}" for fact in facts), *before, *date, *sources))
        )
    blocks.append(richtext.clean(digest.footer).strip())
    return _GAP.join(block for block in blocks if block)


def _numbered(digest: Digest, first: int = 1) -> Iterator[tuple[int, Item]]:
    return enumerate((item for item in digest.items if _sayings(item)), start=first)


def _sayings(item: Item, zone: tzinfo = UTC) -> tuple[str, ...]:
    """Headline and facts, one line each. Where the headline is blank the first fact, or a source, takes its place."""
    said = (item.headline, *(beside.told(fact, zone) for fact in item.facts))
    lines = tuple(line for line in map(_one_line, said) if line)
    return lines or tuple(_name(one) for one in item.links if _name(one))[:1]


def _story(number: int, item: Item, digest: Digest, *, has_bold_folds: bool) -> richtext.Draft:
    headline, *facts = _sayings(item, digest.zone)
    lines = [_joined((f"{number}. ", bold(_told(headline))))]
    lines += [fact(one) for one in facts[:FACTS_SHOWN]]
    if folded := facts[FACTS_SHOWN:]:
        lines.append(quote(_between("\n", [fact(one) if has_bold_folds else _bullet(one) for one in folded])))
    if item.earlier and _name(item.earlier):
        lines.append(_joined((_told(f"{digest.earlier}: "), _source(item.earlier))))
    date = [_joined((item.date,))] if item.date else []
    if below := [*date, *(_source(one) for one in item.links if _name(one))]:
        lines.append(_between(" · ", below))
    return _between("\n", lines)


def _bullet(said: str) -> richtext.Draft:
    return _told(f"• {_one_line(said)}")


def _with_bold_figures(line: richtext.Draft) -> richtext.Draft:
    """The line with its first amounts in bold: money, shares, measures and counts in digits; no dates, no years, no
    numbers of names."""
    named = {found.end() for found in _OF_A_NAME.finditer(line.text)}
    spans = (
        richtext.Span(kind=EntityKind.BOLD, start=one.start, end=one.start + len(one.text.rstrip(".")))
        for one in figures.find(line.text)
        if one.kind in _AMOUNTS and _DIGIT.search(one.text) and not _YEAR.fullmatch(one.text) and one.start not in named
    )
    return replace(line, spans=(*line.spans, *islice(spans, BOLD_FIGURES)))


_Page = tuple[richtext.Draft, tuple[int, ...]]


def _packed(header: richtext.Draft, blocks: tuple[richtext.Draft, ...]) -> Iterator[_Page]:
    """Blocks below each other on pages that fit, each page with the numbers of the blocks, from 1, that end on it; only
    a block that fits on no page is cut, and follows the header."""
    page, ended = richtext.Draft(text=""), list[int]()
    for at, block in enumerate((header, *blocks)):
        longer = _between(_GAP, [each for each in (page, block) if each.text])
        if not richtext.fits(longer):
            if page.text and (at > 1 or richtext.fits(block)):
                yield page, tuple(ended)
                longer, ended = block, []
            *full, longer = richtext.pieces(longer)
            for piece in full:
                yield piece, tuple(ended)
                ended = []
        page = longer
        ended.append(at)
    if page.text:
        yield page, tuple(ended)


def _source(one: Link) -> richtext.Draft:
    name = _told(_name(one))
    return _spanned(EntityKind.TEXT_LINK, (name,), url=one.url) if _is_safe(one.url) else name


def _name(one: Link) -> str:
    return _one_line(one.name) or (_one_line(urlsplit(one.url).hostname or "") if _is_safe(one.url) else "")


def _is_safe(url: str) -> bool:
    """Whether a link may be made of it: one that Telegram takes (a host with a dot, a port that is one), without a
    user name before the host, which is how an address lies about where it leads."""
    if len(url) > MAX_URL_CHARS or _NOT_IN_URL.search(url):
        return False
    try:
        parts = urlsplit(url)
        is_port = parts.port is None or parts.port > 0
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and is_port and _HOST.fullmatch(parts.netloc) is not None


def _one_line(text: str) -> str:
    line = _BLANKS.sub(" ", richtext.clean(text)).strip()
    return line if line.strip(_JOINERS) else ""


def _told(line: str) -> richtext.Draft:
    """What a feed says, with nothing in it that Telegram would make pressable; an invisible joiner is all it takes."""
    return richtext.Draft(text=_ACTIVE.sub(lambda found: found[0] + _WORD_JOINER, line))


def _spanned(kind: EntityKind, parts: Iterable[Part], *, url: str = "") -> richtext.Draft:
    inner = _joined(parts)
    return richtext.Draft(
        text=inner.text, spans=(richtext.Span(kind=kind, start=0, end=len(inner.text), url=url), *inner.spans)
    )


def _between(gap: str, drafts: list[richtext.Draft]) -> richtext.Draft:
    first, *others = drafts or [richtext.Draft(text="")]
    return _joined((first, *(part for each in others for part in (gap, each))))


def _joined(parts: Iterable[Part]) -> richtext.Draft:
    texts: list[str] = []
    spans: list[richtext.Span] = []
    length = 0
    for part in parts:
        draft = part if isinstance(part, richtext.Draft) else richtext.Draft(text=richtext.clean(part))
        spans += (replace(span, start=span.start + length, end=span.end + length) for span in draft.spans)
        texts.append(draft.text)
        length += len(draft.text)
    return richtext.Draft(text="".join(texts), spans=tuple(spans))


def digest_dict(digest: Digest) -> dict[str, object]:
    """The digest as data: `{header, stories: [{id, headline, facts, links}], footer}`, texts as they were written; a
    story that follows up an earlier one has `earlier: {headline, url}`."""
    stories = [
        {
            "id": item.story_id,
            "headline": item.headline,
            "facts": [_fact_dict(fact) for fact in item.facts],
            "links": [{"source": one.name, "url": one.url} for one in item.links],
            **({"earlier": {"headline": item.earlier.name, "url": item.earlier.url}} if item.earlier else {}),
        }
        for item in digest.items
    ]
    return {"header": digest.header, "stories": stories, "footer": digest.footer}


def entity_dict(entity: Entity) -> dict[str, str | int]:
    """The Bot API's form: `{type, offset, length}`, for links also `url`."""
    return richtext.entity_dict(entity)


def from_line(line: Mapping[str, object]) -> Item:
    """A line `{id, headline, facts: [{text, kind, start, end}], url, source}`, of which only `headline` or one fact
    must be there; unknown keys are ignored. Raises RefusedEntry saying which field is wrong.
    """
    story_id, url = _text(line, "id"), _text(line, "url")
    facts = line.get("facts") or ()
    if not isinstance(facts, list | tuple):
        raise RefusedEntry('"facts" is not a list')
    item = Item(
        story_id=StoryId(story_id),
        headline=_text(line, "headline"),
        facts=tuple(_fact(fact, story_id) for fact in facts),
        links=(Link(name=_text(line, "source"), url=url),) if url or _text(line, "source") else (),
    )
    if not any(_one_line(text) for text in (item.headline, *(fact.text for fact in item.facts))):
        raise RefusedEntry("there is neither a headline nor a fact")
    return item


def _fact_dict(fact: Fact) -> dict[str, object]:
    evidence = fact.evidence
    where = {"article": evidence.article_id, "start": evidence.start, "end": evidence.end}
    return {"text": fact.text, "kind": fact.kind.value, **where, **beside.as_data(fact)}


def _fact(line: object, story_id: str) -> Fact:
    if not isinstance(line, Mapping):
        raise RefusedEntry("a fact is not an object")
    kind, start, end = _text(line, "kind") or FactKind.EVENT, line.get("start", 0), line.get("end", 0)
    if kind not in tuple(FactKind):
        raise RefusedEntry(f'there is no kind of fact "{kind[:40]}"')
    if not isinstance(start, int) or not isinstance(end, int):
        raise RefusedEntry('"start" or "end" of a fact is not a whole number')
    evidence = Evidence(article_id=ArticleId(story_id), revision=Revision(""), start=start, end=end)
    fact = Fact(text=_text(line, "text"), kind=FactKind(kind), evidence=evidence)
    variants, published_at = beside.from_data(line), _text(line, "published_at")
    if not variants or not published_at:
        return fact
    return replace(fact, figures=variants, source=_text(line, "source"), published_at=beside.moment(published_at))


def _text(line: Mapping[str, object], key: str) -> str:
    value = line.get(key)
    if value is not None and not isinstance(value, str):
        raise RefusedEntry(f'"{key}" is not a text')
    return value or ""
