"""``helpdesk mail fetch`` and ``ledger``: what comes from mailboxes, and the proof of it."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import click

from .groups import example
from .opening import keep_mailbox, open_desk, remark
from .printing import json_option, print_json, print_rows

if TYPE_CHECKING:
    from ..mail.fetching.proof import Proof
    from ..mail.models import Mailbox

MOST_UIDS = 20  # of messages that the ledger lacks, in a remark


@click.command(epilog=example("helpdesk mail fetch", "helpdesk mail fetch support"))
@click.argument("name", required=False)
@click.pass_context
def fetch(ctx: click.Context, name: str | None) -> None:
    """Fetch now, and file what came.

    From every mailbox in use, or from the one called NAME. A line a mailbox: how many messages are
    new, and how many the server did not give. One that can't be fetched from keeps none from its
    turn; the status is 1 then.
    """
    with open_desk() as app:
        from .. import jobs

        keep_mailbox(app)
        went_well = [_fetch(mailbox) for mailbox in _mailboxes(name)]
        jobs.run_due(app, lanes={"mail-in"})
    if not all(went_well):
        ctx.exit(1)


def _fetch(mailbox: "Mailbox") -> bool:
    """One round of *mailbox*, and its line; whether all of it went well."""
    from ..mail.fetching.imap_errors import MailboxFails
    from ..mail.fetching.rounds import fetch_round

    name = mailbox.name
    try:
        done = fetch_round(mailbox)
    except MailboxFails as error:
        remark(f"{name}: {error}")
        return False
    click.echo(f"{name}: {done.new} new, {done.failed} failed")
    if done.failed:
        what = "One message" if done.failed == 1 else f"{done.failed} messages"
        remark(f"{name}: {what} did not come. `helpdesk mail ledger` says which in the end.")
    return not done.failed


@click.command(epilog=example("helpdesk mail ledger", "helpdesk mail ledger --json"))
@json_option
@click.pass_context
def ledger(ctx: click.Context, as_json: bool) -> None:
    """Print what became of every message.

    Of each that was ever seen, and proves that none is missing. A line a message: id, mailbox, UID
    there, Message-ID, start of its SHA-256, size in bytes, outcome, reason, ticket. Then a line a
    mailbox, for which its server is asked: "mailbox support: server 148 = ledger 148". The status
    is 1 where the two differ, or where a server can't be asked.
    """
    with open_desk() as app:
        from ..mail.fetching.proof import prove

        keep_mailbox(app)
        rows = _rows()
        if as_json:
            proofs = [prove(mailbox) for mailbox in _mailboxes(None)]
            print_json({"mails": list(rows), "mailboxes": [_as_json(one) for one in proofs]})
        else:
            print_rows(rows, as_json=False)
            proofs = [prove(mailbox) for mailbox in _mailboxes(None)]
            for proof in proofs:
                click.echo(_line(proof))
    for proof in proofs:
        for sentence in _remarks(proof):
            remark(f"mailbox {proof.mailbox}: {sentence}")
    if not all(proof.holds for proof in proofs):
        ctx.exit(1)


def _mailboxes(name: str | None) -> Sequence["Mailbox"]:
    """Mailboxes in use that are fetched from, or the one called *name*. Raises NotFound."""
    from ..errors import NotFound, WrongState
    from ..mail.mailboxes import queries

    active = [one for one in queries.mailboxes() if one.is_active and one.imap_host]
    if name is None:
        return active
    found = [one for one in active if one.name == name]
    if found:
        return found
    if queries.by_name(name) is None:
        raise NotFound(f"There is no mailbox {name}.")
    raise WrongState(f"The mailbox {name} is paused, or it names no server to fetch from.")


def _rows() -> Iterator[dict[str, Any]]:
    from ..mail.queries import every_mail
    from ..tickets.models import ref_of

    for mail in every_mail():
        yield {
            "id": mail.id,
            "mailbox": mail.mailbox and mail.mailbox.name,
            "uid": mail.uid,
            "message_id": mail.message_id or None,
            "sha256": mail.sha256[:12] or None,
            "size": mail.size,
            "outcome": mail.outcome.value,
            "reason": mail.reason or None,
            "ticket": None if mail.ticket_id is None else ref_of(mail.ticket_id),
        }


def _line(proof: "Proof") -> str:
    if proof.server is None:
        return f"mailbox {proof.mailbox}: server unreachable, ledger {proof.ledger}"
    sign = "=" if proof.holds else "≠"
    return f"mailbox {proof.mailbox}: server {proof.server} {sign} ledger {proof.ledger}"


def _as_json(proof: "Proof") -> dict[str, Any]:
    return {
        "mailbox": proof.mailbox,
        "server": proof.server,
        "ledger": proof.ledger,
        "equal": proof.holds,
        "missing": list(proof.missing),
        "gone": proof.gone,
        "error": proof.error or None,
    }


def _remarks(proof: "Proof") -> Iterator[str]:
    if proof.error:
        yield proof.error
    if proof.is_numbered_anew:
        yield "the server numbers its messages anew; the next fetch looks at each of them again."
    elif proof.missing:
        some = ", ".join(map(str, proof.missing[:MOST_UIDS]))
        more = len(proof.missing) - MOST_UIDS
        yield f"not in the ledger yet: UID {some}" + (f" and {more} more." if more > 0 else ".")
    if proof.gone:
        yield f"{proof.gone} more in the ledger, which somebody has deleted on the server since."
