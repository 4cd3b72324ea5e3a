"""What fetching costs, with little and with much of a mailbox in the ledger.

    python -m tests.benchmarks.imap [--mails 200] [--ledger 1000 100000]

A real Dovecot on this machine gives as many messages. They are fetched (each durable before the
next), then filed; then come a round and a comparison of all numbers that find nothing new.
"""

import argparse
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

from helpdesk import create_app, jobs
from helpdesk.accounts.models import DESK
from helpdesk.database import db
from helpdesk.mail import ledger
from helpdesk.mail.fetching.account import account_of
from helpdesk.mail.fetching.connection import Connection
from helpdesk.mail.fetching.rounds import do_round
from helpdesk.mail.mailboxes import actions
from helpdesk.mail.mailboxes.drafts import MailboxDraft
from helpdesk.mail.models import Mailbox, Security
from helpdesk.operations.migrate import bring_up_to_date
from helpdesk.settings import load_settings
from tests.mail.dovecot import PASSWORD, Dovecot, MailAccount
from tests.mail.letters import letter


def main() -> None:
    """Print a line for each size of the ledger."""
    parser = argparse.ArgumentParser(description="What fetching costs.")
    parser.add_argument("--mails", type=int, default=200)
    parser.add_argument("--ledger", type=int, nargs="+", default=[1_000, 100_000])
    given = parser.parse_args()
    print("ledger\tfetched/s\tCPU ms each\tfetched and filed/s\tround, ms\tcomparison, ms")
    server = Dovecot()
    try:
        for rows in given.ledger:
            with tempfile.TemporaryDirectory() as folder:
                app = create_app(load_settings(Path(folder), {}))
                bring_up_to_date(app)
                with app.app_context():
                    print(f"{rows:,}\t{measure(app, server.account(), rows, given.mails)}")
                    db.session.remove()
                    db.engine.dispose()
    finally:
        server.close()


def measure(app: Any, account: MailAccount, rows: int, mails: int) -> str:
    """The line for *account*, of which *rows* are known already and *mails* are new."""
    mailbox = _mailbox(account)
    with account.open():  # makes it
        pass
    account.create_anew(next_uid=rows + 1)
    with closing(Connection(account_of(mailbox))) as connection:
        ledger.note_old(mailbox, connection.examine(), range(1, rows + 1))
        do_round(connection, mailbox.id)
        account.put_many(
            *(letter("Broken. " * 99, from_=f"P <p{n}@customer.example>") for n in range(mails))
        )
        fetched, cpu = _timed(lambda: do_round(connection, mailbox.id))
        filed, _cpu = _timed(lambda: jobs.run_due(app, lanes={"mail-in"}))
        empty, _cpu = _timed(lambda: do_round(connection, mailbox.id, full=False))
        whole, _cpu = _timed(lambda: do_round(connection, mailbox.id))
    return (
        f"{mails / fetched:.0f}\t{1000 * cpu / mails:.1f}\t{mails / (fetched + filed):.0f}\t"
        f"{1000 * empty:.0f}\t{1000 * whole:.0f}"
    )


def _mailbox(account: MailAccount) -> Mailbox:
    draft = MailboxDraft(
        name="support",
        address="support@shop.example",
        imap_host="localhost",
        imap_port=account.server.port,
        imap_security=Security.NONE,
        imap_user=account.user,
        imap_password=PASSWORD,
    )
    return actions.add(DESK, draft)


def _timed(work: Callable[[], object]) -> tuple[float, float]:
    """Seconds of wall time and of CPU."""
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - wall, time.process_time() - cpu


if __name__ == "__main__":
    main()
