"""The background work: whether it is done, and whether anything hangs."""

from ... import clock
from ...i18n import lazy
from ...jobs import leases, queries
from ...jobs.queries import LONGEST_LAG
from .checks import Check, Patient, Said, counted, good, warn, when


def jobs(_patient: Patient) -> Said:
    """Whether the background work is done."""
    counts, oldest = queries.counts(), queries.oldest_due()
    if oldest is not None and clock.now() - oldest > LONGEST_LAG:
        return warn(
            lazy(
                "Waiting: %(waiting)s; failed: %(failed)s. One has been due since %(since)s: is"
                " there a worker? `serve` without --no-worker is one.",
                waiting=counts.waiting,
                failed=counts.failed,
                since=when(oldest),
            ),
            "helpdesk worker",
        )
    told = lazy(
        "Waiting: %(waiting)s; failed: %(failed)s.", waiting=counts.waiting, failed=counts.failed
    )
    if counts.failed:
        return warn(
            lazy(
                "Waiting: %(waiting)s; failed: %(failed)s. The settings' page Background work says"
                " why, and tries them again.",
                waiting=counts.waiting,
                failed=counts.failed,
            )
        )
    return good(told)


def stuck(_patient: Patient) -> Said:
    """Whether jobs run whose worker is dead, and nobody takes them over."""
    number = leases.ended_long_ago(clock.now() - LONGEST_LAG)
    if number:
        return warn(
            counted(
                number,
                lazy("%(num)s job was begun by a worker that is gone, and no other takes it over."),
                lazy(
                    "%(num)s jobs were begun by a worker that is gone, and no other takes them"
                    " over."
                ),
            ),
            "helpdesk doctor --fix",
        )
    return good(lazy("No job hangs."))


def release(_patient: Patient) -> str:
    return counted(
        leases.release(clock.now() - LONGEST_LAG),
        lazy("%(num)s job waits for a worker again."),
        lazy("%(num)s jobs wait for a worker again."),
    )


CHECKS = (
    Check("work", lazy("jobs"), jobs),
    Check("work", lazy("stuck jobs"), stuck, release),
)
