"""winmail.dat: what Outlook wraps files and words in (TNEF, MS-OXTNEF)."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from .charsets import clean, decoded
from .guards import MOST_TEXT
from .message import Remarks

_SIGNATURE = 0x223E9F78
_MOST = 2000  # attributes or properties
_ATTACH_BEGIN, _ATTACH_TITLE, _ATTACH_DATA, _ATTACH_PROPS = 0x9002, 0x8010, 0x800F, 0x9005
_BODY, _PROPS, _CODEPAGE = 0x800C, 0x9003, 0x9007
_FIXED = {2: 4, 3: 4, 4: 4, 5: 8, 6: 8, 7: 8, 0xA: 4, 0xB: 4, 0x14: 8, 0x40: 8, 0x48: 16}
_VARIABLE = {0x1E, 0x1F, 0x102, 0x0D}
_LONG_NAME, _NAME, _DATA, _TYPE, _CONTENT_ID = 0x3707, 0x3001, 0x3701, 0x370E, 0x3712
_TEXT, _HTML, _RTF = 0x1000, 0x1013, 0x1009


class Broken(Exception):
    """It is no winmail.dat, or only the beginning of one."""


@dataclass(slots=True)
class Wrapped:
    name: str = ""
    type: str = ""
    content_id: str = ""
    content: bytes = b""


@dataclass(slots=True)
class Winmail:
    text: str = ""
    html: str = ""
    formatted: bool = False  # whether it has words that only Outlook can read
    files: list[Wrapped] = field(default_factory=list)


def read_winmail(raw: bytes) -> Winmail:
    """What is in *raw*. Raises Broken when it can't be read to its end."""
    found = Winmail()
    charset = "cp1252"
    try:
        for kind, data in _attributes(raw):
            if kind == _CODEPAGE:
                charset = f"cp{struct.unpack_from('<I', data)[0]}"
            elif kind == _ATTACH_BEGIN:
                found.files.append(Wrapped())
            elif kind in (_BODY, _PROPS):
                _take_words(found, kind, data, charset)
            elif found.files:
                _take_file(found.files[-1], kind, data, charset)
    except (struct.error, IndexError) as error:
        raise Broken("cut off") from error
    found.files = [one for one in found.files if one.content]
    return found


def _attributes(raw: bytes) -> Iterator[tuple[int, bytes]]:
    if len(raw) < 6 or struct.unpack_from("<I", raw)[0] != _SIGNATURE:
        raise Broken("no TNEF")
    at = 6
    for _ in range(_MOST):
        if at + 9 > len(raw):
            return
        kind, length = struct.unpack_from("<xHxxI", raw, at)
        if at + 9 + length + 2 > len(raw):
            raise Broken("cut off")
        yield kind, raw[at + 9 : at + 9 + length]
        at += 9 + length + 2
    raise Broken("too much in it")


def _take_words(found: Winmail, kind: int, data: bytes, charset: str) -> None:
    if kind == _BODY:
        found.text = found.text or _string(data, charset)
        return
    for key, form, value in _properties(data):
        if key == _TEXT:
            found.text = found.text or _string(value, "utf-16-le" if form == 0x1F else charset)
        elif key == _HTML:
            found.html = _string(value, "utf-16-le" if form == 0x1F else charset)
        elif key == _RTF:
            found.formatted = True


def _take_file(one: Wrapped, kind: int, data: bytes, charset: str) -> None:
    if kind == _ATTACH_TITLE:
        one.name = one.name or _string(data, charset)
    elif kind == _ATTACH_DATA:
        one.content = data
    elif kind == _ATTACH_PROPS:
        names = {_LONG_NAME: "name", _TYPE: "type", _CONTENT_ID: "content_id"}
        for key, form, value in _properties(data):
            if key in names:
                text = _string(value, "utf-16-le" if form == 0x1F else charset)
                setattr(one, names[key], text)
            elif key == _DATA and not one.content:
                one.content = value[16:] if form == 0x0D else value
            elif key == _NAME and not one.name:
                one.name = _string(value, "utf-16-le" if form == 0x1F else charset)


def _string(raw: bytes, charset: str) -> str:
    text = clean(decoded(raw[: MOST_TEXT * 2], charset, Remarks()))
    return text[:MOST_TEXT].strip()


def _properties(data: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Each property's id, type, and first value."""
    at = 4
    for _ in range(min(struct.unpack_from("<I", data)[0], _MOST)):
        form, key = struct.unpack_from("<HH", data, at)
        at += 4
        if key >= 0x8000:
            at = _after_name(data, at)
        many, form = form & 0x1000, form & 0xEFFF
        count = 1
        if many or form in _VARIABLE:
            count = struct.unpack_from("<I", data, at)[0]
            at += 4
        if count > _MOST or (form not in _VARIABLE and form not in _FIXED):
            raise Broken("unknown property")
        for index in range(count):
            size = _FIXED.get(form, 0)
            if form in _VARIABLE:
                size = struct.unpack_from("<I", data, at)[0]
                at += 4
            if at + size > len(data):
                raise Broken("cut off")
            if index == 0:
                yield key, form, data[at : at + size]
            at += -(-size // 4) * 4


def _after_name(data: bytes, at: int) -> int:
    at += 16
    kind, size = struct.unpack_from("<II", data, at)
    return at + 8 if kind == 0 else at + 8 + -(-size // 4) * 4
