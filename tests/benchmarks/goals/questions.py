"""What is asked of a desk: each kind of question as requests to send in turn."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from urllib.parse import quote
from urllib.request import Request, urlopen

from tests.benchmarks.filling import known
from tests.benchmarks.filling.known import ADMIN, AGENT, CUSTOMER

from .client import PATIENCE, Ask
from .desks import Served

API = "/backend/api/api"
STAFF = f"{API}/support-ticket"
MINE = f"{API}/customer-support-ticket"
OPENED = 50  # tickets that are opened in turn
ADDRESSES = 200  # of one question: many more than the answers that are remembered
AVERAGE = 4  # public messages of a ticket that is like most

# Filters of the desk's lists, as their addresses say them.
FILTERS = {
    "status and priority": "status=open&priority=urgent",
    "a tag": "tag=vip",
    "a tag of few, by activity": "tag=%C3%B6ko&sort=activity",
    "two tags": "tag.all=vip&tag.all=late",
    "a category": "category=7",
    "mine, open": "assignee=me&status=open",
    "nobody's": "assignee=none",
    "a company": "company=7",
    "vendors, open": "user=vendor&status=open",
    "of 30 days": "created.within=30d",
    "waiting for 2 days": "waiting.older=2d",
    "with files": "files=yes&sort=priority",
    "unread": "unread=yes",
    "never answered": "unanswered=yes",
}
KEYWORDS = {
    "a rare word": known.RARE.words,
    "a very common word": known.COMMON.words,
    "two words": "cobalt delivery",
    "a prefix": "quillo",
    "a short prefix": "de",
    "a phrase": f'"{known.PHRASE.words}"',
    "CJK": "檸檬",
    "accents": "creme brulee",
    "a word of notes": known.SECRET.words,
    "no word of any": "zzyzxq",
}


def lists(desk: Served) -> dict[str, Sequence[Ask]]:
    """Lists, counts and tickets, as pages and by the API."""
    agent, script = desk.cookies(AGENT), desk.bearer(AGENT)
    customer, mine = desk.cookies(CUSTOMER), desk.bearer(CUSTOMER)
    asks: dict[str, Sequence[Ask]] = {
        "portal list": [Ask("/tickets", headers=customer)],
        "API own list": [Ask(f"{MINE}?limit=50", headers=mine)],
        "API own count": [Ask(f"{MINE}?count=1", headers=mine)],
        "API staff list": [Ask(f"{STAFF}?limit=50", headers=script)],
        "API staff count": [Ask(f"{STAFF}?count=1", headers=script)],
        "ticket page": [Ask(f"/desk/tickets/{id_}", headers=agent) for id_ in _like_most(desk)],
        "API ticket": [Ask(f"{STAFF}/{id_}", headers=script) for id_ in _like_most(desk)],
        "API views, counted": [Ask(f"{STAFF}/views", headers=script)],
        "customers": [Ask("/desk/customers", headers=agent)],
        "a customer": [Ask(f"/desk/customers/{_busiest(desk)}", headers=agent)],
        "notices": [Ask("/desk/notices", headers=agent)],
        "filter: a busy customer's": [
            Ask(f"/desk/views/all?requester={_busiest(desk)}&sort=waiting", headers=agent)
        ],
        "deep page": _deep(desk),
    }
    for view in ("mine", "unassigned", "open", "pending", "all", "saved-1", "saved-5"):
        asks[f"view {view}"] = [Ask(f"/desk/views/{view}", headers=agent)]
    for sort in ("newest", "activity", "waiting", "priority"):
        asks[f"all by {sort}"] = [Ask(f"/desk/views/all?sort={sort}", headers=agent)]
    for name, query in FILTERS.items():
        asks[f"filter: {name}"] = [Ask(f"/desk/views/all?{query}", headers=agent)]
    reports = ("/desk/reports", f"{STAFF}/reports/volume")
    for name, path, who in zip(
        ("report page", "API report"), reports, (agent, script), strict=True
    ):
        asks[name] = [Ask(path, headers=who)]
    return asks


def searches(desk: Served) -> dict[str, Sequence[Ask]]:
    """Keywords of staff in the API, some of a customer's, and one in the desk's list."""
    script, mine = desk.bearer(AGENT), desk.bearer(CUSTOMER)
    asks: dict[str, Sequence[Ask]] = {
        f"search: {name}": [Ask(f"{STAFF}?keyword={quote(words)}", headers=script)]
        for name, words in KEYWORDS.items()
    }
    word = quote(known.COMMON.words)
    asks["search: a customer's own"] = [Ask(f"{MINE}?keyword={word}", headers=mine)]
    asks["search: in the portal"] = [Ask(f"/tickets?q={word}", headers=desk.cookies(CUSTOMER))]
    lists, agent = f"/desk/views/all?q={word}", desk.cookies(AGENT)
    asks["search: in the desk's list"] = [Ask(lists, headers=agent)]
    asks["search: best match first"] = [Ask(f"{lists}&sort=relevance", headers=agent)]
    return asks


def anew(ask: Ask) -> Sequence[Ask]:
    """The same question by many addresses, so that it is never one that was just answered.

    Lists are sent again as they were while nobody writes; what it costs to make them is told apart.
    """
    mark = "&" if "?" in ask.path else "?"
    return [replace(ask, path=f"{ask.path}{mark}turn={turn}") for turn in range(ADDRESSES)]


def as_one_types(desk: Served) -> Sequence[Ask]:
    """What the palette asks while somebody types three words, letter by letter."""
    headers = desk.cookies(AGENT) | {"HX-Request": "true"}
    typed = [text[:end] for text in ("delivery cob", "lamp", "quil") for end in range(1, 13)]
    return [Ask(f"/desk/palette?q={quote(text)}", headers=headers) for text in typed]


def worst(desk: Served) -> dict[str, Sequence[Ask]]:
    """The dearest searches that are known."""
    script, mine = desk.bearer(AGENT), desk.bearer(CUSTOMER)
    many = " ".join(f"word{number}" for number in range(700))
    asked = {
        "one letter": f"{STAFF}?keyword=d",
        "one letter, counted": f"{STAFF}?keyword=d&count=1",
        "common, counted": f"{STAFF}?keyword={known.COMMON.words}&count=1",
        "common, few by a filter": f"{STAFF}?keyword={known.COMMON.words}&tag=%C3%B6ko&status=open",
        "common words that never meet": f"{STAFF}?keyword={quote('delivery 檸檬 cobalt brûlée')}",
        "a CJK character": f"{STAFF}?keyword={quote('的')}",
        "hundreds of words": f"{STAFF}?keyword={quote(many)}",
        "letters": f"{STAFF}?keyword={quote('a b c d e f g h i j')}",
        "a common phrase": f"{STAFF}?keyword={quote(chr(34) + 'the to' + chr(34))}",
        "by priority": f"{STAFF}?keyword={known.COMMON.words}&sort=priority",
        "from somebody, not a word": f"{STAFF}?keyword={quote('from:ana -delivery')}",
    }
    asks: dict[str, Sequence[Ask]] = {
        name: [Ask(path, headers=script)] for name, path in asked.items()
    }
    asks["a customer's letter"] = [Ask(f"{MINE}?keyword=d", headers=mine)]
    return asks


def at_offset(desk: Served, depth: int) -> Sequence[Ask]:
    return [Ask(f"{STAFF}?limit=50&offset={depth}", headers=desk.bearer(ADMIN))]


def pages(desk: Served) -> Mapping[str, Ask]:
    """What is compared with a bare route that answers the same bytes."""
    long = desk.look_up(
        "SELECT id FROM tickets WHERE message_count <= ? AND place = 'inbox'"
        " ORDER BY message_count DESC, id DESC LIMIT 1",
        known.LONG,
    )[0]
    anas = desk.look_up(
        "SELECT tickets.id FROM tickets JOIN users ON users.id = requester_id"
        " WHERE email = ? AND place = 'inbox' ORDER BY message_count DESC LIMIT 1",
        CUSTOMER.email,
    )[0]
    agent, script, mine = desk.cookies(AGENT), desk.bearer(AGENT), desk.bearer(CUSTOMER)
    beside = agent | {"HX-Request": "true", "HX-Target": "pane"}
    return {
        "API list of 50": Ask(f"{MINE}?limit=50", headers=mine),
        "API list of 50, staff": Ask(f"{STAFF}?limit=50", headers=script),
        "API ticket of 20 messages": Ask(f"{STAFF}/{long}", headers=script),
        "API own ticket": Ask(f"{MINE}/{anas}", headers=mine),
        "API categories": Ask(f"{MINE}/ticket-category"),
        "portal list": Ask("/tickets", headers=desk.cookies(CUSTOMER)),
        "desk list": Ask("/desk/views/all", headers=agent),
        "ticket beside its list": Ask(f"/desk/tickets/{long}?view=all", headers=beside),
        "ticket page": Ask(f"/desk/tickets/{long}?view=all", headers=agent),
    }


def _busiest(desk: Served) -> int:
    """The customer with the most tickets: the bigger the desk, the more they have."""
    counted = (
        "SELECT requester_id FROM tickets GROUP BY requester_id ORDER BY count(*) DESC LIMIT 1"
    )
    return desk.look_up(counted)[0]


def _like_most(desk: Served) -> list[int]:
    """Tickets that are spread over the whole desk, each with AVERAGE messages."""
    found = desk.look_up(
        "SELECT id FROM tickets WHERE message_count = ? AND place = 'inbox' ORDER BY id", AVERAGE
    )
    return found[:: max(1, len(found) // OPENED)]


def _deep(desk: Served) -> Sequence[Ask]:
    """The page by a cursor from the middle of the list of all."""
    headers = desk.bearer(AGENT)
    there = f"{desk.url}{STAFF}?limit=50&offset={desk.tickets // 2}"
    with urlopen(Request(there, headers=headers), timeout=PATIENCE) as answer:
        links = answer.headers["Link"]
    cursor = re.search(r"[?&]cursor=([^&>]+)[^>]*>; rel=.next", links)
    assert cursor, links
    return [Ask(f"{STAFF}?limit=50&cursor={cursor[1]}", headers=headers)]
