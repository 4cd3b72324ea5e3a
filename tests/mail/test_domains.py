"""Domains beyond ASCII: one person either way they are written, and never somebody else's."""

import pytest

from helpdesk.accounts.models import DESK
from helpdesk.database import transaction
from helpdesk.mail import tokens
from helpdesk.mail.domains import ascii_form, unicode_form
from helpdesk.mail.models import Outcome
from helpdesk.mail.sending.mime import ascii_address
from helpdesk.tickets import queries
from tests.mail.letters import answer_to, letter, post


@pytest.mark.parametrize(
    ("written", "looked_up"),
    [
        ("bücher.example", "xn--bcher-kva.example"),
        ("faß.example", "xn--fa-hia.example"),
        ("shop.example", "shop.example"),
    ],
)
def test_a_domain_has_two_forms(written, looked_up):
    assert ascii_form(written) == looked_up
    assert ascii_address(f"ana@{written}") == f"ana@{looked_up}"


def test_what_has_no_other_form_stays_as_it_is():
    assert unicode_form("xn--bcher-kva.example") == "bücher.example"
    for odd in ("shop.example", "xn--\u00fc.example", "xn--99999999.example", "xn--.example"):
        assert unicode_form(odd) == odd
    for bad in ("ß" + "a" * 70, "ü" + "a" * 70, "ü..example"):
        with pytest.raises(UnicodeError):
            ascii_form(bad)


@pytest.mark.parametrize(
    ("account", "writes"),
    [
        ("ana@bücher.example", "ana@xn--bcher-kva.example"),
        ("ana@xn--bcher-kva.example", "ana@bücher.example"),
    ],
)
def test_somebody_takes_part_whichever_their_program_writes(desk, account, writes):
    ticket = desk.ticket(desk.user("customer", "Ana", account))
    with transaction():
        tokens.thread_of(ticket.id)
    raw = letter("More.", from_="ana@x.example", **answer_to(ticket.id))
    row = post(desk, raw.replace(b"ana@x.example", writes.encode()))
    assert (row.outcome, row.ticket_id) == (Outcome.REPLY, ticket.id)


def test_somebody_with_blanks_in_their_address_is_not_somebody_else(desk, alice):
    raw = letter().replace(
        b"Alice Moor <alice.moor@shop.example>", b'"eve alice.moor"@shop.example'
    )
    assert post(desk, raw).outcome is Outcome.HELD


def test_a_name_in_angle_brackets_is_a_name(desk):
    raw = letter().replace(b"Alice Moor <alice.moor@shop.example>", b"<b>Al</b> <al@shop.example>")
    row = post(desk, raw)
    assert queries.get(DESK, row.ticket_id).requester.email == "al@shop.example"
