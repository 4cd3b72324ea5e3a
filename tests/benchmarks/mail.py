"""What filing a mail costs, with little and with much in the ledger.

    python -m tests.benchmarks.mail [--mails 200] [--piped 10] [--ledger 1000 100000]

Mails come from the pipe's own function (``ledger.arrive``, then the job that files), in one
process; and by the real command, ``helpdesk mail deliver``: mostly the start of a process.
"""

import argparse
import secrets
import tempfile
import time
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from helpdesk import clock, create_app, jobs
from helpdesk.database import db, transaction
from helpdesk.mail import ledger
from helpdesk.mail.models import Outcome, ReceivedMail, Source
from helpdesk.operations.migrate import bring_up_to_date
from helpdesk.settings import load_settings
from tests import warm
from tests.mail.letters import letter
from tests.started import environment, helpdesk

AT_ONCE = 5000  # rows of the ledger in one statement


def main() -> None:
    """Print a line for each size of the ledger."""
    parser = argparse.ArgumentParser(description="What filing a mail costs.")
    parser.add_argument("--mails", type=int, default=200)
    parser.add_argument("--piped", type=int, default=10, help="mails by the command")
    parser.add_argument("--ledger", type=int, nargs="+", default=[1_000, 100_000])
    given = parser.parse_args()
    print("ledger\tmails/s\tCPU ms a mail\twall ms a mail\twall ms a mail, by the command")
    for rows in given.ledger:
        with tempfile.TemporaryDirectory() as folder:
            app = create_app(load_settings(Path(folder), {}))
            bring_up_to_date(app)
            with app.app_context():
                fill(rows)
                wall, cpu = file_some(app, given.mails)
                db.session.remove()
                db.engine.dispose()
            piped = pipe_some(Path(folder), given.piped)
        each = 1000 / given.mails
        print(
            f"{rows:,}\t{given.mails / wall:.0f}\t{cpu * each:.1f}\t{wall * each:.1f}\t"
            f"{piped * 1000:.0f}"
        )


def fill(rows: int) -> None:
    """Put *rows* of other mails into the ledger."""
    for start in range(0, rows, AT_ONCE):
        with transaction():
            db.session.execute(
                sa.insert(ReceivedMail),
                [_row() for _ in range(start, min(rows, start + AT_ONCE))],
            )


def _row() -> dict[str, Any]:
    return {
        "source": Source.PIPE,
        "sha256": secrets.token_hex(32),
        "essence": secrets.token_hex(32),
        "message_id": f"{secrets.token_hex(8)}@customer.example",
        "sender": "somebody@customer.example",
        "subject": "Broken lamp",
        "reason": "",
        "size": 4000,
        "outcome": Outcome.IGNORED,
        "arrived_at": clock.now(),
    }


def file_some(app: Any, mails: int) -> tuple[float, float]:
    """Seconds of wall time and of CPU for *mails* of as many people."""
    letters = [
        letter("It is broken. " * 40, from_=f"Person {n} <p{n}@customer.example>")
        for n in range(mails)
    ]
    wall, cpu = time.perf_counter(), time.process_time()
    for one in letters:
        ledger.arrive(one, Source.PIPE)
        jobs.run_due(app, lanes={"mail-in"})
    return time.perf_counter() - wall, time.process_time() - cpu


def pipe_some(folder: Path, mails: int) -> float:
    """Seconds for one mail by the command."""
    began = time.perf_counter()
    for n in range(mails):
        warm.run(
            [*helpdesk(), "--data", str(folder), "mail", "deliver"],
            input=letter(from_=f"Piped {n} <piped{n}@customer.example>"),
            env=environment(),
            check=True,
            capture_output=True,
        )
    return (time.perf_counter() - began) / mails


if __name__ == "__main__":
    main()
