"""Password links on the serving terminal: told once they are sure, and then only."""

import pytest

from helpdesk.accounts.actions import Visitor, request_reset
from helpdesk.cli.serve import _announce_password_links
from helpdesk.database import transaction

VISITOR = Visitor("127.0.0.1")


@pytest.fixture
def announcing(desk):
    """A desk that tells of password links as one that is served does."""
    _announce_password_links(desk.app, "https://help.shop.example")
    return desk


def test_a_link_is_printed_when_it_is_asked_for(announcing, alice, capfd):
    request_reset(VISITOR, alice.email)

    [line] = capfd.readouterr().out.splitlines()
    start = f"Password link for {alice.email}: https://help.shop.example/set-password/"
    assert line.startswith(start)


def test_a_link_whose_making_fails_is_never_printed(announcing, alice, bob, capfd):
    with pytest.raises(ZeroDivisionError), transaction():
        request_reset(VISITOR, alice.email)
        raise ZeroDivisionError

    announcing.ticket(bob)  # the next commit is of something else
    assert capfd.readouterr().out == ""


def test_nothing_is_printed_before_the_commit(announcing, alice, capfd):
    with transaction():
        request_reset(VISITOR, alice.email)
        assert capfd.readouterr().out == ""

    assert alice.email in capfd.readouterr().out


def test_nothing_is_printed_for_somebody_unknown(announcing, capfd):
    request_reset(VISITOR, "who@shop.example")

    assert capfd.readouterr().out == ""
