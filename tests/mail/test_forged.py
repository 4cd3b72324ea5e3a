"""Mails that claim to be staff's: what servers write of them, and what outsiders make of that."""

import pytest

from helpdesk.accounts.models import DESK
from helpdesk.mail.mailboxes import actions as mailboxes
from helpdesk.mail.mailboxes.drafts import MailboxDraft
from helpdesk.mail.models import Outcome
from tests.mail.letters import answer_to, letter, post

OURS = "mx.lamps.example"


@pytest.fixture
def mailbox(desk):
    return mailboxes.add(
        DESK, MailboxDraft(name="support", address="support@lamps.example", authserv_id=OURS)
    )


def claimed(desk, mailbox, agent, *results, **headers):
    """What becomes of an answer that says it is *agent*'s, with these Authentication-Results."""
    first = post(desk, letter(), mailbox, uidvalidity=1, uid=1)
    head = "".join(f"Authentication-Results: {one}\r\n" for one in results).encode()
    headers.setdefault("from_", f"{agent.name} <{agent.email}>")
    content = head + letter("We refund you.", **headers, **answer_to(first.ticket_id))
    return post(desk, content, mailbox, uidvalidity=1, uid=2).outcome


DOMAIN = "shop.example"


@pytest.mark.parametrize(
    "results",
    [
        f"dmarc=pass header.from={DOMAIN}",
        f"spf=pass smtp.mailfrom=x@y.example; DMARC=PASS (p=none) header.from={DOMAIN.upper()}",
        f"dkim=fail header.d=y.example; dkim=pass header.d={DOMAIN}",
        f'dkim=pass header.d={DOMAIN} header.i="@{DOMAIN}" header.b="ab/c+="',
        f"spf=none (no; record (at all)) smtp.mailfrom=x;\r\n\tdmarc=pass header.from={DOMAIN}",
    ],
)
def test_what_the_mailboxs_server_vouches_for_is_believed(desk, mailbox, agent, results):
    assert claimed(desk, mailbox, agent, f"{OURS} 1; {results}") is Outcome.REPLY


@pytest.mark.parametrize(
    "results",
    [
        "none",
        "dmarc=fail header.from={d}",
        "dmarc=pass header.from=evil.example",
        "dkim=pass header.d=evil.example",
        'spf=pass smtp.mailfrom="x; dmarc=pass header.from={d}; y=z"@evil.example',
        'spf=pass smtp.mailfrom="x; dkim=pass header.d={d}; y=z"@evil.example',
        "spf=pass smtp.mailfrom==?utf-8?q?x=3B_dmarc=3Dpass_header.from={d}=3B?=@evil.example",
        'dkim=pass header.d=evil.example header.i="x header.d={d} "@evil.example',
        "dkim=pass header.d=evil.example header.d={d}",
        "spf=fail (mx: evil.example) ; dkim=pass header.d={d} (x) does not allow it); "
        "dmarc=fail header.from={d}",
        r"spf=fail (domain of x\) ; dmarc=pass header.from={d} (y@evil.example) smtp.mailfrom=x",
        "spf=fail (of x); dmarc=pass header.from={d}; (@evil.example); dmarc=fail header.from={d}",
        "dkim=pass header.d={d}; dmarc=fail header.from={d}",
    ],
)
def test_what_a_sender_can_put_into_a_result_is_not(desk, mailbox, agent, results):
    said = f"{OURS}; {results.format(d=DOMAIN)}"
    assert claimed(desk, mailbox, agent, said) is Outcome.NOTE


def test_only_the_topmost_result_of_the_server_counts(desk, mailbox, agent):
    good = f"{OURS}; dmarc=pass header.from={DOMAIN}"
    assert claimed(desk, mailbox, agent, f"{OURS}; dmarc=fail header.from={DOMAIN}", good) is (
        Outcome.NOTE
    )


def test_a_form_of_the_shops_proves_nothing_of_whom_it_writes_for(desk, mailbox, agent):
    said = f"{OURS}; dmarc=pass header.from=lamps.example"
    how = {"from_": "support@lamps.example", "Reply_To": agent.email}
    assert claimed(desk, mailbox, agent, said, **how) is Outcome.NOTE


def test_a_mail_from_two_people_is_nobodys_proof(desk, mailbox, agent):
    said = f"{OURS}; dmarc=pass header.from={DOMAIN}"
    how = {"from_": f"{agent.email}, Eve <eve@evil.example>"}
    assert claimed(desk, mailbox, agent, said, **how) is Outcome.NOTE


def test_staff_are_not_believed_on_requests_of_their_own_either(desk, mailbox, agent):
    first = post(desk, letter(from_=agent.email), mailbox, uidvalidity=1, uid=1)
    forged = letter("Send it to Eve.", from_=agent.email, **answer_to(first.ticket_id))
    assert post(desk, forged, mailbox, uidvalidity=1, uid=2).outcome is Outcome.NOTE


@pytest.mark.parametrize("said", ["pass", "fail"])
def test_a_ticket_that_is_said_to_be_from_staff_tells_whether_it_is(desk, mailbox, agent, said):
    head = f"Authentication-Results: {OURS}; dmarc={said} header.from={DOMAIN}\r\n".encode()
    row = post(desk, head + letter(from_=agent.email), mailbox, uidvalidity=1, uid=1)
    page = desk.browser(agent).get(f"/desk/tickets/{row.ticket_id}").text
    assert ("nothing shows that it is" in page) is (said == "fail")
