"""Webhooks: whether they arrive. Only the rows are asked, never a server."""

from ...accounts.models import DESK
from ...i18n import lazy
from ...webhooks import queries
from .checks import Check, Patient, Said, good, some, warn


def webhooks(patient: Patient) -> Said:
    """Whether they arrive, and whether they may reach the shop's own network."""
    found = queries.webhooks(DESK)
    ailing = [one for one in found if one.failing_since is not None or one.why_paused]
    networks = patient.settings.webhooks_private
    if ailing:
        return warn(
            lazy(
                "Of %(num)s webhooks these don't arrive: %(which)s. %(why)s",
                num=len(found),
                which=some(one.name for one in ailing),
                why=ailing[0].why_paused or ailing[0].last_error,
            )
        )
    if networks:
        return warn(
            lazy(
                "HELPDESK_WEBHOOKS_PRIVATE lets admins have the desk send to %(networks)s: whatever"
                " listens there must not trust a request because it comes from this machine.",
                networks=some(networks),
            )
        )
    return good(lazy("Every webhook is delivered to (%(num)s).", num=len(found)))


CHECKS = (Check("work", lazy("webhooks"), webhooks),)
