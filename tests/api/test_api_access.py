"""Who may ask for what: tokens, roles, and other people's tickets."""

from datetime import timedelta

import pytest
from flask import session

from helpdesk.accounts import actions as accounts
from helpdesk.accounts import limits, tokens
from helpdesk.accounts.models import DESK, STAFF, Role
from helpdesk.api import blueprint  # noqa: F401 — declares the endpoints
from helpdesk.api.endpoints import registry
from helpdesk.api.sides import PREFIX
from helpdesk.tickets import queries

TICKETS = "/customer-support-ticket"
ENDPOINTS = list(registry.endpoints.values())
CLOSED = [one for one in ENDPOINTS if not one.is_public]
ROLES = [role.value for role in Role]
NO_TICKETS = ["0", "-1", "99", "9" * 30, "abc", "１", "1.0", "1e0", " 1", "0x1", "null", "%00", "é"]


def address(one, id="99", key="0" * 32):
    return one.path.replace("<id>", id).replace("<key>", key)


def no_token(answer):
    return answer.status_code == 401 and answer.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize("one", CLOSED, ids=lambda one: f"{one.method} {one.path}")
def test_an_address_with_a_token_only(desk, one):
    answer = desk.api().open(one.method, address(one))
    assert no_token(answer)
    assert answer.json["status"] == "error"


@pytest.mark.parametrize("role", ROLES)
def test_every_address_is_for_its_own_side_only(desk, role):
    api = desk.api(desk.user(role))
    for one in CLOSED:
        if one.path.endswith("/logout"):
            continue
        answer = api.open(one.method, address(one))
        if Role(role) in one.side.roles:
            assert answer.status_code not in (401, 403), one.name
        else:
            assert answer.status_code == 403, one.name
            assert answer.json.keys() == {"status", "message"}


@pytest.mark.parametrize(
    "header",
    [
        "x",
        "Bearer",
        "Bearer ",
        "Basic YWxpY2U6cHc=",
        "Bearer hd_wrong",
        "Bearer \xff",
        "bearer a b",
    ],
)
def test_a_token_that_is_none(desk, header):
    headers = {"Authorization": header}
    assert no_token(desk.api().get(TICKETS, headers=headers))
    assert no_token(desk.api().get(f"{TICKETS}/ticket-category", headers=headers))


def test_the_scheme_is_read_in_any_case(desk, alice):
    headers = {"Authorization": f"bEARER  {desk.token(alice)} "}
    assert desk.api().get(TICKETS, headers=headers).status_code == 200


def test_a_revoked_token_is_none(desk, alice):
    api = desk.api(alice)
    assert api.get(TICKETS).status_code == 200
    [row] = tokens.tokens_of(alice)
    tokens.revoke_token(alice, row.id)
    assert no_token(api.get(TICKETS))


def test_an_expired_token_is_none(desk, alice, travel):
    secret = tokens.add_token(DESK, alice, "short", days=1)
    headers = {"Authorization": f"Bearer {secret}"}
    assert desk.api().get(TICKETS, headers=headers).status_code == 200
    travel(days=1, seconds=1)
    assert no_token(desk.api().get(TICKETS, headers=headers))


def test_a_disabled_user_has_no_token(desk, alice):
    api = desk.api(alice)
    accounts.disable_user(DESK, alice)
    assert no_token(api.get(TICKETS))


def test_wrong_tokens_are_limited_and_good_ones_are_not(desk, alice, travel):
    stranger, neighbour = desk.api(), desk.api(alice)
    wrong = {"Authorization": "Bearer hd_wrong"}
    for _try in range(limits.TOKEN.most + 5):
        assert stranger.get(TICKETS).status_code == 401  # no token is no try
    for _try in range(limits.TOKEN.most):
        assert no_token(stranger.get(TICKETS, headers=wrong))
    answer = stranger.get(TICKETS, headers=wrong)
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= limits.TOKEN.window.total_seconds()
    assert neighbour.get(TICKETS).status_code == 200
    travel(minutes=5, seconds=1)
    assert no_token(stranger.get(TICKETS, headers=wrong))


def test_no_cookie_is_read_or_set(desk, alice):
    browser = desk.browser(alice)
    cookie = {"Cookie": f"helpdesk={browser.get_cookie('helpdesk').value}"}
    with desk.app.test_request_context("/", headers=cookie):
        assert session
    with desk.app.test_request_context(PREFIX + TICKETS, headers=cookie):
        assert not session
    answer = browser.get(PREFIX + TICKETS)
    assert no_token(answer)
    answer = browser.get(PREFIX + TICKETS, headers={"Authorization": f"Bearer {desk.token(alice)}"})
    assert answer.status_code == 200
    for name in ("Set-Cookie", "Vary"):
        assert "cookie" not in answer.headers.get(name, "").lower()


@pytest.mark.parametrize("side", ["customer", "vendor"])
def test_not_yours_and_not_there_are_one_answer_to_the_byte(desk, side):
    owner, other = desk.user(side), desk.user(side)
    ticket = desk.ticket(owner)
    api, path = desk.api(other), f"/{side}-support-ticket"
    for method, body in (("GET", None), ("PUT", {"status": 2})):
        answers = [api.open(method, f"{path}/{id}", json=body) for id in [ticket.id, *NO_TICKETS]]
        assert {answer.status_code for answer in answers} == {404}
        assert len({answer.data for answer in answers}) == 1
        headers = [dict(answer.headers) for answer in answers]
        for one in headers:
            one.pop("X-Request-ID")
        assert all(one == headers[0] for one in headers)
    replies = [
        api.post(path, json={"ticketId": id, "message": "Mine!"})
        for id in [ticket.id, 99, "99", -1, "-1", 10**30, "9" * 30, "9" * 5000]
    ]
    assert {answer.status_code for answer in replies} == {404}
    assert {answer.data for answer in replies} == {answers[0].data}
    assert api.get(f"{path}?count=1").json["data"] == 0
    assert desk.fresh(ticket).message_count == 1


MADE_OF_ONES_OWN = [one for one in CLOSED if "<" in one.path and not one.side.roles & set(STAFF)]


@pytest.mark.parametrize("one", MADE_OF_ONES_OWN, ids=lambda one: one.name)
def test_every_address_of_a_thing_is_for_its_owner_only(desk, one):
    """Generated from what is declared: an endpoint that comes later is held to it too."""
    owner, other = desk.user(one.side.name), desk.user(one.side.name)
    ticket = desk.ticket(owner, files=[desk.file()])
    [message] = queries.conversation(owner, ticket)
    path = address(one, str(ticket.id), message.attachments[0].key)
    body = one.body_example
    assert desk.api(owner).open(one.method, path, json=body).status_code == 200
    assert desk.api(other).open(one.method, path, json=body).status_code == 404
    assert desk.fresh(ticket).status == ("resolved" if one.method == "PUT" else "open")


def test_a_customer_may_not_say_that_we_wait_for_them(desk, alice):
    ticket = desk.ticket(alice)
    for status in (4, "4", "pending"):
        answer = desk.api(alice).put(f"{TICKETS}/{ticket.id}", json={"status": status})
        assert answer.status_code == 403
    assert desk.fresh(ticket).status == "open"


def test_a_customer_changes_nothing_but_the_status(desk, alice, agent):
    ticket = desk.ticket(alice)
    body = {"status": 2, "priority": "urgent", "assigneeId": agent.id, "tags": ["vip"]}
    assert desk.api(alice).put(f"{TICKETS}/{ticket.id}", json=body).status_code == 200
    fresh = desk.fresh(ticket)
    assert (fresh.priority, fresh.assignee_id, fresh.tag_names) == ("normal", None, [])


def test_the_log_knows_who_asked(desk, alice, caplog):
    caplog.set_level("INFO", logger="helpdesk.access")
    desk.api(alice).get(TICKETS)
    assert caplog.records[-1].user_id == alice.id
    assert desk.token(alice) not in caplog.text


LOGINS = {
    "customer": ("/customer/login", "emailId"),
    "vendor": ("/vendor/login", "emailId"),
    "agent": ("/auth/login", "username"),
    "admin": ("/auth/login", "username"),
}


def log_in(desk, path, field, email, password="a lamp in the window"):
    return desk.api().post(path, json={field: email, "password": password})


@pytest.mark.parametrize("role", ROLES)
def test_logging_in_and_out(desk, role):
    user = desk.user(role)
    path, field = LOGINS[role]
    answer = log_in(desk, path, field, user.email.upper())
    assert answer.status_code == 200
    assert answer.json["status"] == "success"
    data = answer.json["data"]
    assert data["user"] == {
        "id": user.id,
        "name": user.name,
        "emailId": user.email,
        "userType": user.kind,
        "role": role,
    }
    headers = {"Authorization": f"Bearer {data['token']}"}
    tickets = "/support-ticket" if user.is_staff else f"/{role}-support-ticket"
    assert desk.api().get(tickets, headers=headers).status_code == 200
    out = desk.api().post(path.replace("login", "logout"), headers=headers)
    assert out.json == {
        "status": "success",
        "message": "Logged out successfully.",
        "data": None,
    }
    assert no_token(desk.api().get(tickets, headers=headers))


def test_a_log_in_lasts_for_30_days(desk, alice, travel):
    secret = log_in(desk, "/customer/login", "emailId", alice.email).json["data"]["token"]
    headers = {"Authorization": f"Bearer {secret}"}
    travel(days=30, seconds=-60)
    assert desk.api().get(TICKETS, headers=headers).status_code == 200
    travel(days=30, seconds=60)
    assert no_token(desk.api().get(TICKETS, headers=headers))


@pytest.mark.parametrize("role", ROLES)
def test_a_wrong_password_and_a_wrong_door_are_one_answer(desk, role):
    user = desk.user(role)
    answers = [
        log_in(desk, path, field, email, password)
        for path, field in LOGINS.values()
        for email, password in (
            (user.email, "not the password"),
            ("nobody@shop.example", "a lamp in the window"),
            ("half\0", "\0"),
            *([(user.email, "a lamp in the window")] if path != LOGINS[role][0] else []),
        )
    ]
    assert {answer.status_code for answer in answers} == {401}
    assert len({answer.data for answer in answers}) == 1
    assert all(no_token(answer) for answer in answers)


def test_a_log_in_without_its_fields(desk):
    answer = desk.api().post("/customer/login", json={"password": 5})
    assert answer.status_code == 422
    assert answer.json["errors"].keys() == {"emailId", "password"}
    assert desk.api().post("/auth/login", json={}).json["errors"].keys() == {"username", "password"}
    assert desk.api().post("/auth/login", data=b"x").status_code == 415
    long = log_in(desk, "/customer/login", "emailId", "a" * 1001, "b" * 1001)
    assert long.status_code == 422


def test_log_ins_are_limited(desk, alice, travel):
    for _try in range(limits.SIGN_IN.most):
        answer = log_in(desk, "/customer/login", "emailId", alice.email, "wrong")
        assert answer.status_code == 401
    answer = log_in(desk, "/customer/login", "emailId", alice.email)
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0
    travel(minutes=15, seconds=1)
    assert log_in(desk, "/customer/login", "emailId", alice.email).status_code == 200


def test_logging_out_ends_no_other_token(desk, alice):
    first, second = (
        log_in(desk, "/customer/login", "emailId", alice.email).json["data"]["token"]
        for _time in range(2)
    )
    desk.api().post("/customer/logout", headers={"Authorization": f"Bearer {first}"})
    answer = desk.api().get(TICKETS, headers={"Authorization": f"Bearer {second}"})
    assert answer.status_code == 200


def test_a_login_token_has_an_end(desk, alice):
    log_in(desk, "/customer/login", "emailId", alice.email)
    [row] = tokens.tokens_of(alice)
    assert row.from_login
    assert row.expires_at - row.created_at == timedelta(days=30)
