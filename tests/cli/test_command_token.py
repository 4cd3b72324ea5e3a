"""``helpdesk token``: CLI.md, "Commands"."""

import json
import re

import pytest

from tests.databases import everything


def test_adding_a_token_prints_the_token_and_nothing_else(type_, ana):
    added = type_("token", "add", ana, "--name", "reports")

    assert added.status == 0
    assert re.fullmatch(r"hd_[\w-]{43}\n", added.out)
    assert added.err == ""


def test_a_token_works_for_its_owner(type_, ana, data):
    token = type_("token", "add", ana, "--name", "reports").out.strip()

    script = f"from helpdesk.accounts import tokens\nprint(tokens.find({token!r}).name)"
    assert type_("shell", stdin=script).out == "Ana Ruiz\n"
    assert token not in everything(data)


def test_the_list_shows_tokens_without_their_secret(type_, ana):
    token = type_("token", "add", ana, "--name", "reports", "--days", "90").out.strip()

    [row] = json.loads(type_("token", "list", "--json").out)
    assert (row["id"], row["email"], row["name"], row["last_used"]) == (1, ana, "reports", None)
    assert row["expires"] > row["created"]
    [line] = type_("token", "list", ana).lines
    assert line.split("\t")[0] == "1"
    assert token not in line


def test_the_list_can_be_of_one_user(type_, ana):
    type_("user", "add", "bo@mail.example", "--name", "Bo", "--role", "customer")
    type_("token", "add", ana, "--name", "hers")
    type_("token", "add", "bo@mail.example", "--name", "his")

    assert [row["name"] for row in json.loads(type_("token", "list", ana, "--json").out)] == [
        "hers"
    ]


def test_a_revoked_token_is_gone(type_, ana):
    type_("token", "add", ana, "--name", "reports")

    assert type_("token", "revoke", "1").status == 0
    assert type_("token", "list").out == ""
    again = type_("token", "revoke", "1")
    assert (again.status, again.err) == (1, "There is no such token.\n")


@pytest.mark.parametrize("days", ["0", "-1", "4000", "9" * 30])
def test_a_lifetime_must_make_sense(type_, ana, days):
    refused = type_("token", "add", ana, "--name", "reports", "--days", days)

    assert (refused.status, refused.out) == (1, "")
    assert refused.err.startswith("days: ")


@pytest.mark.parametrize("number", ["x", "0", "-1", "9" * 30])
def test_an_id_that_cannot_be_one_is_wrong_usage(type_, number):
    assert type_("token", "revoke", number).status == 2


def test_a_disabled_user_gets_no_token(type_, ana):
    assert type_("user", "disable", ana).status == 0
    refused = type_("token", "add", ana, "--name", "reports")

    assert (refused.status, refused.out) == (1, "")
    assert refused.err == f"{ana} is disabled: a token would not work.\n"
    assert type_("token", "list").out == ""
