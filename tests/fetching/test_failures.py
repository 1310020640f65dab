"""Every failure has words that a person understands."""

from __future__ import annotations

import socket
import ssl

import aiohttp
import pytest
from aiohttp.client_reqrep import ConnectionKey

from bot.errors import RefusedAddress
from bot.fetching import failures
from bot.fetching.failures import Reason, Trouble

KEY = ConnectionKey("press.example", 443, True, True, None, None, None)


def certificate(code: int, message: str = "") -> aiohttp.ClientConnectorCertificateError:
    cause = ssl.SSLCertVerificationError(1, "certificate verify failed")
    cause.verify_code = code
    cause.verify_message = message
    return aiohttp.ClientConnectorCertificateError(KEY, cause)


def handshake(reason: str) -> aiohttp.ClientConnectorSSLError:
    cause = ssl.SSLError(1, reason)
    cause.reason = reason
    return aiohttp.ClientConnectorSSLError(KEY, cause)


@pytest.mark.parametrize(
    ("error", "reason", "words"),
    [
        (certificate(10), Reason.TLS, "the site's certificate has expired"),
        (certificate(9), Reason.TLS, "is not valid yet"),
        (certificate(18), Reason.TLS, "signed by the site itself"),
        (certificate(19), Reason.TLS, "does not trust"),
        (certificate(20), Reason.TLS, "does not know, or the site leaves out a part of the chain"),
        (certificate(62), Reason.TLS, "is for another site"),
        (certificate(99, "path length exceeded"), Reason.TLS, "is not good: path length exceeded"),
        (certificate(0), Reason.TLS, "could not be checked"),
        (handshake("SSLV3_ALERT_HANDSHAKE_FAILURE"), Reason.TLS, "sslv3 alert handshake failure"),
        (ssl.SSLError(1, "x"), Reason.TLS, "the handshake failed"),
        (
            aiohttp.ClientConnectorDNSError(KEY, socket.gaierror(socket.EAI_NONAME, "x")),
            Reason.DNS,
            "there is no site of this name",
        ),
        (
            aiohttp.ClientConnectorDNSError(KEY, socket.gaierror(socket.EAI_AGAIN, "x")),
            Reason.DNS,
            "the name server did not answer",
        ),
        (aiohttp.ClientConnectorError(KEY, ConnectionRefusedError()), Reason.CONNECT, "nothing listens there"),
        (aiohttp.ClientConnectorError(KEY, ConnectionResetError()), Reason.CONNECT, "the site hung up"),
        (aiohttp.ClientConnectorError(KEY, TimeoutError()), Reason.CONNECT, "no answer"),
        (aiohttp.ClientConnectorError(KEY, OSError(113, "No route to host")), Reason.CONNECT, "no route to host"),
        (aiohttp.ServerDisconnectedError(), Reason.CONNECT, "hung up without an answer"),
        (ConnectionResetError(), Reason.CONNECT, "hung up without an answer"),
        (TimeoutError(), Reason.TIMEOUT, "did not answer in time"),
        (aiohttp.ConnectionTimeoutError(), Reason.TIMEOUT, "did not answer in time"),
        (aiohttp.ClientPayloadError(), Reason.BROKEN, "cut off before its end"),
        (RefusedAddress("127.0.0.1 is loopback"), Reason.ADDRESS, "refused: 127.0.0.1 is loopback"),
        (Trouble(Reason.SLOW, "it drips"), Reason.SLOW, "it drips"),
        (aiohttp.InvalidURL("http://x"), Reason.PROTOCOL, "the exchange with the site failed"),
        (aiohttp.ClientOSError(104, "Connection reset by peer"), Reason.CONNECT, "hung up without an answer"),
        (handshake("WRONG_VERSION_NUMBER"), Reason.TLS, "does not speak TLS"),
        (handshake("TLSV1_ALERT_PROTOCOL_VERSION"), Reason.TLS, "too old"),
    ],
)
def test_an_error_has_its_words(error: Exception, reason: Reason, words: str) -> None:
    failed = failures.of_error(error)

    assert failed.reason is reason
    assert words in failed.message


@pytest.mark.parametrize(
    ("headers", "body", "name"),
    [
        ({"server": "cloudflare"}, b"", "Cloudflare"),
        ({"cf-mitigated": "challenge"}, b"", "Cloudflare"),
        ({"server": "ddos-guard"}, b"", "DDoS-Guard"),
        ({"server": "QRATOR"}, b"", "Qrator"),
        ({"server": "AkamaiGHost"}, b"", "Akamai"),
        ({"server": "Variti/0.9.3a"}, b"", "Variti"),
        ({"x-iinfo": "1-2-3"}, b"", "Imperva"),
        ({"x-datadome": "protected"}, b"", "DataDome"),
        ({"server": "nginx"}, b"<a href='https://errors.edgesuite.net/1'>", "Akamai"),
        ({"server": "nginx"}, b"<script src='/__qrator/qauth.js'>", "Qrator"),
        ({"server": "nginx"}, b"<title>DDOS-GUARD</title>", "DDoS-Guard"),
        ({"server": "nginx"}, b"<h1>Forbidden</h1>", ""),
        ({}, b"", ""),
    ],
)
def test_a_protection_is_known_by_its_marks(headers: dict[str, str], body: bytes, name: str) -> None:
    assert failures.protection(headers, body) == name


def test_a_protection_is_named_only_where_it_may_be_the_cause() -> None:
    behind = {"server": "cloudflare"}

    assert failures.of_status(403, behind, b"").message == (
        "the site refuses us (403), by Cloudflare, a protection against programs"
    )
    assert failures.of_status(404, behind, b"").message == "there is no such page (404)"


def test_what_everybody_is_told_is_one_of_a_few_texts() -> None:
    told = {failures.Failed(reason=reason, message="").public for reason in Reason}

    assert told == {*failures.PUBLIC.values(), failures.UNREACHABLE}
    reached = {Reason.ADDRESS, Reason.DNS, Reason.CONNECT, Reason.TLS, Reason.TIMEOUT, Reason.SLOW, Reason.REDIRECT}
    assert reached & failures.PUBLIC.keys() == set()
