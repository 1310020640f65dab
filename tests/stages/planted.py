"""Stories of our own invention in which figures differ on purpose, and others in which nothing does.

`story(seed)` gives the articles of one event by several publishers and the values that readers must be told of. Around
them stand figures that are no contradiction: ages, days, hours, years, telephone numbers, other objects, ranges and
bounds that hold, the same number written in another way.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import timedelta

from bot.model import Article, Story
from tests import make

LANGUAGES = ("ru", "en", "uz-Latn", "kk")
PLACES = {
    "ru": ("Зареченске", "Борисполье", "Тарусове", "Каменке"),
    "en": ("Zarechensk", "Borispole", "Tarusov", "Kamenka"),
    "uz-Latn": ("Zarechensk", "Borispole", "Tarusov", "Kamenka"),
    "kk": ("Зареченск", "Борисполь", "Тарусов", "Каменка"),
}
OPENING = {
    "ru": "В {place} ночью загорелся склад мебельной фабрики Артемида.",
    "en": "A warehouse of the furniture factory Artemida caught fire in {place} at night.",
    "uz-Latn": "{place} shahrida tunda Artemida mebel fabrikasi ombori yondi.",
    "kk": "{place} қаласында түнде Артемида жиһаз фабрикасының қоймасы өртенді.",
}
SAYS: dict[str, dict[str, tuple[str, ...]]] = {
    "dead": {
        "ru": ("В огне погибли {n} человек.", "Число погибших достигло {n}.", "Жертвами пожара стали {n} человек."),
        "en": ("The blaze killed {n} people.", "The death toll reached {n}.", "{n} people died in the flames."),
        "uz-Latn": ("Yong‘inda {n} kishi halok bo‘ldi.", "Halok bo‘lganlar soni {n} nafarga yetdi."),
        "kk": ("Өрттен {n} адам қаза тапты.", "Қаза тапқандар саны {n} адамға жетті."),
    },
    "injured": {
        "ru": ("Ранены {n} человек.", "Ещё до приезда врачей пострадали {n} человек."),
        "en": ("{n} people were injured.", "The number of injured stands at {n}."),
        "uz-Latn": ("{n} kishi jarohatlandi.", "Jarohatlanganlar soni {n} nafar."),
        "kk": ("{n} адам жарақат алды.", "Жарақат алғандар саны {n} адам."),
    },
    "missing": {
        "ru": ("Без вести пропали {n} человек.", "Пропавшими считаются {n} человек."),
        "en": ("{n} people are missing.", "Rescuers list {n} people as missing."),
        "uz-Latn": ("{n} kishi bedarak yo‘qoldi.", "Bedarak yo‘qolganlar soni {n} nafar."),
        "kk": ("{n} адам хабарсыз кетті.", "Хабарсыз кеткендер саны {n} адам."),
    },
    "detained": {
        "ru": ("Полиция задержала {n} человек.", "Задержаны {n} человек."),
        "en": ("Police detained {n} people.", "{n} people were arrested."),
        "uz-Latn": ("Politsiya {n} kishini qo‘lga oldi.", "{n} kishi ushlandi."),
        "kk": ("Полиция {n} адамды ұстады.", "{n} адам ұсталды."),
    },
    "evacuated": {
        "ru": ("Эвакуированы {n} человек.", "Из общежития эвакуировали {n} человек."),
        "en": ("{n} people were evacuated.", "Firefighters evacuated {n} people."),
        "uz-Latn": ("{n} kishi evakuatsiya qilindi.", "Evakuatsiya qilinganlar soni {n} nafar."),
        "kk": ("{n} адам эвакуацияланды.", "Эвакуацияланғандар саны {n} адам."),
    },
    "houses": {
        "ru": ("Разрушены {n} домов на соседней улице.", "На соседней улице разрушены {n} жилых домов."),
        "en": ("{n} houses in the next street were destroyed.", "The fire destroyed {n} houses in the next street."),
        "uz-Latn": ("Qo‘shni ko‘chada {n} ta uy vayron bo‘ldi.",),
        "kk": ("Көрші көшеде {n} үй қирады.",),
    },
    "damage": {
        "ru": ("Ущерб оценили в {n} млн рублей.", "Ущерб составил {n} млн рублей."),
        "en": ("The damage is put at {n} million rubles.", "The damage amounts to {n} million rubles."),
        "uz-Latn": ("Zarar {n} mln rubl deb baholandi.",),
        "kk": ("Шығын {n} млн рубль деп бағаланды.",),
    },
    "share": {
        "ru": ("Огонь уничтожил {n}% площади склада фабрики.",),
        "en": ("The fire destroyed {n}% of the floor of the warehouse.",),
        "uz-Latn": ("Olov ombor maydonining {n}% qismini yo‘q qildi.",),
        "kk": ("Өрт қойма алаңының {n}% бөлігін жойды.",),
    },
}
AROUND: dict[str, tuple[str, ...]] = {
    "ru": (
        "Директору фабрики {age} лет.", "Сообщение поступило в 0{h}:{m} 2 мая.", "Фабрика работает с 19{y} года.",
        "Телефон горячей линии +998 71 2{h}4-5{m}-67.", "{thing} стоит {p} тысяч рублей.",
        "Рабочий день начинался в {h} часов.",
        "Двери закрыты на {age} минут.", "В 20{y} году там сгорела котельная, дом {h}.",
    ),
    "en": (
        "The director is {age} years old.", "The call came at 0{h}:{m} on 2 May.", "The factory was founded in 19{y}.",
        "The hotline is +998 71 2{h}4-5{m}-67.", "{thing} costs {p} thousand rubles.", "Work began at {h} a.m.",
        "A {age}-year-old guard raised the alarm.", "In 20{y} its boiler house burned in section {h}.",
    ),
    "uz-Latn": (
        "Direktor {age} yoshda.", "Xabar soat 0{h}:{m} da keldi.", "Fabrika 19{y}-yildan beri ishlaydi.",
        "Ishonch telefoni +998 71 2{h}4-5{m}-67.", "{thing} {p} ming rubl turadi.",
    ),
    "kk": (
        "Директор {age} жаста.", "Хабарлама сағат 0{h}:{m} келді.", "Фабрика 19{y} жылдан бері жұмыс істейді.",
        "Сенім телефоны +998 71 2{h}4-5{m}-67.", "{thing} {p} мың рубль тұрады.",
    ),
}  # fmt: skip
THINGS = {
    "ru": ("Новая пила", "Подъёмник", "Хороший станок", "Подержанный грузовик", "Сушильная камера"),
    "en": ("A new saw", "The lift", "A good lathe", "A used truck", "The drying chamber"),
    "uz-Latn": ("Yangi arra", "Lift", "Yaxshi dastgoh", "Eski yuk mashinasi", "Quritish kamerasi"),
    "kk": ("Жаңа ара", "Лифт", "Жақсы станок", "Ескі жүк көлігі", "Кептіру камерасы"),
}
MORE_THAN = {"ru": "более {n}", "en": "more than {n}", "uz-Latn": "kamida {n}", "kk": "кемінде {n}"}
BASE = {
    "dead": 12,
    "injured": 30,
    "missing": 7,
    "detained": 5,
    "evacuated": 140,
    "houses": 18,
    "damage": 48,
    "share": 60,
}
NUMBERS = {"age": (25, 60), "h": (1, 9), "m": (10, 59), "y": (10, 24), "p": (20, 90)}
PUBLISHERS = ("Вестник", "Herald", "Курьер", "Tribuna", "Маяк")


@dataclass(frozen=True, slots=True, kw_only=True)
class Planted:
    """A story, the values that must be said beside each other by kind, and whether the later one is newer."""

    story: Story
    conflicts: dict[str, tuple[str, str]]
    is_update: bool


def story(seed: int, *, conflicts: int = 1) -> Planted:
    """A story with so many kinds of figures in which its last article, or last two, say something else."""
    luck = random.Random(seed)
    languages = _languages(luck)
    place, kinds = luck.randrange(4), luck.sample(sorted(BASE), 3)
    if len(set(languages)) > 1:
        kinds = [kind for kind in kinds if kind != "share"]  # a share has no event: it is compared in one language
    wrong = kinds[:conflicts]
    is_update = luck.random() < 0.6
    step = timedelta(minutes=luck.randint(45, 200) if is_update else luck.randint(2, 7))
    values = {kind: BASE[kind] + luck.randint(0, 4) for kind in kinds}
    others = {kind: value + luck.randint(1, 3) + value // 10 for kind, value in values.items()}
    articles = []
    for number, language in enumerate(languages):
        is_last = number == len(languages) - 1
        said = {kind: others[kind] if is_last and kind in wrong else value for kind, value in values.items()}
        text = _text(luck, language, place, said, number=number, may_vary=not wrong)
        at = make.moment("2026-11-20T09:00") + number * step
        articles.append(_article(f"s{seed}n{number}", language, text, at.strftime("%Y-%m-%dT%H:%M"), number))
    told = {kind: (_shown(kind, values[kind]), _shown(kind, others[kind])) for kind in wrong}
    return Planted(story=make.story(*articles), conflicts=told, is_update=is_update)


def _shown(kind: str, value: int) -> str:
    """How a value is said beside another one: a word for its unit stands behind both."""
    return f"{value}%" if kind == "share" else str(value)


def _languages(luck: random.Random) -> list[str]:
    one = luck.choice(LANGUAGES)
    if luck.random() < 0.6:
        return [one] * luck.randint(3, 5)
    return [one, *luck.choices(LANGUAGES, k=luck.randint(1, 3)), one]


def _article(name: str, language: str, text: str, at: str, number: int) -> Article:
    return make.article(name, language=language, text=text, published=at, source=PUBLISHERS[number])


def _text(luck: random.Random, language: str, place: int, said: dict[str, int], *, number: int, may_vary: bool) -> str:
    parts = [OPENING[language].format(place=PLACES[language][place])]
    for kind, value in said.items():
        parts.append(
            luck.choice(SAYS[kind][language]).format(n=_written(luck, language, kind, value, may_vary=may_vary))
        )
    around = luck.sample(AROUND[language], 3)
    numbers = {name: str(luck.randint(*span)) for name, span in NUMBERS.items()}
    parts += [one.format(thing=THINGS[language][number], **numbers) for one in around]
    return " ".join(parts)


def _written(luck: random.Random, language: str, kind: str, value: int, *, may_vary: bool) -> str:
    """The value, or where nothing is planted now and then one that does not contradict it."""
    if not may_vary or kind in ("share", "damage") or luck.random() < 0.6:
        return str(value)
    if language in ("ru", "en") and luck.random() < 0.5:
        return MORE_THAN[language].format(n=value - luck.randint(1, 3))
    return f"{value - 1}–{value + 1}"
