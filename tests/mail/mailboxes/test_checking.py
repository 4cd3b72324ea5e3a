"""The test of a mailbox, against a real Dovecot and servers that misbehave."""

import json
from contextlib import closing
from dataclasses import asdict, replace

import pytest
import sqlalchemy as sa

from helpdesk import clock, jobs
from helpdesk.accounts.models import DESK
from helpdesk.database import db, transaction
from helpdesk.errors import NotAllowed
from helpdesk.mail.fetching.rounds import fetch_round
from helpdesk.mail.mailboxes import actions, checking, checks
from helpdesk.mail.mailboxes.checking import Subject, arrived, check, reaching
from helpdesk.mail.mailboxes.servers import Server
from helpdesk.mail.models import Outcome, OutgoingMail, ReceivedMail, Security, Sending
from helpdesk.tickets.models import Ticket
from helpdesk.web.settings.mail_check_words import words_of
from tests.mail.dovecot import PASSWORD, certificate
from tests.mail.mailboxes.talker import Smtp, Talker

MAIL_ID = "test.0123456789abcdef@shop.example"


@pytest.fixture
def trusted(dovecot, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(dovecot.ca))


@pytest.fixture(autouse=True)
def impatient(monkeypatch):
    monkeypatch.setattr(reaching, "ANSWERING", 2.0)


@pytest.fixture
def smtp(inbox):
    """Makes a server that delivers into *inbox*: ``smtp(rcpt=b"550 who?\\r\\n")``."""
    made = []

    def make(**answers):
        made.append(Smtp(inbox.put, **answers))
        return made[-1]

    yield make
    for server in made:
        server.close()


@pytest.fixture
def imap(dovecot, inbox):
    return Server("localhost", dovecot.tls_port, Security.TLS, inbox.user, PASSWORD)


def forget():
    """See what others have written since."""
    db.session.rollback()
    db.session.expire_all()


def subject(imap=None, smtp=None, **more):
    if isinstance(smtp, Talker):
        smtp = Server("127.0.0.1", smtp.port, Security.NONE, "me", "secret")
    return Subject("Lamps & Co", "support@shop.example", "INBOX", imap, smtp, **more)


def steps_of(tested, noted=None):
    noted = [] if noted is None else noted
    found, steps = [], check(tested, MAIL_ID, lambda *note: noted.append(note))
    try:
        while True:
            found.append(next(steps))
    except StopIteration as end:
        goes_on = end.value
    if goes_on:
        found += [arrived(tested, MAIL_ID, 0) or arrived(tested, MAIL_ID, checking.PATIENCE)]
    for step in found:
        words = words_of(json.loads(json.dumps(asdict(step))))  # every code has its sentence
        assert words.said and words.said != step.code
        assert PASSWORD not in repr(step) and "secret" not in repr(step)
    return found


def codes(tested, noted=None):
    return [(step.about, step.code) for step in steps_of(tested, noted)]


def last(tested):
    return steps_of(tested)[-1]


def test_all_is_well(trusted, imap, smtp, inbox):
    noted = []
    found = codes(subject(imap, smtp()), noted)
    assert found == [
        ("imap", "resolve"),
        ("imap", "connect"),
        ("imap", "tls"),
        ("imap", "login"),
        ("imap", "folder"),
        ("smtp", "resolve"),
        ("smtp", "connect"),
        ("smtp", "here"),
        ("smtp", "login"),
        ("smtp", "send"),
        ("circle", "arrive"),
    ]
    assert [state for state, _said in noted] == [Sending.SENDING, Sending.SENT]
    assert len(inbox.uids()) == 1
    assert "Seen" not in inbox.flags()


@pytest.mark.parametrize("security", [Security.STARTTLS, Security.NONE])
def test_the_other_ways_to_connect(trusted, dovecot, imap, security):
    found = last(subject(replace(imap, port=dovecot.port, security=security))).about
    assert found == "smtp"
    plain = codes(subject(replace(imap, port=dovecot.port, security=security)))
    assert ("imap", "tls" if security is Security.STARTTLS else "here") in plain
    assert plain[-2:] == [("imap", "folder"), ("smtp", "none")]


def test_a_certificate_that_nobody_has_signed(imap):
    assert codes(subject(imap))[-2] == ("imap", "self_signed")


def test_a_certificate_of_another_name_says_which(trusted, imap):
    *_rest, step, _smtp = steps_of(subject(replace(imap, host="127.0.0.1")))
    assert (step.code, step.values["names"]) == ("other_name", "localhost")


def test_a_certificate_that_ends_soon(trusted, imap, monkeypatch):
    monkeypatch.setattr(reaching, "_SOON", reaching.timedelta(days=400))
    assert ("imap", "soon") in codes(subject(imap))


def test_an_expired_certificate(imap, tmp_path, monkeypatch):
    path = certificate(tmp_path, "localhost", days=1)
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    trouble = reaching.tls_trouble(expired(), imap)
    assert trouble.code == "expired"


def expired():
    error = reaching.ssl.SSLCertVerificationError(1, "certificate has expired")
    error.verify_code, error.verify_message = 10, "certificate has expired"
    return error


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"password": "wrong"}, "login_refused"),
        ({"user": 'a"b\\c'}, "login_refused"),
        ({"user": "ü", "password": "ß"}, "login_refused"),
        ({"host": "none.invalid"}, "no_name"),
        ({"host": "x" * 64}, "no_name"),
        ({"port": 1}, "refused"),
        ({"security": Security.STARTTLS}, "no_greeting"),
    ],
)
def test_where_it_ends(trusted, imap, change, code):
    assert codes(subject(replace(imap, **change)))[-2] == ("imap", code)


def test_tls_where_there_is_none(trusted, dovecot, imap):
    assert codes(subject(replace(imap, port=dovecot.port)))[-2] == ("imap", "no_tls")


def test_another_folder_is_proposed(trusted, imap, inbox):
    inbox.make_folder('"S&APw-d &- Ost"')
    assert ("imap", "folder") in codes(replace(subject(imap), folder="Süd & Ost"))
    step = steps_of(replace(subject(imap), folder="süd & ost"))[-2]
    assert (step.code, step.values["nearest"]) == ("no_folder", "Süd & Ost")
    assert "INBOX" in step.values["folders"]


def test_a_mail_that_does_not_come_back(trusted, imap):
    with closing(Smtp(lambda _mail: None)) as nowhere:
        assert last(subject(imap, nowhere)).code == "not_arrived"


@pytest.mark.parametrize(
    ("answers", "code"),
    [
        ({"auth": b"535 no\r\n"}, "login_refused"),
        ({"ehlo": b"250 here\r\n"}, "login_disabled"),
        ({"mail": b"550 not yours\r\n"}, "sender_refused"),
        ({"rcpt": b"550 5.1.1 who?\r\n"}, "recipient_refused"),
        ({"data": b"451 later\r\n"}, "mail_refused"),
        ({"end": b"554 spam\r\n"}, "mail_refused"),
        ({"ehlo": b"\xff\xfe\r\n", "helo": b"500 no\r\n"}, "no_smtp"),
    ],
)
def test_what_a_sending_server_may_refuse(smtp, answers, code):
    noted = []
    step = steps_of(subject(None, smtp(**answers)), noted)[-1]
    assert (step.about, step.code) == ("smtp", code)
    assert len(step.answer) <= 300
    if code in ("sender_refused", "recipient_refused", "mail_refused"):
        assert step.answer == next(iter(answers.values())).decode().strip()
        assert noted[-1] == (Sending.CANCELLED, step.answer)


def test_no_starttls_where_it_is_wanted(smtp):
    server = smtp()
    wanted = Server("127.0.0.1", server.port, Security.STARTTLS, "me", "secret")
    assert last(subject(None, wanted)).code == "no_starttls"
    assert not any(line.startswith(b"AUTH") for line in server.heard)


def test_no_log_in_without_a_user(smtp):
    server = smtp(auth=b"535 no\r\n")
    relay = Server("127.0.0.1", server.port, Security.NONE)
    found = codes(subject(None, relay))
    assert found[-2:] == [("smtp", "no_login"), ("smtp", "send")]


def able(capabilities, then):
    """Answers to a client that asks what the server can do, and *then* to the rest."""

    def answer(line):
        tag, _space, command = line.strip().partition(b" ")
        if command == b"CAPABILITY":
            return b"* CAPABILITY IMAP4rev1 %s\r\n%s OK done\r\n" % (capabilities, tag)
        return then(tag, line)

    return answer


@pytest.mark.parametrize(
    ("greeting", "answer", "code"),
    [
        (b"220 I am another\r\n", lambda _line: b"", "no_imap"),
        (b"* BYE busy\r\n", lambda _line: b"", "no_imap"),
        (b"* OK hi\r\n", lambda _line: None, "no_imap"),
        (b"* OK hi\r\n", lambda _line: b"", "no_greeting"),
        (b"x" * 2_000_000 + b"\r\n", lambda _line: b"", "no_imap"),
        (b"* OK hi\r\n", able(b"LOGINDISABLED", lambda *_: b""), "login_disabled"),
        (b"* OK hi\r\n", able(b"", lambda *_: None), "closed"),
        (b"* OK hi\r\n", able(b"AUTH=PLAIN", lambda *_: b"+ \r\n" * 9), "closed"),
        (b"* OK hi\r\n", able(b"", lambda *_: b"* nonsense\r\n" + b"\xff" * 999), "closed"),
    ],
)
def test_odd_servers_are_told_from_good_ones(greeting, answer, code):
    with closing(Talker(greeting, answer)) as server:
        odd = Server("127.0.0.1", server.port, Security.NONE, "me", "secret")
        step = steps_of(subject(odd))[-2]
        assert (step.about, step.code) == ("imap", code)
        assert len(step.answer) <= 300


def test_a_server_that_tells_the_password_back():
    def tell(tag, line):
        return tag + b" NO what is " + line.strip() + b"?\r\n"

    with closing(Talker(b"* OK hi\r\n", able(b"", tell))) as server:
        odd = Server("127.0.0.1", server.port, Security.NONE, "me", "secret")
        step = steps_of(subject(odd))[-2]
        assert step.code == "login_refused" and "********" in step.answer


def test_a_password_file_that_is_gone():
    step = steps_of(subject(trouble={"imap": "The password file can't be read: gone."}))[0]
    assert (step.name, step.code) == ("login", "password_file")


def test_the_job_keeps_the_steps_and_the_mail_becomes_no_ticket(
    desk, trusted, dovecot, inbox, smtp, mailbox
):
    server = smtp()
    made = mailbox(
        imap_host="localhost",
        imap_port=dovecot.tls_port,
        imap_user=inbox.user,
        imap_password=PASSWORD,
        smtp_host="127.0.0.1",
        smtp_port=server.port,
        smtp_security=Security.NONE,
    )
    with transaction():
        made.smtp_failing_since, made.smtp_error = clock.now(), "535 no"
    checks.begin(DESK, made)
    assert jobs.run_due(desk.app, lanes={checks.LANE}) == 1
    forget()
    test = checks.last_of(made)
    assert {step["result"] for step in test.steps} == {"ok"} and len(test.steps) == 11
    assert not checks.is_running(test)
    [mail] = db.session.scalars(sa.select(OutgoingMail))
    assert made.smtp_failing_since is None
    assert "Test of the mailbox" in mail.subject
    assert (mail.state, mail.recipient, mail.mailbox_id) == (Sending.SENT, made.address, made.id)
    assert fetch_round(made).new == 1
    jobs.run_due(desk.app, lanes={"mail-in"})
    [received] = db.session.scalars(sa.select(ReceivedMail))
    assert received.outcome is Outcome.IGNORED
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Ticket)) == 0


def test_a_mail_is_waited_for_without_holding_anything_up(
    desk, trusted, dovecot, inbox, mailbox, travel
):
    caught = []
    with closing(Smtp(caught.append)) as server:
        made = mailbox(
            imap_host="localhost",
            imap_port=dovecot.tls_port,
            imap_user=inbox.user,
            imap_password=PASSWORD,
            smtp_host="127.0.0.1",
            smtp_port=server.port,
            smtp_security=Security.NONE,
        )
        checks.begin(DESK, made)
        for seconds in (0, 3, 6):
            travel(seconds=seconds)
            assert jobs.run_due(desk.app, lanes={checks.LANE}) == 1
            forget()
            assert checks.is_running(checks.last_of(made))
        assert len(caught) == 1 and len(checks.last_of(made).steps) == 10
        inbox.put(*caught)
        travel(seconds=9)
        assert jobs.run_due(desk.app, lanes={checks.LANE}) == 1
        forget()
        test = checks.last_of(made)
        assert (test.steps[-1]["code"], len(caught)) == ("arrive", 1)
        assert 9 <= test.steps[-1]["values"]["seconds"] < 60
        assert not checks.is_running(test)


def test_a_mail_that_is_not_back_after_a_minute_is_given_up(
    desk, trusted, dovecot, inbox, mailbox, travel
):
    with closing(Smtp(lambda _mail: None)) as server:
        made = mailbox(
            imap_host="localhost",
            imap_port=dovecot.tls_port,
            imap_user=inbox.user,
            imap_password=PASSWORD,
            smtp_host="127.0.0.1",
            smtp_port=server.port,
            smtp_security=Security.NONE,
        )
        checks.begin(DESK, made)
        for seconds in (0, 61):
            travel(seconds=seconds)
            jobs.run_due(desk.app, lanes={checks.LANE})
        forget()
        test = checks.last_of(made)
        assert test.steps[-1]["code"] == "not_arrived" and not checks.is_running(test)


def test_a_test_that_was_cut_off_says_so(desk, mailbox, monkeypatch):
    made = mailbox(imap_host="imap.shop.example")
    checks.begin(DESK, made)
    monkeypatch.setattr(checks, "check", cut_off)
    jobs.run_due(desk.app, lanes={checks.LANE})
    forget()
    test = checks.last_of(made)
    assert [step["code"] for step in test.steps] == ["resolve", "interrupted"]
    assert not checks.is_running(test)
    [mail] = db.session.scalars(sa.select(OutgoingMail))
    assert mail.state is Sending.CANCELLED
    actions.pause(DESK, made)
    actions.remove(DESK, made)  # a test is no history


def cut_off(_subject, _mail_id, note):
    note(Sending.SENDING, "")
    yield checking.Step("imap", "resolve", checking.Result.OK, "resolve")
    raise RuntimeError("cut off")


def test_a_newer_test_takes_the_place_of_an_older_one(desk, mailbox, monkeypatch, travel):
    made = mailbox(imap_host="imap.shop.example")
    first = checks.begin(DESK, made).run
    assert checks.begin(DESK, made).run == first
    travel(minutes=11)
    second = checks.begin(DESK, made).run
    assert second != first
    monkeypatch.setattr(checks, "check", one_step)
    checks.run({"mailbox_id": made.id, "run": first})
    forget()
    assert checks.last_of(made).steps == []
    checks.run({"mailbox_id": made.id, "run": second})
    forget()
    assert len(checks.last_of(made).steps) == 1


def one_step(_subject, _mail_id, _note):
    yield checking.Step("imap", "resolve", checking.Result.OK, "resolve")
    return False


def test_only_admins_test(desk, agent, mailbox):
    with pytest.raises(NotAllowed):
        checks.begin(agent, mailbox())
