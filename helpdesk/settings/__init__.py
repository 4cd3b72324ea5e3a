"""Every setting of the desk.

A value comes from the command line, else the environment, else ``DATA/helpdesk.env``, else its
default. Whatever is wrong with one is a :class:`SettingsError`: one plain sentence that names it.
"""

import difflib
import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, NamedTuple, Self

from .folder import data_folder, make_folders, own_secret_key, read_file, reason
from .places import BucketPlace
from .table import KNOWN, MEGABYTE, SETTINGS, Setting
from .values import Network, SettingsError, default_base_url

__all__ = [
    "MEGABYTE",
    "SETTINGS",
    "BucketPlace",
    "Network",
    "Row",
    "Settings",
    "SettingsError",
    "default_base_url",
    "load_settings",
]


class Row(NamedTuple):
    """A line of ``helpdesk config``; *source* is one of the four places above, in a word or two."""

    name: str
    value: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What the desk was told. Sizes are in bytes; `base_url` has no trailing slash."""

    data: Path
    host: str = "127.0.0.1"
    port: int = 8000
    base_url: str
    secret_key: str = field(repr=False)
    threads: int = 8
    trusted_proxies: tuple[Network, ...] = ()
    max_upload_bytes: int = 25 * MEGABYTE
    max_files: int = 10
    database_url: str = field(repr=False)
    files_place: BucketPlace | None = None
    files_access_key: str | None = field(default=None, repr=False)
    files_secret_key: str | None = field(default=None, repr=False)
    smtp_url: str | None = field(default=None, repr=False)
    imap_url: str | None = field(default=None, repr=False)
    mail_from: str | None = None
    webhooks_private: tuple[Network, ...] = ()
    metrics_token: str | None = field(default=None, repr=False)
    sources: Mapping[str, str] = field(default_factory=dict, repr=False, compare=False)

    @property
    def attachments(self) -> Path:
        return self.data / "attachments"

    @property
    def mail(self) -> Path:
        return self.data / "mail"

    @property
    def backups(self) -> Path:
        return self.data / "backups"

    @property
    def log(self) -> Path:
        return self.data / "log"

    @property
    def is_alone(self) -> bool:
        """Whether one process at a time serves the desk: its database is a file."""
        return self.database_url.startswith("sqlite")

    @property
    def has_base_url(self) -> bool:
        """Whether somebody said under which address people open the desk."""
        return self.base_url != default_base_url(self.host, self.port)

    def with_port(self, port: int) -> Self:
        """The same settings once ``--port 0`` has become a real *port*."""
        base_url = self.base_url if self.has_base_url else default_base_url(self.host, port)
        return replace(self, port=port, base_url=base_url)

    def describe(self) -> list[Row]:
        """Every setting with its value (secrets masked) and where that came from."""
        return [
            Row(s.name, s.show(getattr(self, s.field)), self.sources.get(s.name, "default"))
            for s in SETTINGS
        ]


def load_settings(
    data: Path | None = None,
    environ: Mapping[str, str] = os.environ,
    *,
    host: str | None = None,
    port: str | int | None = None,
    threads: str | int | None = None,
    make: bool = True,
) -> Settings:
    """The settings of this start; all but *environ* is what the command line says, if it does.

    Makes the data folder and its secret key when they are not there yet, unless *make* is false:
    then nothing is written, and a key that is not there is empty. Raises SettingsError.
    """
    folder = data_folder(data, environ)
    if make:
        make_folders(folder)
    file = read_file(folder / "helpdesk.env")
    _refuse_unknown(environ, "")
    _refuse_unknown(file, f" in {folder / 'helpdesk.env'}")
    options = {"host": host, "port": port, "threads": threads}
    given = {name: str(value) for name, value in options.items() if value not in (None, "")}
    places = (("environment", environ, Path()), ("file", file, folder))
    values: dict[str, Any] = {"data": folder}
    sources = {"HELPDESK_DATA": _source_of_data(data, environ)}
    for setting in SETTINGS[1:]:
        text, source = _find(setting, given, places)
        if text:
            values[setting.field] = _parse(setting, text)
        sources[setting.name] = source
    if ("files_access_key" in values) is not ("files_secret_key" in values):
        raise SettingsError(
            "HELPDESK_FILES_ACCESS_KEY and HELPDESK_FILES_SECRET_KEY belong together: one is "
            "not set."
        )
    values.setdefault("base_url", default_base_url(values["host"], values["port"]))
    values.setdefault("database_url", f"sqlite:///{folder / 'helpdesk.db'}")
    if "secret_key" not in values:
        values["secret_key"] = own_secret_key(folder, make=make)
    return Settings(**values, sources=sources)


def _source_of_data(data: Path | None, environ: Mapping[str, str]) -> str:
    if data:
        return "command line"
    return "environment" if environ.get("HELPDESK_DATA") else "default"


def _refuse_unknown(names: Mapping[str, str], where: str) -> None:
    for name in sorted(names):
        if name.startswith("HELPDESK_") and name not in KNOWN:
            [nearest] = difflib.get_close_matches(name, sorted(KNOWN), n=1, cutoff=0)
            raise SettingsError(f"Unknown setting {name}{where}. Did you mean {nearest}?")


def _find(
    setting: Setting,
    given: Mapping[str, str],
    places: tuple[tuple[str, Mapping[str, str], Path], ...],
) -> tuple[str, str]:
    """The text of *setting* and its source, from the first place that has one."""
    if setting.field in given:
        return given[setting.field], "command line"
    for source, values, base in places:
        text = values.get(setting.name, "").strip()
        path = values.get(f"{setting.name}_FILE", "").strip() if setting.secret else ""
        if text and path:
            raise SettingsError(f"{setting.name} and {setting.name}_FILE are both set; keep one.")
        if path:
            text = _read_secret(f"{setting.name}_FILE", base / path)
        if text:
            return text, source
    return setting.default, "default"


def _read_secret(name: str, path: Path) -> str:
    try:
        text = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{name}: {path} cannot be read: {reason(error)}.") from None
    if not text:
        raise SettingsError(f"{name}: {path} is empty.")
    return text


def _parse(setting: Setting, text: str) -> Any:
    try:
        return setting.parse(text)
    except ValueError as error:
        shown = "" if setting.secret else f", not {text[:80]!r}"
        raise SettingsError(f"{setting.name} {error}{shown}.") from None
