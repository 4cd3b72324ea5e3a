"""Mails to staff: notices for those who want them so, and what waits, once a day."""

import re
from itertools import count

import pytest

from helpdesk import clock
from helpdesk.accounts import actions as accounts
from helpdesk.accounts.models import DESK, Role
from helpdesk.database import transaction
from helpdesk.mail.mailboxes import actions as boxes
from helpdesk.mail.mailboxes.drafts import MailboxDraft
from helpdesk.mail.models import MailKind, Sending
from helpdesk.mail.sending import digest, noticing, outbox
from helpdesk.markdown import mention
from helpdesk.notices import actions as notices
from helpdesk.notices.kinds import Kind, Wish
from helpdesk.notices.wishes import choose, choose_digest, wants_digest, wishes_of
from helpdesk.shop.actions import set_hours
from helpdesk.tickets import actions as tickets
from helpdesk.tickets.actions import Change, Changes, bulk
from helpdesk.tickets.models import Format, Place, Status

from .conftest import rows

ALL = Wish(True, True, True)


def told():
    return [(row.recipient, row.details["kind"]) for row in rows(kind=MailKind.NOTICE)]


@pytest.fixture
def arrive(send, travel, smtp_server):
    """Half a minute later: the notices that arrived."""

    clocks = count(31, 31)

    def later():
        travel(seconds=next(clocks))
        send()
        return [m for m in smtp_server.mails if m.header("List-Unsubscribe")]

    return later


@pytest.fixture
def mine(desk, alice, agent):
    ticket = desk.ticket(alice, "Broken lamp")
    tickets.update(agent, ticket, Changes(assignee_id=agent.id))
    return ticket


def test_who_is_given_a_ticket_gets_a_mail_but_not_for_their_own_deed(
    desk, alice, agent, admin, arrive
):
    given, taken = desk.ticket(alice, "Broken lamp"), desk.ticket(alice)
    tickets.update(admin, given, Changes(assignee_id=agent.id))
    tickets.update(agent, taken, Changes(assignee_id=agent.id))

    assert told() == [(agent.email, "assigned")]
    [mail] = arrive()
    assert mail.header("Subject") == f"Broken lamp [{given.ref}]"
    assert mail.header("Auto-Submitted") == "auto-generated"
    assert mail.header("List-Unsubscribe-Post") == "List-Unsubscribe=One-Click"
    assert f"{admin.name} gave you {given.ref}" in mail.text()
    assert f"/desk/tickets/{given.id}" in mail.text() and "/desk/settings/notices" in mail.text()
    assert "/r/" not in mail.text() and "write above this line" not in mail.text()


def test_only_what_is_wanted_by_mail_is_mailed(desk, alice, agent, admin, mine):
    desk.reply(alice, mine)
    choose(agent, {Kind.ANSWERED: Wish(False, False, True), Kind.ASSIGNED: Wish(True, True)})
    desk.reply(alice, mine)
    other = desk.ticket(alice)
    tickets.update(admin, other, Changes(assignee_id=agent.id))

    assert told() == [(agent.email, "answered")]


def test_a_note_is_mailed_to_whom_it_names_and_an_answer_never_reaches_the_customer(
    desk, alice, agent, admin, mine, arrive, smtp_server
):
    boxes.add(DESK, MailboxDraft(name="s", address="s@shop.example", authserv_id="mx.shop.example"))
    words = f"{mention(admin.name, admin.id)} she is a **regular**"
    tickets.add_note(agent, mine, words, files=[desk.file()], format=Format.MARKDOWN)

    [mail] = arrive()
    assert mail.recipients == [admin.email]
    assert "she is a regular" in mail.text() and "<strong>regular</strong>" in mail.html()
    assert "With files, on the desk:" in mail.text()
    assert len(list(mail.message.walk())) == 3  # the files stay on the desk
    assert "not this mail" in mail.text()
    thread = rows(kind=MailKind.RECEIVED)[0].mail_id.partition(".")[0]
    assert len(thread) == 26 and thread not in mail.content.decode()


def test_an_answer_to_the_customers_words_may_go_to_the_customer_where_staff_is_known(
    desk, alice, agent, mine, arrive
):
    choose(agent, {Kind.ANSWERED: ALL})
    desk.reply(alice, mine, "Not known")
    [mail] = arrive()
    assert "not this mail" in mail.text()

    boxes.add(DESK, MailboxDraft(name="s", address="s@shop.example", authserv_id="mx.shop.example"))
    desk.reply(alice, mine, "Known")
    mail = arrive()[-1]
    thread = rows(kind=MailKind.RECEIVED)[0].mail_id.partition(".")[0]
    assert mail.header("Message-ID").startswith(f"<{thread}.")
    assert "write above this line" in mail.text() and "Known" in mail.text()


def test_what_was_seen_or_undone_or_switched_off_meanwhile_is_not_mailed(
    desk, alice, agent, admin, arrive
):
    seen, undone = desk.ticket(alice), desk.ticket(alice)
    tickets.update(admin, seen, Changes(assignee_id=agent.id))
    notices.see(agent, ticket_id=seen.id)
    [event] = tickets.update(admin, undone, Changes(assignee_id=agent.id))
    tickets.undo(admin, event.batch)

    assert arrive() == []
    assert {row.state for row in rows(kind=MailKind.NOTICE)} == {Sending.CANCELLED}


def test_who_is_no_staff_any_more_gets_none(desk, alice, agent, admin, arrive):
    ticket = desk.ticket(alice)
    tickets.update(admin, ticket, Changes(assignee_id=agent.id))
    accounts.change_role(admin, agent, Role.CUSTOMER)

    assert arrive() == []


def test_many_tickets_of_one_deed_are_one_mail_and_keep_no_words(
    desk, alice, agent, admin, arrive, monkeypatch
):
    many = [desk.ticket(alice, f"Lamp *{n}* {{{{x}}}}") for n in range(25)]
    monkeypatch.setattr(bulk, "A_TIME", 10)  # tickets in one transaction
    bulk.change_many(admin, [t.id for t in many], Change(fields=Changes(assignee_id=agent.id)))

    [mail] = arrive()
    assert mail.header("Subject") == f"{admin.name} gave you 25 tickets"
    assert "Lamp *0* {{x}}" in mail.text() and "and 5 more" in mail.text()
    [row] = rows(kind=MailKind.NOTICE)
    assert (row.text, row.html, row.state) == ("", "", Sending.SENT)


def test_one_event_is_one_mail_however_many_reasons(desk, alice, agent, admin):
    choose(admin, {Kind.OPENED: ALL, Kind.MENTIONED: ALL})
    words = mention(admin.name, admin.id)
    draft = tickets.Draft("Lamp", words, format=Format.MARKDOWN)
    tickets.open_ticket(agent, draft, requester=alice)

    assert told() == [(admin.email, "mentioned")]


def test_staff_who_asked_get_the_answer_and_no_notice_of_it(desk, agent, admin):
    choose(agent, {Kind.DISCUSSED: ALL})
    own = desk.ticket(agent)
    tickets.update(agent, own, Changes(assignee_id=agent.id))
    desk.reply(admin, own)

    assert told() == []
    assert [row.recipient for row in rows(kind=MailKind.ANSWERED)] == [agent.email]


def test_a_deed_that_fails_leaves_no_mail(desk, alice, agent, admin):
    ticket = desk.ticket(alice)
    with pytest.raises(RuntimeError), transaction():
        tickets.update(admin, ticket, Changes(assignee_id=agent.id))
        raise RuntimeError("power cut")

    assert told() == []


def test_nothing_is_written_without_a_server_or_quietly(make_desk, desk, alice, agent, admin):
    ticket = desk.ticket(alice)
    with outbox.quiet():
        tickets.update(admin, ticket, Changes(assignee_id=agent.id))
    assert told() == []


def test_one_post_ends_that_kind_and_no_other(desk, alice, agent, admin, arrive):
    ticket = desk.ticket(alice)
    tickets.update(admin, ticket, Changes(assignee_id=agent.id))
    [mail] = arrive()
    path = re.search(r"/u/[^>]+", mail.header("List-Unsubscribe"))[0]
    browser = desk.browser()

    asked = browser.get(path)
    assert asked.status_code == 200 and "A ticket is given to me" in asked.text
    assert wishes_of(agent)[Kind.ASSIGNED].by_mail
    tickets.place(admin, ticket, Place.BIN)
    tickets.purge(admin, desk.fresh(ticket))
    for _twice in range(2):
        answer = browser.post(path, data={"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 200
    rows()
    assert wishes_of(agent)[Kind.ASSIGNED] == Wish(True, True, False)
    assert wishes_of(agent)[Kind.MENTIONED].by_mail


# Once a day.


@pytest.fixture
def at(monkeypatch):
    """Makes it a moment of Wednesday, 2026-11-25, in UTC."""

    def moment(hour, minute=0, day=25):
        now = clock.now().replace(
            year=2026, month=11, day=day, hour=hour, minute=minute, second=0, microsecond=0
        )
        monkeypatch.setattr(clock, "now", lambda: now)

    return moment


def digests():
    return [row.recipient for row in rows(kind=MailKind.DIGEST)]


def test_the_day_begins_with_what_waits(desk, alice, bob, agent, admin, at, send, smtp_server):
    at(6)
    choose_digest(agent, True)
    set_hours(admin, time_zone="Europe/Berlin", business_hours=[[480, 1020]] * 5 + [None] * 2)
    mine, free = desk.ticket(alice, "Mine <b>"), desk.ticket(bob, "Free [x](http://x.example)")
    theirs = desk.ticket(bob, "Theirs")
    tickets.update(agent, mine, Changes(assignee_id=agent.id))
    tickets.update(admin, theirs, Changes(assignee_id=admin.id))
    digest.run({})
    at(6, 59)
    digest.run({})
    assert digests() == []
    at(7)  # eight in Berlin
    digest.run({})
    digest.run({})
    assert digests() == [agent.email]
    send()

    mail = smtp_server.to(agent.email)[-1]
    assert mail.header("Subject") == "Help desk today: 1 for you, 1 for anybody"
    text = mail.text()
    assert text.index("Yours") < text.index("Mine <b>") < text.index("Nobody's yet")
    assert text.index("Free [x](http") < text.index("Waiting longest with others")
    assert f"/desk/tickets/{theirs.id}" in text and "waits 1 hour" in text
    assert f"/desk/tickets/{free.id}" in mail.html() and "Mine &lt;b&gt;" in mail.html()
    [row] = rows(kind=MailKind.DIGEST)
    assert (row.text, row.details, row.state) == ("", {"day": "2026-11-25"}, Sending.SENT)
    at(8, 30)
    digest.run({})
    at(7, day=26)
    digest.run({})
    assert digests() == [agent.email] * 2


def test_no_digest_of_nothing_nor_later_nor_on_a_closed_day(desk, alice, agent, at):
    choose_digest(agent, True)
    at(9)
    digest.run({})
    ticket = desk.ticket(alice)
    at(11)
    digest.run({})
    at(9, day=28)  # a Saturday
    digest.run({})
    assert digests() == []
    tickets.change_status(agent, ticket, Status.RESOLVED)
    at(9, day=26)
    digest.run({})
    assert digests() == []


def test_nobody_gets_a_digest_who_has_not_asked_for_it(desk, alice, agent, admin, at):
    desk.ticket(alice)
    choose_digest(admin, True)
    accounts.disable_user(DESK, desk.user("admin"))
    choose_digest(admin, False)
    at(9)
    digest.run({})

    assert digests() == []
    assert not wants_digest(admin)


def test_a_digest_of_what_is_done_meanwhile_is_not_sent(desk, alice, agent, at, send):
    choose_digest(agent, True)
    ticket = desk.ticket(alice)
    at(9)
    digest.run({})
    tickets.change_status(agent, ticket, Status.RESOLVED)
    send()

    assert [row.state for row in rows(kind=MailKind.DIGEST)] == [Sending.CANCELLED]


def test_one_post_ends_the_digest(desk, alice, agent, at, send, smtp_server):
    choose_digest(agent, True)
    desk.ticket(alice)
    at(9)
    digest.run({})
    send()
    path = re.search(r"/u/[^>]+", smtp_server.to(agent.email)[0].header("List-Unsubscribe"))[0]
    assert desk.browser().post(path).status_code == 200
    rows()
    assert not wants_digest(agent)


def test_a_flood_makes_at_most_so_many_mails_an_hour(desk, alice, agent, bob, monkeypatch, travel):
    monkeypatch.setattr(noticing, "MOST_NOTICES", 3)
    choose(agent, {Kind.OPENED: ALL})
    for _ticket in range(5):
        desk.ticket(alice)
    assert told() == [(agent.email, "opened")] * 3
    travel(minutes=61)
    desk.ticket(bob)
    assert told() == [(agent.email, "opened")] * 4
