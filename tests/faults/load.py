"""Many at a desk at once, who know what was answered."""

import random
import secrets
import subprocess
import threading
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests import warm
from tests.faults.deeds import Deed, Held, Mailed, Opened, Replied, Tagged
from tests.faults.script import Keys, Refused, Script, Unanswered, some_file
from tests.started import environment, helpdesk

LOADERS = 8
MOST_TAGGED = 5


class Piped(Mailed):
    """A mail server hands over a mail to a command, by a pipe."""

    def deliver(self, folder: Path) -> subprocess.Popen[bytes]:
        """The command, with the mail in its pipe."""
        process = warm.Popen(
            [*helpdesk(), "--data", str(folder), "mail", "deliver"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment(),
        )
        assert process.stdin is not None
        with suppress(BrokenPipeError):
            process.stdin.write(self.content)
            process.stdin.close()
        return process

    def ended(self, process: subprocess.Popen[bytes]) -> bool:
        """Whether the command said that it has the mail; it is over or killed."""
        assert process.stdout is not None
        printed = process.stdout.read()
        process.stdout.close()
        if process.wait() == 0:
            self.answered = int(printed.split(b"\t")[0])
        return self.answered is not None


@dataclass
class Load:
    """What was sent, and what became of it."""

    keys: Keys
    confirmed: list[Deed] = field(default_factory=list)
    unanswered: list[Deed] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    kinds: Counter[str] = field(default_factory=Counter)
    tickets: list[int] = field(default_factory=list)  # that are there for sure
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def send(self, script: Script, deed: Deed) -> bool:
        """Do *deed* and note what became of it; whether it was answered."""
        try:
            deed.do(script, self.keys)
        except Unanswered:
            with self._lock:
                self.unanswered.append(deed)
            return False
        except Refused as error:
            with self._lock:
                self.refused.append(str(error))
            return True
        self.confirm(deed)
        return True

    def confirm(self, deed: Deed) -> None:
        deed.forget_bytes()
        with self._lock:
            self.confirmed.append(deed)
            self.kinds[type(deed).__name__] += 1
            if isinstance(deed, Opened):
                self.tickets.append(deed.answered)

    def send_again(self, script: Script) -> int:
        """What nobody answered, as clients do; how many that were."""
        again, self.unanswered = self.unanswered, []
        for deed in again:
            assert self.send(script, deed), "The desk doesn't answer"
        return len(again)

    def run(self, script: Script, until: threading.Event) -> Callable[[], None]:
        """Let LOADERS at the desk; returns what waits for them to end."""

        def work() -> None:
            while not until.is_set() and self.send(script, self.next_deed()):
                pass

        threads = [threading.Thread(target=work) for _ in range(LOADERS)]
        for thread in threads:
            thread.start()
        return lambda: [thread.join() for thread in threads] and None

    def next_deed(self) -> Deed:
        """One of those that people do, as often as they do."""
        kinds: list[Callable[[], Deed]] = [lambda: Opened(files=_files())]
        if self.tickets:
            recent = self.tickets[-50:]
            kinds += [
                lambda: Opened(files=_files()),
                lambda: Replied(files=_files(), ticket=random.choice(recent)),
                lambda: Replied(ticket=random.choice(recent)),
                lambda: Held(ticket=random.choice(recent)),
                lambda: Tagged(tickets=random.sample(recent, min(MOST_TAGGED, len(recent)))),
                Mailed,
            ]
        return random.choice(kinds)()


def _files() -> list:
    return [some_file(f"{secrets.token_hex(4)}.bin") for _ in range(random.choice([0, 1, 1, 2]))]
