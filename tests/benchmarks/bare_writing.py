"""The least that could write the same rows: a bare Flask route that adds them by raw sqlite3.

``python -m tests.benchmarks.bare_writing DATABASE ROWS``: ROWS is a JSON list of ``[table, {column:
value}]``, what one request adds, the ticket first. It has the server, the driver, the durability
and the one lock of the desk, and answers once it is committed.

What triggers note of words that have changed is done, for the words are among the rows.
"""

import json
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flask import Flask, Response, request

from helpdesk.database import PRAGMAS, sqlite_driver
from helpdesk.serving import bind, serve
from helpdesk.settings import load_settings

OF = {"ticket_id": "tickets", "message_id": "messages", "event_id": "events"}
REF = "tkt#"  # in the words of a row: the number of its ticket


def make_app(database: str, rows: list[tuple[str, dict[str, Any]]]) -> Flask:
    """The route, at ``/``; what it answers is as long as the desk's own answer."""
    app = Flask("bare", static_folder=None)
    lock, here = threading.Lock(), threading.local()
    statements = [(table, _insert(table, row), row) for table, row in rows]

    @app.post("/")
    def add() -> Response:
        body = request.get_data()
        if not hasattr(here, "connection"):
            here.connection = _connected(database)
        with lock, closing_transaction(here.connection):
            ids: dict[str, int] = {}
            for table, statement, row in statements:
                values = [_filled(name, value, ids) for name, value in row.items()]
                ids[table] = here.connection.execute(statement, values).lastrowid
            here.connection.execute("DELETE FROM search_stale")
        return Response(body, content_type="application/json")

    return app


@contextmanager
def closing_transaction(connection: Any) -> Iterator[None]:
    """All or nothing, so that one that fails says so, and locks nobody out."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise


def _insert(table: str, row: dict[str, Any]) -> str:
    return f"INSERT INTO {table} ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})"


def _filled(name: str, value: Any, ids: dict[str, int]) -> Any:
    """*value*, or the id of the row that was added before it, where it names one."""
    if name in OF:
        return ids[OF[name]]
    if isinstance(value, str) and value.startswith('{"message_id"'):
        return f'{{"message_id": {ids["messages"]}}}'
    if isinstance(value, str) and REF in value:
        return value.replace(REF, f"tkt{ids['tickets']}")
    return value


def _connected(database: str) -> Any:
    connection = sqlite_driver().connect(database, isolation_level=None)
    for pragma in PRAGMAS:
        connection.execute(pragma)
    return connection


def main() -> None:
    """Serve until SIGTERM."""
    database, rows = Path(sys.argv[1]), json.loads(Path(sys.argv[2]).read_text())
    folder = Path(sys.argv[2]).parent / "bare-writing"
    settings = load_settings(folder, host="127.0.0.1", port=0)
    sock = bind(settings.host, settings.port)
    address = f"http://127.0.0.1:{sock.getsockname()[1]}"
    app = make_app(str(database), rows)
    serve(app, settings, sock, lambda _server: print(f"Bare at {address}", flush=True))


if __name__ == "__main__":
    main()
