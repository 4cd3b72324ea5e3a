"""Variables in words: ``{{requester.name}}`` becomes what it stands for, once.

What is filled in is only ever text. Whatever in it means something in Markdown, or would be a
variable itself, is escaped: a customer's name makes no markup, and nothing is looked at again.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from .. import markdown
from ..accounts.models import DESK, User
from ..database import db
from ..fields import queries as fields
from ..fields.models import About, CustomField
from ..i18n import gettext as _
from ..i18n import lazy
from ..people.models import Company
from ..shop.queries import shop
from ..text import Fields
from ..tickets.actions import VALUE_WORDS
from ..tickets.models import Ticket

MOST_VARIABLES = 100  # in one text
OF_TICKET, OF_REQUESTER = "ticket.field.", "requester.field."  # custom fields, by key

# A variable is no longer than this, so that a search fails after a bounded number of characters.
_VARIABLE = re.compile(r"(?<!\\)\{\{[ \t]{0,9}([^{}\s][^{}\n]{0,99}?)[ \t]{0,9}\}\}")
_SIGNS = re.compile(r"[\\`*_\[\]<>{}|~]|:(?=//)|!$")
_FIRST = re.compile(r"(?:[#+\-=]|\d{1,9}(?=[.)]))")
_ADDRESS = re.compile(r"https?://[A-Za-z0-9./?=&%#:+,;@_\-]{1,1000}")

VARIABLES: Mapping[str, str] = {
    "requester.name": lazy("The customer's name"),
    "requester.first_name": lazy("The first word of it"),
    "requester.email": lazy("The customer's address"),
    "requester.company": lazy("The company that they belong to"),
    "ticket.ref": lazy("The ticket's number"),
    "ticket.subject": lazy("What it is called"),
    "ticket.status": lazy("Its status, in lower case"),
    "ticket.category": lazy("Its category"),
    "agent.name": lazy("Your name"),
    "agent.first_name": lazy("The first word of your name"),
    "shop.name": lazy("The shop's name"),
}


@dataclass(frozen=True)
class Filled:
    """A text with its variables filled in; *blanks* are those that still stand in it."""

    text: str
    blanks: tuple[str, ...] = ()


def variables_in(text: str) -> tuple[str, ...]:
    """The names of the variables that stand in *text*, in order and each once."""
    return tuple(dict.fromkeys(_VARIABLE.findall(text)))


def fill(text: str, values: Mapping[str, str]) -> Filled:
    """*text* with what *values* has for its variables; one without a value stays as it stands."""
    blanks: dict[str, None] = {}

    def put(found: re.Match[str]) -> str:
        value = " ".join(values.get(found[1], "").split())
        if not value:
            blanks[found[1]] = None
            return found.group()
        return as_words(value)

    filled = _VARIABLE.sub(put, text)
    return Filled(filled, tuple(blanks))


def as_words(value: str) -> str:
    """*value*, one line, as Markdown that reads as exactly that; addresses are links anyway."""
    if _ADDRESS.fullmatch(value):
        return value
    escaped = _SIGNS.sub(r"\\\g<0>", value)
    if first := _FIRST.match(escaped):  # where a line begins it would be a heading, a list
        end = first.end() - (0 if first[0].isdigit() else 1)
        escaped = f"{escaped[:end]}\\{escaped[end:]}"
    return escaped


def said_of_blanks(blanks: tuple[str, ...]) -> str:
    """What a person is told of variables without a value."""
    names = ", ".join(f"{{{{{name}}}}}" for name in blanks[:10])
    return _("Nothing is known for %(names)s: fill it in, or take it out.", names=names)


def known_variables() -> dict[str, str]:
    """Every variable, custom fields too, with what it stands for."""
    custom = {
        prefix + one.key: one.label
        for prefix, about in ((OF_TICKET, About.TICKET), (OF_REQUESTER, About.CUSTOMER))
        for one in _active_fields(about)
    }
    return {name: str(words) for name, words in VARIABLES.items()} | custom


def check_kept(text: str, errors: Fields, field: str) -> None:
    """Tell *errors* what of *text* can't be kept: variables that there are none of, pictures.

    A text that is wrong in itself (too long, say) isn't looked at.
    """
    if field in errors.errors:
        return
    if markdown.embedded(text):
        errors.add(field, _("A picture can't be kept here: it belongs to one message."))
    found = variables_in(text)
    if len(found) > MOST_VARIABLES or len(_VARIABLE.findall(text)) > MOST_VARIABLES:
        errors.add(field, _("At most %(most)s variables.", most=MOST_VARIABLES))
        return
    known = known_variables() if found else {}
    unknown = [name for name in found if name not in known]
    if unknown:
        names = ", ".join(f"{{{{{name}}}}}" for name in unknown[:10])
        errors.add(field, _("There is no variable %(names)s.", names=names))


class Values(Mapping[str, str]):
    """What the variables stand for on one ticket, each looked up when a text first needs it."""

    def __init__(self, actor: User, ticket: Ticket) -> None:
        self.actor, self.ticket = actor, ticket

    def __getitem__(self, name: str) -> str:
        if name.startswith(OF_TICKET):
            return self._of_ticket[name.removeprefix(OF_TICKET)]
        if name.startswith(OF_REQUESTER):
            return self._of_requester[name.removeprefix(OF_REQUESTER)]
        return _LOOK_UP[name](self)

    def __iter__(self) -> Iterator[str]:
        return iter(known_variables())

    def __len__(self) -> int:
        return len(known_variables())

    @cached_property
    def _of_ticket(self) -> dict[str, str]:
        return _custom_values(About.TICKET, self.ticket.id)

    @cached_property
    def _of_requester(self) -> dict[str, str]:
        return _custom_values(About.CUSTOMER, self.ticket.requester_id)

    @cached_property
    def company(self) -> str:
        id_ = self.ticket.requester.company_id
        company = None if id_ is None else db.session.get(Company, id_)
        return "" if company is None else company.name

    @cached_property
    def shop_name(self) -> str:
        return shop().name

    @property
    def category(self) -> str:
        of = self.ticket.subcategory or self.ticket.category
        return "" if of is None else of.name


_LOOK_UP: Mapping[str, Callable[[Values], str]] = {
    "requester.name": lambda of: of.ticket.requester.name,
    "requester.first_name": lambda of: _first_word(of.ticket.requester.name),
    "requester.email": lambda of: of.ticket.requester.email,
    "requester.company": lambda of: of.company,
    "ticket.ref": lambda of: of.ticket.ref,
    "ticket.subject": lambda of: of.ticket.subject,
    "ticket.status": lambda of: str(VALUE_WORDS[of.ticket.status]),
    "ticket.category": lambda of: of.category,
    "agent.name": lambda of: of.actor.name,
    "agent.first_name": lambda of: _first_word(of.actor.name),
    "shop.name": lambda of: of.shop_name,
}


def _first_word(name: str) -> str:
    return name.split()[0] if name.split() else ""


def _active_fields(about: About) -> list[CustomField]:
    return list(fields.fields(DESK, about))


def _custom_values(about: About, id_: int) -> dict[str, str]:
    known = _active_fields(about)
    filled = fields.values(about, [id_])[id_] if known else {}
    return {one.key: _in_words(filled.get(one.key, fields.empty(one))) for one in known}


def _in_words(value: str | bool | None) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return value or ""
