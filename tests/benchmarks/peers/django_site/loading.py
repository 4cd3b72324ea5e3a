"""Our tickets as the peer's: a queue a category, the first words as description, the rest follow.

It has users for staff only; a customer is the address of a ticket. The peer's own indexes are those
that its migrations make, which are there before the rows come.
"""

STAFF = "SELECT id, email, name FROM users WHERE role IN ('admin', 'agent') ORDER BY id"
QUEUES = "SELECT id, name FROM categories WHERE parent_id IS NULL ORDER BY id"
TICKETS = """
SELECT t.id, substr(t.subject, 1, 200), datetime(t.created_at, 'unixepoch'),
    datetime(t.modified_at, 'unixepoch'), u.email, t.assignee_id,
    CASE t.status WHEN 'open' THEN 1 WHEN 'pending' THEN 2 WHEN 'resolved' THEN 3 ELSE 4 END,
    t.status = 'pending', t.description, '',
    CASE t.priority WHEN 'urgent' THEN 1 WHEN 'high' THEN 2 WHEN 'normal' THEN 3 ELSE 4 END,
    lower(hex(randomblob(18))), coalesce(t.category_id, (SELECT min(id) FROM categories))
FROM tickets AS t JOIN users AS u ON u.id = t.requester_id
"""
FOLLOW_UPS = """
SELECT m.id, m.ticket_id, datetime(m.created_at, 'unixepoch'), 'Comment', m.body,
    NOT m.internal, CASE WHEN u.role IN ('admin', 'agent') THEN u.id END, ''
FROM messages AS m LEFT JOIN users AS u ON u.id = m.author_id
WHERE m.id > (SELECT min(f.id) FROM messages AS f WHERE f.ticket_id = m.ticket_id)
"""
INTO_TICKETS = """
INSERT INTO helpdesk_ticket (id, title, created, modified, submitter_email, assigned_to_id, status,
    on_hold, description, resolution, priority, secret_key, queue_id)
"""
INTO_FOLLOW_UPS = """
INSERT INTO helpdesk_followup (id, ticket_id, date, title, comment, public, user_id, message_id)
"""


def add_people(source: str) -> None:
    """Its users and queues, with the ids that they have with us, by its own code."""
    import sqlite3

    from django.contrib.auth.models import User

    from helpdesk.models import Queue

    ours = sqlite3.connect(source)
    for id_, email, name in ours.execute(STAFF):
        first, _, last = name.partition(" ")
        User.objects.create_user(
            email, email, id=id_, first_name=first, last_name=last, is_staff=True
        )
    for id_, name in ours.execute(QUEUES):
        Queue.objects.create(id=id_, title=name, slug=f"queue-{id_}", allow_public_submission=True)
    ours.close()


def copy(source: str) -> None:
    """Its tickets and follow-ups, row by row as SQL has them."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("ATTACH %s AS ours", [source])
        for into, rows in ((INTO_TICKETS, TICKETS), (INTO_FOLLOW_UPS, FOLLOW_UPS)):
            cursor.execute(into + rows)
        cursor.execute("DETACH ours")
        cursor.execute("ANALYZE")
