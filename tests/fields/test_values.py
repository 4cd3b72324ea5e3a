"""What fits into a custom field, and how it is kept."""

from decimal import Decimal

import pytest

from helpdesk.fields import queries, values
from helpdesk.fields.models import About
from helpdesk.text import Fields


@pytest.mark.parametrize(
    ("raw", "kept"),
    [
        ("12.50", "12.5"),
        (" 7 ", "7"),
        ("1e3", "1000"),
        ("-0", "0"),
        ("0.000000000", "0"),
        ("+.5", "0.5"),
        ("1e-3", "0.001"),
        (1e15 - 1, "999999999999999"),
        (3, "3"),
        (2.5, "2.5"),
        (0.1, "0.1"),
        (Decimal("4.20"), "4.2"),
        ("", None),
        (None, None),
        ("   ", None),
    ],
)
def test_a_number_is_kept_as_plain_decimal_text(field, raw, kept):
    assert values.normal(field("Weight", "number"), raw) == kept


@pytest.mark.parametrize(
    "raw",
    [
        10**400,
        10**5000,
        2**63,
        -(10**15),
        1e300,
        "1e999",
        "1e-999",
        "9" * 16,
        "0." + "1" * 16,
        "1" * 5000,
        float("nan"),
        float("inf"),
        "NaN",
        "Infinity",
        "sNaN",
        "1,5",
        "0x10",
        "٣",
        "1_000",
        "one",
        "1\0",
        True,
        [1],
        {"a": 1},
        b"1",
    ],
    ids=lambda raw: repr(raw)[:20] if not isinstance(raw, int) or raw < 2**64 else "huge",
)
def test_what_is_no_number_is_refused(field, raw):
    with pytest.raises(values.Wrong):
        values.normal(field("Weight", "number"), raw)


@pytest.mark.parametrize(
    ("kind", "raw", "kept"),
    [
        ("text", "  two \n lines ", "two lines"),
        ("text", "", None),
        ("date", "2028-02-29", "2028-02-29"),
        ("date", "0001-01-01", "0001-01-01"),
        ("date", "9999-12-31", "9999-12-31"),
        ("choice", "red", "red"),
        ("choice", "", None),
        ("checkbox", True, True),
        ("checkbox", "on", True),
        ("checkbox", "FALSE", False),
        ("checkbox", 0, False),
        ("checkbox", None, False),
    ],
)
def test_values_of_the_other_kinds(field, kind, raw, kept):
    assert values.normal(field("Thing", kind), raw) == kept


@pytest.mark.parametrize(
    ("kind", "raw"),
    [
        ("text", 5),
        ("text", "a\0b"),
        ("text", "\ud800"),
        ("text", "x" * 1001),
        ("text", ["a"]),
        ("date", "2027-02-31"),
        ("date", "2027-2-3"),
        ("date", "20270203"),
        ("date", "0000-01-01"),
        ("date", "10000-01-01"),
        ("date", 20270203),
        ("date", "2027-W01-1"),
        ("choice", "green"),
        ("choice", "Red"),
        ("choice", ["red"]),
        ("checkbox", "maybe"),
        ("checkbox", 2),
        ("checkbox", 1.0),
        ("checkbox", [True]),
    ],
)
def test_what_does_not_fit_is_refused(field, kind, raw):
    with pytest.raises(values.Wrong):
        values.normal(field("Thing", kind), raw)


def test_all_that_is_wrong_is_told_at_once(desk, agent, field):
    field("Order number"), field("Weight", "number"), field("Bought on", "date")
    errors = Fields()
    given = {"weight": "heavy", "bought_on": "never", "order_number": "A1", "nothing\n" * 9: 1}
    found = values.checked(agent, queries.fields(agent, About.TICKET), given, errors)
    assert found == {"order_number": "A1"}
    assert set(errors.errors) == {
        "fields.weight",
        "fields.bought_on",
        f"fields.{'nothing' * 5}",
    }


def test_a_customer_can_fill_in_only_what_they_are_shown(desk, alice, field):
    field("Order number", shown=True), field("Secret"), field("Old", shown=True, active=False)
    errors = Fields()
    known = queries.fields(alice, About.TICKET)
    assert [one.key for one in known] == ["order_number"]
    given = {"order_number": "A1", "secret": "x", "old": "x", "no_such": "x"}
    assert values.checked(alice, known, given, errors) == {"order_number": "A1"}
    said = errors.errors
    assert said["fields.secret"] == said["fields.old"] == said["fields.no_such"]
