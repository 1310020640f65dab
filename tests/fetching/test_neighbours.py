"""What a slow host or name server costs the others: nothing. Rows F54 and F55 of the fault table (delivery.md)."""

from __future__ import annotations

import asyncio
import threading

import pytest

from bot.fetching import names
from bot.fetching.client import Fetched, Fetcher, Limits, Order
from bot.fetching.failures import Failed, Reason
from bot.fetching.guard import Guard
from tests.fetching.net import Net, page, serving, silent


async def read_before_the_first_slow_one(fetcher: Fetcher, slow: list[str], quick: list[str]) -> list[str]:
    """Asks for all at one time, the slow ones first; gives the quick ones that were read before a slow one ended."""
    done: list[str] = []

    async def read(urls: list[str]) -> None:
        for came in asyncio.as_completed([fetcher.fetch(Order(url=url)) for url in urls]):
            fetched = await came
            done.append(fetched.address if isinstance(fetched, Fetched) else "")

    async with asyncio.TaskGroup() as group:
        slow_ones = [group.create_task(fetcher.fetch(Order(url=url))) for url in slow]
        quick_ones = group.create_task(read(quick))
        await asyncio.wait([*slow_ones, quick_ones], return_when=asyncio.FIRST_COMPLETED)
        for task in (*slow_ones, quick_ones):
            task.cancel()
    return done


@pytest.mark.parametrize(
    ("limits", "all_read"), [(Limits(in_all=4), True), (Limits(in_all=4, per_host=4, total_s=0.4), False)]
)
async def test_f54_a_thousand_feeds_of_one_slow_host_hold_up_no_other(limits: Limits, all_read: bool) -> None:
    async with serving(silent) as slow, serving(page()) as quick:
        net = Net()
        slow_url = net.add("slow.example", slow)
        quick_urls = [net.add(f"press{at}.example", quick, address="93.184.216.35") for at in range(20)]
        async with net.fetcher(limits=limits) as fetcher:
            done = await read_before_the_first_slow_one(fetcher, [f"{slow_url}/{at}" for at in range(1000)], quick_urls)

    # With as many places for one host as for all the others wait behind it.
    assert (len(done) == len(quick_urls)) is all_read


@pytest.mark.parametrize("per_host", [1, 3])
async def test_f54_a_host_sees_only_as_many_visits_at_one_time_as_it_may(per_host: int) -> None:
    async with serving(page()) as host:
        net = Net()
        url = net.add("press.example", host)
        async with net.fetcher(limits=Limits(per_host=per_host)) as fetcher:
            await asyncio.gather(*(fetcher.fetch(Order(url=url)) for _ in range(12)))

    assert (host.accepted, host.most_at_once) == (12, per_host)


async def test_f54_a_host_that_nobody_waits_for_is_forgotten() -> None:
    async with serving(page()) as host:
        net = Net()
        urls = [net.add(f"press{at}.example", host) for at in range(30)]
        async with net.fetcher() as fetcher:
            await asyncio.gather(*(fetcher.fetch(Order(url=url)) for url in urls * 2))

            assert fetcher.hosts == 0
    assert host.accepted == 60


@pytest.mark.parametrize(("threads", "others_get_through"), [(names.MAX_THREADS, True), (30, False)])
async def test_f55_look_ups_that_hang_hold_up_no_other(threads: int, others_get_through: bool) -> None:
    released = threading.Event()

    def look_up(name: str) -> tuple[str, ...]:
        if name.startswith("hanging"):
            released.wait(60)
        return ("93.184.216.34",)

    async with serving(page()) as host:
        net = Net(ports={"93.184.216.34": host.port})
        resolver = names.Resolver(look_up, deadline_s=1, max_threads=threads)
        async with Fetcher(
            contact="", guard=Guard(dial=net.dial), resolve=resolver.resolve, limits=Limits(in_all=100)
        ) as fetcher:
            hanging = [fetcher.fetch(Order(url=f"http://hanging{at}.example/")) for at in range(30)]
            others = [fetcher.fetch(Order(url=f"http://press{at}.example/")) for at in range(10)]
            came = await asyncio.gather(*hanging, *others)
            released.set()

    hung = [one for one in came[:30] if isinstance(one, Failed)]
    assert {(one.reason, one.message) for one in hung} == {(Reason.DNS, "the name server did not answer")}
    assert len(hung) == 30
    assert all(isinstance(one, Fetched) for one in came[30:]) is others_get_through
