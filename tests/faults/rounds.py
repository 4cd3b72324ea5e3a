"""A desk that is killed again and again amid its work, and what it has answered until then."""

import random
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests import warm
from tests.desk import PASSWORD
from tests.faults.deeds import Deed
from tests.faults.load import Load, Piped
from tests.faults.script import Keys, Script
from tests.faults.wholeness import Wholeness
from tests.started import Started, environment, helpdesk, started, typed

PIPE_EACH, BACKUP_EACH, DOCTOR_EACH = 4, 5, 2  # rounds
WHOLE_BACKUP_EACH = 10  # rounds; the kill waits for it, the other backups are killed, too
LONGEST_LIFE = 2.0  # seconds under load


def furnish(folder: Path) -> Keys:
    """A new desk in *folder* with those who use it."""
    for name, role in (("alice", "customer"), ("adam", "admin")):
        email = f"{name}@shop.example"
        person = ["user", "add", email, "--name", name, "--role", role]
        typed(folder, *person, "--password-stdin", stdin=PASSWORD)
    tokens = [typed(folder, "token", "add", f"{n}@shop.example", "--name", "script") for n in NAMES]
    hook = dict(line.split("\t") for line in typed(folder, "mail", "hook").splitlines())
    return Keys(*tokens, hook["secret"])


NAMES = ("alice", "adam")


@dataclass
class Figures:
    """What the rounds came to."""

    killed: int = 0
    confirmed: int = 0
    sent_again: int = 0
    checked: int = 0  # things asked for by the API, after a kill or at the end
    files: int = 0  # compared with their hashes on the disk
    backups: int = 0
    lost: list[str] = field(default_factory=list)

    def lines(self) -> list[str]:
        return [
            f"rounds killed\t{self.killed}",
            f"confirmed\t{self.confirmed}",
            f"sent again, unanswered before\t{self.sent_again}",
            f"checked by the API\t{self.checked}",
            f"files compared\t{self.files}",
            f"backups made meanwhile\t{self.backups}",
            f"lost\t{len(self.lost)}",
        ]


@dataclass
class Rounds:
    """Start, look, load, kill; and at the end look at all of it."""

    folder: Path
    load: Load
    figures: Figures = field(default_factory=Figures)
    _unchecked: int = 0  # from here on, what was confirmed was not looked at yet

    def __post_init__(self) -> None:
        self._wholeness = Wholeness(self.folder)

    def run(self, number: int, by: int = signal.SIGKILL) -> None:
        """Round *number*, ended *by* that signal."""
        with started(self.folder) as desk:
            script = Script(desk.url)
            self._look(script, with_doctor=number % DOCTOR_EACH == 0)
            aside = self._begin_aside(number)
            ending = threading.Event()
            wait = self.load.run(script, ending)
            time.sleep(random.uniform(0.1, LONGEST_LIFE))
            if number % WHOLE_BACKUP_EACH == 0:
                aside[-1].wait(timeout=600)
            ended = desk.stop(by)
            for process in aside:
                process.kill()
            ending.set()
            wait()
            self._end_aside(aside)
        assert ended == (-by if by == signal.SIGKILL else 0), ended
        self._require_nothing_refused(desk)
        if number % WHOLE_BACKUP_EACH == 0:
            self._prove_backups()
        self.figures.killed += by == signal.SIGKILL
        self.figures.confirmed = len(self.load.confirmed)

    def end(self) -> None:
        """Look at everything that was ever answered, and stop the desk as one does."""
        with started(self.folder) as desk:
            script = Script(desk.url)
            self._look(script, with_doctor=True)
            self.figures.checked += sum(self._found(script, one) for one in self.load.confirmed)
            self.figures.confirmed = len(self.load.confirmed)
            assert desk.stop() == 0
        self._prove_backups()

    def _prove_backups(self) -> None:
        for backup in (self.folder / "backups").glob("*.tar"):
            typed(self.folder, "verify", str(backup), patience=600)

    def _look(self, script: Script, *, with_doctor: bool) -> None:
        self.figures.files += self._wholeness.check()
        self.figures.sent_again += self.load.send_again(script)
        new = self.load.confirmed[self._unchecked :]
        self._unchecked = len(self.load.confirmed)
        self.figures.checked += sum(self._found(script, deed) for deed in new)
        if with_doctor:
            self._wholeness.ask_doctor()

    def _found(self, script: Script, deed: Deed) -> int:
        try:
            return deed.check(script, self.load.keys)
        except AssertionError as error:
            self.figures.lost.append(f"{deed}: {error}")
            print(f"lost: {self.figures.lost[-1]}", file=sys.stderr)
            return 0

    def _begin_aside(self, number: int) -> list[subprocess.Popen[bytes]]:
        """Commands beside the server."""
        self._piped, self._pipe = Piped(), None
        processes = []
        if number % PIPE_EACH == 0:
            self._pipe = self._piped.deliver(self.folder)
            processes.append(self._pipe)
        if number % BACKUP_EACH == 0:
            for old in (self.folder / "backups").glob("*.tar"):
                old.unlink()
            words = [*helpdesk(), "--data", str(self.folder), "backup"]
            processes.append(warm.Popen(words, stdout=-3, stderr=-3, env=environment()))
        return processes

    def _end_aside(self, processes: list[subprocess.Popen[bytes]]) -> None:
        if self._pipe is not None:
            with suppress(OSError):
                if self._piped.ended(self._pipe):
                    self.load.confirm(self._piped)
        for process in processes:
            if process.wait() == 0 and process is not self._pipe:
                self.figures.backups += 1

    def _require_nothing_refused(self, desk: Started) -> None:
        if self.load.refused:
            print(*desk.remarks[-20:], sep="\n", file=sys.stderr)
            raise AssertionError(f"Refused: {self.load.refused[:3]}")
