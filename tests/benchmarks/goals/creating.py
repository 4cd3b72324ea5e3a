"""What opening a ticket takes beside adding the same rows by raw sqlite3 behind the same server."""

import json
import sqlite3
from pathlib import Path
from typing import Any

from tests.benchmarks.filling.known import CUSTOMER

from .client import Ask, drive
from .close import bare
from .desks import Served
from .flat import Pace
from .measured import Figure, percentile
from .questions import MINE

BARE = Path(__file__).parents[1] / "bare_writing.py"
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
    connection = sqlite3.connect(database)
    connection.row_factory = sqlite3.Row
    tables = [
        row["name"]
        for row in connection.execute("SELECT name, wr FROM pragma_table_list WHERE type = 'table'")
        if not row["wr"] and not row["name"].startswith("sqlite_")
    ]
    before = {name: _last(connection, name) for name in tables}
    drive(desk.url, [ask], number=1)
    found = []
    for name in sorted(tables, key=lambda one: FIRST.index(one) if one in FIRST else len(FIRST)):
        for row in connection.execute(f'SELECT * FROM "{name}" WHERE rowid > ?', [before[name]]):
            values = {key: row[key] for key in row.keys() if key != "id"}  # noqa: SIM118
            found.append((name, values))
    connection.close()
    return found


def _last(connection: sqlite3.Connection, table: str) -> int:
    return int(connection.execute(f'SELECT coalesce(max(rowid), 0) FROM "{table}"').fetchone()[0])
