"""Which links Telegram takes."""

import pytest

from bot.sandbox import links


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("http://example.org", "http://example.org/"),
        ("example.org/News?a=1#b", "http://example.org/News?a=1#b"),
        ("https://user@Example.org:8080?x", "https://user@example.org:8080/?x"),
        ("https://пример.рф/a b", "https://пример.рф/a%20b"),
        ("tg://user?id=1", "tg://user?id=1"),
        ("TG:resolve?domain=someone", "tg://resolve?domain=someone"),
        ("http://[::1]/x", "http://[::1]/x"),
    ],
)
def test_a_link_is_kept_in_its_canonical_form(said: str, kept: str) -> None:
    assert links.checked(said) == kept


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("", "URL host is empty"),
        ("not-a-url", "Wrong HTTP URL"),
        ("http://localhost:8080/", "Wrong HTTP URL"),
        ("ftp://example.com", "Unsupported URL protocol"),
        ("javascript://example.com", "Unsupported URL protocol"),
        ("https://example.org:99999", "Wrong port number specified in the URL"),
        ("https://exa mple.org", "Disallowed character in URL host"),
        ("tg://http://example.org", "Wrong tg URL"),
    ],
)
def test_a_wrong_link_is_refused_with_its_reason(said: str, why: str) -> None:
    with pytest.raises(links.WrongLink, match=f"^{why}$"):
        links.checked(said)
