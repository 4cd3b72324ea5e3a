"""Whatever happens: what is given again from memory is what would be read and made anew."""

import re
from contextlib import closing
from datetime import timedelta

import pytest

from helpdesk import clock
from helpdesk.accounts import actions as accounts
from helpdesk.accounts import sessions, tokens
from helpdesk.accounts.models import DESK, Role
from helpdesk.database import db, sqlite_driver
from helpdesk.database.lending import Lent
from helpdesk.people.actions import add_company
from helpdesk.shop import actions as shop
from helpdesk.tickets import actions, queries
from helpdesk.tickets.models import Place, Priority, Status
from helpdesk.views import actions as views
from helpdesk.views.filters import kept
from helpdesk.web import made
from helpdesk.web.memo import Memo
from tests import postgresql

NEW_EACH_TIME = re.compile(
    r'name="csrf_token" value="[^"]+"|data-mark="[^"]+"|<input[^>]* name="once"[^>]*>'
)
NEW_HEADERS = ("X-Request-ID", "Content-Length", "Retry-After")
OF_CUSTOMERS = ("/tickets", "/tickets?status=open", "/tickets/1")
OF_STAFF = (
    "/desk/views/all",
    "/desk/views/bin",
    "/desk/tickets/1?view=all",
    "/desk/views/saved-1",
    "/desk/views/all?status=open&priority=high&sort=priority",
    "/desk/views/all?tag.all=vip&tag.all=late",
    "/desk/views/all?company=1&user=customer",
    "/desk/views/all?created.within=2d&unanswered=yes",
    "/desk/views/all?waiting.older=12h",
    "/desk/views/all?files=no&sort=priority",
    "/desk/views/all?unread=yes",
    "/desk/views/all?priority=tall&tag.filled=yes",
)
BY_SCRIPTS = (
    "/customer-support-ticket",
    "/customer-support-ticket/1",
    "/customer-support-ticket/ticket-category",
    "/support-ticket",
    "/support-ticket/1",
)


ON_POSTGRESQL = {"PRAGMA wal_checkpoint(TRUNCATE)": "CHECKPOINT"}


class Everybody:
    """Browsers and scripts that ask the same again and again."""

    def __init__(self, desk, customers, staff):
        self.ways = []
        for one in (*customers, *staff):
            browser, script = desk.browser(one), desk.api(one)
            pages = OF_STAFF if one.is_staff else OF_CUSTOMERS
            self.ways += [(one.email, path, browser.get) for path in pages]
            self.ways += [(one.email, path, script.get) for path in BY_SCRIPTS]

    def ask(self):
        return {(who, path): said(get(path)) for who, path, get in self.ways}


def said(answer):
    kept = [(k, v) for k, v in answer.headers if k not in NEW_HEADERS]
    return answer.status_code, kept, NEW_EACH_TIME.sub("", answer.text)


def without_memory(monkeypatch, ask):
    with monkeypatch.context() as patch:
        patch.setattr(Lent, "memory", lambda *_: {})
        patch.setattr("helpdesk.api.quick.QuickAnswers._asked_for", lambda *_: (None, {}))
        patch.setattr(made, "_kept", made._kept.__wrapped__)
        patch.setattr(kept, "_question", lambda *_: None)
        patch.setattr(Memo, "get", lambda _memo, _key, make: make()[0])
        return ask()


def raw(statement):
    """A statement of another process."""

    def deed(desk, *_):
        if postgresql.is_asked_for():
            postgresql.ask(db.engine.url.database, ON_POSTGRESQL.get(statement, statement))
            return
        with closing(sqlite_driver().connect(desk.folder / "helpdesk.db")) as other:
            other.isolation_level = None
            other.execute(statement)

    return deed


def by_actions(deed):
    return lambda desk, people: deed(people, queries.get(DESK, 1))


def hours(shift):
    return lambda *_: clock.shift(shift)


DEEDS = {
    "nothing": lambda *_: None,
    "reply": by_actions(lambda all_, ticket: actions.reply(all_["agent"], ticket, "Soon.")),
    "answer": by_actions(lambda all_, ticket: actions.reply(all_["alice"], ticket, "Thanks")),
    "note": by_actions(lambda all_, ticket: actions.add_note(all_["agent"], ticket, "Regular.")),
    "subject": raw("UPDATE tickets SET subject = '<b>Other & words</b>' WHERE id = 1"),
    "read": by_actions(lambda all_, ticket: actions.mark_read(all_["agent"], ticket)),
    "draft": by_actions(lambda all_, ticket: actions.save_draft(all_["agent"], ticket, "Dear")),
    "assign": by_actions(
        lambda all_, ticket: actions.update(
            all_["agent"], ticket, actions.Changes(assignee_id=all_["agent"].id)
        )
    ),
    "urgent": by_actions(
        lambda all_, ticket: actions.update(
            all_["agent"], ticket, actions.Changes(priority=Priority.HIGH)
        )
    ),
    "status": by_actions(
        lambda all_, ticket: actions.change_status(all_["agent"], ticket, Status.PENDING)
    ),
    "category": raw("UPDATE categories SET name = 'Other lamps'"),
    "name": raw("UPDATE users SET name = 'Somebody Else' WHERE role = 'customer'"),
    "name of staff": raw("UPDATE users SET name = 'Open' WHERE role = 'agent'"),
    "language": raw("UPDATE users SET language = 'de' WHERE role <> 'admin'"),
    "shop": lambda *_: shop.update_shop(DESK, name="The <new> shop", accent="#aa0000"),
    "zone": lambda *_: shop.set_hours(DESK, time_zone="Asia/Tokyo", business_hours=[[0, 600]] * 7),
    "tags": by_actions(
        lambda all_, ticket: actions.update(
            all_["agent"], ticket, actions.Changes(tags=["vip", "late"])
        )
    ),
    "company": raw("UPDATE users SET company_id = 1 WHERE name = 'Somebody Else'"),
    "move": by_actions(lambda all_, ticket: actions.move(all_["agent"], ticket, all_["bob"])),
    "bin": lambda _desk, all_: actions.place(all_["agent"], queries.get(DESK, 2), Place.BIN),
    "merge": lambda _desk, all_: actions.merge(
        all_["agent"], [queries.get(DESK, 3)], queries.get(DESK, 1)
    ),
    "share": lambda _desk, all_: views.update_view(
        all_["agent"], all_["view"], views.ViewDraft(name="Open", is_shared=True)
    ),
    "unshare": lambda _desk, all_: views.update_view(
        all_["agent"], all_["view"], views.ViewDraft(name="Mine again")
    ),
    "delete view": lambda _desk, all_: views.delete_view(all_["agent"], all_["view"]),
    "vacuum": raw("VACUUM"),
    "checkpoint": raw("PRAGMA wal_checkpoint(TRUNCATE)"),
    "a second change": raw("UPDATE tickets SET subject = 'Third words'"),
    "a day": hours(timedelta(days=1, minutes=3)),
    "a month": hours(timedelta(days=29)),
    "and back": hours(timedelta(0)),
    "role": lambda _desk, all_: accounts.change_role(DESK, all_["bob"], Role.AGENT),
    "signed out": lambda _desk, all_: sessions.end_all(all_["alice"]),
    "revoked": lambda _desk, all_: tokens.revoke_all(all_["alice"]),
    "disabled": raw("UPDATE users SET disabled_at = 1767225600 WHERE role = 'agent'"),
    "purge": lambda _desk, all_: actions.purge(all_["admin"], queries.get(DESK, 2)),
}


@pytest.fixture(autouse=True)
def _the_clock(monkeypatch):
    """Time stands still, unless it is what happens."""
    start = clock.now()
    monkeypatch.setattr(clock, "now", lambda: start + clock._offset)
    yield
    clock.shift(timedelta(0))


@pytest.fixture
def people(desk, alice, bob, agent, admin):
    top = desk.category("Lamps")
    for one in (alice, alice, bob, bob):
        desk.ticket(one, "Broken lamp", category_id=top.id)
    add_company(agent, "Acme")
    view = views.save_view(agent, views.ViewDraft(name="My own", rules={"status": ["open"]}))
    return {"alice": alice, "bob": bob, "agent": agent, "admin": admin, "view": view}


def test_whatever_happens_nothing_remembered_is_out_of_date(desk, people, monkeypatch):
    all_ = Everybody(desk, (people["alice"], people["bob"]), (people["agent"],))
    all_.ask()
    for name, deed in DEEDS.items():
        deed(desk, people)
        db.session.rollback()
        first, again = all_.ask(), all_.ask()
        true = without_memory(monkeypatch, all_.ask)
        for key, answer in true.items():
            assert first[key] == answer, (name, key)
            assert again[key] == answer, (name, key)
