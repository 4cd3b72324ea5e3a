"""Saved replies and macros in the tests' own words."""

import pytest

from helpdesk.macros import actions
from helpdesk.macros.actions import MacroDraft, ReplyDraft
from helpdesk.macros.steps import Steps
from helpdesk.tickets.actions import Along, Changes
from helpdesk.tickets.models import MessageKind


@pytest.fixture
def saved():
    """Keeps a reply: ``saved(agent, "Hello {{requester.name}}", name="Hello", shared=True)``."""

    def saved(owner, body="Thank you.", name="Thanks", folder="", shared=False):
        draft = ReplyDraft(name=name, folder=folder, is_shared=shared, body=body)
        return actions.add_reply(owner, draft)

    return saved


def steps_of(words="", note=False, me=False, add=(), remove=(), **changes):
    return Steps(
        words=words,
        kind=MessageKind.NOTE if note else MessageKind.REPLY,
        to_me=me,
        along=Along(changes=Changes(**changes), add_tags=add, remove_tags=remove),
    )


@pytest.fixture
def steps():
    """What a macro does: ``steps("Bye", status=Status.RESOLVED, add=["done"], me=True)``."""
    return steps_of


@pytest.fixture
def macro():
    """Keeps a macro: ``macro(agent, name="Close", status=Status.CLOSED)``."""

    def macro(owner, words="", name="Close it", folder="", shared=True, **what):
        draft = MacroDraft(
            name=name, folder=folder, is_shared=shared, steps=steps_of(words, **what)
        )
        return actions.add_macro(owner, draft)

    return macro
