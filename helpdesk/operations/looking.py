"""The doctor by itself: each night, and when an admin asks. In a process of its own.

There is a whole second desk in that, whose work and memory would hold up this one.
"""

import json
import os
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
from flask import current_app

from .. import clock
from ..backups import queries as backups
from ..database import db
from ..health import actions
from ..health.models import THE_ROW, HealthReport
from ..i18n import gettext as _
from ..jobs import GiveUp
from ..paths import PACKAGE
from ..settings import Settings

AFTER_BACKUP = timedelta(minutes=40)
TOLD_EVERY = 0.7  # seconds
_LOOK = (sys.executable, "-c", "from helpdesk.operations.looking import main; main()")


def look(_payload: dict[str, Any]) -> None:
    """The job ``health.daily``: look once a night, after the backup. Raises GiveUp.

    A new desk waits for its first night; one that was stopped then looks once it is back.
    """
    row, now = db.session.get(HealthReport, THE_ROW), clock.now()
    due = None if row is None else row.next_at
    if due is not None and due > now:
        return
    # Should this kill the process: not again and again.
    actions.plan(backups.next_time(backups.plan(), now) + AFTER_BACKUP)
    if due is not None:
        check({})


def check(payload: dict[str, Any]) -> None:
    """The job ``health.check``: look now, and keep what is found. Raises GiveUp."""
    settings: Settings = current_app.config["HELPDESK"]
    is_deep = payload.get("deep") is True
    db.session.rollback()  # no snapshot of the database is held meanwhile
    try:
        findings = _findings(settings, is_deep)
    except (OSError, ValueError, subprocess.SubprocessError) as error:
        sentence = _("The doctor could not look: %(why)s.", why=str(error) or type(error).__name__)
        actions.went_wrong(sentence)
        raise GiveUp(sentence) from error
    actions.keep(findings, is_deep=is_deep)


def main() -> None:
    """The other process: a line of JSON a step on stdout, the last one has what was found."""
    from .doctor import examine

    data, is_deep = Path(sys.argv[1]), sys.argv[2] == "deep"

    def tell(done: int, of: int, _name: str) -> None:
        print(json.dumps({"done": done, "of": of}), flush=True)

    findings = examine(data, os.environ, is_deep=is_deep, tell=tell)
    said = msgspec.json.encode({"findings": [one.said for one in findings]})
    print(said.decode(), flush=True)


def _findings(settings: Settings, is_deep: bool) -> list[dict[str, Any]]:
    """What the other process found. Raises OSError, ValueError."""
    command = [*_LOOK, str(settings.data), "deep" if is_deep else "quick"]
    told = time.monotonic()
    with subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=_environ(settings),
    ) as process:
        try:
            for line in process.stdout or ():
                said = json.loads(line)
                if "findings" in said:
                    found: list[dict[str, Any]] = said["findings"]
                    return found
                if time.monotonic() - told > TOLD_EVERY:
                    actions.note_progress(said["done"], said["of"])
                    told = time.monotonic()
        except BaseException:
            process.kill()
            raise
    raise ValueError(_("it ended before it was done"))


def _environ(settings: Settings) -> dict[str, str]:
    """What the other process is told: also what this one's command line said."""
    path = os.pathsep.join(filter(None, (str(PACKAGE.parent), os.environ.get("PYTHONPATH", ""))))
    said = {"PYTHONPATH": path, "HELPDESK_HOST": settings.host}
    if settings.port:
        said["HELPDESK_PORT"] = str(settings.port)
    return dict(os.environ) | said
