"""The audit trail: who did what to accounts, settings and data, when, and from where.

It is append-only, and each row carries the hash of the one before (chain.py): what is changed or
taken out afterwards shows. A deed calls :func:`record` inside its own transaction; what is an event
anyway is taken from there (listening.py), and failures that may come by the thousand are counted
(failures.py). Only numbers of accounts stand in it, no names or addresses of people: erasing a
person leaves it whole.
"""

from flask import Flask

from .failures import failed, hear_of_failures
from .kinds import Kind
from .origin import by_command
from .recording import record

__all__ = ["Kind", "by_command", "failed", "hear_of_failures", "init_app", "record"]


def init_app(app: Flask) -> None:
    """Let the events of *app* that belong into the trail come into it."""
    from . import listening

    listening.init_app(app)
