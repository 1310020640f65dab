"""Made-up articles, as many as wanted and always the same ones: events that several sources tell in their own way."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from random import Random

from bot.model import Article, ArticleId, Entry, Language, Revision

LANGUAGES = ("ru", "en", "ru", "uz-Latn")  # every second event is told in Russian
CONSONANTS, VOWELS = "bdghjklmnpqrstvyz", "aeiou"
CYRILLIC = str.maketrans("abcdefghijklmnopqrstuvyz", "абцдефгхижклмнопкрстувйз")
SOURCES = ("Vestnik", "Silk Road Daily", "Vaha", "Steppe Post", "Chorsu News", "Observer")
TOLD = 10  # sentences of an article, of those that an event has

SENTENCES = {
    "ru": (
        "В городе {place} в {day} открыли комплекс {name} на {n} мест, сообщил глава ведомства {person}.",
        "Строительство обошлось бюджету области в {m} млн сумов и заняло {k} месяцев.",
        "«Мы ждали этого с прошлой весны, и теперь {name} примет первых гостей», — сказал {person}.",
        "По данным министерства, в проекте участвовали {k} предприятий из района {place}.",
        "До конца года компания {firm} направит ещё ${k} млн на дороги, связь и водоснабжение.",
        "Жители окрестных сёл {place} и {other} смогут добираться туда на автобусе за {k} минут.",
        "Доля местных материалов составила {k}%, остальное привезли через порт {other}.",
        "Ранее совет области одобрил план развития до 2030 года, в нём {n} объектов.",
        "{person} подчеркнул, что работу получат около {n} человек, в том числе выпускники колледжа.",
        "Независимые эксперты {firm} напомнили, что цены на цемент выросли на {k}% за полгода.",
        "Следующее совещание по вопросу {name} пройдёт в {day} в столице.",
        "Подрядчик {firm} обязался за свой счёт ухаживать за парком вокруг здания в течение {k} лет.",
    ),
    "en": (
        "The {name} complex with {n} places opened on {day} in the town of {place}, agency head {person} said.",
        "Construction cost the regional budget {m} million soums and took {k} months.",
        "“We have waited for this since last spring, and now {name} will receive its first guests,” {person} said.",
        "According to the ministry, {k} enterprises of the {place} district took part in the project.",
        "By the end of the year {firm} will spend another ${k} million on roads, communications and water supply.",
        "Residents of the villages of {place} and {other} will be able to get there by bus in {k} minutes.",
        "Local materials made up {k}%, the rest was brought through the port of {other}.",
        "Earlier the regional council approved a development plan until 2030 with {n} sites in it.",
        "{person} stressed that about {n} people will get jobs, graduates of the college among them.",
        "Independent experts of {firm} recalled that cement prices rose by {k}% in half a year.",
        "The next meeting on {name} will be held on {day} in the capital.",
        "The contractor {firm} undertook to look after the park around the building for {k} years at its own cost.",
    ),
    "uz-Latn": (
        "{place} shahrida {day} kuni {n} o‘rinli {name} majmuasi ochildi, dedi boshqarma boshlig‘i {person}.",
        "Qurilish viloyat budjetiga {m} million so‘mga tushdi va {k} oy davom etdi.",
        "“Biz buni o‘tgan bahordan beri kutgan edik, endi {name} birinchi mehmonlarni qabul qiladi”, dedi {person}.",
        "Vazirlik ma’lumotiga ko‘ra, loyihada {place} tumanidagi {k} ta korxona qatnashdi.",
        "Yil oxirigacha {firm} kompaniyasi yo‘llar va suv ta’minotiga yana {k} million dollar yo‘naltiradi.",
        "{place} va {other} qishloqlari aholisi u yerga avtobusda {k} daqiqada yetib boradi.",
        "Mahalliy materiallar ulushi {k} foizni tashkil etdi, qolgani {other} orqali keltirildi.",
        "Avvalroq viloyat kengashi 2030-yilgacha bo‘lgan rejani ma’qulladi, unda {n} ta obyekt bor.",
        "{person} ta’kidlashicha, {n} ga yaqin odam ish bilan ta’minlanadi.",
        "{firm} mutaxassislari yarim yilda sement narxi {k} foizga oshganini eslatdi.",
        "{name} bo‘yicha navbatdagi yig‘ilish {day} kuni poytaxtda o‘tadi.",
        "Pudratchi {firm} bino atrofidagi bog‘ni {k} yil davomida o‘z hisobidan parvarish qiladi.",
    ),
}
TITLES = {
    "ru": "В {place} открыли {name} на {n} мест",
    "en": "{name} with {n} places opens in {place}",
    "uz-Latn": "{place}da {n} o‘rinli {name} ochildi",
}
DAYS = {
    "ru": ("понедельник", "вторник", "среду", "четверг", "пятницу"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday"),
    "uz-Latn": ("dushanba", "seshanba", "chorshanba", "payshanba", "juma"),
}


def article(event: int, teller: int, *, published_at: datetime) -> Article:
    """What one source tells of an event; other tellers choose other sentences about the same names and figures."""
    language = LANGUAGES[event % len(LANGUAGES)]
    details = _details(event, language)
    sentences = _seeded(f"{event}/{teller}").sample(SENTENCES[language], TOLD)
    text = "\n".join(sentence.format(**details) for sentence in sentences)
    title = TITLES[language].format(**details)
    return Article(
        id=ArticleId(_hash(f"{event}/{teller}")),
        revision=Revision(_hash(title + text)),
        url=f"https://example.org/{event}/{teller}",
        title=title,
        text=text,
        language=Language(language),
        published_at=published_at,
        source=SOURCES[teller % len(SOURCES)],
    )


def entries(count: int, *, tellers: int, until: datetime, first: int = 0) -> list[Entry]:
    """Entries of events from number `first` on, so many tellers each, ten minutes apart, the last one at `until`."""
    made = []
    for number in range(count):
        event, teller = divmod(number, tellers)
        at = until - timedelta(minutes=10 * (count - 1 - number))
        told = article(first + event, teller, published_at=at)
        made.append(Entry(url=told.url, title=told.title, text=told.text, source=told.source, published_at=at))
    return made


def _details(event: int, language: str) -> dict[str, str]:
    draw = _seeded(f"{event}")
    names = {key: _name(draw, language) for key in ("place", "other", "name", "firm")}
    figures = {"n": str(draw.randint(100, 9_900)), "m": str(draw.randint(20, 999)), "k": str(draw.randint(3, 60))}
    person = f"{_name(draw, language)} {_name(draw, language)}"
    return {**names, **figures, "person": person, "day": draw.choice(DAYS[language])}


def _name(draw: Random, language: str) -> str:
    name = "".join(draw.choice(CONSONANTS) + draw.choice(VOWELS) for _ in range(4))
    return (name.translate(CYRILLIC) if language == "ru" else name).capitalize()


def _seeded(seed: str) -> Random:
    return Random(seed)


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]
