"""A believable small shop, made by the same actions as a real one, with the clock turned back.

``people.toml`` says who is who, ``macros.toml`` what is kept to be used again; the other ``.toml``
files hold the tickets. What is random about them (when people write, how long an answer takes)
always comes out the same.
"""

import random
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

import sqlalchemy as sa

from ... import clock
from ...accounts import actions as accounts
from ...accounts.models import DESK, Role, User
from ...database import db, transaction
from ...errors import HelpdeskError
from ...fields.actions import FieldDraft, add_field
from ...fields.models import About, FieldKind
from ...files import store
from ...mail.sending import outbox
from ...people.actions import Details, add_company, add_note, update_person
from ...shop.actions import set_hours, update_shop
from ...tickets import actions
from ...tickets.models import Category, Priority, Status, Ticket
from . import macros, mails, views
from .files import content_of
from .script import People, Story, Turn, people, stories, times

SHOP, ACCENT = "Marlowe & Light", "#8a4b2a"
ZONE, HOURS = "Europe/London", [[8 * 60, 20 * 60]] * 6 + [None]
SEED = 1860
OPENED_BEFORE = timedelta(days=60)
READ_BEFORE = timedelta(hours=20)  # everybody has been at the desk since then
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that is taken for another


@dataclass(frozen=True)
class Login:
    """An account of the demo that can be signed in with."""

    email: str
    password: str


def fill() -> list[Login]:
    """Fill the current app's empty desk, all or nothing, and return its logins.

    Raises HelpdeskError when the desk has users, tickets or categories already.
    """
    try:
        with transaction(), outbox.quiet():
            _require_empty()
            return _Shop(clock.now()).open()
    finally:
        clock.shift(timedelta(0))


def _require_empty() -> None:
    for model in (User, Ticket, Category):
        if db.session.scalar(sa.select(model.id).limit(1)) is not None:
            raise HelpdeskError("This desk is not empty; a demo is only made in an empty one.")


class _Shop:
    """The shop while it is being made; *now* is when its story ends."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.real_now = clock.now()
        self.random = random.Random(SEED)  # noqa: S311 (a story, not a secret)
        self.users: dict[str, User] = {}
        self.categories: dict[str, Category] = {}

    def open(self) -> list[Login]:
        self._go_to(self.now - OPENED_BEFORE)
        update_shop(DESK, name=SHOP, accent=ACCENT)
        set_hours(DESK, time_zone=ZONE, business_hours=HOURS)
        everybody = people()
        password = "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(3))
        logins = self._add_people(everybody, password)
        self._add_categories(everybody)
        self._add_what_is_known(everybody)
        macros.add_all(self.users, self.categories)
        views.add_all(self.users)
        steps = [step for story in stories() for step in self._steps(story)]
        steps.append((self.now - READ_BEFORE, self._read))
        for moment, step in sorted(steps, key=lambda pair: pair[0]):
            self._go_to(moment)
            step()
        mails.add_all()
        return logins

    def _read(self) -> None:
        """Whoever works here has read what there was until now."""
        ids = db.session.scalars(sa.select(Ticket.id)).all()
        for user in self.users.values():
            if user.is_staff:
                actions.mark_many(user, ids, read=True)

    def _go_to(self, moment: datetime) -> None:
        clock.shift(moment - self.real_now)

    def _add_people(self, everybody: People, password: str) -> list[Login]:
        logins = []
        for person in everybody.persons:
            self.users[person.key] = accounts.add_user(
                DESK,
                name=person.name,
                email=person.email,
                role=Role(person.role),
                password=password if person.signs_in else None,
            )
            if person.signs_in:
                logins.append(Login(person.email, password))
        return logins

    def _add_categories(self, everybody: People) -> None:
        for name, children in everybody.categories.items():
            parent = actions.add_category(DESK, actions.CategoryDraft(name))
            self.categories[name] = parent
            for child in children:
                draft = actions.CategoryDraft(child, parent.id)
                self.categories[f"{name}/{child}"] = actions.add_category(DESK, draft)

    def _add_what_is_known(self, everybody: People) -> None:
        """Fields of the shop's own, companies, and what staff know of their customers."""
        for told in everybody.fields:
            draft = FieldDraft(
                label=told["label"],
                choices=told.get("choices", ()),
                is_shown_to_customers=told.get("shown", False),
            )
            add_field(DESK, About(told["about"]), FieldKind(told["kind"]), draft)
        for name, domains in everybody.companies.items():
            add_company(DESK, name, domains)
        for person in everybody.persons:
            user = self.users[person.key]
            for note in person.notes:
                add_note(self.users["mira"], user, note)
            if person.wholesale:
                update_person(self.users["mira"], user, Details(fields={"wholesale": True}))

    def _steps(self, story: Story) -> Iterator[tuple[datetime, Callable[[], object]]]:
        """What happens to one ticket, each with its time."""
        moments = iter(times(story, self.random, self.now))
        ticket = _Ticket(self, story)
        yield next(moments), ticket.open
        yield next(moments), ticket.sort
        for turn in story.turns[1:]:
            yield next(moments), partial(ticket.say, turn)
        if story.ends in ("resolved", "closed"):
            yield next(moments), ticket.resolve
        if story.ends == "closed":
            yield next(moments), ticket.close


class _Ticket:
    """One ticket of the story on its way."""

    def __init__(self, shop: _Shop, story: Story) -> None:
        self.shop, self.story = shop, story
        self.row: Ticket

    @property
    def requester(self) -> User:
        return self.shop.users[self.story.who]

    @property
    def agent(self) -> User:
        return self.shop.users[self.story.to or "mira"]

    def open(self) -> None:
        top, _, _ = self.story.about.partition("/")
        category = self.shop.categories[top]
        about = self.shop.categories[self.story.about]
        draft = actions.Draft(
            subject=self.story.subject,
            message=self.story.turns[0].words,
            category_id=category.id,
            subcategory_id=None if about is category else about.id,
            fields={"order_number": self.story.order_number},
        )
        self.row = actions.open_ticket(self.requester, draft, _files(self.story.turns[0]))

    def sort(self) -> None:
        """An agent looks at it, and says whose it is."""
        changes = actions.Changes(
            assignee_id=self.agent.id if self.story.to else None,
            priority=Priority(self.story.priority),
            tags=self.story.tags,
        )
        actions.update(self.agent, self.row, changes)

    def say(self, turn: Turn) -> None:
        if turn.who == "note":
            actions.add_note(self.agent, self.row, turn.words, _files(turn))
        else:
            actor = self.agent if turn.who == "agent" else self.requester
            actions.reply(actor, self.row, turn.words, _files(turn))

    def resolve(self) -> None:
        is_thanked = self.story.turns[-1].who == "customer"
        actor = self.requester if is_thanked and len(self.story.subject) % 2 else self.agent
        actions.change_status(actor, self.row, Status.RESOLVED)

    def close(self) -> None:
        actions.change_status(self.agent, self.row, Status.CLOSED)


def _files(turn: Turn) -> list[actions.NewFile]:
    found = []
    for name in turn.files:
        incoming = store().receive()
        incoming.write(content_of(name))
        found.append(actions.NewFile(name, incoming))
    return found
