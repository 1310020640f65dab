"""Answers that are late, broken, or none at all: carries out a fault over HTTP."""

import asyncio
import json
import socket
import struct
from collections.abc import Awaitable, Callable

from aiohttp import web

from bot.sandbox import refusal
from bot.sandbox.faults import Fault
from bot.sandbox.refusal import Refusal
from bot.sandbox.state import Json
from bot.sandbox.updates import TERMINATED

PAGE = "<html>\r\n<head><title>{0}</title></head>\r\n<body><center><h1>{0}</h1></center><hr></body>\r\n</html>\r\n"
LINGER_NOT = struct.pack("ii", 1, 0)
Accept = Callable[[], Awaitable[Json]]
Pause = Callable[[float], Awaitable[object]]


async def answered(request: web.Request, fault: Fault, *, accept: Accept, pause: Pause) -> web.StreamResponse:
    """The answer to a call that meets a fault; `accept` carries the call out, `pause` waits the world's seconds."""
    taken = await accept() if fault.after else None
    if fault.kind == "delay":
        await pause(fault.seconds)
        return written(taken or await accept())
    told = taken or _restart().answer()
    match fault.kind:
        case "drop":
            return _close(request)
        case "reset":
            return _reset(request)
        case "cut" | "cut_reset":
            return await _halved(request, told, reset=fault.kind == "cut_reset")
        case "drip":
            return await _dripped(request, told, pause=lambda: pause(fault.seconds))
        case "broken":
            return web.Response(text=_half(told), content_type="application/json")
    return _refused(fault)


def written(body: Json) -> web.Response:
    """The body as the Bot API sends it: its error code is the status, a pause stands in a header too."""
    pause = body.get("parameters", {}).get("retry_after")
    headers = {"Retry-After": str(pause)} if pause else None
    status = body.get("error_code", 200)
    return web.Response(status=status, text=json.dumps(body), content_type="application/json", headers=headers)


def _refused(fault: Fault) -> web.Response:
    match fault.kind:
        case "flood":
            return written(refusal.flood(max(1, round(fault.seconds))).answer())
        case "restart":
            return written(_restart().answer())
        case "conflict":
            return written(Refusal(409, TERMINATED).answer())
        case "bad_gateway":
            return web.Response(status=502, text=PAGE.format("502 Bad Gateway"), content_type="text/html")
        case "gateway_timeout":
            return web.Response(status=504, text=PAGE.format("504 Gateway Time-out"), content_type="text/html")
    return written(Refusal(fault.code, fault.description).answer())


def _restart() -> Refusal:
    return Refusal(500, "Internal Server Error: restart")


def _half(body: Json) -> str:
    text = json.dumps(body)
    return text[: len(text) // 2]


def _close(request: web.Request) -> web.Response:
    if request.transport is not None:
        request.transport.close()
    return web.Response()


def _reset(request: web.Request) -> web.Response:
    if request.transport is not None:
        reset(request.transport)
    return web.Response()


def reset(transport: asyncio.Transport) -> None:
    """Ends a connection with RST: the peer loses what it has not read, and sees an error."""
    transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, LINGER_NOT)
    transport.abort()


async def _begun(request: web.Request, body: Json) -> tuple[web.StreamResponse, bytes]:
    """The head of an answer, which promises all of the body, and the body."""
    text = json.dumps(body).encode()
    response = web.StreamResponse(status=body.get("error_code", 200))
    response.content_type, response.content_length = "application/json", len(text)
    await response.prepare(request)
    return response, text


async def _halved(request: web.Request, body: Json, *, reset: bool) -> web.StreamResponse:
    response, text = await _begun(request, body)
    await response.write(text[: len(text) // 2])
    _reset(request) if reset else _close(request)
    return response


async def _dripped(request: web.Request, body: Json, *, pause: Callable[[], Awaitable[object]]) -> web.StreamResponse:
    response, text = await _begun(request, body)
    try:
        for index in range(len(text)):
            await response.write(text[index : index + 1])
            await pause()
    except ConnectionError:
        return response
    return response
