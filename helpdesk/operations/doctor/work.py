"""The background work: whether it is done, and whether anything hangs."""

from ... import clock
from ...i18n import lazy
from ...jobs import leases, queries
from ...jobs.queries import LONGEST_LAG
from .checks import Check, Patient, Said, good, warn


def jobs(_patient: Patient) -> Said:
    """Whether the background work is done."""
    counts, oldest = queries.counts(), queries.oldest_due()
    if oldest is not None and clock.now() - oldest > LONGEST_LAG:
        return warn(
            lazy(
                "%(waiting)s wait, %(failed)s failed. One has been due since %(since)s: is there a"
                " worker? `serve` without --no-worker is one.",
                waiting=counts.waiting,
                failed=counts.failed,
                since=clock.iso(oldest),
            ),
            "helpdesk worker",
        )
    told = lazy(
        "%(waiting)s wait, %(failed)s failed.", waiting=counts.waiting, failed=counts.failed
    )
    if counts.failed:
        return warn(
            lazy(
                "%(waiting)s wait, %(failed)s failed. The settings' page Background work says why,"
                " and tries them again.",
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
            lazy(
                "%(num)s jobs were begun by a worker that is gone, and no other takes them over.",
                num=number,
            ),
            "helpdesk doctor --fix",
        )
    return good(lazy("No job hangs."))


def release(_patient: Patient) -> str:
    return lazy(
        "%(num)s jobs wait for a worker again.",
        num=leases.release(clock.now() - LONGEST_LAG),
    )


CHECKS = (
    Check("work", lazy("jobs"), jobs),
    Check("work", lazy("stuck jobs"), stuck, release),
)
