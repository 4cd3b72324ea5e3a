"""Customers search among their own requests."""


def page_of(desk, user, q, **more):
    answer = desk.browser(user).get("/tickets", query_string={"q": q, **more})
    assert answer.status_code == 200
    return answer.text


def test_what_was_searched_for_is_marked_where_it_was_found(desk, alice, agent):
    ticket = desk.ticket(alice, "A blue lamp", "The shade came in two pieces")
    desk.reply(agent, ticket, "Sorry for the lamp!")
    html = page_of(desk, alice, "lamp shade")
    assert "A blue <mark>lamp</mark></a>" in html
    assert "<bdi>The <mark>shade</mark> came in two pieces</bdi>" in html
    assert "Sorry for the <mark>lamp</mark>!" in page_of(desk, alice, "lamp")
    assert "<mark>" not in page_of(desk, alice, "")


def test_notes_are_not_shown(desk, alice, agent):
    ticket = desk.ticket(alice, "A blue lamp", "It hums")
    desk.note(agent, ticket, "A secret lamp")
    html = page_of(desk, alice, "lamp secret")
    assert "secret lamp" not in html
    assert "Nothing found" in html


def test_filters_in_words(desk, alice, agent):
    lamp = desk.ticket(alice, "A blue lamp")
    desk.ticket(alice, "A chair")
    desk.reply(agent, lamp, "Sorry!", status="pending")
    assert "A chair" not in page_of(desk, alice, "status:pending")
    assert "A blue lamp" in page_of(desk, alice, "status:pending")
    assert "Nothing found" in page_of(desk, alice, "status:pending", status="open")
    assert "Nothing found" in page_of(desk, alice, "assignee:none")


def test_where_nothing_is_found_a_part_can_be_left_out(desk, alice):
    desk.ticket(alice, "A blue lamp")
    html = page_of(desk, alice, 'zebra "blue lamp" status:open', status="open")
    assert 'href="/tickets?q=zebra+status:open&amp;status=open">Without &#34;blue lamp&#34;' in html
    assert "Without zebra" in html
    assert "Without" not in page_of(desk, alice, "zebra")
