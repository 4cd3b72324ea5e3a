"""A server that is killed amid its work: what it confirmed is there, nothing is half there."""

import hashlib
import http.client
import json
import signal
import threading
import time
from collections import Counter
from contextlib import closing, suppress
from urllib.parse import urlsplit

from helpdesk.operations.doctor import ERROR, examine
from tests.databases import ask
from tests.desk import PREFIX
from tests.started import started

AT_ONCE = 200
ANSWERED_BEFORE_THE_KILL = 50
BOUNDARY = "a-line-that-is-in-no-file"


def content(number, name):
    """A file that is larger than one packet and than no other's."""
    return f"{name} of {number}\n".encode() * (2000 + number)


def form(number):
    """A request as multipart/form-data, with two files."""
    fields = {"subject": f"Request {number}", "message": f"Words {number}"}
    parts = [part(f'name="{name}"', value.encode()) for name, value in fields.items()]
    for name in ("a.txt", "b.txt"):
        parts.append(part(f'name="attachments"; filename="{name}"', content(number, name)))
    return b"".join(parts) + f"--{BOUNDARY}--\r\n".encode()


def part(head, value):
    return (
        f"--{BOUNDARY}\r\nContent-Disposition: form-data; {head}\r\n\r\n".encode() + value + b"\r\n"
    )


class Script:
    """A client of the API with a token."""

    def __init__(self, url, token):
        self.address, self.token = urlsplit(url).netloc, token

    def ask(self, method, path, body=None, **headers):
        headers["Authorization"] = f"Bearer {self.token}"
        connection = http.client.HTTPConnection(self.address, timeout=20)
        with closing(connection):
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            return answer.status, answer.read()

    def create(self, number):
        kind = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
        status, body = self.ask("POST", f"{PREFIX}/customer-support-ticket", form(number), **kind)
        assert status == 200, body
        return json.loads(body)["data"]["id"]

    def show(self, ticket):
        status, body = self.ask("GET", f"{PREFIX}/customer-support-ticket/{ticket}")
        assert status == 200, body
        return json.loads(body)["data"]


def create_until_killed(desk, token):
    """Send AT_ONCE requests together and kill the server amid them; the answered ones by id."""
    script = Script(desk.url, token)
    answered, enough = {}, threading.Event()
    together = threading.Barrier(AT_ONCE)

    def create(number):
        together.wait()
        with suppress(OSError, http.client.HTTPException):  # the server was killed before it told
            answered[script.create(number)] = number
            if len(answered) >= ANSWERED_BEFORE_THE_KILL:
                enough.set()

    threads = [threading.Thread(target=create, args=(number,)) for number in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    assert enough.wait(30)
    desk.stop(signal.SIGKILL)
    for thread in threads:
        thread.join()
    return answered


def check_all_that_is_there(desk):
    """See that every ticket is whole, its files with the bytes that were sent; number by id."""
    tickets = ask(
        desk.folder,
        "SELECT t.id, t.subject, t.file_count,"
        " (SELECT count(*) FROM events WHERE ticket_id = t.id AND kind = 'ticket.opened'),"
        " (SELECT count(*) FROM messages WHERE ticket_id = t.id),"
        " (SELECT min(body) FROM messages WHERE ticket_id = t.id)"
        " FROM tickets t",
    )
    files = ask(
        desk.folder,
        "SELECT m.ticket_id, a.file_name, a.stored_name, a.sha256"
        " FROM attachments a JOIN messages m ON m.id = a.message_id",
    )
    numbers = {}
    for id_, subject, *rest in tickets:
        numbers[id_] = number = int(subject.removeprefix("Request "))
        assert rest == [2, 1, 1, f"Words {number}"]
    stored = {path.name: path for path in (desk.files / "attachments").glob("??/??/*")}
    for ticket, name, stored_name, sha256 in files:
        found = stored[stored_name].read_bytes()
        assert found == content(numbers[ticket], name)
        assert hashlib.sha256(found).hexdigest() == sha256
    assert Counter(ticket for ticket, *_ in files) == dict.fromkeys(numbers, 2)
    return numbers


def check_by_the_api(script, ticket, number):
    shown = script.show(ticket)
    assert shown["subject"] == f"Request {number}"
    [message] = shown["ticketMessage"]
    files = {file["fileName"]: file for file in message["ticketAttachments"]}
    assert sorted(files) == ["a.txt", "b.txt"]
    for name, file in files.items():
        assert script.ask("GET", file["filePath"]) == (200, content(number, name))


class Follower:
    """A script that reads what happened from where it was, again and again."""

    def __init__(self, token):
        self.token, self.place, self.told = token, 0, []

    def go_on(self, url, ends=lambda: True):
        """Until nothing is new and it *ends*, or the server is gone."""
        address, is_last = urlsplit(url).netloc, False
        with suppress(OSError, http.client.HTTPException, ValueError):
            while True:
                place = self._ask(address)
                if place == self.place and is_last:
                    return
                self.place, is_last = place, ends()

    def _ask(self, address):
        path = f"{PREFIX}/support-ticket/events?after={self.place}&type=ticket.opened&limit=10"
        with closing(http.client.HTTPConnection(address, timeout=20)) as connection:
            connection.request("GET", path, headers={"Authorization": f"Bearer {self.token}"})
            answer = connection.getresponse()
            data = json.loads(answer.read())["data"]
        self.told += [one["data"]["event"]["ticketId"] for one in data]
        return int(answer.headers["X-Next-After"])


def test_what_was_answered_survives_a_kill_and_nothing_is_half_there(desk, alice, agent):
    folder, token, follower = desk.folder, desk.token(alice), Follower(desk.token(agent))

    with started(folder) as server:
        following = threading.Thread(target=follower.go_on, args=(server.url, lambda: False))
        following.start()
        answered = create_until_killed(server, token)
        following.join()

    assert ANSWERED_BEFORE_THE_KILL <= len(answered) < AT_ONCE, "the kill came too late"
    assert answered.items() <= check_all_that_is_there(desk).items()
    there = sorted(check_all_that_is_there(desk))
    with started(folder) as server:
        follower.go_on(server.url)
        assert follower.told == there
        script = Script(server.url, token)
        for ticket in sorted(answered)[-5:]:
            check_by_the_api(script, ticket, answered[ticket])
        assert script.create(AT_ONCE) > max(answered)
        assert server.stop() == 0
    wrong = [one for one in examine(folder, {}) if one.level == ERROR]
    # The server of the tests is not durable, and that is told.
    assert [one for one in wrong if one.name != "PostgreSQL"] == []


SECONDS = 60  # long enough to be killed amid them, whatever else the machine does


def bodies(folder, ticket):
    """The words of *ticket*, as the database has them."""
    query = f"SELECT body FROM messages WHERE ticket_id = {ticket} ORDER BY id"
    return [body for [body] in ask(folder, query)]


def let_pass(folder, seconds):
    """As if what is held had been held so much longer."""
    ask(folder, f"UPDATE held_replies SET leaves_at = leaves_at - {seconds}")


def test_a_held_reply_survives_a_kill_and_leaves_once_and_a_called_back_one_never(
    desk, alice, agent
):
    folder, hers, his = desk.folder, desk.token(alice), desk.token(agent)

    def hold(script, ticket, message):
        path = f"{PREFIX}/support-ticket/{ticket}/held-replies"
        body = json.dumps({"message": message, "status": "resolved", "seconds": SECONDS})
        kind = {"Content-Type": "application/json"}
        status, answer = script.ask("POST", path, body, **kind)
        assert status == 200, answer
        return json.loads(answer)["data"]["key"]

    with started(folder) as server:
        customer, staff = Script(server.url, hers), Script(server.url, his)
        ticket, other = customer.create(0), customer.create(1)
        hold(staff, ticket, "Leaves once")
        back = f"{PREFIX}/support-ticket/held-replies/{hold(staff, other, 'Never leaves')}"
        assert staff.ask("DELETE", back)[0] == 200
        server.stop(signal.SIGKILL)
    assert bodies(folder, ticket) == ["Words 0"]

    let_pass(folder, SECONDS)  # its time comes while nobody is there
    for _restart in range(2):
        with started(folder) as server:
            customer = Script(server.url, hers)
            for _look in range(300):
                if len(customer.show(ticket)["ticketMessage"]) == 2:
                    break
                time.sleep(0.1)
            assert customer.show(ticket)["status"] == "resolved"
            assert server.stop() == 0
        assert bodies(folder, ticket) == ["Words 0", "Leaves once"]
        assert bodies(folder, other) == ["Words 1"]
    with started(folder) as server:
        path = f"{PREFIX}/support-ticket/{other}/draft"
        status, body = Script(server.url, his).ask("GET", path)
        assert (status, json.loads(body)["data"]["message"]) == (200, "Never leaves")
