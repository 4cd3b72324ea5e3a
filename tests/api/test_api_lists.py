"""Lists: pages, filters, keywords, counts; and how many questions they ask the database."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest

TICKETS = "/customer-support-ticket"


def ids(answer):
    assert answer.status_code == 200, answer.text
    return [row["id"] for row in answer.json["data"]]


def links(answer):
    """The addresses of a Link header by their rel."""
    return {
        rel: url
        for url, rel in re.findall(r'<([^>]*)>; rel="(\w+)"', answer.headers.get("Link", ""))
    }


def follow(desk, api, answer, rel):
    url = links(answer)[rel]
    assert url.startswith(desk.app.config["HELPDESK"].base_url + "/backend/api/api/")
    parts = urlsplit(url)
    return api.get(f"{parts.path}?{parts.query}")


def test_newest_first_then_the_higher_number(desk, alice, travel):
    old = [desk.ticket(alice).id for _n in range(2)]
    travel(hours=1)
    new = [desk.ticket(alice).id for _n in range(2)]
    assert ids(desk.api(alice).get(TICKETS)) == [*reversed(new), *reversed(old)]


def test_only_ones_own(desk, alice, bob):
    mine = desk.ticket(alice)
    desk.ticket(bob)
    answer = desk.api(alice).get(TICKETS)
    assert ids(answer) == [mine.id]
    assert answer.headers["X-Total-Count"] == "1"


def test_a_page_has_50_rows_unless_one_says_otherwise(desk, alice):
    made = [desk.ticket(alice).id for _n in range(52)]
    api = desk.api(alice)
    newest = list(reversed(made))
    assert ids(api.get(TICKETS)) == newest[:50]
    assert ids(api.get(f"{TICKETS}?limit=0")) == newest[:50]
    assert ids(api.get(f"{TICKETS}?limit=500")) == newest
    assert ids(api.get(f"{TICKETS}?limit=2&offset=3")) == newest[3:5]
    assert ids(api.get(f"{TICKETS}?offset=9007199254740992")) == []
    assert api.get(f"{TICKETS}?limit=2").headers["X-Total-Count"] == "52"


@pytest.mark.parametrize("flag", ["1", "true"])
def test_the_bare_number(desk, alice, flag):
    for subject in ("Blue lamp", "Red lamp", "Chair"):
        desk.ticket(alice, subject)
    answer = desk.api(alice).get(f"{TICKETS}?count={flag}&keyword=lamp&limit=1")
    assert answer.json["data"] == 2
    assert type(answer.json["data"]) is int
    assert answer.headers["X-Total-Count"] == "2"
    assert "Link" not in answer.headers


def test_the_list_where_no_number_is_asked(desk, alice):
    for flag in ("0", "false", ""):
        assert desk.api(alice).get(f"{TICKETS}?count={flag}").json["data"] == []


def test_going_through_pages_while_tickets_come_in(desk, alice, travel):
    made = [desk.ticket(alice).id for _n in range(7)]
    api = desk.api(alice)
    page = api.get(f"{TICKETS}?limit=3&status=open&keyword=lamp")
    seen = ids(page)
    assert links(page).keys() == {"next"}
    while "next" in links(page):
        query = parse_qs(urlsplit(links(page)["next"]).query)
        assert query.keys() == {"limit", "status", "keyword", "cursor"}
        assert (query["limit"], query["status"], query["keyword"]) == (["3"], ["open"], ["lamp"])
        travel(minutes=len(seen))
        desk.ticket(alice)  # on top, where it moves nothing
        page = follow(desk, api, page, "next")
        seen += ids(page)
    assert seen == list(reversed(made))
    assert links(page).keys() == {"prev"}
    back = follow(desk, api, page, "prev")
    assert ids(back) == seen[3:6]
    assert ids(follow(desk, api, back, "prev")) == seen[0:3]


def test_the_pages_of_an_offset(desk, alice):
    made = list(reversed([desk.ticket(alice).id for _n in range(5)]))
    api = desk.api(alice)
    page = api.get(f"{TICKETS}?limit=2&offset=2")
    assert ids(follow(desk, api, page, "next")) == made[4:]
    assert ids(follow(desk, api, page, "prev")) == made[:2]
    assert "offset" not in links(page)["next"]


def test_filters(desk, alice, travel):
    top = desk.category()
    child = desk.category(parent=top)
    plain = desk.ticket(alice)
    sorted_ = desk.ticket(alice, category_id=top.id, subcategory_id=child.id)
    api = desk.api(alice)
    api.put(f"{TICKETS}/{plain.id}", json={"status": "resolved"})
    assert ids(api.get(f"{TICKETS}?status=resolved")) == [plain.id]
    assert ids(api.get(f"{TICKETS}?status=2")) == [plain.id]
    assert ids(api.get(f"{TICKETS}?status=Open")) == [sorted_.id]
    assert ids(api.get(f"{TICKETS}?categoryId={top.id}")) == [sorted_.id]
    assert ids(api.get(f"{TICKETS}?subCategoryId={child.id}")) == [sorted_.id]
    assert ids(api.get(f"{TICKETS}?categoryId=99")) == []
    today = plain.created_at.date().isoformat()
    assert len(ids(api.get(f"{TICKETS}?createdDate={today}"))) == 2
    for day in ("0001-01-01", "1970-01-01", "9999-12-31"):
        assert ids(api.get(f"{TICKETS}?createdDate={day}")) == []


@pytest.mark.parametrize(
    "keyword",
    ["TKT{id}", "tkt{id}", "brok", "LAMP", "ångström", "angstrom", "desc", "answer", "light",
     "tabl", "lamp brok answ", '"lamp"', "lamp*"],
)  # fmt: skip
def test_where_a_keyword_looks(desk, alice, agent, keyword):
    top = desk.category("Lights")
    child = desk.category("Table lamps", parent=top)
    ticket = desk.ticket(
        alice,
        "Broken lamp",
        "Of the Ångström kind",
        description="The description",
        category_id=top.id,
        subcategory_id=child.id,
    )
    desk.reply(agent, ticket, "An answer")
    desk.ticket(alice, "Chair", "It creaks")
    assert ids(
        desk.api(alice).get(TICKETS, query_string={"keyword": keyword.format(id=ticket.id)})
    ) == [ticket.id]


@pytest.mark.parametrize("keyword", ["amp", "lamp chair", "regular", "nothing"])
def test_where_a_keyword_finds_nothing(desk, alice, agent, keyword):
    ticket = desk.ticket(alice, "Broken lamp")
    desk.note(agent, ticket, "She is a regular")
    assert ids(desk.api(alice).get(f"{TICKETS}?keyword={keyword}")) == []


@pytest.mark.parametrize("path", [TICKETS, "/support-ticket"])
def test_a_list_asks_as_much_for_one_as_for_many(desk, alice, agent, path):
    api = desk.api(alice if path == TICKETS else agent)
    top = desk.category()

    def questions():
        with desk.counted() as statements:
            assert api.get(path).status_code == 200
        return len(statements)

    questions()  # notes that the token was used
    desk.ticket(alice, category_id=top.id)
    one = questions()
    for _n in range(20):
        desk.ticket(alice, category_id=top.id)
    assert questions() == one == 3  # the token, how many, the rows


@pytest.mark.parametrize("path", [TICKETS, "/support-ticket"])
def test_a_ticket_asks_as_much_with_one_message_as_with_many(desk, alice, agent, path):
    api = desk.api(alice if path == TICKETS else agent)
    ticket = desk.ticket(alice, files=[desk.file()])

    def questions():
        with desk.counted() as statements:
            assert api.get(f"{path}/{ticket.id}").status_code == 200
        return len(statements)

    questions()
    one = questions()
    for _n in range(20):
        desk.reply(agent, ticket, files=[desk.file(), desk.file()])
        desk.note(desk.user("agent"), ticket)
    assert questions() == one == 2  # the token, all of the ticket


def test_a_page_past_the_end_links_to_the_last_one(desk, alice, agent):
    tickets = [desk.ticket(alice).id for _number in range(3)]
    for api, path in (
        (desk.api(alice), TICKETS),
        (desk.api(agent), "/support-ticket"),
        (desk.api(agent), "/support-ticket/ticket-logs"),
    ):
        answer = api.get(f"{path}?limit=2&offset=60")
        assert answer.json["data"] == []
        [link] = answer.headers["Link"].split(", ")
        address, rel = link.split("; ")
        assert rel == 'rel="prev"'
        query = urlsplit(address.strip("<>")).query
        rows = api.get(f"{path}?{query}").json["data"]
        assert len(rows) == 2
        if "logs" not in path:
            assert [row["id"] for row in rows] == [tickets[1], tickets[0]]
