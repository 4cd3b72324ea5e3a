"""Where in the index new documents go."""

from typing import Any

from .. import clock
from .documents import Ticket
from .models import ASIDE

_SKEW = 60  # seconds that a new ticket may be in the future

_NEWEST = f"""
SELECT slot, created_at, ticket_id FROM {{documents}} WHERE slot < {ASIDE}
ORDER BY slot DESC LIMIT 1"""  # noqa: S608
_LAST = "SELECT max(slot) FROM {documents}"


class Slots:
    """The free slots of the table *documents*: read once, for nobody else takes any meanwhile."""

    def __init__(self, connection: Any, documents: str) -> None:
        self._connection, self._documents = connection, documents
        self._newest: tuple[int, int, int] | None = None  # slot, time and id of the newest ticket
        self._last: int | None = None

    def forget(self) -> None:
        """Some have become free."""
        self._newest = self._last = None

    def of(self, ticket: Ticket) -> int:
        """The slot after the newest ticket's, if *ticket* is newer still; else one aside."""
        if ticket.created_at > clock.now().timestamp() + _SKEW:  # all others would come too late
            return self.aside()
        slot, *position = self._newest or self._read(_NEWEST) or (0, -1, 0)
        if [ticket.created_at, ticket.id] <= position:
            return self.aside()
        self._newest = slot + 1, ticket.created_at, ticket.id
        return slot + 1

    def aside(self) -> int:
        """The slot after all others, where order doesn't matter."""
        if self._last is None:
            self._last = self._read(_LAST)[0] or 0
        self._last = max(ASIDE, self._last + 1)
        return self._last

    def _read(self, statement: str) -> Any:
        return self._connection.execute(statement.format(documents=self._documents)).fetchone()
