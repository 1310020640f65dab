"""Every source of the hostile corpus gets the one clear sentence that it should get, and good entries survive.

Rows F46 to F51 and F53 of the fault table (delivery.md); T1, T3, T7 to T12 and T29 of security.md.
"""

from __future__ import annotations

import itertools
import re
import shutil
import subprocess
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from tests.data.hostile import FAMILIES
from tests.data.hostile.case import Case, Patience, Tls
from tests.fetching import corpus

CASES = tuple(itertools.chain.from_iterable(FAMILIES.values()))
ROWS = {"servers": "f46_f53", "packed": "f47", "redirects": "f48", "charsets": "f49", "heavy": "f50", "feeds": "f51"}
MAX_CHARS = 200
# What tells of a program's inside: CamelCase, modules, addresses of objects, names with underscores or calls.
INSIDES = re.compile(
    r"\b[A-Z][a-z]+[A-Z]\w*|\b\w*(?:Error|Exception)\b|Traceback|\berrno\b|\b0x[0-9a-f]{6,}|\w_\w|\w\(\)|<class|\bNone\b"
)


def unclear(sentence: str) -> str:
    """What keeps a person from reading this as a sentence, "" for nothing."""
    if len(sentence) > MAX_CHARS:
        return "long"
    if not sentence.isprintable():
        return "characters that steer a terminal"
    if found := INSIDES.search(sentence):
        return f"the inside of a program: {found.group()}"
    if len(sentence.split()) < 3 or sentence != sentence.strip() or sentence.endswith(":"):
        return "no sentence"
    return ""


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> corpus.Certificates:
    """Certificate and key of each server that has one, made by the openssl command; none without it."""
    if shutil.which("openssl") is None:
        return {}
    folder = tmp_path_factory.mktemp("hostile")
    return {
        Tls.SELF_SIGNED: certificate(folder, "self-signed.example", days=2),
        Tls.OTHER_NAME: certificate(folder, "somebody-else.example", days=2),
        Tls.EXPIRED: certificate(folder, "expired.example", days=-1),
    }


def certificate(folder: Path, host: str, *, days: int) -> tuple[Path, Path]:
    made, key, request, extension = (folder / f"{host}.{ending}" for ending in ("pem", "key", "csr", "ext"))
    extension.write_text(f"subjectAltName=DNS:{host}\n", encoding="ascii")
    asked: list[str | Path] = [
        "openssl",
        "req",
        "-new",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
        "-nodes",
    ]
    signed: list[str | Path] = [
        "openssl",
        "x509",
        "-req",
        "-days",
        str(days),
        "-in",
        request,
        "-signkey",
        key,
        "-extfile",
        extension,
    ]
    subprocess.run([*asked, "-subj", f"/CN={host}", "-keyout", key, "-out", request], check=True, capture_output=True)
    subprocess.run([*signed, "-out", made], check=True, capture_output=True)
    return made, key


@pytest.mark.parametrize("family", FAMILIES, ids=[f"{ROWS.get(name, '')}_{name}".strip("_") for name in FAMILIES])
async def test_each_hostile_source_gets_its_own_sentence(family: str, certificates: corpus.Certificates) -> None:
    cases = [case for case in FAMILIES[family] if case.tls not in corpus.WITH_CERTIFICATE or case.tls in certificates]

    told = await corpus.told(cases, certificates)

    assert told.keys() == {case.name for case in cases}
    assert [difference for case in cases if (difference := told[case.name].differs(case))] == []


async def test_a_case_that_says_something_else_is_named() -> None:
    feeds = {case.name: case for case in FAMILIES["feeds"]}
    good, plain, cut = feeds["two-roots"], feeds["plain-words"], feeds["cut-in-a-link"]
    wrong = [
        replace(good, entries=4),
        replace(plain, error=""),
        replace(cut, title="Bridge 4", link="https://a.example/"),
    ]

    told = await corpus.told(wrong, {})

    assert [told[case.name].differs(case) for case in wrong] == [
        "two-roots: leaves 5 entries and not 4",
        "plain-words: says 'this is not XML: no element stands in it' and not ''",
        "cut-in-a-link: is titled 'Bridge 0' and not 'Bridge 4'; "
        "leads to 'https://site.example/0' and not to 'https://a.example/'",
    ]


async def test_a_server_that_is_not_reached_is_named() -> None:
    """Its sentence alone would be right: an address that is refused before anything is dialled."""
    case = replace(CASES[0], name="under_score", error="refused: the host is neither a name with a dot in it nor an IP "
                   "address in its usual form")  # fmt: skip

    told = await corpus.told([case], {})

    assert told[case.name].differs(case) == "under_score: its server was not reached"


def test_there_are_150_cases_and_no_two_are_the_same() -> None:
    names, marks = Counter(case.name for case in CASES), Counter(case.mark() for case in CASES)

    assert len(CASES) >= 150
    assert [name for name, count in names.items() if count > 1] == []
    assert [case.name for case in CASES if marks[case.mark()] > 1] == []
    assert [name for name in names if not re.fullmatch(r"[a-z0-9][a-z0-9-]{1,61}[a-z0-9]", name)] == []


def test_the_same_case_under_another_name_is_found() -> None:
    case: Case = FAMILIES["feeds"][0]

    assert replace(case, name="other").mark() == case.mark()
    assert replace(case, patience=Patience.HURRIED).mark() != case.mark()


def test_every_sentence_is_one_for_a_person() -> None:
    sentences = {case.error for case in CASES} - {""}

    assert len(sentences) >= 90
    assert {sentence: words for sentence in sentences if (words := unclear(sentence))} == {}


@pytest.mark.parametrize(
    "sentence",
    [
        "the exchange failed (ClientOSError)",
        "UnicodeDecodeError: the text is damaged",
        "no such date: 2026-\u202e20",
        "no such date: 2026-\x1b[2J",
        "the number is too long; use sys.set_int_max_str_digits() to change this",
        "the feed cannot be read: <class 'int'> is no text",
        "it failed at 0x7f2a99c0",
        "the answer was None and nothing else",
        "broken",
        "refused because of: ",
        "it is far too long " * 20,
    ],
    ids=lambda sentence: re.sub(r"\W+", " ", sentence)[:30],
)
def test_a_sentence_that_is_none_is_found(sentence: str) -> None:
    assert unclear(sentence)
