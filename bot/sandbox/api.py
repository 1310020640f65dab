"""One call of the Bot API, from its name and parameters to the answer; HTTP is `botapi.py`."""

import json
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from bot.sandbox import access, flood, refusal, schema
from bot.sandbox.files import Upload
from bot.sandbox.methods import METHODS
from bot.sandbox.refusal import Refusal
from bot.sandbox.request import Described, Request
from bot.sandbox.state import Call, Json, RefusedCall, Violation

if TYPE_CHECKING:
    from bot.sandbox.world import World


def _never() -> bool:
    return False


async def call(
    world: "World",
    said: str,
    raw: Json,
    *,
    uploads: Mapping[str, Upload] | None = None,
    stopped: Callable[[], bool] = _never,
) -> Json:
    """The answer's body for a method name in any case and parameters as strings or native values.

    A parameter `attach://NAME` stands for the upload of that name.

    Whatever the table of methods does not allow is recorded as a violation, and then treated as Telegram treats it.
    """
    name = schema.method_name(said)
    if name is None:
        world.violations.append(Violation(method=said, text="unknown method"))
        return _refused(world, said, raw, refused=Refusal(404, "Not Found: method not found"))
    params = schema.native(name, raw)
    request = Request(world=world, method=name, params=params, uploads=uploads or {}, stopped=stopped)
    request.note(*schema.problems(name, params))
    try:
        _check_utf8(params)
        await _limited(request)
        result = await _run(request)
    except Refusal as refused:
        if refused.is_mistake:
            request.note(refused.description)
        return _refused(world, name, params, refused=refused)
    return _accepted(request, result)


def _check_utf8(params: Json) -> None:
    try:
        json.dumps(params, ensure_ascii=False).encode()
    except UnicodeEncodeError as error:
        raise refusal.bad_request("strings must be encoded in UTF-8") from error


async def _limited(request: Request) -> None:
    """Waits as the server does where the bot is too fast. Raises Refusal 429 where that would be long."""
    world = request.world
    if world.flood is None or not flood.counts(request.method):
        return
    place = access.known(world, request.text("chat_id"))
    wait_s = world.flood.wait_s(
        place.id if place else None,
        is_private=place is not None and place.kind == "private",
        is_paid=request.flag("allow_paid_broadcast"),
        now=world.clock(),
    )
    if wait_s:
        await world.pause(wait_s, stopped=request.stopped)


async def _run(request: Request) -> Any:
    function = METHODS.get(request.method)
    if function is None:
        request.note("the sandbox does not know this method yet")
        raise Refusal(501, f"Not Implemented: the sandbox does not know {request.method} yet")
    return await function(request)


def _accepted(request: Request, result: Any) -> Json:
    beside: Json = {}
    if isinstance(result, Described):
        result, beside = result.result, {"description": result.description}
    world = request.world
    world.outbox.counts[f"accepted {request.method}"] += 1
    world.accepted.append(Call(method=request.method, params=request.params, result=result, at=world.clock()))
    world.bell.ring()
    return {"ok": True, "result": result, **beside}


def _refused(world: "World", method: str, params: Json, *, refused: Refusal) -> Json:
    world.outbox.counts[f"refused {method} {refused.code}"] += 1
    world.refused.append(
        RefusedCall(method=method, params=params, code=refused.code, description=refused.description, at=world.clock())
    )
    world.bell.ring()
    return refused.answer()
