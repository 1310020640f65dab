"""What a value of the configuration may be: each type says what is wrong with another, and what to write."""

from __future__ import annotations

import re
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import Annotated
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from pydantic import AfterValidator, BeforeValidator

from bot import locales
from bot.errors import UserError
from bot.model import Schedule
from bot.stages import due


def _zone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError(f'there is no time zone "{name}": use an IANA name such as Asia/Tashkent')
    return name


def _interface(code: str) -> str:
    if code not in locales.languages():
        raise ValueError(f'no interface in "{code}": there is {", ".join(locales.languages())}')
    return code


def _schedule(value: object) -> object:
    if isinstance(value, Schedule):
        return value
    words = [value] if isinstance(value, str) else value
    if not isinstance(words, list | tuple) or not words or not all(isinstance(word, str) for word in words):
        raise ValueError('times are written ["08:00", "18:30"] or "every 30 min", with weekdays "mon-fri 08:00"')
    try:
        return due.parse(tuple(part for word in words for part in word.split()))
    except UserError as error:
        raise ValueError(str(error)) from error


def _network(value: object) -> object:
    try:
        return ip_network(str(value))
    except ValueError:
        raise ValueError(f'"{value}" is not a network: write 10.1.0.0/16, or 192.168.1.5 for one address') from None


def _base_url(url: str) -> str:
    """Telegram's address carries the token, so it is https, or this very machine (security.md T27). The token is put
    right behind it: without "/bot" at the end nothing that is asked there exists."""
    try:
        parts = urlsplit(url)
        host = parts.hostname if parts.port != 0 else None
    except ValueError:
        host = None
    if not host:
        raise ValueError("this is not an address: write https://api.telegram.org/bot, or that of your own server")
    if parts.scheme != "https" and not (parts.scheme == "http" and _is_loopback(host)):
        raise ValueError("the token travels in this address: it must begin with https:// (http:// only for 127.0.0.1)")
    if not url.endswith("/bot"):
        raise ValueError("the address must end with /bot, as https://api.telegram.org/bot does")
    return url


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _slug(name: str) -> str:
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,39}", name):
        raise ValueError("a slug may hold only a-z, 0-9 and -, at most 40 characters, and begins with no -")
    return name


def _channel(name: object) -> str:
    if not re.fullmatch(r"@[A-Za-z][A-Za-z0-9_]{3,31}|-100\d{5,15}", str(name)):
        raise ValueError("a channel is written as its @name, or as its number, which begins with -100")
    return str(name)


def _language(code: str) -> str:
    if not locales.is_language(code):
        raise ValueError(f'no language "{code}": write its code of two or three small letters, such as ru, en or uz')
    return code


Network = Annotated[IPv4Network | IPv6Network, BeforeValidator(_network)]
Zone = Annotated[str, AfterValidator(_zone)]
Interface = Annotated[str, AfterValidator(_interface)]
Times = Annotated[Schedule, BeforeValidator(_schedule)]
BaseUrl = Annotated[str, AfterValidator(_base_url)]
Slug = Annotated[str, AfterValidator(_slug)]
ChannelName = Annotated[str, BeforeValidator(_channel)]
Language = Annotated[str, AfterValidator(_language)]
