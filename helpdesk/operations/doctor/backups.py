"""The backups: whether there is one that is young enough, and proven."""

from datetime import timedelta

from ... import clock
from ...accounts.models import DESK
from ...backups import queries
from ...i18n import lazy
from .checks import Check, Patient, Said, bad, good, warn, when

OLD = timedelta(days=2)  # a daily one that is older was missed
_MAKE = "helpdesk backup"


def backups(_patient: Patient | None = None) -> Said:
    """Whether the desk could be brought back."""
    if not queries.are_made_here():
        told = lazy(
            "Backups of PostgreSQL are made by whoever runs it, and of files and secret_key beside"
            " them. The desk can't see them."
        )
        return good(told)
    plan, whole = queries.plan(), [one for one in queries.backups(DESK) if one.is_whole]
    if plan.failure:
        return bad(plan.failure, _MAKE)
    if not whole:
        if plan.is_on and (plan.next_at is None or plan.next_at > clock.now()):
            return good(lazy("There is no backup yet; the first one is made in the coming night."))
        return warn(lazy("There is no backup of this desk here."), _MAKE)
    newest = whole[0]
    about = {"num": len(whole), "when": when(newest.made_at)}
    if not newest.is_good:
        return bad(
            lazy("The newest backup (of %(num)s), of %(when)s, can't be restored.", **about), _MAKE
        )
    if newest.proof is None:
        return warn(
            lazy("The newest backup (of %(num)s), of %(when)s, is not proven.", **about),
            f"helpdesk verify {newest.path}",
        )
    if not plan.is_on:
        return warn(
            lazy(
                "The newest backup (of %(num)s) is of %(when)s, and none are made by themselves.",
                **about,
            ),
            _MAKE,
        )
    if clock.now() - newest.made_at > OLD:
        return warn(
            lazy(
                "The newest backup (of %(num)s) is of %(when)s, though one is made each day where"
                " there is a worker: `serve` without --no-worker is one.",
                **about,
            ),
            _MAKE,
        )
    return good(lazy("The newest backup (of %(num)s) is of %(when)s, and proven.", **about))


CHECKS = (Check("backups", lazy("backups"), backups),)
