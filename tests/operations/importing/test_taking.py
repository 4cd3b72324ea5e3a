"""What every format but mail shares: taken whole or not, known again, fit to keep."""

from datetime import UTC, datetime

import pytest

from helpdesk.accounts.models import User
from helpdesk.errors import HelpdeskError
from helpdesk.events import Event
from helpdesk.files import store
from helpdesk.operations.importing.fitting import WHOLE
from helpdesk.operations.importing.origins import IMPORTED
from helpdesk.operations.importing.records import Attached, Person, Request, Words
from helpdesk.tickets import actions
from helpdesk.tickets.actions.undoing import can_undo
from helpdesk.tickets.actions.writing import LONGEST_BODY
from helpdesk.tickets.models import Attachment, Message, Place, Status, Ticket

from .conftest import everything

AT = datetime(2020, 1, 2, 3, 4, 5, tzinfo=UTC)
ANA = Person(key="1", email="ana@shop.example", name="Ana")
MIRA = Person(key="2", email="mira@lamps.example", name="Mira", is_staff=True)


def words(key="1", body="It is broken.", **more):
    values = {"at": AT, "author": ANA, "is_staff": False} | more
    return Words(key=key, body=body, **values)


def request(key="7", said=None, **more):
    values = {"ref": f"#{key}", "where": f"Ticket {key}", "subject": "Lamp", "requester": ANA}
    return Request(key=key, words=[words(f"{key}/1")] if said is None else said, **values | more)


def test_stopped_at_any_ticket_it_goes_on_there(take):
    def stopped(after):
        for number in range(250):
            if number == after:
                raise KeyboardInterrupt
            yield request(str(number))

    with pytest.raises(KeyboardInterrupt):
        take(stopped(150))
    assert len(everything(Ticket)) == 100
    report = take(stopped(None))
    assert (report.taken["tickets"], report.known["tickets"]) == (150, 100)
    assert len(everything(Ticket)) == len({one.id for one in everything(Ticket)}) == 250


def test_one_that_fails_does_not_take_the_others_with_it(take):
    report = take([request("1"), request("2", []), request("3")])
    assert report.taken["tickets"] == 2
    assert report.left_out == [("Ticket 2", "It has no words.")]


def test_a_number_that_is_there_twice_is_taken_once(take):
    report = take([request("1"), request("1"), request("2", [words("1/1")])])
    assert (report.taken["tickets"], report.known["tickets"]) == (1, 1)
    assert [one.why for one in report.left_out] == [
        "Its words were taken as those of another ticket."
    ]


def test_what_is_new_there_comes_too_and_what_was_done_here_stays(desk, take):
    take([request(status=Status.OPEN)])
    [ticket] = everything(Ticket)
    actions.change_status(desk.user("agent"), ticket, Status.RESOLVED)
    more = [words("7/1"), words("7/2", "Any news?", at=AT.replace(year=2021))]
    take([request(said=more, status=Status.OPEN)])
    [ticket] = everything(Ticket)
    assert (ticket.status, ticket.message_count, ticket.last_words) == (
        Status.RESOLVED,
        2,
        "Any news?",
    )


def test_a_ticket_that_was_deleted_here_stays_deleted(desk, take):
    take([request()])
    [ticket] = everything(Ticket)
    actions.place(desk.user("agent"), ticket, Place.BIN)
    take([request(said=[words("7/1"), words("7/2")])])
    assert everything(Ticket)[0].place is Place.BIN


def test_events_have_the_time_of_then_and_cant_be_undone(take):
    take([request()])
    [ticket] = everything(Ticket)
    events = {one.kind: one for one in everything(Event) if one.ticket_id == ticket.id}
    assert events["ticket.opened"].created_at == AT
    assert events[IMPORTED].after == {"source": "Old desk", "ref": "#7"}
    assert not any(can_undo(one) for one in events.values())


def test_words_that_are_too_long_go_on_in_a_file(take):
    take([request(said=[words(body="x" * (LONGEST_BODY + 1))])])
    [file] = everything(Attachment)
    assert (file.file_name, file.size) == (WHOLE, LONGEST_BODY + 1)
    assert everything(Message)[0].body.endswith("has all of it.)")


def test_a_file_that_cant_be_had_is_told_and_leaves_nothing(desk, take):
    def broken():
        yield b"half"
        raise HelpdeskError("It is gone.")

    report = take([request(said=[words(files=[Attached("a.txt", broken)])])])
    assert report.left_out == [("Ticket 7, file a.txt", "It is gone.")]
    assert everything(Attachment) == list(store().names()) == []
    assert not list((desk.folder / "attachments" / "incoming").iterdir())


def test_files_of_what_is_not_taken_are_not_kept(take):
    files = [Attached("../../a\0.txt", lambda: [b"whole"])]
    report = take([request(said=[words("1", files=files), words("1")])])
    [told] = report.left_out
    assert told.why == "Something in it has a number that something else has."
    assert everything(Ticket) == list(store().names()) == []


@pytest.mark.parametrize("at", [datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, tzinfo=UTC)])
def test_no_time_is_out_of_reach(take, at):
    take([request(said=[words(at=at)], solved_at=at, status=Status.CLOSED)])
    [ticket] = everything(Ticket)
    assert 1980 <= ticket.created_at.year <= 2100


def test_an_open_ticket_of_somebody_who_cant_sign_in_is_nobodys(take):
    take([request("1", assignee=MIRA), request("2", assignee=MIRA, status=Status.CLOSED)])
    opened, closed = everything(Ticket)
    assert (opened.assignee, closed.assignee.name) == (None, "Mira")


def test_staff_who_are_here_already_have_their_tickets(desk, take):
    mira_id = desk.user("agent", email="mira@lamps.example").id
    take([request(assignee=MIRA)])
    assert everything(Ticket)[0].assignee_id == mira_id
    assert len(everything(User)) == 2
