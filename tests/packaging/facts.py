"""What a desk says of itself by its API, all of it, so that two releases can be compared."""

import json
import urllib.parse
import urllib.request
from typing import Any

API = "/backend/api/api"
STAFF = f"{API}/support-ticket"
CUSTOMER = f"{API}/customer-support-ticket"
# What these say changes by itself (jobs run, reports are of today), with each release (filters), or
# is said again elsewhere (the table).
CHANGES_BY_ITSELF = ("/jobs", "/reports", "/filters", "/export")
WORDS = ("lamp", "invoice", "Zweitgerät", "from:dora@home.example", "has:file", '"left the shop"')


class Script:
    """A script of the shop's, with its token."""

    def __init__(self, url: str, token: str) -> None:
        self.url, self.token = url, token

    def ask(self, path: str, words: object = None) -> bytes:
        """GET *path*, or POST *words* there."""
        request = urllib.request.Request(self.url + path)
        request.add_header("Authorization", f"Bearer {self.token}")
        if words is not None:
            request.data = json.dumps(words).encode()
            request.add_header("Content-Type", "application/json")
        with urllib.request.urlopen(request, timeout=60) as answer:
            return bytes(answer.read())

    def told(self, path: str, words: object = None) -> Any:
        return json.loads(self.ask(path, words))


def facts(script: Script, paths: list[str]) -> dict[str, Any]:
    """Everything that the desk tells: lists at *paths*, tickets whole, files, what words find."""
    found = {path: script.told(path) for path in paths}
    numbers = sorted(_numbers(script))
    for number in numbers:
        found[f"ticket {number}"] = ticket = script.told(f"{STAFF}/{number}")
        for aside in ("mail", "followers"):
            found[f"{aside} of {number}"] = script.told(f"{STAFF}/{number}/{aside}")
        for file in _files(ticket):
            found[f"file {file['fileName']} of {number}"] = script.ask(file["filePath"])
    for words in WORDS:
        found[f"with {words}"] = sorted(_numbers(script, keyword=words))
    return found


def _numbers(script: Script, **asked: str) -> list[int]:
    query = urllib.parse.urlencode(asked | {"limit": "100"})
    return [one["id"] for one in script.told(f"{STAFF}?{query}")["data"]]


def _files(told: Any) -> list[dict[str, Any]]:
    if isinstance(told, list):
        return [file for one in told for file in _files(one)]
    if not isinstance(told, dict):
        return []
    return [told] if "filePath" in told else _files(list(told.values()))


def lost(before: Any, after: Any, place: str = "") -> list[str]:
    """What *before* says and *after* doesn't; what only *after* says is new, and no loss."""
    if isinstance(before, dict) and isinstance(after, dict):
        return [
            each
            for name, value in before.items()
            for each in lost(value, after.get(name), f"{place}/{name}")
        ]
    if isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        pairs = zip(before, after, strict=True)
        return [each for n, pair in enumerate(pairs) for each in lost(*pair, f"{place}/{n}")]
    return [] if before == after else [f"{place}: {before!r:.200} is {after!r:.200}"]
