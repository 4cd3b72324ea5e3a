"""Writes of tickets: each checks the policy, changes rows and records events in one transaction."""

from .attachments import Claim, Files, NewFile, upload
from .categories import (
    CategoryDraft,
    add_category,
    check_category,
    delete_category,
    update_category,
)
from .changing import UNSET, Changes, Unset, change_status, check_changes, require_solvable, update
from .undoing import Undone, can_undo, undo
from .writing import Draft, add_note, check_body, check_draft, open_ticket, reply

__all__ = [
    "UNSET",
    "CategoryDraft",
    "Changes",
    "Claim",
    "Draft",
    "Files",
    "NewFile",
    "Undone",
    "Unset",
    "add_category",
    "add_note",
    "can_undo",
    "change_status",
    "check_body",
    "check_category",
    "check_changes",
    "check_draft",
    "delete_category",
    "open_ticket",
    "reply",
    "require_solvable",
    "undo",
    "update",
    "update_category",
    "upload",
]
