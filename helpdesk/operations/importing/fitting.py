"""What other programs have, made fit for a ticket; what doesn't fit is kept beside it."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime

from ... import clock
from ...accounts.models import DESK
from ...fields import queries as fields
from ...fields import values
from ...fields.models import About
from ...mail.reading import html_text
from ...mail.reading.charsets import clean, clean_line
from ...mail.reading.message import Remarks
from ...tickets.actions.changes import LONGEST_SUBJECT, LONGEST_TAG, MOST_TAGS
from ...tickets.actions.writing import LONGEST_BODY

_GOES_ON = "(It goes on: the file {name} has all of it.)"
WHOLE = "words.txt"
EARLIEST = datetime(1980, 1, 1, tzinfo=UTC)


def text_of(html: str) -> str:
    """The words of *html*, read out as those of a mail."""
    return clean(html_text.text_of(html, Remarks())).strip()


def subject_of(subject: str) -> str:
    """*subject* as a ticket has it."""
    line = clean_line(subject)
    line = line if len(line) <= LONGEST_SUBJECT else line[: LONGEST_SUBJECT - 1] + "…"
    return line or "(no subject)"


def body_of(body: str) -> tuple[str, str]:
    """*body* as a message has it, and all of it where that is more."""
    body = clean(body).strip()
    if len(body) <= LONGEST_BODY:
        return body, ""
    remark = _GOES_ON.format(name=WHOLE)
    return body[: LONGEST_BODY - len(remark) - 2].rstrip() + "\n\n" + remark, body


def moment_of(moment: datetime) -> datetime:
    """*moment* as a ticket can have it: neither before there were any, nor to come."""
    return min(max(moment, EARLIEST), clock.now()).replace(microsecond=0)


def tags_of(tags: Iterable[str]) -> tuple[list[str], list[str]]:
    """Those of *tags* that a ticket can have, and the others."""
    good: list[str] = []
    rest: list[str] = []
    for tag in tags:
        name = clean_line(tag).lower().replace(",", " ")
        name = " ".join(name.split())
        if name and name not in good:
            (good if len(name) <= LONGEST_TAG and len(good) < MOST_TAGS else rest).append(name)
    return good, rest


def fields_of(given: Mapping[str, str]) -> tuple[dict[str, values.Value], dict[str, str]]:
    """What of *given*, by key or label, goes into the desk's custom fields; and what doesn't."""
    filled: dict[str, values.Value] = {}
    rest: dict[str, str] = {}
    known = fields.fields(DESK, About.TICKET)
    by_name = {name.casefold(): one for one in known for name in (one.label, one.key)}
    for name, raw in given.items():
        field = by_name.get(name.casefold())
        try:
            if field is None:
                raise values.Wrong
            filled[field.key] = values.normal(field, clean_line(raw))
        except values.Wrong:
            rest[name] = raw
    return filled, rest


def told(source: str, ref: str, facts: Mapping[str, str]) -> str:
    """The note that a ticket gets: its number there, so that it is found by it, and the rest."""
    lines = [f"It was {ref} in {source}."]
    lines += [f"{name}: {clean_line(value)[:1000]}" for name, value in facts.items() if value]
    return body_of("\n".join(lines))[0]


def facts_of(*several: Mapping[str, str], tags: Sequence[str] = ()) -> dict[str, str]:
    """All that there is no place for."""
    found = {name: value for one in several for name, value in one.items()}
    return found | ({"Tags": ", ".join(tags)} if tags else {})
