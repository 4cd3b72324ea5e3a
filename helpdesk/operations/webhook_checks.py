"""What ``helpdesk doctor`` says of webhooks. It asks the rows only, never a server."""

from flask import current_app

from ..accounts.models import DESK
from ..settings import Settings
from ..webhooks import queries


def webhooks() -> tuple[str, str]:
    """Whether they arrive, and whether they may reach the shop's own network."""
    found = queries.webhooks(DESK)
    ailing = [one for one in found if one.failing_since is not None or one.why_paused]
    settings: Settings = current_app.config["HELPDESK"]
    if ailing:
        names = ", ".join(one.name for one in ailing[:5])
        why = ailing[0].why_paused or ailing[0].last_error
        return "warning", f"Of {len(found)} these don't arrive: {names}. {why}"
    if settings.webhooks_private:
        networks = ", ".join(map(str, settings.webhooks_private))
        return "warning", (
            f"HELPDESK_WEBHOOKS_PRIVATE lets admins have the desk send to {networks}: "
            "whatever listens there must not trust a request because it comes from this machine."
        )
    return "ok", f"There are {len(found)}, and all arrive." if found else "There are none."
