"""Forms with files: streamed to the disk, and gone with the request unless somebody keeps them."""

import hashlib
import re
import subprocess
import sys
from io import BytesIO

import pytest

from helpdesk.files import DeskRequest, FileStore, from_base64, receive, store

BOUNDARY = "multipart/form-data; boundary=cut"


def form(*files, **fields):
    return {"files": [(BytesIO(content), name) for name, content in files], **fields}


def part(name="files", file_name="a.txt", content=b"hello"):
    head = f'--cut\r\nContent-Disposition: form-data; name="{name}"; filename="{file_name}"\r\n\r\n'
    return head.encode() + content + b"\r\n"


def test_a_form_arrives_with_its_files_and_fields(client):
    content = b"\r\n--cu\r\n" * 20_000 + bytes(range(256))
    answer = client.post("/look", data=form(("a.bin", content), ("b.txt", b""), subject="Lamp"))
    assert answer.json["form"] == {"subject": "Lamp"}
    assert answer.json["files"] == [
        ["a.bin", content.decode("latin-1"), hashlib.sha256(content).hexdigest()],
        ["b.txt", "", hashlib.sha256(b"").hexdigest()],
    ]


def test_files_are_on_the_disk_during_the_request_and_gone_after_it(client, on_disk):
    answer = client.post("/look", data=form(("a.txt", b"hello"), ("b.txt", b"world")))
    assert answer.json["on_disk"] == 2
    assert on_disk() == []


def test_a_kept_file_outlives_its_request(client, app):
    [name] = client.post("/keep", data=form(("a.txt", b"hello"))).json
    with store().open(name) as file:
        assert file.read() == b"hello"


def test_the_sender_s_name_tells_kinds_of_zip_apart(client, app):
    [name] = client.post("/keep", data=form(("Offer.XLSX", b"PK\x03\x04...."))).json
    assert app.extensions["kept"][name][0].content_type.endswith("spreadsheetml.sheet")


@pytest.mark.parametrize(("path", "status"), [("/fail", 500), ("/ignore", 403), ("/nowhere", 404)])
def test_a_request_that_fails_leaves_no_file(client, on_disk, path, status):
    assert client.post(path, data=form(("a.txt", b"hello"))).status_code == status
    assert on_disk() == []


@pytest.mark.parametrize(
    "body",
    [
        part()[:-10],
        part(),  # without the closing boundary
        part() + b"--cut\r\nContent-Disposition: form-data; name",
        part() + part()[:-1],
        part() + b"--cut\r\nX: \xff\r\n\r\n.\r\n--cut--\r\n",
    ],
)
def test_a_form_that_stops_half_way_is_400_and_leaves_nothing(client, on_disk, body):
    answer = client.post("/look", data=body, content_type=BOUNDARY)
    assert answer.status_code == 400
    assert on_disk() == []


def test_a_form_without_a_boundary_is_400(client):
    assert client.post("/look", data=part(), content_type="multipart/form-data").status_code == 400


def test_a_body_that_is_larger_than_the_app_allows_is_413_and_leaves_nothing(client, on_disk):
    answer = client.post("/look", data=form(("a.bin", bytes(1024 * 1024))))
    assert answer.status_code == 413
    assert on_disk() == []


def test_a_body_of_untold_length_is_413_once_it_passes_the_limit(client, on_disk):
    body = part(content=bytes(1024 * 1024)) + b"--cut--\r\n"
    answer = client.post(
        "/look",
        input_stream=BytesIO(body),
        content_type=BOUNDARY,
        environ_overrides={"wsgi.input_terminated": True},
    )
    assert answer.status_code == 413
    assert on_disk() == []


def test_a_limit_set_on_the_request_limits_each_file(app, disk, on_disk):
    with app.test_request_context("/look", method="POST", data=form(("a.txt", b"x"))) as context:
        context.request.max_content_length = 100
        assert context.request._get_file_stream(None, None).limit == 100


def test_too_many_files_are_refused_before_they_are_opened(client, app, on_disk):
    app.config["MAX_FORM_FILES"] = 3
    assert client.post("/look", data=form(*[("a.txt", b"x")] * 3)).status_code == 200
    assert client.post("/look", data=form(*[("a.txt", b"x")] * 4)).status_code == 413
    answer = client.post("/look", data=form(*[("a.txt", b"x")] * 50))
    assert (answer.status_code, answer.text) == (
        413,
        "These are too many files: at most 3 at once.",
    )
    assert on_disk() == []


def test_too_many_parts_are_told_as_that(client, app, on_disk):
    app.config["MAX_FORM_PARTS"] = 3
    fields = {f"field{number}": "x" for number in range(2)}
    assert client.post("/look", data=form(("a.txt", b"x"), **fields)).status_code == 200
    answer = client.post("/look", data=form(("a.txt", b"x"), **fields, one="more"))
    assert (answer.status_code, answer.text) == (413, "This form has too many parts: at most 3.")
    assert on_disk() == []


def text_part(content, kind=""):
    head = f'--cut\r\nContent-Disposition: form-data; name="subject"\r\n{kind}\r\n'
    return head.encode() + content + b"\r\n--cut--\r\n"


def test_text_that_is_not_utf_8_is_400_and_never_kept_with_other_letters(client, on_disk):
    latin = "Größe".encode("latin-1")
    answer = client.post("/look", data=part() + text_part(latin), content_type=BOUNDARY)
    assert (answer.status_code, answer.text) == (
        400,
        "The text of the field subject is not UTF-8.",
    )
    assert on_disk() == []


@pytest.mark.parametrize(
    ("kind", "charset"),
    [
        ("", "utf-8"),
        ("Content-Type: text/plain; charset=UTF-8\r\n", "utf-8"),
        ('Content-Type: text/plain; charset="iso-8859-1"\r\n', "latin-1"),
        ("Content-Type: text/plain; charset=utf-16\r\n", "utf-8"),
    ],
)
def test_text_is_read_as_it_says(client, kind, charset):
    body = text_part("Größe".encode(charset), kind)
    answer = client.post("/look", data=body, content_type=BOUNDARY)
    assert answer.json["form"] == {"subject": "Größe"}


def test_the_letter_for_lost_letters_is_a_letter_too(client):
    answer = client.post("/look", data=text_part("\ufffd".encode()), content_type=BOUNDARY)
    assert answer.json["form"] == {"subject": "\ufffd"}


def test_a_full_disk_is_told_in_a_sentence(client, app, root):
    root.write_text("a file where the folder should be")
    answer = client.post("/look", data=form(("a.txt", b"x")))
    assert (answer.status_code, answer.text) == (
        507,
        "The file could not be stored. Please try again.",
    )


def test_requests_leave_no_descriptor_open(client, open_descriptors):
    client.post("/keep", data=form(("a.txt", b"hello"), ("b.txt", b"hello")))
    before = open_descriptors()
    for path in ("/look", "/keep", "/fail", "/ignore"):
        client.post(path, data=form(("a.txt", b"hello"), ("b.txt", b"hello")))
    assert open_descriptors() == before


def test_what_a_view_receives_goes_with_its_request_too(app, on_disk):
    with app.test_request_context():
        receive().write(b"hello")
        from_base64("aGVsbG8=")
        assert len(on_disk()) == 2
    assert on_disk() == []


def test_without_a_request_a_received_file_waits_for_its_maker(app, on_disk):
    with app.app_context():
        incoming = receive(limit=5, file_name="a.txt")
        incoming.write(b"hello")
        assert on_disk() == [incoming.path]


def test_the_app_gets_its_store_and_its_kind_of_request(app, root):
    assert app.request_class is DeskRequest
    assert isinstance(app.extensions["helpdesk.files"], FileStore)
    assert app.extensions["helpdesk.files"].root == root


LARGE_UPLOAD = """
import io, sys, tracemalloc
from pathlib import Path
from flask import Flask, request
from werkzeug.test import create_environ, run_wsgi_app
from helpdesk import files

app = Flask("large")
files.init_app(app, Path(sys.argv[1]))

@app.post("/")
def keep():
    return str(files.store().keep(request.files["f"].stream).size)

class Body(io.RawIOBase):
    def __init__(self, size):
        head = b'--cut\\r\\nContent-Disposition: form-data; name="f"; filename="f"\\r\\n\\r\\n'
        block = bytes(range(256)) * 256
        self.parts = iter([head, *[block] * (size // len(block)), b"\\r\\n--cut--\\r\\n"])
        self.size = len(head) + size + 11
        self.rest = b""
    def readable(self):
        return True
    def readinto(self, into):
        self.rest = self.rest or next(self.parts, b"")
        count = min(len(into), len(self.rest))
        into[:count], self.rest = self.rest[:count], self.rest[count:]
        return count

def send(size):
    body = Body(size)
    environ = create_environ(method="POST") | {"wsgi.input": body,
        "CONTENT_TYPE": "multipart/form-data; boundary=cut", "CONTENT_LENGTH": str(body.size)}
    answer = b"".join(run_wsgi_app(app, environ)[0])
    assert answer == str(size).encode(), answer

send(65536)
tracemalloc.start()
send(60 * 1024 * 1024)
print("peak", tracemalloc.get_traced_memory()[1])
"""


def test_a_large_upload_is_never_whole_in_memory(tmp_path):
    run = subprocess.run(
        [sys.executable, "-c", LARGE_UPLOAD, str(tmp_path)],
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert run.returncode == 0, run.stderr
    assert int(re.search(r"peak (\d+)", run.stdout)[1]) < 5 * 1024 * 1024
