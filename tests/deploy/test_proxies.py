"""The desk behind nginx and Caddy, by the files of ``deploy/``."""

import hashlib
import json
import os

import sqlalchemy as sa

from helpdesk.audit.models import AuditRow
from helpdesk.database import db
from tests.deploy.conftest import NAME, Client
from tests.desk import PASSWORD, PREFIX
from tests.headers import ALWAYS

MEGABYTE = 1024 * 1024


def form_of(name, content, **words):
    """A form with a file, and the type of its body."""
    parts = [f'Content-Disposition: form-data; name="{k}"\r\n\r\n{v}' for k, v in words.items()]
    head = f'Content-Disposition: form-data; name="attachments"; filename="{name}"\r\n\r\n'
    words = "".join(f"--limit\r\n{part}\r\n" for part in parts) + f"--limit\r\n{head}"
    return words.encode() + content + b"\r\n--limit--\r\n", "multipart/form-data; boundary=limit"


def event(answer, name):
    """The data of the next event of this *name*."""
    lines = {}
    while line := answer.readline().decode():
        if line == "\n":
            if lines.get("event") == name:
                return json.loads(lines["data"])
            lines = {}
        elif ": " in line:
            key, _, value = line.rstrip("\n").partition(": ")
            lines[key] = value
    raise AssertionError("The stream has ended.")


def test_pages_come_by_https_with_their_headers(proxied):
    answer = proxied.client().ask("/sign-in")
    answer.read()

    assert answer.status == 200
    for name, value in ALWAYS.items():
        assert answer.headers.get_all(name) == [value]
    assert answer.headers.get_all("Strict-Transport-Security") == ["max-age=31536000"]
    assert len(answer.headers.get_all("Content-Security-Policy")) == 1
    assert all("Secure" in cookie for cookie in answer.headers.get_all("Set-Cookie"))


def test_http_leads_to_https(proxied):
    answer = Client(proxied.http, tls=False).ask("/tickets/1?page=2")

    assert answer.status in (301, 308)
    assert answer.headers["Location"].startswith(f"https://{NAME}")
    assert answer.headers["Location"].endswith("/tickets/1?page=2")


def test_the_clients_own_address_is_known_whatever_it_claims(proxied):
    client = proxied.client(source="127.0.0.77")
    claimed = {
        "X_Forwarded_For": "203.0.113.9, 127.0.0.1",
        "X_Real_IP": "203.0.113.9",
        "Forwarded": "for=203.0.113.9",
        "X_Forwarded_Proto": "http",
        "X_Forwarded_Host": "evil.example",
        "Content_Type": "application/json",
    }
    words = json.dumps({"emailId": "nobody@shop.example", "password": "wrong"})
    answer = client.ask(f"{PREFIX}/customer/login", "POST", words, **claimed)

    assert answer.status == 401, answer.read()
    assert db.session.scalars(sa.select(AuditRow.ip)).all() == ["127.0.0.77"]


def test_another_name_is_not_answered_as_ours(proxied):
    client = proxied.client()
    client.request("GET", "/sign-in", headers={"Host": "evil.example"})
    answer = client.getresponse()

    assert b'name="password"' not in answer.read()


def test_a_person_signs_in_and_hears_of_news_at_once(proxied):
    agent = proxied.desk.user("agent")
    browser = proxied.client()
    entered = browser.sign_in(agent.email, PASSWORD)
    assert entered.status in (302, 303)
    assert entered.headers["Location"] in ("/desk", "/desk/", f"https://{NAME}/desk")

    stream = browser.ask("/desk/stream", Accept="text/event-stream")
    assert stream.status == 200
    assert stream.readline() == b"retry: 3000\n"  # though nobody has said anything yet
    ticket = proxied.desk.ticket(proxied.desk.user("customer"), "Broken lamp")
    assert event(stream, "ticket")["ticket"] == ticket.id


def test_large_files_come_and_go_whole(proxied):
    alice = proxied.desk.user("customer")
    token = {"Authorization": f"Bearer {proxied.desk.api(alice).token}"}
    client, path = proxied.client(), f"{PREFIX}/customer-support-ticket"
    content = os.urandom(24 * MEGABYTE)
    body, kind = form_of("lamp.bin", content, subject="Broken", message="See the file.")
    answer = client.ask(path, "POST", body, Content_Type=kind, **token)
    words = answer.read()
    assert answer.status in (200, 201), words
    made = json.loads(words)

    shown = json.loads(client.read(f"{path}/{made['data']['ticketId']}", **token))
    [file] = shown["data"]["ticketMessage"][0]["ticketAttachments"]
    where = file["filePath"]
    whole = client.ask(where, **token)
    assert whole.status == 200, (where, whole.read())
    assert hashlib.sha256(whole.read()).digest() == hashlib.sha256(content).digest()
    part = client.ask(where, Range="bytes=1000-1999", **token)
    assert (part.status, part.read()) == (206, content[1000:2000])


def test_what_is_too_large_is_told_by_the_desk_itself(proxied):
    alice = proxied.desk.user("customer")
    token = {"Authorization": f"Bearer {proxied.desk.api(alice).token}"}
    path = f"{PREFIX}/customer-support-ticket"
    body, kind = form_of("lamp.bin", bytes(27 * MEGABYTE), subject="Broken", message="See it.")
    answer = proxied.client().ask(path, "POST", body, Content_Type=kind, **token)

    assert answer.status == 413
    assert json.loads(answer.read())["status"] == "error"
