"""What a test in another process does to the world and reads of it: JSON under `/control/`.

`POST /control/fail` takes a `Fault`, `POST /control/act/NAME` the arguments of a method of `World`; see README.md.
"""

import inspect
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import asdict
from typing import Any

from aiohttp import web

from bot.sandbox import local, wire
from bot.sandbox.faults import Fault
from bot.sandbox.refusal import Impossible
from bot.sandbox.state import Chat, Json, Message, User
from bot.sandbox.world import World

ACTS = frozenset(
    (
        *("add_user", "add_group", "add_supergroup", "add_channel", "add_topic"),
        *("say", "start", "press", "press_data", "join", "leave", "promote"),
        *("ask_inline", "choose", "set_inline"),
        *("block", "unblock", "deactivate", "delete_chat", "migrate"),
        *("add_bot", "kick_bot", "remove_bot", "promote_bot", "demote_bot", "restrict_bot"),
        *("close_topic", "reopen_topic", "delete_topic", "set_slow_mode"),
        *("heal", "set_flood", "revoke_token", "restore_token"),
    )
)
MAX_WAIT_S = 50.0
Shut = Callable[..., AbstractAsyncContextManager[None]]


class Control:
    """The handlers. `shut` makes the server refuse connections while its block lasts."""

    def __init__(self, world: World, *, stopped: Callable[[], bool], shut: Shut) -> None:
        self.world = world
        self._stopped = stopped
        self._shut = shut

    def add_routes(self, app: web.Application) -> None:
        app.router.add_post("/control/fail", self.fail)
        app.router.add_post("/control/refuse", self.refuse)
        app.router.add_post("/control/act/{name}", self.act)
        app.router.add_get("/control/sent", self.sent)
        app.router.add_get("/control/duplicates", self.duplicates)
        app.router.add_get("/control/counts", self.counts)
        app.router.add_get("/control/violations", self.violations)
        app.router.add_get(r"/control/transcript/{chat:-?\d{1,19}}", self.transcript)

    async def fail(self, request: web.Request) -> web.Response:
        """A fault for the next calls; answers what waits now."""
        said = await local.posted(request)
        _check_arguments(Fault, said)
        try:
            self.world.fail(**said)
        except ValueError as error:
            raise local.problem(web.HTTPBadRequest, str(error)) from error
        return web.json_response([asdict(fault) for fault in self.world.faults.waiting])

    async def refuse(self, request: web.Request) -> web.Response:
        """Refuses connections for `for_s` of the world's seconds, ends those there are, and answers after that."""
        seconds = (await local.posted(request)).get("for_s")
        if not isinstance(seconds, int | float):
            raise local.problem(web.HTTPBadRequest, "for_s is missing")
        async with self._shut(keep=request.transport):
            await self.world.pause(seconds, stopped=self._stopped)
        return web.json_response({})

    async def act(self, request: web.Request) -> web.Response:
        """Calls a method of the world; of a chat, person or message that it gives, the id is answered."""
        name = request.match_info["name"]
        if name not in ACTS:
            raise local.problem(web.HTTPNotFound, f"there is no act {name!r}")
        method, said = getattr(self.world, name), await local.posted(request)
        _check_arguments(method, said)
        try:
            result = method(**said)
        except Impossible as reason:
            raise local.problem(web.HTTPConflict, str(reason)) from reason
        except KeyError as error:
            raise local.problem(web.HTTPNotFound, f"there is no {error}") from error
        return web.json_response({"result": result.id if isinstance(result, Chat | User | Message) else result})

    async def sent(self, request: web.Request) -> web.Response:
        """The messages taken, from number `after` on; waits up to `wait_s` real seconds for the first of them."""
        after, wait_s = _number(request, "after"), min(_number(request, "wait_s"), MAX_WAIT_S)
        sent = self.world.outbox.sent
        await self.world.until(lambda: len(sent) > after or self._stopped(), timeout_s=wait_s)
        found = [asdict(one) for one in sent[after:]]
        return web.json_response({"sent": found, "next": after + len(found)})

    async def duplicates(self, _: web.Request) -> web.Response:
        """Texts that one chat got more than once."""
        return web.json_response([asdict(one) for one in self.world.outbox.duplicates()])

    async def counts(self, _: web.Request) -> web.Response:
        """Counts of calls, faults and limits; whether any call is under way."""
        world = self.world
        said: Json = {"counts": dict(world.outbox.counts), "is_quiet": world.outbox.is_quiet, "sent": 0, "flood": None}
        said |= {"sent": len(world.outbox.sent), "waiting_updates": len(world.updates), "now": world.clock()}
        if world.flood is not None:
            said["flood"] = {name: getattr(world.flood, name) for name in ("slowed", "refused", "ignored")}
        return web.json_response(said)

    async def violations(self, _: web.Request) -> web.Response:
        return web.json_response([asdict(one) for one in self.world.violations])

    async def transcript(self, request: web.Request) -> web.Response:
        """The visible messages of a chat, as the Bot API writes them."""
        chat = self.world.chats.get(int(request.match_info["chat"]))
        if chat is None:
            raise local.problem(web.HTTPNotFound, "there is no such chat")
        return web.json_response([wire.message(self.world, one) for one in chat.visible])


def _check_arguments(function: Callable[..., Any], said: Json) -> None:
    try:
        inspect.signature(function).bind(**said)
    except TypeError as error:
        raise local.problem(web.HTTPBadRequest, str(error)) from error


def _number(request: web.Request, name: str) -> int:
    said = request.query.get(name, "0")
    if not said.isdecimal() or len(said) > 9:
        raise local.problem(web.HTTPBadRequest, f"{name} is not a number")
    return int(said)
