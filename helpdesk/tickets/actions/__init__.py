"""Writes of tickets: each checks the policy, changes rows and records events in one transaction."""

from .attachments import Claim, Files, NewFile, upload
from .bulk import Change, Done, change_many, check_change
from .categories import (
    CategoryDraft,
    add_category,
    check_category,
    delete_category,
    update_category,
)
from .changing import UNSET, Changes, Unset, change_status, check_changes, require_solvable, update
from .linking import link, unlink
from .merging import merge
from .moving import move
from .placing import BIN_LASTS, goes_at, place, purge, purge_old
from .splitting import require_splittable, split
from .undoing import Undone, can_undo, undo
from .writing import Draft, add_note, check_body, check_draft, open_ticket, reply

__all__ = [
    "BIN_LASTS",
    "UNSET",
    "CategoryDraft",
    "Change",
    "Changes",
    "Claim",
    "Done",
    "Draft",
    "Files",
    "NewFile",
    "Undone",
    "Unset",
    "add_category",
    "add_note",
    "can_undo",
    "change_many",
    "change_status",
    "check_body",
    "check_category",
    "check_change",
    "check_changes",
    "check_draft",
    "delete_category",
    "goes_at",
    "link",
    "merge",
    "move",
    "open_ticket",
    "place",
    "purge",
    "purge_old",
    "reply",
    "require_solvable",
    "require_splittable",
    "split",
    "undo",
    "unlink",
    "update",
    "update_category",
    "upload",
]
