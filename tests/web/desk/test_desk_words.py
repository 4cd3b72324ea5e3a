"""What staff write is Markdown, on both sides; what customers write stays as they typed it."""

import re

import pytest

from helpdesk.accounts.models import DESK
from helpdesk.database import db
from helpdesk.tickets import actions, queries
from helpdesk.tickets.models import Format, Place
from tests.markdown.attacks import ATTACKS

WORDS = "**Sorry!** Like TKT2, see @[Ana Gent](user:3):\n\n- <b>one</b>\n- two"


@pytest.fixture
def pages(desk, alice, agent):
    """Shows a ticket to an agent and to its customer."""

    def show(ticket):
        return (
            desk.browser(agent).get(f"/desk/tickets/{ticket.id}").text,
            desk.browser(alice).get(f"/tickets/{ticket.id}").text,
        )

    return show


def bodies(page):
    return re.findall(r'<div class="message-body[^"]*" dir="auto">(.*?)</div>', page, re.DOTALL)


def test_an_answer_is_markdown_on_both_sides(desk, alice, agent, compose, pages):
    ticket = desk.ticket(alice, message="**Broken**, like https://shop.example/lamp")
    assert desk.ticket(alice).id == 2  # the one that is named in the words
    compose(desk.browser(agent), ticket, message=WORDS)
    for page in pages(ticket):
        asked, answered = bodies(page)
        assert asked.startswith('**Broken**, like <a href="https://shop.example/lamp" rel=')
        assert "<strong>Sorry!</strong>" in answered
        assert "<li>&lt;b&gt;one&lt;/b&gt;</li>" in answered
    desk_page, portal_page = (bodies(page)[1] for page in pages(ticket))
    assert 'href="/desk/tickets/2"' in desk_page
    assert 'class="mention' in desk_page
    assert "Like TKT2, see @Ana Gent:" in portal_page
    assert desk.fresh(ticket).last_words.startswith("Sorry! Like TKT2, see @Ana Gent: - <b>one")


def test_a_note_is_markdown_for_staff(desk, alice, agent, compose, pages):
    ticket = desk.ticket(alice)
    compose(desk.browser(agent), ticket, kind="note", message="She is *regular*.")
    desk_page, portal_page = pages(ticket)
    assert "<em>regular</em>" in desk_page
    assert "regular" not in portal_page


def test_a_picture_among_the_words_is_not_listed_again(desk, alice, agent, pages):
    ticket = desk.ticket(alice)
    shown, listed = (actions.upload(agent, desk.file(name)) for name in ("a.png", "b.png"))
    words = f"Like this: ![the lamp](attachment:{shown.key})"
    message = actions.reply(agent, ticket, words, [shown, listed], format=Format.MARKDOWN)
    assert len(message.attachments) == 2
    for page in pages(ticket):
        assert len(re.findall(r'<img src="[^"]*/a.png"', page)) == 1
        assert re.search(r'<img src="[^"]*/a.png" alt="the lamp"', page)
        assert len(re.findall(r'class="file is-picture"[^>]*b.png', page)) == 1


def test_a_picture_of_another_message_is_not_shown(desk, alice, bob, agent, pages):
    elsewhere = desk.ticket(bob, files=[desk.file("secret.png")])
    [message] = queries.conversation(agent, elsewhere)
    ticket = desk.ticket(alice)
    words = f"![x](attachment:{message.attachments[0].key})"
    actions.reply(agent, ticket, words, format=Format.MARKDOWN)
    for page in pages(ticket):
        assert "secret.png" not in page
        assert bodies(page)[1].strip() == "<p>x</p>"


def test_words_that_show_a_picture_take_it_along(desk, alice, agent, admin, compose):
    ticket = desk.ticket(alice)
    mine, others = (actions.upload(user, desk.file()) for user in (agent, admin))
    words = f"![x](attachment:{mine.key}) ![y](attachment:{others.key})"
    compose(desk.browser(agent), ticket, message=words)
    db.session.rollback()
    message = queries.conversation(agent, desk.fresh(ticket))[-1]
    assert [file.key for file in message.attachments] == [mine.key]


def test_a_ticket_opened_by_staff_is_markdown(desk, alice, agent):
    browser = desk.browser(agent)
    answer = browser.post(
        "/desk/tickets/new", data={"who": alice.email, "subject": "Called", "message": "*Broken*"}
    )
    assert "<em>Broken</em>" in browser.get(answer.location).text


def test_scripts_write_plain_words_unless_they_say_so(desk, alice, agent):
    ticket = desk.ticket(alice)
    api = desk.api(agent)
    path = f"/support-ticket/{ticket.id}"
    assert api.post(path, json={"message": "*a*"}).json["data"]["format"] == "text"
    said = api.post(path, json={"message": "*b*", "format": "markdown", "internal": True})
    assert said.json["data"]["format"] == "markdown"
    opened = api.post(
        "/support-ticket",
        json={"emailId": alice.email, "subject": "x", "message": "*c*", "format": "markdown"},
    )
    assert opened.json["data"]["format"] == "markdown"
    assert api.post(path, json={"message": "d", "format": "html"}).status_code == 422
    shown = desk.api(alice).get(f"/customer-support-ticket/{ticket.id}").json["data"]
    assert [m["format"] for m in shown["ticketMessage"]] == ["text", "text"]


def test_a_customer_s_script_can_t_write_markdown(desk, alice):
    ticket = desk.ticket(alice)
    desk.api(alice).post(
        f"/customer-support-ticket/{ticket.id}", json={"message": "*a*", "format": "markdown"}
    )
    assert queries.conversation(alice, ticket)[-1].format is Format.TEXT


def test_no_attack_reaches_a_page(desk, alice, agent, pages):
    ticket = desk.ticket(alice, message="\n\n".join(ATTACKS).replace("\0", ""))
    words = "\n\n".join(ATTACKS).replace("\0", "")
    actions.reply(agent, ticket, words, format=Format.MARKDOWN)
    for page in pages(ticket):
        for body in bodies(page):
            tags = {tag.lower() for tag in re.findall(r"<([a-zA-Z]+)", body)}
            assert not tags & {"script", "svg", "iframe", "style", "object", "form", "img", "link"}
            assert not re.search(r"<[^>]* (on\w+|style)=", re.sub(r'"[^"]*"', '""', body))


def test_only_tickets_that_are_there_are_links_in_one_query(desk, alice, agent):
    there, binned, purged = desk.ticket(alice), desk.ticket(alice), desk.ticket(alice)
    for ticket in (binned, purged):
        actions.place(agent, ticket, Place.BIN)
    actions.purge(DESK, purged)
    ticket, browser, costs = desk.ticket(alice), desk.browser(agent), []
    missing = ["TKT999999", f"TKT{10**14}", purged.ref]
    for number in range(2):
        words = " ".join([there.ref, binned.ref.lower(), *missing, f"TKT{5000 + number}"])
        actions.add_note(agent, ticket, f"See {words}", format=Format.MARKDOWN)
        desk.reply(alice, ticket, f"Plain {words}")
        browser.get(f"/desk/tickets/{there.id}")  # what is kept in memory is read once
        with desk.counted() as statements:
            page = browser.get(f"/desk/tickets/{ticket.id}").text
        costs.append(len(statements))
        for ref in missing:
            assert ref in page
            assert f">{ref}</a>" not in page
        for one, shown in ((there, there.ref), (binned, binned.ref.lower())):
            link = f'href="/desk/tickets/{one.id}" rel="noopener nofollow ugc">{shown}</a>'
            assert page.count(link) == 2 * (number + 1)
    assert costs[0] == costs[1]


def test_words_shown_before_are_shown_to_each_as_if_they_were_new(desk, alice, agent, admin, pages):
    words = f"@[Admin](user:{admin.id}) @[Agent](user:{agent.id}): see TKT2"
    first = desk.ticket(alice)
    actions.reply(agent, first, words, format=Format.MARKDOWN)
    page, own = pages(first)
    assert 'href="/desk/tickets/2"' not in page
    assert "user:" not in own and "mention" not in bodies(own)[1]
    assert desk.ticket(alice).id == 2  # from now on there is one
    for reader, name in ((agent, "Agent"), (admin, "Admin")):
        said = bodies(desk.browser(reader).get(f"/desk/tickets/{first.id}").text)[1]
        assert 'href="/desk/tickets/2"' in said
        assert re.findall(r'is-me">@(\w+)', said) == [name]
    assert "tickets/2" not in bodies(pages(first)[1])[1]


def test_a_file_in_the_words_has_the_address_of_its_own_ticket(desk, alice, agent, pages):
    shown = actions.upload(agent, desk.file("a.png"))
    words = f"Look: ![it](attachment:{shown.key})"
    first, second = desk.ticket(alice), desk.ticket(alice)
    actions.reply(agent, first, words, [shown], format=Format.MARKDOWN)
    actions.reply(agent, second, words, format=Format.MARKDOWN)
    for page, place in zip(pages(first), ("/desk/tickets", "/tickets"), strict=True):
        assert f'src="{place}/{first.id}/files/{shown.key}/' in bodies(page)[1]
    for page in pages(second):
        assert shown.key not in bodies(page)[1]
