"""Why something could not be fetched, in words that a person understands."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import aiohttp

from bot import locales
from bot.errors import DigestBotError, RefusedAddress

# One text for everything that would tell somebody what is behind an address (security.md, T6): a port that is closed,
# one that is filtered and one that we refuse to touch look the same to whoever asked.
UNREACHABLE = locales.sentence("This address could not be read.")


# What a socket of ours says when it took in more than it may. aiohttp turns the exception into others, the text stays.
OVERRUN = "the answer is nearly all headers or packaging, with hardly any content in it"


class Reason(StrEnum):
    """What went wrong, for programs."""

    ADDRESS = "address"  # refused by us before a connection
    DNS = "dns"
    CONNECT = "connect"
    TLS = "tls"
    TIMEOUT = "timeout"
    SLOW = "slow"
    PROTOCOL = "protocol"  # the answer is not HTTP, or its headers are too large
    REDIRECT = "redirect"
    FORBIDDEN = "forbidden"  # 401, 402, 403, 407, 451
    NOT_FOUND = "not found"
    GONE = "gone"  # 410: do not ask again
    RATE = "rate"  # 429
    SERVER = "server"  # 5xx
    STATUS = "status"  # any other status that brings no content
    TOO_LARGE = "too large"
    BOMB = "bomb"
    ENCODING = "encoding"
    BROKEN = "broken"  # cut off or damaged on its way
    EMPTY = "empty"


PUBLIC = {
    Reason.FORBIDDEN: locales.sentence("The site does not let programs read this page."),
    Reason.NOT_FOUND: locales.sentence("There is no such page on the site."),
    Reason.GONE: locales.sentence("The page was removed for good."),
    Reason.RATE: locales.sentence("The site asks to come back later."),
    Reason.SERVER: locales.sentence("The site has an error of its own at the moment."),
    Reason.STATUS: locales.sentence("The site gave an answer without content."),
    Reason.TOO_LARGE: locales.sentence("The page is too large."),
    Reason.BOMB: locales.sentence("The page is too large."),
    Reason.ENCODING: locales.sentence("The page is packed in a way that cannot be unpacked."),
    Reason.BROKEN: locales.sentence("The page arrived damaged."),
    Reason.EMPTY: locales.sentence("The page is empty."),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """Nothing was read. `message` is for admins and the log, `public` for everybody (both English; `public` is one of
    a few fixed texts, so that it can be translated); `status` is 0 when there was no HTTP answer.

    `retry_after_s` is what the server asked for, 0 when it asked for nothing. `protection` is the name of the service
    that kept us out, when it could be told.
    """

    reason: Reason
    message: str
    status: int = 0
    retry_after_s: int = 0
    protection: str = ""

    @property
    def public(self) -> str:
        return PUBLIC.get(self.reason, UNREACHABLE)


class Trouble(DigestBotError):  # noqa: N818 - it names the outcome
    """Carries a failure up to `Fetcher.fetch`, which gives it back as a value."""

    def __init__(self, reason: Reason, message: str, *, status: int = 0) -> None:
        super().__init__(message)
        self.failed = Failed(reason=reason, message=message, status=status)


STATUS_WORDS = {
    204: (Reason.EMPTY, "the site answered without content"),
    205: (Reason.EMPTY, "the site answered without content"),
    304: (Reason.STATUS, "the site says that nothing changed, though we have nothing from it"),
    401: (Reason.FORBIDDEN, "the site wants a login"),
    402: (Reason.FORBIDDEN, "the site wants to be paid"),
    403: (Reason.FORBIDDEN, "the site refuses us"),
    404: (Reason.NOT_FOUND, "there is no such page"),
    407: (Reason.FORBIDDEN, "the site wants a login"),
    410: (Reason.GONE, "the page was removed for good"),
    429: (Reason.RATE, "we ask too often, says the site"),
    451: (Reason.FORBIDDEN, "the page is closed for legal reasons"),
}
HUNG_UP = "the site hung up without an answer"
ERROR_WORDS: tuple[tuple[type[Exception], Reason, str], ...] = (  # the first that fits
    (aiohttp.ClientPayloadError, Reason.BROKEN, "the answer was cut off before its end"),
    (aiohttp.ServerDisconnectedError, Reason.CONNECT, HUNG_UP),
    (ConnectionError, Reason.CONNECT, HUNG_UP),
    (aiohttp.ClientOSError, Reason.CONNECT, HUNG_UP),
    (TimeoutError, Reason.TIMEOUT, "the site did not answer in time"),
)

# X509_V_ERR_* of OpenSSL's x509_vfy.h
CERTIFICATE_WORDS = {
    9: "is not valid yet (or this machine's clock is wrong)",
    10: "has expired",
    18: "was signed by the site itself, by no authority",
    19: "comes from an authority that this machine does not trust",
    20: "comes from an authority that this machine does not know, or the site leaves out a part of the chain",
    21: "comes without the rest of its chain",
    23: "was revoked",
    62: "is for another site",
    64: "is for another address",
}

# A part of OpenSSL's reason (lower case, blanks for underscores) -> what it means.
TLS_WORDS = (
    ("wrong version number", "the site does not speak TLS at this address"),
    ("alert protocol version", "the site's version of TLS is too old"),
    ("unsupported protocol", "the site's version of TLS is too old"),
)

# Header (lower case) -> what its value begins with -> whose it is. From the services' own answers.
HEADER_MARKS = (
    ("cf-mitigated", "", "Cloudflare"),
    ("server", "cloudflare", "Cloudflare"),
    ("server", "ddos-guard", "DDoS-Guard"),
    ("server", "qrator", "Qrator"),
    ("server", "akamaighost", "Akamai"),
    ("server", "variti", "Variti"),
    ("server", "stormwall", "StormWall"),
    ("x-datadome", "", "DataDome"),
    ("x-iinfo", "", "Imperva"),
    ("x-sucuri-id", "", "Sucuri"),
    ("x-amzn-waf-action", "", "AWS WAF"),
)
BODY_MARKS = (
    (b"challenges.cloudflare.com", "Cloudflare"),
    (b"/cdn-cgi/", "Cloudflare"),
    (b"ddos-guard", "DDoS-Guard"),
    (b"__qrator", "Qrator"),
    (b"errors.edgesuite.net", "Akamai"),
    (b"_incapsula_resource", "Imperva"),
    (b"captcha-delivery.com", "DataDome"),
    (b"sucuri website firewall", "Sucuri"),
    (b"/.within.website/", "Anubis"),
)


def protection(headers: Mapping[str, str], body: bytes) -> str:
    """The service that stands before the site, "" when none can be told. `headers` looks names up in any case."""
    for name, start, whose in HEADER_MARKS:
        if name in headers and headers[name].lower().startswith(start):
            return whose
    lowered = body.lower()
    return next((whose for mark, whose in BODY_MARKS if mark in lowered), "")


def of_status(status: int, headers: Mapping[str, str], body: bytes, *, retry_after_s: int = 0) -> Failed:
    """What an answer that brings no content means; `body` is its beginning."""
    reason, words = _status_words(status)
    whose = protection(headers, body) if status in {401, 403, 429, 503} else ""
    return Failed(
        reason=reason,
        message=f"{words} ({status})" + (f", by {whose}, a protection against programs" if whose else ""),
        status=status,
        retry_after_s=retry_after_s,
        protection=whose,
    )


def _status_words(status: int) -> tuple[Reason, str]:
    if 500 <= status < 600:
        return Reason.SERVER, "the site has an error of its own"
    return STATUS_WORDS.get(status, (Reason.STATUS, "the site gave an answer that brings no content"))


def of_error(error: Exception) -> Failed:
    """What an exception of aiohttp, of the sockets or of the guard means."""
    if isinstance(error, Trouble):
        return error.failed
    if isinstance(error, RefusedAddress):
        return Failed(reason=Reason.ADDRESS, message=f"refused: {error.reason}")
    if OVERRUN in str(error):
        return Failed(reason=Reason.PROTOCOL, message=OVERRUN)
    if isinstance(error, aiohttp.ClientConnectorError | ssl.SSLError | aiohttp.ClientSSLError):
        return _of_connection(error)
    for kind, reason, words in ERROR_WORDS:
        if isinstance(error, kind):
            return Failed(reason=reason, message=words)
    if isinstance(error, aiohttp.ClientResponseError):
        return Failed(reason=Reason.PROTOCOL, message=_protocol_words(error))
    return Failed(reason=Reason.PROTOCOL, message="the exchange with the site failed")


def _of_connection(error: Exception) -> Failed:
    match error:
        case aiohttp.ClientConnectorCertificateError():
            return Failed(reason=Reason.TLS, message=_certificate_words(error.certificate_error))
        case aiohttp.ClientConnectorDNSError():
            return Failed(reason=Reason.DNS, message=_name_words(error.os_error))
        case aiohttp.ClientSSLError() | ssl.SSLError():
            return Failed(reason=Reason.TLS, message=f"no secure connection: {_tls_words(error)}")
        case aiohttp.ClientConnectorError():
            return Failed(reason=Reason.CONNECT, message=f"no connection: {_socket_words(error.os_error)}")
        case _:
            return Failed(reason=Reason.CONNECT, message="no connection")


def _certificate_words(error: Exception) -> str:
    code = getattr(error, "verify_code", 0)
    detail = getattr(error, "verify_message", "") or "it could not be checked"
    return "the site's certificate " + CERTIFICATE_WORDS.get(code, f"is not good: {detail}")


def _name_words(error: OSError) -> str:
    if error.errno == socket.EAI_AGAIN:
        return "the name server did not answer"
    return "there is no site of this name"


def _tls_words(error: Exception) -> str:
    cause = error.os_error if isinstance(error, aiohttp.ClientConnectorError) else error
    reason = str(getattr(cause, "reason", "") or "the handshake failed").lower().replace("_", " ")
    return next((words for mark, words in TLS_WORDS if mark in reason), reason)


def _socket_words(error: OSError) -> str:
    match error:
        case ConnectionRefusedError():
            return "nothing listens there"
        case TimeoutError():
            return "no answer"
        case ConnectionResetError():
            return "the site hung up"
        case _:
            return (error.strerror or str(error) or "the network failed").lower()


def _protocol_words(error: aiohttp.ClientResponseError) -> str:
    said = error.message.lower()
    if "too long" in said or "more than" in said or "too many" in said:
        return "the headers of the answer are too large"
    return "the answer is not proper HTTP"
