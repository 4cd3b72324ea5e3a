"""What must not happen again on a desk that was brought back: time has gone on since its backup.

Mails that waited were sent since, most likely, and replies that were held have left; who signed out
would be signed in again, and a link that was used would work once more. The desk can't know, so it
does none of it by itself.
"""

from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from .copying import make_single, opened
from .layout import DATABASE, SECRET, Manifest
from .opening import desk_in


@dataclass(frozen=True)
class Calmed:
    """How many there were."""

    sessions: int
    replies: int
    mails: int
    tokens: int  # of the API: they are as they were


def calm(desk: Path, manifest: Manifest, secret_key: str) -> Calmed:
    """Bring the desk in the folder *desk* up to date and calm it down. Raises HelpdeskError."""
    from ... import audit, create_app
    from ...accounts import links, sessions, tokens
    from ...accounts.factors import devices
    from ...database import db, transaction
    from ...mail.sending import actions as mail
    from ...mail.sending.outbox import quiet
    from ...privacy import archives
    from ...tickets.actions import return_all
    from ...webhooks import actions as webhooks
    from ..migrate import bring_up_to_date

    has_own = (desk / SECRET).exists()
    environ = {} if has_own or not secret_key else {"HELPDESK_SECRET_KEY": secret_key}
    app = create_app(desk_in(desk, environ), answers=False)
    audit.by_command(app)
    try:
        bring_up_to_date(app, holds_lock=True, backs_up=False)
        with app.app_context(), quiet(), transaction():
            links.end_resets()
            devices.distrust_everybodys()
            archives.drop_everybodys()
            webhooks.calm(f"The desk was restored from a backup of {manifest.made_at}.")
            calmed = Calmed(
                sessions=sessions.end_everybodys(),
                replies=return_all(),
                mails=mail.doubt_all(
                    f"The desk was restored from a backup of {manifest.made_at}, when this mail "
                    "waited. It may have been sent since."
                ),
                tokens=len(tokens.tokens_of()),
            )
            audit.record(audit.Kind.RESTORED, details={"made_at": manifest.made_at})
    finally:
        with app.app_context():
            db.session.remove()
            db.engine.dispose()
    with closing(opened(desk / DATABASE)) as connection:
        make_single(connection)
    return calmed
