"""Who may talk to the sandbox: only programs of this machine, and no web page but its own."""

import ipaddress
import json
import re
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

HOST = re.compile(r"(?P<name>\[[0-9a-f:.]+\]|[^:\[\]]+)(?::\d{1,5})?", re.IGNORECASE)
HEADERS = {
    "Content-Security-Policy": "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


def problem(kind: type[web.HTTPError], text: str) -> web.HTTPError:
    """An HTTP error with `{"error": text}`."""
    return kind(text=json.dumps({"error": text}, ensure_ascii=False), content_type="application/json")


@web.middleware
async def only(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """Refuses a Host that is not this machine: a page elsewhere could point its own name here (DNS rebinding)."""
    if not is_loopback(request.headers.get("Host", "")):
        raise problem(web.HTTPForbidden, "the sandbox only answers to this machine's own names")
    return await handler(request)


async def add_headers(_: web.Request, response: web.StreamResponse) -> None:
    """On every answer: nothing from elsewhere runs in the page, nobody frames it."""
    response.headers.update(HEADERS)


async def posted(request: web.Request) -> dict[str, Any]:
    """The JSON object of a request, which no page from elsewhere can send as such."""
    if request.content_type != "application/json":
        raise problem(web.HTTPUnsupportedMediaType, "send application/json")
    try:
        body = json.loads(await request.text() or "{}")
    except ValueError as error:
        raise problem(web.HTTPBadRequest, "this is not JSON") from error
    if not isinstance(body, dict):
        raise problem(web.HTTPBadRequest, "an object is expected")
    return body


def is_loopback(host: str) -> bool:
    """Whether a Host header names this machine: localhost, 127.0.0.0/8 or ::1, with or without a port."""
    said = HOST.fullmatch(host)
    if said is None:
        return False
    name = said["name"].lower()
    if name == "localhost":
        return True
    try:
        return ipaddress.ip_address(name.strip("[]")).is_loopback
    except ValueError:
        return False
