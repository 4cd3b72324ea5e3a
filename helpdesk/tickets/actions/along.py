"""What goes along with words: status, assignee and other fields, set when the words leave."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any

from ...accounts.models import User
from ...errors import HelpdeskError
from ...events import Event
from ..models import Priority, Status, Ticket
from .changes import UNSET, Changes
from .changing import update
from .checking import check_changes, check_unchanged, clean_tags
from .custom import PREFIX
from .setting import value_of

# Fields whose values JSON has as words.
_WORDS = {"status": Status, "priority": Priority}


@dataclass(frozen=True, kw_only=True)
class Along:
    """Changes that go with a reply or a note; tags are added and removed one by one."""

    changes: Changes = field(default_factory=Changes)
    add_tags: Sequence[str] = ()
    remove_tags: Sequence[str] = ()

    @property
    def status(self) -> Status | None:
        """The status that is asked for; None: none is."""
        found = self.changes.status
        return found if isinstance(found, Status) else None

    def for_ticket(self, ticket: Ticket) -> Changes:
        """All of it as changes of *ticket* as it is now."""
        if not self.add_tags and not self.remove_tags:
            return self.changes
        kept = set(ticket.tag_names) - set(clean_tags(self.remove_tags))
        return replace(self.changes, tags=sorted(kept | set(clean_tags(self.add_tags))))

    def check(self) -> None:
        """Check what can be said of it for any ticket. Raises Invalid with every bad field."""
        check_changes(replace(self.changes, tags=[*self.add_tags, *self.remove_tags]))

    def as_json(self) -> dict[str, Any]:
        """How a held reply keeps it."""
        return {
            "changes": self.changes.given(),
            "add_tags": list(self.add_tags),
            "remove_tags": list(self.remove_tags),
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "Along":
        """What :meth:`as_json` made."""
        known = {one.name for one in fields(Changes)}
        given = {name: v for name, v in kept.get("changes", {}).items() if name in known}
        changes = Changes(**{name: _read(name, value) for name, value in given.items()})
        return cls(
            changes=changes,
            add_tags=kept.get("add_tags", ()),
            remove_tags=kept.get("remove_tags", ()),
        )


def _read(name: str, value: Any) -> Any:
    return _WORDS[name](value) if name in _WORDS else value


def seen_now(ticket: Ticket, along: Along) -> dict[str, Any]:
    """What the fields that *along* changes hold now, as JSON keeps it."""
    return {name: value_of(ticket, name) for name in _names(along.for_ticket(ticket).given())}


def require_as_seen(ticket: Ticket, along: Along, seen: Mapping[str, Any]) -> None:
    """Raise Conflict where somebody has changed a field that *along* sets since it was *seen*.

    Tags are added and removed one by one, so nobody's are in the way of others.
    """
    given = replace(along.changes, tags=UNSET).given()
    custom = {PREFIX + key: value for key, value in given.pop("fields", {}).items()}
    check_unchanged(ticket, given | custom, seen)


def _names(given: Mapping[str, Any]) -> list[str]:
    """What ``value_of`` calls the fields of *given*, custom ones one by one."""
    custom = [PREFIX + key for key in given.get("fields", {})]
    return [name for name in given if name != "fields"] + custom


def apply_all(
    actor: User, ticket: Ticket, along: Along, *, but_status: bool = False
) -> list[Event]:
    """Set the fields of *along*, all or none. Raises what ``update`` does."""
    changes = along.for_ticket(ticket)
    return update(actor, ticket, replace(changes, status=UNSET) if but_status else changes)


def apply_what_still_fits(
    actor: User, ticket: Ticket, along: Along, seen: Mapping[str, Any]
) -> None:
    """Set the fields of *along* but its status, inside the caller's transaction.

    A field that somebody has changed since it was *seen* stays theirs, as does one whose new value
    is gone (a colleague who left, a category that was closed): the words must leave all the same.
    """
    given = along.for_ticket(ticket).given()
    given.pop("status", None)
    custom = [{"fields": {key: value}} for key, value in given.pop("fields", {}).items()]
    pair: dict[str, Any] = {
        name: given.pop(name) for name in ("category_id", "subcategory_id") if name in given
    }
    singly: list[dict[str, Any]] = [{name: value} for name, value in given.items()]
    for change in singly + custom + ([pair] if pair else []):
        if any(_changed_since(ticket, name, seen) for name in _names(change) if name != "tags"):
            continue
        try:
            update(actor, ticket, Changes(**change))
        except HelpdeskError:
            continue


def _changed_since(ticket: Ticket, name: str, seen: Mapping[str, Any]) -> bool:
    return name in seen and value_of(ticket, name) != seen[name]
