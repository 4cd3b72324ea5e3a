"""Many tickets at once, past the actions: what a report counts, and no more.

``python -m tests.reports.many`` makes a desk of 100,000 tickets and says how long a report takes.
"""

import random
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import sqlalchemy as sa

from helpdesk import clock
from helpdesk.accounts.models import Role, User
from helpdesk.database import db, transaction
from helpdesk.tickets.models import (
    AuthorKind,
    Category,
    Message,
    Place,
    Priority,
    Status,
    Tag,
    Ticket,
    ticket_tags,
)

TAGS = ("damaged", "late", "=1+1", "vip")


def people(many: int, prefix: str = "") -> dict[str, list[int]]:
    """Customers and agents, by the ids that they got."""
    made: dict[str, list[int]] = {}
    with transaction():
        for role in (Role.CUSTOMER, Role.VENDOR, Role.AGENT):
            rows = [
                User(
                    email=f"{role}{prefix}.{number}@shop.example",
                    name=f"{role.title()} {number:02}",
                    role=role,
                    language="en",
                    created_at=clock.now(),
                    modified_at=clock.now(),
                )
                for number in range(many)
            ]
            db.session.add_all(rows)
            db.session.flush()
            made[role.value] = [row.id for row in rows]
    return made


def categories() -> list[tuple[int | None, int | None]]:
    """Pairs of a category and a sub-category to choose from."""
    pairs: list[tuple[int | None, int | None]] = [(None, None)]
    with transaction():
        for name in ("Lamps", "Chairs", "Orders"):
            fields = {
                "is_active": True,
                "created_by": "admin",
                "created_at": clock.now(),
                "modified_by": "admin",
                "modified_at": clock.now(),
            }
            top = Category(name=name, **fields)
            db.session.add(top)
            db.session.flush()
            pairs.append((top.id, None))
            for child in ("New", "Old"):
                sub = Category(name=f"{child} {name.lower()}", parent_id=top.id, **fields)
                db.session.add(sub)
                db.session.flush()
                pairs.append((top.id, sub.id))
        if db.session.scalar(sa.select(Tag.id).limit(1)) is None:
            db.session.add_all(Tag(name=name) for name in TAGS)
    return pairs


def tickets(many: int, since: datetime, until: datetime, *, few: int = 4, prefix: str = "") -> None:
    """Add *many* tickets, opened from *since* to *until*, of *few* people of each kind."""
    rng = random.Random(1)
    who, pairs = people(few, prefix), categories()
    with transaction():
        tags = list(db.session.scalars(sa.select(Tag.id)))
        first = (db.session.scalar(sa.select(sa.func.max(Ticket.id))) or 0) + 1
        rows: list[dict[str, object]] = []
        said: list[dict[str, object]] = []
        tagged: list[dict[str, int]] = []
        for number in range(first, first + many):
            row, words = _ticket(number, rng, who, pairs, since, until)
            rows.append(row)
            said += words
            tagged += [
                {"ticket_id": number, "tag_id": tag}
                for tag in rng.sample(tags, rng.choice((0, 0, 1, 2)))
            ]
        db.session.execute(sa.insert(Ticket.__table__), rows)
        db.session.execute(sa.insert(Message.__table__), said)
        if tagged:
            db.session.execute(sa.insert(ticket_tags), tagged)


def _ticket(number, rng, who, pairs, since, until):  # type: ignore[no-untyped-def]
    opened = since + timedelta(seconds=rng.randrange(int((until - since).total_seconds())))
    kind = rng.choice(("customer", "customer", "customer", "vendor"))
    requester, agent = rng.choice(who[kind]), rng.choice(who["agent"])
    by_staff = rng.random() < 0.1
    creator = AuthorKind.ADMIN if by_staff else AuthorKind(kind)
    words = [_message(number, agent if by_staff else requester, creator, opened)]
    answers = [
        opened + timedelta(hours=hours)
        for hours in sorted(rng.uniform(0.01, 90) for _ in range(rng.choice((0, 1, 1, 2))))
    ]
    for moment in answers:
        author = rng.choice(who["agent"])
        words.append(_message(number, author, AuthorKind.ADMIN, moment))
        noted_by = rng.choice(who["agent"])
        words.append(_message(number, noted_by, AuthorKind.ADMIN, moment, internal=True))
        words.append(_message(number, requester, AuthorKind(kind), moment + timedelta(hours=1)))
    status = rng.choice((Status.OPEN, Status.PENDING, *[Status.RESOLVED, Status.CLOSED] * 5))
    is_solved = status in (Status.RESOLVED, Status.CLOSED)
    solved = (answers[-1] if answers else opened) + timedelta(hours=rng.uniform(0, 200))
    top, sub = rng.choice(pairs)
    return {
        "id": number,
        "subject": f"Lamp {number}",
        "description": "The lamp arrived in two pieces and flickers. " * 5,
        "requester_id": requester,
        "requester_kind": AuthorKind(kind),
        "assignee_id": rng.choice((None, agent)),
        "status": status,
        "priority": Priority.NORMAL,
        "category_id": top,
        "subcategory_id": sub,
        "version": 1,
        "message_count": len(words),
        "file_count": 0,
        "last_words": "The lamp arrived in two pieces.",
        "created_by_kind": creator,
        "created_at": opened,
        "modified_by_kind": creator,
        "modified_at": opened,
        "last_customer_at": opened,
        "last_staff_at": answers[-1] if answers else None,
        "waiting_since": None,
        "first_answer_at": answers[0] if answers else None,
        "resolved_at": solved if is_solved else None,
        "place": rng.choice((*[Place.INBOX] * 9, Place.SPAM, Place.BIN)),
    }, words


def _message(ticket, author, kind, moment, internal=False):  # type: ignore[no-untyped-def]
    return {
        "ticket_id": ticket,
        "author_id": author,
        "author_kind": kind,
        "internal": internal,
        "body": "Thank you for telling us, a new one leaves today. " * 4,
        "created_at": moment,
        "modified_by_kind": kind,
        "modified_at": moment,
    }


def main() -> None:
    from helpdesk import create_app
    from helpdesk.accounts.models import DESK
    from helpdesk.operations.migrate import bring_up_to_date
    from helpdesk.reports import PRESETS, Report, Scope, between, preset
    from helpdesk.settings import load_settings
    from helpdesk.shop.hours import zone_named

    with tempfile.TemporaryDirectory() as folder:
        app = create_app(load_settings(Path(folder), {}))
        bring_up_to_date(app)
        with app.app_context():
            now = datetime.now(UTC).replace(microsecond=0)
            tickets(100_000, now - timedelta(days=730), now, few=20)
            zone = zone_named("Berlin")
            assert zone is not None
            today = now.date()
            periods = {name: preset(name, today, zone) for name in PRESETS}
            periods["2 years"] = between(today - timedelta(days=729), today, zone)
            for name, period in periods.items():
                for in_business_time in (True, False):
                    report = Report(DESK, Scope(period, in_business_time=in_business_time))
                    print(f"{name:<11} {'business' if in_business_time else 'calendar'}", end="")
                    begun = time.perf_counter()
                    for ask in ("volume", "waiting", "backlog", "categories", "tags"):
                        _timed(report, ask)
                    for ask in ("companies", "requesters", "agents"):
                        _timed(report, ask)
                    db.session.rollback()
                    print(f"  all {1000 * (time.perf_counter() - begun):.0f} ms")


def _timed(report, ask):  # type: ignore[no-untyped-def]
    begun = time.perf_counter()
    getattr(report, ask)()
    print(f"  {ask} {1000 * (time.perf_counter() - begun):.0f}", end="", flush=True)


if __name__ == "__main__":
    main()
