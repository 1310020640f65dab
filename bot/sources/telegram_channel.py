"""Public Telegram channels by their preview pages (`https://t.me/s/NAME`): each post an entry."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from lxml import etree

from bot import sources
from bot.errors import FileError, RefusedAddress
from bot.model import Entry
from bot.sources import Body, Parsed, SourceKind
from bot.stages import clean, discover

MAX_BYTES = 5_000_000
MAX_POSTS = 200
MAX_POST_CHARS = 20_000
HOSTS = frozenset(("t.me", "telegram.me", "telegram.dog", "www.t.me", "www.telegram.me"))

_HEAD = 200_000  # bytes; the marks of a preview page stand behind its styles
_IS_PREVIEW = re.compile(rb"<[^<>]*\bclass=[\"'][^\"']*\btgme_(?:widget_message|channel|page|body|main|header)")
_NAME = re.compile(r"[a-zA-Z]\w{2,31}", re.ASCII)
_NOT_CHANNELS = frozenset(
    "s joinchat addstickers addemoji addtheme share proxy socks login confirmphone setlanguage bg iv c invoice boost "
    "addlist giftcode contact username m".split()
)
_POST = re.compile(r"\w+/\d+", re.ASCII)
_PICTURE = re.compile(r"background-image:\s*url\(\s*['\"]?([^'\")]+)['\"]?\s*\)", re.IGNORECASE)
_PICTURES = "tgme_widget_message_photo_wrap tgme_widget_message_video_thumb link_preview_image link_preview_right_image"
_BY_CLASS = etree.XPath(
    "descendant::*[contains(concat(' ', normalize-space(@class), ' '), concat(' ', $name, ' '))]", smart_strings=False
)
_BREAKS = frozenset(("br", "p", "div", "blockquote", "pre", "li"))
_SAYING = ("tgme_page_description", "tgme_page_extra", "tgme_page_action", "tgme_widget_message_error")
_REASONS = tuple(
    (re.compile(pattern, re.IGNORECASE), reason)
    for pattern, reason in (
        (
            r"\b18\+|age[- ]restricted|sensitive content|can.t be displayed",
            "the channel shows its posts in Telegram only",
        ),
        (r"\bmembers?\b|view in group", "this is a group: only channels have a preview"),
        (r"\bprivate\b|\binvit|join (?:channel|group)", "the channel is private: it has no preview"),
        (r"send message|start bot|you can contact", "there is no channel of this name, only a person, a bot or nobody"),
    )
)
_SWITCHED_OFF = "the channel's preview is switched off or there is no such channel"


def address(typed: str) -> str:
    """The preview page that somebody means by `@name`, `name`'s link in any form or a link to one of its posts
    (`t.me/name/12`); "" for anything else: invitations, private channels, other sites, a bare word."""
    text = typed.strip().strip("<>")
    if text.startswith("@"):
        return _preview(text[1:])
    try:
        parts = urlsplit(text if "://" in text else f"https://{text}")
        host = (parts.hostname or "").rstrip(".")
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https", "tg"):
        return ""
    if parts.scheme == "tg":
        domain = re.search(r"(?:^|&)domain=(\w+)", parts.query) if host == "resolve" else None
        return _preview(domain[1]) if domain else ""
    if host.endswith(".t.me") and host not in HOSTS:
        return _preview(host.removesuffix(".t.me"))
    words = [word for word in parts.path.split("/") if word]
    words = words[1:] if words[:1] == ["s"] else words
    return _preview(words[0]) if host in HOSTS and words else ""


def _preview(name: str) -> str:
    known = _NAME.fullmatch(name) and name.lower() not in _NOT_CHANNELS
    return f"https://t.me/s/{name}" if known else ""


def recognises(body: bytes) -> bool:
    """Whether it is a page of t.me, with posts or without."""
    return _IS_PREVIEW.search(body[:_HEAD]) is not None


def parse(body: Body) -> Parsed:
    """The posts of a preview page, oldest first as they stand there, and the channel's title.

    An entry's text keeps line breaks and ends in the addresses its words link to; a poll is its question and answers;
    `source` is the channel's title, `authors` hold who was forwarded and who signed, `categories` what is to be known
    of it ("forwarded", "edited", "poll") and its hashtags. Posts that are no more than pictures and what Telegram says
    itself (pinned, joined) are left out. Faults: no posts, and in plain words why. Never raises.
    """
    tree = sources.tree(body, max_bytes=MAX_BYTES)
    if tree is None:
        return Parsed(faults=(FileError(body.address, "not a page of t.me"),))
    title = _first(tree, "tgme_channel_info_header_title") or _first(tree, "tgme_page_title")
    posts = [one for one in _all(tree, "tgme_widget_message") if _is_post(one)]
    if not posts:
        return Parsed(faults=(FileError(body.address, _why_empty(tree)),), title=title)
    entries = [entry for one in posts[-MAX_POSTS:] if (entry := _entry(one, title)) is not None]
    return Parsed(entries=tuple(entries), title=title)


def _is_post(one: Any) -> bool:
    """Whether it has a number of its own and stands in no other post."""
    return _POST.fullmatch(one.get("data-post") or "") is not None and not any(
        "tgme_widget_message" in _classes(above) for above in one.iterancestors()
    )


def _why_empty(tree: Any) -> str:
    """What is wrong with a page without posts, in plain words.

    Telegram answers 200 whatever is wrong, and when asked too often it shows a channel without any post.
    """
    preview = _found(tree, "tgme_page_context_link")
    said = " ".join(_line(one) for name in _SAYING for one in _all(tree, name))
    if _found(tree, "tgme_channel_history") is not None or _found(tree, "tgme_channel_info") is not None:
        return "the channel shows no posts: it is empty, or Telegram was asked too often"
    if preview is not None and (wanted := address(discover.absolute(preview.get("href") or "", "https://t.me/"))):
        return f"this is not the channel's preview: that is {wanted}"
    return next((reason for pattern, reason in _REASONS if pattern.search(said)), _SWITCHED_OFF)


def _entry(post: Any, title: str) -> Entry | None:
    """The entry of a post, None for one in which there is nothing to read."""
    if "service_message" in _classes(post) or _first(post, "message_media_not_supported_label") == "Service message":
        return None
    poll = _found(post, "tgme_widget_message_poll")
    text = "\n".join(filter(None, (*_texts(post), *_poll(poll))))[:MAX_POST_CHARS]
    if not text:
        return None
    links = [link for link in _links(post) if link not in text]
    return Entry(
        url=f"https://t.me/{post.get('data-post')}",
        guid=post.get("data-post"),
        text="\n".join([text, *links]),
        published_at=clean.published_at(_time(post)),
        source=title,
        authors=_authors(post),
        categories=(*_marks(post, poll), *dict.fromkeys(re.findall(r"(?<!\w)#\w+", text))),
        image=_image(post),
    )


def _marks(post: Any, poll: Any) -> Iterator[str]:
    if _found(post, "tgme_widget_message_forwarded_from") is not None:
        yield "forwarded"
    meta = " ".join(_line(one) for one in _all(post, "tgme_widget_message_meta"))
    if re.search(r"\bedited\b", meta):
        yield "edited"
    if poll is not None:
        yield "poll"


def _texts(post: Any) -> Iterator[str]:
    """The post's own words: not those that it answers, and those of an album only once though its box stands twice."""
    for one in _all(post, "tgme_widget_message_text"):
        nested = any("tgme_widget_message_text" in _classes(above) for above in _above(one, post))
        answered = "js-message_reply_text" in _classes(one) or any(
            "tgme_widget_message_reply" in _classes(above) for above in _above(one, post)
        )
        if not nested and not answered:
            yield _written(one)


def _above(one: Any, post: Any) -> Iterator[Any]:
    for above in one.iterancestors():
        if above is post:
            return
        yield above


def _poll(poll: Any) -> Iterator[str]:
    if poll is not None:
        yield _first(poll, "tgme_widget_message_poll_question")
        for option in _all(poll, "tgme_widget_message_poll_option_text"):
            yield f"— {_line(option)}"


def _written(one: Any) -> str:
    """The text of an element with its line breaks; an emoji is the letter inside of its picture."""
    parts: list[str] = []
    for event, part in etree.iterwalk(one, events=("start", "end")):
        if event == "start":
            parts += ["\n"] if part.tag in _BREAKS and part is not one else []
            parts.append(re.sub(r"\s*\n\s*", " ", part.text or "") if part.tag != "pre" else part.text or "")
        elif part is not one:
            parts += ["\n"] if part.tag in _BREAKS - {"br"} else []
            parts.append(re.sub(r"\s*\n\s*", " ", part.tail or ""))
    lines = (" ".join(line.split()) for line in "".join(parts).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _links(post: Any) -> list[str]:
    """Addresses behind words of the post and of its link preview, without hashtags, mentions and Telegram's own."""
    boxes = [*_all(post, "tgme_widget_message_text"), *_all(post, "tgme_widget_message_link_preview")]
    anchors = (link for box in boxes for link in ([box] if box.tag == "a" else box.iter("a")))
    hrefs = (discover.absolute((link.get("href") or "").replace("&amp;", "&"), "https://t.me/") for link in anchors)
    return list(dict.fromkeys(href for href in hrefs if href and urlsplit(href).hostname not in HOSTS))


def _authors(post: Any) -> tuple[str, ...]:
    names = (f"tgme_widget_message_{name}" for name in ("forwarded_from_name", "forwarded_from_author", "from_author"))
    return tuple(dict.fromkeys(filter(None, (_first(post, name) for name in names))))


def _time(post: Any) -> str:
    """The moment of the post: that of its footer, not the length of a video, which is a `time` too."""
    stamps = [one.get("datetime") for box in _all(post, "tgme_widget_message_date") for one in box.iter("time")]
    return next(filter(None, (*stamps, *(one.get("datetime") for one in post.iter("time")))), "")


def _image(post: Any) -> str:
    boxes = (one for name in _PICTURES.split() for one in _all(post, name))
    found = (_PICTURE.search(one.get("style") or "") for one in boxes)
    return next((discover.absolute(one[1], "https://t.me/") for one in found if one), "")


def _classes(one: Any) -> list[str]:
    return (one.get("class") or "").split()


def _all(tree: Any, name: str) -> list[Any]:
    """The elements below one that bear a class, in their order."""
    found: list[Any] = _BY_CLASS(tree, name=name)
    return found


def _found(tree: Any, name: str) -> Any:
    return next(iter(_all(tree, name)), None)


def _first(tree: Any, name: str) -> str:
    found = _found(tree, name)
    return "" if found is None else _line(found)


def _line(one: Any) -> str:
    return " ".join("".join(one.itertext()).split())


def _typed(text: str) -> str:
    found = address(text)
    if not found:
        raise RefusedAddress(f'"{text.strip()[:100]}" is not a public channel: write @name or its t.me link')
    return found


SOURCE = SourceKind(name="telegram_channel", recognises=recognises, parse=parse, rank=20, address=_typed)
