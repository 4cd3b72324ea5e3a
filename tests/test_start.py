"""What a start brings with it. Modules are counted, not seconds: those are the machine's."""

import json
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest
import werkzeug.routing
from werkzeug.routing import IntegerConverter

from tests.started import typed

# What a desk may never need, or only once somebody asks for it.
SELDOM = {
    "alembic",
    "cryptography",
    "helpdesk.cli.users",  # and what else is a command that wasn't called
    "email.headerregistry",  # the newer message classes
    "helpdesk.files.buckets",  # unless the settings name one
    "helpdesk.files.remote",
    "helpdesk.mail.fetching.connection",
    "helpdesk.mail.reading.understanding",
    "helpdesk.metrics.answering",  # unless its token is set
    "helpdesk.operations.demo",
    "helpdesk.operations.doctor",
    "imap_tools",
    "imaplib",
    "mailparser_reply",
    "segno",
    "sqlalchemy.dialects.mysql",
    "sqlalchemy.dialects.postgresql",
    "obstore",
    "sqlite3",
    "webauthn",
}
PAGES = {"helpdesk.api.blueprint", "helpdesk.web.desk", "helpdesk.web.portal", "wtforms"}
MADE = """
import gc, json, sys
from pathlib import Path
from helpdesk.cli.opening import bring_up_to_date, make_desk
from helpdesk.settings import load_settings

app = make_desk(load_settings(Path(sys.argv[1]), {}), answers=sys.argv[2] == "answers")
bring_up_to_date(app)
heard = [
    f"{kind} {handler.__module__}"
    for kind, handlers in app.extensions["helpdesk.subscribers"].items()
    for handler in handlers
]
print(json.dumps([gc.isenabled(), gc.get_freeze_count(), sorted(sys.modules), heard]))
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("start") / "desk"
    typed(folder, "user", "list")  # so that it is up to date
    return folder


class Made(NamedTuple):
    """What is known of a process that has made a desk."""

    is_collecting: bool
    frozen: int
    modules: list[str]
    heard: list[str]  # kinds of events, each with the module that wants to know of it


@cache  # that no test waits for what another has made
def _made(folder: Path, kind: str) -> Made:
    said = subprocess.run(
        [sys.executable, "-c", MADE, str(folder), kind],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    ).stdout
    return Made(*json.loads(said))


def test_a_server_starts_without_what_is_needed_seldom(folder):
    modules = set(_made(folder, "answers").modules)

    assert modules >= PAGES
    assert not modules & SELDOM


def test_a_command_starts_without_pages_and_api(folder):
    modules = set(_made(folder, "none").modules)

    assert "helpdesk.tickets.actions" in modules
    assert not modules & (SELDOM | PAGES)


def test_a_command_does_all_that_follows_from_what_it_does(folder):
    heard, by_server = set(_made(folder, "none").heard), set(_made(folder, "answers").heard)

    assert "ticket.purged helpdesk.api.idempotency" in heard
    assert {one.partition(" ")[2] for one in by_server - heard} == {"helpdesk.web.once"}  # forms


def test_the_garbage_collector_leaves_alone_what_a_start_has_made(folder):
    made = _made(folder, "answers")

    assert made.is_collecting
    assert made.frozen > 50_000


def test_addresses_are_built_as_werkzeug_builds_them(desk):
    for rule in desk.app.url_map.iter_rules():
        twin = werkzeug.routing.Rule(rule.rule, endpoint=rule.endpoint, defaults=rule.defaults)
        twin.bind(desk.app.url_map, rebind=True)
        values = {"page": "2 ä"} | {
            name: 7 if isinstance(converter, IntegerConverter) else "a b/ä"
            for name, converter in rule._converters.items()
        }
        for append_unknown in (True, False, True):
            built = rule.build(values, append_unknown)
            assert built == twin.build(values, append_unknown) is not None, rule
