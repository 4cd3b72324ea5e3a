"""Jobs: what is slow, or must be tried again, done in the background.

A job is a row. Whoever changes something enqueues what follows from it in the same transaction, so
there is never one without the other. It runs **at least once**: a process that dies while a job
runs, or just before it is noted as done, leaves it to the next one. A handler that must do
something exactly once sees to that by rows of its own: look there first, and note it in the same
transaction. Jobs of one lane run one after the other in a process, oldest due first; where a kind
says so, several at once. Of one kind and key there is never more than one that runs.
"""

from .kinds import every, init_app, register
from .outcomes import GiveUp, Later
from .queueing import enqueue
from .running import run_due
from .worker import Worker

__all__ = ["GiveUp", "Later", "Worker", "enqueue", "every", "init_app", "register", "run_due"]
