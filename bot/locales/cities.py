"""Time zones as people name them: by city, in many languages, by IANA name, or as "UTC+5"."""

from __future__ import annotations

import functools
import re
import unicodedata
import zoneinfo
from datetime import UTC, tzinfo

from babel import Locale
from babel.core import get_global

_LANGUAGES = ("en", "ru", "uz", "uz_Cyrl", "kk", "ky", "tg", "tk", "tr", "de", "uk")
_OFFSET = re.compile(r"(?:utc|gmt)?\s*([+−–-])\s*(\d{1,2})(?::?([034][05]))?", re.IGNORECASE)
# tzdata has fixed zones for whole hours only; these keep the offset all the year round.
_ODD_OFFSETS = {
    "+3:30": "Asia/Tehran",
    "+4:30": "Asia/Kabul",
    "+5:30": "Asia/Kolkata",
    "+5:45": "Asia/Kathmandu",
    "+6:30": "Asia/Yangon",
    "+8:45": "Australia/Eucla",
    "+9:30": "Australia/Darwin",
    "-9:30": "Pacific/Marquesas",
}
_MIN_PREFIX = 2
# Cities that no zone is named after, in the spellings people type, and other spellings of those that are.
MORE = {
    "Asia/Almaty": "Астана, Astana, Нур-Султан, Nur-Sultan, Нұр-Сұлтан, Акмола, Целиноград, Алма-Ата, Alma-Ata, "
    "Шымкент, Shymkent, Чимкент, Chimkent, Караганда, Karaganda, Қарағанды, Qaragandy, Павлодар, Pavlodar, "
    "Усть-Каменогорск, Өскемен, Oskemen, Ust-Kamenogorsk, Семей, Semey, Семипалатинск, Тараз, Taraz, "
    "Талдыкорган, Taldykorgan, Талдықорған, Петропавловск, Петропавл, Petropavl, Кокшетау, Kokshetau, Көкшетау, "
    "Туркестан, Түркістан, Turkistan, Turkestan, Экибастуз, Ekibastuz, Темиртау, Temirtau, Конаев, Капчагай, Балхаш",
    "Asia/Aqtobe": "Актюбинск, Aktobe, Ақтөбе",
    "Asia/Aqtau": "Aktau, Ақтау, Жанаозен, Жаңаөзен",
    "Asia/Oral": "Уральск, Uralsk, Oral",
    "Asia/Qostanay": "Кустанай, Kostanay, Рудный",
    "Asia/Qyzylorda": "Kyzylorda, Кызылорда, Кзыл-Орда, Байконур, Baikonur",
    "Asia/Tashkent": "Фергана, Fergana, Fargʻona, Фарғона, Андижан, Andijan, Andijon, Андижон, Наманган, Namangan, "
    "Коканд, Kokand, Qoʻqon, Қўқон, Маргилан, Margʻilon, Гулистан, Guliston, Gulistan, Сырдарья, Сырдарё, Sirdaryo, "
    "Джизак, Jizzax, Жиззах, Jizzakh, Чирчик, Chirchiq, Ангрен, Angren, Алмалык, Olmaliq, Бекабад, Bekobod, Янгиюль",
    "Asia/Samarkand": "Самарканд, Samarqand, Самарқанд, Бухара, Bukhara, Buxoro, Бухоро, Нукус, Nukus, Nókis, Нөкис, "
    "Карши, Qarshi, Қарши, Karshi, Термез, Termez, Termiz, Термиз, Навои, Navoi, Navoiy, Навоий, Ургенч, Urgench, "
    "Urganch, Урганч, Хива, Khiva, Xiva, Шахрисабз, Shahrisabz, Хорезм, Xorazm, Каттакурган",
    "Asia/Bishkek": "Фрунзе, Ош, Osh, Джалал-Абад, Жалал-Абад, Jalal-Abad, Каракол, Karakol, Токмок, Tokmok, Нарын, "
    "Naryn, Талас, Talas, Баткен, Batken, Балыкчы, Чолпон-Ата",
    "Asia/Dushanbe": "Худжанд, Хуҷанд, Khujand, Ходжент, Куляб, Кӯлоб, Kulob, Бохтар, Bokhtar, Хорог, Хоруғ, Khorog, "
    "Истаравшан, Пенджикент, Панҷакент",
    "Asia/Ashgabat": "Ашхабад, Aşgabat, Мары, Mary, Туркменабад, Türkmenabat, Туркменабат, Дашогуз, Daşoguz, "
    "Балканабад, Туркменбаши, Turkmenbashi, Аркадаг",
    "Europe/Moscow": "Санкт-Петербург, Saint Petersburg, St Petersburg, Петербург, Питер, СПб, Казань, Kazan, "
    "Нижний Новгород, Nizhny Novgorod, Ростов-на-Дону, Краснодар, Krasnodar, Сочи, Sochi, Воронеж, Voronezh, Тула, "
    "Ярославль, Махачкала, Makhachkala, Грозный, Минводы",
    "Europe/Samara": "Тольятти, Ижевск",
    "Asia/Yekaterinburg": "Челябинск, Chelyabinsk, Уфа, Ufa, Пермь, Perm, Тюмень, Tyumen, Оренбург, Orenburg, Сургут, "
    "Курган, Магнитогорск",
    "Asia/Shanghai": "Пекин, Beijing, Pekin, Гуанчжоу, Guangzhou, Шэньчжэнь, Shenzhen",
    "Asia/Kolkata": "Дели, Нью-Дели, Delhi, New Delhi, Мумбаи, Mumbai, Бангалор, Bangalore",
    "Asia/Dubai": "Абу-Даби, Abu Dhabi",
    "Asia/Jerusalem": "Тель-Авив, Tel Aviv",
    "Europe/Istanbul": "Анкара, Ankara, Анталья, Antalya, Измир, Izmir",
    "Europe/Berlin": "Мюнхен, Munich, München, Франкфурт, Frankfurt, Гамбург, Hamburg, Кёльн, Köln",
    "Europe/Rome": "Милан, Milan, Milano",
    "Europe/Madrid": "Барселона, Barcelona",
    "Europe/Zurich": "Женева, Geneva, Genève, Берн",
    "America/New_York": "Вашингтон, Washington, Бостон, Boston, Майами, Miami, NYC",
    "America/Los_Angeles": "Сан-Франциско, San Francisco, Сиэтл, Seattle",
}


def zones(typed: str) -> tuple[str, ...]:
    """IANA zones that a person may mean: those of exactly this name, else those of names that begin so; else none.

    Takes a city in the languages of Central Asia, Russian, English, German and Turkish, "Asia/Tashkent", "UTC+5"
    ("Etc/GMT-5": the sign of these names is POSIX's, the other way round). The order is that of the names.
    """
    asked = typed.strip()
    if zone := _by_iana().get(asked.casefold().replace(" ", "_")) or _by_offset(asked):
        return (zone,)
    names, wanted = _names(), _key(asked)
    if wanted in names or len(wanted) < _MIN_PREFIX:
        return names.get(wanted, ())
    found = [zone for name in sorted(names) if name.startswith(wanted) for zone in names[name]]
    return tuple(dict.fromkeys(found))


def city(zone: str, language: str) -> str:
    """What to call a zone: the city in that language where CLDR knows it, else the end of the zone's name."""
    if zone in ("UTC", "Etc/UTC"):
        return "UTC"
    if found := re.fullmatch(r"Etc/GMT([+-])(\d+)", zone):
        return f"UTC{'+' if found[1] == '-' else '−'}{found[2]}"
    return _cities(language.replace("-", "_")).get(zone, _own_city(zone))


def tz(zone: str) -> tzinfo:
    """The rules of an IANA zone. A name that tzdata does not (or no longer) hold counts as UTC: late beats never."""
    try:
        return zoneinfo.ZoneInfo(zone)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        return UTC


@functools.cache
def _names() -> dict[str, tuple[str, ...]]:
    found: dict[str, set[str]] = {}
    for zone in _by_iana().values():
        if "/" in zone and not zone.startswith("Etc/"):
            found.setdefault(_key(_own_city(zone)), set()).add(_modern(zone))
    for language in _LANGUAGES:
        for zone, name in _cities(language).items():
            found.setdefault(_key(name), set()).add(zone)
    for zone, more in MORE.items():
        for name in more.split(", "):
            found.setdefault(_key(name), set()).add(zone)
    return {name: tuple(sorted(zones)) for name, zones in found.items()}


@functools.cache
def _cities(language: str) -> dict[str, str]:
    listed = Locale.parse(language).time_zones
    named = {_modern(zone): str(names["city"]) for zone, names in listed.items() if "city" in names}
    return {zone: name for zone, name in named.items() if zone.casefold() in _by_iana()}


@functools.cache
def _by_iana() -> dict[str, str]:
    return {zone.casefold(): zone for zone in sorted(zoneinfo.available_timezones())}


def _by_offset(asked: str) -> str | None:
    if re.fullmatch(r"(utc|gmt)\s*[+-]\s*0", asked, re.IGNORECASE):
        return "UTC"
    found = _OFFSET.fullmatch(asked)
    if not found:
        return None
    sign, hours, minutes = "+" if found[1] == "+" else "-", int(found[2]), found[3] or "00"
    if minutes != "00":
        return _ODD_OFFSETS.get(f"{sign}{hours}:{minutes}")
    return _by_iana().get(f"etc/gmt{'-' if sign == '+' else '+'}{hours}")


def _modern(zone: str) -> str:
    # CLDR keeps the first name a zone ever had ("Asia/Calcutta") and lists the one that replaced it.
    return str(get_global("zone_aliases").get(zone, zone))


def _own_city(zone: str) -> str:
    return zone.rpartition("/")[2].replace("_", " ")


def _key(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name.casefold())
    kept = "".join(" " if mark in "-‐‑–_" else mark for mark in plain if not unicodedata.combining(mark))
    return " ".join(re.sub(r"['’‘ʻʼ`´.]", "", kept).split())
