"""Searching on the desk's pages."""

import re
from html import unescape

from helpdesk.people.actions import add_company

SCRIPT = "<script>alert(1)</script>"


def page_of(desk, agent, q, view="all"):
    answer = desk.browser(agent).get(f"/desk/views/{view}", query_string={"q": q})
    assert answer.status_code == 200
    return answer.text


def test_what_was_searched_for_is_marked_where_it_was_found(desk, alice, agent):
    ticket = desk.ticket(alice, "A blue lamp", "The shade came in two pieces")
    desk.reply(agent, ticket, "Sorry!")
    html = page_of(desk, agent, "lamp shade alice")
    assert "A blue <mark>lamp</mark></span>" in html
    assert "The <mark>shade</mark> came in two pieces" in html
    assert "<bdi><mark>Alice</mark>" in html
    assert "<mark>" not in page_of(desk, agent, "")
    assert "<mark>" not in page_of(desk, agent, "is:open -zebra")


def test_words_of_one_place_are_marked_there_only(desk, alice, agent):
    desk.ticket(alice, "Alice has a lamp", "The lamp hums")
    html = page_of(desk, agent, "subject:lamp from:ali")
    assert "Alice has a <mark>lamp</mark></span>" in html
    assert "The lamp hums" in html
    assert "<bdi><mark>Alice</mark>" in html


def test_what_was_found_is_no_markup(desk, alice, agent):
    ticket = desk.ticket(alice, f"Lamp {SCRIPT}", f"hidden {SCRIPT} words")
    desk.reply(agent, ticket, "Sorry!")
    html = page_of(desk, agent, "script hidden")
    assert "&lt;<mark>script</mark>&gt;alert" in html
    assert "<mark>hidden</mark> &lt;<mark>script</mark>&gt;" in html
    assert "alert(1)</script>" not in html


def test_the_words_of_a_saved_view_are_marked_too(desk, alice, agent):
    from helpdesk.views.actions import ViewDraft, save_view

    desk.ticket(alice, "A blue lamp")
    view = save_view(agent, ViewDraft(name="Lamps", rules={"q": ["lamp is:open"]}))
    assert "A blue <mark>lamp</mark>" in page_of(desk, agent, "", f"saved-{view.id}")
    assert "Nothing found" in page_of(desk, agent, "is:closed", f"saved-{view.id}")


def test_filters_that_were_typed_are_told_and_can_be_left_out(desk, alice, agent):
    desk.ticket(alice, "A blue lamp")
    html = page_of(desk, agent, "lamp is:open -priority:high,urgent")
    assert "<bdi>Status is Open</bdi>" in html
    assert "<bdi>Priority is none of High, Urgent</bdi>" in html
    assert 'href="/desk/views/all?q=lamp+-priority%3Ahigh%2Curgent"' in html
    assert "<bdi>lamp</bdi>" not in html


def test_yes_and_no_are_told_without_saying_so(desk, alice, agent):
    desk.ticket(alice, "A blue lamp")
    html = page_of(desk, agent, "lamp is:unread -has:file")
    assert "<bdi>Unread by me</bdi>" in html
    assert "<bdi>Not: Has files</bdi>" in html
    html = desk.browser(agent).get("/desk/views/all?unanswered=yes&files=no").text
    assert re.findall(r'<li class="chip"><span>(.*?)</span>', html) == [
        "Never answered ",
        "Not: Has files ",
    ]


def test_of_the_orders_of_what_was_found_one_is_always_chosen(desk, alice, agent):
    desk.ticket(alice, "A blue lamp")
    browser = desk.browser(agent)

    def orders(path):
        nav = browser.get(path).text.partition('<nav class="orders"')[2].partition("</nav>")[0]
        found = re.findall(r'<a href="[^"]*"( aria-current="true")?>(.*?)</a>', nav)
        return [f"*{words}" if current else words for current, words in found]

    for path, expected in {
        "all?q=lamp": ["*Last changed", "Newest", "Best match"],
        "all?q=lamp&sort=newest": ["Last changed", "*Newest", "Best match"],
        "all?q=lamp&sort=relevance": ["Last changed", "Newest", "*Best match"],
        "all?q=lamp&sort=priority": ["Last changed", "*Most urgent", "Newest", "Best match"],
        "open?q=lamp": ["*Waiting longest", "Newest", "Best match"],
        "open?q=zebra": [],
        "open?q=is:open": [],
        "open": [],
    }.items():
        assert orders(f"/desk/views/{path}") == expected, path


def test_where_nothing_is_found_all_that_was_understood_is_told(desk, alice, agent):
    desk.ticket(alice, "A blue lamp")
    html = page_of(desk, agent, f'zebra -"blue lamp" from:ali file:x "{SCRIPT}" is:open *** a:b')
    for words in (
        "zebra",
        "without “blue lamp”",
        "From: ali",
        "File name: x",
        "Status is Open",
        "a:b",
        "“&lt;script&gt;alert(1)&lt;/script&gt;”",
    ):
        assert f"<bdi>{words}</bdi>" in html, words
    assert "<bdi>***</bdi>" not in html
    assert SCRIPT not in html


def test_the_sheet_about_searching_has_examples_that_work(desk, agent):
    from helpdesk.views.filters import Asking, worded
    from helpdesk.web.desk.search_help import FILTERS

    page = desk.browser(agent).get("/desk/search-help")
    assert page.status_code == 200
    desk.category("Order problems")
    add_company(agent, "Hotel Mirador", [])
    for hint in FILTERS:
        assert hint.example.replace('"', "&#34;") in page.text
        found = worded(Asking(agent), hint.example)
        is_among = found.words and found.words[0].among != "all"
        assert found.filters or is_among, hint.example


def proposed(desk, agent, q):
    answer = desk.browser(agent).get("/desk/complete/search", query_string={"q": q})
    assert answer.status_code == 200
    return [one["insert"] for one in answer.json]


def test_the_box_proposes_filters_and_their_values(desk, alice, agent, field):
    desk.category("Order problems")
    add_company(agent, "Hotel Mirador", ["mirador.example"])
    field("Colour", "choice", choices=["red", "dark blue"])
    for typed, expected in {
        "st": ["status:"],
        "-ST": ["-status:"],
        "lamp": [],
        "": [],
        "status:": ["status:open", "status:pending", "status:resolved", "status:closed"],
        "-status:p": ["-status:pending"],
        "status:zzz": [],
        "is:una": ["is:unanswered", "is:unassigned"],
        "is:pend": ["is:pending"],
        "is:never": ["is:unanswered", "is:answered"],
        "has:": ["has:file", "has:tag"],
        "company:": ['company:"Hotel Mirador"'],
        'company:"mira': ['company:"Hotel Mirador"'],
        "company:mirador.ex": ['company:"Hotel Mirador"'],
        "company:zebra": [],
        'category:"ord': ['category:"Order problems"'],
        "category:prob": ['category:"Order problems"'],
        "from:ali": [f"from:{alice.email}"],
        "from:": [],
        "assignee:m": ["assignee:me"],
        "priority:u": ["priority:urgent"],
        "unread:": ["unread:yes", "unread:no"],
        "field.colour:": ["field.colour:red", 'field.colour:"dark blue"'],
        "nonsense:": [],
        "q:": [],
        ":": [],
        "status:" + "x" * 5000: [],
        "\0:\0": [],
    }.items():
        assert proposed(desk, agent, typed) == expected, typed


def test_a_ticket_that_was_found_says_which_words_to_mark(desk, alice, agent):
    ticket = desk.ticket(alice, "A blue lamp")
    browser = desk.browser(agent)

    def said(q):
        page = browser.get(f"/desk/tickets/{ticket.id}", query_string={"view": "all", "q": q})
        found = re.search(r'<article [^>]*?data-ticket="\d+"(?: data-found="(.*?)")?>', page.text)
        return unescape(found[1] or "")

    assert said('Lämp "In TWO, pieces" -red from:ana "><b>x') == '"in two pieces" lamp b x'
    assert said("") == said("is:open -lamp") == ""


def test_of_very_many_that_are_found_so_many_are_counted(desk, alice, agent, monkeypatch):
    from helpdesk.web.desk import rows

    monkeypatch.setattr(rows, "ROWS", 2)
    for number in range(5):
        desk.ticket(alice, f"Lamp {number}")
    assert "<span data-total>5</span><span" in page_of(desk, agent, "lamp")
    monkeypatch.setattr(rows, "MOST_COUNTED", 3)
    monkeypatch.setattr("helpdesk.search.finding.FEW", 2)  # which are counted in any case
    assert "<span data-total>3</span>+<span" in page_of(desk, agent, "lamp")
    assert "<span data-total>5</span><span" in page_of(desk, agent, "is:open")
