"""The demo: a small shop that could be one."""

import random
import zlib
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from helpdesk import clock, create_app
from helpdesk.accounts import actions as accounts
from helpdesk.accounts.models import DESK, Role, User
from helpdesk.database import db
from helpdesk.errors import HelpdeskError
from helpdesk.events import Event
from helpdesk.fields import queries as fields
from helpdesk.fields.models import About
from helpdesk.files import store
from helpdesk.macros.actions import plan, trouble_with
from helpdesk.macros.queries import macros, saved_replies
from helpdesk.operations import demo
from helpdesk.operations.demo import files, script
from helpdesk.people import queries as queries_of_people
from helpdesk.settings import load_settings
from helpdesk.tickets import queries
from helpdesk.tickets.models import Attachment, Message, Status, Ticket
from helpdesk.views.filters import Asking
from helpdesk.views.queries import saved_counts, saved_views, view_counts


@pytest.fixture(scope="module")
def shop(tmp_path_factory, copies):
    """The logins of a demo, made once for all tests that only look at it."""
    folder = tmp_path_factory.mktemp("demo") / "desk"
    with copies() as copy, create_app(load_settings(copy(folder), {})).app_context():
        yield demo.fill()
        db.session.remove()
        db.engine.dispose()


def every(model):
    return db.session.scalars(sa.select(model).order_by(model.id)).all()


def test_the_shop_is_about_as_busy_as_a_small_one(shop):
    statuses = Counter(ticket.status for ticket in every(Ticket))

    assert sum(statuses.values()) == 62
    assert all(statuses[status] >= 8 for status in Status)
    roles = Counter(user.role for user in every(User))
    assert roles == {Role.ADMIN: 1, Role.AGENT: 3, Role.VENDOR: 2, Role.CUSTOMER: 16}
    assert sum(message.internal for message in every(Message)) >= 8
    assert len(every(Attachment)) >= 20
    assert view_counts(every(User)[1])["unassigned"] >= 5


def test_it_has_saved_views_with_something_in_them(shop):
    mira = next(user for user in every(User) if user.name == "Mira Okafor")
    views = saved_views(mira)
    assert [view.label for view in views] == [
        "Late VIPs",
        "Waiting for parts",
        "Quiet for three days",
    ]
    assert [view.saved.is_shared for view in views] == [True, True, False]
    late, parts, _quiet = saved_counts(Asking(mira), views).values()  # quiet: by the hour
    assert late and parts


def test_it_has_saved_replies_and_macros_that_work(shop):
    mira = next(user for user in every(User) if user.name == "Mira Okafor")
    assert len(saved_replies(mira)) == 12
    ticket = queries.get(mira, next(t.id for t in every(Ticket) if t.status == Status.OPEN))
    for macro in macros(mira):
        assert trouble_with(mira, macro) == ""
        assert plan(mira, macro, ticket).words.blanks == ()
    assert len(macros(mira)) == 4


def test_each_printed_login_works(shop):
    visitor = accounts.Visitor("127.0.0.1")

    assert [login.email for login in shop] == [
        f"{role}@demo.example" for role in ("admin", "agent", "vendor", "customer")
    ]
    for login in shop:
        assert accounts.authenticate(visitor, login.email, login.password).email == login.email


def test_everything_happened_in_the_past_and_in_order(shop):
    now = clock.now()
    for rows in (every(Ticket), every(Message), every(Event)):
        moments = [row.created_at for row in rows]
        assert moments == sorted(moments)
        assert now - timedelta(days=61) < moments[0]
        assert moments[-1] <= now


def test_a_ticket_is_not_answered_before_it_was_opened(shop):
    for ticket in every(Ticket):
        moments = [message.created_at for message in queries.conversation(DESK, ticket)]
        assert moments == sorted(moments)
        assert ticket.created_at == moments[0]
        assert ticket.modified_at >= ticket.created_at


def test_the_clock_is_right_again(shop):
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(seconds=2)


def test_every_file_is_there(shop):
    for attachment in every(Attachment):
        assert store().size(attachment.stored_name) == attachment.size
        kind = {"png": "image/png", "pdf": "application/pdf", "txt": "text/plain"}
        assert attachment.content_type == kind[attachment.file_name[-3:]]


def test_the_same_story_is_told_each_time_with_another_password(shop, make_desk):
    def told():
        return [(ticket.id, ticket.subject, ticket.status) for ticket in every(Ticket)]

    first = told()
    make_desk()
    logins = demo.fill()

    assert told() == first
    assert logins[0].password != shop[0].password


@pytest.mark.parametrize("made", ["user", "category"])
def test_a_desk_that_is_not_empty_is_left_alone(desk, made):
    getattr(desk, made)()

    with pytest.raises(HelpdeskError, match="not empty"):
        demo.fill()

    assert every(Ticket) == []


def test_a_demo_is_made_whole_or_not_at_all(desk, monkeypatch):
    def fail(_name):
        raise OSError("no room")

    monkeypatch.setattr(demo, "content_of", fail)

    with pytest.raises(OSError, match="no room"):
        demo.fill()

    assert (every(Ticket), every(User), every(Event)) == ([], [], [])
    assert clock.now() <= datetime.now(UTC)


def test_a_recent_story_is_drawn_together_until_it_is_over():
    now = datetime(2026, 3, 2, 3, 30, tzinfo=UTC)
    for story in script.stories():
        for seed in range(20):
            moments = script.times(story, random.Random(seed), now)
            assert moments == sorted(moments)
            assert moments[-1] <= now
            over = {"resolved": 1, "closed": 2}.get(story.ends, 0)
            assert len(moments) == 1 + len(story.turns) + over


def test_no_two_turns_say_the_same():
    words = [turn.words for story in script.stories() for turn in story.turns]

    assert len(set(words)) == len(words)
    assert not any("lorem" in text.lower() for text in words)


def test_the_pictures_are_real_and_small():
    content = files.content_of("crack.png")

    assert len(content) < 10_000
    start = content.index(b"IDAT") + 4
    rows = zlib.decompress(content[start : content.index(b"IEND") - 8])
    assert len(rows) == files.HEIGHT * (1 + 3 * files.WIDTH)
    assert files.content_of("box.png") != content
    assert files.content_of("crack.png") == content


def test_the_shop_knows_its_customers(shop):
    kwame = next(user for user in every(User) if user.name == "Kwame Mensah")

    assert queries_of_people.company(DESK, kwame.company_id).name == "Hotel Mirador"
    assert queries_of_people.notes(DESK, kwame)
    [order, _reason] = fields.fields(DESK, About.TICKET)
    assert fields.uses()[order.id] >= 5
    assert fields.values(About.CUSTOMER, [kwame.id])[kwame.id] == {"wholesale": True}
