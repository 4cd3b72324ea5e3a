"""A store in a folder of its own, and a small app that takes uploads and sends them back."""

import gc
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask, Response, abort, jsonify, request
from flask.testing import FlaskClient

from helpdesk import files
from helpdesk.errors import HelpdeskError
from helpdesk.files import FileStore, IncomingFile, StoredFile
from helpdesk.statuses import status_of


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "attachments"


@pytest.fixture
def on_disk(root: Path) -> Callable[[], list[Path]]:
    """Every file that the store has, kept or coming in."""
    return lambda: sorted(path for path in root.rglob("*") if path.is_file())


@pytest.fixture
def open_descriptors() -> Callable[[], int]:
    """How many files, sockets and the like this process has open."""

    def count() -> int:
        gc.collect()  # what a desk of an earlier test had open may go at any time
        return sum(1 for _ in Path("/proc/self/fd").iterdir())

    return count


@pytest.fixture
def disk(root: Path) -> FileStore:
    return FileStore(root)


@pytest.fixture
def keep(disk: FileStore):
    """Keeps some bytes, by the short way."""

    def keep(content: bytes = b"hello", file_name: str = "") -> StoredFile:
        incoming = disk.receive(file_name=file_name)
        incoming.write(content)
        return disk.keep(incoming)

    return keep


@pytest.fixture
def app(root: Path) -> Flask:
    app = Flask("files")
    app.config.update(MAX_CONTENT_LENGTH=1024 * 1024, TESTING=True, PROPAGATE_EXCEPTIONS=False)
    files.init_app(app, root)
    kept: dict[str, tuple[StoredFile, str]] = {}
    app.extensions["kept"] = kept

    @app.errorhandler(HelpdeskError)
    def sentence(error: HelpdeskError) -> tuple[str, int]:
        request.form.get("csrf_token")  # as pages do that word an error
        return error.message, status_of(error)

    @app.post("/look")
    def look() -> Response:
        """Reads what came, keeps nothing."""
        return jsonify(
            form=request.form.to_dict(),
            files=[
                [file.filename, file.read().decode("latin-1"), file.stream.sha256]
                for file in request.files.getlist("files")
            ],
            on_disk=sum(path.is_file() for path in root.rglob("*")),
        )

    @app.post("/keep")
    def keep() -> Response:
        names = []
        for file in request.files.getlist("files"):
            assert isinstance(file.stream, IncomingFile)
            stored = files.store().keep(file.stream)
            kept[stored.name] = stored, file.filename
            names.append(stored.name)
        return jsonify(names)

    @app.post("/fail")
    def fail() -> Response:
        assert request.files
        raise RuntimeError("a mistake of ours")

    @app.post("/ignore")
    def ignore() -> Response:
        abort(403)

    @app.get("/file/<name>")
    def show(name: str) -> Response:
        stored, file_name = kept[name]
        return files.send(
            files.store(),
            name,
            file_name=file_name,
            content_type=stored.content_type,
            etag=stored.sha256,
        )

    return app


@pytest.fixture
def client(app: Flask) -> Iterator[FlaskClient]:
    with app.app_context():
        yield app.test_client()
