"""Any question whatever is answered by both ways alike: at a glance, and by Flask."""

import gzip
import random

import pytest

from helpdesk.api.quick import QuickAnswers
from helpdesk.tickets.models import Priority

QUESTIONS = 150
PATHS = [
    f"/{side}-ticket{rest}"
    for side in ("customer-support", "vendor-support", "support")
    for rest in ("", "/1", "/4", "/01", "/%31", "/1/", "/ticket-category", "/9999999999999999999")
]
NAMES = [
    "limit",
    "offset",
    "count",
    "status",
    "categoryId",
    "createdDate",
    "sort",
    "cursor",
    "parentCategoryId",
    "userType",
    "assigneeId",
    "priority",
    "tag",
    "customField",
    "unread",
    "place",
    "view",
    "filter",
    "keyword",
    "x",
    "%6Cimit",
    "limit%00",
]
VALUES = [
    "0",
    "1",
    "2",
    "501",
    "-1",
    "abc",
    "null",
    "true",
    "open",
    "1,2",
    "%C3%A4",
    "%FF",
    "%ED%A0%80",
    "a+b",
    "2026-01-01",
    "lamp",
    "%22lamp",
    "me",
    "none",
    "urgent",
    "mine",
    "priority:urgent",
    "bin",
    "customer",
    "relevance",
    "newest",
    "%00",
    "1%0d%0aX:y",
    "%",
    "%zz",
    "a=b",
    ";",
    "&",
    "#",
    "１",
    "ä",
]
TOKENS = (None, "", "Bearer", "bearer {}", "BEARER   {} ", "Basic {}", "Bearer {} x", "Bearer \xe4")
KINDS = (None, "gzip", "*", "gzip;q=0", "GZIP, br", ";;;", "\xff")
OTHERS = {"Host": "a:b:c", "Accept-Language": "de", "If-None-Match": "*", "Range": "bytes=0-1"}


@pytest.fixture
def scripts(desk, alice, vendor, agent):
    top = desk.category("Lamps")
    for one in (alice, alice, vendor, vendor):
        desk.ticket(one, "Broken lämp", category_id=top.id, priority=Priority.HIGH)
    scripts = [desk.api(one) for one in (alice, vendor, agent)]
    for script in scripts:
        script.get("/support-ticket")  # from here on the token was just used
    return scripts


@pytest.mark.parametrize("seed", range(4))
def test_both_ways_give_the_same_answer(scripts, monkeypatch, seed):
    monkeypatch.setattr("helpdesk.accounts.limits.count", lambda *_: None)  # or nobody may ask
    chance = random.Random(seed)
    for _ in range(QUESTIONS):
        client = chance.choice(scripts).client
        given = chance.choice([*TOKENS, *["Bearer {}"] * len(TOKENS)])
        token = chance.choice(scripts).token
        headers = {name: value for name, value in OTHERS.items() if chance.random() < 0.1}
        if given is not None:
            headers["Authorization"] = given.format(token)
        if kind := chance.choice(KINDS):
            headers["Accept-Encoding"] = kind
        query = [f"{chance.choice(NAMES)}={chance.choice(VALUES)}" for _ in range(4)]
        path = f"/backend/api/api{chance.choice(PATHS)}?{'&'.join(query[chance.randrange(5) :])}"
        quickly = [answer_of(client.get(path, headers=headers)) for _ in range(2)]
        with monkeypatch.context() as patch:
            patch.setattr(QuickAnswers, "_asked_for", lambda *_: (None, {}))
            by_flask = answer_of(client.get(path, headers=headers))
        assert quickly == [by_flask, by_flask], (path, headers)


def answer_of(answer):
    """All of it, but for what is new each time: packed bytes are, by some noise in their length."""
    is_packed = answer.headers.get("Content-Encoding") == "gzip"
    new = ("X-Request-ID", "Content-Length") if is_packed else ("X-Request-ID",)
    body = gzip.decompress(answer.data) if is_packed else answer.data
    return answer.status_code, [(k, v) for k, v in answer.headers if k not in new], body
