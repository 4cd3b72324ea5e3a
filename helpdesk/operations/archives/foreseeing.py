"""What a desk that is being restored will be told by its settings, once it is in its place."""

from collections.abc import Mapping
from pathlib import Path

from ...settings import Settings, load_settings
from ...settings.folder import read_file
from . import layout

_FILE = "_FILE"


def foresee(data: Path, desk: Path, environ: Mapping[str, str]) -> tuple[Settings, list[str]]:
    """The settings of *desk* once it is in *data*, and the files that they name and nobody has.

    A file that a ``NAME_FILE`` of helpdesk.env names is in no backup: a desk without it can be
    restored, but not started. What the bucket needs is needed at once. Raises SettingsError.
    """
    brought = desk / layout.ENVIRONMENT
    if not brought.exists():  # the folder's own file stays
        return load_settings(data, environ, make=False), []
    told: dict[str, str] = {}
    missing: list[str] = []
    settled = {name.removesuffix(_FILE) for name, text in environ.items() if text.strip()}
    for name, text in read_file(brought).items():
        if name.removesuffix(_FILE) in settled:
            continue
        if name.endswith(_FILE) and text.strip():
            place = data / text.strip()
            if not place.exists() and not name.startswith("HELPDESK_FILES_"):
                missing.append(str(place))
                continue
            text = str(place)
        told[name] = text
    return load_settings(data, {**told, **environ}, make=False), missing
