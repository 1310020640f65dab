"""Every fault of a configuration is told at once, with its key and what to do."""

import re
from pathlib import Path

import pytest

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
    assert sources.configured(loaded)[0].address.endswith("inbox")


def test_every_commented_key_of_the_example_is_a_real_one(file: Path) -> None:
    example = Path("config.example.toml").read_text(encoding="utf-8")
    file.write_text(re.sub(r"(?m)^# (?=\[|[a-z_.]+ = )", "", example), encoding="utf-8")

    loaded = config.load(file, environ={})

    assert loaded.channels[0].chat == "@my_channel"
    kinds = [source.kind for source in sources.configured(loaded)]
    assert kinds == ["article_file", "feed", "page", "telegram_channel", "sitemap", "watched_folder"]
    assert list(sources.faults(loaded)) == []
    assert TopicId("water") in [definition.id for definition in loaded.topic_definitions]


def test_every_key_of_a_source_of_fetching_and_of_collect_stands_in_the_example() -> None:
    example = Path("config.example.toml").read_text(encoding="utf-8")
    keys = {*config.SourceSection.model_fields, *config.Fetching.model_fields, *config.Collect.model_fields}

    assert [key for key in sorted(keys) if not re.search(rf"(?m)^(?:# )?{key} = ", example)] == []


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
