"""Forms of anybody that have files or JSON in the place of words."""

from io import BytesIO

import pytest

PATHS = ["/sign-in", "/sign-up", "/forgot-password", "/account", "/account/prove", "/tickets"]
NAMES = ["name", "email", "password", "code", "language", "shown", "comment", "subject", "message"]


def _files():
    return {name: (BytesIO(b"words"), "words.txt") for name in NAMES}


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    "sent",
    [
        lambda: {"data": _files()},
        lambda: {"data": {"files": "no file", **_files()}},
        lambda: {"json": dict.fromkeys(NAMES, 5)},
        lambda: {"json": {name: [{"a": 1}] for name in NAMES}},
        lambda: {"json": [1, 2]},
        lambda: {"json": 7},
        lambda: {"data": b"{", "content_type": "application/json"},
        lambda: {"data": b"\xff\x00", "content_type": "text/plain"},
    ],
)
def test_are_sent_back(desk, alice, path, sent):
    for browser in (desk.browser(), desk.browser(alice)):
        assert browser.post(path, **sent()).status_code < 500
