"""How a handler says that its job is not done, and will not be now. All else is a fault."""

from datetime import timedelta


class Later(Exception):
    """Not now: try again *after* that time, or after the usual back-off.

    *reason* is shown to admins. With ``counts=False`` it is no attempt: it may wait for ever.
    """

    def __init__(
        self, after: timedelta | None = None, reason: str = "", *, counts: bool = True
    ) -> None:
        super().__init__(reason)
        self.after, self.reason, self.counts = after, reason, counts


class GiveUp(Exception):
    """Never: the job has failed now, for this *reason*, which is kept word for word."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
