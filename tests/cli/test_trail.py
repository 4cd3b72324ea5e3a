"""What commands leave in the audit trail: each deed, and that it was a command's."""

import pytest

from helpdesk.operations.migrate import revisions
from tests.databases import ask


def told(folder):
    """Kind and way of each row, oldest first."""
    return ask(folder, "SELECT kind, way FROM audit ORDER BY id")


def backed_up(type_, tmp_path, name="backup.tar"):
    made = type_("backup", str(tmp_path / name))
    assert made.status == 0, made.err
    return tmp_path / name


def test_accounts_and_tokens(type_, data, ana):
    assert type_("token", "add", ana, "--name", "reports").status == 0
    assert type_("token", "revoke", "1").status == 0
    assert type_("user", "disable", ana).status == 0
    assert type_("user", "enable", ana).status == 0
    assert type_("user", "password", ana, "--password-stdin", stdin="long enough 7\n").status == 0

    rows = told(data)
    assert {way for _kind, way in rows} == {"command"}
    assert [kind for kind, _way in rows if kind != "password_link"] == [
        *("user_added", "token_added", "token_revoked"),
        *("user_disabled", "user_enabled", "password_changed"),
    ]


@pytest.mark.sqlite  # PostgreSQL has pg_dump: test_backups.py
def test_backup_and_restore_and_what_puts_it_back(type_, data, tmp_path):
    file = backed_up(type_, tmp_path)
    assert told(data)[-1] == ("backed_up", "command")

    assert type_("restore", "--replace", str(file)).status == 0
    assert told(data)[-1] == ("restored", "command")
    [old] = data.glob("replaced-*")
    assert type_("restore", "--replace", str(old)).status == 0
    assert told(data)[-2:] == [("backed_up", "command"), ("restored", "command")]


def test_export_and_import(type_, data, tmp_path):
    assert type_("export", str(tmp_path / "all.zip")).status == 0
    sheet = tmp_path / "tickets.csv"
    sheet.write_text("email,subject\nbo@mail.example,Broken\n", encoding="utf-8")
    assert type_("import", "csv", str(sheet)).status == 0
    assert told(data) == [(kind, "command") for kind in ("exported", "user_added", "imported")]


def test_a_desk_that_is_brought_in_says_so_at_the_end_of_its_trail(type_, data, ana, tmp_path):
    before = told(data)
    assert type_("export", str(tmp_path / "all.zip")).status == 0
    new = tmp_path / "new"
    assert type_("import", "json", str(tmp_path / "all.zip"), folder=new).status == 0

    assert told(new) == [*before, ("imported", "command")]
    assert "error" not in type_("doctor", folder=new).out


@pytest.mark.sqlite  # PostgreSQL has pg_dump: test_backups.py
def test_a_backup_of_a_newer_desk_is_made_and_said_to_be_one(type_, data, tmp_path):
    ask(data, "UPDATE alembic_version SET version_num = '9999'")
    made = type_("backup", str(tmp_path / "newer.tar"))
    assert (made.status, made.lines) == (0, [str(tmp_path / "newer.tar")])
    assert "newer than this program" in made.err and revisions()[-1] in made.err


@pytest.mark.sqlite  # PostgreSQL has pg_dump: test_backups.py
def test_a_backup_that_cannot_be_noted_is_a_backup(type_, data, tmp_path):
    ask(data, "DROP TABLE audit")
    made = type_("backup", str(tmp_path / "odd.tar"))
    assert (made.status, made.lines) == (0, [str(tmp_path / "odd.tar")])
    assert made.err.startswith("Not in the audit trail:")
