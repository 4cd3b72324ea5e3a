"""Kill -9 at every step of taking in and filing a mail: one ticket, one message, one file."""

from functools import partial

import pytest
import sqlalchemy as sa

from helpdesk import jobs
from helpdesk.accounts.models import User
from helpdesk.database import db
from helpdesk.files import store
from helpdesk.mail import ledger, raw
from helpdesk.mail.models import MailOfMessage, Outcome, ReceivedMail, Source
from helpdesk.tickets.models import Attachment, Message, Ticket
from tests import postgresql
from tests.desk import PNG
from tests.mail.faults import KILLED, in_a_child, later
from tests.mail.letters import letter

LETTER = letter(files=(("lamp.png", "image/png", PNG),))
STEPS = 400  # more than there are: the last rounds end by themselves


def take_in(content, app):
    ledger.arrive(content, Source.PIPE)
    jobs.run_due(app)


def take_in_again(content, app):
    """What a mail server does that got no answer, once the lease of what died is over."""
    later(hours=1)
    take_in(content, app)


def seen():
    """What the desk has: all of it whole, and nothing twice."""
    db.session.remove()
    try:
        if not postgresql.is_asked_for():
            assert db.session.execute(sa.text("PRAGMA integrity_check")).scalar() == "ok"
        rows = db.session.scalars(sa.select(ReceivedMail).order_by(ReceivedMail.id)).all()
        assert all(raw.read(row.sha256) == LETTER for row in rows)
        (file,) = db.session.scalars(sa.select(Attachment))
        with store().open(file.stored_name) as content:
            assert content.read() == PNG
        counts = [
            db.session.scalar(sa.select(sa.func.count()).select_from(table))
            for table in (Ticket, Message, MailOfMessage, User)
        ]
        return [row.outcome for row in rows], counts
    finally:
        db.session.remove()
        db.engine.dispose()  # the file is taken away


def rounds(desks, desk, steps):
    """Die at each of *steps*, then go on; how many died."""
    died = 0
    for step in steps:
        desks.renew(desk.folder)
        ended = in_a_child(desk.folder, partial(take_in, LETTER), kill_at=step)
        assert ended in (0, KILLED)
        died += ended == KILLED
        assert in_a_child(desk.folder, partial(take_in_again, LETTER)) == 0
        outcomes, counts = seen()
        assert sorted(outcomes)[-1:] == [Outcome.TICKET], step
        assert set(outcomes[1:]) <= {Outcome.DUPLICATE, Outcome.TICKET}
        assert outcomes.count(Outcome.TICKET) == 1
        assert counts == [1, 1, 1, 1]
        if ended == 0:
            break
    return died


def test_a_death_here_or_there_loses_and_doubles_nothing(desks, desk):
    assert rounds(desks, desk, range(3, STEPS, 9)) > 3


@pytest.mark.thorough
def test_a_death_at_any_step_loses_and_doubles_nothing(desks, desk):
    assert rounds(desks, desk, range(1, STEPS)) > 40
