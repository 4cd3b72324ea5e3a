"""Erasing somebody of the staff: what they leave goes on with others, and has no name of theirs."""

import pytest
import sqlalchemy as sa

from helpdesk.accounts import actions as accounts
from helpdesk.accounts import queries
from helpdesk.accounts.models import User
from helpdesk.database import db
from helpdesk.errors import Invalid
from helpdesk.macros.models import Macro, SavedReply
from helpdesk.privacy import erasing
from helpdesk.privacy.models import Erasure
from helpdesk.tickets import actions
from helpdesk.tickets.actions import Changes
from helpdesk.tickets.models import Draft, MessageKind, Status
from helpdesk.views.actions import ViewDraft, save_view
from helpdesk.views.models import SavedView
from tests.desk import PASSWORD
from tests.privacy.test_erasing import run_jobs
from tests.test_access import macro, saved_reply

PATH = "/desk/settings/users"


@pytest.fixture
def ben(desk):
    return desk.user("agent", "Ben Arrow")


def erase(desk, admin, user, **more):
    erasure = erasing.erase(admin, user, user.email, **more)
    run_jobs(desk)
    db.session.rollback()
    db.session.expire_all()
    return db.session.get_one(Erasure, erasure.id)


def given_to(agent, ticket):
    return actions.update(agent, ticket, Changes(assignee_id=agent.id))


def belongings(agent):
    save_view(agent, ViewDraft(name="Shared", is_shared=True))
    save_view(agent, ViewDraft(name="Mine"))
    saved_reply(agent)
    macro(agent)


def test_who_takes_over_gets_what_is_open_and_what_is_shared(desk, admin, agent, ben, alice):
    open_, solved = desk.ticket(alice, "Open"), desk.ticket(alice, "Solved")
    for ticket in (open_, solved):
        given_to(agent, ticket)
    actions.change_status(agent, solved, Status.RESOLVED)
    belongings(agent)
    receipt = erase(desk, admin, agent, successor_id=ben.id)
    assert desk.fresh(open_).assignee_id == ben.id
    assert desk.fresh(solved).assignee_id == agent.id, "it is still counted"
    assert [view.name for view in db.session.scalars(sa.select(SavedView))] == ["Shared"]
    for kind in (SavedView, Macro, SavedReply):
        assert db.session.scalars(sa.select(kind.owner_id)).all() == [ben.id], kind
    counts = receipt.counts
    assert (counts["handed"], counts["shared"], counts["private"]) == (1, 3, 1)


def test_without_one_tickets_are_nobodys_and_the_rest_is_the_admins(desk, admin, agent, alice):
    ticket = desk.ticket(alice)
    given_to(agent, ticket)
    belongings(agent)
    erase(desk, admin, agent)
    assert desk.fresh(ticket).assignee_id is None
    assert db.session.scalars(sa.select(Macro.owner_id)).all() == [admin.id]


def test_who_was_to_take_over_and_left_gets_nothing(desk, admin, agent, ben, alice):
    ticket = desk.ticket(alice)
    given_to(agent, ticket)
    erasing.erase(admin, agent, agent.email, successor_id=ben.id)
    accounts.disable_user(admin, ben)
    run_jobs(desk)
    assert desk.fresh(ticket).assignee_id is None


def test_what_they_answered_stays_under_a_neutral_name_and_drafts_go(desk, admin, agent, alice):
    ticket, other = desk.ticket(alice), desk.ticket(alice)
    desk.reply(agent, ticket, "It is on its way")
    actions.save_draft(agent, other, kind=MessageKind.REPLY, body="Dear", choices={}, seen=0)
    erase(desk, admin, agent)
    page = desk.browser(alice).get(f"/tickets/{ticket.id}").text
    assert "It is on its way" in page and "Ana Gent" not in page
    assert "Former colleague" in desk.browser(admin).get(f"/desk/tickets/{ticket.id}").text
    assert db.session.scalars(sa.select(Draft)).all() == []


@pytest.mark.parametrize("who", ["themselves", "a customer", "nobody", "somebody disabled"])
def test_not_everybody_takes_over(desk, admin, agent, ben, alice, who):
    accounts.disable_user(admin, ben)
    chosen = {"themselves": agent.id, "a customer": alice.id, "nobody": 999_999}.get(who, ben.id)
    with pytest.raises(Invalid) as told:
        erasing.erase(admin, agent, agent.email, successor_id=chosen)
    assert "successor" in told.value.fields
    assert agent.is_active


def test_the_page_says_what_stays_and_asks_who_goes_on(desk, admin, agent, ben, alice, travel):
    given_to(agent, desk.ticket(alice))
    browser = desk.browser(admin)
    path = f"{PATH}/{agent.id}/erase"
    assert path in browser.get(f"{PATH}/{agent.id}").text
    page = browser.get(path).text
    assert "1 open ticket of theirs" in page and "disable the account instead" in page
    assert f'value="{ben.id}"' in page and f'value="{agent.id}"' not in page
    form = {"typed": agent.email, "successor": str(ben.id)}
    for wrong in ({"typed": "x"}, {"successor": "x"}, {"successor": "9" * 40}):
        assert browser.post(path, data=form | wrong).status_code == 422
    travel(minutes=20)
    assert browser.post(path, data=form).status_code == 403
    answer = browser.post(path, data=form | {"proof": PASSWORD})
    assert answer.location == f"{PATH}/{agent.id}/erasure"
    run_jobs(desk)
    receipt = browser.get(answer.location).text
    assert "This person is erased." in receipt and "Open tickets that others got" in receipt
    assert browser.post(path, data=form | {"proof": PASSWORD}).location == answer.location
    assert f"{PATH}/{agent.id}/erasure" in browser.get(f"{PATH}/{agent.id}").text
    db.session.rollback()
    db.session.expire_all()
    assert db.session.get_one(User, agent.id).name == "Former colleague"
    assert queries.by_email(agent.email) is None or queries.by_email(agent.email).is_erased


def test_customers_have_their_own_page(desk, admin, alice):
    assert desk.browser(admin).get(f"{PATH}/{alice.id}/erase").status_code == 404
