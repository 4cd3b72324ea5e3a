"""``python -m tests.faults --rounds 500``: kill -9 again and again; what was answered is there.

Prints figures, one a line; the status is 1 where anything was lost.
"""

import argparse
import sys
import tempfile
import time
from pathlib import Path

from tests.faults.load import Load
from tests.faults.rounds import Rounds, furnish


def main() -> int:
    asked = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    asked.add_argument("--rounds", type=int, default=500)
    asked.add_argument("--minutes", type=float, help="Begin no round after so long.")
    asked.add_argument("--data", type=Path, help="A new folder for the desk, which is left.")
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as aside:
        return run(given.data or Path(aside) / "desk", given.rounds, given.minutes)


def run(folder: Path, rounds: int, minutes: float | None) -> int:
    began = time.monotonic()
    todo = Rounds(folder, Load(furnish(folder)))
    for number in range(1, rounds + 1):
        if minutes is not None and time.monotonic() - began > minutes * 60:
            break
        todo.run(number)
        if number % 10 == 0:
            print("; ".join(todo.figures.lines()), file=sys.stderr, flush=True)
    todo.end()
    print(*todo.figures.lines(), *todo.figures.lost[:20], sep="\n", flush=True)
    return 1 if todo.figures.lost else 0


if __name__ == "__main__":
    sys.exit(main())
