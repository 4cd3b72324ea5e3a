"""Files of the API: three ways in, one way out, nobody else's."""

import base64
import hashlib

import pytest
import sqlalchemy as sa

from helpdesk.database import db
from helpdesk.errors import Invalid
from helpdesk.files import store
from helpdesk.tickets import actions, queries
from helpdesk.tickets.models import Attachment
from tests.desk import PNG, PREFIX

TICKETS = "/customer-support-ticket"
WORDS = {"subject": "Lamp", "message": "Broken"}


def files_on_disk(desk):
    local = [path for path in (desk.folder / "attachments").rglob("*") if path.is_file()]
    return local if store().is_local else [*local, *store().names()]


def fetch(api, path, **options):
    return api.open("GET", path, **options)


def assert_bad(answer, *fields):
    assert answer.status_code == 422, answer.text
    assert set(answer.json["errors"]) == set(fields)


def upload(desk, api, name="lamp.png", content=PNG, tickets=TICKETS):
    answer = api.post(f"{tickets}/attachment", data={"file": desk.upload(name, content)})
    assert answer.status_code == 200, answer.text
    return answer.json["data"]


@pytest.fixture
def three_ways(desk):
    """Makes the body of a request whose file comes as a form, as base64, or was sent before."""

    def make(api, way, name, content, words=WORDS):
        if way == "form":
            return {"data": words | {"attachments": [desk.upload(name, content)]}}
        file = desk.encoded(name, content)
        if way == "path":
            path = upload(desk, api, name, content)["filePath"]
            file = {"fileName": name, "filePath": path}
        return {"json": words | {"attachments": [file]}}

    return make


@pytest.mark.parametrize("way", ["form", "base64", "path"])
def test_three_ways_to_send_a_file(desk, alice, three_ways, way):
    api = desk.api(alice)
    for content, kind in ((PNG, "image/png"), (b"caf\xc3\xa9", "text/plain"), (b"", "text/plain")):
        answer = api.post(TICKETS, **three_ways(api, way, "ländle.png", content))
        assert answer.status_code == 200, answer.text
        [file] = answer.json["data"]["attachments"]
        assert file["fileName"] == "ländle.png"
        assert file["size"] == len(content)
        if content:
            assert file["contentType"] == kind
        detail = api.get(f"{TICKETS}/{answer.json['data']['id']}").json["data"]
        assert detail["ticketMessage"][0]["ticketAttachments"] == [file]
        assert file["ticketMessageId"] == detail["ticketMessage"][0]["id"]
        assert file["filePath"].startswith(f"{PREFIX}{TICKETS}/attachment/")
        assert fetch(api, file["filePath"]).data == content


@pytest.mark.parametrize("way", ["form", "base64", "path"])
def test_a_reply_may_be_a_file_alone(desk, alice, three_ways, way):
    ticket, api = desk.ticket(alice), desk.api(alice)
    body = three_ways(api, way, "lamp.png", PNG, {"ticketId": str(ticket.id)})
    answer = api.post(TICKETS, **body)
    assert answer.status_code == 200, answer.text
    assert answer.json["data"]["message"] == ""
    assert len(answer.json["data"]["attachments"]) == 1
    assert desk.fresh(ticket).file_count == 1


def test_a_form_has_the_same_fields(desk, alice):
    top = desk.category()
    child = desk.category(parent=top)
    form = WORDS | {"categoryId": str(top.id), "subCategoryId": str(child.id), "ticketId": "0"}
    form |= {"description": "", "attachments[]": [desk.upload("a.png"), desk.upload("b.png")]}
    answer = desk.api(alice).post(TICKETS, data=form)
    data = answer.json["data"]
    assert (data["categoryId"], data["subCategoryId"]) == (top.id, child.id)
    assert [file["fileName"] for file in data["attachments"]] == ["a.png", "b.png"]


def test_an_empty_file_input_is_no_file(desk, alice):
    answer = desk.api(alice).post(TICKETS, data=WORDS | {"attachments": desk.upload("", b"")})
    assert answer.json["data"]["attachments"] == []


def test_a_file_in_another_field_is_not_lost_in_silence(desk, alice):
    answer = desk.api(alice).post(TICKETS, data=WORDS | {"picture": desk.upload()})
    assert_bad(answer, "picture")
    assert files_on_disk(desk) == []


def test_an_upload_says_where_it_is(desk, alice):
    api = desk.api(alice)
    file = upload(desk, api, "../../etc/pass  wd.png")
    assert file["ticketMessageId"] is None
    assert (file["fileName"], file["contentType"], file["size"]) == (
        "pass wd.png",
        "image/png",
        len(PNG),
    )
    assert fetch(api, file["filePath"]).data == PNG


def test_an_upload_is_one_file_in_a_form(desk, alice):
    api, path = desk.api(alice), f"{TICKETS}/attachment"
    assert_bad(api.post(path, data={"file": [desk.upload(), desk.upload()]}), "file")
    assert_bad(api.post(path, data={"other": desk.upload()}), "other")
    form = {"data": {"file": "words"}, "content_type": "multipart/form-data"}
    assert_bad(api.post(path, **form), "file")
    assert api.post(path, json=desk.encoded()).status_code == 415
    assert files_on_disk(desk) == []


def test_nobody_else_sees_or_takes_an_upload(desk, alice, bob, agent):
    path = upload(desk, desk.api(alice))["filePath"]
    key = path.rpartition("/")[2]
    for other, tickets in ((bob, TICKETS), (agent, "/support-ticket")):
        assert desk.api(other).get(f"{tickets}/attachment/{key}").status_code == 404
    body = WORDS | {"attachments": [{"fileName": "a", "filePath": path}]}
    assert_bad(desk.api(bob).post(TICKETS, json=body), "attachments")
    assert desk.api(alice).post(TICKETS, json=body).status_code == 200
    assert_bad(desk.api(alice).post(TICKETS, json=body), "attachments")  # it is claimed now


@pytest.mark.parametrize(
    "path",
    [
        "/uploads/image1.jpg",
        "/etc/passwd",
        "../../etc/passwd",
        "file:///etc/passwd",
        "http://localhost/x",
        f"{PREFIX}{TICKETS}/attachment/" + "0" * 32,
        f"{PREFIX}{TICKETS}/attachment/../../../../../etc/passwd",
        f"{PREFIX}{TICKETS}/attachment/",
        "",
        "\0",
        "x" * 100_000,
    ],
)
def test_a_path_is_looked_up_and_never_opened(desk, alice, path):
    body = WORDS | {"attachments": [{"fileName": "a", "filePath": path}]}
    assert_bad(desk.api(alice).post(TICKETS, json=body), "attachments")


def test_the_same_words_for_a_path_of_others_and_of_nobody(desk, alice, bob):
    theirs = upload(desk, desk.api(bob))["filePath"]
    answers = [
        desk.api(alice).post(TICKETS, json=WORDS | {"attachments": [{"filePath": path}]}).data
        for path in (theirs, f"{PREFIX}{TICKETS}/attachment/" + "0" * 32, "/etc/passwd")
    ]
    assert len(set(answers)) == 1


@pytest.mark.parametrize(
    "attachments",
    [
        "lamp.png",
        {"fileName": "a"},
        ["lamp.png"],
        [None],
        [{}],
        [{"fileName": "a.txt"}],
        [{"fileName": "a.txt", "content": "aGk=", "filePath": "/x"}],
        [{"content": "aGk="}],
        [{"fileName": " ", "content": "aGk="}],
        [{"fileName": "a.txt", "content": "aGk"}],
        [{"fileName": "a.txt", "content": "a=Gk"}],
        [{"fileName": "a.txt", "content": "data:text/plain;base64,aGk="}],
        [{"fileName": "a.txt", "content": "ﬁ"}],
        [{"fileName": "a.txt", "content": 5}],
        [{"fileName": 5, "content": "aGk="}],
        5,
        True,
    ],
)
def test_attachments_that_are_none(desk, alice, attachments):
    body = WORDS | {"attachments": attachments}
    assert_bad(desk.api(alice).post(TICKETS, json=body), "attachments")
    assert files_on_disk(desk) == []


def test_attachments_that_are_not_given(desk, alice):
    for nothing in (None, [], ""):
        answer = desk.api(alice).post(TICKETS, json=WORDS | {"attachments": nothing})
        assert answer.json["data"]["attachments"] == []


def test_the_same_upload_twice_in_one_request(desk, alice):
    file = {"filePath": upload(desk, desk.api(alice))["filePath"]}
    body = WORDS | {"attachments": [file, file]}
    assert_bad(desk.api(alice).post(TICKETS, json=body), "attachments")


def test_a_claimed_file_has_the_name_that_its_message_gives_it(desk, alice):
    path = upload(desk, desk.api(alice), "IMG_0001.png")["filePath"]
    body = WORDS | {"attachments": [{"fileName": "../broken lamp.png", "filePath": path}]}
    [file] = desk.api(alice).post(TICKETS, json=body).json["data"]["attachments"]
    assert file["fileName"] == "broken lamp.png"


def test_too_many_files(make_desk):
    desk = make_desk(HELPDESK_MAX_FILES="2")
    alice = desk.user()
    api = desk.api(alice)
    many = [desk.upload(f"{n}.png") for n in range(3)]
    assert api.post(TICKETS, data=WORDS | {"attachments": many}).status_code == 413
    many = [desk.encoded(f"{n}.txt") for n in range(3)]
    assert api.post(TICKETS, json=WORDS | {"attachments": many}).status_code == 413
    mixed = {"attachments": [desk.upload(), desk.upload()], "subject": "Lamp", "message": "Broken"}
    assert api.post(TICKETS, data=mixed).status_code == 200
    assert len(files_on_disk(desk)) == 2
    assert api.get(f"{TICKETS}?count=1").json["data"] == 1


def test_a_refused_request_leaves_no_file(desk, alice):
    api = desk.api(alice)
    api.post(TICKETS, data={"attachments": desk.upload()})
    api.post(TICKETS, json={"attachments": [desk.encoded()]})
    api.post(TICKETS, data={"ticketId": "99", "attachments": desk.upload()})
    closed = desk.ticket(alice)
    api.put(f"{TICKETS}/{closed.id}", json={"status": "closed"})
    answer = api.post(TICKETS, data={"ticketId": str(closed.id), "attachments": desk.upload()})
    assert answer.status_code == 409
    assert files_on_disk(desk) == []


def test_a_file_is_served_with_care(desk, alice):
    page = b"<script>alert(1)</script>"
    api = desk.api(alice)
    file = upload(desk, api, "page.html", page)
    answer = fetch(api, file["filePath"])
    assert answer.headers["Content-Type"].startswith("text/plain")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Accept-Ranges"] == "bytes"
    assert answer.headers["ETag"] == f'"{hashlib.sha256(page).hexdigest()}"'


def test_a_part_of_a_file_and_one_that_is_known(desk, alice):
    api = desk.api(alice)
    path = upload(desk, api, "words.txt", b"0123456789")["filePath"]
    part = fetch(api, path, headers={"Range": "bytes=2-4"})
    assert (part.status_code, part.data) == (206, b"234")
    assert part.headers["Content-Range"] == "bytes 2-4/10"
    known = fetch(api, path, headers={"If-None-Match": part.headers["ETag"]})
    assert (known.status_code, known.data) == (304, b"")
    beyond = fetch(api, path, headers={"Range": "bytes=20-30"})
    assert beyond.status_code == 416
    assert beyond.content_type == "application/json"
    assert beyond.headers["Content-Range"] == "bytes */10"
    head = api.open("HEAD", path)
    assert (head.status_code, head.data, head.headers["Content-Length"]) == (200, b"", "10")


def test_a_file_of_a_ticket_is_for_those_who_may_see_the_ticket(desk, alice, bob, vendor, agent):
    answer = desk.api(alice).post(TICKETS, json=WORDS | {"attachments": [desk.encoded()]})
    key = answer.json["data"]["attachments"][0]["filePath"].rpartition("/")[2]
    wrong = desk.api(bob).get(f"{TICKETS}/attachment/" + "0" * 32)
    theirs = desk.api(bob).get(f"{TICKETS}/attachment/{key}")
    assert (wrong.status_code, wrong.data) == (404, theirs.data)
    assert desk.api(vendor).get(f"/vendor-support-ticket/attachment/{key}").status_code == 404
    assert desk.api(vendor).get(f"{TICKETS}/attachment/{key}").status_code == 403
    assert desk.api().get(f"{TICKETS}/attachment/{key}").status_code == 401
    assert desk.api(agent).get(f"/support-ticket/attachment/{key}").data == b"a lamp"
    for nonsense in ("abc", "0", "..", "%00", "x" * 500, key.upper()):
        assert desk.api(alice).get(f"{TICKETS}/attachment/{nonsense}").status_code == 404


def test_each_side_is_given_paths_of_its_own(desk, alice, vendor, agent):
    people = ((alice, TICKETS), (vendor, "/vendor-support-ticket"), (agent, "/support-ticket"))
    for person, tickets in people:
        file = upload(desk, desk.api(person), tickets=tickets)
        assert file["filePath"].startswith(f"{PREFIX}{tickets}/attachment/")
        assert fetch(desk.api(person), file["filePath"]).data == PNG


def test_an_upload_that_was_swept_meanwhile(desk, alice, monkeypatch):
    """Its row goes between the look-up and the claim: the answer is about the field."""
    path = upload(desk, desk.api(alice))["filePath"]
    look_up = queries.unclaimed_upload

    def found_then_swept(actor, key):
        found = look_up(actor, key)
        with db.engine.begin() as another:
            another.execute(sa.delete(Attachment))
        return found

    monkeypatch.setattr(queries, "unclaimed_upload", found_then_swept)
    body = WORDS | {"attachments": [{"filePath": path}]}
    assert_bad(desk.api(alice).post(TICKETS, json=body), "attachments")


def test_base64_may_be_broken_into_lines(desk, alice):
    content = bytes(range(256)) * 600
    text = base64.encodebytes(content).decode()
    body = WORDS | {"attachments": [{"fileName": "a.bin", "content": text}]}
    answer = desk.api(alice).post(TICKETS, json=body)
    assert answer.json["data"]["attachments"][0]["size"] == len(content)


def test_nobody_claims_the_upload_of_another_by_its_number(desk, alice, bob):
    upload = actions.upload(alice, desk.file())
    with pytest.raises(Invalid):
        desk.reply(bob, desk.ticket(bob), files=[actions.Claim(upload.id)])
    desk.reply(alice, desk.ticket(alice), files=[actions.Claim(upload.id)])
