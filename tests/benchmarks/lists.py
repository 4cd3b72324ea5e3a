"""What lists and the counts of saved views cost at a hundred thousand tickets.

``python -m tests.benchmarks.lists`` makes such a desk and prints, for each of thirty filters, how
long the first page takes in each order, how long all of it takes to count, and how long the side
bar's count takes; then that of all thirty in one query. Milliseconds of CPU, the best of three.
"""

import argparse
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import sqlalchemy as sa

from helpdesk import create_app
from helpdesk.accounts.models import Role, User
from helpdesk.database import db, transaction
from helpdesk.operations.migrate import bring_up_to_date
from helpdesk.settings import load_settings
from helpdesk.tickets import queries
from helpdesk.tickets.queries import Page, Sort
from helpdesk.views.built_in import View
from helpdesk.views.filters import Asking
from helpdesk.views.queries import saved_counts
from tests.reports import many

FILTERS: Mapping[str, Mapping[str, Sequence[str]]] = {
    "everything": {},
    "open": {"status": ["open"]},
    "late VIPs": {"status": ["open"], "tag": ["vip"], "waiting.older": ["1d"]},
    "mine": {"assignee": ["me"]},
    "nobody's, urgent": {"assignee": ["none"], "priority": ["urgent"]},
    "urgent, open": {"priority": ["urgent"], "status": ["open"]},
    "urgent or high": {"priority": ["urgent", "high"]},
    "VIPs": {"tag": ["vip"]},
    "no VIPs": {"tag.is_not": ["vip"]},
    "VIPs that are late": {"tag.all": ["vip", "late"]},
    "without tags": {"tag.empty": ["yes"]},
    "a tag of none": {"tag": ["nowhere"]},
    "of 30 days": {"created.within": ["30d"]},
    "old and unsolved": {"created.older": ["90w"], "status": ["open", "pending"]},
    "solved today": {"resolved.within": ["1d"]},
    "wrote of late": {"customer_wrote.within": ["2d"]},
    "we wrote long ago": {"staff_wrote.older": ["100w"]},
    "waiting": {"waiting.filled": ["yes"]},
    "never answered": {"unanswered": ["yes"]},
    "with files": {"files": ["yes"]},
    "unread": {"unread": ["yes"]},
    "two categories": {"category": ["1", "4-5"]},
    "not a category": {"category.is_not": ["1"]},
    "a company": {"company": ["7"]},
    "no company": {"company.empty": ["yes"]},
    "vendors, open": {"user": ["vendor"], "status": ["open"]},
    "two people": {"requester": ["5", "6"]},
    "spam": {"place": ["spam"], "tag": ["vip"]},
    "five at once": {
        "files": ["yes"],
        "priority": ["urgent"],
        "user": ["vendor"],
        "tag": ["vip"],
        "category": ["1-2"],
    },
    "nothing": {"files": ["yes"], "requester": ["5"], "waiting.filled": ["yes"]},
}
# What many.py leaves alike: who waits, what is urgent, and that few are unsolved.
VARIED = (
    "UPDATE tickets SET priority = CASE id % 10 WHEN 0 THEN 'low' WHEN 1 THEN 'high'"
    " WHEN 2 THEN 'urgent' ELSE 'normal' END",
    "UPDATE tickets SET status = 'closed' WHERE status = 'open' AND id % 8 <> 0",
    "UPDATE tickets SET status = 'resolved' WHERE status = 'pending' AND id % 8 <> 0",
    "UPDATE tickets SET waiting_since = last_customer_at WHERE status = 'open' AND id % 3 <> 0",
    "UPDATE tickets SET file_count = 1 WHERE id % 11 = 0",
)


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    asked.add_argument("--tickets", type=int, default=100_000)
    options = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(load_settings(Path(folder), {}))
        bring_up_to_date(app)
        with app.app_context():
            _fill(options.tickets)
            _measure()
            db.engine.dispose()


def _fill(number: int) -> None:
    now = datetime.now(UTC).replace(microsecond=0)
    many.tickets(number, now - timedelta(days=730), now, few=200)
    with transaction():
        for statement in VARIED:
            db.session.execute(sa.text(statement))


def _measure() -> None:
    agent = db.session.scalar(sa.select(User).where(User.role == Role.AGENT).limit(1))
    assert agent is not None
    asking = Asking(agent)
    print(f"{'':20}{''.join(f'{sort.value:>10}' for sort in Sort)}{'count':>10}{'side bar':>10}")
    views = [View(name, name, rules, Sort.NEWEST) for name, rules in FILTERS.items()]
    for view in views:
        found = view.narrowed(asking)
        assert not found.problems, found.problems
        pages = [Page(limit=40, sort=sort) for sort in Sort]
        calls: list[Callable[[], object]] = [
            lambda page=page, found=found: queries.listing(agent, found.filters, page, people=True)
            for page in pages
        ]
        calls.append(lambda found=found: queries.count(agent, found.filters))
        calls.append(lambda view=view: saved_counts(asking, [view]))
        print(f"{view.name:20}" + "".join(f"{_best(call):10.0f}" for call in calls))
    print(f"{len(views)} in one query: {_best(lambda: saved_counts(asking, views)):.0f}")


def _best(call: Callable[[], object]) -> float:
    times = []
    for _try in range(3):
        begun = time.process_time()
        call()
        times.append(time.process_time() - begun)
    return 1000 * min(times)


if __name__ == "__main__":
    main()
