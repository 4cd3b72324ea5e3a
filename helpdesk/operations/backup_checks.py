"""What ``helpdesk doctor`` says of the backups."""

from datetime import timedelta

from .. import clock
from ..accounts.models import DESK
from ..backups import queries
from .archives.swapping import OLD

MISSED = timedelta(days=2)  # a daily one that is older was missed


def backups() -> tuple[str, str]:
    """Whether there is one that is young enough, and proven."""
    plan, whole = queries.plan(), [one for one in queries.backups(DESK) if one.is_whole]
    if plan.failure:
        return "error", f"{plan.failure} `helpdesk backup` makes one now."
    if not whole:
        if plan.is_on and (plan.next_at is None or plan.next_at > clock.now()):
            return "ok", "There is no backup yet; the first one is made in the coming night."
        return "warning", "There is no backup of this desk here. `helpdesk backup` makes one."
    newest = whole[0]
    age = clock.now() - newest.made_at
    sentence = f"{len(whole)} backups; the newest is of {clock.iso(newest.made_at)}"
    if not newest.is_good:
        return "error", f"{sentence} and can't be restored. `helpdesk backup` makes another."
    if newest.proof is None:
        return "warning", f"{sentence}, not proven: `helpdesk verify {newest.path}`."
    if not plan.is_on:
        return "warning", f"{sentence}, proven. None are made by themselves."
    if age > MISSED:
        return "warning", f"{sentence}. Is there a worker? `serve` without --no-worker is one."
    return "ok", f"{sentence}, proven."


def replaced() -> tuple[str, str]:
    """What restores have left behind."""
    kept = sorted(path.name for path in queries.folder().parent.glob(f"{OLD}*"))
    if not kept:
        return "ok", "No desk was replaced by a restore."
    return "warning", (
        f"Kept aside by a restore, and in no backup: {', '.join(kept)}. Remove what nobody will "
        "want to put back."
    )
