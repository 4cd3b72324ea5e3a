"""Words for tests of the API only."""

import base64
from io import BytesIO
from typing import Any

import pytest

from tests.desk import Desk


def upload(name: str = "lamp.png", content: bytes = b"a lamp") -> tuple[BytesIO, str]:
    """A file as the test client's forms take it."""
    return BytesIO(content), name


def encoded(name: str = "lamp.txt", content: bytes = b"a lamp") -> dict[str, str]:
    """A file as JSON has it."""
    return {"fileName": name, "content": base64.b64encode(content).decode()}


@pytest.fixture(autouse=True)
def _files(monkeypatch: Any) -> None:
    monkeypatch.setattr(Desk, "upload", staticmethod(upload), raising=False)
    monkeypatch.setattr(Desk, "encoded", staticmethod(encoded), raising=False)
