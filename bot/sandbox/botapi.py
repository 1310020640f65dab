"""The Bot API over HTTP: `/bot<token>/<method>`, any method of sending parameters but files."""

import json
import re
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from aiohttp import web

from bot.sandbox import api, refusal
from bot.sandbox.refusal import Refusal
from bot.sandbox.state import Json, Violation

if TYPE_CHECKING:
    from bot.sandbox.world import World

TOKEN = re.compile(r"\d{1,20}:[A-Za-z0-9_-]{24,80}")


def add_routes(app: web.Application, world: "World", *, stopped: Callable[[], bool]) -> None:
    """Serves the world's bot under `/bot<token>/` and `/bot<token>/test/`."""

    async def handle(request: web.Request) -> web.Response:
        return _response(await _answer(world, request, stopped=stopped))

    for path in ("/bot{token:[^/]*}/{method:[^/]*}", "/bot{token:[^/]*}/test/{method:[^/]*}"):
        app.router.add_route("*", path, handle)
    app.router.add_route("*", "/{path:(?:bot|file/bot).*}", _no_such_path)


async def _no_such_path(_: web.Request) -> web.Response:
    return _response(Refusal(404, "Not Found").answer())


def _response(body: Json) -> web.Response:
    text = json.dumps(body)
    return web.Response(status=body.get("error_code", 200), text=text, content_type="application/json")


async def _answer(world: "World", request: web.Request, *, stopped: Callable[[], bool]) -> Json:
    token, method = request.match_info["token"], request.match_info["method"]
    if not TOKEN.fullmatch(token):
        return Refusal(401, "Unauthorized: invalid token specified").answer()
    if token != world.token:
        return Refusal(401, "Unauthorized").answer()
    if not method:
        return Refusal(404, "Not Found").answer()
    try:
        params = await parameters(request)
    except web.HTTPRequestEntityTooLarge:
        return Refusal(413, "Request Entity Too Large").answer()
    except Refusal as refused:
        world.violations.append(Violation(method=method, text=refused.description))
        return refused.answer()
    return await api.call(world, method, params, stopped=stopped)


async def parameters(request: web.Request) -> Json:
    """All parameters; of two with one name the first wins, the query before the body. Raises Refusal."""
    found: Json = {}
    for name, value in [*request.query.items(), *await _body(request)]:
        found.setdefault(name, value)
    return found


async def _body(request: web.Request) -> Iterable[tuple[str, Any]]:
    if not request.can_read_body:
        return ()
    if request.content_type == "application/json":
        return _json_object(await request.read()).items()
    fields = await request.post()
    if any(not isinstance(value, str) for value in fields.values()):
        raise Refusal(501, "Not Implemented: the sandbox takes no files yet")
    return fields.items()


def _json_object(body: bytes) -> Json:
    try:
        value = json.loads(body.decode() or "{}")
    except UnicodeDecodeError as error:
        raise refusal.bad_request("strings must be encoded in UTF-8") from error
    except ValueError as error:
        raise refusal.bad_request("can't parse JSON object") from error
    if not isinstance(value, dict):
        raise refusal.bad_request("JSON object expected")
    return value
