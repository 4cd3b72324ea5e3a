"""Deeds in words: merged, split, linked, moved, put somewhere; one sentence an event."""

from ...i18n import gettext as _
from ...i18n import lazy
from ...tickets.models import Place, ref_of
from ...tickets.queries.opened_by_staff import Happened

IMPORTED = "ticket.imported"
MACRO = "ticket.macro"
DEED_WORDS = {
    "ticket.subject": lazy("subject"),
    "ticket.requester": lazy("requester"),
    "ticket.place": lazy("place"),
    "ticket.merged": lazy("merged"),
    "ticket.unmerged": lazy("taken apart"),
    "ticket.split": lazy("split"),
    "ticket.unsplit": lazy("put together"),
    "ticket.linked": lazy("linked"),
    "ticket.unlinked": lazy("unlinked"),
    "ticket.followed": lazy("follower"),
    "ticket.unfollowed": lazy("follower"),
    "ticket.mail_bounced": lazy("mail"),
    "ticket.links_revoked": lazy("mail"),
    "mail.sent_again": lazy("mail"),
    "mail.settled": lazy("mail"),
    "mail.cancelled": lazy("mail"),
    IMPORTED: lazy("import"),
    MACRO: lazy("macro"),
}


def deed_sentence(event: Happened, who: str) -> str:
    """What *event*, whose kind is in DEED_WORDS, says that *who* did."""
    before, after = event.before, event.after
    if event.kind == MACRO:
        return _("%(who)s used the macro “%(name)s”", who=who, name=after["name"])
    if event.kind == IMPORTED:
        return _("It was brought along from %(source)s (%(ref)s)", **after)
    if event.kind.startswith("mail."):
        return _mail_sentence(event, who)
    match event.kind:
        case "ticket.subject":
            return _("%(who)s changed the subject, which was “%(before)s”", who=who, before=before)
        case "ticket.requester":
            return _(
                "%(who)s moved it from %(before)s to %(after)s",
                who=who,
                before=event.name_before or f"#{before['id']}",
                after=event.name_after or f"#{after['id']}",
            )
        case "ticket.place":
            return _place_sentence(who, Place(before["place"]), Place(after["place"]))
        case "ticket.merged":
            return _merged_sentence(event, who)
        case "ticket.unmerged":
            other = ref_of(before.get("into") or before["from"])
            return _("%(who)s took it and %(ref)s apart again", who=who, ref=other)
        case "ticket.split":
            return _split_sentence(event, who)
        case "ticket.unsplit":
            return _(
                "%(who)s put back what was split off to %(ref)s", who=who, ref=ref_of(before["to"])
            )
        case "ticket.linked":
            return _("%(who)s linked it to %(ref)s", who=who, ref=ref_of(after["to"]))
        case "ticket.mail_bounced":
            return _("The mail to %(email)s did not arrive", email=after["recipient"])
        case "ticket.links_revoked":
            return _("%(who)s ended the links in its mails", who=who)
        case "ticket.followed":
            name = event.name_after or f"#{after['id']}"
            return _("%(who)s lets %(name)s get the answers by mail", who=who, name=name)
        case "ticket.unfollowed":
            name = event.name_before or f"#{before['id']}"
            return _("%(who)s lets %(name)s get no more answers", who=who, name=name)
    return _("%(who)s took away the link to %(ref)s", who=who, ref=ref_of(before["to"]))


def _mail_sentence(event: Happened, who: str) -> str:
    name = event.after["recipient"]
    if event.kind == "mail.sent_again":
        return _("%(who)s had the mail to %(name)s sent again", who=who, name=name)
    if event.kind == "mail.settled":
        return _("%(who)s says that the mail to %(name)s arrived", who=who, name=name)
    return _("%(who)s stopped the mail to %(name)s", who=who, name=name)


def _place_sentence(who: str, before: Place, after: Place) -> str:
    if after is Place.SPAM:
        return _("%(who)s put it into spam", who=who)
    if after is Place.BIN:
        return _("%(who)s deleted it", who=who)
    if before is Place.SPAM:
        return _("%(who)s said that it isn't spam", who=who)
    return _("%(who)s put it back", who=who)


def _merged_sentence(event: Happened, who: str) -> str:
    if "into" in event.after:
        return _("%(who)s merged it into %(ref)s", who=who, ref=ref_of(event.after["into"]))
    return _("%(who)s merged %(ref)s into it", who=who, ref=ref_of(event.after["from"]))


def _split_sentence(event: Happened, who: str) -> str:
    if "to" in event.after:
        return _("%(who)s split a part off to %(ref)s", who=who, ref=ref_of(event.after["to"]))
    return _("%(who)s split it off from %(ref)s", who=who, ref=ref_of(event.after["from"]))
