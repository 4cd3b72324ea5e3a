"""The trail in words: no key is left for people to guess at."""

import re
from datetime import UTC, datetime

import pytest

from helpdesk import audit
from helpdesk.audit import Kind, facts
from helpdesk.audit.fact_words import FACT_WORDS, THINGS
from helpdesk.audit.listening import _SETTINGS
from helpdesk.audit.words import KIND_WORDS
from helpdesk.database import transaction
from helpdesk.i18n import speaking
from helpdesk.mail.mailboxes.actions import _FACTS
from helpdesk.shop import actions as shop
from helpdesk.tickets.actions.categories import CategoryDraft, update_category
from tests.audit.test_trail import trail


def said(**details):
    with transaction():
        row = audit.record(Kind.SETTINGS_CHANGED, details=details)
    return " · ".join(str(fact) for fact in facts.facts(row))


def test_each_kind_and_each_setting_has_words(desk):
    assert set(KIND_WORDS) == set(Kind)
    assert set(_SETTINGS) <= set(THINGS)
    assert set(_FACTS) <= set(FACT_WORDS)


@pytest.mark.parametrize(
    ("details", "words"),
    [
        ({"by": "password+app"}, "How: password + code of the app"),
        ({"before": "customer", "after": "agent"}, "Customer → Agent"),
        ({"what": "a", "before": {"x": 1}, "after": {"x": 2}}, "a · x: 1 → 2"),
        ({"what": "shop.logo", "before": None, "after": "f00.png"}, "Logo · – → a picture"),
        ({"before": {"imap_port": 993}, "after": {"imap_port": 143}}, "IMAP port: 993 → 143"),
        ({"what": ["rows", "<b>"]}, "rows, <b>"),
        ({"format": "mbox", "taken": {"tickets": 3}}, "Format: mbox · tickets: 3"),
        ({"size": 2048, "name": "b.tar"}, "Name: b.tar · Size: 2 kB"),
        ({"ticket": 12}, "Ticket: TKT12"),
        ({"kind": "signed_in"}, "Kind: Signed in"),
        ({"business_hours": "odd", "hour": None, "made_at": "never", "left_out": "?"}, None),
        ({"before": {"business_hours": [1, [2], None, "x", {}, [9, "y"]]}, "after": {}}, None),
        ({"by": {"a": 1}, "what": {"b": [2]}, "thing": [None], "taken": []}, None),
    ],
)  # fmt: skip
def test_details_are_said(desk, details, words):
    assert said(**details) == words or words is None


def test_a_setting_of_one_value_is_said(desk):
    told = said(what="shop.hold", before=10, after=1)
    assert told == "When replies leave · 10 seconds → 1 second"


def test_only_the_days_that_changed_are_said(desk):
    week = [[540, 1020]] * 5 + [None] * 2
    told = said(before={"business_hours": week}, after={"business_hours": [None, *week[1:]]})
    assert told == "At work: Mon 9:00–17:00 → Mon closed"


def test_long_values_are_cut(desk):
    assert said(thing="x" * 150) == "x" * 79 + "…"


def test_moments_are_the_readers(desk):
    with transaction():
        row = audit.record(Kind.RESTORED, details={"made_at": "2026-11-26T09:00:00Z"})
    assert facts.facts(row)[0].at == datetime(2026, 11, 26, 9, tzinfo=UTC)


def test_they_are_said_in_the_language_that_is_spoken(desk):
    with speaking("de"):
        assert said(before="customer", after="agent") != "Customer → Agent"


def test_a_change_says_of_what(desk, admin):
    lamps = desk.category("Lamps")
    update_category(admin, lamps, CategoryDraft("Lamps", is_active=False))
    told = " · ".join(str(fact) for fact in facts.facts(trail(Kind.SETTINGS_CHANGED)[-1]))
    assert re.fullmatch(r"Category changed · Lamps · In use: yes → no", told)


def test_what_the_shop_is_called_is_said_once(desk, admin):
    shop.update_shop(admin, name="Lamps", accent="#111111")
    told = [fact.key for fact in facts.facts(trail(Kind.SETTINGS_CHANGED)[-1])]
    assert sorted(told) == ["accent", "name", "what"]
