"""Mails that came to the demo's shop: one as people write them, one of HTML, one of nobody."""

from email.message import EmailMessage
from email.utils import format_datetime

from ... import clock
from ...accounts.models import DESK
from ...mail import ledger
from ...mail.filing import file_mail
from ...mail.mailboxes import actions
from ...mail.mailboxes.drafts import MailboxDraft
from ...mail.models import Source

ADDRESS = "hello@demo.example"
_PLAIN = """\
Hello Edith,

the pendant in our window hums since Tuesday, and it gets warmer than the others. Could you have a
look, or shall I send it back? My brother has the key to the shop when I am away.

--
Marta Kowalska
Piekarnia Kowalska, Gdynia

On Mon, 23 Nov 2026 at 09:12, Marlowe & Light <hello@demo.example> wrote:

> Dear Marta,
> your three pendants are on their way.
> Kind regards
> Edith
"""
_HTML = """\
<p>Dear all,</p><p>please find <b>our order for spring</b> below:</p>
<table><tr><th>What</th><th>How many</th></tr><tr><td>Bukt shelf, oak</td><td>4</td></tr>
<tr><td>Brass hooks</td><td>24</td></tr></table>
<p>Can you deliver before <i>12 January</i>?</p><p>Tobias<br>Café Lumen</p>
"""


def add_all() -> None:
    """A mailbox that a mail server hands mails over to, and what came of them."""
    mailbox = actions.add(
        DESK, MailboxDraft(name="hello", address=ADDRESS, sender_name="Marlowe & Light")
    )
    for letter in (_plain(), _html(), _of_nobody()):
        row = ledger.arrive(letter.as_bytes(), Source.PIPE, mailbox)
        file_mail({"received_id": row.id})


def _plain() -> EmailMessage:
    letter = _letter("Marta Kowalska <marta@piekarnia.example>", "Humming pendant in the window")
    letter["Cc"] = "Jan Kowalski <jan@piekarnia.example>"
    letter.set_content(_PLAIN)
    return letter


def _html() -> EmailMessage:
    letter = _letter("Tobias Lang <tobias@lumen.example>", "Order for spring")
    letter.set_content(_HTML, subtype="html")
    return letter


def _of_nobody() -> EmailMessage:
    letter = _letter("", "Is the big table still there?")
    letter.set_content("I saw it on Saturday. Please call me back.\n")
    return letter


def _letter(sender: str, subject: str) -> EmailMessage:
    letter = EmailMessage()
    if sender:
        letter["From"] = sender
    letter["To"] = ADDRESS
    letter["Subject"] = subject
    letter["Date"] = format_datetime(clock.now())
    letter["Message-ID"] = f"<{subject.lower().rstrip('?').replace(' ', '.')}@demo.example>"
    return letter
