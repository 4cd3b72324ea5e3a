"""Where people come by https, browsers are told to come by nothing else."""

import pytest

from tests.desk import PREFIX

URL = "https://help.shop.example"
PATHS = (
    "/sign-in",
    "/nothing",
    "/static/0/css/portal.css",
    f"{PREFIX}/customer-support-ticket/ticket-category",
    f"{PREFIX}/customer-support-ticket",
)
NAME = "Strict-Transport-Security"


@pytest.mark.parametrize("path", PATHS)
def test_the_base_url_or_a_trusted_proxy_says_so(make_desk, desk, path):
    assert NAME not in desk.browser().get(path).headers
    by_proxy = desk.browser().get(path, base_url="https://localhost")
    by_name = make_desk(HELPDESK_BASE_URL=URL).browser().get(path)
    for answer in (by_proxy, by_name):
        assert answer.headers.getlist(NAME) == ["max-age=31536000"]


def test_cookies_are_secure_then(make_desk, alice):
    desk = make_desk(HELPDESK_BASE_URL=URL)
    cookie = desk.browser().get("/sign-in").headers["Set-Cookie"]
    assert cookie.startswith("__Host-helpdesk=")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= {*cookie.split("; ")}
    assert "Domain" not in cookie
