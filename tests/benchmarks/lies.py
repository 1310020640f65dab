"""Further lies that a stranger would tell of a true fact; shares no line and no table with the gate, as `corrupt.py`.

Each kind changes one thing in the fact and leaves its evidence; None stands for a fact that offers nothing to change.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping, Sequence
from functools import partial

Change = Callable[[str, str, str, random.Random], "str | None"]
Pairs = Mapping[str, Sequence[str]]

NUMBER = re.compile(r"(?<![\w.,:-])\d+(?:[.,]\d+)?(?![\w:%])(?![.,:]\d)")
CAPITAL = r"[A-ZА-ЯЁҚҒҲЎӘІҢҮҰӨҺ][a-zа-яёқғҳўәіңүұөһʻ‘’']{2,}"
NAME = re.compile(rf"(?<=[\w,] )(?<!\. ){CAPITAL}(?: {CAPITAL})?(?![\w‘’ʻ'`-])")
MONTHS = {
    "ru": "января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
    "en": "January February March April May June July August September October November December",
    "uz": "yanvar fevral mart aprel may iyun iyul avgust sentabr oktabr noyabr dekabr",
    "uz-Cyrl": "январ феврал март апрел май июн июл август сентабр октабр ноябр декабр",
    "kk": "қаңтар ақпан наурыз сәуір мамыр маусым шілде тамыз қыркүйек қазан қараша желтоқсан",
}
WEEKDAYS = {
    "ru": "понедельник вторник среду четверг пятницу субботу воскресенье",
    "en": "Monday Tuesday Wednesday Thursday Friday Saturday Sunday",
    "uz": "dushanba seshanba chorshanba payshanba juma shanba yakshanba",
    "uz-Cyrl": "душанба сешанба чоршанба пайшанба жума шанба якшанба",
    "kk": "дүйсенбі сейсенбі сәрсенбі бейсенбі жұма сенбі жексенбі",
}
COUNTS = {
    "ru": "два три четыре пять шесть семь восемь девять десять",
    "en": "two three four five six seven eight nine ten",
    "uz": "ikki uch to'rt besh olti yetti sakkiz to'qqiz o'n",
    "uz-Cyrl": "икки уч тўрт беш олти етти саккиз тўққиз ўн",
    "kk": "екі үш төрт бес алты жеті сегіз тоғыз он",
}
SCALES = {
    "ru": "тыс. млн млрд|тысяч миллионов миллиардов триллионов|миллион миллиард|миллиона миллиарда",
    "en": "thousand million billion trillion|mln bn",
    "uz": "ming mln mlrd|million milliard",
    "uz-Cyrl": "минг млн млрд|миллион миллиард",
    "kk": "мың млн млрд|миллион миллиард",
}
MONEY = {
    "ru": "рублей долларов евро сумов тенге|руб. долл.|сума доллара рубля",
    "en": "dollars euros pounds roubles|soums dollars|USD EUR",
    "uz": "so‘m dollar yevro rubl|so'm dollar|so‘mlik dollarlik",
    "uz-Cyrl": "сўм доллар евро рубль",
    "kk": "теңге доллар еуро рубль",
}
BOUNDS = {
    "ru": "более/менее больше/меньше свыше/менее выше/ниже максимум/минимум",
    "en": "more_than/less_than over/under above/below at_least/at_most up_to/at_least fewer_than/more_than",
    "uz": "ortiq/kam ko‘p/kam ko'p/kam yuqori/past",
    "uz-Cyrl": "ортиқ/кам кўп/кам юқори/паст",
    "kk": "астам/аз артық/кем көп/аз жоғары/төмен",
}
OPPOSITES = {
    "ru": "выросл*/упал* вырос/снизился увеличи*/уменьши* повыси*/снизи* рост/спад снижение/повышение "
    "увеличение/сокращение открыл*/закрыл* запрет*/разреш* принял*/отклонил* начал*/закончил* победил*/проиграл* "
    "экспорт*/импорт* погиб*/выжил* арестован*/освобожден* до/после первый/последний большая/малая",
    "en": "rose/fell increased/decreased increase/decrease higher/lower gained/lost opened/closed won/lost "
    "rejected/accepted banned/allowed before/after first/last started/ended killed/rescued imports/exports up/down "
    "reopen/close growth/decline buy/sell",
    "uz": "oshdi/kamaydi oshirildi/kamaytirildi ochildi/yopildi ortdi/pasaydi boshlandi/tugadi eksport/import "
    "keyin/oldin birinchi/oxirgi",
    "uz-Cyrl": "ошди/камайди ошириш/камайтириш очилди/ёпилди ортди/пасайди бошланди/тугади экспорт/импорт "
    "кейин/олдин биринчи/охирги",
    "kk": "өсті/төмендеді артты/азайды ашылды/жабылды басталды/аяқталды экспорт/импорт кейін/бұрын бірінші/соңғы",
}
OFFICES = {
    "ru": "министр*/президент* министр/глава директор/председатель премьер-министр/президент губернатор/мэр "
    "заместитель_министра/министр заместителя_министра/министра депутат/сенатор врач/пациент",
    "en": "president/prime_minister prime_minister/president minister/president director/chairman governor/mayor "
    "deputy_minister/minister secretary/president CEO/chairman doctor/patient spokesman/director",
    "uz": "vaziri/prezidenti prezidenti/vaziri hokimi/vaziri direktori/raisi raisi/direktori vazir_o‘rinbosari/vazir",
    "uz-Cyrl": "вазири/президенти президенти/вазири ҳокими/вазири директори/раиси",
    "kk": "министрі/президенті президенті/министрі әкімі/министрі директоры/төрағасы",
}
HEDGES = {
    "ru": "может могут якобы возможно вероятно предположительно почти около примерно не_менее только",
    "en": "may might could allegedly reportedly probably possibly almost about nearly only suspected potential",
    "uz": "ehtimol taxminan deyarli qariyb faqat",
    "uz-Cyrl": "эҳтимол тахминан деярли қарийб фақат",
    "kk": "мүмкін шамамен ықтимал тек",
}
DENIALS: Mapping[str, Sequence[tuple[str, str]]] = {
    "ru": ((r"\b(?:не|нет|ни|никогда не) ", ""), (r"\b[Нн]е(?=[а-я]{6,}(?:ый|ая|ое|ые|но|ен|ны)\b)", ""),
           (r" без ", " с "), (r"(?<= )(?=[а-я]{3,}(?:ил|ал|ли|ло|ла|ет|ют|ится|ется|лся|лось)\b)", "не "),
           (r"(?<= )(?=(?:возможн|законн|известн|достаточн|обходим|удачн)[а-я]+\b)", "не")),
    "en": ((r" (?:not|never)\b|n['’]t\b|\bno longer ", ""), (r"\b(?:un|in|im|il)(?=(?:able|known|likely|legal|possible|"
           r"employ|safe|fair|certain|expected|necessary|stable|clear|usual|affected|changed)[a-z]*)", ""),
           (r"(?<= )(?=(?:able|known|likely|likely|fair|safe|certain|expected|necessary|stable|clear)\b)", "un"),
           (r"(?<= )(?:is|was|are|were|has|have|will|can|could)(?= [a-z])", r"\g<0> no longer"),
           (r"(?<= )(?:is|was|are|were|has|have|will|can|could)(?= [a-z])", r"\g<0> never"),
           (r"\bwithout\b", "with"), (r"\bwith\b", "without"), (r"\bcan\b", "cannot")),
    "uz": ((r"(?<=[a-z]{2})ma(?=(?:di|gan|ydi|sdan|yapti|ydigan)\b)", ""), (r" emas\b", ""), (r" yo[‘'ʻ’]q\b", " bor"),
           (r"(?<=[a-z]{2}[bcdfghjklmnpqrstvxyz])(?=(?:di|gan)\b)", "ma"), (r"(?<=[a-z])adi\b", "maydi"),
           (r"(?<=[bdfghklmnpqrstvxyz])ydi\b", "maydi"), (r"\bbor\b", "yo‘q"), (r"(?<=lgan)(?=\.?$)", " emas")),
    "uz-Cyrl": ((r"(?<=[а-я]{2})ма(?=(?:ди|ган|йди|сдан|япти|йдиган)\b)", ""), (r" эмас\b", ""), (r" йўқ\b", " бор"),
                (r"(?<=[а-яқғҳў]{2}[бвгджзклмнпрстфхцчшщқғҳ])(?=(?:ди|ган)\b)", "ма"), (r"(?<=\w)ади\b", "майди"),
                (r"\bбор\b", "йўқ"), (r"\bмумкин\b", "мумкин эмас")),
    "kk": ((r"(?<=\w\w)(?:ма|ме|ба|бе|па|пе)(?=(?:ды|ді|ған|ген|йды|йді)\b)", ""), (r" емес\b", ""),
           (r"\bжоқ\b", "бар"), (r"(?<=[а-яәіңүұқғөһ][лрйуаеыіоө])(?=(?:ды|ді)\b)", "ма"), (r"\bбар\b", "жоқ"),
           (r"(?<=[лрн])ады\b", "майды"), (r"(?<=[лрн])еді\b", "мейді"), (r"\bмүмкін\b", "мүмкін емес"),
           (r"(?<=[аеыі]л)ған\b", "маған")),
}  # fmt: skip
QUOTE = re.compile(r"«[^«»]{20,}»|“[^“”]{20,}”|\"[^\"]{20,}\"")
INITIAL = re.compile(r"\b[A-ZА-ЯЁ](?=\. ?[A-ZА-ЯЁ])")


def _swapped(pattern: re.Pattern[str], fact: str, _article: str, _language: str, chance: random.Random) -> str | None:
    """Two finds of a pattern that differ, each in the place of the other."""
    found = list(pattern.finditer(fact))
    pairs = [(a, b) for at, a in enumerate(found) for b in found[at + 1 :] if _differ(a.group(), b.group())]
    if not pairs:
        return None
    one, other = chance.choice(pairs)
    between = fact[one.end() : other.start()]
    if re.fullmatch(r",? (?:и|and|va|ва|және|мен|или|or) |, ", between) or not re.search(
        r"\b[^\W\d_A-ZА-Я]{2}", between
    ):
        return None  # a list or one name says the same in any order
    return fact[: one.start()] + other.group() + between + one.group() + fact[other.end() :]


def _differ(one: str, other: str) -> bool:
    return not {word[:4] for word in one.split()} & {word[:4] for word in other.split()}


def _another(table: Mapping[str, str], fact: str, _article: str, language: str, chance: random.Random) -> str | None:
    """A word of a row of the table becomes another of that row."""
    rows = [row.split() for row in table[language].split("|")]
    places = [
        (row, one)
        for row in rows
        for one in re.finditer("|".join(rf"(?<!\w){re.escape(w)}(?!\w)" for w in row), fact, re.IGNORECASE)
    ]
    if not places:
        return None
    row, one = chance.choice(places)
    return _put(fact, one, chance.choice([w for w in row if w.lower() != one.group().lower()]))


def _magnitude(fact: str, article: str, language: str, chance: random.Random) -> str | None:
    return _another(SCALES, fact, article, language, chance) if re.search(r"\d", fact) else None


def _money(fact: str, article: str, language: str, chance: random.Random) -> str | None:
    if sign := re.search(r"[$€£](?=\d)", fact):
        return _put(fact, sign, chance.choice([s for s in "$€£" if s != sign.group()]))
    return _another(MONEY, fact, article, language, chance)


def _month(fact: str, _article: str, language: str, chance: random.Random) -> str | None:
    months = MONTHS[language].split()
    found = list(re.finditer("|".join(rf"(?<!\w){m}" for m in months), fact))
    if not found:
        return None
    one = chance.choice(found)
    return _put(fact, one, chance.choice([m for m in months if m != one.group()]))


def _day(fact: str, _article: str, language: str, _chance: random.Random) -> str | None:
    """The day after."""
    named = "|".join(MONTHS[language].split())
    found = re.search(rf"(?<![\d-])(\d{{1,2}})(?=(?:-| |-го )(?:{named}))|(?<=May )(\d{{1,2}})\b", fact)
    return _put(fact, found, str(int(found.group()) % 28 + 1)) if found else None


def _year(fact: str, _article: str, _language: str, chance: random.Random) -> str | None:
    found = re.search(r"(?<![\d.,])(?:19|20)\d\d(?!\d)", fact)
    return _put(fact, found, str(int(found.group()) + chance.choice((-1, 1)))) if found else None


def _counted(fact: str, _article: str, language: str, chance: random.Random) -> str | None:
    """A small figure as the word for another, a word as another."""
    counts = COUNTS[language].split()
    found = re.search(rf"(?<![\w.,-])(?:[2-9]|10|{'|'.join(counts)})(?= [^\W\d_]{{4,}})", fact)
    if found is None:
        return None
    value = found.group()
    mine = counts[int(value) - 2] if value.isdecimal() else value
    return _put(fact, found, chance.choice([word for word in counts if word != mine]))


def _points(fact: str, _article: str, language: str, _chance: random.Random) -> str | None:
    units = {"ru": "процентных пункта", "en": "percentage points", "uz": "foiz punkti"}
    units |= {"uz-Cyrl": "фоиз пункти", "kk": "пайыздық тармақ"}
    found = re.search(r"(?<=\d)(?: ?%| процент(?:а|ов)?| per ?cent| foizga| foiz| фоиз| пайыз)(?!\w)", fact)
    return _put(fact, found, f" {units[language]}") if found else None


def _paired(table: Mapping[str, str], fact: str, _article: str, language: str, chance: random.Random) -> str | None:
    """One word of a pair becomes the other; `*` stands for an ending, which stays."""
    pairs = [pair.replace("_", " ").split("/") for pair in table[language].split()]
    found = []
    for old, new in [*pairs, *[pair[::-1] for pair in pairs]]:
        end = r"(?P<end>\w*)" if old.endswith("*") else r"(?P<end>)(?!\w)"
        found += [(one, new) for one in re.finditer(rf"(?<![\w-]){re.escape(old.rstrip('*'))}{end}", fact)]
    if not found:
        return None
    one, new = chance.choice(found)
    return _put(fact, one, new.rstrip("*") + one["end"])


def _unhedged(fact: str, _article: str, language: str, _chance: random.Random) -> str | None:
    """What may be becomes what is."""
    hedges = "|".join(word.replace("_", " ") for word in HEDGES[language].split())
    found = re.search(rf"(?<= )(?:{hedges}) ", fact)
    return _put(fact, found, "") if found else None


def _denied(fact: str, _article: str, language: str, chance: random.Random) -> str | None:
    found = [(one, new) for old, new in DENIALS[language] for one in re.finditer(old, fact)]
    quoted = [one.span() for one in QUOTE.finditer(fact)]
    found = [(one, new) for one, new in found if not any(a < one.start() < b for a, b in quoted)]
    if not found:
        return None
    one, new = chance.choice(found)
    return _put(fact, one, one.expand(new))


def _misquoted(fact: str, article: str, _language: str, chance: random.Random) -> str | None:
    """One plain word inside a quotation becomes another word of the article."""
    quote = QUOTE.search(fact)
    found = list(re.finditer(r"(?<= )[^\W\d_A-ZА-Я]{4,}(?=[ ,])", fact[quote.start() : quote.end()])) if quote else []
    words = sorted(set(re.findall(r"(?<= )[^\W\d_A-ZА-Я]{4,}(?= )", article)))
    if quote is None or not found or not words:
        return None
    one = chance.choice(found)
    new = chance.choice([word for word in words if word[:3] != one.group()[:3]] or words)
    inside = fact[quote.start() : quote.end()]
    return None if new == one.group() else fact[: quote.start()] + _put(inside, one, new) + fact[quote.end() :]


def _other_speaker(fact: str, article: str, _language: str, chance: random.Random) -> str | None:
    """A quotation beside the name of somebody else of the article."""
    quote = QUOTE.search(fact)
    found = [one for one in NAME.finditer(fact) if quote and not quote.start() < one.start() < quote.end()]
    others = sorted({n for n in NAME.findall(article) if found and _differ(n, found[-1].group())})
    return _put(fact, found[-1], chance.choice(others)) if others else None


def _initial(fact: str, _article: str, _language: str, chance: random.Random) -> str | None:
    found = INITIAL.search(fact)
    letters = "АБВГДЕЖЗИКЛМН" if found and not found.group().isascii() else "ABCDEFGHIJKL"
    return _put(fact, found, chance.choice([x for x in letters if x != found.group()])) if found else None


def _put(fact: str, one: re.Match[str], new: str) -> str:
    return fact[: one.start()] + new + fact[one.end() :]


LIES: dict[str, Change] = {
    "names swapped": partial(_swapped, NAME),
    "figures swapped": partial(_swapped, NUMBER),
    "per cent for points": _points,
    "magnitude": _magnitude,
    "currency": _money,
    "more for less": partial(_paired, BOUNDS),
    "rose for fell": partial(_paired, OPPOSITES),
    "year": _year,
    "month": _month,
    "weekday": partial(_another, WEEKDAYS),
    "day after": _day,
    "figure in words": _counted,
    "negation": _denied,
    "hedge dropped": _unhedged,
    "quotation": _misquoted,
    "whose quotation": _other_speaker,
    "initial": _initial,
    "office": partial(_paired, OFFICES),
}
