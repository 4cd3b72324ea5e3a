"""Backups by themselves: when they are made, what is told when they are not, and what goes."""

import shutil
from datetime import timedelta
from types import SimpleNamespace

import pytest
import sqlalchemy as sa

from helpdesk import clock
from helpdesk.accounts.models import DESK
from helpdesk.audit.models import AuditRow
from helpdesk.backups import actions, queries, shelf
from helpdesk.backups.shelf import Proof
from helpdesk.database import db
from helpdesk.errors import Invalid, NotAllowed, WrongState
from helpdesk.jobs import GiveUp, run_due
from helpdesk.operations import backing_up
from helpdesk.operations.doctor import backups as backup_checks
from helpdesk.shop.actions import set_hours
from helpdesk.shop.models import office_hours

# The desk makes backups of SQLite's file alone. The last tests are about PostgreSQL.
of_sqlite = pytest.mark.sqlite
PLAN = {"hour": 3, "days": 7, "weeks": 4, "months": 6}


@pytest.fixture
def proofs(monkeypatch):
    """What the next proofs say; all is well without one."""
    said = []
    usual = Proof(True, clock.now(), "", 0, 0)
    monkeypatch.setattr(backing_up, "prove", lambda _path: said.pop(0) if said else usual)
    return said


def made(desk):
    return [one.name for one in shelf.backups_in(desk.folder / "backups")]


def plan():
    db.session.rollback()
    db.session.expire_all()
    return queries.plan()


@of_sqlite
def test_a_new_desk_waits_for_its_first_night(desk, proofs, travel):
    backing_up.look({})
    assert made(desk) == []
    assert plan().next_at == queries.next_time(plan(), clock.now())

    travel(days=1)
    backing_up.look({})
    assert len(made(desk)) == 1
    backing_up.look({})
    assert len(made(desk)) == 1

    travel(days=5)  # it was off for days
    backing_up.look({})
    backing_up.look({})
    assert len(made(desk)) == 2
    assert backup_checks.backups()[0] == "ok"


def test_the_hour_is_the_shops(desk, proofs):
    set_hours(DESK, time_zone="Europe/Berlin", business_hours=office_hours())
    first = queries.next_time(plan(), clock.now().replace(month=1, day=1, hour=12))

    assert (first.day, first.hour) == (2, 2)


@of_sqlite
def test_switched_off_none_is_made(desk, proofs, travel):
    actions.change_plan(DESK, is_on=False, numbers=PLAN)
    travel(days=3)
    backing_up.look({})

    assert made(desk) == []
    assert backup_checks.backups()[0] == "warning"


@of_sqlite
def test_one_that_fails_is_told_until_one_goes_well(desk, proofs, travel, monkeypatch):
    backing_up.look({})
    travel(days=1)
    with monkeypatch.context() as patched:
        patched.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=10))
        with pytest.raises(GiveUp, match="No backup could be made: There is not enough room"):
            backing_up.look({})
    assert plan().failure.startswith("No backup could be made: There is not enough room")
    assert backup_checks.backups()[0] == "error"
    assert plan().next_at == clock.now() + timedelta(hours=1)

    backing_up.look({})
    assert made(desk) == []
    travel(days=1, hours=2)
    backing_up.look({})
    assert plan().failure == ""
    assert len(made(desk)) == 1


@of_sqlite
def test_one_that_is_not_proven_is_told_and_removes_none(desk, proofs, travel):
    actions.change_plan(DESK, is_on=True, numbers=PLAN | {"days": 1, "weeks": 0, "months": 0})
    for days in range(2):
        travel(days=days)
        backing_up.make_now({})
    before = made(desk)
    proofs.append(Proof(False, clock.now(), "The database is damaged.", 0, 0))
    travel(days=30)
    assert len(before) == 2

    with pytest.raises(GiveUp, match=r"can't be restored: The database is damaged\."):
        backing_up.make_now({})

    assert made(desk)[1:] == before  # though the plan keeps one day only
    assert backup_checks.backups()[0] == "error"
    assert queries.has_failed()


@of_sqlite
def test_the_oldest_go_where_there_is_no_room(desk, proofs, travel, monkeypatch):
    for days in range(4):
        travel(days=days)
        backing_up.make_now({})
    before = made(desk)
    real = shutil.disk_usage
    monkeypatch.setattr(
        backing_up.shutil,
        "disk_usage",
        lambda path: SimpleNamespace(free=10 if len(made(desk)) > 2 else real(path).free),
    )
    travel(days=5)

    backing_up.make_now({})

    assert made(desk)[1:] == before[:2]


@of_sqlite
@pytest.mark.folder  # those of a bucket are not fetched each night
def test_its_proof_is_a_real_one(desk, admin, alice):
    desk.ticket(alice, files=[desk.file()])
    backing_up.make_now({"by": admin.id})

    [backup] = queries.backups(admin)
    assert backup.proof is not None
    assert (backup.proof.ok, backup.proof.tickets, backup.proof.files) == (True, 1, 1)
    row = db.session.scalar(sa.select(AuditRow).where(AuditRow.kind == "backed_up"))
    assert row.actor_id == admin.id


def test_what_no_program_can_read_is_not_proven(tmp_path):
    bad = tmp_path / "helpdesk-20261126T030000Z.tar"
    bad.write_bytes(b"lamps" * 500)

    proof = backing_up.prove(bad)

    assert not proof.ok
    assert proof.sentence == "It is not a backup, or it is damaged."


@of_sqlite
def test_only_admins_may(desk, agent, admin, proofs):
    actions.back_up_now(admin)
    run_due(desk.app)
    [backup] = queries.backups(admin)
    for deed in (
        lambda: actions.back_up_now(agent),
        lambda: actions.prove(agent, backup),
        lambda: actions.note_download(agent, backup),
        lambda: actions.delete(agent, backup),
        lambda: actions.change_plan(agent, is_on=False, numbers=PLAN),
        lambda: queries.backups(agent),
    ):
        with pytest.raises(NotAllowed):
            deed()


@of_sqlite
def test_the_last_good_one_is_not_deleted(desk, admin, proofs, travel):
    backing_up.make_now({})
    [first] = queries.backups(admin)
    with pytest.raises(WrongState, match="the only good backup"):
        actions.delete(admin, first)

    travel(hours=1)
    backing_up.make_now({})
    actions.delete(admin, first)
    assert first.name not in made(desk)


@pytest.mark.parametrize("wrong", [{"hour": 24}, {"days": 0}, {"weeks": -1}, {"months": None}])
def test_a_plan_that_is_none_is_refused(desk, admin, wrong):
    with pytest.raises(Invalid) as told:
        actions.change_plan(admin, is_on=True, numbers=PLAN | wrong)
    assert told.value.fields.keys() == wrong.keys()


@pytest.mark.postgresql
def test_of_postgresql_none_is_made(desk, admin, travel):
    backing_up.look({})
    travel(days=3)
    backing_up.look({})
    with pytest.raises(WrongState, match="no backups of PostgreSQL"):
        actions.back_up_now(admin)

    assert made(desk) == []
    assert not queries.is_being_made()
    found = backup_checks.backups()
    assert (found.level, str(found.sentence)[:21]) == ("ok", "Backups of PostgreSQL")


@pytest.mark.postgresql
def test_what_failed_before_a_desk_came_to_postgresql_is_told_no_more(desk):
    actions.went_wrong("No backup could be made: the disk is full.")
    assert not queries.has_failed()
    assert backup_checks.backups()[0] == "ok"


@pytest.mark.postgresql
def test_only_admins_may_look_where_there_are_none(desk, agent, admin):
    assert queries.backups(admin) == []
    for deed in (lambda: actions.back_up_now(agent), lambda: queries.backups(agent)):
        with pytest.raises(NotAllowed):
            deed()
