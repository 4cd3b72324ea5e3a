"""What short tickets say, many of them read in one step: most of what changes is of such."""

import json
from collections.abc import Collection, Sequence
from typing import Any

import msgspec

from . import documents
from .documents import Message, Ticket
from .engines import Engine


class Short(msgspec.Struct, array_like=True, frozen=True):
    """A ticket that has one document, or will, whose slot stays what it is."""

    ticket: Ticket
    slot: int | None
    messages: Sequence[Message]


_decode = msgspec.json.Decoder(list[Short], strict=False).decode


def short(
    engine: Engine, connection: Any, ticket_ids: Collection[int], table: str
) -> dict[int, Short]:
    """Those of the tickets that are short and there, by their ids.

    *engine* is that of the database; *table* has the documents that there are.
    """
    statement = engine.SHORT.format(documents=table, full=documents.FULL)
    [found] = connection.execute(statement, (json.dumps(list(ticket_ids)),)).fetchone()
    return {one.ticket.id: one for one in _decode(found)}
