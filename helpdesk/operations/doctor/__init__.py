"""``helpdesk doctor``: checks of everything that can be wrong, and what mends it.

The first checks need only the data folder; those of the database open it as a second program
would; those of the rows need tables that are this program's, and are left out until they are. No
check needs another: one that can't be made says so, and the next goes on. Nothing is changed
unless it is asked for.
"""

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

import sqlalchemy as sa
from flask import Flask

from ... import audit, create_app
from ...database import BUSY_TIMEOUT_MS, db, sqlite_driver, transaction
from ...i18n import lazy, lazy_size
from ...settings import SettingsError, load_settings
from ..archives.swapping import is_under_way
from . import (
    backups,
    clocks,
    connections,
    counts,
    files,
    folder,
    mails,
    people,
    programs,
    server,
    soundness,
    trail,
    webhooks,
    wishes,
    words,
    work,
)
from .checks import ERROR, OK, WARNING, Check, Patient, Said, bad, good, reason

__all__ = ["ERROR", "OK", "WARNING", "Finding", "examine", "has_errors"]

Tell = Callable[[int, int, str], None]  # how many checks are made, of how many, which is next

_ROWS = (
    *people.CHECKS,
    *files.CHECKS,
    *words.CHECKS,
    *counts.CHECKS,
    *trail.CHECKS,
    *work.CHECKS,
    *mails.CHECKS,
    *webhooks.CHECKS,
    *backups.CHECKS,
    *clocks.CHECKS,
)
_SQLITE = (soundness.CHECKS, connections.CHECKS)
_ALWAYS = (programs.CHECKS, folder.CHECKS, wishes.CHECKS)
_log = logging.getLogger(__name__)


class Finding(NamedTuple):
    """A line of the report. *level* is ``ok``, ``warning`` or ``error``.

    *command* mends it; *fixed* says what was done about it just now. *said* has the same words, to
    be kept and translated.
    """

    level: str
    name: str
    sentence: str
    group: str
    command: str
    fixed: str
    said: Mapping[str, Any]


def examine(
    data: Path | None,
    environ: Mapping[str, str],
    *,
    is_deep: bool = False,
    fixes: bool = False,
    tell: Tell = lambda done, of, name: None,
) -> list[Finding]:
    """Every check on the desk in the folder *data*, or in the one that *environ* names.

    *is_deep*: also what takes long. *fixes*: what can be mended safely is mended at once.
    """
    patient = Patient(data, environ, is_deep)
    return list(_Examination(patient, fixes, tell).findings())


def has_errors(report: Iterable[Finding]) -> bool:
    """Whether anything in *report* must be mended."""
    return any(finding.level == ERROR for finding in report)


class _Examination:
    def __init__(self, patient: Patient, fixes: bool, tell: Tell) -> None:
        self._patient, self._fixes, self._tell = patient, fixes, tell
        self._done = 0
        self._all = sum(len(self._wanted(stage)) for stage in (*_ALWAYS, *_SQLITE, _ROWS))
        self._mended: list[str] = []
        self._has_session = False

    def findings(self) -> Iterator[Finding]:
        """The stages, one after the other, as far as one can come."""
        patient = self._patient
        yield from self._stage(programs.CHECKS)
        try:
            patient.settings = load_settings(patient.folder, patient.environ, make=False)
        except SettingsError as error:
            yield _line("settings", lazy("settings"), bad(str(error)))
            return
        data = patient.settings.data
        told = lazy("All settings can be read; the data folder is %(folder)s.", folder=str(data))
        yield _line("settings", lazy("settings"), good(told))
        if not data.is_dir():
            told = lazy("There is no desk in %(folder)s yet; `serve` makes one.", folder=str(data))
            yield _line("folder", "data folder", bad(told, "helpdesk serve"))
            return
        if is_under_way(data):
            told = lazy("A restore was interrupted; any other command finishes it.")
            yield _line("folder", "restore", bad(told, "helpdesk user list"))
            return
        yield from self._stage(folder.CHECKS)
        yield from self._stage(wishes.CHECKS)
        if patient.settings.is_alone:
            yield from self._database()
        else:
            yield from self._server()

    def _server(self) -> Iterator[Finding]:
        """A database that is PostgreSQL's, and its rows."""
        app = create_app(self._patient.settings, answers=False)
        with app.app_context():
            error = server.can_be_asked()
            if error is not None:
                told = lazy("PostgreSQL can't be reached: %(why)s.", why=reason(error))
                yield _line("database", "PostgreSQL", bad(told))
                return
            yield from self._stage(server.CHECKS)
            is_fit = server.is_fit()
            if not is_fit:
                db.engine.dispose()
        if is_fit:
            yield from self._rows(app)

    def _database(self) -> Iterator[Finding]:
        url = sa.make_url(self._patient.settings.database_url)
        path, driver = Path(url.database or ""), sqlite_driver()
        try:
            if not path.is_file() or not path.stat().st_size:
                told = lazy(
                    "There is no database in %(path)s yet; `serve` makes one.", path=str(path)
                )
                yield _line("database", "database", bad(told, "helpdesk serve"))
                return
            connection = driver.connect(
                f"file:{quote(str(path))}?mode=rw",
                uri=True,
                timeout=BUSY_TIMEOUT_MS / 1000,
                isolation_level=None,
            )
        except (driver.Error, OSError) as error:
            yield _unreadable(path, error)
            return
        try:
            try:
                connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
            except driver.Error as error:
                yield _unreadable(path, error)
                return
            self._patient.connection = connection
            yield from self._stage(soundness.CHECKS)
            is_fit = _is_fit(connection)
        finally:
            connection.close()
        if is_fit:
            yield from self._rows(create_app(self._patient.settings, answers=False))

    def _rows(self, app: Flask) -> Iterator[Finding]:
        audit.by_command(app)
        with app.app_context():
            self._has_session = True
            try:
                if self._patient.settings.is_alone:
                    yield from self._stage(connections.CHECKS)
                yield from self._stage(_ROWS)
                if self._mended:
                    with transaction():
                        audit.record(audit.Kind.MENDED, details={"what": self._mended})
            finally:
                self._has_session = False
                db.session.remove()
                db.engine.dispose()

    def _stage(self, checks: Sequence[Check]) -> Iterator[Finding]:
        for check in self._wanted(checks):
            self._tell(self._done, self._all, str(check.name))
            yield from self._checked(check)
            self._done += 1
            self._tell(self._done, self._all, "")

    def _wanted(self, checks: Sequence[Check]) -> list[Check]:
        return [check for check in checks if self._patient.is_deep or not check.is_deep]

    def _checked(self, check: Check) -> Iterator[Finding]:
        found, fixed = self._look(check), ""
        if self._fixes and check.mend is not None and any(said.level != OK for said in found):
            try:
                fixed = check.mend(self._patient)
                self._mended.append(str(check.name))
            except Exception as error:
                _log.debug("%s could not be mended", check.name, exc_info=True)
                fixed = lazy("It could not be mended: %(why)s.", why=reason(error))
            self._end_transaction()
            found = self._look(check)
        for said in found:
            yield _line(check.group, check.name, said, fixed)
            fixed = ""

    def _look(self, check: Check) -> list[Said]:
        try:
            found = check.look(self._patient)
            return [found] if isinstance(found, Said) else list(found)
        except Exception as error:
            _log.debug("%s could not be checked", check.name, exc_info=True)
            return [bad(lazy("This could not be checked: %(why)s.", why=reason(error)))]
        finally:
            self._end_transaction()

    def _end_transaction(self) -> None:
        """No snapshot of the database is held from one check to the next."""
        if self._has_session:
            db.session.rollback()
            db.session.expunge_all()


def _is_fit(connection: Any) -> bool:
    try:
        return soundness.is_fit(connection)
    except Exception:  # said by the check of the tables
        return False


def _unreadable(path: Path, error: Exception) -> Finding:
    told = lazy("%(path)s can't be read as a database: %(why)s.", path=str(path), why=reason(error))
    is_busy = "locked" in str(error)
    return _line("database", "database", bad(told, "" if is_busy else soundness.RESTORE))


def _line(group: str, name: str, said: Said, fixed: str = "") -> Finding:
    return Finding(
        said.level,
        f"{name} {said.about}" if said.about else str(name),
        str(said.sentence),
        group,
        said.command,
        str(fixed),
        {
            "level": said.level,
            "group": group,
            "name": _kept(name),
            "about": said.about,
            "sentence": _kept(said.sentence),
            "command": said.command,
        },
    )


def _kept(sentence: str) -> tuple[str, dict[str, Any]]:
    """*sentence* as it can be kept and translated: what gettext is told. So many bytes are said in
    the reader's language as well."""
    values: dict[str, Any] = getattr(sentence, "values", {})
    return str.__str__(sentence), {
        name: {"bytes": value.values["count"]} if isinstance(value, lazy_size) else value
        for name, value in values.items()
    }
