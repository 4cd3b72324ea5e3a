"""Whose word about the browser's address is taken."""

import pytest

FORWARDED = (
    "X-Forwarded-For: 198.51.100.1, 203.0.113.7",
    "X-Forwarded-Proto: https",
    "X-Forwarded-Host: help.shop.example",
    "X-Forwarded-Port: 99",
    "X-Forwarded-Prefix: /elsewhere",
    "Forwarded: for=198.51.100.2",
    "X-Real-IP: 198.51.100.3",
)


def seen(answer):
    """What the application saw: name → value."""
    lines = answer.partition(b"\r\n\r\n")[2].decode().split("\n")
    return dict(line.split("=", 1) for line in lines if "=" in line and "orig" not in line)


@pytest.mark.parametrize("trusted", [(), ("10.0.0.0/8",)])
def test_a_stranger_is_not_believed(serving, echo, trusted):
    answer = serving(echo, trusted=trusted).get("/", *FORWARDED)
    assert seen(answer) == {
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": "x",
        "wsgi.url_scheme": "http",
    }


def test_a_trusted_proxy_is_believed_in_what_it_added_itself(serving, echo):
    answer = serving(echo, trusted=("10.0.0.0/8", "127.0.0.0/8")).get("/", *FORWARDED)
    assert seen(answer) == {
        "REMOTE_ADDR": "203.0.113.7",
        "HTTP_HOST": "help.shop.example",
        "wsgi.url_scheme": "https",
        "HTTP_X_FORWARDED_FOR": "198.51.100.1, 203.0.113.7",
        "HTTP_X_FORWARDED_PROTO": "https",
        "HTTP_X_FORWARDED_HOST": "help.shop.example",
    }


def test_nonsense_from_a_trusted_proxy_is_dropped(serving, echo):
    headers = ("X-Forwarded-For: 1.2.3.4, me", "X-Forwarded-Proto: https, javascript")
    told = seen(serving(echo, trusted=("127.0.0.1",)).get("/", *headers))
    assert (told["REMOTE_ADDR"], told["wsgi.url_scheme"]) == ("127.0.0.1", "http")


def test_an_old_address_on_a_new_socket_is_the_same_client(serving, echo, make_settings):
    running = serving(echo, host="::", trusted=("127.0.0.1",))
    running.host = "127.0.0.1"
    assert seen(running.get("/"))["REMOTE_ADDR"] == "127.0.0.1"
    assert seen(running.get("/", "X-Forwarded-For: 203.0.113.7"))["REMOTE_ADDR"] == "203.0.113.7"


def test_the_new_addresses_are_served_and_trusted_too(serving, echo):
    running = serving(echo, host="::1", trusted=("::1",))
    assert seen(running.get("/", "X-Forwarded-For: 2001:db8::1"))["REMOTE_ADDR"] == "2001:db8::1"
