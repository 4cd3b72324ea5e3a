"""An export, brought into an empty desk and exported again, is the same to the byte."""

import errno
import json
import threading
import zipfile
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from helpdesk.accounts import actions as accounts
from helpdesk.accounts import passwords, tokens
from helpdesk.accounts.models import User
from helpdesk.database import Instant, db, transaction
from helpdesk.files import store
from helpdesk.operations import demo, exporting
from helpdesk.operations.doctor import counts as count_checks
from helpdesk.operations.doctor import words as search_checks
from helpdesk.operations.exporting import places
from helpdesk.operations.exporting.kinds import kinds
from helpdesk.operations.importing import ours
from helpdesk.operations.importing.ours.foreign_keys import keys_are_looked_at_last
from helpdesk.operations.importing.ours.sequences import put_in_order
from helpdesk.tickets import queries
from helpdesk.tickets.models import Attachment
from tests.desk import PASSWORD
from tests.operations.exporting.conftest import content


@pytest.fixture(scope="module")
def demo_export(tmp_path_factory, desks):
    """The demo desk, exported as a folder and as a zip."""
    place = tmp_path_factory.mktemp("exports")
    with desks.lending() as lend:
        lend()
        demo.fill()
        exporting.export(place / "desk")
        exporting.export(place / "desk.zip")
    return place / "desk"


def test_the_demo_comes_back_to_the_byte(demo_export, again):
    assert content(again(demo_export)) == content(demo_export)
    assert len((demo_export / "tickets.jsonl").read_text().splitlines()) == 62


def test_a_zip_has_the_same_members_and_comes_back_too(demo_export, again, tmp_path):
    path = demo_export.with_suffix(".zip")
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    changed = {"manifest.json", "audit.jsonl"}  # it has the first export in it
    assert members.keys() == content(demo_export).keys()
    for name in members.keys() - changed:
        assert members[name] == content(demo_export)[name]
    assert b'"exported"' in members["audit.jsonl"]
    assert again(path, tmp_path / "again.zip").read_bytes() == path.read_bytes()


def test_the_new_desk_finds_counts_and_numbers_as_the_old_one_did(demo_export, another):
    def look():
        ours.bring_in(demo_export)
        checks = [search_checks.index(), count_checks.counts()]
        mira = db.session.scalar(sa.select(User).where(User.email == "agent@demo.example"))
        user = accounts.add_user(
            mira_the_admin(), name="New", email="new@shop.example", role=mira.role
        )
        return checks, user.id, queries.count(mira, queries.Filters())

    checks, new_id, number = another(look)
    assert [level for level, *_ in checks] == ["ok", "ok"], checks
    assert new_id == 23 and number == 62


def mira_the_admin():
    return db.session.scalar(sa.select(User).where(User.email == "admin@demo.example"))


def test_who_had_a_password_or_a_token_still_has_it(desk, another, tmp_path):
    anna = desk.user("agent", "Anna Lind", "anna@shop.example")
    token = desk.token(anna)
    exporting.export(tmp_path / "export")

    def sign_in():
        ours.bring_in(tmp_path / "export")
        who = db.session.scalar(sa.select(User).where(User.name == "Anna Lind"))
        return passwords.verify(who.password_hash, PASSWORD), tokens.find(token)

    by_password, by_token = another(sign_in)
    assert by_password and by_token is not None


def test_without_secrets_nobody_can_sign_in_by_it(desk, another, tmp_path):
    anna = desk.user("agent", "Anna Lind", "anna@shop.example")
    desk.token(anna)
    key = desk.app.config["HELPDESK"].secret_key
    exporting.export(tmp_path / "export", secrets=False)
    whole = b"".join(content(tmp_path / "export").values())
    assert b"$argon2" not in whole and key.encode() not in whole
    assert (tmp_path / "export" / "api_tokens.jsonl").read_bytes() == b""
    report = another(lambda: ours.bring_in(tmp_path / "export"))
    assert report.taken["users"] == 1
    assert "needs a new password" in report.remarks[0]


def test_a_file_that_is_gone_is_told_and_does_not_stop_the_rest(desk, alice, again, tmp_path):
    desk.ticket(alice, files=[desk.file("a.png"), desk.file("b.png")])
    first = db.session.scalars(sa.select(Attachment).order_by(Attachment.id)).first()
    store().delete(first.stored_name)
    assert exporting.export(tmp_path / "export").missing == 1
    assert content(again(tmp_path / "export")) == content(tmp_path / "export")


def test_what_is_written_meanwhile_is_not_half_in_it(desk, alice, again, tmp_path):
    """All rows are of one moment, whoever writes while they are read."""
    desk.ticket(alice, files=[desk.file()])
    written = []

    def write():
        with desk.app.app_context():
            user = db.session.get(User, alice.id)
            desk.ticket(user, "Meanwhile", files=[desk.file()])
            written.append(1)

    def meanwhile(_more):
        if not written:
            writer = threading.Thread(target=write)
            writer.start()
            writer.join()

    found = exporting.export(tmp_path / "export", progress=meanwhile)
    assert written and found.rows["tickets"] == found.rows["attachments"] == found.files == 1
    assert content(again(tmp_path / "export")) == content(tmp_path / "export")


@pytest.mark.parametrize("name", ["export", "export.zip"])
def test_a_full_disk_leaves_nothing_behind(desk, alice, tmp_path, monkeypatch, name):
    desk.ticket(alice, files=[desk.file()])
    real = places.Member.write

    def full(member, content):
        real(member, content)
        if member.size > 300:
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(places.Member, "write", full)
    (tmp_path / "here").mkdir()
    with pytest.raises(OSError, match="No space left"):
        exporting.export(tmp_path / "here" / name)
    assert list((tmp_path / "here").iterdir()) == []


def test_it_can_only_be_read_by_its_owner(desk, tmp_path):
    exporting.export(tmp_path / "export")
    exporting.export(tmp_path / "export.zip")
    paths = [tmp_path / "export", tmp_path / "export.zip", *(tmp_path / "export").rglob("*")]
    assert not [path for path in paths if path.stat().st_mode & 0o077]


# -- Any rows at all: what no action would write comes back as well -------------------------------

TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\r\n"), max_size=30)
JSONS = {
    "dict[str, typing.Any]": st.dictionaries(TEXTS, TEXTS | st.integers(-(2**63), 2**63 - 1)),
    "dict[str, int]": st.dictionaries(TEXTS, st.integers(0, 2**31)),
    "dict[str, str]": st.dictionaries(TEXTS, TEXTS),
    "dict[str, list[str]]": st.dictionaries(TEXTS, st.lists(TEXTS)),
    "list[str]": st.lists(TEXTS, max_size=3),
    "list[dict[str, str]]": st.lists(st.dictionaries(TEXTS, TEXTS), max_size=2),
    "list[dict[str, typing.Any]]": st.lists(st.dictionaries(TEXTS, TEXTS), max_size=2),
}


def value_of(draw, kind, column, known, number):
    """Something that *column* may hold; *known* are the keys of the rows that are there."""
    for key in column.foreign_keys:
        target = key.column.table.name
        ids = known.get(target, [])
        if target == kind.name or (column.nullable and not ids):
            return None
        return draw(st.sampled_from(ids)) if ids else ...
    if column.name in ("stored_name", "sha256"):
        return f"{number:032x}" if column.name == "stored_name" else f"{number:064x}"
    if column.primary_key and isinstance(column.type, sa.Integer):
        return number + 1
    if column.nullable and not isinstance(column.type, sa.JSON) and draw(st.booleans()):
        return None
    match column.type:
        case Instant():
            return datetime.fromtimestamp(draw(st.integers(-(2**31), 2**35)), UTC)
        case sa.Enum(enum_class=choices):
            return draw(st.sampled_from(list(choices)))
        case sa.JSON():
            return draw(JSONS.get(annotation(kind, column), st.none() | JSONS["dict[str, str]"]))
        case sa.Boolean():
            return draw(st.booleans())
        case sa.Float():
            return draw(st.floats(allow_nan=False, allow_infinity=False))
        case sa.Integer():
            return draw(st.integers(0, 2**31))
    return f"{draw(TEXTS)}{number}"  # no two are the same


def annotation(kind, column):
    from helpdesk.operations.importing.ours.shapes import _document

    return str(_document(kind, column))


def is_alone(kind, row, taken):
    """Whether no row in *taken* has the same where there may be only one."""
    sets = [kind.keys]
    sets += [
        one.columns.keys()
        for one in (*kind.table.constraints, *kind.table.indexes)
        if isinstance(one, sa.UniqueConstraint) or getattr(one, "unique", False)
    ]
    wholes = {(kind.name, *names, *(row[name] for name in names)) for names in sets}
    wholes = {whole for whole in wholes if None not in whole}
    if wholes & taken:
        return False
    taken |= wholes
    return True


@st.composite
def rows_of_every_kind(draw):
    known, found, taken = {}, [], set()
    for kind in kinds():
        if kind.name in ("shop", "jobs", "one_time_links"):
            continue
        for number in range(draw(st.integers(0, 2))):
            row = {
                name: value_of(draw, kind, column, known, number)
                for name, column in zip(kind.names, kind.columns, strict=True)
            }
            if ... in row.values() or not is_alone(kind, row, taken):
                continue
            found.append((kind.table, row))
            if kind.keys == ("id",):
                known.setdefault(kind.name, []).append(row["id"])
    return found


@settings(
    max_examples=4,
    phases=[Phase.explicit, Phase.generate],  # to make one smaller would take minutes
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    deadline=None,
)
@given(rows=rows_of_every_kind())
def test_any_rows_come_back_to_the_byte(rows, make_desk, again, tmp_path_factory):
    tmp_path = tmp_path_factory.mktemp("any")
    make_desk()
    with transaction(), keys_are_looked_at_last(db.session.connection()):
        for table, row in rows:
            db.session.execute(sa.insert(table), row)
        put_in_order({}, kinds())  # SQLite does so by itself for rows that come with their ids
    exporting.export(tmp_path / "export")
    assert content(again(tmp_path / "export", tmp_path / "again")) == content(tmp_path / "export")
    lines = (tmp_path / "export" / "users.jsonl").read_bytes().splitlines()
    assert all(json.loads(line) for line in lines)
