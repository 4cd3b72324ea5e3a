"""Password links that still work, for the admin to hand on while the desk sends no mail."""

from datetime import datetime
from typing import Any

from flask import current_app, url_for
from flask_login import current_user
from msgspec import Struct

from ...accounts import links as one_time
from ...accounts import policy
from ...accounts.models import LinkPurpose, OneTimeLink, User
from ..access import admin_only
from ..proving import proved
from . import settings
from .pages import settings_page


class OpenLink(Struct, frozen=True):
    """A link with its address."""

    id: int
    user: User | None
    is_invitation: bool
    url: str
    created_at: datetime
    expires_at: datetime | None


@settings.get("/links")
@admin_only
@proved
def links() -> Any:
    """All of them, the newest first."""
    return settings_page("settings/links.html", "links", links=open_links())


def open_links(of: User | None = None) -> list[OpenLink]:
    """The links that still work (*of* one user). Raises NotAllowed."""
    policy.require(current_user, "see_links")
    return [_with_address(link) for link in one_time.open_resets(of)]


def _with_address(link: OneTimeLink) -> OpenLink:
    base = current_app.config["HELPDESK"].base_url
    path = url_for("web.accounts.set_password", token=one_time.token_of(link))
    return OpenLink(
        link.id,
        link.user,
        link.purpose is LinkPurpose.INVITE,
        base + path,
        link.created_at,
        link.expires_at,
    )
