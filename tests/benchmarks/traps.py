"""Paragraphs of our own full of full stops that end no sentence: `|` is where one ends, `¦` the same without space."""

from __future__ import annotations

from collections.abc import Iterable

GLUE = "¦"

_MARKED = """
Завод открыли в 2026 г. в центре.|Его строил А. П. Ким, т. е. местный мастер.|Она стоила $1,8 млрд.|Довольны не все.
«Мы готовы к зиме!» — сказал он.|Затем ушел.|«Когда начнем?» — спросила О. Н. Пак.|Ответа не было.
Вода поднялась на 2,5 м за ночь.|Так было и в прошлом году.
ТЕРМЕЗ, 26 сен. — Вестник.|В порту тихо.|Рейсов нет с 14.30 до 18.00.
Купили столы, стулья и т. д.|Дом готов.|Осталось привезти технику, мебель и пр. в новый корпус.
Мост закрыли.¦Автобусы пошли в объезд.¦Когда откроют, неизвестно.
Акад. И. И. Петров и проф. Ли приехали в г. Алматы.|Их встретил зам. министра.|Встреча шла на ул. Мира, д. 5, корп. 2.
Вот... и всё.|Да?|Нет!|Хорошо…|Начали.
Средняя цена — 5 тыс. руб. за тонну.|В 2025 году было 4 тыс. руб.|Рост заметен.
«Зима близко.|Нужно спешить», — добавил посол.|Зал молчал.
Ширина дороги 12 м, длина 3 км.|Ее ремонтировали 5 лет.|Открыл дорогу хоким им. тов. Асадов.
На сайте Vestnik.kz есть карта.|Адрес: vestnik.kz/karta.|Посмотрите сами.
Мост построен в XIX в. при губернаторе.|В XX в. его чинили дважды.
Dr. Smith paid $3.5 bn.|The U.S.A. agreed.|Mr. J. R. Stone did not.
The firm, i.e. Stone Inc., sold 5 ships.|It kept two.|Prices fell on Jan. 5 at 9 a.m. in London.
"We are ready!" said Mrs. Lee.|Nobody moved.|"When do we start?" she asked.|It was 7 p.m.
The U.S. Senate met on Friday.|St. Mary's was closed.|Gen. Hill, Sgt. Moss and Lt. Reed came.
The bridge was closed.¦Buses went around.¦Nobody knows why.
Prices rose 2.5 percent vs. 1.9 percent in Sept. last year.|See fig. 3 on p. 12.
He left the U.S.|The court had ruled.|No. 5 was empty.
Sh. M. Karimov keldi.|Ko‘prik 2026 y. ochildi.|Unga 5 mlrd. so‘m sarflandi.
«Biz tayyormiz!» — dedi u.|Keyin ketdi.|Zavod 3 ming t. un ishlab chiqardi.
Prof. O‘. Rahimov va dots. G‘. Aliyev Toshkent sh. ga keldi.|Uchrashuv 14.30 da boshlandi.
Do‘kon, maktab va h.k. qurildi.|Aholi mamnun.|Ish 26-sent. kuni tugadi.
Ko‘prik yopildi.¦Avtobuslar aylanib o‘tdi.|Nega?|Hech kim bilmaydi…
Ш. М. Каримов келди.|Кўприк 2026 й. очилди.|Унга 5 млрд. сўм сарфланди.
«Биз тайёрмиз!» — деди у.|Кейин кетди.|Дўкон, мактаб ва ҳ.к. қурилди.
Проф. Ў. Раҳимов ва акад. Ғ. Алиев келди.|Учрашув 14.30 да бошланди.
Кўприк ёпилди.¦Автобуслар айланиб ўтди.|Нега?|Ҳеч ким билмайди…
Көпір 2026 ж. салынды.|Ол ұзын.|Құны 5 млрд. теңге.
«Біз дайынбыз!» — деді ол.|Сосын кетті.|Ә. Қ. Серіков пен Ж. Нұрланов келді.
Дүкен, мектеп, т.б. салынды.|Халық риза.|Жиналыс сағ. 14.30-да басталды.
Көпір жабылды.¦Автобустар айналып өтті.|Неге?|Ешкім білмейді…
Қ. Тоқтаров ат. мектеп ашылды.|Оған 300 мың теңге жұмсалды.
"""

PARAGRAPHS = tuple(
    tuple(sentence for sentence in line.replace(GLUE, f"{GLUE}|").split("|")) for line in _MARKED.strip().splitlines()
)
"""Sentences of each paragraph; one that ends in `GLUE` has no space behind it."""


def joined(sentences: Iterable[str]) -> str:
    """The paragraph as a careless site would print it."""
    return "".join(f"{sentence} " for sentence in sentences).replace(f"{GLUE} ", "").rstrip()
