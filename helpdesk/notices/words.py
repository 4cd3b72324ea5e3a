"""What a notice says, in one sentence: under the bell, by the browser, by mail."""

from ..i18n import gettext as _
from ..i18n import ngettext
from ..tickets.models import ref_of
from .kinds import Kind


def sentence(kind: Kind, who: str, ticket_id: int, tickets: int = 1) -> str:
    """What *who* (nobody: the desk itself) did, on one ticket or with the first of several."""
    who, ref = who or _("The desk"), ref_of(ticket_id)
    if tickets > 1:
        return ngettext(
            "%(who)s gave you %(num)s ticket",
            "%(who)s gave you %(num)s tickets",
            tickets,
            who=who,
        )
    match kind:
        case Kind.MENTIONED:
            return _("%(who)s mentioned you on %(ref)s", who=who, ref=ref)
        case Kind.ASSIGNED:
            return _("%(who)s gave you %(ref)s", who=who, ref=ref)
        case Kind.ANSWERED:
            return _("%(who)s answered on %(ref)s", who=who, ref=ref)
        case Kind.DISCUSSED:
            return _("%(who)s wrote on your %(ref)s", who=who, ref=ref)
        case Kind.RETURNED:
            return _("Your reply on %(ref)s could not leave", ref=ref)
        case Kind.OPENED:
            return _("%(who)s opened %(ref)s", who=who, ref=ref)
