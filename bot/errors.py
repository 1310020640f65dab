"""The tree of everything we raise.

    DigestBotError
      UserError            a person did something we can explain; the listener says it in their language
      ConfigError          config.toml or the environment is wrong; every fault at once, exit code 2
      RefusedEntry         an entry or a line cannot become an article; the reason says why
      FileError            an article file cannot be read; carries file, line number and reason
      StorageError         the database cannot be used as asked
        AlreadyRunning     another `run` holds this state folder
        AlreadyApplied     another process has carried this update out
      BadSignature         a button or a link was not made by us, or for somebody else
      RefusedAddress       a URL or an IP address that we do not dial; the reason says why
      Trouble              a fetch that failed, on its way up within `fetching/`
      ParserKilled         a function in a child process came to no result; the reason says why
      NotSent              a request of which certainly not one byte was written

Expected outcomes are values (`model.Receipt`), not errors. A foreign exception is caught where its library
lives and turned into one of these with `from error`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path


class DigestBotError(Exception):
    """The root: `str(error)` is one clear English line for logs and the command line."""


class UserError(DigestBotError):
    """Something to tell a person in chat: `text` is a message id of the catalogues, `details` fill its {names}."""

    def __init__(self, text: str, **details: object) -> None:
        super().__init__(text.format(**details) if details else text)
        self.text = text
        self.details = details


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigFault:
    """One thing wrong with the configuration: where (`telegram.token`), what, and what to do about it."""

    key: str
    message: str
    hint: str = ""

    def __str__(self) -> str:
        return f"{self.key}: {self.message}" + (f" ({self.hint})" if self.hint else "")


class ConfigError(DigestBotError):
    """All faults of a configuration, one line each."""

    def __init__(self, faults: tuple[ConfigFault, ...]) -> None:
        super().__init__("\n".join(str(fault) for fault in faults))
        self.faults = faults


class RefusedEntry(DigestBotError):  # noqa: N818 - it names the outcome, as BadSignature does
    """An entry that cannot become an article; `reason` is a clear half sentence ("the text is empty")."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class FileError(DigestBotError):
    """A file that cannot be read: `FILE:LINE: reason`."""

    def __init__(self, file: Path | str, reason: str, *, line: int | None = None) -> None:
        super().__init__(f"{file}:{line}: {reason}" if line is not None else f"{file}: {reason}")
        self.file = file
        self.line = line
        self.reason = reason

    def __reduce__(self) -> tuple[partial[FileError], tuple[Path | str, str]]:
        """Faults come back from a child process as pickles."""
        return partial(FileError, line=self.line), (self.file, self.reason)


class StorageError(DigestBotError):
    """The database cannot be opened, upgraded or used as asked."""


class AlreadyRunning(StorageError):  # noqa: N818 - it names the outcome
    """A second `run` on one state folder."""


class AlreadyApplied(StorageError):  # noqa: N818 - it names the outcome
    """An update whose effect another process has stored."""


class BadSignature(DigestBotError):  # noqa: N818 - it names the outcome
    """Callback data or a link that we did not sign for this chat."""


class RefusedAddress(DigestBotError):  # noqa: N818 - it names the outcome
    """A URL or an IP address that must not be dialled; `reason` is a clear half sentence."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class NotSent(DigestBotError):  # noqa: N818 - it names the outcome
    """Not one byte of a request left this process; stands as the cause of what the client library raises."""


class ParserKilled(DigestBotError):  # noqa: N818 - it names the outcome
    """A function that ran in a child process raised, or the process was killed or died; `reason` is a half sentence,
    or, when it `raised`, what it raised."""

    def __init__(self, reason: str, *, raised: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.raised = raised
