"""Jobs for tests: kinds of an application are put back as they were."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from helpdesk import jobs
from helpdesk.database import db, transaction
from helpdesk.jobs import kinds
from helpdesk.jobs.models import Job

LANE = "test"


class Work:
    """Registers kinds whose runs it remembers, enqueues, and looks at rows."""

    def __init__(self, app):
        self.app, self.ran = app, []

    def kind(self, name="note", run=None, **options):
        options.setdefault("lane", LANE)
        jobs.register(self.app, name, run or self.ran.append, title=name.title(), **options)

    def every(self, name="tidy", seconds=60, run=None, **options):
        options.setdefault("lane", LANE)
        jobs.every(self.app, name, seconds, run or self.ran.append, title=name, **options)

    def add(self, kind="note", payload=None, **options):
        with transaction():
            return jobs.enqueue(kind, payload, **options)

    def run(self, **options):
        return jobs.run_due(self.app, [LANE], **options)

    def all(self):
        db.session.rollback()
        db.session.expire_all()
        mine = sa.select(Job).where(Job.lane == LANE).order_by(Job.id)
        return list(db.session.scalars(mine))

    def one(self):
        [job] = self.all()
        return job


@pytest.fixture
def work(desk):
    known = kinds.kinds_of(desk.app)
    before = dict(known.by_name)
    yield Work(desk.app)
    known.by_name.clear()
    known.by_name.update(before)


@pytest.fixture
def exact(monkeypatch):
    """Back-off without jitter."""
    monkeypatch.setattr("helpdesk.jobs.leases.JITTER", 0)


def seconds(number):
    return timedelta(seconds=number)
