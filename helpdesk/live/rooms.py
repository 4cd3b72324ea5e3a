"""Who is at which ticket. Times are those of a monotonic clock, in seconds."""

import math
from dataclasses import dataclass, field
from typing import Any

# A page that is loaded anew, or another part of it, is not a person who left and came back.
LEAVES_AFTER = 3.0
WRITES_FOR = 8.0


@dataclass(frozen=True)
class Viewer:
    """Somebody of the staff, as the others see them."""

    id: int
    name: str
    initials: str


@dataclass
class Presence:
    """A viewer at a ticket: by connections, or for a time."""

    viewer: Viewer
    lines: int = 0
    here_until: float = 0.0
    writing_until: float = 0.0
    elsewhere: dict[str, float] = field(default_factory=dict)  # until when, by process

    def is_here(self, now: float) -> bool:
        return self.lines > 0 or any(now < end for end in self.ends)

    @property
    def ends(self) -> list[float]:
        """When they are gone, unless something happens."""
        return [self.here_until, self.writing_until, *self.elsewhere.values()]


class Rooms:
    """A room is a ticket at which somebody is. Its user holds a lock."""

    def __init__(self) -> None:
        self._rooms: dict[int, dict[int, Presence]] = {}

    def enter(self, ticket: int, viewer: Viewer) -> None:
        """A connection of *viewer* is at *ticket* now."""
        self._presence(ticket, viewer).lines += 1

    def leave(self, ticket: int, viewer: Viewer, now: float) -> None:
        """A connection has ended."""
        presence = self._presence(ticket, viewer)
        presence.lines -= 1
        presence.here_until = max(presence.here_until, now + LEAVES_AFTER)

    def look(self, ticket: int, viewer: Viewer, until: float) -> None:
        """*viewer*, who has no connection, is there *until* then."""
        presence = self._presence(ticket, viewer)
        presence.here_until = max(presence.here_until, until)

    def look_elsewhere(self, ticket: int, viewer: Viewer, process: str, until: float) -> None:
        """*viewer* is there *until* then, as another *process* says."""
        self._presence(ticket, viewer).elsewhere[process] = until

    def here(self) -> dict[Viewer, list[int]]:
        """The tickets of everybody who has a connection to this process."""
        found: dict[Viewer, list[int]] = {}
        for ticket, room in self._rooms.items():
            for presence in room.values():
                if presence.lines:
                    found.setdefault(presence.viewer, []).append(ticket)
        return found

    def write(self, ticket: int, viewer: Viewer, now: float) -> None:
        self._presence(ticket, viewer).writing_until = now + WRITES_FOR

    def stop_writing(self, ticket: int, viewer_id: int, now: float) -> None:
        """What they wrote is there."""
        presence = self._rooms.get(ticket, {}).get(viewer_id)
        if presence is not None and presence.writing_until > now:
            presence.writing_until = now
            presence.here_until = max(presence.here_until, now + LEAVES_AFTER)

    def people(self, ticket: int, now: float) -> list[dict[str, Any]]:
        """Who is at *ticket*, by name, as it is told to browsers."""
        here = [one for one in self._rooms.get(ticket, {}).values() if one.is_here(now)]
        return [
            {
                "id": one.viewer.id,
                "name": one.viewer.name,
                "initials": one.viewer.initials,
                "writing": now < one.writing_until,
            }
            for one in sorted(here, key=lambda one: (one.viewer.name, one.viewer.id))
        ]

    def next_end(self, now: float) -> float:
        """When somebody is gone, or writes no more, if nothing else happens; inf: never."""
        ends = (
            end
            for room in self._rooms.values()
            for one in room.values()
            for end in one.ends
            if end > now
        )
        return min(ends, default=math.inf)

    def sweep(self, now: float) -> None:
        """Forget who isn't there any more."""
        for ticket, room in list(self._rooms.items()):
            for id_, presence in list(room.items()):
                if not presence.is_here(now):
                    del room[id_]
            if not room:
                del self._rooms[ticket]

    def _presence(self, ticket: int, viewer: Viewer) -> Presence:
        room = self._rooms.setdefault(ticket, {})
        presence = room.setdefault(viewer.id, Presence(viewer))
        presence.viewer = viewer  # their name may be another one now
        return presence
