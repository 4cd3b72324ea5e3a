"""Searching on the desk's pages."""

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
