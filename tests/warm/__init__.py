"""Programs that tests start, without the second that each of them takes to import everything.

``Popen`` and ``run`` are those of ``subprocess``, and what they start is a process like any other,
a child of this one: it has a number, files, a status, and can be killed. But ``helpdesk``, and
Python with ``-c`` or ``-m``, is forked from a process that has imported the program already (see
``starter.py``). What is not as with a real start:

- ``/proc/PID/cmdline``, the time a start takes, and the memory, of which much is shared;
- all of the program is imported, so a module that a command forgot to import is not missed;
- strings have the same hashes in all processes of a run.

So tests of those start really, as does everything outside of pytest (benchmarks, the loops of
``tests.faults``), what is to have an environment that is another but for the desk's settings, and
each test with the fixture ``cold``: one or two of each command.
"""

import atexit
import inspect
import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from ctypes import CDLL
from pathlib import Path
from typing import Any

from tests.warm.starter import LENGTH

SUBREAPER = 36  # PR_SET_CHILD_SUBREAPER of prctl(2)
USUAL = {
    "executable": None,
    "preexec_fn": None,
    "close_fds": True,
    "pass_fds": (),
    "shell": False,
    "restore_signals": True,
    "gid": None,
    "gids": None,
    "uid": None,
    "umask": -1,
    "start_new_session": False,
    "process_group": -1,
}
STARTER = Path(__file__).with_name("starter.py")
PROGRAM = str(Path(sys.executable).with_name("helpdesk"))


class Popen(subprocess.Popen):
    """A process that is forked from the starter if it can be, and started as ever if not."""

    def _execute_child(self, args: Any, *rest: Any) -> None:
        how = inspect.signature(super()._execute_child).bind(args, *rest).arguments
        words = [args] if isinstance(args, str | bytes | Path) else [*args]
        words = [os.fsdecode(word) for word in words]
        environment = dict(os.environ if how["env"] is None else how["env"])
        folder = os.fsdecode(how["cwd"] or os.getcwd())  # noqa: PTH109
        is_usual = all(how[name] == value for name, value in USUAL.items())
        if not (is_usual and _is_known(words) and Path(folder).is_dir()):
            return super()._execute_child(args, *rest)
        starter = _starter_for(environment)
        if starter is None:
            return super()._execute_child(args, *rest)
        pipes = [how[name] for name in ("p2cread", "c2pwrite", "errwrite")]
        files = [own if pipe == -1 else pipe for own, pipe in enumerate(pipes)]
        self.pid = starter.start(files, words=words, environment=environment, folder=folder)
        self._child_created = True
        names = ("p2cread", "p2cwrite", "c2pread", "c2pwrite", "errread", "errwrite")
        self._close_pipe_fds(*(how[name] for name in names))
        return None


def run(
    words: Any,
    *,
    input: Any = None,
    timeout: float | None = None,
    check: bool,
    capture_output: bool = False,
    **options: Any,
) -> subprocess.CompletedProcess:
    """``subprocess.run``, with our ``Popen``."""
    if input is not None:
        options["stdin"] = subprocess.PIPE
    if capture_output:
        options["stdout"] = options["stderr"] = subprocess.PIPE
    with Popen(words, **options) as process:
        try:
            out, remarks = process.communicate(input, timeout)
        except BaseException:
            process.kill()
            raise
    done = subprocess.CompletedProcess(words, process.returncode, out, remarks)
    if check:
        done.check_returncode()
    return done


@contextmanager
def starting(*, warm: bool) -> Iterator[None]:
    """Whether what can be forked is, within the block."""
    global _is_warm
    before, _is_warm = _is_warm, warm and sys.platform == "linux"
    try:
        yield
    finally:
        _is_warm = before


class Starter:
    """The process that forks."""

    def __init__(self, environment: dict[str, str]) -> None:
        self.kept = _kept(environment)
        self._libc = CDLL(None, use_errno=True)
        self._asking, side = socket.socketpair()
        with side:
            words = [sys.executable, str(STARTER), str(side.fileno())]
            self._process = subprocess.Popen(words, pass_fds=[side.fileno()], env=self.kept)
        self.owner = os.getpid()
        atexit.register(self.end)

    def start(self, files: list[int], **command: Any) -> int:
        """The number of a new process for *command*; it is a child of ours.

        It was forked by a process that has ended; whose child it is from then on, Linux decides: we
        say that it be ours.
        """
        words = json.dumps(command).encode()
        with _at_starts:
            self._reap(True)
            socket.send_fds(self._asking, [b"%*d" % (LENGTH, len(words))], files)
            self._asking.sendall(words)
            pid, over = self._number(), self._number()
            self._reap(False)
        assert over == 0
        return pid

    def _reap(self, is_wanted: bool) -> None:
        assert self._libc.prctl(SUBREAPER, int(is_wanted), 0, 0, 0) == 0

    def _number(self) -> int:
        said = self._asking.recv(LENGTH, socket.MSG_WAITALL)
        assert said, "The starter has ended"
        return int(said)

    def end(self) -> None:
        if self.owner == os.getpid():
            self._asking.close()
            self._process.wait(60)


_is_warm = False
_starter: Starter | None = None
_at_starts = threading.Lock()  # one starter for all threads, and one of them at a time


def _starter_for(environment: dict[str, str]) -> Starter | None:
    """The starter, if what it forks is as if it was started in *environment*.

    Much in an environment is read when Python starts or a module is imported, but not the settings
    of a desk.
    """
    global _starter
    if not _is_warm:
        return None
    with _at_starts:
        if _starter is None or _starter.owner != os.getpid():
            _starter = Starter(environment)
    return _starter if _starter.kept == _kept(environment) else None


def _kept(environment: dict[str, str]) -> dict[str, str]:
    varies = ("DATABASE_URL", "DESKS_IN_SERVER", "PYTEST_CURRENT_TEST", "TERM")
    return {
        name: value
        for name, value in environment.items()
        if name not in varies and not name.startswith("HELPDESK_")
    }


def _is_known(words: list[str]) -> bool:
    is_python = words[0] == sys.executable and words[1:2] in (["-c"], ["-m"])
    return is_python or words[0] == PROGRAM
