"""The description: complete, true of what the server answers, and a page to read and try it on."""

import json
import re
import socket
import threading
from html.parser import HTMLParser

import hypothesis
import pytest
import schemathesis
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    allow_header_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from helpdesk import create_app
from helpdesk.accounts import tokens
from helpdesk.accounts.models import DESK
from helpdesk.api import (
    blueprint,  # noqa: F401 — declares the endpoints
    inbound,
)
from helpdesk.api.endpoints import registry
from helpdesk.api.openapi import description
from helpdesk.database import db
from helpdesk.serving import Server, bind
from helpdesk.settings import load_settings
from tests.desk import PREFIX, Desk

DOCS = "/backend/api/docs"
OPENAPI = "/backend/api/openapi.json"
ENDPOINTS = registry.in_order()
DOCUMENTED = {  # API.md, all of it; there may be more
    "/customer-support-ticket/ticket-category": "get",
    "/customer-support-ticket": "get post",
    "/customer-support-ticket/{id}": "get put",
    "/customer-support-ticket/attachment": "post",
    "/customer-support-ticket/attachment/{key}": "get",
    "/vendor-support-ticket/ticket-category": "get",
    "/vendor-support-ticket": "get post",
    "/vendor-support-ticket/{id}": "get put",
    "/vendor-support-ticket/attachment": "post",
    "/vendor-support-ticket/attachment/{key}": "get",
    "/support-ticket": "get post",
    "/support-ticket/{id}": "get post put",
    "/support-ticket/attachment": "post",
    "/support-ticket/attachment/{key}": "get",
    "/support-ticket/ticket-logs": "get",
    "/support-ticket/events": "get",
    "/support-ticket/webhooks": "get post",
    "/support-ticket/webhooks/{id}": "delete get put",
    "/support-ticket/webhooks/{id}/secret": "post",
    "/support-ticket/webhooks/{id}/test": "post",
    "/support-ticket/webhooks/{id}/deliveries": "get",
    "/support-ticket/webhooks/{id}/deliveries/{delivery_id}": "post",
    "/support-ticket/ticket-category": "get post",
    "/support-ticket/ticket-category/{id}": "delete get put",
    "/support-ticket/reports/volume": "get",
    "/support-ticket/reports/waiting": "get",
    "/support-ticket/reports/backlog": "get",
    "/support-ticket/reports/subjects": "get",
    "/support-ticket/reports/people": "get",
    "/support-ticket/custom-fields": "get post",
    "/support-ticket/custom-fields/{id}": "delete get put",
    "/support-ticket/customers": "get post",
    "/support-ticket/customers/{id}": "get put",
    "/support-ticket/customers/{id}/merge": "delete post",
    "/support-ticket/customers/{id}/notes": "get post",
    "/support-ticket/customer-notes/{id}": "delete",
    "/support-ticket/jobs": "get",
    "/support-ticket/jobs/{id}/run-again": "post",
    "/support-ticket/companies": "get post",
    "/support-ticket/companies/{id}": "delete get put",
    "/customer/login": "post",
    "/vendor/login": "post",
    "/auth/login": "post",
    "/customer/logout": "post",
    "/vendor/logout": "post",
    "/auth/logout": "post",
}


def test_every_address_is_described_and_served(desk):
    answer = desk.api().get(OPENAPI)
    assert answer.content_type == "application/json"
    described = {path: " ".join(sorted(item)) for path, item in answer.json["paths"].items()}
    for path, methods in DOCUMENTED.items():
        assert set(methods.split()) <= set(described[PREFIX + path].split()), path
    served = {
        re.sub(r"<(?:\w+\(.*\):)?(\w+)>", r"{\1}", rule.rule): " ".join(
            sorted(
                m.lower()
                for r in desk.app.url_map.iter_rules()
                if r.rule == rule.rule
                for m in r.methods - {"HEAD"}
            )
        )
        for rule in desk.app.url_map.iter_rules()
        if rule.rule.startswith(PREFIX)
    }
    assert described == served


def test_the_description_is_a_good_one(desk):
    schema = schemathesis.openapi.from_dict(desk.api().get(OPENAPI).json)
    schema.validate()
    assert desk.api().get(OPENAPI).json["openapi"].startswith("3.1")
    operations = [operation.ok() for operation in schema.get_all_operations()]
    assert len(operations) == len(ENDPOINTS) + 1  # and the providers' hook


@pytest.mark.parametrize("one", ENDPOINTS, ids=lambda one: one.name)
def test_what_an_endpoint_says_of_itself(one):
    path = PREFIX + re.sub(r"<(\w+)>", r"{\1}", one.path)
    operation = description()["paths"][path][one.method.lower()]
    assert operation["summary"]
    assert operation["responses"]["500"]["description"] == one.failure
    assert ("security" in operation) and ({"token": []} in operation["security"]) != (
        one.is_public and one.body is not None
    )
    if one.body_example is not None:
        content = operation["requestBody"]["content"]
        assert one.body_example.keys() <= content["application/json"]["schema"]["properties"].keys()
    assert "{" not in one.message + one.failure + one.summary


def test_a_ticket_that_is_none_of_ours_is_described(desk):
    """A program's guesses seldom are the number of a ticket."""
    paths = desk.api().get(OPENAPI).json["paths"]
    for side in ("customer", "vendor"):
        answers = paths[f"{PREFIX}/{side}-support-ticket"]["post"]["responses"]
        assert {"404", "409", "422"} <= answers.keys()


def test_the_examples_have_what_is_answered(desk):
    """An example that lacks a field of its schema would be refused by who generates from it."""
    import jsonschema_rs

    document = desk.api().get(OPENAPI).json
    checked = 0
    for item in document["paths"].values():
        for operation in item.values():
            for content in operation["responses"]["200"]["content"].values():
                if "example" in content:
                    schema = content["schema"] | {"components": document["components"]}
                    jsonschema_rs.validate(schema, content["example"])
                    checked += 1
    assert checked > 20


class Page(HTMLParser):
    """What a page of HTML is made of."""

    def __init__(self, html):
        super().__init__()
        self.tags = []
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))


def test_the_page_tells_of_every_address(desk):
    answer = desk.api().get(DOCS)
    assert answer.status_code == 200
    assert answer.content_type.startswith("text/html")
    page = Page(answer.text)
    forms = [(a["data-method"], a["data-path"]) for tag, a in page.tags if "data-method" in a]
    assert sorted(forms) == sorted(
        (method.upper(), path)
        for path, item in desk.api().get(OPENAPI).json["paths"].items()
        for method in item
        if path != inbound.PATH  # signed: nobody can try it on a page
    )
    ids = [a["id"] for _tag, a in page.tags if "id" in a]
    assert len(ids) == len(set(ids))
    targets = {
        a["href"][1:] for tag, a in page.tags if tag == "a" and a.get("href", "").startswith("#")
    }
    assert targets <= set(ids)
    assert "&lt;" not in answer.text or "<script>alert" not in answer.text


def test_the_page_has_nothing_inline_and_nothing_from_elsewhere(desk):
    answer = desk.api().get(DOCS)
    assert "unsafe-inline" not in answer.headers["Content-Security-Policy"]
    for tag, attributes in Page(answer.text).tags:
        assert tag != "style"
        assert "style" not in attributes
        assert not [name for name in attributes if name.startswith("on")]
        for name in ("src", "href", "action"):
            assert "//" not in (attributes.get(name) or ""), attributes
        if tag == "script":
            assert desk.api().get(attributes["src"]).status_code in (200, 404)
            assert attributes["src"].startswith("/static/")


def test_the_page_keeps_no_cookie_and_asks_no_token(desk, alice):
    browser = desk.browser(alice)
    assert "Set-Cookie" not in browser.get(DOCS).headers
    for method in ("POST", "OPTIONS", "DELETE"):
        for path in (DOCS, OPENAPI):
            answer = desk.api().open(method, path)
            assert answer.status_code == 405
            assert answer.json["status"] == "error"


@pytest.fixture(scope="module")
def folder(copies, tmp_path_factory):
    """A data folder with an empty desk."""
    with copies() as copy:
        yield copy(tmp_path_factory.mktemp("served") / "desk")


@pytest.fixture(scope="module")
def served(folder):
    """A desk that is served as in the shop, with a token for each side: (url, tokens)."""
    settings = load_settings(folder, {"HELPDESK_MAX_UPLOAD_MB": "1"})
    app = create_app(settings)
    with app.app_context():
        desk = Desk(app, folder)
        people = {
            "customer": desk.user("customer"),
            "vendor": desk.user("vendor"),
            "staff": desk.user("agent"),
            "admin": desk.user("admin"),
        }
        top = desk.category()
        desk.category(parent=top)
        for person in people.values():
            desk.ticket(person, category_id=top.id)
        secrets = {name: tokens.add_token(DESK, person, "test") for name, person in people.items()}
        db.session.remove()
    listener = bind("127.0.0.1", 0)
    port = listener.getsockname()[1]
    server = Server(app, settings.with_port(port), listener)
    thread = threading.Thread(target=server.run)
    thread.start()
    yield f"http://127.0.0.1:{port}", secrets
    server.stop()
    thread.join()
    with app.app_context():
        db.engine.dispose()


CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    response_headers_conformance,
    allow_header_conformance,
]


@pytest.fixture(scope="module")
def schema(served):
    url, _secrets = served
    return schemathesis.openapi.from_url(url + OPENAPI)


@pytest.mark.slow
@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
@pytest.mark.parametrize("one", ENDPOINTS, ids=lambda one: one.name)
def test_the_description_is_true(served, schema, one, mode):
    """What it describes, and what it does not, is answered as it says: by a program's guesses."""
    _url, secrets = served
    path = PREFIX + re.sub(r"<(\w+)>", r"{\1}", one.path)
    operation = schema[path][one.method]
    headers = {} if one.is_public else {"Authorization": f"Bearer {secrets[one.side.name]}"}
    if "logout" in one.path:
        headers = {}  # the token is needed for the others

    @hypothesis.given(case=operation.as_strategy(generation_mode=mode))
    @hypothesis.settings(
        max_examples=10,
        database=None,
        derandomize=True,
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    def try_it(case):
        answer = case.call(headers=headers)
        case.validate_response(answer, checks=CHECKS)
        if answer.status_code >= 400 and answer.content:
            assert answer.headers["content-type"] == ["application/json"]
            assert isinstance(json.loads(answer.content), dict)  # never a page

    try_it()


def raw(url, request):
    """The answer to bytes that no client library would send."""
    host, port = url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), 10) as client:
        client.sendall(request)
        client.shutdown(socket.SHUT_WR)
        answer = b""
        while chunk := client.recv(65536):
            answer += chunk
    head, _empty, body = answer.partition(b"\r\n\r\n")
    return int(head.split(b" ", 2)[1]), head.lower(), body


@pytest.mark.parametrize(
    ("head", "code"),
    [
        ("POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: 1500000\r\n", 413),
        ("POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: 2700000000\r\n", 413),
        ("GET {path}/%00%ff HTTP/1.1\r\nHost: x\r\nConnection: close\r\n", 404),
        ("GET {path}?limit=%ff HTTP/1.1\r\nHost: x\r\nConnection: close\r\n", 400),
        ("BREW {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n", 405),
    ],
)
def test_what_the_server_itself_refuses_is_json_too(served, head, code):
    url, secrets = served
    head = head.format(path=PREFIX + "/customer-support-ticket")
    head += f"Authorization: Bearer {secrets['customer']}\r\nContent-Type: application/json\r\n\r\n"
    size = 1_500_000 if "1500000" in head else 0
    status, headers, body = raw(url, head.encode() + b"x" * size)
    assert status == code
    assert b"application/json" in headers
    assert json.loads(body)["status"] == "error"


ADDRESSES = sorted({one.path for one in registry.endpoints.values()})


@pytest.mark.parametrize("path", ADDRESSES)
def test_every_address_names_its_own_methods(desk, path):
    """Those of its endpoints and no others: a named address is no ticket of that name."""
    own = {one.method for one in registry.endpoints.values() if one.path == path}
    address = path.replace("<id>", "1").replace("<key>", "0" * 32)
    for method in ("GET", "POST", "PUT", "DELETE", "PATCH"):
        if method in own:
            continue
        answer = desk.api().open(method, address)
        assert answer.status_code == 405, method
        allowed = set(answer.headers["Allow"].split(", "))
        assert allowed == (own | {"HEAD"} if "GET" in own else own)


@pytest.mark.parametrize("end", ["abc", "ticket-logsx", "xticket-logs", "ticket-logs%0A", "灯"])
def test_an_address_with_no_id_in_it_is_a_ticket_that_is_not_there(desk, agent, end):
    answer = desk.api(agent).get(f"/support-ticket/{end}")
    assert (answer.status_code, answer.json["message"]) == (404, "There is no such ticket.")
