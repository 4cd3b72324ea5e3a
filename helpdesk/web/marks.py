"""Words that were searched for, marked in what a page shows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from markupsafe import Markup

from ..accounts.models import Actor
from ..search.grammar import Among, Words
from ..search.marking import MOST_MARKED, Marker, marker
from ..search.showing import PIECE, pieces

_BEGINS, _ENDS = Markup("<mark>"), Markup("</mark>")


@dataclass(frozen=True)
class Marks:
    """What a list shows of the tickets that *asked* found; as they are where nothing was asked."""

    asked: Sequence[Words] = ()
    pieces: Mapping[int, str] = field(default_factory=dict)

    @classmethod
    def of(cls, actor: Actor, asked: Sequence[Words], rows: Sequence[Any]) -> "Marks":
        """Those for *rows* of a list, in one query at most."""
        return cls(asked, pieces(actor, asked, rows) if asked else {})

    def subject(self, text: str) -> str | Markup:
        return marked(text, self._in_subjects)

    def person(self, text: str) -> str | Markup:
        return marked(text, self._in_people)

    def last_words(self, ticket_id: int, text: str) -> str | Markup:
        """The piece of the ticket that explains best why it was found, or its last words."""
        finder = self._in_words
        piece = self.pieces.get(ticket_id) or (finder.piece(text, PIECE) if finder else "")
        return marked(piece or text, finder)

    @cached_property
    def _in_subjects(self) -> Marker | None:
        return marker(self.asked, Among.ALL, Among.SUBJECT)

    @cached_property
    def _in_people(self) -> Marker | None:
        return marker(self.asked, Among.ALL, Among.PEOPLE)

    @cached_property
    def _in_words(self) -> Marker | None:
        return marker(self.asked, Among.ALL, Among.FILES)


def words_to_mark(asked: Sequence[Words]) -> str:
    """The words of *asked* for the script that marks them (found.js); phrases in quotes."""
    wanted = [one for one in asked if not one.is_excluded and one.among is Among.ALL]
    phrases = ['"' + " ".join(one.folded) + '"' for one in wanted if one.is_phrase]
    plain = [word for one in wanted if not one.is_phrase for word in one.folded]
    return " ".join([*phrases, *plain][:MOST_MARKED])


def marked(text: str, finder: Marker | None) -> str | Markup:
    """*text* as HTML, what *finder* finds in it in ``<mark>``."""
    if finder is None or not text:
        return text
    pieces: list[str] = []
    for piece, is_hit in finder.segments(text):
        pieces += (_BEGINS, piece, _ENDS) if is_hit else (piece,)
    return Markup("").join(pieces)  # which escapes all but our own
