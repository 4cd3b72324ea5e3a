"""The menu of a ticket: merging, splitting, linking, moving, spam, the bin; each with its undo."""

import re

import pytest

from helpdesk.accounts.models import DESK
from helpdesk.database import db
from helpdesk.errors import Conflict
from helpdesk.tickets import actions, queries
from helpdesk.tickets.models import Place, Priority


def desk_as_it_is():
    """The browser's requests write on another connection."""
    db.session.rollback()
    db.session.expire_all()


def undo_of(page, what=""):
    """The first address of an Undo button, or the one that says *what* it undoes."""
    pattern = rf'action="(/desk/undo/[0-9a-f]+)"(?:(?!</form>).)*{what}'
    return re.search(pattern, page, re.DOTALL)[1]


def words(ticket):
    desk_as_it_is()
    return [m.body for m in queries.conversation(DESK, queries.get(DESK, ticket.id))]


def test_merging_by_pages_and_back_again(desk, alice, bob, agent):
    first, second = desk.ticket(alice, "Lamp", "One"), desk.ticket(alice, "Lamp again", "Two")
    strange = desk.ticket(bob, "Lamp of Bob")
    browser = desk.browser(agent)

    page = browser.get(f"/desk/tickets/{second.id}/merge").text
    assert f"into={first.id}" in page and "Lamp of Bob" not in page
    page = browser.get(f"/desk/tickets/{second.id}/merge?find=lamp").text
    assert "Lamp of Bob" in page and f"into={strange.id}" not in page
    page = browser.get(f"/desk/tickets/{second.id}/merge?into={first.ref}").text
    assert "This ticket goes" in page and "One" in page and "Two" in page
    answer = browser.post(f"/desk/tickets/{second.id}/merge?view=open", data={"into": first.id})
    assert answer.location == f"/desk/tickets/{first.id}?view=open"
    page = browser.get(answer.location).text
    assert f"{second.ref} was merged into this ticket." in page
    assert f"Ana Gent merged {second.ref} into it" in page

    page = browser.get(f"/desk/tickets/{second.id}").text
    assert "This ticket was merged into" in page and f">{first.ref}</a>" in page
    assert 'id="composer"' not in page
    answer = browser.post(undo_of(page), data={"next": f"/desk/tickets/{second.id}"})
    assert (words(first), words(second)) == (["One"], ["Two"])
    assert desk.fresh(second).place is Place.INBOX


def test_the_target_offers_the_undo_too(desk, alice, agent):
    first, second = desk.ticket(alice, "Lamp", "One"), desk.ticket(alice, "Again", "Two")
    actions.merge(agent, [second], first)
    browser = desk.browser(agent)
    path = f"/desk/tickets/{first.id}"
    browser.post(undo_of(browser.get(path).text), data={"next": path})
    assert words(second) == ["Two"]
    page = browser.get(path).text
    assert f"took it and {second.ref} apart again" in page


@pytest.mark.parametrize("into", ["", "TKT", "999999", "TKT-1", "x" * 300, "self", "bob"])
def test_what_cannot_be_merged_says_why(desk, alice, bob, agent, into):
    ticket, strange = desk.ticket(alice), desk.ticket(bob)
    into = {"self": str(ticket.id), "bob": strange.ref}.get(into, into)
    browser = desk.browser(agent)
    answer = browser.post(f"/desk/tickets/{ticket.id}/merge", data={"into": into})
    assert answer.status_code in (409, 422)
    assert 'role="alert"' in answer.text
    assert browser.get(f"/desk/tickets/{ticket.id}/merge", query_string={"into": into}).status_code
    assert desk.fresh(ticket).place is Place.INBOX


def test_splitting_from_a_message(desk, alice, agent):
    ticket = desk.ticket(alice, "Lamp", "One")
    message = desk.reply(alice, ticket, "Two")
    browser = desk.browser(agent)
    path = f"/desk/tickets/{ticket.id}/split/{message.id}"

    assert f'href="{path}' in browser.get(f"/desk/tickets/{ticket.id}").text
    assert browser.get(path).status_code == 200
    assert browser.post(path, data={"subject": " "}).status_code == 422
    answer = browser.post(path, data={"subject": "Chair", "what": "alone"})
    desk_as_it_is()
    new = queries.get(DESK, ticket.id + 1)
    assert answer.location.startswith(f"/desk/tickets/{new.id}")
    assert (words(ticket), words(new), new.subject) == (["One"], ["Two"], "Chair")
    page = browser.get(answer.location).text
    assert f"split it off from {ticket.ref}" in page and "Linked tickets" in page
    browser.post(undo_of(page), data={"next": "/desk"})
    assert words(ticket) == ["One", "Two"]


def test_what_cannot_be_split_says_why(desk, alice, bob, agent):
    ticket, strange = desk.ticket(alice, "Lamp", "One"), desk.ticket(bob)
    note = desk.note(agent, ticket)
    opening = queries.conversation(DESK, ticket)[0]
    other = queries.conversation(DESK, strange)[0]
    browser = desk.browser(agent)
    for message, code in ((note, 409), (opening, 409), (other, 404)):
        path = f"/desk/tickets/{ticket.id}/split/{message.id}"
        assert browser.get(path).status_code == code
        assert browser.post(path, data={"subject": "X"}).status_code == code


def test_links_stand_beside_both_and_can_be_taken_away(desk, alice, bob, agent):
    one, other = desk.ticket(alice, "Lamp"), desk.ticket(bob, "Lamp of Bob")
    browser = desk.browser(agent)
    path = f"/desk/tickets/{one.id}/links"
    assert "Lamp of Bob" in browser.get(f"{path}?find=lamp").text
    browser.post(path, data={"other": f"http://localhost/desk/tickets/{other.id}?view=all"})
    for ticket, shown in ((one, "Lamp of Bob"), (other, "Lamp")):
        page = browser.get(f"/desk/tickets/{ticket.id}").text
        assert f'dir="auto">{shown}</a>' in page.partition('id="linked"')[2]
    assert browser.post(path, data={"other": "nothing"}).status_code == 422
    assert browser.post(path, data={"other": one.ref}).status_code == 422
    browser.post(f"{path}/remove", data={"other": other.id})
    desk_as_it_is()
    assert not queries.linked(agent, one)
    assert "Lamp of Bob" not in desk.browser(alice).get(f"/tickets/{one.id}").text


def test_spam_bin_and_back(desk, alice, agent):
    ticket = desk.ticket(alice, "Lamp")
    browser, path = desk.browser(agent), f"/desk/tickets/{ticket.id}"
    for where, view, said in (
        ("spam", "spam", "This ticket lies in spam."),
        ("bin", "bin", "This ticket is deleted."),
    ):
        answer = browser.post(f"{path}/place", data={"place": where})
        assert answer.location.startswith(path)
        page = browser.get(path).text
        assert said in page and 'id="composer"' not in page
        assert "Lamp" in browser.get(f"/desk/views/{view}").text
    assert browser.get(f"{path}/purge").status_code == 403
    browser.post(f"{path}/place", data={"place": "inbox"})
    assert desk.fresh(ticket).place is Place.INBOX
    for bad in ("", "merged", "purged", "nowhere"):
        assert browser.post(f"{path}/place", data={"place": bad}).status_code == 422


def test_an_admin_deletes_for_good_after_a_question(desk, alice, agent, admin):
    ticket = desk.ticket(alice, "Lamp")
    browser, path = desk.browser(admin), f"/desk/tickets/{ticket.id}"
    assert browser.post(f"{path}/purge").status_code == 409
    actions.place(agent, queries.get(DESK, ticket.id), Place.BIN)
    assert "can&#39;t be undone" in browser.get(f"{path}/purge").text
    assert browser.post(f"{path}/purge").location == "/desk/views/bin"
    assert browser.get(path).status_code == 404
    assert browser.get("/desk/views/bin").status_code == 200


def test_another_requester_and_another_subject(desk, alice, bob, agent):
    ticket = desk.ticket(alice, "Lmap")
    browser, path = desk.browser(agent), f"/desk/tickets/{ticket.id}"
    assert "Bob Lind" in browser.get(f"{path}/requester?find=bob").text
    for bad in ("", "x", "999999"):
        assert browser.post(f"{path}/requester", data={"requester": bad}).status_code == 422
    browser.post(f"{path}/requester", data={"requester": bob.id})
    assert desk.browser(bob).get(f"/tickets/{ticket.id}").status_code == 200
    assert desk.browser(alice).get(f"/tickets/{ticket.id}").status_code == 404
    assert browser.post(f"{path}/subject", data={"subject": ""}).status_code == 422
    browser.post(f"{path}/subject", data={"subject": "Lamp"})
    page = browser.get(path).text
    assert "moved it from Alice Moor to Bob Lind" in page
    assert "changed the subject, which was “Lmap”" in page


def test_words_written_on_a_ticket_that_was_merged_meanwhile_are_not_lost(
    desk, alice, agent, read, compose
):
    first, second = desk.ticket(alice), desk.ticket(alice)
    browser = desk.browser(agent)
    page = read(browser, f"/desk/tickets/{second.id}")
    actions.merge(agent, [queries.get(DESK, second.id)], queries.get(DESK, first.id))
    answer = compose(browser, second, page, message="A long answer")
    assert answer.status_code == 409
    assert "A long answer" in answer.text and f"merged into {first.ref}" in answer.text


def test_a_page_costs_the_same_whatever_has_happened(desk, alice, agent):
    browser = desk.browser(agent)
    plain, busy = desk.ticket(alice), desk.ticket(alice)
    for number in range(12):
        other = desk.ticket(alice, f"Other {number}")
        actions.link(agent, queries.get(DESK, busy.id), other)
        actions.merge(agent, [queries.get(DESK, other.id)], queries.get(DESK, busy.id))
        actions.update(agent, queries.get(DESK, busy.id), actions.Changes(subject=f"Busy {number}"))
    actions.update(agent, queries.get(DESK, plain.id), actions.Changes(subject="Plain"))
    costs = []
    for ticket in (plain, busy):
        browser.get(f"/desk/tickets/{ticket.id}")
        with desk.counted() as statements:
            browser.get(f"/desk/tickets/{ticket.id}")
        costs.append(len(statements))
    assert costs[0] == costs[1], costs


def test_two_who_change_one_subject_are_told(desk, alice, agent, admin, read):
    ticket = desk.ticket(alice, "Lamp")
    path, browser = f"/desk/tickets/{ticket.id}/subject", desk.browser(agent)
    seen = read(browser, path).values("seen_subject")
    actions.update(admin, ticket, actions.Changes(subject="Lamp, broken"))

    answer = browser.post(path, data=seen | {"subject": "Lamp <blue>"})
    assert answer.status_code == 409 and "subject (Lamp, broken)" in answer.text
    page = read.page(answer)
    assert page.hidden("subject") == "Lamp <blue>"
    assert desk.fresh(ticket).subject == "Lamp, broken"

    browser.post(path, data=page.values("seen_subject") | {"subject": "Lamp <blue>"})
    desk_as_it_is()
    assert desk.fresh(ticket).subject == "Lamp <blue>"


def test_only_what_still_stands_is_offered_to_be_undone(desk, alice, agent):
    ticket = desk.ticket(alice)
    browser = desk.browser(agent)

    def offered():
        page = browser.get(f"/desk/tickets/{ticket.id}").text
        desk_as_it_is()
        return set(re.findall('Undo: Ana Gent ([^"]*)', page))

    deleted = actions.place(agent, ticket, Place.BIN)
    assert offered() == {"deleted it"}
    back = actions.place(agent, desk.fresh(ticket), Place.INBOX)
    assert offered() == {"put it back"}
    undone = actions.undo(agent, back.batch)
    assert offered() == {"deleted it"}
    assert actions.undo(agent, undone.batch).is_again
    assert offered() == {"put it back"}
    with pytest.raises(Conflict):
        actions.undo(agent, deleted.batch)


def test_an_undo_says_why_something_stays(desk, alice, agent):
    tickets = [desk.ticket(alice), desk.ticket(alice)]
    done = actions.change_many(
        agent,
        [t.id for t in tickets],
        actions.Change(fields=actions.Changes(priority=Priority.HIGH)),
    )
    actions.place(agent, tickets[0], Place.BIN)
    browser = desk.browser(agent)

    browser.post(f"/desk/undo/{done.batch}", data={"next": "/desk/views/all"})

    page = browser.get("/desk/views/all").text
    assert f"Undone, but not of {tickets[0].ref}: This ticket is deleted." in page
