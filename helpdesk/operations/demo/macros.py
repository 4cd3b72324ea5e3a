"""The demo's saved replies and macros, as ``macros.toml`` tells them."""

from collections.abc import Mapping
from typing import Any

from ...accounts.models import User
from ...macros.actions import MacroDraft, ReplyDraft, Title, add_macro, add_reply
from ...macros.steps import Steps
from ...tickets.actions import Along, Changes
from ...tickets.models import Category, MessageKind, Priority, Status
from .script import read


def add_all(users: Mapping[str, User], categories: Mapping[str, Category]) -> None:
    """Keep all of them, each for who is said to have made it."""
    told = read("macros")
    for one in told["replies"]:
        add_reply(users[one["who"]], ReplyDraft(body=one["body"], **vars(_title(one))))
    for one in told["macros"]:
        steps = _steps(one, users, categories)
        add_macro(users[one["who"]], MacroDraft(steps=steps, **vars(_title(one))))


def _title(one: Mapping[str, Any]) -> Title:
    folder, is_shared = one.get("folder", ""), not one.get("mine", False)
    return Title(name=one["name"], folder=folder, is_shared=is_shared)


def _steps(
    one: Mapping[str, Any], users: Mapping[str, User], categories: Mapping[str, Category]
) -> Steps:
    changes: dict[str, Any] = {}
    if "status" in one:
        changes["status"] = Status(one["status"])
    if "priority" in one:
        changes["priority"] = Priority(one["priority"])
    if "to" in one:
        changes["assignee_id"] = users[one["to"]].id
    if "category" in one:
        top, _, child = one["category"].partition("/")
        changes["category_id"] = categories[top].id
        changes["subcategory_id"] = categories[one["category"]].id if child else None
    if "field" in one:
        changes["fields"] = one["field"]
    return Steps(
        words=one.get("words", ""),
        kind=MessageKind.NOTE if one.get("note") else MessageKind.REPLY,
        to_me=one.get("me", False),
        along=Along(
            changes=Changes(**changes),
            add_tags=one.get("add_tags", ()),
            remove_tags=one.get("remove_tags", ()),
        ),
    )
