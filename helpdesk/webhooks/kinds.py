"""What can be subscribed to: events of tickets, by the names that the event list gives them."""

from collections.abc import Mapping
from typing import Final

from ..i18n import lazy

TEST: Final = "webhook.test"  # what the button sends: an event that never happened

# In the order of the form, a group each.
WORDS: Final[Mapping[str, lazy]] = {
    "ticket.opened": lazy("A ticket is opened"),
    "ticket.replied": lazy("Somebody replies"),
    "ticket.noted": lazy("An internal note is written"),
}
FACTS: Final[Mapping[str, lazy]] = {
    "ticket.status": lazy("Status"),
    "ticket.assignee": lazy("Assignee"),
    "ticket.priority": lazy("Priority"),
    "ticket.category": lazy("Category"),
    "ticket.subcategory": lazy("Sub-category"),
    "ticket.tags": lazy("Tags"),
    "ticket.field": lazy("Custom fields"),
    "ticket.subject": lazy("Subject"),
    "ticket.requester": lazy("Requester"),
}
PLACES: Final[Mapping[str, lazy]] = {
    "ticket.merged": lazy("Merged into another"),
    "ticket.unmerged": lazy("Taken apart again"),
    "ticket.split": lazy("Split off"),
    "ticket.unsplit": lazy("Put together again"),
    "ticket.linked": lazy("Linked"),
    "ticket.unlinked": lazy("No longer linked"),
    "ticket.place": lazy("Put into spam or the bin, or taken back out"),
    "ticket.purged": lazy("Deleted for good"),
}
PEOPLE: Final[Mapping[str, lazy]] = {
    "ticket.followed": lazy("Somebody follows it"),
    "ticket.unfollowed": lazy("Somebody no longer follows it"),
    "ticket.mail_bounced": lazy("A mail could not be delivered"),
    "ticket.undone": lazy("Something is undone"),
}
OFFERED: Final[Mapping[str, lazy]] = {**WORDS, **FACTS, **PLACES, **PEOPLE}

# What the event list has besides, and why nobody is sent it.
LEFT_OUT: Final[Mapping[str, str]] = {
    "ticket.imported": "It happened elsewhere, long ago.",
    "ticket.macro": "Whatever it does is an event of its own.",
    "ticket.links_revoked": "It concerns links in mails, not the ticket.",
    "ticket.reply_held": "The words may still be called back.",
    "ticket.reply_called_back": "Nobody was told of these words.",
    "ticket.reply_returned": "Nobody was told of these words.",
}
