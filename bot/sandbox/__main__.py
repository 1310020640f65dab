"""The sandbox as a process of its own: `python -m bot.sandbox` says where it is, and ends when its standard input does.

Its one line of output is JSON: `url`, `base_url`, `base_file_url`, `token`, and the ids of the people, groups and
channels that were asked for; the people have started the bot.
"""

import argparse
import asyncio
import json
import sys
from collections.abc import Sequence

from bot.sandbox import server
from bot.sandbox.server import Server
from bot.sandbox.state import Json
from bot.sandbox.world import DEFAULT_TOKEN, World


def main(arguments: Sequence[str]) -> None:
    """Serves until standard input, a pipe or a terminal, ends. Raises OSError when the port is taken."""
    asyncio.run(_served(_options(arguments)))


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m bot.sandbox", description="A local Telegram, on this machine only."
    )
    parser.add_argument("--port", type=int, default=0, help="0 takes any free one")
    parser.add_argument("--speed", type=float, default=1.0, help="how much faster time runs than ours")
    parser.add_argument("--flood", action="store_true", help="keep Telegram's limits")
    parser.add_argument("--seed", type=int, default=0, help="draws which calls meet a fault")
    parser.add_argument("--token", default=DEFAULT_TOKEN)
    for kind in ("people", "groups", "channels"):
        parser.add_argument(f"--{kind}", type=int, default=0, help="how many there are from the beginning")
    return parser.parse_args(arguments)


async def _served(options: argparse.Namespace) -> None:
    world = World(token=options.token, speed=options.speed, flood=options.flood, seed=options.seed)
    there = _peopled(world, options)
    async with server.serve(world, port=options.port) as serving:
        sys.stdout.write(json.dumps(_where(serving, world) | there) + "\n")
        sys.stdout.flush()
        await _end_of_input()


def _peopled(world: World, options: argparse.Namespace) -> Json:
    people = [world.add_user(f"Reader {number}") for number in range(options.people)]
    for one in people:
        world.start(one.id)
    world.updates.clear()
    groups = [world.add_group(f"Group {number}", admins=people[:1]) for number in range(options.groups)]
    channels = [world.add_channel(f"Channel {number}", admins=people[:1]) for number in range(options.channels)]
    return {
        "people": [one.id for one in people],
        "groups": [one.id for one in groups],
        "channels": [one.id for one in channels],
    }


def _where(serving: Server, world: World) -> Json:
    return {
        "url": serving.url,
        "base_url": serving.base_url,
        "base_file_url": serving.base_file_url,
        "token": world.token,
    }


async def _end_of_input() -> None:
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while await reader.read(1024):
        pass


if __name__ == "__main__":
    main(sys.argv[1:])
