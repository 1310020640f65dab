"""config.toml and the environment -> frozen sections; every fault at once, each with its key and a hint.

Later wins: defaults, config.toml, environment (`DIGEST_BOT_TELEGRAM__TOKEN` is `[telegram] token`).
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, EnvSettingsSource, PydanticBaseSettingsSource, SettingsConfigDict
from pydantic_settings.exceptions import SettingsError

from bot.config import parts, together, wording
from bot.config.values import BaseUrl, ChannelName, Interface, Language, Network, Slug, Times, Zone
from bot.errors import ConfigError, ConfigFault
from bot.model import FullText, TopicId
from bot.stages import classify, due

PREFIX = "DIGEST_BOT_"
OURS_BUT_NOT_SETTINGS = {"DIGEST_BOT_TEST_POSTGRES", "DIGEST_BOT_FAILPOINTS"}
TOKEN = re.compile(r"\d{6,12}:[A-Za-z0-9_-]{30,64}")


class Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


class Telegram(Section):
    """How to reach Telegram. `admins` are user ids that may run the bot from chat; /start shows everybody theirs.
    `inline` lets people write the bot's name and some words in any chat, and share a story there."""

    token: SecretStr = SecretStr("")
    token_file: Path | None = None
    admins: tuple[int, ...] = ()
    inline: bool = False
    base_url: BaseUrl = "https://api.telegram.org/bot"


class Database(Section):
    """`sqlite:///FILE` (the default, inside `state_dir`) or `postgresql://user:password@host/name`."""

    url: SecretStr = SecretStr("")


class Digest(Section):
    """What a digest is unless a chat says otherwise. `max_chars` counts headline and facts of one story."""

    times: Times = Field(default=due.parse(("08:00",)), validate_default=True)
    max_stories: int = Field(default=7, ge=1, le=50)
    max_facts: int = Field(default=5, ge=1, le=10)
    max_chars: int = Field(default=450, ge=100, le=3000)


class Delivery(Section):
    """How fast messages go out, `per_second` over all chats: Telegram takes about 30, up to 1,000 from who pays for
    broadcasts. `in_flight` is how many requests may be under way: a crash leaves at most so many in doubt."""

    per_second: float = Field(default=30, ge=0.1, le=1_000)
    in_flight: int = Field(default=8, ge=1, le=128)


class SourceSection(Section):
    """A place to read: an `address` on the net, or a `path` on this machine (a file or a folder).

    `kind` is the name of a file of `bot/sources/`; without it a path holds article files and an address is a feed.
    """

    slug: Slug
    kind: str = ""
    address: str = ""
    path: Path | None = None
    name: str = ""
    topics: tuple[str, ...] = ()
    languages: tuple[Language, ...] = ()
    full_text: FullText = "short"
    quota_per_day: int = Field(default=200, ge=1, le=100_000)
    old_is_news: bool = False


class Collect(Section):
    """How often we look which sources are due, in seconds; the bounds of the time between two readings of one."""

    every_s: float = Field(default=60, ge=1, le=86_400)
    shortest_min: float = Field(default=5, ge=1, le=1_440)
    longest_min: float = Field(default=1_440, ge=5, le=10_080)


class Fetching(Section):
    """How sources are fetched. `contact` is told to every site: an address of mail or of a page where its people can
    write. Only public addresses are dialled, and those in `allow_networks` (as 10.1.0.0/16), on `ports`."""

    contact: str = Field(default="", max_length=200)
    allow_networks: tuple[Network, ...] = ()
    ports: tuple[Annotated[int, Field(ge=1, le=65_535)], ...] = (80, 443)
    connections_per_host: int = Field(default=1, ge=1, le=4)


class Channel(Section):
    """A channel the bot posts to: its @name or number, what and when. Empty topics mean all of them."""

    chat: ChannelName
    topics: tuple[str, ...] = ()
    language: Interface = "en"
    reads: tuple[Language, ...] = ()
    times: Times = Field(default=due.parse(("08:00",)), validate_default=True)
    time_zone: Zone | None = None
    max_stories: int | None = Field(default=None, ge=1, le=50)


class Topic(Section):
    """A topic of the operator's, or changes to a built-in one: names by interface language, words and example texts by
    language of the article."""

    names: Mapping[Language, str] = {}
    words: Mapping[Language, tuple[str, ...]] = {}
    against: Mapping[Language, tuple[str, ...]] = {}
    examples: Mapping[Language, tuple[str, ...]] = {}
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
    delivery: Delivery = Delivery()
    collect: Collect = Collect()
    fetching: Fetching = Fetching()
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
    return classify.TopicDefinition(
        id=name,
        names={**(default.names if default else {"en": name}), **topic.names},
        words={**(default.words if default else {}), **topic.words},
        hints=default.hints if default else {},
        against={**(default.against if default else {}), **topic.against},
        examples=topic.examples,
    )


Check = Callable[["Config"], Iterable[ConfigFault]]


def load(
    file: Path | None,
    *,
    with_token: bool = False,
    checks: Iterable[Check] = (),
    environ: Mapping[str, str] = os.environ,
) -> Config:
    """Reads `file` (None: defaults and environment only) and checks everything.

    Raises ConfigError with every fault found. `with_token` says that a well-formed token is needed, `checks` are those
    of the parts that know more than this one.
    """
    faults = list(_unknown_variables(environ))
    below, (above, more) = _read(file) if file else {}, _environment()
    faults += [*more, *together.two_tokens(below, above)]
    config, more = _validated(_merged(_overruled(below, above), above))
    faults += more
    config = _anchored(config, (file.parent if file else Path()).resolve())
    is_unclear = any(fault.key in ("telegram", "telegram.token", "telegram.token_file") for fault in faults)
    config, token_faults = _with_token(config, needed=with_token and not is_unclear)
    faults += [*token_faults, *together.faults(config)]
    clear = _clear(config, faults)
    faults += [fault for check in checks for fault in check(clear)]
    if faults:
        raise ConfigError(tuple(faults))
    return config


def section(said: Mapping[str, Any]) -> SourceSection | tuple[ConfigFault, ...]:
    """One source of a list that stands elsewhere than in config.toml, by the same rules; or what is wrong with it."""
    try:
        return SourceSection.model_validate(said)
    except ValidationError as error:
        return tuple(map(wording.fault, error.errors(include_input=False)))


def _overruled(below: Mapping[str, Any], above: Mapping[str, Any]) -> Mapping[str, Any]:
    """config.toml without the token or its file where the environment names either."""
    telegram, ours = below.get("telegram"), above.get("telegram")
    token = {"token", "token_file"}
    if not isinstance(telegram, Mapping) or not isinstance(ours, Mapping) or not token & set(ours):
        return below
    return {**below, "telegram": {key: value for key, value in telegram.items() if key not in token}}


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
    unnamed: set[tuple[str, int]] = set()
    while True:
        try:
            return _numbered(Config(**data), unnamed), faults
        except ValidationError as error:
            errors = error.errors(include_input=False)
        faults += map(wording.fault, errors)
        unnamed |= parts.without(data, errors)


def _numbered(config: Config, unnamed: Container[tuple[str, int]]) -> Config:
    """Sources and channels without a good name are called by their numbers in what is said of them later."""
    sources = [
        one.model_copy(update={"slug": str(number)}) if ("sources", number) in unnamed else one
        for number, one in enumerate(config.sources)
    ]
    channels = [
        one.model_copy(update={"chat": str(number)}) if ("channels", number) in unnamed else one
        for number, one in enumerate(config.channels)
    ]
    return config.model_copy(update={"sources": tuple(sources), "channels": tuple(channels)})


def _clear(config: Config, faults: Iterable[ConfigFault]) -> Config:
    """Without the sources of which it is not clear where and how they are read, for those who check just that."""
    found = (re.fullmatch(r"sources\.(\d+)\.(?:kind|path|address)", fault.key) for fault in faults)
    unclear = {int(each[1]) for each in found if each}
    kept = tuple(one for number, one in enumerate(config.sources) if number not in unclear)
    return config.model_copy(update={"sources": kept})


def _environment() -> tuple[dict[str, Any], list[ConfigFault]]:
    """What the environment says, without the sections of it that cannot be read, and their faults."""
    source, faults = EnvSettingsSource(Config), list[ConfigFault]()
    while True:
        try:
            return source(), faults
        except SettingsError as error:
            fault = _unreadable(error)
        prefix = f"{PREFIX}{fault.key}".casefold()
        left = {name: value for name, value in source.env_vars.items() if not name.casefold().startswith(prefix)}
        if len(left) == len(source.env_vars):
            raise ConfigError((*faults, fault))
        faults.append(fault)
        source.env_vars = left


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
            yield ConfigFault(key=name, message="no such setting", hint=wording.SLIP)


def _anchored(config: Config, folder: Path) -> Config:
    """Paths made absolute, counted from the folder of config.toml."""
    sources = tuple(
        source.model_copy(update={"path": folder / source.path}) if source.path else source for source in config.sources
    )
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
