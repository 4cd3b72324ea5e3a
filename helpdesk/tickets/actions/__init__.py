"""Writes of tickets: each checks the policy, changes rows and records events in one transaction."""

from .along import Along, apply_all, require_as_seen
from .attachments import Claim, Files, Kept, NewFile, Sent, keeping, upload, uploads
from .bulk import MOST_AT_ONCE, Change, Done, change_many, check_change
from .categories import (
    CategoryDraft,
    add_category,
    check_category,
    delete_category,
    update_category,
)
from .changes import UNSET, VALUE_WORDS, Changes, Unset, changed_again
from .changing import change_status, update
from .checking import check_changes, require_in_place, require_solvable
from .drafting import (
    OTHER,
    WHY,
    Saved,
    discard_draft,
    drop_discarded_drafts,
    drop_draft,
    restore_draft,
    revision_of,
    save_draft,
)
from .following import MOST_FOLLOWERS, follow, stop_following, unfollow
from .holding import (
    call_back,
    hold_reply,
    name_of,
    on_hold,
    send_reply,
)
from .linking import link, unlink
from .merging import merge
from .moving import move
from .overtaking import overtaken_deeds
from .placing import BIN_LASTS, goes_at, place, purge, purge_old
from .reading import mark_many, mark_read, mark_unread
from .releasing import next_departure, release_due, return_all
from .setting import value_of
from .splitting import require_splittable, split
from .undoing import Undone, can_undo, undo
from .writing import Draft, add_note, check_body, check_draft, open_ticket, open_with_words, reply

__all__ = [
    "BIN_LASTS",
    "MOST_AT_ONCE",
    "MOST_FOLLOWERS",
    "OTHER",
    "UNSET",
    "VALUE_WORDS",
    "WHY",
    "Along",
    "CategoryDraft",
    "Change",
    "Changes",
    "Claim",
    "Done",
    "Draft",
    "Files",
    "Kept",
    "NewFile",
    "Saved",
    "Sent",
    "Undone",
    "Unset",
    "add_category",
    "add_note",
    "apply_all",
    "call_back",
    "can_undo",
    "change_many",
    "change_status",
    "changed_again",
    "check_body",
    "check_category",
    "check_change",
    "check_changes",
    "check_draft",
    "delete_category",
    "discard_draft",
    "drop_discarded_drafts",
    "drop_draft",
    "follow",
    "goes_at",
    "hold_reply",
    "keeping",
    "link",
    "mark_many",
    "mark_read",
    "mark_unread",
    "merge",
    "move",
    "name_of",
    "next_departure",
    "on_hold",
    "open_ticket",
    "open_with_words",
    "overtaken_deeds",
    "place",
    "purge",
    "purge_old",
    "release_due",
    "reply",
    "require_as_seen",
    "require_in_place",
    "require_solvable",
    "require_splittable",
    "restore_draft",
    "return_all",
    "revision_of",
    "save_draft",
    "send_reply",
    "split",
    "stop_following",
    "undo",
    "unfollow",
    "unlink",
    "update",
    "update_category",
    "upload",
    "uploads",
    "value_of",
]
