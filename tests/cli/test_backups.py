"""``backup``, ``verify``, ``restore`` as a person types them."""

import json
import os
import pty
import subprocess

import pytest

from helpdesk.operations.archives import swapping
from tests import warm
from tests.started import PATIENCE, environment, helpdesk

SQLITE = pytest.mark.sqlite  # the backup is of its file


@pytest.mark.postgresql
def test_what_backs_postgresql_up_is_told_and_nothing_is_made(type_, data):
    told = type_("backup")
    assert (told.status, told.out) == (1, "")
    assert "pg_dump --format=custom" in told.err
    assert list((data / "backups").glob("*")) == []


@pytest.fixture
def backup(type_, ana):
    made = type_("backup")
    assert made.status == 0, made.err
    return made.out.strip()


@SQLITE
def test_a_backup_prints_its_path_and_nothing_else(type_, data, ana):
    made = type_("backup")

    [path] = (data / "backups").iterdir()
    assert (made.status, made.out, made.err) == (0, f"{path}\n", "")


@SQLITE
def test_it_goes_to_a_file_or_a_folder(type_, ana, tmp_path):
    assert type_("backup", str(tmp_path)).out.startswith(f"{tmp_path}/helpdesk-")
    assert type_("backup", str(tmp_path / "a.tar")).out == f"{tmp_path / 'a.tar'}\n"

    again = type_("backup", str(tmp_path / "a.tar"))
    assert (again.status, again.out) == (1, "")
    assert again.err == f"{tmp_path / 'a.tar'} is there already; a backup replaces nothing.\n"


@SQLITE
def test_a_proof_is_a_line_each_or_json(type_, backup):
    said = type_("verify", backup)
    assert said.status == 0
    assert all(line.startswith("ok       ") for line in said.lines)

    assert f"{backup}, not proven" not in type_("doctor").out
    found = json.loads(type_("verify", "--light", "--json", backup).out)
    assert (found["ok"], found["tables"]["users"]) == (True, 1)


@SQLITE
def test_what_is_none_is_refused_in_a_sentence(type_, tmp_path):
    bad = tmp_path / "bad.tar"
    bad.write_bytes(b"lamps" * 500)

    for words in (("verify", str(bad)), ("restore", str(bad))):
        said = type_(*words, folder=tmp_path / "new")
        assert (said.status, said.out) == (1, "")
        assert said.err == "It is not a backup, or it is damaged.\n"
    assert type_("verify", str(tmp_path / "nowhere")).status == 2


@SQLITE
def test_it_is_restored_and_put_back(type_, backup, data, tmp_path):
    new = tmp_path / "new"
    said = type_("restore", backup, folder=new)
    assert said.status == 0, said.err
    assert said.out.startswith(f"Restored into {new}: the desk as it was at 20")
    assert "Everybody is signed out." in said.err
    assert "ana@shop.example" in type_("user", "list", folder=new).out

    again = type_("restore", backup, folder=new)
    assert again.status == 1
    assert "With --replace" in again.err

    replaced = type_("restore", "--replace", backup, folder=new)
    [old] = new.glob("replaced-*")
    assert replaced.lines[1] == f"The desk that was there is kept in {old}."
    assert type_("restore", str(old), folder=new).status == 2
    back = type_("restore", "--replace", str(old), folder=new)
    assert back.status == 0, back.err
    assert not old.exists()


@SQLITE
def test_a_restore_that_was_killed_is_finished_by_the_next_command(
    type_, backup, data, monkeypatch
):
    def killed(_data):
        raise SystemExit(9)

    with monkeypatch.context() as patched:
        patched.setattr(swapping, "_move", killed)
        assert type_("restore", "--replace", backup).status == 9
    assert swapping.is_under_way(data)
    told = type_("doctor").out
    assert "A restore was interrupted" in told and "`helpdesk user list`" in told

    assert "ana@shop.example" in type_("user", "list").out
    assert not swapping.is_under_way(data)
    assert len(list(data.glob("replaced-*"))) == 1


@SQLITE
def test_a_terminal_is_shown_how_far_it_is(backup, data):
    main, side = pty.openpty()
    done = warm.run(
        [*helpdesk(), "--data", str(data), "backup"],
        stdout=subprocess.PIPE,
        stderr=side,
        env=environment(TERM="xterm"),
        check=True,
        timeout=PATIENCE,
    )
    os.close(side)
    shown = os.read(main, 100_000).decode()
    os.close(main)
    assert "Database" in shown
    assert "100%" in shown
    assert done.stdout.decode().endswith(".tar\n")
