"""The interface languages: one gettext catalogue (`ru.po`) per language in this folder, found by themselves.

A message is its English sentence. A new interface language is one new file; the only I/O here is reading it once.
"""

from __future__ import annotations

import functools
import gettext
import io
import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from itertools import groupby
from pathlib import Path

from babel import Locale, UnknownLocaleError, dates
from babel.messages import mofile, pofile

from bot.locales import cities

DEFAULT = "en"
_FOLDER = Path(__file__).parent
_PLACE = re.compile(r"\{([a-z][a-z0-9_]*)\}")
# Babel names these by an adjective ("o‘zbek") or with a script in brackets; these are what speakers call them.
_OWN_NAMES = {"uz": "O‘zbekcha", "uz-Latn": "O‘zbekcha", "uz-Cyrl": "Ўзбекча", "kaa": "Qaraqalpaqsha"}


class Catalogue:
    """One interface language: its sentences, and days, times and zones as it writes them."""

    def __init__(self, language: str, translations: gettext.NullTranslations) -> None:
        self.language = language
        self._translations = translations
        self._locale = Locale.parse(language, sep="-")

    def text(self, message: str, /, **details: object) -> str:
        """The sentence in this language, English where it has none, its {names} filled with `details`."""
        return _fill(self._translations.gettext(message) if message else "", details)

    def plural(self, one: str, many: str, n: int, /, **details: object) -> str:
        """The form that this language uses for `n`, which also fills {n}."""
        return _fill(self._translations.ngettext(one, many, n), {"n": n, **details})

    def day(self, day: date) -> str:
        """ "Monday, 23 November"; the pattern (CLDR's letters) is itself a message of the catalogue."""
        return dates.format_date(day, self.text("EEEE, d MMMM"), locale=self._locale)

    def date(self, day: date) -> str:
        """ "23 November 2026"."""
        return dates.format_date(day, self.text("d MMMM y"), locale=self._locale)

    def published(self, at: datetime, zone: str) -> str:
        """As `moment`, of an article; the day alone where nobody told its hour."""
        return self.moment(at, zone) if has_hour(at) else self.date(at.astimezone(UTC).date())

    def moment(self, at: datetime, zone: str) -> str:
        """ "23 November 2026, 08:00" on the clocks of `zone`."""
        return dates.format_datetime(at, self.text("d MMMM y, HH:mm"), cities.tz(zone), locale=self._locale)

    def weekday_short(self, weekday: int) -> str:
        """ "Mon" for 0."""
        return str(self._locale.days["stand-alone"]["abbreviated"][weekday])

    def weekdays_short(self, weekdays: Sequence[int]) -> str:
        """ "Mon–Wed, Fri" for 0, 1, 2, 4: three or more that follow each other are a range."""
        said: list[str] = []
        for _, run in groupby(enumerate(weekdays), key=lambda one: one[1] - one[0]):
            names = [self.weekday_short(day) for _, day in run]
            is_range = len(names) > 2
            said += [self.text("{first}–{last}", first=names[0], last=names[-1])] if is_range else names
        return ", ".join(said)

    def zone(self, zone: str, at: datetime) -> str:
        """The difference from UTC that holds in `zone` at that moment: "UTC+5", "UTC−3:30", "UTC"."""
        offset = at.astimezone(cities.tz(zone)).utcoffset()
        minutes = round(offset.total_seconds() / 60) if offset else 0
        hours, rest = divmod(abs(minutes), 60)
        sign = "+" if minutes > 0 else "−"
        return "UTC" + (f"{sign}{hours}" if minutes else "") + (f":{rest:02}" if rest else "")

    def next_due(self, at: datetime, zone: str) -> str:
        """ "Mon 08:00 (UTC+5)": a moment within the next week."""
        local = at.astimezone(cities.tz(zone))
        return f"{self.weekday_short(local.weekday())} {local:%H:%M} ({self.zone(zone, at)})"

    def language_name(self, code: str) -> str:
        """A language in its own words ("O‘zbekcha" for "uz"): whoever looks for it reads it, whatever is set now."""
        return name(code)


def has_hour(published_at: datetime) -> bool:
    """Whether an article's moment is one: midnight UTC stands for a day whose hour nobody told."""
    return published_at.astimezone(UTC).time() != time()


@functools.cache
def languages() -> tuple[str, ...]:
    """The interface languages there are a catalogue for, sorted."""
    return tuple(sorted(file.stem for file in _FOLDER.glob("*.po")))


def catalogue(language: str) -> Catalogue:
    """The catalogue of a BCP 47 code, of its primary subtag ("ru" for "ru-KZ"), or else the English one."""
    primary = language.partition("-")[0].lower()
    return _load(next((code for code in (language, primary) if code in languages()), DEFAULT))


def name(language: str) -> str:
    """A language in its own words, with a capital letter: "Русский"; an unknown code as it is."""
    if language in _OWN_NAMES:
        return _OWN_NAMES[language]
    if language.partition("-")[0].lower() in ("", "und"):
        return language
    try:
        own = Locale.parse(language, sep="-").get_display_name() or language
    except (ValueError, UnknownLocaleError):
        return language
    return capital(own)


def capital(text: str) -> str:
    """A line that begins with a capital letter and is otherwise as it is."""
    return text[:1].upper() + text[1:]


def is_language(code: str) -> bool:
    """Whether that is the code of a language, as a primary subtag: "ru", "kaa"."""
    return code.isalpha() and code.islower() and code != "und" and code in Locale.parse("en").languages


def sentence(text: str, /) -> str:
    """Marks a sentence that stands as data and is translated where it is shown; gives it back as it is."""
    return text


@functools.cache
def _load(language: str) -> Catalogue:
    compiled = io.BytesIO()
    with (_FOLDER / f"{language}.po").open("rb") as file:
        mofile.write_mo(compiled, pofile.read_po(file, locale=language.replace("-", "_"), abort_invalid=True))
    compiled.seek(0)
    return Catalogue(language, gettext.GNUTranslations(compiled))


def _fill(template: str, details: dict[str, object]) -> str:
    # Not str.format: a "{0.__class__}" that slips into a template must come out as it is (security.md, T40).
    return _PLACE.sub(lambda place: str(details.get(place[1], place[0])), template)
