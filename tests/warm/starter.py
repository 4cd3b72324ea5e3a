"""A process that has imported the program, and forks itself for each command that is asked for.

``tests/warm`` starts it as ``python tests/warm/starter.py DESCRIPTOR``: a fresh interpreter, so
that nothing which tests have patched is in it. It opens no database and starts no thread. It ends
when the other end of its socket is closed.
"""

import atexit
import gc
import importlib
import io
import json
import os
import pkgutil
import runpy
import signal
import socket
import sys
import threading
import types
from contextlib import suppress
from pathlib import Path
from typing import Any

LENGTH = 8  # bytes that say how many there are of what follows
FILES = 3  # stdin, stdout, stderr
ON_INTERRUPT = signal.getsignal(signal.SIGINT)
# What only Alembic may import, and what a desk on SQLite never does.
LEFT_OUT = ["helpdesk.migrations.env", "helpdesk.migrations.versions"]
if os.environ.get("DESKS_IN") != "postgresql":  # see tests/postgresql.py
    LEFT_OUT += ["helpdesk.database.postgresql", "helpdesk.operations.migrate_postgresql"]


def import_all(package: types.ModuleType) -> None:
    """What a command would import some time, at once."""
    for found in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
        if found.name not in LEFT_OUT:
            module = importlib.import_module(found.name)
            if found.ispkg:
                import_all(module)


def next_command(asking: socket.socket) -> dict[str, Any] | None:
    """Start what is asked for until nobody asks; a process that was started gets its command.

    It comes back from here, too, for whatever it does at its end must not be done in this loop.
    """
    while True:
        start, files, _flags, _address = socket.recv_fds(asking, LENGTH, FILES)
        if not start:
            return None
        words = b""
        while len(words) < int(start):
            words += asking.recv(int(start) - len(words))
        parent = os.fork()
        if parent == 0:
            between, pid = os.getpid(), os.fork()
            if pid == 0:
                while os.getppid() == between:
                    os.sched_yield()
                return json.loads(words) | {"files": files}
            asking.sendall(b"%*d" % (LENGTH, pid))
            os._exit(0)  # so that whoever asked is the parent of what was started
        os.waitpid(parent, 0)
        asking.sendall(b"%*d" % (LENGTH, 0))
        for file in files:
            os.close(file)


def become(command: dict[str, Any]) -> None:
    """Let this process be as one that was started with *command*."""
    for number, file in enumerate(command["files"]):
        os.dup2(file, number)
    os.closerange(FILES, 1 << 20)
    os.chdir(command["folder"])
    os.environ.clear()
    os.environ.update(command["environment"])
    signal.signal(signal.SIGINT, ON_INTERRUPT)
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        setattr(sys, name, _standard(number, getattr(sys, name)))
        setattr(sys, f"__{name}__", getattr(sys, name))


def _standard(number: int, before: io.TextIOWrapper) -> io.TextIOWrapper:
    """The standard file *number* as Python opens it when it starts."""
    file = open(number, "rb" if number == 0 else "wb", closefd=False)  # noqa: SIM115
    return io.TextIOWrapper(
        file,
        encoding=before.encoding,
        errors=before.errors,
        newline="\n",
        line_buffering=number == 2 or file.isatty(),
    )


def do(words: list[str]) -> None:
    """Run the script *words*, or what Python would do with ``-c`` or ``-m``."""
    program, *rest = words
    if program != sys.executable:
        sys.argv, sys.path[:0] = words, [str(Path(program).parent)]
        runpy.run_path(program, run_name="__main__")
    elif rest[0] == "-m":
        sys.argv, sys.path[:0] = rest[1:], [os.getcwd()]  # noqa: PTH109
        runpy.run_module(rest[1], run_name="__main__", alter_sys=True)
    else:
        sys.argv, sys.path[:0] = ["-c", *rest[2:]], [""]
        sys.modules["__main__"] = main = types.ModuleType("__main__")
        exec(compile(rest[1], "<string>", "exec"), main.__dict__)


def end_with(words: list[str]) -> None:
    """Do what they say and end as Python does, but for what nobody sees and takes a tenth of a
    second: to clear away each module that is imported."""
    try:
        do(words)
        status: Any = 0
    except SystemExit as ended:
        status = ended.code or 0
    if isinstance(status, int):
        threading._shutdown()
        atexit._run_exitfuncs()
        with suppress(OSError, ValueError):  # they are full or closed: Python has words for that
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(status & 0xFF)
    sys.exit(status)


if __name__ == "__main__":
    del sys.path[0]  # the folder of this file, which no command knows
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for those who asked
    import helpdesk

    import_all(helpdesk)
    gc.collect()
    gc.freeze()  # no process looks through what all of them share, and would copy it
    command = next_command(socket.socket(fileno=int(sys.argv[1])))
    if command is not None:
        become(command)
        end_with(command["words"])
