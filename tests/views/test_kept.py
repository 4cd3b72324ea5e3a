"""Lists that are asked for again: their filters are kept, and mean what they meant anew."""

import threading
from dataclasses import replace
from datetime import timedelta

import pytest

from helpdesk import clock
from helpdesk.accounts.models import DESK, Known
from helpdesk.database import db
from helpdesk.fields import actions as fields
from helpdesk.fields.actions import FieldDraft
from helpdesk.fields.models import About, FieldKind
from helpdesk.tickets import queries
from helpdesk.tickets.queries import Page, Sort
from helpdesk.views.filters import Asking
from helpdesk.views.filters.kept import LONGEST, MOST_KEPT, narrowed_in_view

OPEN, MINE = {"status": ["open"]}, {"assignee": ["me"]}
NOW = clock.now().replace(second=0)


def known(user):
    return Known(user.id, user.name, user.role, user.created_at)


def asked(user, of_view=OPEN, further=MINE, text="", now=NOW):
    return narrowed_in_view(Asking(user, now), of_view, further, text)


@pytest.fixture
def ben(agent):
    return known(agent)


def test_the_same_question_has_the_same_filters_for_a_minute(desk, ben):
    first = asked(ben)
    assert asked(ben) is first
    assert asked(ben, now=NOW + timedelta(seconds=59)) is first
    assert asked(ben, now=NOW + timedelta(seconds=60)) is not first
    assert asked(ben, further={}) is not first
    assert asked(ben, of_view={}) is not first


def test_each_agent_has_their_own(desk, alice, ben):
    other = known(desk.user("agent"))
    mine, others = asked(ben).both.filters, asked(other).both.filters
    assert (mine.assignee_id, others.assignee_id) == (ben.id, other.id)


def test_a_field_that_was_changed_is_understood_anew(desk, ben):
    rules = {"field.colour": ["red"]}
    assert asked(ben, further=rules).further.problems
    draft = FieldDraft(label="Colour", choices=["red", "blue"])
    field = fields.add_field(DESK, About.TICKET, FieldKind.CHOICE, draft)
    db.session.rollback()
    assert field.key == "colour"
    assert not asked(ben, further=rules).further.problems


@pytest.mark.parametrize(
    "question",
    [{"text": "lamp"}, {"of_view": {"q": ["lamp"]}}, {"further": {"tag": ["x" * LONGEST]}}],
)
def test_words_and_long_questions_are_not_kept(desk, ben, question):
    assert asked(ben, **question) is not asked(ben, **question)


def test_an_entity_is_not_kept(desk, agent):
    assert asked(agent) is not asked(agent)


def test_no_more_are_kept_than_there_is_room_for(desk, ben):
    for number in range(MOST_KEPT + 5):
        asked(ben, further={"tag": [f"tag {number}"]})
    assert len(desk.app.extensions["helpdesk.lists"]) == MOST_KEPT


def test_kept_filters_find_what_there_is_now_in_each_order_and_thread(desk, alice, ben, agent):
    rules = {"created.within": ["2d"], "unread": ["yes"]}
    tickets, found = [], []

    def look():
        with desk.app.app_context():
            for sort in Sort:
                filters = asked(ben, further=rules).both.filters
                rows = queries.listing(ben, filters, Page(sort=sort)).rows
                total = queries.total(ben, replace(filters), 10).number
                found.append(({row.id for row in rows}, queries.total(ben, filters, 10).number))
                assert total == found[-1][1]

    for _round in range(3):
        tickets.append(desk.ticket(alice).id)
        db.session.rollback()
        threads = [threading.Thread(target=look) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert found == [(set(tickets), len(tickets))] * (2 * len(Sort))
        found.clear()
