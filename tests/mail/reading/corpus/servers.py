"""Mails that nobody wrote: bounces, receipts, lists, answers of machines."""

from .case import ALICE, Case, case, headed, multipart, part

_ORIGINAL = "From: support@shop.example\nTo: gone@example.org\nSubject: Re: Lamp\nMessage-ID: <out-1@shop.example>\n"
_STATUS = """Reporting-MTA: dns; mx.example.org

Final-Recipient: rfc822; gone@example.org
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 <gone@example.org>: no such user;
 really (none)

Final-Recipient: rfc822; slow@example.org
Action: delayed
Status: 4.4.1
"""
_DAEMON = b"From: MAILER-DAEMON@mx.example.org (Mail Delivery System)\nReturn-Path: <>\nSubject: Undelivered Mail Returned to Sender\n"
_GONE = (
    "gone@example.org",
    "failed",
    "5.1.1",
    "smtp; 550 5.1.1 <gone@example.org>: no such user; really (none)",
)


def _report(*returned: bytes, kind: str = "delivery-status") -> bytes:
    parts = [
        part("text/plain", "I could not deliver it."),
        part(f"message/{kind}", _STATUS),
        *returned,
    ]
    return _DAEMON + multipart("report", parts, more=f"; report-type={kind}")


CASES: list[Case] = [
    case(
        "bounce",
        _report(part("message/rfc822", _ORIGINAL + "\nWords\n")),
        automatic="bounce",
        recipients=[_GONE, ("slow@example.org", "delayed", "4.4.1", "")],
        bounced=("out-1@shop.example",),
    ),
    case(
        "bounce-headers-only",
        _report(part("text/rfc822-headers", _ORIGINAL)),
        automatic="bounce",
        bounced=("out-1@shop.example",),
    ),
    case("bounce-nothing-back", _report(), automatic="bounce", bounced=()),
    case(
        "bounce-international",
        _report(part("message/global-headers", _ORIGINAL), kind="global-delivery-status"),
        automatic="bounce",
        bounced=("out-1@shop.example",),
    ),
    case(
        "bounce-status-rubbish",
        _DAEMON
        + multipart(
            "report",
            [part("message/delivery-status", "\0\0:::\n\n\nFinal-Recipient;\n\n")],
            more="; report-type=delivery-status",
        ),
        automatic="bounce",
        recipients=[],
    ),
    case(
        "bounce-thousands",
        _DAEMON
        + multipart(
            "report",
            [
                part(
                    "message/delivery-status",
                    "Final-Recipient: rfc822; a@b\nAction: explode\n\n" * 5000,
                )
            ],
        ),
        automatic="bounce",
    ),
    case(
        "bounce-qmail",
        b"From: MAILER-DAEMON@mx.example.org\nReturn-Path: <>\nSubject: failure notice\n\n"
        b"Hi. This is the qmail-send program at mx.example.org.\nI'm afraid I wasn't able to deliver your message.\n\n"
        b"<gone@example.org>:\n192.0.2.1 does not like recipient.\nRemote host said: 550 5.1.1 unknown user\n\n"
        b"--- Below this line is a copy of the message.\n\n" + _ORIGINAL.encode() + b"\nWords\n",
        automatic="bounce",
        recipients=[
            (
                "gone@example.org",
                "failed",
                "5.1.1",
                "192.0.2.1 does not like recipient. Remote host said: 550 5.1.1 unknown user",
            )
        ],
        bounced=("out-1@shop.example",),
    ),
    case(
        "bounce-exim",
        b"From: Mail Delivery System <Mailer-Daemon@mx.example.org>\nX-Failed-Recipients: gone@example.org\nAuto-Submitted: auto-replied\n"
        b"Subject: Mail delivery failed: returning message to sender\n\nThis message was created automatically by mail delivery software.\n\n"
        b"  gone@example.org\n    host mx.example.org: 450 mailbox is full\n\n"
        b"------ This is a copy of your message, including all the headers. ------\n\n"
        + _ORIGINAL.encode(),
        automatic="bounce",
        recipients=[
            ("gone@example.org", "delayed", "", "host mx.example.org: 450 mailbox is full")
        ],
        bounced=("out-1@shop.example",),
    ),
    case(
        "bounce-exchange",
        b"From: postmaster@corp.example\nSubject: Undeliverable: Re: Lamp\n"
        + multipart(
            "mixed",
            [
                part(
                    "text/plain",
                    "Delivery has failed to these recipients or groups:\n\ngone@example.org\nThe address was not found.\n",
                ),
                part("message/rfc822", _ORIGINAL + "\nWords\n"),
            ],
        ),
        automatic="bounce",
        recipients=[("gone@example.org", "failed", "", "The address was not found.")],
        bounced=("out-1@shop.example",),
    ),
    case(
        "no-bounce-but-words-about-one",
        ALICE
        + b"Subject: Your mail was undeliverable\n\nThe delivery failed, says bob@example.org\n",
        automatic="",
        bounce=None,
    ),
    case(
        "read-receipt",
        ALICE
        + multipart(
            "report",
            [
                part("text/plain", "It was read."),
                part("message/disposition-notification", "Disposition: manual-action; displayed"),
            ],
            more="; report-type=disposition-notification",
        ),
        automatic="read-receipt",
        words="It was read.",
    ),
    case(
        "complaint",
        ALICE
        + multipart(
            "report",
            [part("text/plain", "Abuse"), part("message/feedback-report", "Feedback-Type: abuse")],
            more="; report-type=feedback-report",
        ),
        automatic="auto-submitted",
        bounce=None,
        words="Abuse",
    ),
    headed(
        "auto-replied",
        ALICE + b"Auto-Submitted: auto-replied (vacation)",
        automatic="auto-submitted",
    ),
    headed("auto-submitted-no", ALICE + b"Auto-Submitted: no", automatic=""),
    headed("auto-submitted-no-and-more", ALICE + b"Auto-Submitted: NO; x=y", automatic=""),
    headed("x-autoreply", ALICE + b"X-Autoreply: yes", automatic="auto-submitted"),
    headed("precedence-bulk", ALICE + b"Precedence: Bulk", automatic="bulk"),
    headed("precedence-first-class", ALICE + b"Precedence: first-class", automatic=""),
    headed("suppressed", ALICE + b"X-Auto-Response-Suppress: DR, OOF, AutoReply", automatic="bulk"),
    headed("list", ALICE + b"List-Id: <news.example.org>", automatic="list"),
    headed("list-to-leave", ALICE + b"List-Unsubscribe: <mailto:x@example.org>", automatic="list"),
    headed(
        "return-path-empty",
        ALICE + b"Return-Path: <>",
        automatic="empty-return-path",
        return_path="",
    ),
    headed(
        "return-path",
        ALICE + b"Return-Path: <alice@example.org>",
        automatic="",
        return_path="alice@example.org",
    ),
    headed("noreply", "From: Shop <no-reply@shop.example>", automatic="robot"),
    headed("do-not-reply", "From: Do.Not.Reply+1@shop.example", automatic="robot"),
    headed("postmaster", "From: postmaster@shop.example", automatic="robot"),
    headed("person-with-a-robots-name", "From: noreplyson@shop.example", automatic=""),
]
