"""Every sentence that a person reads goes through here (the standard library's gettext)."""

import gettext as _gettext
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, Self

from flask import g
from flask.globals import _cv_app

CATALOGUES = Path(__file__).parent / "translations"
SOURCE_LANGUAGE = "en"


@cache
def languages() -> tuple[str, ...]:
    """Codes of the languages that the desk speaks, English first."""
    found = sorted(path.parent.parent.name for path in CATALOGUES.glob("*/LC_MESSAGES/desk.mo"))
    return (SOURCE_LANGUAGE, *found)


@cache
def _catalogue(language: str) -> _gettext.NullTranslations:
    return _gettext.translation("desk", CATALOGUES, [language], fallback=True)


def language() -> str:
    """The language of this request, chosen by :func:`use`; English outside of one."""
    try:  # quicker than to ask: a page of many sentences asks each time
        return _cv_app.get().g.language  # type: ignore[no-any-return]
    except (AttributeError, LookupError):  # not chosen yet; no request
        return SOURCE_LANGUAGE


def use(code: str) -> None:
    """Speak *code* for the rest of this request; an unknown one changes nothing."""
    if code in languages():
        g.language = code


@contextmanager
def speaking(code: str) -> Iterator[None]:
    """Speak *code* (English, where the desk doesn't know it) inside the block: for a mail's words.

    Only in an application's context.
    """
    before = language()
    g.language = code if code in languages() else SOURCE_LANGUAGE
    try:
        yield
    finally:
        g.language = before


def translated(code: str, sentence: str, **values: Any) -> str:
    """*sentence* in the language *code*, with ``%(name)s`` filled in."""
    words = _catalogue(code).gettext(sentence)
    return words % values if values else words


def gettext(sentence: str, **values: Any) -> str:
    """*sentence* in the reader's language, with ``%(name)s`` filled in."""
    return translated(language(), sentence, **values)


def ngettext(one: str, many: str, num: int, **values: Any) -> str:
    """The form of a sentence that goes with *num*, which it may name as ``%(num)s``."""
    translated = _catalogue(language()).ngettext(one, many, num)
    return translated % {"num": num, **values}


def pgettext(context: str, sentence: str, **values: Any) -> str:
    """*sentence* where it means what *context* says: "9 min" ago is not "9 min" long."""
    words = _catalogue(language()).pgettext(context, sentence)
    return words % values if values else words


def npgettext(context: str, one: str, many: str, num: int) -> str:
    """The same of a sentence that goes with *num*."""
    return _catalogue(language()).npgettext(context, one, many, num) % {"num": num}


def decimal(number: float) -> str:
    """*number* with at most one digit behind the mark: ``1.5`` in English, ``2`` for 2.04."""
    whole, _dot, tenths = f"{number:.1f}".partition(".")
    return whole if tenths == "0" else gettext("%(n)s.%(tenths)s", n=whole, tenths=tenths)


def size(count: int) -> str:
    """*count* bytes as people say it: ``12 kB``."""
    if count < 1024:
        return ngettext("%(num)s byte", "%(num)s bytes", count)
    if count < 1024 * 1024:
        return gettext("%(n)s kB", n=round(count / 1024))
    if count < 1024**3:
        return gettext("%(n)s MB", n=decimal(count / 1024**2))
    return gettext("%(n)s GB", n=decimal(count / 1024**3))


_NONE: Mapping[str, Any] = {}  # one for the thousand that have none


class lazy(str):
    """A sentence that is translated when it is shown, for what is declared at import time.

    It is the English sentence, so that whatever takes a text (a form's label) takes it too.
    """

    __slots__ = ("values",)
    values: Mapping[str, Any]

    def __new__(cls, sentence: str, **values: Any) -> Self:
        self = super().__new__(cls, sentence)
        self.values = values or _NONE
        return self

    def of(self, **values: Any) -> "lazy":
        """The same sentence with these values."""
        return type(self)(str.__str__(self), **values)

    def __str__(self) -> str:
        return gettext(str.__str__(self), **self.values)

    def __html__(self) -> str:
        from markupsafe import escape

        return escape(str(self))

    def __format__(self, spec: str) -> str:
        return format(str(self), spec)

    def __mod__(self, values: Any) -> str:
        return f"{str(self) % values}"


class lazy_size(lazy):
    """So many bytes, said when it is shown: a part of a sentence that is lazy itself."""

    __slots__ = ()

    def __new__(cls, count: int) -> Self:
        return super().__new__(cls, "", count=count)

    def __str__(self) -> str:
        return size(self.values["count"])


_: Callable[..., str] = gettext
