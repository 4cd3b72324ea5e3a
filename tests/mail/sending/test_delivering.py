"""What becomes of a mail at a real server, whatever that answers or does."""

import ssl
from contextlib import contextmanager

import pytest

from helpdesk import clock
from helpdesk.accounts import actions as accounts
from helpdesk.accounts.models import DESK
from helpdesk.database import db, transaction
from helpdesk.errors import NotAllowed, WrongState
from helpdesk.jobs import queries as jobs
from helpdesk.jobs import run_due
from helpdesk.mail.models import Mailbox, Sending
from helpdesk.mail.sending import actions, connections, delivering, smtp
from helpdesk.mail.sending.connections import Pace
from helpdesk.shop.actions import set_repeats_uncertain
from helpdesk.tickets import actions as tickets
from tests.mail.smtp import RawServer, certificate, drop, running

from .conftest import rows


def states():
    return [row.state.value for row in rows()]


def test_what_the_server_takes_is_sent_with_its_words(desk, alice, send, smtp_server):
    desk.ticket(alice)
    [row] = send()

    assert (row.state, row.said, row.attempts) == (Sending.SENT, "250 OK queued as 12AB", 1)
    assert row.sent_at is not None
    [mail] = smtp_server.mails
    assert mail.recipients == [alice.email]
    assert mail.sender == "support@shop.example"
    assert mail.header("Message-ID") == f"<{row.mail_id}>"
    assert send()[0].attempts == 1
    assert len(smtp_server.mails) == 1


def test_one_connection_serves_several_mails(desk, alice, bob, send, smtp_server):
    desk.ticket(alice)
    desk.ticket(bob)
    send()

    assert len(smtp_server.mails) == 2
    assert smtp_server.connections == 1


def test_a_connection_that_was_closed_meanwhile_is_made_anew(desk, alice, send, smtp_server):
    smtp_server.on_end = drop
    smtp_server.keeps = True
    desk.ticket(alice)
    send()
    smtp_server.on_end = lambda _server: None
    desk.ticket(alice)
    send()

    assert states() == ["uncertain", "sent"]


@pytest.mark.parametrize("stage", ["MAIL", "alice.moor@shop.example", "END"])
def test_not_now_waits_with_the_servers_words_and_is_sent_later(
    desk, alice, send, smtp_server, travel, stage
):
    smtp_server.answers[stage] = "451 4.7.1 Greylisted, come back"
    desk.ticket(alice)
    [row] = send()
    assert (row.state, row.said) == (Sending.WAITING, "451 4.7.1 Greylisted, come back")

    smtp_server.answers.clear()
    assert send()[0].state is Sending.WAITING  # not before its time
    travel(seconds=15)
    [row] = send()
    assert (row.state, row.attempts) == (Sending.SENT, 2)
    assert smtp_server.ids == [row.mail_id]


@pytest.mark.parametrize("stage", ["MAIL", "alice.moor@shop.example", "END"])
def test_never_has_failed_word_for_word(desk, alice, bob, send, smtp_server, stage):
    smtp_server.answers[stage] = "550 5.1.1 No such user"
    desk.ticket(alice)
    [row] = send()

    assert (row.state, row.said) == (Sending.FAILED, "550 5.1.1 No such user")
    smtp_server.answers.clear()
    desk.ticket(bob)
    assert send()[1].state is Sending.SENT


def test_one_bad_address_keeps_no_other_from_its_mail(desk, alice, bob, agent, send, smtp_server):
    smtp_server.answers[alice.email] = "550 5.1.1 No such user"
    ticket = desk.ticket(alice)
    tickets.follow(agent, ticket, bob)
    desk.reply(agent, ticket)
    send()

    assert states() == ["failed", "failed", "sent"]


def test_a_connection_lost_after_the_content_is_uncertain_and_not_repeated(
    desk, alice, admin, send, smtp_server, travel
):
    smtp_server.on_end = drop
    desk.ticket(alice)
    [row] = send()
    assert row.state is Sending.UNCERTAIN
    assert "before the server had answered" in row.said

    smtp_server.on_end = lambda _server: None
    travel(days=4)
    send()
    assert len(smtp_server.mails) == 1

    actions.resend(admin, row)
    [row] = send()
    assert row.state is Sending.SENT
    assert smtp_server.ids == [row.mail_id] * 2


def test_where_the_shop_says_so_an_uncertain_mail_is_sent_again(
    desk, alice, send, smtp_server, travel
):
    set_repeats_uncertain(DESK, True)
    smtp_server.on_end = drop
    desk.ticket(alice)
    [row] = send()
    assert (row.state, row.attempts) == (Sending.WAITING, 1)

    smtp_server.on_end = lambda _server: None
    travel(minutes=1)
    [row] = send()
    assert row.state is Sending.SENT
    assert smtp_server.ids == [row.mail_id] * 2


def test_no_answer_to_the_content_is_uncertain(make_mailing, monkeypatch):
    monkeypatch.setattr(smtp, "TAKING", 0.3)

    def talk(stream):
        stream.write(b"220 hi\r\n")
        for line in stream:
            if line.startswith(b"DATA"):
                stream.write(b"354 go\r\n")
            elif line == b".\r\n":
                stream.readline()  # nothing comes back, and nothing more is said
                return
            elif not line.lower().startswith((b"ehlo", b"mail", b"rcpt")):
                continue
            else:
                stream.write(b"250 fine\r\n")

    with talking(talk) as server:
        desk = make_mailing(server)
        desk.ticket(desk.user())
        run_due(desk.app, {"mail-out"})

    assert states() == ["uncertain"]


@pytest.mark.parametrize("last", [b"EHLO", b"MAIL", b"RCPT", b"DATA"])
def test_a_connection_lost_before_the_content_waits(make_mailing, last):
    def talk(stream):
        stream.write(b"220 hi\r\n")
        for line in stream:
            if line.upper().startswith(last):
                return
            stream.write(b"250 fine\r\n")

    with talking(talk) as server:
        desk = make_mailing(server)
        desk.ticket(desk.user())
        run_due(desk.app, {"mail-out"})

    [row] = rows()
    assert row.state is Sending.WAITING
    assert row.said


@pytest.mark.parametrize(
    "greeting",
    [b"", b"\r\n\r\n", b"554 go away\r\n", b"421 busy\r\n", b"\xff" * 9000, b"220 hi\r\n999 \r\n"],
)
def test_a_server_that_talks_nonsense_is_tried_later(make_mailing, greeting):
    def talk(stream):
        stream.write(greeting)

    with talking(talk) as server:
        desk = make_mailing(server)
        desk.ticket(desk.user())
        run_due(desk.app, {"mail-out"})

    [row] = rows()
    assert row.state is Sending.WAITING
    assert row.said.isprintable()


def test_without_a_server_it_waits_and_fails_after_three_days(make_mailing, travel):
    with running() as server:
        desk = make_mailing(server)
    desk.ticket(desk.user())
    hours = 0
    while rows()[0].state is Sending.WAITING:
        travel(hours=hours)
        run_due(desk.app, {"mail-out"})
        hours += 1

    [row] = rows()
    assert (row.state, row.attempts) == (Sending.FAILED, delivering.MOST_ATTEMPTS)
    assert row.said.startswith("No connection to 127.0.0.1")
    assert 48 < hours < 24 * 5
    assert jobs.failed_count() == 0


def test_a_row_that_was_being_sent_when_the_desk_died_is_uncertain(desk, alice, send, smtp_server):
    desk.ticket(alice)
    with transaction():
        rows_ = rows()
        db.session.get(type(rows_[0]), rows_[0].id).state = Sending.SENDING
    [row] = send()

    assert row.state is Sending.UNCERTAIN
    assert smtp_server.mails == []


def test_a_server_that_wants_a_log_in_is_the_mailboxs_problem(make_desk, smtp_server, travel):
    desk = make_desk()
    box = mailbox(smtp_server, smtp_user="shop", smtp_password="wrong")
    with auth_required() as server:
        with transaction():
            db.session.get(Mailbox, box).smtp_port = server.port
        desk.ticket(desk.user())
        run_due(desk.app, {"mail-out"})
        [row] = rows()
        assert row.state is Sending.WAITING
        found = db.session.get(Mailbox, box)
        assert found.smtp_failing_since is not None
        assert "535" in found.smtp_error
        assert "wrong" not in found.smtp_error

        with transaction():
            db.session.get(Mailbox, box).smtp_password = "secret"
        travel(minutes=1)
        run_due(desk.app, {"mail-out"})
        assert states() == ["sent"]
        found = db.session.get(Mailbox, box)
        assert (found.smtp_failing_since, found.smtp_error) == (None, "")
    desk.app.extensions["helpdesk.mail.connections"].close()


@pytest.mark.parametrize("kind", ["tls", "starttls"])
def test_tls_is_checked(make_desk, tmp_path, monkeypatch, travel, kind):
    cert, key = certificate(tmp_path)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(cert, key)
    options = {"implicit_tls": context} if kind == "tls" else {"tls_context": context}
    with running(**options) as server:
        ends = "" if kind == "tls" else "?security=starttls"
        url = f"smtp{'s' if kind == 'tls' else ''}://localhost:{server.port}{ends}"
        desk = make_desk(HELPDESK_SMTP_URL=url, HELPDESK_MAIL_FROM="support@shop.example")
        desk.ticket(desk.user())
        run_due(desk.app, {"mail-out"})
        [row] = rows()
        assert row.state is Sending.WAITING
        assert "certificate of localhost is not good" in row.said
        assert server.mails == []

        monkeypatch.setenv("SSL_CERT_FILE", str(cert))
        travel(minutes=1)
        run_due(desk.app, {"mail-out"})
        assert states() == ["sent"]
        desk.app.extensions["helpdesk.mail.connections"].close()


def test_a_server_without_starttls_gets_nothing(make_desk, smtp_server):
    url = smtp_server.url + "?security=starttls"
    desk = make_desk(HELPDESK_SMTP_URL=url, HELPDESK_MAIL_FROM="support@shop.example")
    desk.ticket(desk.user())
    run_due(desk.app, {"mail-out"})

    assert states() == ["waiting"]
    assert smtp_server.mails == []


def test_a_mail_that_is_too_large_for_the_server_says_so(make_mailing):
    with running(data_size_limit=2000) as server:
        desk = make_mailing(server)
        agent, alice = desk.user("agent"), desk.user()
        desk.reply(agent, desk.ticket(alice), "long words " * 500)
        run_due(desk.app, {"mail-out"})

    assert states()[1] == "failed"
    assert "takes mails of at most 2,000 bytes" in rows()[1].said


def test_letters_before_the_at_go_only_where_the_server_takes_them(make_mailing):
    with running() as plain, running(enable_SMTPUTF8=True) as modern:
        for server in (plain, modern):
            desk = make_mailing(server)
            desk.ticket(desk.user(email="jörg@bücher.example"))
            desk.ticket(desk.user(email="post@bücher.example"))
            run_due(desk.app, {"mail-out"})
            expected = "failed" if server is plain else "sent"
            assert states() == [expected, "sent"]
            desk.app.extensions["helpdesk.mail.connections"].close()
        assert "SMTPUTF8" in str(modern.mails[0].options)
        assert "To: jörg@bücher.example" in modern.mails[0].content.decode()
        assert plain.mails[0].recipients == ["post@xn--bcher-kva.example"]


def test_a_fault_of_ours_is_counted_and_shown(desk, alice, send, smtp_server, monkeypatch):
    def fall(_context):
        raise ZeroDivisionError("words of somebody")

    monkeypatch.setattr(delivering.composing, "mail_of", fall)
    desk.ticket(alice)
    [row] = send()

    assert (row.state, row.attempts) == (Sending.WAITING, 1)
    assert row.said == "A fault of the desk: ZeroDivisionError."


def test_a_disabled_account_gets_nothing_that_still_waits(desk, alice, admin, send, smtp_server):
    desk.ticket(alice)
    accounts.disable_user(admin, alice)
    [row] = send()

    assert row.state is Sending.CANCELLED
    assert smtp_server.mails == []


def test_staff_cancel_and_send_again_what_may_be(desk, alice, agent, send, smtp_server):
    desk.ticket(alice)
    [row] = rows()
    with pytest.raises(NotAllowed):
        actions.cancel(alice, row)
    with pytest.raises(WrongState):
        actions.resend(agent, row)
    actions.cancel(agent, row)
    [row] = send()
    assert row.state is Sending.CANCELLED
    with pytest.raises(WrongState):
        actions.cancel(agent, row)
    assert smtp_server.mails == []


def test_the_pace_gives_each_its_moment(monkeypatch):
    now = [1000.0]
    monkeypatch.setattr("helpdesk.mail.sending.connections.time.monotonic", lambda: now[0])
    pace = Pace(most=2)

    waits = [pace.wait("mail.example", id) for id in range(5)]
    assert waits == [0, 0, 60, 60, 120]
    assert pace.wait("other.example", 9) == 0
    assert pace.wait("mail.example", 2) == 60  # asking again costs no other moment
    now[0] += 60
    assert pace.wait("mail.example", 2) == 0
    assert pace.wait("mail.example", 4) == 60


def test_the_pace_is_that_of_all_who_send(monkeypatch):
    now = [1000.0]
    monkeypatch.setattr("helpdesk.mail.sending.connections.time.monotonic", lambda: now[0])
    one, other = (Pace(most=2, tell=lambda told, n=n: paces[1 - n].heard(told)) for n in range(2))
    paces = one, other

    waits = [paces[id % 2].wait("mail.example", id) for id in range(5)]
    assert waits == [0, 0, 60, 60, 120]
    now[0] += 60
    assert one.wait("mail.example", 3) == 0, "whoever is there sends what another put off"
    assert [other.wait("mail.example", id) for id in (2, 5)] == [0, 60]


def test_what_others_sent_is_forgotten(monkeypatch):
    now = [1000.0]
    monkeypatch.setattr("helpdesk.mail.sending.connections.time.monotonic", lambda: now[0])
    pace = Pace()
    for id in range(100_000):
        pace.heard(["mail.example", id, id % 2])
        now[0] += 4
    assert len(pace._promised) <= connections.MOST_PROMISED
    assert len(pace._moments["mail.example"]) == connections.MOST_A_MINUTE


def test_what_comes_too_fast_is_put_off_and_is_no_attempt(desk, send, travel, smtp_server):
    desk.app.extensions[delivering.PACE] = Pace(most=2)
    for number in range(3):
        desk.ticket(desk.user(email=f"one{number}@mail.example"))
    send()
    desk.app.extensions[delivering.PACE] = Pace()

    assert states() == ["sent", "sent", "waiting"]
    assert rows()[2].attempts == 0
    travel(seconds=70)
    send()
    assert states() == ["sent"] * 3


@contextmanager
def talking(talk):
    raw = RawServer(talk)
    raw.url = f"smtp://127.0.0.1:{raw.port}"
    try:
        yield raw
    finally:
        raw.close()


def auth_required():
    return running(auth_required=True, auth_require_tls=False)


def mailbox(server, **more):
    with transaction():
        box = Mailbox(
            name="support",
            address="support@shop.example",
            sender_name="Lamps",
            smtp_host="127.0.0.1",
            smtp_port=server.port,
            smtp_security="none",
            created_at=clock.now(),
            **more,
        )
        db.session.add(box)
        db.session.flush()
        return box.id


def test_a_server_that_lets_nobody_in_is_asked_by_one_mail_not_by_each(
    desk, alice, bob, send, smtp_server, monkeypatch, travel
):
    asked = []

    def refused(server, name=None):
        asked.append(server)
        raise smtp.NotNow("535 5.7.8 No such password", is_servers=True)

    with monkeypatch.context() as patched:
        patched.setattr("helpdesk.mail.sending.connections.Connection", refused)
        desk.ticket(alice)
        desk.ticket(bob)
        send()
    assert len(asked) == 1
    assert {row.said for row in rows()} == {"535 5.7.8 No such password"}

    travel(seconds=30)
    send()
    assert states() == ["sent", "sent"]
