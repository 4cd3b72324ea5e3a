"""What a check is, and what it says."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from ...i18n import lazy

if TYPE_CHECKING:
    from ...settings import Settings

OK, WARNING, ERROR = "ok", "warning", "error"
SOME = 5  # of what is wrong, to be told


class Said(NamedTuple):
    """What a check found: what it means in a sentence, and the *command* that mends it.

    *about* is which one of several it is about, where a check looks at several.
    """

    level: str
    sentence: str
    command: str = ""
    about: str = ""


@dataclass
class Patient:
    """The desk that is looked at, as far as it is known; each stage of checks needs more of it."""

    folder: Path | None
    environ: Any
    is_deep: bool = False
    settings: "Settings" = field(init=False)
    connection: Any = field(init=False)  # the driver's, as a second program would open it


class Check(NamedTuple):
    """Something that is looked at. *mend* does what is safe, and says what it did.

    One that is *deep* takes long: it is left out unless it is asked for.
    """

    group: str
    name: lazy
    look: Callable[[Patient], Said | Iterable[Said]]
    mend: Callable[[Patient], str] | None = None
    is_deep: bool = False


def good(sentence: str, about: str = "") -> Said:
    return Said(OK, sentence, about=about)


def warn(sentence: str, command: str = "", about: str = "") -> Said:
    return Said(WARNING, sentence, command, about)


def bad(sentence: str, command: str = "", about: str = "") -> Said:
    return Said(ERROR, sentence, command, about)


def counted(num: int, one: lazy, many: lazy, **values: Any) -> lazy:
    """The one of the two sentences that goes with *num*, which both may name as ``%(num)s``."""
    return (one if num == 1 else many).of(num=num, **values)


def when(moment: datetime) -> str:
    """*moment* as a person reads it, in whatever language."""
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def some(things: Iterable[object]) -> str:
    """The first of *things*, to be told."""
    told = [str(thing) for thing in things]
    return ", ".join(told[:SOME]) + (", …" if len(told) > SOME else "")


def compared(lost: Sequence[str], wrong: Sequence[str], command: str = "") -> Said:
    """What is to be said of the tables where columns are *lost*, which the *command* brings back,
    and indexes or triggers *wrong*."""
    if lost:
        return bad(
            lazy(
                "Tables or columns of this program are not there, as in a desk that another"
                " program has made or changed: %(which)s. The checks of the rows were left out.",
                which=some(lost),
            ),
            command,
        )
    if wrong:
        return bad(
            lazy(
                "Indexes or triggers are missing or changed, so that the desk is slow, or what"
                " they keep goes wrong: %(which)s.",
                which=some(wrong),
            ),
            "helpdesk doctor --fix",
        )
    return good(lazy("All tables, indexes and triggers are there."))


def reason(error: BaseException) -> str:
    """Why something could not be done, in one line: SQLAlchemy's own text goes on for lines."""
    if isinstance(error, OSError) and error.strerror:
        place = f"{error.filename}: " if error.filename else ""
        return f"{place}{error.strerror}"
    original = getattr(error, "orig", None)
    said = str(original or error).split("\n")[0].rstrip(".")
    return said[:300] or type(error).__name__
