"""What short tickets say, many of them read in one step: most of what changes is of such."""

import json
from collections.abc import Collection, Sequence
from typing import Any

import msgspec

from . import documents
from .documents import Message, Ticket

# A long ticket has several documents, or will; its messages are not read here.
_SHORT = """
SELECT json_group_array(json_array(
    json_array(t.id, t.subject, t.description, t.requester_id, t.category_id, t.subcategory_id,
        t.created_at, u.name, u.email,
        (SELECT json_group_array(name) FROM tags WHERE id IN
            (SELECT tag_id FROM ticket_tags WHERE ticket_id = t.id))),
    d.slot,
    (SELECT json_group_array(json_array(internal, body,
            (SELECT json_group_array(file_name) FROM attachments WHERE message_id = m.id)))
        FROM (SELECT id, internal, body FROM messages WHERE ticket_id = t.id ORDER BY id) m)
))
FROM json_each(?) asked CROSS JOIN tickets t ON t.id = asked.value
JOIN users u ON u.id = t.requester_id
LEFT JOIN {documents} d ON d.ticket_id = t.id
WHERE t.place <> 'purged' AND ifnull(d.created_at = t.created_at, true)
    AND (SELECT count(*) FROM {documents} WHERE ticket_id = t.id) < 2
    AND (SELECT total(octet_length(body)) FROM messages WHERE ticket_id = t.id) < {full}
"""


class Short(msgspec.Struct, array_like=True, frozen=True):
    """A ticket that has one document, or will, whose slot stays what it is."""

    ticket: Ticket
    slot: int | None
    messages: Sequence[Message]


_decode = msgspec.json.Decoder(list[Short], strict=False).decode


def short(connection: Any, ticket_ids: Collection[int], table: str) -> dict[int, Short]:
    """Those of the tickets that are short and there, by their ids.

    *table* has the documents that there are.
    """
    statement = _SHORT.format(documents=table, full=documents.FULL)
    [found] = connection.execute(statement, (json.dumps(list(ticket_ids)),)).fetchone()
    return {one.ticket.id: one for one in _decode(found)}
