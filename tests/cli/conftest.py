"""The command line as a person types it, in this process."""

import logging
from dataclasses import dataclass

import pytest
from click.testing import CliRunner

from helpdesk.cli import program


@dataclass
class Typed:
    status: int
    out: str
    err: str

    @property
    def lines(self):
        return self.out.splitlines()


def no_stack(typed):
    assert "Traceback" not in typed.out + typed.err
    return typed


@pytest.fixture
def data(tmp_path, empty_desk):
    """A data folder with an empty desk."""
    return empty_desk(tmp_path / "desk")


@pytest.fixture
def type_(data, monkeypatch):
    """Types a command: ``type_("user", "list")``; *stdin* is what is piped into it."""
    root = logging.getLogger()
    # A command that works on writes a log, and would write the one of later tests, too.
    before, level = list(root.handlers), root.level
    for name in ("HELPDESK_DATA", "DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)

    def run(*words, stdin="", folder=data):
        result = CliRunner().invoke(program, ["--data", str(folder), *words], input=stdin)
        return no_stack(Typed(result.exit_code, result.stdout, result.stderr))

    yield run
    for handler in [one for one in root.handlers if one not in before]:
        root.removeHandler(handler)
        handler.close()
    root.setLevel(level)


@pytest.fixture
def ana(type_):
    """The address of an agent."""
    added = type_("user", "add", "ana@shop.example", "--name", "Ana Ruiz", "--role", "agent")
    assert added.status == 0, added.err
    return "ana@shop.example"
