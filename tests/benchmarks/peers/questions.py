"""What both are asked: for each row of the table the same thing, in the words of each."""

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tests.benchmarks.filling import known
from tests.benchmarks.goals.client import Ask

ROWS = 25  # of a list: what the peer shows at once
STAFF_API = "/backend/api/api/support-ticket"
JSON = {"Content-Type": "application/json"}
SUBJECT, WORDS = "Lamp number 7", "It flickers when it is dimmed below a quarter."


@dataclass(frozen=True)
class Question:
    """A row of the table: what ours is asked, and what the peer is."""

    name: str
    ours: Sequence[Ask]
    theirs: Sequence[Ask]


def questions(
    tickets: int, agent: dict[str, str], bearer: dict[str, str], key: dict[str, str], queue: int
) -> list[Question]:
    """All rows. *agent* and *bearer* are headers of ours, *key* what the peer's loader gave."""
    cookie, token = {"Cookie": key["cookie"]}, {"Authorization": f"Token {key['token']}"}
    some = [1 + (number * 7919) % tickets for number in range(40)]
    new = {"subject": SUBJECT, "message": WORDS, "emailId": known.CUSTOMER.email}
    as_theirs = {"title": SUBJECT, "description": WORDS, "queue": queue, "priority": 3}
    as_theirs |= {"submitter_email": known.CUSTOMER.email, "status": 1}

    def found(words: str) -> tuple[list[Ask], list[Ask]]:
        ours = f"/desk/views/all?q={words.replace(' ', '+')}"
        theirs = _rows({"filtering": {}, "search_string": words, "sortreverse": True})
        return [Ask(ours, headers=agent)], [Ask(theirs, headers=cookie)]

    is_open = {"filtering": {"status__in": [1]}, "search_string": ""}
    return [
        Question(
            "staff's list of what is open; theirs: rows without their page",
            [Ask("/desk/views/open", headers=agent)],
            [Ask(_rows(is_open), headers=cookie)],
        ),
        Question(
            "the same; theirs: the page without its rows",
            [Ask("/desk/views/open", headers=agent)],
            [Ask("/tickets/", headers=cookie)],
        ),
        Question(
            "staff's page of a ticket",
            [Ask(f"/desk/tickets/{number}", headers=agent) for number in some],
            [Ask(f"/tickets/{number}/", headers=cookie) for number in some],
        ),
        Question("search: a rare word", *found(known.RARE.words)),
        Question("search: a common word", *found(known.COMMON.words)),
        Question(
            "API: a list",
            [Ask(f"{STAFF_API}?limit={ROWS}", headers=bearer)],
            [Ask(f"/api/tickets/?page_size={ROWS}", headers=token)],
        ),
        Question(
            "API: a ticket",
            [Ask(f"{STAFF_API}/{number}", headers=bearer) for number in some],
            [Ask(f"/api/tickets/{number}/", headers=token) for number in some],
        ),
        Question(
            "API: a new ticket",
            [Ask(STAFF_API, "POST", bearer | JSON, json.dumps(new))],
            [Ask("/api/tickets/", "POST", token | JSON, json.dumps(as_theirs), fits=201)],
        ),
    ]


def _rows(query: dict[str, Any]) -> str:
    """Where the peer's list gets its rows: a second request, which its page makes."""
    words = json.dumps({"sorting": "created", **query})
    return (
        f"/datatables_ticket_list/{base64.b64encode(words.encode()).decode()}"
        f"?draw=1&start=0&length={ROWS}"
    )
