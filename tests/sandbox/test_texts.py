"""Rules of texts and entities."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sandbox import entities, texts
from bot.sandbox.refusal import Refusal
from bot.sandbox.texts import Formatted

AWKWARD = st.sampled_from(
    ["a", " ", "\n", "\r", "\0", "😀", "\u202e", "e\u030a", "<b>", "&", "жду", "\u200b", "👨‍👩‍👧"]
)


def formatted(text: str, *given: dict[str, Any]) -> Formatted:
    return texts.formatted(text, list(given), knows_user={1}.__contains__)


def formatted_or_refused(text: str, *given: dict[str, Any]) -> Formatted | Refusal:
    try:
        return formatted(text, *given)
    except Refusal as refusal:
        return refusal


def refused(text: str, *given: dict[str, Any]) -> Refusal:
    with pytest.raises(Refusal) as caught:
        formatted(text, *given)
    assert caught.value.code == 400
    return caught.value


def entity(kind: str, offset: int, length: int, **more: Any) -> dict[str, Any]:
    return {"type": kind, "offset": offset, "length": length, **more}


@pytest.mark.parametrize(
    ("text", "description"),
    [
        ("", "Bad Request: message text is empty"),
        (" \n\t ", "Bad Request: text must be non-empty"),
        ("\u200b\u00a0\u2060"[:2], "Bad Request: text must be non-empty"),
        ("x" * 4097, "Bad Request: message is too long"),
        ("😀" * 4097, "Bad Request: message is too long"),
        ("x" * 32769, "Bad Request: text is too long"),
        ("ж" * 16385, "Bad Request: text is too long"),
        ("\ud83d", "Bad Request: strings must be encoded in UTF-8"),
    ],
)
def test_a_text_outside_the_limits_is_refused(text: str, description: str) -> None:
    assert refused(text).description == description


@pytest.mark.parametrize("text", ["x" * 4096, "😀" * 4096, " " * 5000 + "x" * 4096 + "\n" * 9000])
def test_4096_code_points_after_trimming_are_taken(text: str) -> None:
    assert formatted(text).text == text.strip()


def test_controls_become_spaces_and_offsets_follow_what_is_taken_out() -> None:
    # when
    result = formatted("a\r\nb\tc\u202ed", entity("bold", 3, 1), entity("italic", 7, 1))
    # then
    assert result.text == "a\nb cd"
    assert result.entities == (entity("bold", 2, 1), entity("italic", 5, 1))


@pytest.mark.parametrize(
    ("place", "description"),
    [
        ((-1, 1), "receive an entity with incorrect offset -1"),
        ((0, -1), "receive an entity with incorrect length -1"),
        ((100, 1), "entity begins after the end of the text at UTF-16 offset 100"),
        ((0, 100), "entity beginning at UTF-16 offset 0 ends after the end of the text at UTF-16 offset 100"),
        ((2, 1), "entity begins in a middle of a UTF-16 symbol at UTF-16 offset 2"),
        ((0, 2), "entity beginning at UTF-16 offset 0 ends in a middle of a UTF-16 symbol at UTF-16 offset 2"),
    ],
)
def test_an_entity_out_of_place_is_refused_as_a_mistake(place: tuple[int, int], description: str) -> None:
    # when
    refusal = refused("a😀bc", entity("bold", *place))
    # then
    assert refusal.description == f"Bad Request: {description}"
    assert refusal.is_mistake


@pytest.mark.parametrize(
    ("given", "description"),
    [
        (entity("shiny", 0, 1), "can't parse MessageEntity: Unsupported type specified"),
        (entity("text_link", 0, 1), "can't parse MessageEntity: Can't find field \"url\""),
        (entity("text_link", 0, 1, url="not-a-url"), "entity URL 'not-a-url' is invalid: Wrong HTTP URL"),
        (entity("text_link", 0, 1, url=""), "entity URL '' is invalid: URL host is empty"),
        (entity("text_mention", 0, 1, user={"id": 2}), "user not found"),
        (
            entity("custom_emoji", 0, 1, custom_emoji_id="9" * 19),
            'can\'t parse MessageEntity: Field "custom_emoji_id" must be a valid Number',
        ),
        ({"type": "bold", "offset": 0}, "can't parse MessageEntity: Can't find field \"length\""),
    ],
)
def test_an_entity_of_a_wrong_form_is_refused(given: dict[str, Any], description: str) -> None:
    assert refused("hello", given).description == f"Bad Request: {description}"


def test_a_link_is_kept_in_telegrams_own_spelling() -> None:
    (link,) = formatted("here", entity("text_link", 0, 4, url="HTTPS://Example.ORG?q=ö")).entities
    assert link["url"] == "https://example.org/?q=ö"


def test_entities_of_more_than_about_9500_bytes_are_refused() -> None:
    # given
    text = "x" * 200

    def links(count: int) -> list[dict[str, Any]]:
        return [entity("text_link", 2 * index, 1, url="https://example.org/" + "p" * 150) for index in range(count)]

    # then
    assert entities.weight(links(1)[0]) == 12 + 172
    assert len(formatted(text, *links(51)).entities) == 51
    assert refused(text, *links(52)).description == "Bad Request: ENTITIES_TOO_LONG"


def test_the_101st_entity_is_dropped_with_a_note() -> None:
    # given
    many = [entity("bold", 2 * index, 1) for index in range(101)]
    # then
    assert formatted("x" * 300, *many[:100]).notes == ()
    result = formatted("x" * 300, *many)
    assert len(result.entities) == 100
    assert result.notes == ("1 entities after the 100th are dropped",)


def test_an_entity_over_nothing_visible_is_dropped_with_a_note() -> None:
    # when
    result = formatted("a  b", entity("bold", 1, 2), entity("italic", 3, 1))
    # then
    assert result.entities == (entity("italic", 3, 1),)
    assert result.notes == ("bold at 1 covers nothing visible and is dropped",)


@pytest.mark.parametrize(
    ("given", "note"),
    [
        ([entity("bold", 0, 3), entity("italic", 2, 3)], "overlap without one holding the other"),
        ([entity("blockquote", 0, 5), entity("expandable_blockquote", 1, 2)], "are of one kind and nested"),
        ([entity("code", 0, 5), entity("bold", 1, 2)], "code takes no other formatting"),
        ([entity("expandable_blockquote", 0, 5), entity("bold", 0, 5), entity("text_link", 1, 2, url="a.bc")], ""),
    ],
)
def test_entities_that_telegram_would_rearrange_are_noted(given: list[dict[str, Any]], note: str) -> None:
    notes = " ".join(formatted("hello", *given).notes)
    assert (note in notes) if note else not notes


def test_links_mentions_commands_and_hashtags_are_found() -> None:
    # when
    found = formatted("😀 /go@some_bot see https://example.org/a_(b), @someone #tag и a@b.co, not a/b or x@y").entities
    # then
    assert found == (
        entity("bot_command", 3, 12),
        entity("url", 20, 25),
        entity("mention", 47, 8),
        entity("hashtag", 56, 4),
        entity("email", 63, 6),
    )


def test_nothing_is_found_inside_a_given_link() -> None:
    given = entity("text_link", 0, 19, url="https://example.org/long")
    assert [one["type"] for one in formatted("https://example.org", given).entities] == ["text_link"]
    assert [one["type"] for one in formatted("https://example.org").entities] == ["url"]


@given(st.lists(AWKWARD, max_size=40).map("".join), st.data())
def test_whatever_is_taken_has_valid_entities_over_the_same_visible_text(text: str, data: st.DataObject) -> None:
    # given
    places = [texts.utf16_length(text[:index]) for index in range(len(text) + 1)]
    ends = sorted(data.draw(st.lists(st.sampled_from(places), min_size=2, max_size=2)))
    # when
    result = formatted_or_refused(text, entity("bold", ends[0], ends[1] - ends[0]))
    # then
    if isinstance(result, Refusal):
        assert not result.is_mistake
        return
    assert result.text == result.text.rstrip(" \n") != ""
    for one in result.entities:
        covered = texts.utf16_slice(result.text, one["offset"], one["offset"] + one["length"])
        assert covered
        if one["type"] == "bold":
            cleaned, _ = texts.cleaned(texts.utf16_slice(text, *ends))
            assert cleaned.strip(" \n") == covered.strip(" \n")
