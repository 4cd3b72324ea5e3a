"""Makes a desk with as many tickets as one likes, by the million, always the same for one seed.

    python tests/benchmarks/make_desk.py --tickets 100000 --data DIR [--seed 1] [--days N]

About four messages a ticket, in nine languages, notes, files, tags, events; a dozen of staff, a
fifth as many customers as tickets. A bigger desk is an older one: as many tickets a day as any
other, unless ``--days`` says how long ago the first one came. ``filling/known.py`` has accounts to
sign in with, and words to look for.
"""

import argparse
import random
import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

if not __package__:  # run by its path
    sys.path.insert(0, str(Path(__file__).parents[2]))
    __package__ = "tests.benchmarks"

from helpdesk import create_app, search
from helpdesk.database import db
from helpdesk.operations.migrate import bring_up_to_date
from helpdesk.people.finding import INDEXES
from helpdesk.settings import load_settings
from helpdesk.tickets import counts

from .filling import known
from .filling.files import write_files
from .filling.index import add_words
from .filling.people import People, add_furniture
from .filling.stories import DAY
from .filling.tables import Tables
from .filling.tickets import Tickets
from .filling.words import languages

A_DAY = 274  # tickets: a million in ten years
UNTIL = datetime(2026, 11, 26, 12, tzinfo=UTC)
AT_ONCE = 2_000  # tickets whose rows are written together


@dataclass(frozen=True)
class Made:
    """What was made, and in how many seconds."""

    tickets: int
    rows: int
    filling: float
    indexes: float
    words: float

    def __str__(self) -> str:
        whole = self.filling + self.indexes + self.words
        return (
            f"{self.tickets:,} tickets, {self.rows:,} rows in {whole:.1f} s:"
            f" {self.tickets / whole:,.0f} tickets/s, {self.rows / whole:,.0f} rows/s"
            f" (rows {self.filling:.1f} s, indexes {self.indexes:.1f} s, words {self.words:.1f} s)"
        )


def make_desk(
    folder: Path,
    tickets: int,
    *,
    seed: int = 1,
    days: float = 0,
    until: datetime = UNTIL,
    with_files: bool = False,
) -> Made:
    """Make a desk in *folder*, which has none yet, whose newest ticket is from *until*.

    The files of its messages are rows only, which the doctor misses, unless it is *with_files*.
    """
    app = create_app(load_settings(folder, {}))
    bring_up_to_date(app)
    with app.app_context():
        path = Path(db.engine.url.database or "")
        db.engine.dispose()
    begun = time.perf_counter()
    tables = Tables(path)
    _fill(tables, tickets, seed, days or tickets / A_DAY, int(until.timestamp()))
    filled = time.perf_counter() - begun
    indexed = tables.close()
    begun = time.perf_counter()
    add_words(path, tickets)
    with app.app_context():
        search.catch_up()
        counts.count_anew()  # the triggers were not there while tickets were added
        for index in INDEXES:
            index.make_anew()
        db.session.remove()
        db.engine.dispose()
    made = Made(tickets, tables.written, filled, indexed, time.perf_counter() - begun)
    if with_files:
        write_files(path, folder / "attachments")
    return made


def _fill(tables: Tables, number: int, seed: int, days: float, now: int) -> None:
    first, rng = now - int(days * DAY), random.Random(seed)
    spoken, state = languages(seed)
    rng.setstate(state)
    people = People(tables, rng, spoken, number, first)
    pairs = add_furniture(tables, people.admin, first)
    tickets = Tickets(tables, rng, people, pairs, now)
    planted = _planted(number)
    anas = {int(number * (n + 0.5) / _anas(number)) + 1 for n in range(_anas(number))}
    asking = rng.choices(people.asking, cum_weights=people.weights, k=number)
    gap = (now - first) / (number + 1)
    for id_, requester in enumerate(asking, 1):
        moment = first + int(gap * (id_ + rng.random() - 0.5))
        probes = [*planted.get(id_, ()), *(one for one in known.PROBES if rng.random() < one.share)]
        tickets.add(id_, moment, people.ana if id_ in anas else requester, probes)
        if id_ % AT_ONCE == 0:
            tables.flush()
    tickets.finish()
    tables.flush()


def _anas(number: int) -> int:
    return max(1, min(known.ANAS, number // 8))


def _planted(number: int) -> dict[int, list[known.Probe]]:
    """The probes that are in a fixed number of tickets, by ticket, evenly spread."""
    planted: dict[int, list[known.Probe]] = {}
    for probe in known.PROBES:
        for place in range(probe.tickets):
            id_ = int(number * (place + 0.5) / probe.tickets) + 1
            planted.setdefault(id_, []).append(probe)
    return planted


def main() -> None:
    """Make the desk that the command line asks for, and say how fast that went."""
    asked = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    asked.add_argument("--tickets", type=int, default=10_000)
    asked.add_argument("--data", type=Path, required=True, help="a folder without a desk")
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--days", type=float, default=0, help="since the first ticket")
    asked.add_argument("--until", type=datetime.fromisoformat, default=UNTIL)
    asked.add_argument("--files", action="store_true", help="write those of messages, too")
    options = asked.parse_args()
    if (options.data / "helpdesk.db").exists():
        sys.exit(f"There is a desk in {options.data} already.")
    until = options.until if options.until.tzinfo else options.until.replace(tzinfo=UTC)
    chosen = {"seed": options.seed, "days": options.days, "with_files": options.files}
    print(make_desk(options.data, options.tickets, until=until, **chosen))


if __name__ == "__main__":
    main()
