"""``/support-ticket/mailboxes/<id>/test``: whether a mailbox works, step by step."""

from ..errors import NotFound
from ..i18n import gettext as _
from ..mail.mailboxes import checks, queries
from ..mail.models import MailboxCheck
from . import examples, kinds
from .endpoints import Call, endpoint
from .inbound import SECTION
from .shapes import Answered, Time
from .sides import ADMIN


class TestStep(Answered):
    """A step that was done: *part* is imap, smtp or circle (there and back).

    *result* is ok, warn or bad; *code* says what happened, *answer* what the server said.
    """

    part: str
    name: str
    result: str
    code: str
    answer: str | None


class MailboxTest(Answered):
    """The last test of a mailbox; it goes on while *endedDate* is null."""

    steps: list[TestStep]
    started_date: Time
    ended_date: Time | None


_EXAMPLE = MailboxTest(
    steps=[
        TestStep(part="imap", name="resolve", result="ok", code="resolve", answer=None),
        TestStep(
            part="imap",
            name="connect",
            result="bad",
            code="refused",
            answer=None,
        ),
    ],
    started_date=examples.CREATED_AT,
    ended_date=examples.CREATED_AT,
)


@endpoint(
    "GET",
    "/{tickets}/mailboxes/<id>/test",
    sides=[ADMIN],
    section=SECTION,
    summary="Get the Test of a Mailbox",
    description="The last one, or the one that goes on; 404 before there was any.",
    message="Test retrieved successfully.",
    failure="Failed to retrieve the test",
    data=MailboxTest,
    example=_EXAMPLE,
)
def show_mailbox_test(call: Call[None, None], id: str) -> MailboxTest:
    found = checks.last_of(queries.get(call.actor, kinds.ticket_id(id)))
    if found is None:
        raise NotFound(_("This mailbox was not tested yet."))
    return _shaped(found)


@endpoint(
    "POST",
    "/{tickets}/mailboxes/<id>/test",
    sides=[ADMIN],
    section=SECTION,
    summary="Test Mailbox",
    description=(
        "Looks up its servers, logs in, sends a mail to itself and waits until that is back, in "
        "the background: ask for the test until it has ended. One that goes on is not begun anew."
    ),
    message="The mailbox is tested.",
    failure="Failed to test the mailbox",
    data=MailboxTest,
    example=_EXAMPLE,
)
def test_mailbox(call: Call[None, None], id: str) -> MailboxTest:
    return _shaped(checks.begin(call.actor, queries.get(call.actor, kinds.ticket_id(id))))


def _shaped(found: MailboxCheck) -> MailboxTest:
    return MailboxTest(
        steps=[
            TestStep(
                part=step["about"],
                name=step["name"],
                result=step["result"],
                code=step["code"],
                answer=step["answer"] or None,
            )
            for step in found.steps
        ],
        started_date=found.started_at,
        ended_date=found.ended_at,
    )
