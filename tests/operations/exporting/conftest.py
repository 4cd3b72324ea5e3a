"""Exports, and desks that become of them."""

import hashlib
import json

import pytest

from helpdesk import create_app
from helpdesk.database import db
from helpdesk.operations import exporting
from helpdesk.operations.importing import ours
from helpdesk.settings import load_settings


@pytest.fixture
def another(tmp_path, empty_desk):
    """Makes an empty desk and calls something in it: ``another(call)``."""
    made = []

    def within(call, folder=None):
        if folder is None:
            folder = tmp_path / f"another{len(made)}"
            empty_desk(folder)
        made.append(folder)
        app = create_app(load_settings(folder, {}), answers=False)
        with app.app_context():
            try:
                return call()
            finally:
                db.session.remove()
                db.engine.dispose()

    return within


@pytest.fixture
def again(tmp_path, another, empty_desk):
    """Brings an export into an empty desk and exports that: the new folder."""

    def bring(path, dest=None):
        dest = dest or tmp_path / f"{path.name}-again"
        folder = dest.with_name(f"{dest.name}-desk")
        empty_desk(folder)
        another(lambda: ours.bring_in(path), folder)
        another(lambda: exporting.export(dest), folder)  # as a program that is started anew
        return dest

    return bring


def content(folder):
    """Every file below *folder* with its bytes."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def agree(export):
    """Let the manifest of a folder say what its files have become, as a forger would."""
    manifest = json.loads((export / "manifest.json").read_text())
    for name, part in [*manifest["kinds"].items(), ("files", manifest["files"])]:
        text = (export / f"{name}.jsonl").read_bytes()
        part.update(rows=text.count(b"\n"), size=len(text), sha256=hashlib.sha256(text).hexdigest())
    (export / "manifest.json").write_text(json.dumps(manifest))
