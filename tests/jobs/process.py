"""A process that works on a desk's jobs: ``python -m tests.jobs.process FOLDER [option…]``.

A job of the kind ``stamp`` writes a line into FOLDER/stamps when it begins and when it ends; in
between it takes as many seconds as its payload says. ``holds-lock``: as ``serve`` does it;
``minutes=N``: with a clock that is that much later; ``once``: what is due and no more, as a command
does it. Else it works until its stdin ends.
"""

import os
import sys
import time
from datetime import timedelta
from pathlib import Path

from helpdesk import clock, create_app, jobs
from helpdesk.settings import load_settings


def make_app(folder):
    app = create_app(load_settings(folder, {}))

    def stamp(payload):
        write(folder, f"begins {payload['n']} {os.getpid()}")
        time.sleep(payload.get("seconds", 0))
        if payload.get("dies"):
            os._exit(9)
        write(folder, f"ends {payload['n']} {os.getpid()}")

    jobs.register(app, "stamp", stamp, title="Stamp", lane="stamps")
    return app


def write(folder, line):
    descriptor = os.open(folder / "stamps", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.write(descriptor, f"{line}\n".encode())
    os.close(descriptor)


def main(folder, *options):
    for option in options:
        if option.startswith("minutes="):
            clock.shift(timedelta(minutes=int(option.removeprefix("minutes="))))
    app = make_app(folder)
    if "once" in options:
        jobs.run_due(app, ["stamps"])
        return
    worker = jobs.Worker(app, ["stamps"], holds_lock="holds-lock" in options)
    worker.start()
    sys.stdin.read()
    worker.stop()


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
