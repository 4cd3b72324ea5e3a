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


@pytest.mark.parametrize(
    ("forwarded", "client"),
    [
        # Whom the outermost of our proxies names; what the client itself has written is before it.
        ("6.6.6.6, 203.0.113.7, 10.1.1.1, 10.2.2.2", "203.0.113.7"),
        ("203.0.113.7", "203.0.113.7"),
        ("10.1.1.1", "10.1.1.1"),  # one of our own machines
        ("10.1.1.1, 10.2.2.2", "10.1.1.1"),
        ("me, 10.1.1.1", "10.1.1.1"),
        ("203.0.113.7:4711", "203.0.113.7"),
        ("[2001:db8::1]:4711, 10.1.1.1", "2001:db8::1"),
        ("[2001:db8::1]", "2001:db8::1"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("203.0.113.7, unknown", "127.0.0.1"),
        ("203.0.113.7,", "127.0.0.1"),
        ("203.0.113.7:4711:1", "127.0.0.1"),
        ("1" * 5000, "127.0.0.1"),
        (", ".join(["203.0.113.7", *["10.1.1.1"] * 5000]), "10.1.1.1"),
    ],
)
def test_the_client_is_whom_the_first_of_our_proxies_was_asked_by(serving, echo, forwarded, client):
    running = serving(echo, trusted=("10.0.0.0/8", "127.0.0.1"))
    assert seen(running.get("/", f"X-Forwarded-For: {forwarded}"))["REMOTE_ADDR"] == client


def test_several_headers_are_one_list(serving, echo):
    headers = ("X-Forwarded-For: 6.6.6.6", "X-Forwarded-For: 203.0.113.7")
    told = seen(serving(echo, trusted=("127.0.0.1",)).get("/", *headers))
    assert told["REMOTE_ADDR"] == "203.0.113.7"


def test_a_proxy_that_was_forgotten_is_told_of_once(serving, echo, caplog):
    running = serving(echo)
    for _ in range(3):
        running.get("/", "X-Forwarded-For: 203.0.113.7")
    told = [one for one in caplog.messages if "HELPDESK_TRUSTED_PROXIES" in one]
    assert told == [
        "A proxy at 127.0.0.1 is not in HELPDESK_TRUSTED_PROXIES: all its clients count as one"
    ]


def test_who_names_a_proxy_that_is_none_is_not(serving, echo, caplog):
    running = serving(echo, trusted=("127.0.0.1",))
    running.get("/", "X-Forwarded-For: 203.0.113.7")
    running.get("/")
    assert "HELPDESK_TRUSTED_PROXIES" not in caplog.text
