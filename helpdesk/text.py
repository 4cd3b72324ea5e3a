"""What people type, made fit to keep: one way for forms, API, mail and import."""

import re
import unicodedata

from .errors import Invalid
from .i18n import gettext as _

_LINE_ENDS = re.compile(r"\r\n?|\u2028|\u2029")
_SPACES = re.compile(r"\s+")
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")


class Fields:
    """Collects what is wrong with several fields, so that all of it is told at once."""

    def __init__(self) -> None:
        self.errors: dict[str, list[str]] = {}

    def add(self, field: str, sentence: str) -> None:
        self.errors.setdefault(field, []).append(sentence)

    def line(self, field: str, value: str | None, longest: int, *, required: bool = True) -> str:
        """*value* as one line without surplus spaces, at most *longest* characters."""
        return self._checked(field, _SPACES.sub(" ", value or "").strip(), longest, required)

    def block(self, field: str, value: str | None, longest: int, *, required: bool = True) -> str:
        """*value* as lines that end in ``\\n``, at most *longest* characters."""
        return self._checked(field, _LINE_ENDS.sub("\n", value or "").strip(), longest, required)

    def raise_if_any(self) -> None:
        if self.errors:
            raise Invalid(self.errors)

    def _checked(self, field: str, value: str, longest: int, required: bool) -> str:
        if not storable(value):
            self.add(field, _("This text has characters that can't be kept (NUL or half a pair)."))
            return ""
        value = unicodedata.normalize("NFC", value)
        if required and not value:
            self.add(field, _("This field is required."))
        if len(value) > longest:
            self.add(
                field,
                _("This is too long: at most %(longest)s characters.", longest=f"{longest:,}"),
            )
        return value


def storable(value: str) -> bool:
    """Whether *value* is text that the database keeps: no NUL, no lone surrogate."""
    return _UNSTORABLE.search(value) is None
