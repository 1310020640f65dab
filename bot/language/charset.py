"""Bytes -> text when header, declaration and byte order mark disagree, lie or are missing."""

from __future__ import annotations

import re

_MARKS = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe\x00\x00", "utf-32-le"),
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)
_HEAD = 1_024  # bytes looked at for a declaration and for the rhythm of zero bytes
_HEADER = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)
_DECLARED = re.compile(rb"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([\w.:-]+)[\"']", re.IGNORECASE)
_META = re.compile(rb"<meta\b[^>]{0,300}?charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)
_WIDE_BEGINNINGS: dict[tuple[bool, ...], str] = {  # which of four bytes are zero in ASCII text
    (False, True, True, True): "utf-32-le",
    (True, True, True, False): "utf-32-be",
    (False, True, False, True): "utf-16-le",
    (True, False, True, False): "utf-16-be",
}
_EBCDIC = b"\x4c\x6f\xa7\x94"  # "<?xm" in every code page of EBCDIC
_WIDE = re.compile(r"utf_?(?:16|32)|ucs|iso_10646|unicode|utf_7")  # cannot be read as a declaration in ASCII letters
_KNOWN = re.compile(  # text codecs only: Python also has "idna" and "punycode", which take quadratic time
    r"utf_?8|(?:x_)?(?:iso|windows|cp|koi8|latin|big5|gb|euc|shift|s_?jis|ms|mac|hz|ks_?c|tis|ibm|l\d|johab|ascii|us_ascii|"
    r"ansi_x3|csiso|chinese|cyrillic|greek|arabic|hebrew|korean|kz_?1048|ptcp154|hp_roman|viscii|thai|turkish|uhc)\w*"
)
_WESTERN = frozenset(("iso_8859_1", "latin_1", "latin1", "windows_1252", "cp1252", "us_ascii", "ascii", "iso_8859_15"))
_UTF8 = frozenset(("utf_8", "utf8"))
_CYRILLIC = ("windows-1251", "koi8-r", "iso8859-5", "cp866")
_IS_CYRILLIC = re.compile(r"windows_?1251|cp1251|koi8\w*|iso_?8859_5|cp866|ibm866|mac_?cyrillic|x_mac_cyrillic")
_FREQUENT = "оеаинтсрвлкмдпуяыьзб"  # nine in ten letters of Russian, and the most frequent ones of Uzbek and Kazakh
_RUN = re.compile(rb"[\x80-\xff]{3,}")
_HIGH = re.compile(rb"[\x80-\xff]")
_STRAY = {0xDC00 + byte: bytes([byte]).decode("cp1252", "replace") for byte in range(0x80, 0x100)}
_ALIASES = {"ks_c_5601_1987": "cp949", "x_sjis": "shift_jis", "x_gbk": "gbk", "gb2312": "gb18030", "gbk": "gb18030"}


def text(content: bytes, content_type: str = "") -> str:
    """The text of a document: XML, HTML or JSON. `content_type` is the HTTP header's value, "" for none.

    A byte order mark is believed, then the rhythm of zero bytes (UTF-16 and UTF-32 without a mark), then UTF-8 if the
    bytes are UTF-8; only then what header and declaration say, the header first unless it is a server's habit
    (ISO-8859-1). Cyrillic is told from its look where nobody says, or says something else. Never raises; the byte
    order mark is not part of the text.
    """
    for mark, name in _MARKS:
        if content.startswith(mark):
            return _readable(content[len(mark) :], name)
    if wide := _without_mark(content):
        return content.decode(wide, "replace").removeprefix("\ufeff")
    declared = _declared(content, content_type)
    if not _HIGH.search(content):
        return _seven_bit(content, declared)
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return _eight_bit(content, declared)


def _readable(content: bytes, name: str) -> str:
    """What follows a mark. Some programs put UTF-8's mark before another encoding: then it is no mark at all."""
    if name != "utf-8":
        return content.decode(name, "replace")
    decoded = _mostly_utf8(content)
    return decoded if decoded is not None else _eight_bit(content, _declared(content, ""))


def _without_mark(content: bytes) -> str:
    """UTF-16 and UTF-32 betray themselves by zero bytes beside every ASCII letter; EBCDIC by its first four bytes."""
    head = content[:_HEAD]
    if head.startswith(_EBCDIC):
        return "cp037"
    beginning = tuple(byte == 0 for byte in head[:4])
    if beginning in _WIDE_BEGINNINGS and tuple(byte == 0 for byte in head[4:8]) == beginning:
        return _WIDE_BEGINNINGS[beginning]
    if head.count(0) * 4 < len(head) or len(head) < 8:
        return ""
    return _WIDE_BEGINNINGS.get(tuple(head[at::4].count(0) * 8 > len(head) for at in range(4)), "")


def _declared(content: bytes, content_type: str) -> tuple[str, ...]:
    """Names of codecs in the order of trust, without those that cannot be meant."""
    head = content[:_HEAD]
    header = _HEADER.search(content_type)
    inside = _DECLARED.search(head) or _META.search(head)
    names = [header[1] if header else "", inside[1].decode("ascii", "replace") if inside else ""]
    names = [_codec(name) for name in names]
    if names[0] in _WESTERN and names[1]:
        names.reverse()
    return tuple(dict.fromkeys(name for name in names if name))


def _codec(name: str) -> str:
    """The name as Python's codecs spell it, "" for one that is unknown or cannot stand in ASCII letters."""
    plain = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")
    plain = _ALIASES.get(plain, plain).removeprefix("x_") if not plain.startswith("x_mac") else plain[2:]
    if _WIDE.match(plain) or not _KNOWN.fullmatch(plain):
        return ""
    try:
        b"".decode(plain)
    except LookupError:
        return ""
    return plain


def _seven_bit(content: bytes, declared: tuple[str, ...]) -> str:
    """ASCII, or one of the encodings that hide their letters in ASCII (ISO-2022, HZ)."""
    hidden = [name for name in declared if name.startswith(("iso_2022", "iso2022", "hz", "csiso2022"))]
    for name in hidden:
        try:
            return content.decode(name)
        except (UnicodeDecodeError, LookupError):
            continue
    return content.decode("ascii", "replace")


def _eight_bit(content: bytes, declared: tuple[str, ...]) -> str:
    """Not UTF-8 throughout: the declared encoding that fits, damaged UTF-8, Cyrillic by its look, windows-1252."""
    others = [name for name in declared if name not in _UTF8 and _decodes(content, name)]
    if not others and (decoded := _mostly_utf8(content)) is not None:
        return decoded
    guessable = all(name in _WESTERN or _IS_CYRILLIC.fullmatch(name) for name in others)
    if guessable and _looks_foreign(content):
        cyrillic = dict.fromkeys([*(name for name in others if name not in _WESTERN), *_CYRILLIC])
        return max((content.decode(name, "replace") for name in cyrillic), key=_likeness)
    if others:
        return content.decode("cp1252" if others[0] in _WESTERN else others[0], "replace")
    return content.decode("cp1252", "replace")


def _decodes(content: bytes, name: str) -> bool:
    try:
        content.decode(name)
    except (UnicodeDecodeError, LookupError):
        return name in _WESTERN
    return True


def _mostly_utf8(content: bytes) -> str | None:
    """UTF-8 with a few bytes that are not, each read as windows-1252 as browsers would; None for anything else."""
    decoded = content.decode("utf-8", "surrogateescape")
    stray = sum(map(decoded.count, map(chr, _STRAY)))
    good = len(_HIGH.findall(content)) - stray
    return decoded.translate(_STRAY) if stray * 4 <= good else None


def _looks_foreign(content: bytes) -> bool:
    """Whether most letters beyond ASCII stand together, as in no language of western Europe."""
    high = len(_HIGH.findall(content))
    return sum(map(len, _RUN.findall(content))) * 2 > high


def _likeness(decoded: str) -> float:
    """How much of what is not ASCII are frequent small Cyrillic letters."""
    foreign = sum(1 for letter in decoded if letter > "\x7f")
    return sum(map(decoded.count, _FREQUENT)) / max(foreign, 1)
