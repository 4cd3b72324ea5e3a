"""A self-hosted help desk: one process, one folder."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from .settings import Settings

__all__ = ["create_app"]


def create_app(settings: "Settings", *, answers: bool = True) -> "Flask":
    """The desk as a Flask application, over the data folder of *settings*.

    Without *answers* it has no pages and no API, which commands don't need: half of a start.
    """
    # Here and not above, so that `helpdesk --help` does not wait half a second for them.
    from flask import Flask

    from . import (
        api,
        audit,
        ceilings,
        database,
        events,
        failures,
        files,
        hosts,
        jobs,
        live,
        logs,
        macros,
        mail,
        metrics,
        models,  # noqa: F401 (its import makes the tables known)
        notices,
        operations,
        people,
        privacy,
        routing,
        search,
        tickets,
        watchdog,
        web,
        webhooks,
    )
    from .paths import TEMPLATES

    app = Flask(__name__, template_folder=str(TEMPLATES), static_folder=None)
    # None of our functions is a coroutine; Flask would look at eight of them in each request.
    app.ensure_sync = lambda func: func  # type: ignore[method-assign]
    app.config.from_mapping(
        HELPDESK=settings,
        SECRET_KEY=settings.secret_key,
        MAX_CONTENT_LENGTH=settings.max_upload_bytes,
        MAX_FORM_PARTS=500,
    )
    failures.init_app(app)
    watchdog.init_app(app, settings)
    routing.init_app(app)
    database.init_app(app, settings)
    events.init_app(app)
    audit.init_app(app)
    jobs.init_app(app)
    search.init_app(app)
    tickets.init_app(app)
    live.init_app(app)
    notices.init_app(app)
    notices.listen(app, live.hub_of(app).notify)
    notices.tell_also(app, live.tell_notices)
    people.init_app(app)
    macros.init_app(app)
    mail.init_app(app)
    privacy.init_app(app)
    webhooks.init_app(app)
    operations.init_app(app)
    files.init_app(
        app,
        settings.attachments,
        most_files=settings.max_files + 10,
        kept_in=files.bucket_of(settings),
    )
    api.subscribe_to_events(app)
    api.word_webhooks(app)
    if answers:
        api.init_app(app)
        web.init_app(app)
        hosts.init_app(app)
        ceilings.share(app)
        metrics.init_app(app)
    logs.init_app(app)  # at last, so that it sees all there is to see
    return app
