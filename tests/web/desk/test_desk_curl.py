"""Copy as curl: lines that a real shell takes, whatever the ticket is called."""

import html
import json
import re
import subprocess

import pytest

from helpdesk.api.sides import PREFIX, STAFF
from helpdesk.tickets import actions
from helpdesk.tickets.models import Place

NASTY = "It's \"$(reboot)\" `id` \\ $TOKEN !x &amp; <b> ü 🔥 'quoted' ; rm -rf -- *"


def lines(page):
    found = re.findall(r'<pre class="code" id="([a-z-]+)-line"[^>]*>(.*?)</pre>', page, re.DOTALL)
    return {id_: html.unescape(line) for id_, line in found}


def arguments(line):
    """What *line* gives to curl, by a real shell."""
    script = 'curl() { for one in "$@"; do printf "%s\\0" "$one"; done; }\n' + line
    done = subprocess.run(
        ["sh", "-c", script], capture_output=True, check=True, env={"TOKEN": "secret"}
    )
    return done.stdout.decode().split("\0")[:-1]


def sent(desk, user, line):
    """What the desk answers to *line*."""
    given = arguments(line)
    method = given[given.index("-X") + 1] if "-X" in given else "GET"
    [url] = [one for one in given if one.startswith("http")]
    assert given[given.index("-H") + 1] == "Authorization: Bearer secret"
    data = {"json": json.loads(given[given.index("-d") + 1])} if "-d" in given else {}
    path = url.removeprefix(desk.app.config["HELPDESK"].base_url + PREFIX)
    assert path.startswith(f"/{STAFF.tickets}")
    return desk.api(user).open(method, path, **data)


@pytest.fixture
def shown(desk, agent):
    return lambda ticket: lines(desk.browser(agent).get(f"/desk/tickets/{ticket.id}/curl").text)


def test_a_shell_passes_the_subject_on_as_it_is(desk, alice, agent, shown):
    ticket = desk.ticket(alice, NASTY)
    given = arguments(shown(ticket)["fields"])
    assert json.loads(given[-1])["subject"] == desk.fresh(ticket).subject == NASTY


def test_what_is_copied_works(desk, alice, agent, shown):
    ticket = desk.ticket(alice, NASTY, tags=["it's"])
    other = [desk.ticket(alice) for _ in range(12)][10]
    assert other.id == 12
    for id_ in ("show", "fields", "reply", "note", "resolve", "split", "link", "merge"):
        answer = sent(desk, agent, shown(desk.fresh(ticket))[id_])
        assert answer.status_code == 200, (id_, answer.text)
    ticket = desk.ticket(alice)
    for id_ in ("end-links", "spam", "restore", "delete", "restore"):
        assert sent(desk, agent, shown(desk.fresh(ticket))[id_]).status_code == 200, id_


def test_of_a_ticket_that_lies_elsewhere_only_what_can_be_done(desk, alice, agent, shown):
    first, second = desk.ticket(alice), desk.ticket(alice)
    actions.merge(agent, [second], first)
    assert list(shown(second)) == ["show", "undo"]
    actions.place(agent, desk.fresh(first), Place.BIN)
    assert list(shown(first)) == ["show", "restore"]
