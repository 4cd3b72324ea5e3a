"""What all commands share: help, exit statuses, sentences, and being quick."""

import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from helpdesk import errors
from helpdesk.cli import program
from helpdesk.cli.groups import sentence_of

ROOT = Path(__file__).parents[2]


def commands(group, words=()):
    ctx = click.Context(group)
    for name in group.list_commands(ctx):
        command = group.get_command(ctx, name)
        yield (*words, name)
        if isinstance(command, click.Group):
            yield from commands(command, (*words, name))


@pytest.mark.parametrize("words", list(commands(program)), ids=" ".join)
def test_every_command_has_help_with_an_example(words):
    shown = CliRunner().invoke(program, [*words, "--help"])

    assert shown.exit_code == 0
    example = shown.stdout.split("Example:")[1]
    assert "helpdesk " + " ".join(words[:1]) in example
    assert "..." not in shown.stdout.partition("Commands:")[2]


def test_the_list_of_commands_is_whole_and_no_line_of_it_is_cut():
    shown = CliRunner().invoke(program, ["--help"]).stdout

    for name in ("serve", "user", "token", "category", "doctor", "config", "openapi", "routes"):
        assert f"\n  {name}" in shown
    assert "..." not in shown.split("Commands:")[1]


@pytest.mark.parametrize(
    "words",
    [
        ["nonsense"],
        ["user"],
        ["user", "add"],
        ["serve", "--port", "70000"],
        ["--data", "", "config"],
        ["backup", ""],
        ["export", ""],
    ],
    ids=" ".join,
)
def test_wrong_usage_has_status_2(words):
    used = CliRunner().invoke(program, words)

    assert (used.exit_code, used.stdout) == (2, "")
    assert "Usage:" in used.stderr


def test_a_setting_that_is_wrong_is_one_sentence(type_, monkeypatch):
    monkeypatch.setenv("HELPDESK_PROT", "9000")

    refused = type_("user", "list")

    assert (refused.status, refused.out) == (1, "")
    assert refused.err == "Unknown setting HELPDESK_PROT. Did you mean HELPDESK_PORT?\n"


def test_a_data_folder_that_is_a_file_is_refused(type_, tmp_path):
    (tmp_path / "file").write_text("")

    assert type_("user", "list", folder=tmp_path / "file").status == 2


@pytest.mark.sqlite  # the next one is PostgreSQL's
def test_a_database_that_is_none_is_one_sentence(type_, data):
    (data / "helpdesk.db").write_bytes(b"no database at all " * 100)

    refused = type_("user", "list")

    assert (refused.status, refused.out) == (1, "")
    assert refused.err.startswith(
        "The database can't be read: file is not a database. `helpdesk doc"
    )
    assert "restore" in refused.err


@pytest.mark.postgresql
def test_a_postgresql_that_is_away_is_one_sentence_without_its_password(type_, data):
    url = "postgresql://desk:open-sesame@/desk?host=/nobody/is/here"
    (data / "helpdesk.env").write_text(f"DATABASE_URL={url}\n")

    refused = type_("user", "list")

    assert (refused.status, refused.out) == (1, "")
    assert refused.err.startswith("The database can't be reached"), refused.err
    assert refused.err.count("\n") == 1 and "open-sesame" not in refused.err


def test_a_fault_of_ours_is_one_sentence_unless_its_trace_is_asked_for(monkeypatch, type_):
    def fail(*_):
        raise ZeroDivisionError("division by zero\nand more")

    monkeypatch.setattr("helpdesk.accounts.queries.users", fail)

    refused = type_("user", "list")
    assert (refused.status, refused.out) == (1, "")
    assert refused.err == "An unexpected fault: ZeroDivisionError: division by zero\n"
    with pytest.raises(ZeroDivisionError):
        CliRunner().invoke(program, ["--trace", "user", "list"], catch_exceptions=False)


def test_ctrl_c_ends_a_command_without_a_word(monkeypatch, type_):
    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("helpdesk.accounts.queries.users", interrupted)

    stopped = type_("user", "list")

    assert (stopped.status, stopped.out, stopped.err) == (1, "", "")


def test_every_bad_field_is_in_the_sentence():
    error = errors.Invalid({"name": ["Too long."], "email": ["Not one.", "Taken."]})

    assert sentence_of(error) == "name: Too long. email: Not one. email: Taken."


def test_an_error_of_the_system_names_the_file():
    assert sentence_of(PermissionError(13, "Permission denied", "/x")) == "/x: Permission denied."


def test_help_and_config_import_neither_flask_nor_the_database(tmp_path):
    code = (
        "import sys\nfrom helpdesk.cli import program\n"
        "try:\n    program.main({words!r})\nexcept SystemExit as end:\n"
        "    print(end.code, sorted({{'flask', 'sqlalchemy', 'alembic'}} & set(sys.modules)))"
    )
    for words in (["--help"], ["user", "add", "--help"], ["--data", str(tmp_path), "config"]):
        run = subprocess.run(
            [sys.executable, "-c", code.format(words=words)],
            capture_output=True,
            text=True,
            check=True,
        )
        assert run.stdout.splitlines()[-1] == "0 []"


def test_app_py_is_the_same_program(tmp_path):
    run = subprocess.run(
        [sys.executable, str(ROOT / "app.py"), "--data", str(tmp_path / "desk"), "doctor"],
        capture_output=True,
        text=True,
        check=False,
    )

    assert run.returncode == 1
    assert "There is no desk in" in run.stdout


def test_a_reader_that_goes_away_is_no_fault(tmp_path):
    shell = f"{sys.executable} -m app --data {tmp_path} config | head -1; echo ${{PIPESTATUS[0]}}"
    run = subprocess.run(
        ["bash", "-c", shell], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert run.stderr == ""
    assert run.stdout.startswith("HELPDESK_DATA=")


@pytest.mark.parametrize(
    ("words", "files", "status"),
    [
        ("config", ">&-", 0),
        ("config", ">&- 2>&- <&-", 0),
        ("user password a@shop.example --password-stdin", "<&-", 1),
        ("config", ">/dev/full", 1),
        ("--help", ">/dev/full", 1),
    ],
)
def test_files_that_a_caller_has_closed_or_that_are_full_are_no_fault(
    tmp_path, words, files, status
):
    shell = f"{sys.executable} -m app --data {tmp_path / 'desk'} {words} {files}"
    run = subprocess.run(
        ["bash", "-c", shell], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert (run.returncode, run.stdout) == (status, "")
    assert "Traceback" not in run.stderr and "fault" not in run.stderr
    assert run.stderr.count("\n") == (1 if status else 0)
