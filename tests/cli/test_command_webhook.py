"""``helpdesk webhook``."""

import json

URL = "https://chat.example/hooks/a-secret-of-theirs"


def test_one_is_added_listed_paused_and_removed(type_):
    added = type_("webhook", "add", URL, "--name", "Chat", "--event", "ticket.opened")
    assert added.status == 0, added.err
    assert added.lines[0] == "1"
    assert added.lines[1].startswith("whsec_")
    listed = type_("webhook", "list", "--json")
    assert json.loads(listed.out) == [
        {
            "id": 1,
            "state": "active",
            "waiting": 0,
            "given_up": 0,
            "name": "Chat",
            "host": "chat.example",
        }
    ]
    assert "a-secret-of-theirs" not in listed.out
    assert type_("webhook", "pause", "1").status == 0
    assert json.loads(type_("webhook", "list", "--json").out)[0]["state"] == "paused"
    assert type_("webhook", "replay", "1").err == "This webhook is paused: resume it first.\n"
    assert type_("webhook", "resume", "1").status == 0
    assert type_("webhook", "replay", "1").out == "0\n"
    renewed = type_("webhook", "secret", "1").out.strip()
    assert renewed.startswith("whsec_")
    assert renewed != added.lines[1]
    assert type_("webhook", "remove", "1").status == 0
    assert json.loads(type_("webhook", "list", "--json").out) == []


def test_what_can_not_be_is_told_in_a_sentence(type_):
    unknown = type_("webhook", "add", URL, "--name", "Chat", "--event", "ticket.nonsense")
    assert unknown.status == 2
    assert "There is no event ticket.nonsense" in unknown.err
    assert type_("webhook", "add", URL, "--name", "Chat").status == 1
    assert type_("webhook", "add", "http://chat.example", "--name", "C", "--all").status == 1
    for command in ("pause", "resume", "secret", "replay", "remove"):
        refused = type_("webhook", command, "7")
        assert (refused.status, refused.err) == (1, "There is no such webhook.\n")
