"""Takes HTML off a text in one pass: scripts and styles go, block tags make paragraphs, entities become letters.

For what feeds put into their descriptions; whole pages are read by `sources/page.py`.
"""

from __future__ import annotations

import html
import re

_TAG = re.compile(r"<(?:!--|/?([a-zA-Z][a-zA-Z0-9]*)[^<>]*>|![^<>]*>|\?[^<>]*>)")
_UNREAD = re.compile(r"script|style|noscript|template|iframe|svg|math|head|title|textarea|select|figcaption")
_BLOCKS = re.compile(
    r"address|article|aside|blockquote|br|dd|div|dl|dt|figure|footer|form|h[1-6r]|header|li|main|nav|ol|p|pre|section|"
    r"table|tbody|thead|tr|ul"
)


def plain(source: str) -> str:
    """The readable text, paragraphs separated by newlines. Linear in the length, whatever is left open."""
    parts: list[str] = []
    at = 0
    while found := _TAG.search(source, at):
        parts.append(_unescaped(source[at : found.start()]))
        at = _after(source, found)
        name = (found[1] or "").lower()
        if _BLOCKS.fullmatch(name):
            parts.append("\n")
        elif name in ("td", "th"):
            parts.append(" ")
    parts.append(_unescaped(source[at:]))
    return "".join(parts)


def _unescaped(text: str) -> str:
    """Line breaks in HTML source are blanks."""
    return html.unescape(text.replace("\n", " ").replace("\r", " "))


def _after(source: str, tag: re.Match[str]) -> int:
    """Where reading goes on: behind the tag, or behind the whole element if nobody reads what is in it.

    Of an element that is never closed the rest of the text is dropped, as browsers do.
    """
    if tag.group() == "<!--":
        close = source.find("-->", tag.end())
        return close + 3 if close >= 0 else len(source)
    name = (tag[1] or "").lower()
    if not _UNREAD.fullmatch(name) or tag.group().startswith("</") or tag.group().endswith("/>"):
        return tag.end()
    closing = re.compile(rf"</{name}[^<>]*>", re.IGNORECASE).search(source, tag.end())
    return closing.end() if closing else len(source)
