"""The HTML of a rich message -> its blocks, as the Bot API gives them back: the tags, their nesting, the limits.

Tags and limits: https://core.telegram.org/bots/api#rich-message-formatting-options. The words of most refusals are not
published; those here follow what TDLib says of the HTML of ordinary messages.
"""

import re
from collections.abc import Iterator
from html import unescape
from typing import Any

from bot.sandbox import links, refusal, richdetect

MAX_CHARACTERS = 32_768
MAX_BLOCKS = 500
MAX_DEPTH = 16
Block = dict[str, Any]
RichText = str | dict[str, Any] | list[Any]

INLINE = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "code": "code",
    "mark": "marked",
    "sub": "subscript",
    "sup": "superscript",
    "tg-spoiler": "spoiler",
    "a": "url",
}
HEADINGS = {f"h{size}": size for size in range(1, 7)}
LEAVES = {"p", "summary", "footer", *HEADINGS}  # blocks that hold text and inline tags only
HOLDERS = {"blockquote", "details", "li"}  # blocks that hold blocks
LISTS = {"ul", "ol"}
ALONE = {"hr", "br"}
TOKEN = re.compile(r"<(?P<close>/?)(?P<tag>[a-zA-Z][a-zA-Z0-9-]*)(?P<rest>[^<>]*)>|<")
ATTRIBUTE = re.compile(r"""\s+([a-zA-Z-]+)(?:\s*=\s*("[^"]*"|'[^']*'|[^\s"'<>=`]+))?""")
BLANKS = re.compile(r"[ \t\r\n]+")


class Element:
    """A tag, and what it holds: texts and elements."""

    def __init__(self, tag: str, attributes: dict[str, str] | None = None, *, place: int = 0) -> None:
        self.tag = tag
        self.attributes = attributes or {}
        self.place = place
        self.inner: list[str | Element] = []


def blocks(html: str, *, detects: bool = True) -> list[Block]:
    """The blocks of a rich message; mentions, commands and their like are found in it where it `detects`. Raises
    Refusal for other tags, wrong nesting, and whatever exceeds a limit."""
    found = _blocks(_tree(html))
    if detects:
        found = richdetect.blocks(found)
    if len(text(found).strip()) == 0:
        raise refusal.bad_request("rich message must be non-empty")
    if len(text(found)) > MAX_CHARACTERS:
        raise refusal.bad_request("rich message is too long")
    if _count(found) > MAX_BLOCKS:
        raise refusal.bad_request("rich message has too many blocks")
    return found


def text(some: list[Block]) -> str:
    """What a reader sees when all is unfolded, a line for each block that holds text."""
    return "\n".join(line for block in some for line in _texts(block))


def _tree(html: str) -> Element:
    root = Element("")
    open_tags, at = [root], 0
    for found in TOKEN.finditer(html):
        _say(open_tags[-1], html[at : found.start()])
        at = found.end()
        place = len(html[: found.start()].encode())
        if found["tag"] is None:
            raise _unreadable(f"unescaped character '<' at byte offset {place}")
        tag = found["tag"].lower()
        if found["close"]:
            _close(open_tags, tag, place)
        else:
            _open(open_tags, Element(tag, _attributes(found["rest"]), place=place))
    _say(open_tags[-1], html[at:])
    if len(open_tags) > 1:
        last = open_tags[-1]
        raise _unreadable(f'can\'t find end tag corresponding to start tag "{last.tag}" at byte offset {last.place}')
    return root


def _say(into: Element, said: str) -> None:
    if said:
        into.inner.append(unescape(said))


def _open(open_tags: list[Element], new: Element) -> None:
    if new.tag not in {*INLINE, *LEAVES, *HOLDERS, *LISTS, *ALONE}:
        raise _unreadable(f'unsupported start tag "{new.tag}" at byte offset {new.place}')
    _check_place(open_tags[-1].tag, new)
    open_tags[-1].inner.append(new)
    if new.tag in ALONE:
        return
    open_tags.append(new)
    if len(open_tags) - 1 > MAX_DEPTH:
        raise refusal.bad_request("rich message is nested too deep")


def _check_place(within: str, new: Element) -> None:
    """Items stand in lists only, lists hold nothing else, a summary stands in details, no block in a line of text."""
    is_inline = new.tag in INLINE or new.tag == "br"
    wrong = (
        (new.tag == "li") != (within in LISTS)
        or (new.tag == "summary" and within != "details")
        or (not is_inline and (within in LEAVES or within in INLINE))
    )
    if wrong:
        raise _unreadable(f'tag "{new.tag}" can\'t be used inside of tag "{within}" at byte offset {new.place}')


def _close(open_tags: list[Element], tag: str, place: int) -> None:
    if len(open_tags) == 1:
        raise _unreadable(f"unexpected end tag at byte offset {place}")
    last = open_tags.pop()
    if last.tag != tag:
        raise _unreadable(f'unmatched end tag at byte offset {place}, expected "</{last.tag}>", found "</{tag}>"')


def _attributes(rest: str) -> dict[str, str]:
    return {name.lower(): unescape(value.strip("\"'")) for name, value in ATTRIBUTE.findall(rest)}


def _unreadable(what: str) -> refusal.Refusal:
    return refusal.bad_request(f"can't parse rich message: {what}")


def _blocks(holder: Element) -> list[Block]:
    """What an element holds as blocks; lines of text that stand in none become paragraphs."""
    found: list[Block] = []
    loose: list[str | Element] = []

    def settle() -> None:
        said = _rich(loose)
        if _plain(said).strip():
            found.append({"type": "paragraph", "text": said})
        loose.clear()

    for one in holder.inner:
        if isinstance(one, str) or one.tag in INLINE or one.tag == "br":
            loose.append(one)
        elif one.tag != "summary":
            settle()
            found.append(_block(one))
    settle()
    return found


def _block(one: Element) -> Block:
    if one.tag == "hr":
        return {"type": "divider"}
    if one.tag in LISTS:
        return {"type": "list", "items": list(_items(one))}
    if one.tag == "blockquote":
        return {"type": "blockquote", "blocks": _blocks(one)}
    if one.tag == "details":
        is_open = {"is_open": True} if "open" in one.attributes else {}
        return {"type": "details", "summary": _summary(one), "blocks": _blocks(one), **is_open}
    if one.tag in HEADINGS:
        return {"type": "heading", "text": _rich(one.inner), "size": HEADINGS[one.tag]}
    return {"type": "footer" if one.tag == "footer" else "paragraph", "text": _rich(one.inner)}


def _items(one: Element) -> Iterator[Block]:
    items = [item for item in one.inner if isinstance(item, Element)]
    for number, item in enumerate(items, start=1):
        yield {"label": f"{number}." if one.tag == "ol" else "•", "blocks": _blocks(item)}


def _summary(one: Element) -> RichText:
    for inner in one.inner:
        if isinstance(inner, Element) and inner.tag == "summary":
            return _rich(inner.inner)
    raise _unreadable(f'tag "details" has no summary at byte offset {one.place}')


def _rich(inner: list[str | Element]) -> RichText:
    """A RichText: a text alone as it is, several things as a list."""
    found = [one for part in inner if (one := _piece(part)) != ""]
    if not found:
        return ""
    return found[0] if len(found) == 1 else found


def _piece(part: str | Element) -> RichText:
    if isinstance(part, str):
        return BLANKS.sub(" ", part)
    if part.tag == "br":
        return "\n"
    said = {"type": INLINE[part.tag], "text": _rich(part.inner)}
    return said | {"url": _url(part)} if part.tag == "a" else said


def _url(link: Element) -> str:
    try:
        return links.checked(link.attributes.get("href", ""))
    except links.WrongLink as wrong:
        raise refusal.bad_request(f"rich message URL is invalid: {wrong}") from wrong


def _plain(said: Any) -> str:
    if isinstance(said, list):
        return "".join(map(_plain, said))
    return said if isinstance(said, str) else _plain(said["text"])


def _inner(block: Block) -> list[Block]:
    return [*block.get("blocks", ()), *(each for item in block.get("items", ()) for each in item["blocks"])]


def _texts(block: Block) -> Iterator[str]:
    for name in ("summary", "text"):
        if name in block:
            yield _plain(block[name]).strip()
    for item in block.get("items", ()):
        yield f"{item['label']} {text(item['blocks'])}"
    for one in block.get("blocks", ()):
        yield from _texts(one)


def _count(some: list[Block]) -> int:
    """Blocks and items of lists, nested ones too."""
    return sum(1 + len(block.get("items", ())) + _count(_inner(block)) for block in some)
