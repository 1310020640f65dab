"""Every fault of a configuration is told at once, with its key and what to do."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import BaseModel

from bot import config, sources
from bot.errors import ConfigError
from bot.model import TopicId

TOKEN = "123456789:" + "Ab1_-" * 7


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "config.toml"


def faults(file: Path | None, **environ: str) -> dict[str, str]:
    with pytest.raises(ConfigError) as caught:
        config.load(file, with_token=True, environ=environ)
    return {fault.key: str(fault) for fault in caught.value.faults}


def test_the_example_is_a_good_configuration() -> None:
    loaded = config.load(Path("config.example.toml"), environ={})

    assert loaded.digest.max_stories == 7
    assert sources.configured(loaded) == ()


def uncommented() -> str:
    """The example with all that it only proposes."""
    example = Path("config.example.toml").read_text(encoding="utf-8")
    return re.sub(r"(?m)^# (?=\[|[a-z_.]+ = )", "", example)


def test_every_commented_key_of_the_example_is_a_real_one(file: Path) -> None:
    file.write_text(uncommented(), encoding="utf-8")

    loaded = config.load(file, environ={})

    assert loaded.channels[0].chat == "@my_channel"
    kinds = [source.kind for source in sources.configured(loaded)]
    assert kinds == ["article_file", "feed", "page", "telegram_channel", "sitemap", "watched_folder"]
    assert list(sources.faults(loaded)) == []
    assert TopicId("water") in [definition.id for definition in loaded.topic_definitions]


def unsaid(model: type[BaseModel], said: Mapping[str, Any], place: str = "") -> Iterator[str]:
    """The keys of a model, and of all models below it, that stand nowhere in what is said."""
    for key, field in model.model_fields.items():
        types = (field.annotation, *get_args(field.annotation))
        below = next((one for one in types if isinstance(one, type) and issubclass(one, BaseModel)), None)
        if key not in said:
            yield place + key
        elif below is not None:
            value = said[key]
            many = value if isinstance(value, list) else value.values() if get_args(field.annotation) else (value,)
            yield from unsaid(below, {name: each[name] for each in many for name in each}, f"{place}{key}.")


def test_every_key_of_every_section_stands_in_the_example() -> None:
    assert list(unsaid(config.Config, tomllib.loads(uncommented()))) == []


@pytest.mark.parametrize("key", ["log_level", "telegram.base_url", "sources.quota_per_day", "topics.against"])
def test_a_key_that_is_left_out_of_the_example_is_found(key: str) -> None:
    left = re.sub(rf"(?m)^{key.rpartition('.')[2]}\b.*$", "", uncommented())

    assert list(unsaid(config.Config, tomllib.loads(left))) == [key]


def test_the_example_says_what_holds_without_it() -> None:
    loaded = config.load(Path("config.example.toml"), environ={})

    assert (loaded.collect, loaded.fetching) == (config.Collect(), config.Fetching())


def test_all_faults_are_told_at_once_with_their_keys(file: Path) -> None:
    file.write_text(
        'time_zone = "Asia/Tashkant"\nlanguge = "ru"\n[telegram]\ntoken = "12:short"\n'
        '[digest]\ntimes = ["25:00"]\nmax_stories = 0\n[[channels]]\nchat = "my channel"\n',
        encoding="utf-8",
    )

    found = faults(file)

    assert {"time_zone", "languge", "digest.times", "digest.max_stories", "channels.0.chat"} <= set(found)
    assert "IANA" in found["time_zone"]
    assert "25:00" in found["digest.times"]


def test_a_missing_and_a_malformed_token_are_told_apart_and_never_repeated(file: Path) -> None:
    file.write_text("", encoding="utf-8")
    assert "BotFather" in faults(file)["telegram.token"]

    file.write_text('[telegram]\ntoken = "12345:secret-but-short"\n', encoding="utf-8")
    told = faults(file)["telegram.token"]

    assert "not a bot token" in told
    assert "secret" not in told


def test_the_environment_wins_over_the_file(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file.write_text('[telegram]\ntoken = "12:short"\n[database]\nurl = "sqlite:///one.db"\n', encoding="utf-8")
    monkeypatch.setenv("DIGEST_BOT_TELEGRAM__TOKEN", TOKEN)
    monkeypatch.setenv("DIGEST_BOT_DATABASE__URL", "postgresql://u:p@127.0.0.1/d")

    loaded = config.load(file, with_token=True)

    assert loaded.telegram.token.get_secret_value() == TOKEN
    assert loaded.database_url == "postgresql://u:p@127.0.0.1/d"
    assert TOKEN not in repr(loaded)


def test_a_token_may_stand_in_a_file_beside_the_configuration(file: Path) -> None:
    file.write_text('[telegram]\ntoken_file = "token.txt"\n', encoding="utf-8")
    assert "token.txt" in faults(file)["telegram.token_file"]

    (file.parent / "token.txt").write_text(TOKEN + "\n", encoding="utf-8")

    assert config.load(file, with_token=True, environ={}).telegram.token.get_secret_value() == TOKEN


def test_an_unknown_variable_with_our_prefix_is_a_fault(file: Path) -> None:
    file.write_text("", encoding="utf-8")

    assert "DIGEST_BOT_TELEGRM__TOKEN" in faults(file, DIGEST_BOT_TELEGRM__TOKEN=TOKEN)


def test_what_is_not_toml_or_not_there_is_one_clear_line(file: Path) -> None:
    assert "no such file" in faults(file)[str(file)]

    file.write_text("time_zone = Asia/Tashkent", encoding="utf-8")
    assert "line 1" in faults(file)[str(file)]


def test_the_token_never_travels_unencrypted(file: Path) -> None:
    file.write_text('[telegram]\nbase_url = "http://api.example.org/bot"\n', encoding="utf-8")
    assert "https" in faults(file)["telegram.base_url"]

    file.write_text('[telegram]\nbase_url = "http://127.0.0.1:8081/bot"\n', encoding="utf-8")
    assert set(faults(file)) == {"telegram.token"}


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("http://127.0.0.1:9", "must end with /bot"),
        ("https://api.telegram.org/bot/", "must end with /bot"),
        ("https://api.telegram.org", "must end with /bot"),
        ("https:///bot", "not an address"),
        ("https://[::1/bot", "not an address"),
        ("https://host:port/bot", "not an address"),
    ],
)
def test_an_address_at_which_telegram_cannot_be_asked_is_refused(file: Path, address: str, said: str) -> None:
    file.write_text(f'[telegram]\nbase_url = "{address}"\n', encoding="utf-8")

    assert said in faults(file)["telegram.base_url"]


def test_an_operator_changes_adds_and_takes_away_topics(file: Path) -> None:
    file.write_text(
        '[topics.sport]\nenabled = false\n[topics.economy]\nnames.en = "Money"\n'
        '[topics.water]\nnames.en = "Water"\nwords.en = ["reservoir"]\n',
        encoding="utf-8",
    )

    topics = {definition.id: definition for definition in config.load(file, environ={}).topic_definitions}

    assert TopicId("sport") not in topics
    assert topics[TopicId("economy")].names["en"] == "Money"
    assert topics[TopicId("economy")].words["en"]
    assert list(topics)[-1] == "other"


def test_a_topic_has_examples_and_one_that_waited_is_there_when_it_is_named(file: Path) -> None:
    file.write_text(
        '[topics.economy]\nexamples.en = ["Stalls are let by the month."]\n[topics.health]\n', encoding="utf-8"
    )

    before = {definition.id: definition for definition in config.load(None, environ={}).topic_definitions}
    after = {definition.id: definition for definition in config.load(file, environ={}).topic_definitions}

    economy, health = TopicId("economy"), TopicId("health")
    assert after[economy].words == before[economy].words
    assert after[economy].examples == {"en": ("Stalls are let by the month.",)}
    assert health not in before
    assert after[health].names["ru"]


def test_an_example_that_says_nothing_is_a_fault_with_its_place(file: Path) -> None:
    file.write_text('[topics.bees]\nexamples.en = ["Hives hum in the clover.", "And the 12", ""]\n', encoding="utf-8")

    found = set(faults(file))

    assert found - {"telegram.token"} == {"topics.bees.examples.en.1", "topics.bees.examples.en.2"}


def test_examples_that_are_no_list_are_a_fault_with_their_key(file: Path) -> None:
    file.write_text('[topics.bees]\nexamples.en = "Hives hum in the clover."\n', encoding="utf-8")

    found = set(faults(file))

    assert found - {"telegram.token"} == {"topics.bees.examples.en"}


def test_a_channel_with_an_unknown_topic_and_a_channel_named_twice_are_faults(file: Path) -> None:
    file.write_text(
        '[[channels]]\nchat = "@news_one"\ntopics = ["wether"]\n[[channels]]\nchat = "@News_One"\n', encoding="utf-8"
    )

    found = faults(file)

    assert "wether" in found["channels.@news_one.topics"]
    assert "twice" in found["channels.@news_one.chat"]


def test_paths_are_counted_from_the_folder_of_the_file(file: Path) -> None:
    file.write_text('[[sources]]\nslug = "in"\npath = "in"\n[database]\nurl = "sqlite:///a.db"\n', encoding="utf-8")

    loaded = config.load(file, environ={})

    assert sources.configured(loaded)[0].address == str(file.parent / "in")
    assert loaded.database_url == f"sqlite:///{file.parent / 'a.db'}"
    assert loaded.state_dir == file.parent / "state"


def test_each_of_many_faulty_sections_is_told_under_its_own_number(file: Path) -> None:
    good = '[[sources]]\nslug = "s{n}"\npath = "in"\n'
    bad = '[[sources]]\npath = "in"\n'
    written = [bad if n in (2, 10, 11) else good.format(n=n) for n in range(13)]
    written[12] = '[[sources]]\nslug = "s12"\npath = "in"\ntopics = ["wether"]\n'
    file.write_text("".join(written), encoding="utf-8")

    with pytest.raises(ConfigError) as caught:
        config.load(file, environ={})

    told = {fault.key for fault in caught.value.faults}
    assert told == {"sources.2.slug", "sources.10.slug", "sources.11.slug", "sources.s12.topics"}


@pytest.mark.parametrize(
    ("written", "key", "said"),
    [
        ("[collect]\nshortest_min = 100\nlongest_min = 50", "collect.shortest_min", "100 is more than longest_min, 50"),
        ('[topics.economy]\nwords.xx = ["stall"]', "topics.economy.words.xx", 'no language "xx"'),
        ('[topics.economy]\nnames.EN = "Money"', "topics.economy.names.EN", "small letters"),
        ('[[channels]]\nchat = "@news_one"\nreads = ["zz"]', "channels.0.reads.0", 'no language "zz"'),
        ('[[sources]]\nslug = "one"\npath = "in"\nlanguages = ["zz"]', "sources.0.languages.0", 'no language "zz"'),
        ('[[sources]]\nslug = "My Paper"\npath = "in"', "sources.0.slug", "only a-z, 0-9 and -, at most 40 characters"),
        ('[[sources]]\npath = "in"', "sources.0.slug", "this key is needed"),
        ('[[sources]]\nslug = "one"\npath = 5', "sources.0.path", "a path in quotes"),
        ('[[channels]]\nchat = "my channel"', "channels.0.chat", "written as its @name, or as its number"),
        ("state_dir = 5", "state_dir", 'a path in quotes (a folder, such as "state")'),
        ('[telegram]\nadmins = ["@me"]', "telegram.admins.0", "a whole number (user ids are numbers; /start shows"),
        ("[telegram]\nadmins = 5", "telegram.admins", "a list: values in square brackets"),
        ('[telegram]\ninline = "perhaps"', "telegram.inline", "true or false"),
        ("[digest]\nmax_stories = 0", "digest.max_stories", "this must be 1 or more"),
        ("[digest]\nmax_stories = 99", "digest.max_stories", "this must be 50 or less"),
        ("digest = 5", "digest", "a section of keys"),
        ("topics = 5", "topics", "a section of keys"),
        ("language = 5", "language", "text in quotes"),
        ('log_level = "loud"', "log_level", "this must be 'debug', 'info', 'warning' or 'error'"),
        ('[delivery]\nper_second = "fast"', "delivery.per_second", "this must be a number"),
    ],
)
def test_one_fault_is_told_once_in_plain_words(file: Path, written: str, key: str, said: str) -> None:
    file.write_text(written + "\n", encoding="utf-8")

    with pytest.raises(ConfigError) as caught:
        config.load(file, checks=(sources.faults,), environ={})

    assert [fault.key for fault in caught.value.faults] == [key]
    assert said in str(caught.value)
    assert not re.search(r"pattern|pathlib|Input should|parse|Field", str(caught.value))


def test_what_can_be_known_of_a_section_without_a_good_name_is_told_as_well(file: Path) -> None:
    file.write_text(
        '[[sources]]\nslug = "Not One"\nkind = "papyrus"\npath = "in"\ntopics = ["wether"]\n'
        '[[sources]]\npath = "in"\ntopics = ["wether"]\n'
        '[[channels]]\nchat = "my channel"\ntopics = ["wether"]\n'
        '[[channels]]\nchat = "@news_one"\ntopics = ["water"]\n'
        "[topics]\nwater = 5\n[collect]\nevery_s = 0\nshortest_min = 1440\nlongest_min = 50\n",
        encoding="utf-8",
    )

    with pytest.raises(ConfigError) as caught:
        config.load(file, checks=(sources.faults,), environ={})

    assert sorted(fault.key for fault in caught.value.faults) == [
        "channels.0.chat",
        "channels.0.topics",
        "collect.every_s",
        "collect.shortest_min",
        "sources.0.kind",
        "sources.0.slug",
        "sources.0.topics",
        "sources.1.slug",
        "sources.1.topics",
        "topics.water",
    ]


def test_a_token_and_a_file_of_one_are_a_fault(file: Path) -> None:
    file.write_text(f'[telegram]\ntoken = "{TOKEN}"\ntoken_file = "token.txt"\n', encoding="utf-8")

    found = faults(file)

    assert "both given" in found["telegram.token_file"]
    assert TOKEN not in str(found)


@pytest.mark.parametrize(
    ("name", "value", "below"),
    [("TOKEN", TOKEN, 'token_file = "gone.txt"'), ("TOKEN_FILE", "token.txt", f'token = "{TOKEN[::-1]}"')],
)
def test_a_token_of_the_environment_wins_over_either_way_of_the_file(
    file: Path, name: str, value: str, below: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    file.write_text(f"[telegram]\n{below}\n", encoding="utf-8")
    (file.parent / "token.txt").write_text(TOKEN, encoding="utf-8")
    monkeypatch.setenv(f"DIGEST_BOT_TELEGRAM__{name}", value)

    assert config.load(file, with_token=True).telegram.token.get_secret_value() == TOKEN


def test_a_variable_that_cannot_be_read_hides_no_other_fault(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file.write_text("[digest]\nmax_stories = 0\n", encoding="utf-8")
    monkeypatch.setenv("DIGEST_BOT_TELEGRAM", TOKEN)
    monkeypatch.setenv("DIGEST_BOT_SOURCES", "inbox")
    monkeypatch.setenv("DIGEST_BOT_TIME_ZONE", "Mars/Base")

    found = faults(file)

    assert set(found) == {"telegram", "sources", "time_zone", "digest.max_stories"}
    assert TOKEN not in str(found)
