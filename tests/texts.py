"""Made-up news for tests, one entry a function, all with figures, names and quotations."""

from __future__ import annotations

from datetime import datetime

from bot.model import Entry
from tests import make

BRIDGE_RU = """Мост длиной 640 метров через реку Чирсай открыли в понедельник в городе Ак-Тепа.
Строительство заняло два года и обошлось бюджету области в 412 млн сумов, сообщил хоким Ильхом Саттаров.
"Теперь дорога до больницы занимает десять минут вместо часа", — сказал Саттаров на церемонии.
По мосту будут ездить 18 автобусов, а к весне достроят велодорожку на 3,5 км."""

BRIDGE_EN = """A 640-metre bridge over the Chirsay river opened on Monday in the town of Ak-Tepa.
Construction took two years and cost the regional budget 412 million soums, governor Ilhom Sattarov said.
"The way to the hospital now takes ten minutes instead of an hour," Sattarov said at the ceremony.
Eighteen buses will cross the bridge, and a cycle lane of 3.5 km will be added by spring."""

CHESS_RU = """Шахматистка Нодира Алимова выиграла турнир в Самарканде, набрав 7,5 очка из 9 возможных.
В финальной партии она победила чемпионку Грузии Нино Гелашвили на 41-м ходу.
Призовой фонд турнира составил $60 тысяч, в нём участвовали 112 спортсменов из 14 стран.
Следующий чемпионат пройдёт в апреле, сообщила федерация шахмат."""

SCHOOL_UZ = """Nukus shahrida 1 200 o‘rinli yangi maktab ochildi.
Qurilishga 38 milliard so‘m sarflandi, dedi viloyat ta’lim boshqarmasi boshlig‘i Gulnora Yusupova.
Maktabda 46 ta sinfxona, kutubxona va robototexnika laboratoriyasi bor.
Darslar dekabr oyida ikki smenada boshlanadi."""


def entry(name: str, text: str, *, source: str = "Vestnik", published_at: datetime | None = None) -> Entry:
    return Entry(
        url=f"https://example.org/{name}",
        text=text,
        source=source,
        published_at=published_at or make.moment("2026-11-22T06:00"),
    )


def all_of_them(*, published_at: datetime | None = None) -> tuple[Entry, ...]:
    return (
        entry("bridge-ru", BRIDGE_RU, published_at=published_at),
        entry("bridge-en", BRIDGE_EN, source="Silk Road Daily", published_at=published_at),
        entry("chess-ru", CHESS_RU, published_at=published_at),
        entry("school-uz", SCHOOL_UZ, source="Vaha", published_at=published_at),
    )
