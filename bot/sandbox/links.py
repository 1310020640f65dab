"""Which links Telegram takes in entities and buttons, and how it writes them down."""

import re

from bot.sandbox import refusal

SCHEME = re.compile(r"[^:/?#@\[\]]*(?=://)")
HOST_CHARACTERS = re.compile(r"(?:[a-z0-9.\-_!$,~*'();&+=]|[^\x00-\x7f]|%[0-9a-f]{2})*")
TG = re.compile(r"(tg|ton):(?://)?(.*)", re.IGNORECASE | re.DOTALL)


class WrongLink(Exception):  # noqa: N818 - becomes a part of a refusal's text
    """Says in TDLib's words what is wrong with a link."""


def checked(url: str) -> str:
    """The link in Telegram's own spelling (`http://Example.org` -> `http://example.org/`).

    Raises WrongLink. The rules and their texts are those of TDLib's `LinkManager::check_link` and `parse_url`: http,
    https and tg links; a missing scheme means http; a host needs a dot.
    """
    inner = TG.fullmatch(url.strip())
    if inner:
        return _tg(inner[1].lower(), inner[2])
    scheme, host, rest = _split(url)
    if "." not in host and not host.startswith("["):
        raise WrongLink("Wrong HTTP URL")
    return f"{scheme}://{host}{rest}"


def https_only(url: str) -> str:
    """The link of a Web App, which must be https. Raises WrongLink."""
    if not url.lower().startswith("https://"):
        raise WrongLink("Only HTTPS links are allowed")
    return checked(url)


def for_button(url: str) -> str:
    """The link of a button. Raises Refusal with the button's own text."""
    try:
        return checked(url)
    except WrongLink as wrong:
        raise refusal.bad_request(f"inline keyboard button URL '{url}' is invalid: {wrong}") from wrong


def for_entity(url: str) -> str:
    """The link of a text_link entity. Raises Refusal with the entity's own text."""
    try:
        return checked(url)
    except WrongLink as wrong:
        raise refusal.bad_request(f"entity URL '{url}' is invalid: {wrong}") from wrong


def _tg(scheme: str, link: str) -> str:
    if link.lower().startswith(("http://", "https://")):
        raise WrongLink(f"Wrong {scheme} URL")
    _, host, rest = _split(link)
    if "@" in host or ":" in host:
        raise WrongLink(f"Wrong {scheme} URL")
    if not re.fullmatch(r"[a-z0-9_-]+", host):
        raise WrongLink("Unallowed characters in URL host")
    query = "" if rest == "/" else rest[1:] if rest.startswith("/?") else rest
    return f"{scheme}://{host}{query}"


def _split(url: str) -> tuple[str, str, str]:
    """Scheme, host with login and port, and the rest from the first slash on."""
    scheme = "http"
    said = SCHEME.match(url)
    if said:
        scheme, url = said[0].lower(), url[said.end() + 3 :]
    if scheme not in {"http", "https"}:
        raise WrongLink("Unsupported URL protocol")
    end = min((url.find(sign) for sign in "/?#" if sign in url), default=len(url))
    login, _, place = url[:end].rpartition("@")
    host, port = _host_and_port(place)
    rest = url[end:].rstrip()
    rest = rest if rest.startswith("/") else "/" + rest
    return scheme, f"{login}@{host}{port}" if login else f"{host}{port}", re.sub(r"\s", "%20", rest)


def _host_and_port(place: str) -> tuple[str, str]:
    host, colon, port = place.rpartition(":")
    if not colon or "]" in port:
        host, port = place, ""
    elif not (port.isascii() and port.isdigit() and 0 < int(port) <= 65535):
        raise WrongLink("Wrong port number specified in the URL")
    host = host.lower()
    if not host:
        raise WrongLink("URL host is empty")
    if host == ".":
        raise WrongLink("Host is invalid")
    if not (host.startswith("[") and host.endswith("]")) and not HOST_CHARACTERS.fullmatch(host):
        raise WrongLink("Disallowed character in URL host")
    return host, f":{int(port)}" if port else ""
