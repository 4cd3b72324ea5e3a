"""What opening a ticket takes beside adding the same rows by raw sqlite3 behind the same server."""

import json
from pathlib import Path
from typing import Any

from helpdesk import create_app
from helpdesk.database import sqlite_driver
from helpdesk.search import documents
from helpdesk.search.models import HEAD
from helpdesk.search.schema import COLUMNS, INDEX
from helpdesk.settings import load_settings
from helpdesk.tickets.models import ref_of
from tests.benchmarks.bare_writing import REF
from tests.benchmarks.filling.known import CUSTOMER

from .client import Ask, drive
from .close import bare
from .desks import Served
from .flat import Pace
from .measured import Figure, percentile
from .questions import MINE

BARE = "tests.benchmarks.bare_writing"
CLIENTS = 16
LIMIT = 1.5  # times
FIRST = ("tickets", "messages", "events")  # whose ids others name


def creating(desk: Served, work: Path, threads: str, pace: Pace) -> list[Figure]:
    """Tickets a second by CLIENTS at once, in turns with the twin, into the same database."""
    ask, database = opening(desk), desk.folder / "helpdesk.db"
    template = work / "rows.json"
    template.write_text(json.dumps(_rows_of(ask, desk, database)))
    rounds, slow = [], []
    with bare(BARE, [str(database), str(template)], threads) as twin:
        same = Ask("/", "POST", ask.headers, ask.body)
        for _ in range(pace.rounds):
            ours = drive(desk.url, [ask], connections=CLIENTS, seconds=pace.seconds)
            least = drive(twin.url, [same], connections=CLIENTS, seconds=pace.seconds)
            if ours.wrong or least.wrong:
                raise RuntimeError([*ours.wrong, *least.wrong][0])
            rounds.append((ours.rate, least.rate))
            slow.append(percentile(ours.latencies, 0.99))
    times = [least / ours for ours, least in rounds]
    remark = f"{max(rounds)[0]:,.0f}/s, raw {max(least for _, least in rounds):,.0f}/s"
    return [
        Figure("Writing", "opening a ticket, 16 at once", times, "×", LIMIT, remark=remark),
        Figure("Writing", "the same, 99th percentile", slow, "ms"),
    ]


def opening(desk: Served) -> Ask:
    """A customer's new ticket, by the API."""
    words = {"subject": "One more lamp", "message": "It flickers, too, and hums. " * 10}
    headers = desk.bearer(CUSTOMER) | {"Content-Type": "application/json"}
    return Ask(MINE, "POST", headers, json.dumps(words))


def _rows_of(ask: Ask, desk: Served, database: Path) -> list[tuple[str, dict[str, Any]]]:
    """The rows that *ask* adds to the tables, those first that others name."""
    connection = sqlite_driver().connect(str(database))
    tables = [
        name
        for name, without_rowid in connection.execute(
            "SELECT name, wr FROM pragma_table_list WHERE type = 'table' AND (name = 'tickets' OR"
            " 'ticket_id' IN (SELECT name FROM pragma_table_info(pragma_table_list.name)))"
        )
        if not without_rowid
    ]
    before = {name: _last(connection, name) for name in tables}
    drive(desk.url, [ask], number=1)
    found = []
    for name in sorted(tables, key=lambda one: FIRST.index(one) if one in FIRST else len(FIRST)):
        key = f"SELECT name FROM pragma_table_info('{name}') WHERE pk AND type LIKE '%INT%'"
        keys = [column for (column,) in connection.execute(key)]
        new = connection.execute(f'SELECT * FROM "{name}" WHERE rowid > ?', [before[name]])
        columns = [column[0] for column in new.description]
        for row in new.fetchall():
            values = dict(zip(columns, row, strict=True))
            found.append((name, {k: v for k, v in values.items() if [k] != keys}))
    with create_app(load_settings(desk.folder, {}), answers=False).app_context():
        found.append((INDEX, _words_of(connection, _last(connection, "tickets"))))
    found.append(("search_vocabulary", {"word": REF}))
    connection.close()
    return found


def _words_of(connection: Any, ticket_id: int) -> dict[str, Any]:
    """The row of the index of words, which can't be read from there."""
    of = documents.ticket(connection, ticket_id)
    assert of is not None
    document = documents.document(connection, of, HEAD, documents.END, is_long=False)
    ref = ref_of(ticket_id).lower()
    words = (text.replace(ref, REF) for text in document.texts)
    return dict(zip(COLUMNS, words, strict=True))


def _last(connection: Any, table: str) -> int:
    return int(connection.execute(f'SELECT coalesce(max(rowid), 0) FROM "{table}"').fetchone()[0])
