"""A start that somebody ends before it is done."""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

SIGNALS = (signal.SIGTERM, signal.SIGINT)


@contextmanager
def start() -> Iterator[Callable[[], None]]:
    """Let a start be ended by SIGTERM or SIGINT between its steps; a second one ends it at once.

    Gives a function to call after each step: it ends the program, with status 0, when it should.
    (An error raised where the signal happens to arrive could be lost there, and leave a step half
    done.) The signals are given back at the end.
    """
    if threading.current_thread() is not threading.main_thread():
        yield lambda: None
        return
    is_ended = False
    before = {one: signal.getsignal(one) for one in SIGNALS}

    def end(number: int, _frame: FrameType | None) -> None:
        nonlocal is_ended
        is_ended = True
        signal.signal(number, before[signal.Signals(number)])

    def go_on() -> None:
        if is_ended:
            raise SystemExit(0)

    for one in SIGNALS:
        signal.signal(one, end)
    try:
        yield go_on
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)
