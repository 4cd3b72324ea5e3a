"""Who was erased stays so, whatever is pressed afterwards, and nobody else was meant."""

import pytest
import sqlalchemy as sa

from helpdesk.accounts import actions as accounts
from helpdesk.accounts import confirming, links, sessions, tokens
from helpdesk.accounts.models import Role, User
from helpdesk.audit.models import AuditRow
from helpdesk.database import db, transaction
from helpdesk.errors import Conflict, WrongState
from helpdesk.mail.models import Outcome, ReceivedMail
from helpdesk.mail.sending.links import link_of, token_of
from helpdesk.operations.importing.models import Imported, Notes
from helpdesk.people import actions as people
from helpdesk.people.actions import Details
from helpdesk.privacy import erasing
from helpdesk.tickets import actions
from helpdesk.web.desk import personal_data
from tests.mail.letters import letter, post
from tests.mail.rows import received
from tests.privacy.test_erasing import erase, left_in

EMAIL = "ana@mail.example"


@pytest.fixture
def ana(desk):
    return desk.user("customer", "Ana Solis", EMAIL)


@pytest.fixture
def erased(desk, admin, ana):
    erase(desk, admin, ana)
    return db.session.get_one(User, ana.id)


def test_no_link_and_no_password_is_made_for_them(desk, admin, erased):
    deeds = (
        lambda: accounts.invite(admin, erased),
        lambda: accounts.set_password(admin, erased, "another lamp on the table"),
        lambda: accounts.change_role(admin, erased, Role.ADMIN),
        lambda: confirming.by_hand(admin, erased),
    )
    for deed in deeds:
        with pytest.raises(WrongState):
            deed()
    browser = desk.browser(admin)
    path = f"/desk/settings/users/{erased.id}"
    assert f"{path}/link" not in browser.get(path).text
    answer = browser.post(f"{path}/link")
    assert answer.status_code == 409 and "This person was erased" in answer.text
    assert links.open_resets(erased) == []


def test_mails_of_a_longer_address_stay(desk, admin, ana):
    hers = post(desk, letter("I am Ana", from_=EMAIL))
    others = post(desk, letter("I am Juliana", from_="juliana@mail.example"))
    erase(desk, admin, ana)
    assert db.session.get_one(ReceivedMail, hers.id).forgotten_at is not None
    kept = db.session.get_one(ReceivedMail, others.id)
    assert kept.forgotten_at is None and "juliana@mail.example" in kept.sender


def test_what_nobody_could_read_goes_too_and_only_theirs(desk, admin, ana):
    mails = [letter("The wombatlamp", from_=EMAIL), letter("Other", from_=f"ju{EMAIL}")]
    held = [received(one, outcome=Outcome.HELD, sender="").id for one in mails]
    erase(desk, admin, ana)
    gone, kept = (db.session.get_one(ReceivedMail, id_).forgotten_at for id_ in held)
    assert gone is not None and kept is None
    assert not [word for _name, word in left_in(desk) if word == "wombatlamp"]


def test_what_an_import_called_a_longer_address_stays(desk, admin, ana):
    notes = Notes("csv")
    for email in (EMAIL, f"ju{EMAIL}"):
        notes.add("person", email, ana.id)
    with transaction():
        notes.write()
    erase(desk, admin, ana)
    assert db.session.scalars(sa.select(Imported.external_id)).all() == [f"ju{EMAIL}"]


def test_what_they_opened_has_no_words_of_theirs_though_it_is_another_ones_now(
    desk, admin, agent, alice, ana
):
    moved = desk.ticket(ana, "Broken wombatlamp", "The wobblesocket is broken.")
    desk.reply(agent, moved, "Which crankswitch?")
    actions.update(agent, moved, actions.Changes(subject="Lamp"))
    actions.move(agent, moved, alice)
    split_from = desk.ticket(alice, "Of Alice", "Something else")
    actions.follow(agent, split_from, ana)
    said = desk.reply(ana, split_from, "My puddlecable, too")
    desk.reply(agent, split_from, "Well then")
    split = actions.split(agent, said, subject="The puddlecable")
    erase(desk, admin, ana)
    moved, split, split_from = map(desk.fresh, (moved, split, split_from))
    assert (moved.subject, moved.description) == ("Erased", "Erased")
    assert moved.last_words == "Which crankswitch?"
    assert (split.subject, split.description, split.last_words) == ("Erased",) * 3
    assert (split_from.subject, split_from.last_words) == ("Of Alice", "Well then")
    places = {word for _name, word in left_in(desk)}
    assert not places & {"wombatlamp", "wobblesocket", "puddlecable"}


def test_an_account_that_was_merged_does_not_open_again(desk, admin, agent, ana):
    other = desk.user("customer", "A. Solis", "solis@mail.example")
    event = people.merge(agent, ana, other)
    erase(desk, admin, ana)
    with pytest.raises(Conflict):
        people.unmerge(agent, db.session.get_one(User, other.id))
    desk.browser(agent).post(f"/desk/undo/{event.batch}")
    db.session.rollback()
    assert not db.session.get_one(User, other.id).is_active


def test_nobody_gives_them_a_name_or_an_account_again(desk, admin, agent, alice, erased):
    for deed in (
        lambda: accounts.enable_user(admin, erased),
        lambda: accounts.change_profile(admin, erased, name="Ana", email=EMAIL, language="en"),
        lambda: people.update_person(agent, erased, Details(name="Ana Solis")),
        lambda: people.add_note(agent, erased, "It was Ana"),
        lambda: people.merge(agent, alice, erased),
    ):
        with pytest.raises(WrongState):
            deed()
    path = f"/desk/customers/{erased.id}"
    assert desk.browser(agent).post(path, data={"name": "Ana Solis"}).status_code < 500
    assert db.session.get_one(User, erased.id, populate_existing=True).name == "Erased person"


def test_the_slower_of_two_windows_is_shown_the_receipt(desk, admin, ana, monkeypatch):
    browser, real, calls = desk.browser(admin), personal_data.erasure_of, []
    erase(desk, admin, ana)

    def not_yet(user_id):
        calls.append(user_id)
        return None if len(calls) == 1 else real(user_id)

    monkeypatch.setattr(personal_data, "erasure_of", not_yet)
    answer = browser.post(f"/desk/customers/{ana.id}/erase", data={"typed": EMAIL})
    assert (answer.status_code, answer.location) == (302, f"/desk/customers/{ana.id}/erasure")


def test_the_open_pages_of_staff_end_at_once(desk, admin, agent):
    told = []
    sessions.on_end(desk.app, lambda: told.append(True))
    try:
        erasing.erase(admin, agent, agent.email)
    finally:
        desk.app.extensions["helpdesk.sessions_ended"].pop()
    assert told


def test_the_trail_has_no_names_of_things_of_theirs(desk, agent):
    tokens.add_token(agent, agent, "Ana's wombat laptop", 7)
    [token] = tokens.tokens_of(agent)
    tokens.revoke_token(agent, token.id)
    said = db.session.scalars(sa.select(AuditRow.details)).all()
    assert said and not [one for one in said if "wombat" in one]


def test_an_export_of_what_they_did_leaves_no_address_in_the_trail(desk, admin, ana):
    answer = desk.browser(admin).post("/desk/settings/audit.csv", data={"who": EMAIL})
    assert answer.status_code == 200
    said = db.session.scalars(sa.select(AuditRow.details)).all()
    assert not [one for one in said if EMAIL in one]
    assert [one for one in said if f'"who":{ana.id}' in one]


def test_the_page_of_their_account_offers_nothing(desk, admin, erased):
    page = desk.browser(admin).get(f"/desk/settings/users/{erased.id}").text
    assert "This person was erased." in page
    assert 'name="email"' not in page and f"/users/{erased.id}/enable" not in page


def test_the_link_of_a_mail_ends_where_somebody_has_followed_it_already(desk, admin, ana):
    ticket = desk.ticket(ana)
    with transaction():
        token = token_of(link_of(ticket, ana))
    browser = desk.browser()
    assert browser.get(f"/r/{token}", follow_redirects=True).status_code == 200
    erasing.erase(admin, ana, EMAIL)
    assert browser.get(f"/tickets/{ticket.id}").status_code == 404
    assert browser.post(f"/tickets/{ticket.id}/reply", data={"message": "More"}).status_code == 404
    assert browser.get(f"/r/{token}").status_code == 404
