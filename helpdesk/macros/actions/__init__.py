"""Writes of saved replies and macros, and what a macro does to a ticket."""

from .applying import Applied, Line, Plan, apply, for_many, plan, trouble_with
from .keeping import LONGEST_FOLDER, LONGEST_NAME, MOST, Title
from .macros import MacroDraft, add_macro, check_macro, delete_macro, update_macro
from .replies import ReplyDraft, add_reply, check_reply, delete_reply, update_reply

__all__ = [
    "LONGEST_FOLDER",
    "LONGEST_NAME",
    "MOST",
    "Applied",
    "Line",
    "MacroDraft",
    "Plan",
    "ReplyDraft",
    "Title",
    "add_macro",
    "add_reply",
    "apply",
    "check_macro",
    "check_reply",
    "delete_macro",
    "delete_reply",
    "for_many",
    "plan",
    "trouble_with",
    "update_macro",
    "update_reply",
]
