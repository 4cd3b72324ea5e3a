"""By which names the desk answers."""

import pytest

from tests.desk import PREFIX

URL = "https://help.shop.example"
ANYWHERE = (
    "localhost",
    "localhost:9000",
    "127.0.0.1",
    "127.0.0.1:8000",
    "[::1]:8000",
    "a.localhost",
)
AT_HOME = ("192.168.1.5:8000", "[fd00::5]", "desk", "desk.local:8000", "8.8.8.8")
OURS = ("help.shop.example", "HELP.shop.example:443", "help.shop.example.")
NEVER = (
    "evil.example",
    "help.shop.example.evil.example",
    "evil.example:8000",
    "help.shop.example@evil.example",
    "help.shop.example, evil.example",
    "localhost.evil.example",
    "127.0.0.1.evil.example",
    "help.shop.example/",
    "help.shop.example:80:80",
    "[evil]",
    "help.shop.éxample",
    "",
    "a" * 5000,
)


def ask(desk, path, host):
    return desk.browser().get(path, headers={"Host": host})


@pytest.mark.parametrize("host", [*ANYWHERE, *OURS])
def test_a_desk_with_a_base_url_answers_by_its_name_and_to_its_own_machine(make_desk, host):
    assert ask(make_desk(HELPDESK_BASE_URL=URL), "/sign-in", host).status_code == 200


@pytest.mark.parametrize("host", [*AT_HOME, *NEVER])
def test_it_answers_by_no_other_name_and_says_which_is_right(make_desk, host):
    answer = ask(make_desk(HELPDESK_BASE_URL=URL), "/sign-in", host)
    assert answer.status_code == 400
    assert URL in answer.text


@pytest.mark.parametrize("host", [*ANYWHERE, *AT_HOME])
def test_a_desk_without_one_answers_in_its_own_network(desk, host):
    assert ask(desk, "/sign-in", host).status_code == 200


@pytest.mark.parametrize("host", NEVER)
def test_it_does_not_answer_by_names_that_others_can_have(desk, host):
    assert ask(desk, "/sign-in", host).status_code == 400


@pytest.mark.parametrize("path", ["/", "/nothing", "/backend/api/openapi.json", "/static/x/y.js"])
def test_no_address_is_left_out(desk, path):
    assert ask(desk, path, "evil.example").status_code == 400


def test_scripts_are_told_in_json_whether_answers_are_quick_or_not(desk, alice):
    api = desk.api(alice)
    for path in ("/customer-support-ticket", "/customer-support-ticket/ticket-category"):
        assert api.get(path).status_code == 200  # and again from memory
        answer = api.get(path, headers={"Host": "evil.example"})
        assert (answer.status_code, answer.json["status"]) == (400, "error")
    assert f"{PREFIX}/" not in answer.text


def test_machines_that_look_after_it_need_not_know_its_name(make_desk):
    desk = make_desk(HELPDESK_BASE_URL=URL)
    assert ask(desk, "/healthz", "10.0.0.7:8000").text == "ok\n"


def test_it_is_said_in_the_reader_s_language(desk):
    answer = desk.browser().get("/", headers={"Host": "evil.example", "Accept-Language": "de"})
    assert 'lang="de"' in answer.text


def test_a_mail_with_a_password_link_leads_to_the_desk_whatever_was_asked_for(
    make_desk, monkeypatch
):
    desk = make_desk(HELPDESK_BASE_URL=URL)
    alice = desk.user("customer", "Alice")
    form = {"email": alice.email}
    headers = {"X-Forwarded-Host": "evil.example", "Forwarded": "host=evil.example"}
    answer = desk.browser().post("/forgot-password", data=form, headers=headers)
    assert answer.status_code == 302
    assert "evil.example" not in answer.headers["Location"]
