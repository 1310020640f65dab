"""Secure connections: certificates are checked against the name, and what is wrong with one is told."""

from __future__ import annotations

import asyncio
import shutil
import ssl
import subprocess
from pathlib import Path

import pytest

from bot.fetching.client import Fetched, Limits, Order
from bot.fetching.failures import Failed, Reason
from tests.fetching.net import Answer, Host, Net, moved, page, serving

pytestmark = pytest.mark.skipif(
    shutil.which("openssl") is None, reason="needs the openssl command to make certificates"
)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Certificate and key of press.example, signed by itself."""
    folder = tmp_path_factory.mktemp("tls")
    made, key = folder / "press.pem", folder / "press.key"
    request = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=press.example"
    names = ["-addext", "subjectAltName=DNS:press.example"]
    subprocess.run([*request.split(), *names, "-keyout", key, "-out", made], check=True, capture_output=True)
    return made, key


async def visited(
    certificate: tuple[Path, Path], answer: Answer, *, name: str = "press.example", trusted: bool = True
) -> tuple[Fetched | Failed, Host]:
    made, key = certificate
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(made, key)
    async with serving(answer, tls=server) as host, serving(page(b"plain")) as plain:
        net = Net()
        net.add(name, host)
        net.add("plain.example", plain, address="93.184.216.35")
        trust = ssl.create_default_context(cafile=str(made) if trusted else None)
        async with net.fetcher(tls=trust) as fetcher:
            return await fetcher.fetch(Order(url=f"https://{name}/feed")), host


async def test_a_page_is_read_over_a_connection_whose_certificate_is_good(certificate: tuple[Path, Path]) -> None:
    body = b"<item/>" * 200_000

    came, _ = await visited(certificate, page(body))

    assert isinstance(came, Fetched)
    assert (came.content, came.address) == (body, "https://press.example/feed")


async def test_a_certificate_that_nobody_signed_is_told(certificate: tuple[Path, Path]) -> None:
    came, host = await visited(certificate, page(), trusted=False)

    assert isinstance(came, Failed)
    assert came.reason is Reason.TLS
    assert came.message == "the site's certificate was signed by the site itself, by no authority"
    assert host.heard == []


async def test_a_certificate_of_another_site_is_told(certificate: tuple[Path, Path]) -> None:
    came, host = await visited(certificate, page(), name="other.example")

    assert isinstance(came, Failed)
    assert came.message == "the site's certificate is for another site"
    assert host.heard == []


async def test_a_way_from_https_to_http_is_told_and_is_no_move(certificate: tuple[Path, Path]) -> None:
    came, _ = await visited(certificate, moved("http://plain.example/", status="301 Moved Permanently"))

    assert isinstance(came, Fetched)
    assert (came.content, came.downgraded, came.moved_to) == (b"plain", True, "")


async def test_a_server_that_speaks_no_tls_is_told() -> None:
    async with serving(page()) as host:
        net = Net()
        net.add("press.example", host)
        async with net.fetcher() as fetcher:
            came = await fetcher.fetch(Order(url="https://press.example/"))

    assert isinstance(came, Failed)
    assert came.reason in {Reason.TLS, Reason.CONNECT}


async def test_t8_a_handshake_that_never_ends_is_left() -> None:
    hung_up = asyncio.Event()

    async def stall(reader: asyncio.StreamReader, out: asyncio.StreamWriter) -> None:
        await reader.read()  # until the visitor hangs up
        hung_up.set()
        out.close()

    async with await asyncio.start_server(stall, "127.0.0.1", 0) as server:
        net = Net(names={"press.example": [("93.184.216.34",)]})
        net.ports["93.184.216.34"] = server.sockets[0].getsockname()[1]
        async with net.fetcher(limits=Limits(total_s=0.4)) as fetcher:
            came = await fetcher.fetch(Order(url="https://press.example/"))
            await hung_up.wait()

    assert isinstance(came, Failed)
    assert came.reason is Reason.TIMEOUT
