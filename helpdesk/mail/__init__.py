"""Mail: every message arrives exactly once, is understood, and can be traced."""

from flask import Flask

from ..i18n import lazy


def init_app(app: Flask) -> None:
    """Let the desk's worker file what came, send what goes, and test mailboxes."""
    from .. import jobs
    from ..events import subscribe
    from . import filing, forgetting, ledger, sending
    from .fetching.fetcher import tell_fetchers
    from .mailboxes import checks

    jobs.register(
        app,
        ledger.FILE,
        filing.file_mail,
        title=lazy("File a mail"),
        lane="mail-in",
        attempts=5,
        failed=filing.given_up,
    )
    jobs.register(app, forgetting.FORGET, forgetting.forget, title=lazy("Forget deleted mails"))
    checks.init_app(app)
    subscribe(app, "ticket.purged", forgetting.on_purged)
    sending.init_app(app)
    tell_fetchers(app)
