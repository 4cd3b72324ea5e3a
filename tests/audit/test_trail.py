"""The audit trail: what comes into it, and that nothing of it can be changed unseen."""

import json

import pytest
import sqlalchemy as sa

from helpdesk import audit, clock
from helpdesk.accounts import actions as accounts
from helpdesk.accounts import sessions
from helpdesk.accounts.models import DESK, Role
from helpdesk.audit import Kind, failures
from helpdesk.audit.models import AuditRow
from helpdesk.audit.proof import proof
from helpdesk.audit.recording import HIDDEN, masked
from helpdesk.database import db, transaction
from helpdesk.operations.doctor import trail as audit_checks
from helpdesk.shop import actions as shop
from tests import postgresql
from tests.desk import PASSWORD


def trail(kind=None):
    db.session.rollback()  # a new look
    query = sa.select(AuditRow).order_by(AuditRow.id)
    return [row for row in db.session.scalars(query) if kind in (None, row.kind)]


def some_rows(count=5):
    with transaction():
        for number in range(count):
            audit.record(Kind.SIGNED_IN, details={"n": number})


def tampered(*statements):
    """Change the database as somebody does who has the file."""
    if db.engine.dialect.name == "postgresql":
        db.session.rollback()
        off, on = (f"ALTER TABLE audit {does} TRIGGER USER" for does in ("DISABLE", "ENABLE"))
        postgresql.ask(db.engine.url.database, off, *statements, on)
        return
    with transaction():
        for change in ("update", "delete"):
            db.session.execute(sa.text(f"DROP TRIGGER audit_no_{change}"))
        for statement in statements:
            db.session.execute(sa.text(statement))
        for change in ("update", "delete"):
            db.session.execute(
                sa.text(
                    f"CREATE TRIGGER audit_no_{change} BEFORE {change} ON audit "
                    "BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END"
                )
            )


@pytest.mark.parametrize("change", ["UPDATE audit SET kind = 'x'", "DELETE FROM audit"])
def test_the_database_lets_no_row_be_changed(desk, change):
    some_rows(1)
    with pytest.raises(sa.exc.IntegrityError, match="append-only"), transaction():
        db.session.execute(sa.text(change))


def test_each_row_follows_from_the_one_before(desk):
    some_rows()
    found = proof()
    assert (found.rows, found.broken, found.missing, found.other_seals) == (5, None, 0, 0)
    assert found.last == trail()[-1].hash
    assert audit_checks.trail()[0] == "ok"


@pytest.mark.parametrize(
    ("change", "broken"),
    [
        ("UPDATE audit SET ip = '192.0.2.1' WHERE id = 3", 3),
        ("UPDATE audit SET details = '{}' WHERE id = 2", 2),
        ("UPDATE audit SET count = 7 WHERE id = 1", 1),
        ("DELETE FROM audit WHERE id = 2", 3),
        ("DELETE FROM audit WHERE id = 1", 2),
        ("UPDATE audit SET seal = hash WHERE id = 4", 4),
    ],
)
def test_a_change_by_hand_shows(desk, change, broken):
    some_rows()
    tampered(change)
    assert proof().broken == broken
    level, sentence, *_ = audit_checks.trail()
    assert level == "error"
    assert f"row {broken} " in str(sentence)


def test_rows_taken_from_the_end_show(desk):
    some_rows()
    tampered("DELETE FROM audit WHERE id > 3")
    assert proof().missing == 2
    assert audit_checks.trail()[0] == "error"
    some_rows(1)
    assert proof().broken == 6


def test_missing_triggers_show(changed_schema, desk):
    some_rows()
    with transaction():
        of = "" if db.engine.dialect.name == "sqlite" else " ON audit"
        db.session.execute(sa.text(f"DROP TRIGGER audit_no_delete{of}"))
    assert audit_checks.trail()[0] == "error"


def test_another_secret_key_is_a_warning_and_not_an_alarm(desk):
    some_rows(2)
    desk.app.config["SECRET_KEY"] = "another one, that nobody can guess either"
    some_rows(2)
    found = proof()
    assert (found.broken, found.other_seals) == (None, 2)
    assert audit_checks.trail()[0] == "warning"
    tampered("UPDATE audit SET seal = hash WHERE id = 4")
    assert proof().broken == 4


def test_a_deed_that_fails_leaves_no_row(desk):
    with pytest.raises(RuntimeError, match="no"), transaction():
        audit.record(Kind.ERASED)
        raise RuntimeError("no")
    assert trail() == []
    some_rows(1)
    assert proof().broken is None


def test_what_sounds_like_a_secret_is_hidden(desk):
    with transaction():
        row = audit.record(
            Kind.SETTINGS_CHANGED,
            details={"smtp_password": "geheim", "inside": {"api_token": "hd_1"}, "name": "Shop"},
        )
    assert json.loads(row.details) == {
        "smtp_password": HIDDEN,
        "inside": {"api_token": HIDDEN},
        "name": "Shop",
    }


def test_details_stay_small_whatever_is_told(desk):
    deep = {"a": {"b": {"c": {"d": {"e": 1}}}}}
    with transaction():
        long = audit.record(Kind.EXPORTED, details={"x": "y" * 10_000, "many": ["z"] * 999})
        nested = audit.record(Kind.EXPORTED, details=deep)
        huge = audit.record(Kind.EXPORTED, details={str(n): "x" * 150 for n in range(500)})
        odd = audit.record(Kind.EXPORTED, details={"nul": "\0", "half": "\ud800"})
    assert len(json.loads(long.details)["x"]) == 200
    assert "…" in json.loads(nested.details)["a"]["b"]["c"].values()
    assert "left_out" in json.loads(huge.details)
    assert odd.id
    assert proof().broken is None


def test_events_of_accounts_come_into_it(desk, admin, alice):
    accounts.change_role(admin, alice, Role.AGENT)
    accounts.disable_user(admin, alice)
    role, disabled = trail(Kind.ROLE_CHANGED), trail(Kind.USER_DISABLED)
    assert [(row.actor_id, row.subject_id) for row in role + disabled] == [(admin.id, alice.id)] * 2
    assert json.loads(role[0].details) == {"before": "customer", "after": "agent"}
    assert {row.way for row in role} == {"desk"}


def test_a_changed_address_is_told_without_the_address(desk, admin, alice):
    accounts.change_profile(
        admin, alice, name=alice.name, email="moor@else.example", language=alice.language
    )
    [row] = trail(Kind.EMAIL_CHANGED)
    assert json.loads(row.details)["after"] == "m…@else.example"
    assert "moor@" not in row.details
    accounts.change_profile(
        admin, alice, name="Alice", email="moor@else.example", language=alice.language
    )
    assert len(trail(Kind.EMAIL_CHANGED)) == 1


def test_settings_are_told_as_they_were_and_are(desk, admin):
    shop.update_shop(admin, name="Lamps and more", accent="#2f6f5e")
    [row] = trail(Kind.SETTINGS_CHANGED)
    told = json.loads(row.details)
    assert told["what"] == "shop.updated"
    assert told["after"] == {"name": "Lamps and more"}


def test_it_says_from_where(desk, admin):
    page = desk.browser(admin)
    page.post(
        "/desk/settings/shop",
        data={"name": "Lamps", "accent": "#2f6f5e"},
        headers={"User-Agent": "Moz\tilla " + "x" * 500},
        environ_base={"REMOTE_ADDR": "192.0.2.7"},
    )
    row = trail(Kind.SETTINGS_CHANGED)[0]
    assert (row.way, row.ip, len(row.device)) == ("page", "192.0.2.7", 160)
    assert "\t" not in row.device


@pytest.fixture
def minute(travel):
    """A minute that has just begun on the desk's clock; ``minute(2)``: the second after it."""
    passed = clock.now().second
    travel(seconds=-passed)
    return lambda later: travel(seconds=-passed, minutes=later)


def test_a_flood_of_failures_is_counted_and_not_listed(desk, alice, minute):
    for _ in range(50):
        audit.failed(Kind.SIGN_IN_FAILED, subject=alice)
    assert [row.count for row in trail(Kind.SIGN_IN_FAILED)] == [1]
    minute(2)
    failures.sweep()
    assert [row.count for row in trail(Kind.SIGN_IN_FAILED)] == [1, 49]
    failures.sweep()
    assert len(trail(Kind.SIGN_IN_FAILED)) == 2
    assert proof().broken is None


def test_a_flood_that_goes_on_is_told_once_a_minute(desk, alice, minute):
    for later in range(3):
        minute(later)
        for _ in range(10):
            audit.failed(Kind.SIGN_IN_FAILED, subject=alice)
    assert [row.count for row in trail(Kind.SIGN_IN_FAILED)] == [1, 9, 1, 9, 1]
    minute(4)
    failures.sweep()
    assert [row.count for row in trail(Kind.SIGN_IN_FAILED)] == [1, 9, 1, 9, 1, 9]


def test_a_flood_at_many_accounts_is_counted_together(desk, minute):
    class One:
        def __init__(self, id):
            self.id = id

    for number in range(200):
        audit.failed(Kind.SIGN_IN_FAILED, subject=One(number))
    minute(2)
    failures.sweep()
    rows = trail(Kind.SIGN_IN_FAILED)
    assert len(rows) <= failures.MOST_A_MINUTE + 2
    assert sum(row.count for row in rows) == 200


def test_masked_addresses():
    assert masked("ana@shop.example") == "a…@shop.example"
    assert DESK.id is None


def test_coming_and_going(desk, alice):
    page = desk.browser()
    page.post("/sign-in", data={"email": alice.email, "password": "not this one"})
    page.post("/sign-in", data={"email": "nobody@shop.example", "password": "not this one"})
    page.post("/sign-in", data={"email": alice.email, "password": PASSWORD})
    page.post("/sign-out")
    told = [(row.kind, row.actor_id, row.subject_id) for row in trail()[-4:]]
    assert told == [
        ("sign_in_failed", None, alice.id),
        ("sign_in_failed", None, None),
        ("signed_in", alice.id, alice.id),
        ("signed_out", alice.id, alice.id),
    ]
    assert not any("shop.example" in row.details for row in trail())


def test_signing_out_devices_is_told(desk, alice):
    page, other = desk.browser(alice), desk.browser(alice)
    [session, _] = sessions.sessions_of(alice)
    other.post(f"/account/devices/{session.id + 10**6}/sign-out")
    page.post("/account/devices/sign-out-others")
    [row] = trail(Kind.DEVICE_SIGNED_OUT)
    assert json.loads(row.details) == {"all": True}
