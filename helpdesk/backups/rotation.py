"""Which backups are kept: the newest of each of the last days, weeks and months that have any.

And those that are fresh.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from .models import BackupPlan
from .shelf import Backup

OF_UPGRADES = 3  # the newest ones
FRESH = timedelta(days=2)  # all of them: one from before a mistake is not replaced by one after it
BAD_KEPT = timedelta(days=7)  # those whose proof failed: somebody may want to look
ALWAYS = 2  # of the newest whole ones, whatever the disk says


def superfluous(
    backups: Sequence[Backup], plan: BackupPlan, now: datetime, zone: ZoneInfo
) -> list[Backup]:
    """Those of *backups*, newest first, that the *plan* doesn't keep."""
    good = [one for one in backups if one.is_whole and one.is_good]
    kept = {one.name for one in good[:1]}
    for most, slot in ((plan.days, "%Y-%m-%d"), (plan.weeks, "%G-%V"), (plan.months, "%Y-%m")):
        newest: dict[str, str] = {}
        for one in good:
            newest.setdefault(one.made_at.astimezone(zone).strftime(slot), one.name)
        kept |= set(list(newest.values())[:most])
    kept |= {one.name for one in good if now - one.made_at < FRESH}
    kept |= {one.name for one in [b for b in backups if not b.is_whole][:OF_UPGRADES]}
    kept |= {b.name for b in backups if not b.is_good and now - b.made_at < BAD_KEPT}
    return [one for one in backups if one.name not in kept]


def in_the_way(backups: Sequence[Backup], free: int, wanted: int) -> list[Backup]:
    """The oldest of *backups*, newest first, that must go for *wanted* bytes; maybe not enough."""
    whole = [one for one in backups if one.is_whole]
    gone = []
    for one in reversed(whole[ALWAYS:]):
        if free >= wanted:
            break
        gone.append(one)
        free += one.size
    return gone
