"""What Telegram answers when it does not do what it was asked, and what a person of the sandbox could not have done."""

from typing import Any


class Refusal(Exception):  # noqa: N818 - a refusal is an answer, not a fault of the program
    """An error answer of the Bot API: `{"ok": false, "error_code", "description", "parameters"?}`."""

    def __init__(self, code: int, description: str, parameters: dict[str, Any] | None = None) -> None:
        super().__init__(description)
        self.is_mistake = False
        self.code = code
        self.description = description
        self.parameters = parameters

    def answer(self) -> dict[str, Any]:
        """The body of the HTTP answer."""
        body: dict[str, Any] = {"ok": False, "error_code": self.code, "description": self.description}
        return body | {"parameters": self.parameters} if self.parameters else body


class Impossible(Exception):  # noqa: N818 - said to people, like the answers above
    """Something Telegram's apps do not let a person do: write where they are no member, press a button that is gone."""


def bad_request(text: str) -> Refusal:
    """400 with `Bad Request: ` before the text, whose first letter follows `decapitalised`."""
    return Refusal(400, f"Bad Request: {decapitalised(text)}")


def mistake(text: str) -> Refusal:
    """A 400 that no state of the world explains: recorded as a violation too, so that a fallback cannot hide it."""
    refused = bad_request(text)
    refused.is_mistake = True
    return refused


def forbidden(text: str) -> Refusal:
    """403 with `Forbidden: ` before the text."""
    return Refusal(403, f"Forbidden: {decapitalised(text)}")


def flood(seconds: int) -> Refusal:
    """429 that says when to come again."""
    return Refusal(429, f"Too Many Requests: retry after {seconds}", {"retry_after": seconds})


def decapitalised(text: str) -> str:
    """First letter in lower case, unless the second is upper-case or `_`: so codes like BUTTON_DATA_INVALID stay.

    Source: `fail_query_with_error` of the Bot API server.
    """
    second = text[1:2]
    return text if second == "_" or second.isupper() else text[:1].lower() + text[1:]
