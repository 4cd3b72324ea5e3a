"""What somebody typed into the box of a list, as it was understood."""

from collections.abc import Sequence

from msgspec import Struct

from ...i18n import gettext as _
from ...search.grammar import Among, Words
from ...views.filters import worded
from .asked import Asked
from .filter_words import told_each
from .views_here import asking


class Understood(Struct, frozen=True):
    """A part of what was typed. *without* is the address of the list without it."""

    words: str
    is_filter: bool
    without: str


def understood(asked: Asked) -> Sequence[Understood]:
    """The words and filters in the box, in their order; signs that say nothing are left out."""
    found = worded(asking(), asked.q)
    told = iter(told_each(asking(), [(rule.name, rule.values) for rule in found.filters]))
    parts = []
    for term in found.terms:
        is_filter = not isinstance(term.means, Words)
        words = _of_words(term.means) if isinstance(term.means, Words) else next(told).sentence
        if words:
            without = asked.list_url(q=found.without(term), cursor="")
            parts.append(Understood(words, is_filter, without))
    return parts


def _of_words(one: Words) -> str:
    if not one.folded:
        return ""
    words = _("“%(words)s”", words=one.text) if one.is_phrase else one.text
    match one.among:
        case Among.SUBJECT:
            words = _("Subject: %(words)s", words=words)
        case Among.PEOPLE:
            words = _("From: %(words)s", words=words)
        case Among.FILES:
            words = _("File name: %(words)s", words=words)
    return _("without %(words)s", words=words) if one.is_excluded else words
