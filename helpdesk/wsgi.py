"""The desk for another server than ours: ``gunicorn 'helpdesk.wsgi:application()'``.

For platforms that want one. Such a server must be behind a proxy that takes requests in whole, has
several processes, and so a desk on PostgreSQL; the background work is ``helpdesk worker``'s. What
only our own server can is told in docs/SCALING.md.
"""

import os
import sys
from contextlib import ExitStack
from typing import TYPE_CHECKING

from .errors import HelpdeskError

if TYPE_CHECKING:
    from flask import Flask

_until_the_end = ExitStack()  # of the process
NEVER_AGAIN = 4  # gunicorn's own status for an application that can't be loaded


def application() -> "Flask":
    """A desk that answers and hears of other processes. Raises HelpdeskError."""
    from . import logs
    from .cli.opening import bring_up_to_date, look_at_files, make_desk
    from .database import linked
    from .serving import TrustedProxies, give_memory_back, lock_data_folder
    from .settings import load_settings

    give_memory_back()
    settings = load_settings()
    if settings.is_alone:
        raise HelpdeskError(
            "A desk on SQLite is served by one process: helpdesk serve. Several need DATABASE_URL."
        )
    logs.configure(settings)
    _until_the_end.enter_context(lock_data_folder(settings.data, shared=True))
    app = make_desk(settings, answers=True)
    bring_up_to_date(app, holds_lock=True)
    _until_the_end.enter_context(linked(app))
    os.register_at_fork(after_in_child=_end)
    look_at_files(app)
    app.wsgi_app = TrustedProxies(app.wsgi_app, settings.trusted_proxies)  # type: ignore[method-assign]
    return app


def _end() -> None:
    """End a process that was made of one which has the desk: they would share connections."""
    sys.stderr.write("Each process has to make its own desk: start gunicorn without --preload.\n")
    os._exit(NEVER_AGAIN)
