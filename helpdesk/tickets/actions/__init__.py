"""Writes of tickets: each checks the policy, changes rows and records events in one transaction."""

from .attachments import Files, NewFile, upload
from .categories import CategoryDraft, add_category, delete_category, update_category
from .changing import UNSET, Changes, change_status, update
from .writing import Draft, add_note, open_ticket, reply

__all__ = [
    "UNSET",
    "CategoryDraft",
    "Changes",
    "Draft",
    "Files",
    "NewFile",
    "add_category",
    "add_note",
    "change_status",
    "delete_category",
    "open_ticket",
    "reply",
    "update",
    "update_category",
    "upload",
]
