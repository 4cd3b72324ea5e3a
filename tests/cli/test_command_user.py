"""``helpdesk user``: CLI.md, "Commands"."""

import json
import re

import pytest

from helpdesk.accounts.models import Role
from helpdesk.cli.users import ROLES

GOOD = "correct horse lamp"


def test_adding_a_user_prints_the_id_and_then_a_link_to_set_a_password(type_):
    added = type_("user", "add", "bo@mail.example", "--name", "Bo", "--role", "customer")

    assert added.status == 0
    number, link = added.lines
    assert number == "1"
    assert re.fullmatch(r"http://127\.0\.0\.1:8000/set-password/1-[0-9a-f]{32}", link)


def test_adding_a_user_with_a_password_prints_only_the_id(type_):
    added = type_(
        *("user", "add", "bo@mail.example", "--name", "Bo", "--role", "vendor"),
        "--password-stdin",
        stdin=f"{GOOD}\nanother line\n",
    )

    assert (added.status, added.out) == (0, "1\n")


def test_the_link_begins_with_the_base_url(type_, monkeypatch):
    monkeypatch.setenv("HELPDESK_BASE_URL", "https://help.shop.example")

    added = type_("user", "add", "bo@mail.example", "--name", "Bo", "--role", "customer")

    assert added.lines[1].startswith("https://help.shop.example/set-password/")


def test_a_user_that_cannot_be_added_is_told_of_in_a_sentence(type_, ana):
    again = type_("user", "add", ana.upper(), "--name", "Ana", "--role", "agent")

    assert (again.status, again.out) == (1, "")
    assert again.err == "email: There is an account with this address already.\n"


def test_all_that_is_wrong_is_told_at_once(type_):
    refused = type_(
        *("user", "add", "nobody", "--name", " ", "--role", "agent", "--password-stdin"),
        stdin="short\n",
    )

    assert refused.status == 1
    assert refused.out == ""
    assert refused.err.count("\n") == 1
    for word in ("e-mail address", "name: This field is required", "at least 8"):
        assert word in refused.err


def test_nothing_is_added_when_something_is_wrong(type_):
    type_("user", "add", "bo@mail.example", "--name", " ", "--role", "agent")

    assert type_("user", "list").out == ""


def test_nobody_is_added_without_the_link_that_was_to_be_printed(type_, monkeypatch):
    def fail(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("helpdesk.accounts.actions.invite", fail)

    refused = type_("user", "add", "bo@mail.example", "--name", "Bo", "--role", "agent")

    assert (refused.status, refused.out) == (1, "")
    assert refused.err == "No space left on device.\n"
    assert type_("user", "list").out == ""


def test_a_password_that_is_not_utf_8_is_refused(type_):
    refused = type_(
        *("user", "add", "bo@mail.example", "--name", "Bo", "--role", "agent", "--password-stdin"),
        stdin=b"\xff\xfe lamp and lamp\n",
    )

    assert (refused.status, refused.err) == (1, "The password on stdin is not UTF-8.\n")


@pytest.mark.parametrize("end", ["\n", "\r\n", ""])
def test_a_password_is_read_to_the_end_of_its_line_and_kept_as_it_is(type_, end):
    spaced = f" {GOOD} "
    type_(
        *("user", "add", "bo@mail.example", "--name", "Bo", "--role", "agent", "--password-stdin"),
        stdin=spaced + end,
    )

    script = (
        "from helpdesk.accounts.actions import Visitor, authenticate\n"
        f"print(authenticate(Visitor('127.0.0.1'), 'bo@mail.example', {spaced!r}).id)"
    )
    assert type_("shell", stdin=script).out == "1\n"


def test_the_roles_are_those_of_the_accounts():
    assert list(ROLES) == [role.value for role in Role]


def test_the_list_has_a_user_a_line(type_, ana):
    type_("user", "add", "bo@mail.example", "--name", "Bo Lind", "--role", "customer")

    assert type_("user", "list").lines == [
        f"1\t{ana}\tagent\tactive\tAna Ruiz",
        "2\tbo@mail.example\tcustomer\tactive\tBo Lind",
    ]
    assert json.loads(type_("user", "list", "--json").out)[1] == {
        "id": 2,
        "email": "bo@mail.example",
        "role": "customer",
        "state": "active",
        "name": "Bo Lind",
    }


def test_a_list_of_nobody_is_still_json(type_):
    assert json.loads(type_("user", "list", "--json").out) == []


def test_a_name_cannot_write_to_the_terminal_of_who_lists_it(type_):
    type_("user", "add", "bo@mail.example", "--name", "Bo\x1b[2J", "--role", "customer")

    assert "\x1b" not in type_("user", "list").out


def test_a_disabled_user_is_listed_as_such_until_enabled_again(type_, ana):
    boss = ("--name", "Edith", "--role", "admin")
    type_("user", "add", "edith@shop.example", *boss)
    assert type_("user", "disable", ana).status == 0
    assert "\tdisabled\t" in type_("user", "list").lines[0]
    assert type_("user", "enable", ana).status == 0
    assert "\tdisabled\t" not in type_("user", "list").out


def test_results_are_not_mixed_with_remarks(type_, ana):
    disabled = type_("user", "disable", ana)

    assert (disabled.out, disabled.err) == ("", f"{ana} is shut out.\n")


def test_the_last_admin_cannot_be_disabled(type_):
    type_("user", "add", "edith@shop.example", "--name", "Edith", "--role", "admin")

    refused = type_("user", "disable", "edith@shop.example")

    assert refused.status == 1
    assert refused.err.startswith("This is the last admin")


def test_a_new_password_is_set(type_, ana, desk):
    assert type_("user", "password", ana, "--password-stdin", stdin=f"{GOOD}\n").status == 0

    bad = type_("user", "password", ana, "--password-stdin", stdin="password1\n")
    assert (bad.status, "too common" in bad.err) == (1, True)


def test_a_password_is_never_an_argument_nor_read_unasked(type_, ana):
    assert type_("user", "password", ana, stdin=f"{GOOD}\n").status == 2


@pytest.mark.parametrize("command", ["disable", "enable", "password"])
def test_an_unknown_address_is_a_failure(type_, command):
    options = ["--password-stdin"] if command == "password" else []

    refused = type_("user", command, "who@shop.example", *options, stdin=f"{GOOD}\n")

    assert (refused.status, refused.out) == (1, "")
    assert refused.err == "There is no user with the address who@shop.example.\n"


def test_time_of_the_link_is_a_week(type_, travel):
    link = type_("user", "add", "bo@mail.example", "--name", "Bo", "--role", "agent").lines[1]
    script = (
        "from helpdesk.accounts.actions import Visitor, user_of_link\n"
        f"print(user_of_link(Visitor('::1'), {link.rpartition('/')[2]!r}).email)"
    )

    travel(days=7, seconds=-60)
    assert type_("shell", stdin=script).out == "bo@mail.example\n"
    travel(days=7, seconds=1)
    assert type_("shell", stdin=script).status == 1


def test_the_last_admin_who_lost_their_phone_gets_in_again(type_):
    added = type_(
        *("user", "add", "ada@shop.example", "--name", "Ada", "--role", "admin"),
        "--password-stdin",
        stdin=GOOD,
    )
    set_up = (
        "from helpdesk.accounts.factors import app, managing, totp\n"
        "from helpdesk import clock\n"
        "from helpdesk.accounts.queries import by_email\n"
        "ada = by_email('ada@shop.example')\n"
        "app.begin(ada)\n"
        "secret = app.secret_to_confirm(ada.id)\n"
        "managing.confirm_app(ada, totp.code_of(secret, totp.step_at(clock.now())))\n"
    )
    is_on = (
        f"from helpdesk.accounts import entering\nprint(entering.has_factors({added.lines[0]}))\n"
    )
    assert type_("shell", stdin=set_up + is_on).out == "True\n"

    reset = type_("user", "password", "ada@shop.example", "--reset-factors")

    assert (reset.status, reset.out) == (0, "")
    assert "password alone" in reset.err
    assert type_("shell", stdin=is_on).out == "False\n"
    told = (
        "from helpdesk.audit.models import AuditRow\n"
        "from helpdesk.database import db\n"
        "row = db.session.query(AuditRow).order_by(AuditRow.id.desc()).first()\n"
        "print(row.kind, row.way)\n"
    )
    assert type_("shell", stdin=told).out == "factors_reset command\n"
