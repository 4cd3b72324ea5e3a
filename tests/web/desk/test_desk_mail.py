"""What a ticket's page shows of the mails behind its messages."""

import html
import re

import pytest

from helpdesk.mail.models import Sending
from helpdesk.tickets import actions, queries
from tests.mail.letters import fresh, letter, post
from tests.mail.rows import came_by_mail, outgoing

ROBERT = {"name": "Robert", "email": "robert@friends.example"}


@pytest.fixture
def ticket(desk, alice):
    return desk.ticket(alice)


@pytest.fixture
def opening(agent, ticket):
    return queries.conversation(agent, ticket)[0]


@pytest.fixture
def shown(desk, agent, ticket):
    """The conversation as the agent reads it: its words, without tags."""

    def shown():
        page = desk.browser(agent).get(f"/desk/tickets/{ticket.id}").text
        found = page.partition('<ol class="conversation">')[2].partition("</ol>")[0]
        return html.unescape(" ".join(re.sub(r"<[^>]+>", " ", found).split()))

    return shown


@pytest.fixture
def followers(desk, agent, ticket):
    """Who follows the ticket now."""
    return lambda: queries.followers(agent, desk.fresh(ticket))


def test_a_message_says_that_it_came_by_mail(opening, shown):
    assert "by mail" not in shown()
    came_by_mail(opening, remarks=["broken base64 in a part"])
    assert "by mail" in shown()
    assert "broken base64 in a part" in shown()
    assert "From" not in shown(), "the address is the author's own"


def test_another_sender_than_the_author_is_named(opening, shown):
    came_by_mail(opening, sender="Alice at work <a.moor@work.example>")
    assert "From Alice at work <a.moor@work.example>" in shown()


def test_what_was_quoted_is_folded(desk, agent, ticket, opening):
    came_by_mail(opening, quoted="> See TKT1 & <b>", signature="Alice\n0170 1234", has_html=True)
    page = desk.browser(agent).get(f"/desk/tickets/{ticket.id}").text
    folded = re.findall(r'<details class="mail-rest"><summary>.*?</details>', page, re.DOTALL)
    assert "Earlier words" in folded[0]
    assert f'href="/desk/tickets/{ticket.id}"' in folded[0], "a number is a link here too"
    assert "&lt;b&gt;" in folded[0]
    assert "0170 1234" in folded[1]
    assert "Show as it was formatted" in page
    assert "Download the original" in page


def test_of_endless_quotes_the_beginning_is_shown(desk, agent, ticket, opening):
    mail = came_by_mail(opening, quoted="> " + "x" * 300_000)
    page = desk.browser(agent).get(f"/desk/tickets/{ticket.id}").text
    assert len(page) < 80_000
    assert f'<a href="/desk/mail/{mail.received_id}">The mail has more of them</a>' in page


def test_a_note_says_whose_it_claims_to_be(desk, agent, ticket, shown):
    note = desk.note(agent, ticket, "Give them a discount")
    came_by_mail(note, sender="Ana <ana@shop.example>")
    said = "Claims to be from Ana <ana@shop.example> , which was not proven: kept as a note."
    assert said in shown()


def test_the_words_of_such_a_note_become_ones_own_draft(desk, agent, ticket):
    note = desk.note(agent, ticket, "Give them a discount")
    came_by_mail(note, sender="Ana <ana@shop.example>")
    browser = desk.browser(agent)
    page = browser.get(f"/desk/tickets/{ticket.id}").text
    path = f"/desk/tickets/{ticket.id}/messages/{note.id}/as-draft"
    assert path in page
    actions.save_draft(agent, ticket, "Dear Alice,", seen=0)
    assert "#composer" in browser.post(path).location
    draft = queries.draft_of(agent, desk.fresh(ticket).id)
    assert draft.body == "Dear Alice,\n\nGive them a discount"
    assert draft.kind == "reply"
    assert "other" not in draft.choices, "nothing was replaced"
    assert (
        "Give them a discount"
        not in desk.browser(ticket.requester).get(f"/tickets/{ticket.id}").text
    )


def test_a_draft_takes_no_more_than_a_message_has(desk, agent, ticket):
    note = desk.note(agent, ticket, "x" * 60_000)
    actions.save_draft(agent, ticket, "y" * 60_000, seen=0)
    browser = desk.browser(agent)
    browser.post(f"/desk/tickets/{ticket.id}/messages/{note.id}/as-draft")
    assert "too long" in browser.get(f"/desk/tickets/{ticket.id}").text.lower()
    assert queries.draft_of(agent, desk.fresh(ticket).id).body == "y" * 60_000


def test_only_a_note_of_this_ticket_becomes_a_draft(desk, alice, agent, ticket, opening):
    note = desk.note(agent, desk.ticket(alice))
    browser = desk.browser(agent)
    for id_ in (opening.id, note.id, 999_999):
        path = f"/desk/tickets/{ticket.id}/messages/{id_}/as-draft"
        assert browser.post(path).status_code == 404
    assert queries.draft_of(agent, desk.fresh(ticket).id) is None


def test_a_ticket_it_seems_to_belong_to_can_be_merged(desk, alice, agent, opening, ticket):
    other = desk.ticket(alice, "The same lamp")
    came_by_mail(opening, related_ticket_id=other.id)
    page = desk.browser(agent).get(f"/desk/tickets/{ticket.id}").text
    assert "It seems to belong to" in page
    merge = html.unescape(re.search(r'href="([^"]+/merge\?[^"]*)"[^>]*>Merge…', page)[1])
    assert f"into={other.id}" in merge
    assert "The same lamp" in desk.browser(agent).get(merge).text


def test_a_ticket_that_has_taken_it_in_is_named_no_more(desk, alice, agent, opening, ticket):
    other = desk.ticket(alice, "The same lamp")
    came_by_mail(opening, related_ticket_id=other.id)
    browser = desk.browser(agent)
    browser.post(f"/desk/tickets/{ticket.id}/merge", data={"into": other.id})
    page = browser.get(f"/desk/tickets/{other.id}").text
    assert "by mail" in page
    assert "It seems to belong to" not in page


def test_what_became_of_our_mails(desk, agent, ticket, shown):
    reply = desk.reply(agent, ticket, "A new one leaves today.")
    outgoing(reply, recipient="alice@customer.example")
    outgoing(reply, recipient="robert@friends.example")
    assert "Sent to alice@customer.example, robert@friends.example" in shown()
    waiting = outgoing(reply, recipient="w@x.example", state=Sending.WAITING, sent_at=None)
    assert "On its way to w@x.example" in shown()
    assert waiting.said == ""
    said = "550 5.1.1 <u@x.example>: no such user"
    outgoing(reply, recipient="u@x.example", state=Sending.FAILED, said=said, sent_at=None)
    assert f"Did not arrive at u@x.example: {said}" in shown()
    outgoing(reply, recipient="v@x.example", state=Sending.UNCERTAIN, said="time-out")
    assert "Not sure whether it arrived at v@x.example: time-out" in shown()
    outgoing(reply, recipient="b@x.example", bounced_at=reply.created_at, bounce="mailbox full")
    assert "Came back from b@x.example: mailbox full" in shown()


def test_many_recipients_are_one_line(desk, agent, ticket, shown):
    reply = desk.reply(agent, ticket)
    for number in range(7):
        outgoing(reply, recipient=f"r{number}@x.example")
    assert "Sent to r0@x.example, r1@x.example, r2@x.example and 4 more" in shown()


def test_somebody_copied_follows_by_an_agents_choice(
    desk, agent, ticket, opening, shown, followers
):
    came_by_mail(opening, copied=[ROBERT])
    assert "Also sent to: Robert <robert@friends.example> Let them follow" in shown()
    assert followers() == []
    browser = desk.browser(agent)
    answer = browser.post(f"/desk/tickets/{ticket.id}/followers", data={"email": ROBERT["email"]})
    assert answer.status_code == 302
    [follower] = followers()
    assert (follower.user.email, follower.user.name) == (ROBERT["email"], "Robert")
    page = browser.get(f"/desk/tickets/{ticket.id}").text
    assert "gets the answers" in page
    assert "Followers" in page
    remove = {"user": follower.user_id}
    browser.post(f"/desk/tickets/{ticket.id}/followers/remove", data=remove)
    assert followers() == []


def test_following_has_an_undo(desk, agent, ticket, opening, followers):
    came_by_mail(opening, copied=[ROBERT])
    browser = desk.browser(agent)
    browser.post(f"/desk/tickets/{ticket.id}/followers", data={"email": ROBERT["email"]})
    page = browser.get(f"/desk/tickets/{ticket.id}").text
    batch = re.findall(r"/desk/undo/(\w+)", page)[0]
    browser.post(f"/desk/undo/{batch}")
    assert followers() == []


@pytest.mark.parametrize("email", ["", "stranger@x.example", "\0", "a@b\nc", "\ud800@x"])
def test_only_somebody_copied_can_be_chosen(desk, agent, ticket, opening, followers, email):
    came_by_mail(opening, copied=[ROBERT, {"name": "Not an address", "email": "Robert"}])
    browser = desk.browser(agent)
    data = {"email": email.encode("utf-8", "surrogatepass")}
    browser.post(f"/desk/tickets/{ticket.id}/followers", data=data)
    assert "No mail of this ticket" in browser.get(f"/desk/tickets/{ticket.id}").text
    assert followers() == []


def test_staff_and_the_requester_are_no_choice(desk, alice, agent, opening, shown):
    people = [{"name": "", "email": alice.email}, {"name": "Ana", "email": agent.email.upper()}]
    came_by_mail(opening, copied=people)
    assert "Also sent to: alice.moor@shop.example Ana" in shown()
    assert "Let them follow" not in shown()


def test_all_that_were_copied_are_there(opening, shown):
    came_by_mail(opening, copied=[{"email": f"p{number}@x.example"} for number in range(200)])
    assert "27 more" in shown()
    assert "p29@x.example" in shown()
    assert "p30@x.example" not in shown()


def test_a_mail_of_a_customer_stays_with_staff(desk, alice, agent, ticket, opening):
    came_by_mail(
        opening,
        sender="Alice at work <a.moor@work.example>",
        quoted="Earlier secrets",
        signature="Regards",
        remarks=["odd"],
        copied=[ROBERT],
    )
    reply = desk.reply(agent, ticket)
    outgoing(reply, recipient="boss@work.example", state=Sending.FAILED, said="550 no")
    followed = desk.note(agent, ticket, "A note")
    came_by_mail(followed, copied=[{"email": "colleague@x.example"}])
    page = desk.browser(alice).get(f"/tickets/{ticket.id}").text
    for secret in ("work.example", "Earlier", "Regards", "odd", "550", "by mail", "colleague"):
        assert secret not in page, secret
    assert "robert@friends.example" in page, "whom she has sent it to herself"


def test_purged_words_leave_nothing(desk, admin, ticket, opening):
    mail = came_by_mail(opening)
    browser = desk.browser(admin)
    browser.post(f"/desk/tickets/{ticket.id}/place", data={"place": "bin"})
    browser.post(f"/desk/tickets/{ticket.id}/purge")
    assert browser.get(f"/desk/mail/{mail.received_id}/original").status_code == 404
    page = browser.get(f"/desk/mail/{mail.received_id}")
    assert page.status_code == 200, "the ledger never loses a row"
    assert "It is broken." not in page.text


@pytest.fixture
def deed(desk, agent, ticket):
    """Does one of the things that can be done about a mail: ``deed(row, "resend")``."""

    def deed(row, what, by=agent):
        path = f"/desk/tickets/{ticket.id}?view=all"
        answer = desk.browser(by).post(f"/desk/mail/sent/{row.id}/{what}", data={"next": path})
        assert answer.location == path
        return fresh(row)

    return deed


def test_each_mail_of_ours_has_what_can_be_done_about_it(desk, agent, ticket, shown):
    reply = desk.reply(agent, ticket)
    outgoing(reply, state=Sending.UNCERTAIN, said="time-out")
    assert "time-out Send again It's fine" in shown()
    outgoing(reply, state=Sending.FAILED, said="550 no")
    assert "550 no Send again" in shown()
    outgoing(reply, bounced_at=reply.created_at, bounce="5.2.2 full")
    assert "5.2.2 full Send again" in shown()
    outgoing(reply, state=Sending.WAITING, attempts=1, said="451 later")
    assert "451 later Don't send" in shown()


def test_a_mail_is_sent_again_settled_and_cancelled(desk, agent, ticket, deed):
    reply = desk.reply(agent, ticket)
    failed = deed(outgoing(reply, state=Sending.FAILED, said="550 no"), "resend")
    assert failed.state is Sending.WAITING
    back = deed(outgoing(reply, bounced_at=reply.created_at, bounce="5.2.2 full"), "resend")
    assert (back.state, back.bounced_at) == (Sending.WAITING, None)
    settled = deed(outgoing(reply, state=Sending.UNCERTAIN, said="time-out"), "settle")
    assert settled.state is Sending.SENT
    assert settled.said == "Ana Gent says that it arrived. time-out"
    assert deed(outgoing(reply, state=Sending.WAITING), "cancel").state is Sending.CANCELLED


@pytest.mark.parametrize("what", ["resend", "settle", "cancel"])
def test_what_is_done_already_stays(desk, agent, ticket, deed, what):
    sent = outgoing(desk.reply(agent, ticket), said="250 ok")
    after = deed(sent, what)
    assert (after.state, after.said) == (Sending.SENT, "250 ok")


def test_a_mail_about_no_ticket_is_for_admins(desk, agent, admin, deed):
    row = outgoing(state=Sending.FAILED)
    assert desk.browser(agent).post(f"/desk/mail/sent/{row.id}/resend").status_code == 404
    assert deed(row, "resend", by=admin).state is Sending.WAITING
    for id_ in (0, 999_999, 2**63):
        assert desk.browser(admin).post(f"/desk/mail/sent/{id_}/resend").status_code == 404


def test_a_real_mail_shows_all_of_it(desk, agent):
    text = "It hums.\n\n-- \nAlice\n\nOn Monday, 23 November 2026, Lamps wrote:\n> Does it hum?\n"
    content = letter(text, html="<p>It <b>hums</b>.</p>", Cc="Robert <robert@friends.example>")
    row = post(desk, content)
    page = desk.browser(agent).get(f"/desk/tickets/{row.ticket_id}").text
    assert page.count('class="menu mail-menu"') == 1
    assert "Earlier words" in page
    assert "Does it hum?" in page
    assert "Show as it was formatted" in page
    assert "Robert &lt;robert@friends.example&gt;" in page
    html_page = desk.browser(agent).get(f"/desk/mail/{row.id}/html/body").text
    assert "<b>hums</b>" in html_page


def test_what_was_done_about_mails_is_told(desk, agent, ticket, deed, shown):
    reply = desk.reply(agent, ticket)
    name = {"recipient": "a@x.example"}
    deed(outgoing(reply, state=Sending.FAILED, **name), "resend")
    deed(outgoing(reply, state=Sending.UNCERTAIN, **name), "settle")
    deed(outgoing(reply, state=Sending.WAITING, **name), "cancel")
    told = shown()
    assert "Ana Gent had the mail to a@x.example sent again" in told
    assert "Ana Gent says that the mail to a@x.example arrived" in told
    assert "Ana Gent stopped the mail to a@x.example" in told
    assert "a@x.example" not in desk.browser(ticket.requester).get(f"/tickets/{ticket.id}").text
