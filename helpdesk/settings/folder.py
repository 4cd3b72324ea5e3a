"""The data folder: where it is, its folders, the file of settings and the secret key in it."""

import os
import secrets
import sys
from collections.abc import Mapping
from pathlib import Path

from dotenv.parser import parse_stream

from .values import SettingsError, secret


def data_folder(data: Path | None, environ: Mapping[str, str]) -> Path:
    """The data folder by argument, by environment, of this checkout, or of the platform."""
    given = data or environ.get("HELPDESK_DATA")
    if given == "":
        raise SettingsError("HELPDESK_DATA is empty: name a folder, or take it away.")
    if given:
        folder = Path(given)
    else:
        root = Path(__file__).resolve().parent.parent.parent
        checkout = (root / "pyproject.toml").is_file() and (root / "instance").is_dir()
        folder = root / "instance" if checkout else _platform_folder(environ)
    if "?" in str(folder) or "\0" in str(folder):
        raise SettingsError("HELPDESK_DATA must not have a question mark in its path.")
    return folder.expanduser().absolute()


def _platform_folder(environ: Mapping[str, str]) -> Path:
    if sys.platform == "win32":
        return Path(environ.get("LOCALAPPDATA") or "~/AppData/Local") / "helpdesk"
    if sys.platform == "darwin":
        return Path("~/Library/Application Support/helpdesk")
    return Path(environ.get("XDG_DATA_HOME") or "~/.local/share") / "helpdesk"


def make_folders(folder: Path) -> None:
    """Make what is missing, for the owner only. A folder that is in use keeps the mode it has."""
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not {entry.name for entry in folder.iterdir()} - {".gitignore", "helpdesk.env"}:
            folder.chmod(0o700)
        for name in ("attachments", "mail", "backups", "log"):
            (folder / name).mkdir(exist_ok=True, mode=0o700)
    except OSError as error:
        raise SettingsError(f"The data folder {folder} cannot be used: {error.strerror}.") from None


def read_file(path: Path) -> dict[str, str]:
    """The names and values of *path*, taken literally: a ``$`` in a password is a ``$``."""
    try:
        with path.open(encoding="utf-8-sig") as lines:
            bindings = list(parse_stream(lines))
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path} cannot be read: {reason(error)}.") from None
    for binding in bindings:
        if binding.error:
            raise SettingsError(
                f"{path}: line {binding.original.line} is not of the form NAME=value."
            )
    values = {binding.key: binding.value or "" for binding in bindings if binding.key}
    if values.get("HELPDESK_DATA"):
        raise SettingsError(f"HELPDESK_DATA cannot be set in {path}, a file of that very folder.")
    return values


def own_secret_key(folder: Path, *, make: bool = True) -> str:
    """The key in DATA/secret_key, made when it is missing; two first starts agree on one.

    Where it is missing and not to be made, the empty string.
    """
    path = folder / "secret_key"
    try:
        if not path.exists():
            if not make:
                return ""
            _make_secret_key(path)
        return secret(path.read_text(encoding="utf-8").strip())
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path} cannot be read: {reason(error)}.") from None
    except ValueError as error:
        raise SettingsError(f"HELPDESK_SECRET_KEY in {path} {error}.") from None


def _make_secret_key(path: Path) -> None:
    # Written aside and then linked: whoever sees the name sees a whole key, and only one wins.
    aside = path.with_name(f"secret_key.{secrets.token_hex(8)}")
    try:
        with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(48) + "\n")
            file.flush()
            os.fsync(file.fileno())
        _publish(aside, path)
    finally:
        aside.unlink(missing_ok=True)


def _publish(aside: Path, path: Path) -> None:
    try:
        os.link(aside, path)
    except FileExistsError:
        return
    except OSError:
        # No hard links here (FAT, some network shares): good enough for one start at a time.
        aside.rename(path)


def reason(error: OSError | UnicodeDecodeError) -> str:
    return error.strerror or "unknown" if isinstance(error, OSError) else "it is not UTF-8"
