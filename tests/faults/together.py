"""``python -m tests.faults.together --seconds 60``: two machines serve one desk, two work for it.

Mixed load on both; half-way one of each is killed and comes back. Then: everything that was
answered is there, once; no job is left, no mail sent twice; what both are asked for at the same
time is done once; who guesses at both is stopped as at one. Prints figures, one a line; the status
is 1 where anything was lost or doubled.
"""

import argparse
import json
import math
import signal
import sys
import tempfile
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import psycopg

from tests import postgresql
from tests.desk import PREFIX
from tests.faults.deeds import Opened
from tests.faults.load import Load
from tests.faults.machines import DATABASE, Place, several
from tests.faults.rounds import furnish
from tests.faults.script import JSON, Refused, Script
from tests.faults.wholeness import HALVES
from tests.started import Started

MOST_GUESSES = 10  # wrong passwords for one account from one address (docs/SECURITY.md)
SETTLED_WITHIN = 180  # seconds; a machine may do other things
WAITING = "SELECT mail_id FROM outbox WHERE state = 'waiting'"
LEFT = (
    "SELECT kind, state, last_error FROM jobs WHERE state IN ('running', 'failed') OR"
    " (state = 'waiting' AND due_at <= extract(epoch FROM now()))"
)


class Together:
    """Two machines, whoever of them lives at the moment."""

    def __init__(self, place: Place, stack: ExitStack) -> None:
        self.place, self.stack = place, stack
        self.load = Load(furnish(place.machines[0].folder))
        self.wrong: list[str] = []
        self.figures: Counter[str] = Counter()
        self.serving = [self.start_serving(n) for n in range(2)]
        self.working = [self.start_working(n) for n in range(2)]

    def start_serving(self, n: int) -> Started:
        return self.stack.enter_context(self.place.machines[n].serving())

    def start_working(self, n: int) -> Started:
        return self.stack.enter_context(self.place.machines[n].working())

    def scripts(self) -> list[Script]:
        return [Script(desk.url) for desk in self.serving]

    def run(self, seconds: float) -> None:
        """Load on both; half-way one of each is killed, and comes back."""
        self._bear(seconds / 2, killing=True)
        self.figures["sent again"] = self.load.send_again(self.scripts()[1])
        self.serving[0], self.working[0] = self.start_serving(0), self.start_working(0)
        self._bear(seconds / 2, killing=False)

    def _bear(self, seconds: float, *, killing: bool) -> None:
        until = threading.Event()
        waits = [self.load.run(script, until) for script in self.scripts()]
        twice = threading.Thread(target=self._ask_both, args=(until, *self.scripts()))
        twice.start()
        time.sleep(seconds)
        if killing:
            for process in (self.serving[0], self.working[0]):
                assert process.stop(signal.SIGKILL) == -signal.SIGKILL
            time.sleep(3)  # the others go on
        until.set()
        for wait in (*waits, twice.join):
            wait()

    def _ask_both(self, until: threading.Event, *scripts: Script) -> None:
        """The same request, with one key, at both at the same time."""
        with ThreadPoolExecutor(2) as pool:
            while not until.is_set():
                deed = Opened()
                answers = list(pool.map(_opened, scripts, [self] * 2, [deed] * 2))
                numbers = {answer for answer in answers if answer is not None}
                if len(numbers) > 1:
                    self.wrong.append(f"{deed.words} was opened as {numbers}")
                if numbers:
                    deed.answered = numbers.pop()
                    self.load.confirm(deed)
                    self.figures["asked of both at once"] += 1

    def guess(self) -> None:
        """Wrong passwords, in turn at both."""
        statuses: Counter[int] = Counter()
        for number in range(2 * MOST_GUESSES + 4):
            words = {"username": "adam@shop.example", "password": f"wrong {number}"}
            script = self.scripts()[number % 2]
            status, _, _ = script.ask(
                "POST", f"{PREFIX}/auth/login", "", json.dumps(words).encode(), **JSON
            )
            statuses[status] += 1
        self.figures["guesses heard"] = statuses.total() - statuses[429]
        if statuses.total() - statuses[429] != MOST_GUESSES:
            self.wrong.append(f"guesses: {dict(statuses)}")

    def look(self) -> None:
        """Whether all is there, once."""
        script = self.scripts()[0]
        self._settle()
        for deed in self.load.confirmed:
            try:
                self.figures["checked"] += deed.check(script, self.load.keys)
            except (AssertionError, Refused) as error:
                self.wrong.append(f"{deed}: {error}")
        with closing(_connect()) as database:
            for what, query in HALVES.items():
                text = query.replace(":ticket", "0").replace(":message", "0")
                if found := database.execute(text).fetchall():
                    self.wrong.append(f"{what}: {found[:5]}")
            self._look_at_mails(database)

    def _settle(self) -> None:
        """Wait until nothing is left; mails to one domain leave at their pace, a minute after the
        other, so as long as they get fewer."""
        end, fewest = 0.0, math.inf
        while True:
            with closing(_connect()) as database:
                left = database.execute(LEFT).fetchall() + database.execute(WAITING).fetchall()
            if len(left) < fewest:
                end, fewest = time.monotonic() + SETTLED_WITHIN, len(left)
            if not left or time.monotonic() > end:
                break
            time.sleep(1)
        if left:
            self.wrong.append(f"jobs are left: {left[:5]}")

    def _look_at_mails(self, database: Any) -> None:
        states = dict(database.execute("SELECT mail_id, state FROM outbox").fetchall())
        taken = Counter(self.place.mails.ids)
        self.figures.update(f"mails {state}" for state in states.values())
        self.wrong += [f"mail {id_} was sent {n} times" for id_, n in taken.items() if n > 1]
        for id_, state in states.items():
            is_over = state in ("sent", "uncertain", "cancelled")
            if not is_over or (state != "uncertain" and (state == "sent") != (id_ in taken)):
                self.wrong.append(f"mail {id_} is {state}, taken {taken[id_]} times")

    def stop(self) -> None:
        for process in (*self.serving, *self.working):
            status = process.stop()
            if status != 0:
                self.wrong.append(f"ended with {status}: {process.remarks[-3:]}")


def _connect() -> Any:
    return psycopg.connect(postgresql.url_of(DATABASE).replace("+psycopg", ""), autocommit=True)


def _opened(script: Script, together: Together, deed: Opened) -> int | None:
    """The number of the ticket; None where the desk was killed, or says that it is busy with it."""
    mine = Opened(words=deed.words, key=deed.key)
    try:
        mine.do(script, together.load.keys)
    except Refused as error:
        if ": 409 " not in str(error):
            together.wrong.append(str(error))
        return None
    except Exception:
        return None
    return int(mine.answered)


def main() -> int:
    asked = argparse.ArgumentParser(prog="python -m tests.faults.together", description=__doc__)
    asked.add_argument("--seconds", type=float, default=60)
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as aside, several(Path(aside)) as place:
        with ExitStack() as stack:
            both = Together(place, stack)
            both.run(given.seconds)
            both.guess()
            both.look()
            both.stop()
        wrong = [*both.wrong, *both.load.refused]
        for name, figure in (both.load.kinds + both.figures).items():
            print(f"{name}\t{figure}")
        print(f"lost, doubled or refused\t{len(wrong)}")
        for each in wrong[:20]:
            print(each, file=sys.stderr)
        return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
