"""Custom fields in a test's own words: ``field("Order number")``."""

import pytest

from helpdesk.accounts.models import DESK
from helpdesk.fields import actions
from helpdesk.fields.models import About, FieldKind, RequiredFor


@pytest.fixture
def field(desk):
    """Makes a field: ``field("Colour", "choice", choices=["red", "blue"], shown=True)``."""

    def make(label="Order number", kind="text", about="ticket", **more):
        more.setdefault("choices", ["red", "blue"] if kind == "choice" else [])
        draft = actions.FieldDraft(
            label=label,
            choices=more["choices"],
            required_for=RequiredFor(more.get("required", "nobody")),
            is_shown_to_customers=more.get("shown", False),
            is_active=more.get("active", True),
        )
        return actions.add_field(DESK, About(about), FieldKind(kind), draft)

    return make
