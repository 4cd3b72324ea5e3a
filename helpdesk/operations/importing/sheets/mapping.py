"""Which column of a sheet is what: as it was said, else by the names that programs give them."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from ....errors import HelpdeskError, Misworded
from ..opening import opened_by_name

FIELD = "field:"  # before the label or key of a custom field
NOTHING = "-"  # a column that is left out
_MOST_BYTES = 1_000_000  # of a file with a mapping

# Field → what its column is called where nobody says, without spaces and signs.
NAMES: Mapping[str, tuple[str, ...]] = {
    "id": ("id", "ticketid", "ticketnumber", "ticketno", "number", "caseid", "casenumber"),
    "subject": ("subject", "title", "summary", "betreff", "titel"),
    "message": ("message", "description", "body", "text", "content", "nachricht", "beschreibung"),
    "requester": (
        *("email", "requesteremail", "customeremail", "fromemail", "contactemail", "useremail"),
        *("emailaddress", "requester", "from", "customer", "kunde", "absender"),
    ),
    "requester_name": (
        *("name", "fullname", "requestername", "customername", "contactname", "fullname"),
        *("fromname", "kundenname"),
    ),
    "status": ("status", "state", "ticketstatus", "zustand"),
    "priority": ("priority", "urgency", "prioritaet", "priorität"),
    "category": ("category", "topic", "helptopic", "department", "kategorie", "thema"),
    "subcategory": ("subcategory", "unterkategorie"),
    "tags": ("tags", "labels", "schlagworte"),
    "assignee": ("assignee", "assigneeemail", "agentemail", "owneremail", "assignedto"),
    "created": (
        *("created", "createdat", "createdon", "createddate", "createdtime", "creationdate"),
        *("date", "datecreated", "opened", "openedat", "erstellt", "erstelltam", "datum"),
    ),
    "solved": (
        "solved",
        "solvedat",
        "resolvedat",
        "resolvedtime",
        "closed",
        "closedat",
        "closedtime",
    ),
    "author": ("author", "authoremail"),
    "author_name": ("authorname",),
    "side": ("side", "authortype", "sendertype", "autorart"),
    "note": ("note", "internalnote", "notes", "notiz"),
    "answer": ("answer", "response", "reply", "resolution", "antwort"),
}
FIELDS = tuple(NAMES)
_NOT_IN_NAMES = re.compile(r"[\W_]+")


def guessed(header: Sequence[str]) -> dict[str, str]:
    """Column → field, for those of *header* whose names say it; each field once."""
    found: dict[str, str] = {}
    plain = {column: _NOT_IN_NAMES.sub("", column.casefold()) for column in header}
    for field, names in NAMES.items():
        for name in names:
            column = next((one for one in header if plain[one] == name and one not in found), None)
            if column is not None:
                found[column] = field
                break
    return found


def mapping(header: Sequence[str], said: Sequence[str], file: Path | None) -> dict[str, str]:
    """Column → field. *said* are ``column=field``, and *file* has more of them, one a line.

    Raises Misworded for a column or field that isn't there; HelpdeskError where one is missing.
    """
    found = guessed(header)
    for pair in [*_lines_of(file), *said]:
        column, equals, field = (part.strip() for part in pair.rpartition("="))
        if not equals or column not in header:
            raise Misworded(
                f"“{pair}” names no column: they are {', '.join(filter(None, header))[:2000]}."
            )
        if field not in (*FIELDS, NOTHING) and not field.startswith(FIELD):
            raise Misworded(
                f"There is no field {field}: they are {', '.join(FIELDS)}, field:LABEL, and - for "
                "none."
            )
        found = {one: other for one, other in found.items() if other != field}
        found[column] = field
    if not {"subject", "message"} & set(found.values()):
        raise HelpdeskError(
            "No column is the subject or the message: say which, as --map 'What=subject'."
        )
    if "requester" not in found.values():
        raise HelpdeskError(
            "No column has the customer's address: say which, as --map 'Mail=requester'."
        )
    return found


def _lines_of(file: Path | None) -> list[str]:
    if file is None:
        return []
    with opened_by_name(file) as stream:
        raw = stream.read(_MOST_BYTES)
    try:
        lines = raw.decode("utf-8-sig").splitlines()
    except UnicodeError:
        raise HelpdeskError(f"{file} is not UTF-8.") from None
    return [line for line in lines if line.strip() and not line.lstrip().startswith("#")]
