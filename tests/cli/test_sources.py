"""`digest-bot sources`: what operators do on the command line, against a server on loopback that config.toml allows."""

from __future__ import annotations

import asyncio
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from bot import app, config, pipeline
from bot.storage import database
from tests.cli import command
from tests.cli.command import called
from tests.reading.press import Item, rss

FEED = rss(Item(number=1), Item(number=2))
LIST = '<opml version="2.0"><body><outline text="Sport">{}</outline></body></opml>'


@dataclass(slots=True)
class Site:
    """A server on this machine and what stands on it, by path."""

    port: int = 0
    pages: dict[str, bytes] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"


class Handler(BaseHTTPRequestHandler):
    def __init__(self, site: Site, *given: object) -> None:
        self.site = site
        super().__init__(*given)  # type: ignore[arg-type]

    def do_GET(self) -> None:
        self.site.asked.append(self.path)
        body = self.site.pages.get(self.path)
        self.send_response(404 if body is None else 200)
        self.send_header("Content-Length", str(len(body or b"")))
        self.end_headers()
        self.wfile.write(body or b"")

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        """Standard error is for what the command says."""


@pytest.fixture
def site(folder: Path) -> Iterator[Site]:
    """The server, and a config.toml here that lets the bot go there."""
    made = Site(pages={"/feed": FEED})
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, made))
    made.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    allow(folder, made)
    yield made
    server.shutdown()
    server.server_close()
    thread.join()


def allow(folder: Path, site: Site, more: str = "") -> None:
    fetching = f'[fetching]\nallow_networks = ["127.0.0.1"]\nports = [{site.port}]\n'
    (folder / "config.toml").write_text(fetching + more, encoding="utf-8")


def outline(*addresses: str) -> str:
    return LIST.format("".join(f'<outline text="Paper {n}" xmlUrl="{one}"/>' for n, one in enumerate(addresses)))


def test_a_source_is_added_listed_checked_and_removed(site: Site) -> None:
    added = called("sources", "add", site.url("/feed"), "--topic", "sport", "--name", "Our paper")
    assert (added.code, added.err) == (0, "")
    assert added.out == f"our-paper: feed, 2 entries at {site.url('/feed')}\n"

    listed = called("sources", "list").out.splitlines()
    assert listed[0].startswith("SOURCE")
    assert listed[1].split()[:2] == ["our-paper", "waiting"]
    assert listed[-1] == "0 of 1 read so far."

    checked = called("sources", "check", "our-paper")
    assert (checked.code, checked.err) == (0, "")
    assert checked.out.startswith("ok our-paper: feed, 2 entries, newest 2026-11-22 07:00 UTC, ru")

    removed = called("sources", "remove", "our-paper")
    assert (removed.code, removed.out.split(" ")[0]) == (0, "our-paper")
    assert "There is no source yet" in called("sources", "list").out


def test_a_private_network_is_refused_unless_config_toml_allows_it(site: Site, folder: Path) -> None:
    (folder / "config.toml").write_text(f"[fetching]\nports = [{site.port}]\n", encoding="utf-8")

    refused = called("sources", "add", site.url("/feed"))
    asked = list(site.asked)
    allow(folder, site)

    assert (refused.code, refused.out, asked) == (1, "", [])
    assert len(refused.faults) == 1
    assert called("sources", "add", site.url("/feed")).code == 0


def test_a_check_of_all_says_one_line_a_source_and_fails_when_one_does(site: Site) -> None:
    assert called("sources", "import", _written("list.opml", outline(site.url("/feed"), site.url("/gone")))).code == 0

    ran = called("sources", "check")

    lines = sorted(ran.out.splitlines())
    assert (ran.code, ran.err) == (1, "")
    assert lines[0] == "1 of 2 can be read."
    assert lines[1].startswith("FAIL paper-1: there is no such page")
    assert lines[2].startswith("ok paper-0: feed, 2 entries")


def _written(name: str, text: str) -> Path:
    file = Path(name)
    file.write_text(text, encoding="utf-8")
    return file


def test_a_check_stores_nothing(site: Site) -> None:
    called("sources", "add", site.url("/feed"))

    called("sources", "check")

    assert called("sources", "list").out.splitlines()[-1] == "0 of 1 read so far."
    assert called("digest").out == "There are no such stories.\n"


def test_a_page_that_names_feeds_is_read_by_the_first_and_the_others_are_told(site: Site) -> None:
    link = '<link rel="alternate" type="application/rss+xml" href="{}">'
    site.pages["/"] = f"<!doctype html><html><head>{link.format('/feed')}{link.format('/other')}</head></html>".encode()

    ran = called("sources", "add", site.url("/"))

    assert ran.out.splitlines() == [
        f"made-up-press: feed, 2 entries at {site.url('/feed')}",
        f"The page also names {site.url('/other')}",
    ]


def test_a_page_without_a_feed_is_read_itself_when_that_is_said(site: Site) -> None:
    text = "The water of the lake rose by 14 centimetres in a week, said the station on the northern shore. " * 4
    site.pages["/"] = f"<!doctype html><html><head><title>Lake</title></head><body><p>{text}</p></body></html>".encode()

    refused = called("sources", "add", site.url("/"))
    added = called("sources", "add", site.url("/"), "--kind", "page")

    assert (refused.code, added.code) == (1, 0)
    assert "--kind page" in refused.err
    assert added.out.startswith("lake: page, 1 entry at ")


def test_the_sources_of_config_toml_are_there_and_cannot_be_removed(site: Site, folder: Path) -> None:
    allow(folder, site, f'[[sources]]\nslug = "ours"\naddress = "{site.url("/feed")}"\n')

    assert called("sources", "list").out.splitlines()[1].startswith("ours ")
    removed = called("sources", "remove", "ours")
    again = called("sources", "add", site.url("/feed"))

    assert (removed.code, again.code) == (1, 1)
    assert removed.faults == ["digest-bot: The source “ours” stands in config.toml: take it out there."]
    assert again.faults == ["digest-bot: I read this already: it is the source “ours”."]


def test_without_a_configuration_the_sources_of_an_earlier_one_stay(site: Site, folder: Path) -> None:
    """Whoever forgets --config must not lose what another configuration named."""
    state = f'state_dir = "{folder}/state"\n'
    source = f'[[sources]]\nslug = "ours"\naddress = "{site.url("/feed")}"\n'
    (folder / "elsewhere.toml").write_text(state + source, encoding="utf-8")
    (folder / "config.toml").unlink()

    called("sources", "list", "--config", "elsewhere.toml")

    assert "ours" in called("sources", "list").out
    (folder / "config.toml").write_text(state, encoding="utf-8")
    assert "ours" not in called("sources", "list").out


def test_what_was_taken_in_can_be_given_out(site: Site, folder: Path) -> None:
    taken = called("sources", "import", _written("list.opml", outline(site.url("/feed"), "http://paper.example/feed")))

    assert (taken.code, taken.err) == (0, "")
    assert taken.out.splitlines()[0].startswith("2 added, 0 known.")
    assert taken.out.splitlines()[1].startswith("0 of 2 read so far")
    assert site.asked == []
    assert called("sources", "export", "out.opml").code == 0
    given = (folder / "out.opml").read_text(encoding="utf-8")
    assert given.split("<dateCreated>")[0] == called("sources", "export").out.split("<dateCreated>")[0]
    assert 'xmlUrl="http://paper.example/feed"' in given
    assert '<outline text="Sport"' in given
    assert called("sources", "import", "out.opml").out.splitlines()[0].startswith("0 added, 2 known.")


@pytest.mark.parametrize(
    ("slugs", "told"),
    [
        (("in",), "1 source that is neither feed nor channel: not in the list"),
        (("in", "out"), "2 sources that are neither feed nor channel: not in the list"),
    ],
)
def test_what_a_list_cannot_hold_is_counted(folder: Path, slugs: tuple[str, ...], told: str) -> None:
    written = "".join(f'[[sources]]\nslug = "{slug}"\npath = "{slug}"\n' for slug in slugs)
    (folder / "config.toml").write_text(written, encoding="utf-8")

    ran = called("sources", "export")

    assert (ran.code, ran.faults) == (0, [told])


def test_the_starter_list_is_taken_in() -> None:
    ran = called("sources", "import", command.ROOT / "seeds" / "sources.toml")

    assert (ran.code, ran.err) == (0, "")
    assert int(ran.out.split(" ")[0]) >= 25


def test_faults_of_a_list_are_told_with_their_lines_and_the_rest_is_taken() -> None:
    file = _written("ours.toml", '[[sources]]\nslug = "A"\n[[sources]]\nslug = "b"\naddress = "http://b.example/"\n')

    ran = called("sources", "import", file)

    assert ran.code == 1
    assert ran.out.startswith("1 added")
    assert [fault.split(" ")[0] for fault in ran.faults] == ["ours.toml:1:"]


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("add", "nonsense"), 1, "digest-bot: I cannot read the address nonsense."),
        (("add", "http://a.example/", "--topic", "gossip"), 1, "digest-bot: There is no topic “gossip”."),
        (("add", "http://a.example/", "--kind", "gossip"), 1, "digest-bot: There is no kind of source gossip."),
        (("remove", "nobody"), 1, "digest-bot: There is no source “nobody”."),
        (("check", "nobody"), 1, "digest-bot: There is no source “nobody”."),
        (("import", "gone.opml"), 1, "digest-bot: gone.opml: No such file or directory"),
        (("export", "gone/out.opml"), 1, "digest-bot: gone/out.opml: No such file or directory"),
    ],
    ids=["address", "topic", "kind", "remove", "check", "import", "export"],
)
def test_what_is_wrong_is_one_clear_line(words: tuple[str, ...], code: int, told: str) -> None:
    ran = called("sources", *words)

    assert (ran.code, ran.out) == (code, "")
    assert len(ran.faults) == 1
    assert ran.err.startswith(told)


def test_it_works_as_a_process_of_its_own(site: Site, folder: Path) -> None:
    added = command.started("sources", "add", site.url("/feed"), folder=folder)

    assert (added.code, added.err) == (0, "")
    assert added.out == f"made-up-press: feed, 2 entries at {site.url('/feed')}\n"


async def test_it_works_beside_a_running_bot(site: Site, folder: Path) -> None:
    """What `run` holds open and locked while commands come and go; it then reads what they added."""
    loaded = config.load(folder / "config.toml", environ={})
    async with app.world(loaded, now_at=datetime.now(UTC)) as running:
        with database.single_run(loaded.state_dir):
            added = await asyncio.to_thread(command.started, "sources", "add", site.url("/feed"), folder=folder)
            await pipeline.collect(running, now_at=datetime.now(UTC))
            listed = await asyncio.to_thread(command.started, "sources", "list", folder=folder)

    assert (added.code, added.err, listed.code, listed.err) == (0, "", 0, "")
    assert listed.out.splitlines()[1].split()[:2] == ["made-up-press", "ok"]
    assert listed.out.splitlines()[-1] == "1 of 1 read so far."


def test_help_loads_none_of_the_heavy_parts(folder: Path) -> None:
    script = (
        "import sys; from bot import cli; cli.main(['sources', '--help'], standalone_mode=False); print(sys.modules)"
    )

    done = subprocess.run(
        [*command.COMMAND[:1], "-c", script], cwd=folder, env=command.environment(), capture_output=True, text=True,
        check=True,
    )  # fmt: skip

    loaded = done.stdout.splitlines()[-1]
    assert [name for name in ("sqlalchemy", "pydantic", "aiohttp", "telegram") if f"'{name}'" in loaded] == []
    assert "'click'" in loaded
