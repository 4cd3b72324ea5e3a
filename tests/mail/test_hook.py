"""A provider hands mails over by HTTP: raw, signed, now."""

import pytest
import sqlalchemy as sa

from helpdesk import clock, jobs
from helpdesk.accounts.models import DESK
from helpdesk.api.inbound import PATH
from helpdesk.database import db
from helpdesk.mail import hook
from helpdesk.mail.mailboxes import actions as mailboxes
from helpdesk.mail.mailboxes.drafts import MailboxDraft
from helpdesk.mail.models import Outcome, ReceivedMail, Source
from tests.mail.letters import letter


def hand_over(desk, content, path=PATH, **changed):
    now = int(clock.now().timestamp())
    headers = {"X-Helpdesk-Timestamp": str(now), "X-Helpdesk-Signature": hook.sign(now, content)}
    headers |= {"Content-Type": "message/rfc822"} | changed
    return desk.app.test_client().post(path, data=content, headers=headers)


def rows():
    db.session.rollback()
    return db.session.scalars(sa.select(ReceivedMail).order_by(ReceivedMail.id)).all()


def test_a_signed_mail_is_kept_and_filed(desk):
    content = letter()
    answer = hand_over(desk, content)
    (row,) = rows()
    assert answer.status_code == 200
    assert answer.json["data"] == {"id": row.id, "sha256": row.sha256, "size": len(content)}
    jobs.run_due(desk.app)
    (row,) = rows()
    assert (row.source, row.outcome) == (Source.HOOK, Outcome.TICKET)


def test_handed_over_twice_it_is_one_ticket(desk):
    content = letter()
    for _ in range(2):
        assert hand_over(desk, content).status_code == 200
    jobs.run_due(desk.app)
    assert [row.outcome for row in rows()] == [Outcome.TICKET, Outcome.DUPLICATE]


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Helpdesk-Signature": ""},
        {"X-Helpdesk-Signature": "sha256=" + "0" * 64},
        {"X-Helpdesk-Signature": "sha256=\u00e9"},
        {"X-Helpdesk-Timestamp": ""},
        {"X-Helpdesk-Timestamp": "-1"},
        {"X-Helpdesk-Timestamp": "１"},
        {"X-Helpdesk-Timestamp": "9" * 400},
        {"X-Helpdesk-Timestamp": "1"},
    ],
)
def test_without_a_good_signature_nothing_is_kept(desk, headers):
    sent = {name: value.encode("utf-8").decode("latin-1") for name, value in headers.items()}
    answer = hand_over(desk, letter(), **sent)
    assert (answer.status_code, answer.json["status"]) == (401, "error")
    assert rows() == []


@pytest.mark.parametrize("seconds", [-330, 330])
def test_an_old_signature_proves_nothing(desk, seconds):
    then, content = int(clock.now().timestamp()) + seconds, letter()
    signed = {
        "X-Helpdesk-Timestamp": str(then),
        "X-Helpdesk-Signature": hook.sign(then, content),
    }
    assert hand_over(desk, content, **signed).status_code == 401


def test_a_signature_is_for_one_mail_only(desk):
    now = int(clock.now().timestamp())
    signed = {"X-Helpdesk-Signature": hook.sign(now, letter("One."))}
    assert hand_over(desk, letter("Two."), **signed).status_code == 401


def test_it_may_name_its_mailbox(desk):
    mailbox = mailboxes.add(DESK, MailboxDraft(name="support", address="support@lamps.example"))
    assert hand_over(desk, letter(), f"{PATH}?mailbox=support").status_code == 200
    assert hand_over(desk, letter(), f"{PATH}?mailbox=other").status_code == 404
    assert [row.mailbox_id for row in rows()] == [mailbox.id]


def test_too_large_a_mail_is_refused(desk, monkeypatch):
    monkeypatch.setattr("helpdesk.api.inbound.LARGEST", 1000)
    assert hand_over(desk, letter("x" * 1000)).status_code == 413
    assert rows() == []


def test_too_many_wrong_signatures_have_to_wait(desk):
    wrong = {"X-Helpdesk-Signature": "sha256=" + "0" * 64}
    codes = {hand_over(desk, b"x", **wrong).status_code for _ in range(62)}
    assert codes == {401, 429}
