"""What reports of servers say, beyond the corpus."""

import pytest

from helpdesk.mail.reading.understanding import understood

from .corpus.case import ALICE, HEAD, encoded, multipart, part
from .corpus.shapes import tnef

DAEMON = b"From: MAILER-DAEMON@mx.example\nReturn-Path: <>\nSubject: failure notice\n"


def _told(raw: bytes) -> list[tuple[str, str, str, str]]:
    bounce = understood(raw).bounce
    assert bounce is not None
    return [(one.address, one.action, one.status, one.diagnostic) for one in bounce.recipients]


def test_two_hundred_recipients_are_enough_and_an_unknown_action_is_a_failure():
    status = "Final-Recipient: rfc822; a@b.example\nAction: explode\n\n" * 900
    raw = DAEMON + multipart("report", [part("message/delivery-status", status)] * 2)
    assert _told(raw) == [("a@b.example", "failed", "", "")] * 200


def test_a_recipient_without_its_kind_is_one():
    raw = DAEMON + multipart(
        "report", [part("message/delivery-status", "Final-Recipient: a@b.example; x\n")]
    )
    assert _told(raw) == [("a@b.example", "failed", "", "")]


def test_a_header_that_names_who_failed_is_enough():
    raw = DAEMON + b"X-Failed-Recipients: a@b.example\n\nSorry\n"
    assert _told(raw) == [("a@b.example", "failed", "", "")]


def test_a_person_who_sends_a_report_on_has_words_of_their_own():
    report = part("message/delivery-status", "Final-Recipient: rfc822; a@b.example\n")
    raw = ALICE + multipart("mixed", [part("text/plain", "Look at this"), report])
    assert understood(raw).bounce is None
    assert understood(ALICE + b"X-Failed-Recipients: a@b.example\n\nSorry\n").bounce is None


def test_an_address_and_its_reason_may_stand_in_one_line():
    raw = DAEMON + b"\nCould not be delivered:\n<a@b.example>: 550 5.1.1 no such user\n"
    assert _told(raw) == [("a@b.example", "failed", "5.1.1", "550 5.1.1 no such user")]


def test_a_person_who_writes_like_a_server_is_none():
    raw = ALICE + b"Subject: Undeliverable\n\nDelivery has failed:\n\na@b.example\nno such user\n"
    assert understood(raw).bounce is None


@pytest.mark.parametrize("kind", ["application/octet-stream", "application/ms-tnef"])
def test_a_winmail_is_known_by_its_name_too(kind):
    raw = HEAD + multipart("mixed", [encoded(f"{kind}; name=Winmail.dat", tnef())])
    mail = understood(raw)
    assert (mail.words, [file.name for file in mail.files]) == ("Wrapped words", ["report.pdf"])
