"""The Bot API over HTTP: `/bot<token>/<method>` with parameters in any form, and the files of `/file/bot<token>/`."""

import json
import re
from collections.abc import Awaitable, Callable, Iterable
from typing import TYPE_CHECKING, Any

from aiohttp import web

from bot.sandbox import api, broken, refusal, schema
from bot.sandbox.faults import Fault
from bot.sandbox.files import ATTACHED, Upload
from bot.sandbox.refusal import Refusal
from bot.sandbox.state import Json, Violation

if TYPE_CHECKING:
    from bot.sandbox.world import World

NOT_FOUND = Refusal(404, "Not Found")
TOKEN = re.compile(r"\d{1,20}:[A-Za-z0-9_-]{24,80}")


def add_routes(app: web.Application, world: "World", *, stopped: Callable[[], bool]) -> None:
    """Serves the world's bot under `/bot<token>/` and `/bot<token>/test/`."""

    async def handle(request: web.Request) -> web.StreamResponse:
        try:
            _check(world, request.match_info["token"])
            return await _answer(world, request, stopped=stopped)
        except Refusal as refused:
            return broken.written(refused.answer())

    async def download(request: web.Request) -> web.StreamResponse:
        try:
            _check(world, request.match_info["token"])
        except Refusal as refused:
            return broken.written(refused.answer())
        file = world.files.at(request.match_info["path"])
        return web.Response(body=file.upload.content) if file else broken.written(NOT_FOUND.answer())

    for path in ("/bot{token:[^/]*}/{method:[^/]*}", "/bot{token:[^/]*}/test/{method:[^/]*}"):
        app.router.add_route("*", path, handle)
    app.router.add_get("/file/bot{token:[^/]*}/{path:.*}", download)
    app.router.add_route("*", "/{path:(?:bot|file/bot).*}", _no_such_path)


async def _no_such_path(_: web.Request) -> web.Response:
    return broken.written(NOT_FOUND.answer())


def _check(world: "World", token: str) -> None:
    if not TOKEN.fullmatch(token):
        raise Refusal(401, "Unauthorized: invalid token specified")
    if token != world.token or world.is_revoked:
        raise Refusal(401, "Unauthorized")


async def _answer(world: "World", request: web.Request, *, stopped: Callable[[], bool]) -> web.StreamResponse:
    method = request.match_info["method"]
    if not method:
        raise NOT_FOUND
    try:
        params, uploads = await parameters(request)
    except web.HTTPRequestEntityTooLarge as error:
        raise Refusal(413, "Request Entity Too Large") from error
    except Refusal as refused:
        world.violations.append(Violation(method=method, text=refused.description))
        raise

    async def accept() -> Json:
        return await api.call(world, method, params, uploads=uploads, stopped=stopped)

    with world.outbox.under_way(schema.method_name(method) or method):
        fault = world.faults.take(method, str(params.get("chat_id", "")))
        if fault is None:
            return broken.written(await accept())
        return await _faulty(world, request, fault, accept=accept, stopped=stopped)


async def _faulty(
    world: "World",
    request: web.Request,
    fault: Fault,
    *,
    accept: Callable[[], Awaitable[Json]],
    stopped: Callable[[], bool],
) -> web.StreamResponse:
    counts = world.outbox.counts
    counts[f"fault {fault.kind} {'after' if fault.after else 'before'}"] += 1

    async def counted() -> Json:
        body = await accept()
        counts["accepted under a fault"] += body["ok"]
        return body

    async def pause(seconds: float) -> None:
        await world.pause(seconds, stopped=stopped)

    return await broken.answered(request, fault, accept=counted, pause=pause)


async def parameters(request: web.Request) -> tuple[Json, dict[str, Upload]]:
    """All parameters, and the files they stand for; of two with one name the first wins, the query before the body.

    A file in the place of a parameter becomes `attach://NAME`, as if it had been attached. Raises Refusal.
    """
    found: Json = {}
    uploads: dict[str, Upload] = {}
    for name, value in [*request.query.items(), *await _body(request)]:
        if isinstance(value, web.FileField):
            uploads.setdefault(name, _upload(value))
        else:
            found.setdefault(name, value)
    said = json.dumps(found)
    for name in uploads:
        if f"{ATTACHED}{name}" not in said:
            found.setdefault(name, f"{ATTACHED}{name}")
    return found, uploads


def _upload(field: web.FileField) -> Upload:
    return Upload(name=field.filename, content=field.file.read(), content_type=field.content_type)


async def _body(request: web.Request) -> Iterable[tuple[str, Any]]:
    if not request.can_read_body:
        return ()
    if request.content_type == "application/json":
        return _json_object(await request.read()).items()
    return (await request.post()).items()


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
