"""config.toml and the environment -> frozen sections; every fault at once, each with its key and a hint.

Later wins: defaults, config.toml, environment (`DIGEST_BOT_TELEGRAM__TOKEN` is `[telegram] token`).
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, ValidationError
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, EnvSettingsSource, PydanticBaseSettingsSource, SettingsConfigDict
from pydantic_settings.exceptions import SettingsError

from bot import locales
from bot.errors import ConfigError, ConfigFault, UserError
from bot.model import Schedule, Source, TopicId
from bot.stages import classify, due

PREFIX = "DIGEST_BOT_"
OURS_BUT_NOT_SETTINGS = {"DIGEST_BOT_TEST_POSTGRES", "DIGEST_BOT_FAILPOINTS"}
TOKEN = re.compile(r"\d{6,12}:[A-Za-z0-9_-]{30,64}")
HINTS = {
    "extra_forbidden": "look for a slip of the pen: config.example.toml has every key",
    "missing": "this key is needed",
}


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


def _base_url(url: str) -> str:
    """Telegram's address carries the token, so it is https, or this very machine (security.md T27)."""
    parts = urlsplit(url)
    if parts.scheme == "https" or (parts.scheme == "http" and _is_loopback(parts.hostname or "")):
        return url
    raise ValueError("the token travels in this address: it must begin with https:// (http:// only for 127.0.0.1)")


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


Zone = Annotated[str, AfterValidator(_zone)]
Interface = Annotated[str, AfterValidator(_interface)]
Times = Annotated[Schedule, BeforeValidator(_schedule)]


class Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


class Telegram(Section):
    """How to reach Telegram. `admins` are user ids that may run the bot from chat; /start shows everybody theirs."""

    token: SecretStr = SecretStr("")
    token_file: Path | None = None
    admins: tuple[int, ...] = ()
    base_url: Annotated[str, AfterValidator(_base_url)] = "https://api.telegram.org/bot"


class Database(Section):
    """`sqlite:///FILE` (the default, inside `state_dir`) or `postgresql://user:password@host/name`."""

    url: SecretStr = SecretStr("")


class Digest(Section):
    """What a digest is unless a chat says otherwise. `max_chars` counts headline and facts of one story."""

    times: Times = Field(default=due.parse(("08:00",)), validate_default=True)
    max_stories: int = Field(default=7, ge=1, le=50)
    max_facts: int = Field(default=5, ge=1, le=10)
    max_chars: int = Field(default=450, ge=100, le=3000)


class SourceSection(Section):
    """A place to read: `path` is a file or a folder of article files."""

    slug: str = Field(pattern=r"[a-z0-9-]{1,40}")
    kind: Literal["article_file"] = "article_file"
    path: Path
    name: str = ""


class Collect(Section):
    """How often the sources are read, in seconds."""

    every_s: float = Field(default=60, ge=1, le=86_400)


class Channel(Section):
    """A channel the bot posts to: its @name or number, what and when. Empty topics mean all of them."""

    chat: Annotated[str, BeforeValidator(str)] = Field(pattern=r"@[A-Za-z][A-Za-z0-9_]{3,31}|-100\d{5,15}")
    topics: tuple[str, ...] = ()
    language: Interface = "en"
    reads: tuple[str, ...] = ()
    times: Times = Field(default=due.parse(("08:00",)), validate_default=True)
    time_zone: Zone | None = None
    max_stories: int | None = Field(default=None, ge=1, le=50)


class Topic(Section):
    """A topic of the operator's, or what is said beyond the default of a built-in one: names by interface language,
    words and example texts by language of the article."""

    names: Mapping[str, str] = {}
    words: Mapping[str, tuple[str, ...]] = {}
    against: Mapping[str, tuple[str, ...]] = {}
    examples: Mapping[str, tuple[str, ...]] = {}
    enabled: bool = True


class Config(BaseSettings):
    """Everything an operator can say. Paths are relative to the folder of config.toml."""

    model_config = SettingsConfigDict(
        frozen=True, extra="forbid", env_prefix=PREFIX, env_nested_delimiter="__", arbitrary_types_allowed=True
    )

    state_dir: Path = Path("state")
    language: Interface = "en"
    time_zone: Zone = "Asia/Tashkent"
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    telegram: Telegram = Telegram()
    database: Database = Database()
    digest: Digest = Digest()
    collect: Collect = Collect()
    sources: tuple[SourceSection, ...] = ()
    channels: tuple[Channel, ...] = ()
    topics: Mapping[str, Topic] = {}

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return (init_settings,)  # `load` has merged the environment into it

    @property
    def database_url(self) -> str:
        """The URL with its password: for `storage` only, never for a log."""
        return self.database.url.get_secret_value() or f"sqlite:///{self.state_dir / 'digest-bot.sqlite3'}"

    @property
    def source_list(self) -> tuple[Source, ...]:
        return tuple(Source(slug=one.slug, kind=one.kind, address=str(one.path), name=one.name) for one in self.sources)

    @property
    def topic_definitions(self) -> tuple[classify.TopicDefinition, ...]:
        """The default topics, changed and completed by the operator's; "other" stays last."""
        ours = {definition.id: definition for definition in classify.default_definitions()}
        known = ours | {definition.id: definition for definition in classify.ready_definitions()}
        for name, topic in self.topics.items():
            ours[TopicId(name)] = _definition(TopicId(name), topic, known.get(TopicId(name)))
        gone = {name for name, topic in self.topics.items() if not topic.enabled}
        kept = [definition for definition in ours.values() if definition.id not in gone]
        return tuple(sorted(kept, key=lambda definition: definition.id == "other"))


def _definition(name: TopicId, topic: Topic, default: classify.TopicDefinition | None) -> classify.TopicDefinition:
    known = default or classify.TopicDefinition(id=name, names={"en": name})
    return replace(
        known,
        names={**known.names, **topic.names},
        words=_both(known.words, topic.words),
        against=_both(known.against, topic.against),
        examples=topic.examples,
    )


def _both(default: Mapping[str, tuple[str, ...]], own: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    return {code: (*default.get(code, ()), *own.get(code, ())) for code in (*default, *own)}


def load(file: Path | None, *, with_token: bool = False, environ: Mapping[str, str] = os.environ) -> Config:
    """Reads `file` (None: defaults and environment only) and checks everything.

    Raises ConfigError with every fault found. `with_token` says that a well-formed token is needed.
    """
    faults = list(_unknown_variables(environ))
    try:
        data = _merged(_read(file) if file else {}, EnvSettingsSource(Config)())
    except SettingsError as error:
        raise ConfigError((*faults, _unreadable(error))) from None
    config, more = _validated(data)
    faults += more
    config = _anchored(config, (file.parent if file else Path()).resolve())
    config, token_faults = _with_token(config, needed=with_token)
    faults += [*token_faults, *_topic_faults(config), *_repeated(config)]
    if faults:
        raise ConfigError(tuple(faults))
    return config


def _merged(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """Both, section by section; where both say something, `above` wins."""
    both = {
        key: _merged(below[key], value) if isinstance(value, Mapping) and isinstance(below.get(key), Mapping) else value
        for key, value in above.items()
    }
    return {**below, **both}


def _validated(data: dict[str, Any]) -> tuple[Config, list[ConfigFault]]:
    """The configuration without its faulty parts, and the faults: so that what is checked later is told as well."""
    faults: list[ConfigFault] = []
    while True:
        try:
            return Config(**data), faults
        except ValidationError as error:
            errors = error.errors(include_input=False)
        faults += map(_fault, errors)
        for one in sorted(errors, key=lambda one: [str(part) for part in one["loc"]], reverse=True):
            _drop(data, one["loc"])


def _drop(data: Any, place: tuple[int | str, ...]) -> None:
    """Takes what stands at that place out of the data; where nothing stands (a missing key), what should hold it."""
    whole, path = data, []
    for part in place:
        try:
            inner = data[part]
        except (KeyError, IndexError, TypeError):
            break
        path.append((data, part))
        data = inner
    if not path:
        whole.clear()
        return
    holder, part = path[-1]
    del holder[part]


def _unreadable(error: SettingsError) -> ConfigFault:
    """A variable for a whole section or list that is not JSON; its value is not repeated, it may be the token."""
    found = re.search(r'field "(\w+)"', str(error))
    key = found[1] if found else "environment"
    hint = f"{PREFIX}{key.upper()}__... sets one key of it; lists and sections are written as JSON"
    return ConfigFault(key=key, message=f"{PREFIX}{key.upper()}... cannot be read", hint=hint)


def _read(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        hint = "copy config.example.toml to it, or name another with --config"
        raise ConfigError((ConfigFault(key=str(file), message="there is no such file", hint=hint),)) from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError((ConfigFault(key=str(file), message=f"cannot be read: {error}"),)) from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigError((ConfigFault(key=str(file), message=f"is not TOML: {error}"),)) from error


def _unknown_variables(environ: Mapping[str, str]) -> Iterator[ConfigFault]:
    for name in sorted(environ):
        section = name.removeprefix(PREFIX).split("__")[0].lower()
        if name.startswith(PREFIX) and name not in OURS_BUT_NOT_SETTINGS and section not in Config.model_fields:
            yield ConfigFault(key=name, message="no such setting", hint=HINTS["extra_forbidden"])


def _fault(error: ErrorDetails) -> ConfigFault:
    key = ".".join(str(part) for part in error["loc"])
    known = error["type"] == "extra_forbidden"
    message = "there is no such key" if known else error["msg"].removeprefix("Value error, ")
    return ConfigFault(key=key, message=message, hint=HINTS.get(error["type"], ""))


def _anchored(config: Config, folder: Path) -> Config:
    """Paths made absolute, counted from the folder of config.toml."""
    sources = tuple(source.model_copy(update={"path": folder / source.path}) for source in config.sources)
    database = config.database
    url = database.url.get_secret_value()
    if url.startswith("sqlite:///") and not url.startswith("sqlite:////"):
        database = Database(url=SecretStr(f"sqlite:///{folder / url.removeprefix('sqlite:///')}"))
    file = config.telegram.token_file
    telegram = config.telegram.model_copy(update={"token_file": folder / file if file else None})
    update = {"state_dir": folder / config.state_dir, "sources": sources, "database": database, "telegram": telegram}
    return config.model_copy(update=update)


def _with_token(config: Config, *, needed: bool) -> tuple[Config, list[ConfigFault]]:
    """The token from its file where one is named. Messages never repeat a token, not even a malformed one."""
    if not needed:
        return config, []
    telegram, key = config.telegram, "telegram.token"
    token = telegram.token.get_secret_value().strip()
    if telegram.token_file and not token:
        key = "telegram.token_file"
        try:
            token = telegram.token_file.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            reason = type(error).__name__ if isinstance(error, UnicodeDecodeError) else error.strerror
            return config, [ConfigFault(key=key, message=f"{telegram.token_file} cannot be read: {reason}")]
    if not token:
        hint = f"get one from @BotFather and set it here, in {PREFIX}TELEGRAM__TOKEN or in telegram.token_file"
        return config, [ConfigFault(key=key, message="a token is needed", hint=hint)]
    if not TOKEN.fullmatch(token):
        hint = "@BotFather gives digits, a colon and about 35 letters, digits, - and _"
        return config, [ConfigFault(key=key, message="this is not a bot token", hint=hint)]
    return config.model_copy(update={"telegram": telegram.model_copy(update={"token": SecretStr(token)})}), []


def _topic_faults(config: Config) -> Iterator[ConfigFault]:
    known = {definition.id for definition in config.topic_definitions}
    for name in config.topics:
        if not re.fullmatch(r"[a-z][a-z0-9_-]{0,15}", name):
            yield ConfigFault(
                key=f"topics.{name}", message="an id is a small Latin letter and up to 15 more, digits, - and _"
            )
    for number, channel in enumerate(config.channels):
        for topic in channel.topics:
            if topic not in known:
                hint = "topics here: " + ", ".join(sorted(known))
                yield ConfigFault(key=f"channels.{number}.topics", message=f'no topic "{topic}"', hint=hint)


def _repeated(config: Config) -> Iterator[ConfigFault]:
    yield from _twice("sources", "slug", [source.slug for source in config.sources])
    yield from _twice("channels", "chat", [channel.chat.lower() for channel in config.channels])


def _twice(section: str, field: str, values: Iterable[str]) -> Iterator[ConfigFault]:
    met: set[str] = set()
    for number, value in enumerate(values):
        if value in met:
            yield ConfigFault(key=f"{section}.{number}.{field}", message=f'"{value}" stands there twice')
        met.add(value)
