"""The small family of errors that actions and queries raise.

They know nothing of HTTP: the API and the pages each turn them into an answer in one place.
"""

from collections.abc import Mapping, Sequence


class HelpdeskError(Exception):
    """Something that a person can be told in one plain sentence."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class Unreadable(HelpdeskError):
    """What was sent is not what it says it is."""


class Misworded(HelpdeskError):
    """What a command was told makes no sense: wrong usage, whatever it was to work on."""


class NotSignedIn(HelpdeskError):
    """Nobody is known to be asking."""


class NotAllowed(HelpdeskError):
    """The actor's role may never do this."""


class NotFound(HelpdeskError):
    """There is no such thing, or the actor may not know of it: the two are one answer."""


class WrongState(HelpdeskError):
    """The thing is there, but its state forbids the change."""


class Conflict(WrongState):
    """Somebody else changed the same field since the actor looked."""


class TooLarge(HelpdeskError):
    """More bytes or more files than the settings allow."""


class TooMany(HelpdeskError):
    """Too many attempts. *retry_after* is in whole seconds."""

    def __init__(self, message: str, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Invalid(HelpdeskError):
    """Fields that are wrong, all of them at once: name → sentences."""

    def __init__(self, fields: Mapping[str, Sequence[str]]) -> None:
        self.fields = {name: list(sentences) for name, sentences in fields.items()}
        super().__init__(" ".join(s for sentences in self.fields.values() for s in sentences))
