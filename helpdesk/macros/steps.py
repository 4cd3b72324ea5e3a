"""What a macro does, step by step, and how its row keeps it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
from json import dumps
from typing import Any

from ..accounts.models import DESK, User
from ..errors import Invalid
from ..fields import queries as fields
from ..fields import values
from ..fields.models import About
from ..i18n import gettext as _
from ..text import Fields
from ..tickets.actions import UNSET, Along
from ..tickets.models import MessageKind
from .filling import check_kept

LONGEST_WORDS = 20_000  # characters, of a macro or a saved reply


@dataclass(frozen=True, kw_only=True)
class Steps:
    """Words for the customer or a note (*kind*), and what is set along with them."""

    words: str = ""
    kind: MessageKind = MessageKind.REPLY
    along: Along = field(default_factory=Along)
    to_me: bool = False  # the ticket goes to whoever applies it

    @property
    def has_words(self) -> bool:
        return bool(self.words)

    @property
    def is_reply(self) -> bool:
        """Whether a customer reads something of it."""
        return self.has_words and self.kind is MessageKind.REPLY

    def for_actor(self, actor: User) -> Along:
        """What is set where *actor* applies it."""
        if not self.to_me:
            return self.along
        return replace(self.along, changes=replace(self.along.changes, assignee_id=actor.id))

    def as_json(self) -> dict[str, Any]:
        """How the row keeps it."""
        kept = {"words": self.words, "kind": self.kind.value, "to_me": self.to_me}
        return kept | self.along.as_json()

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "Steps":
        """What :meth:`as_json` made."""
        return cls(
            words=kept["words"],
            kind=MessageKind(kept["kind"]),
            to_me=kept["to_me"],
            along=Along.from_json(kept),
        )

    @property
    def mark(self) -> str:
        """What tells these steps from any others: a preview remembers it."""
        return sha256(dumps(self.as_json(), sort_keys=True).encode()).hexdigest()[:32]


def checked(steps: Steps, errors: Fields) -> Steps:
    """*steps* as they are kept. What is wrong with them goes into *errors*."""
    told = len(errors.errors)
    words = errors.block("message", steps.words, LONGEST_WORDS, required=False)
    check_kept(words, errors, "message")
    changes = steps.along.changes
    if steps.to_me:
        changes = replace(changes, assignee_id=UNSET)
    if isinstance(changes.fields, Mapping):
        changes = replace(changes, fields=_custom(changes.fields, errors) or UNSET)
    if changes.subcategory_id not in (UNSET, None) and changes.category_id in (UNSET, None):
        errors.add("subcategory_id", _("There is no such sub-category in this category."))
    along = replace(
        steps.along,
        changes=changes,
        add_tags=_tags(steps.along.add_tags),
        remove_tags=_tags(steps.along.remove_tags),
    )
    if set(along.add_tags) & set(along.remove_tags):
        errors.add("tags", _("A tag can't be added and removed at once."))
    _check_along(along, errors)
    done = replace(steps, words=words, along=along)
    if done == Steps(kind=steps.kind) and len(errors.errors) == told:
        errors.add("steps", _("Choose at least one thing that it does."))
    return done


def _check_along(along: Along, errors: Fields) -> None:
    try:
        along.check()
    except Invalid as wrong:
        for name, sentences in wrong.fields.items():
            for sentence in sentences:
                if sentence not in errors.errors.get(name, ()):
                    errors.add(name, sentence)


def _custom(given: Mapping[str, Any], errors: Fields) -> dict[str, Any]:
    """What custom fields are filled in with; a macro empties none but a checkbox."""
    found = values.checked(DESK, fields.fields(DESK, About.TICKET), given, errors)
    for key, value in found.items():
        if value is None:
            errors.add(f"fields.{key}", _("Say what it is filled in with."))
    return found


def _tags(names: Any) -> tuple[str, ...]:
    return tuple(sorted({" ".join(name.lower().split()) for name in names} - {""}))
