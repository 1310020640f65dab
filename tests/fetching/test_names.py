"""Names are looked up in threads of their own, within a deadline."""

from __future__ import annotations

import asyncio
import socket
import threading

import pytest

from bot.fetching import names


async def test_an_answer_comes_back() -> None:
    assert await names.Resolver(lambda name: (f"{name}!",)).resolve("press") == ("press!",)


@pytest.mark.parametrize("error", [socket.gaierror(socket.EAI_NONAME, "no such name"), UnicodeError("bad label")])
async def test_a_name_that_is_none_is_told(error: Exception) -> None:
    def look_up(_: str) -> tuple[str, ...]:
        raise error

    with pytest.raises(socket.gaierror) as caught:
        await names.Resolver(look_up).resolve("press.example")

    assert caught.value.errno == socket.EAI_NONAME


async def test_a_look_up_that_hangs_ends_at_the_deadline_and_gives_its_place_back_when_it_ends() -> None:
    released = threading.Event()
    ended = threading.Event()

    def look_up(name: str) -> tuple[str, ...]:
        if name == "hanging.example":
            released.wait(60)
            ended.set()
        return ("93.184.216.34",)

    resolver = names.Resolver(look_up, deadline_s=0.5, max_threads=1)

    with pytest.raises(socket.gaierror, match="no answer within"):
        await resolver.resolve("hanging.example")
    with pytest.raises(socket.gaierror, match="too many look-ups hang"):
        await resolver.resolve("press.example")
    released.set()
    for thread in threading.enumerate():
        if thread.name == "dns hanging.example":
            thread.join()

    assert ended.is_set()
    assert await resolver.resolve("press.example") == ("93.184.216.34",)


def test_an_answer_that_comes_after_everything_is_closed_harms_nobody() -> None:
    released = threading.Event()

    def look_up(_: str) -> tuple[str, ...]:
        released.wait(60)
        return ("93.184.216.34",)

    async def ask() -> None:
        with pytest.raises(socket.gaierror):
            await names.Resolver(look_up, deadline_s=0.01).resolve("late.example")

    asyncio.run(ask())
    released.set()
    late = [thread for thread in threading.enumerate() if thread.name == "dns late.example"]
    for thread in late:
        thread.join()


def test_the_system_reads_an_address_without_asking_anybody() -> None:
    assert names.system("127.0.0.1") == ("127.0.0.1",)
