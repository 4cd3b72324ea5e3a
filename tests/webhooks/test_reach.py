"""Where webhooks can't be led: each trick with addresses, names, redirects, ports, TLS and time."""

import socket
import threading
from contextlib import contextmanager, suppress
from ipaddress import ip_network
from itertools import chain

import pytest

from helpdesk.accounts.models import DESK
from helpdesk.errors import HelpdeskError, Invalid
from helpdesk.webhooks import actions, speaking
from helpdesk.webhooks.addresses import may_be_reached, read
from helpdesk.webhooks.targets import target_of
from tests.mail.smtp import certificate
from tests.webhooks.receiver import receiving

OURS = (ip_network("127.0.0.0/8"),)
_NOT_OF_THE_INTERNET = """
    0.0.0.0 0.1.2.3 10.0.0.1 10.255.255.255 100.64.0.1 100.127.255.254 127.0.0.1 127.255.255.254
    169.254.0.1 169.254.169.254 172.16.0.1 172.31.255.255 192.0.0.1 192.0.0.170 192.0.2.1
    192.88.99.1 192.168.1.1 198.18.0.1 198.19.255.255 198.51.100.7 203.0.113.9 224.0.0.1
    239.255.255.255 240.0.0.1 255.255.255.255 :: ::1 ::2 ::127.0.0.1 ::8.8.8.8 ::ffff:127.0.0.1
    ::ffff:10.0.0.1 ::ffff:169.254.169.254 ::ffff:0:127.0.0.1 64:ff9b::127.0.0.1
    64:ff9b::10.0.0.1 64:ff9b::169.254.169.254 64:ff9b:1::8.8.8.8 100::1 2001::1 2001:0:7f00:1::
    2001:2::1 2001:10::1 2001:20::1 2001:db8::1 2002:7f00:1:: 2002:a00:1:: 2002:808:808::
    3fff::1 5f00::1 fc00::1 fd00::1 fd00:ec2::254 fe80::1 fec0::1 ff02::1 ff0e::1 4000::1
"""
_OF_THE_INTERNET = """
    1.1.1.1 8.8.8.8 9.255.255.255 11.0.0.1 100.63.255.255 100.128.0.1 126.255.255.255 128.0.0.1
    172.15.255.255 172.32.0.1 192.167.255.255 192.169.0.1 198.17.255.255 198.20.0.1
    223.255.255.255 ::ffff:8.8.8.8 64:ff9b::8.8.8.8 2001:200::1 2606:4700:4700::1111
    2a00:1450:4001::1
"""


@pytest.mark.parametrize("address", _NOT_OF_THE_INTERNET.split())
def test_it_is_not_reached(address):
    assert not may_be_reached(read(address), ())


@pytest.mark.parametrize("address", _OF_THE_INTERNET.split())
def test_it_is_reached(address):
    assert may_be_reached(read(address), ())


def test_a_network_that_the_shop_names_is_reached_and_no_other():
    private = (ip_network("10.1.0.0/16"), ip_network("fd00::/8"))
    for address in ("10.1.2.3", "::ffff:10.1.2.3", "fd00::1"):
        assert may_be_reached(read(address), private)
    for address in ("10.2.0.1", "127.0.0.1", "fe80::1", "169.254.169.254"):
        assert not may_be_reached(read(address), private)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "example.org",
        "ftp://example.org/",
        "file:///etc/passwd",
        "gopher://example.org/",
        "javascript:alert(1)",
        "https:///hook",
        "https://",
        "https://?",
        "https://example.org/#part",
        "https://exa mple.org/",
        "https://example.org/a b",
        "https://example.org\\@evil.example/",
        "https://example.org/\\evil",
        "https://user@example.org/",
        "https://user:secret@example.org/",
        "https://127.0.0.1@example.org/",
        "https://example.org:0/",
        "https://example.org:22/",
        "https://example.org:25/",
        "https://example.org:65536/",
        "https://example.org:99999999999/",
        "https://example.org:-1/",
        "https://example.org:４４３/",
        "https://example..org/",
        "https://.example.org/",
        "https://-/",
        "https://exa%6dple.org/",
        "https://[::1/",
        "https://::1/",
        "https://[fe80::1%25eth0]/",
        "https://[v1.x]/",
        "https://127.0.0.1/",
        "https://127。0。0。1/",
        "https://[::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://[::ffff:7f00:1]/",
        "https://169.254.169.254/latest/meta-data/",
        "https://10.0.0.8:8443/",
        "https://0.0.0.0/",
        "https://exa\0mple.org/",
        "https://exa\nmple.org/",
        "https://example.org/\r\nX-Evil: 1",
        "https://example.org/\udcff",
        "https://" + "a" * 300 + ".org/",
        "https://example.org/" + "a" * 2000,
        "https://\u200b/",
        "https://ex\u00adample.org\u2028/",
    ],
)
def test_such_an_address_is_not_taken(make_desk, url):
    make_desk()
    draft = actions.WebhookDraft("Chat", url, ["ticket.opened"], may_be_plain=True)
    with pytest.raises(Invalid) as refused:
        actions.make(DESK, draft)
    assert list(refused.value.fields) == ["url"]


def test_the_desk_itself_is_not_taken(make_desk):
    make_desk(HELPDESK_BASE_URL="https://help.shop.example")
    for url in (
        "https://help.shop.example/backend",
        "https://HELP.shop.example.:443/",
        "http://help.shop.example/",
    ):
        with pytest.raises(HelpdeskError, match="itself"):
            target_of(url)


@pytest.mark.parametrize(
    ("url", "meant"),
    [
        ("https://Example.ORG", "https://example.org/"),
        ("  https://example.org./hook ", "https://example.org/hook"),
        ("HTTPS://example.org:443/a?b=c", "https://example.org/a?b=c"),
        ("https://example.org?b=c", "https://example.org/?b=c"),
        ("https://example.org:8443/", "https://example.org:8443/"),
        ("https://bücher.example/straße?q=ü", None),
        ("https://[2606:4700:4700:0::1111]/", "https://[2606:4700:4700::1111]/"),
        ("https://example.org/a%20b/~c;d", "https://example.org/a%20b/~c;d"),
        ("https://my_host.example/", "https://my_host.example/"),
    ],
)
def test_an_address_is_kept_in_one_spelling(make_desk, url, meant):
    make_desk()
    meant = meant or "https://xn--bcher-kva.example/stra%C3%9Fe?q=%C3%BC"
    assert target_of(url).url == meant
    assert target_of(meant).url == meant


def test_plain_http_is_only_taken_by_who_says_so(make_desk):
    make_desk()
    draft = actions.WebhookDraft("Chat", "http://example.org/", ["ticket.opened"])
    with pytest.raises(Invalid) as refused:
        actions.make(DESK, draft)
    assert "https" in refused.value.fields["url"][0]


def sent(url, private=OURS):
    """What comes of sending to *url*: the answer, or the reason why there is none."""
    try:
        return speaking.post(target_of(url), {"X-Test": "1"}, b"{}", private)
    except HelpdeskError as error:
        return error.message


def leading_to(monkeypatch, *answers):
    """Let each look-up of any name give the next of *answers*: lists of addresses."""
    asked = []
    left = list(answers)

    def look_up(host, port, **_options):
        asked.append(host)
        found = left.pop(0) if len(left) > 1 else left[0]
        return [
            (
                socket.AF_INET6 if ":" in one else socket.AF_INET,
                socket.SOCK_STREAM,
                6,
                "",
                (one, port, 0, 0) if ":" in one else (one, port),
            )
            for one in found
        ]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    return asked


@pytest.mark.parametrize(
    "name",
    [
        "localhost",
        "localhost.",
        "LOCALHOST",
        "ⓛⓞⓒⓐⓛⓗⓞⓢⓣ",
        "2130706433",
        "0x7f000001",
        "0x7f.1",
        "0177.0.0.1",
        "127.1",
        "127.0.1",
        "0",
    ],
)
def test_odd_spellings_of_this_machine_are_judged_by_where_they_lead(desk, receiver, name):
    """By the system's own resolver, which takes them all."""
    said = sent(f"http://{name}:{receiver.port}/", private=())
    assert receiver.calls == []
    assert "address of the internet" in said or "leads nowhere" in said


@pytest.mark.parametrize(
    "answers",
    [
        ["127.0.0.1"],
        ["10.0.0.1"],
        ["169.254.169.254"],
        ["1.1.1.1", "127.0.0.1"],  # one bad one among good ones
        ["2606:4700:4700::1111", "::1"],
        ["::ffff:127.0.0.1"],
        ["fe80::1%lo"],
        ["64:ff9b::7f00:1"],
    ],
)
def test_a_name_that_leads_inside_is_not_followed(desk, monkeypatch, receiver, answers):
    asked = leading_to(monkeypatch, answers)
    dialled = []
    monkeypatch.setattr(socket.socket, "connect", lambda _self, place: dialled.append(place))

    said = sent(f"http://hook.example:{receiver.port}/", private=())

    assert "address of the internet" in said
    assert (asked, dialled) == (["hook.example"], [])


def test_a_name_is_looked_up_once_and_the_judged_address_is_dialled(desk, monkeypatch, receiver):
    """The second answer would lead inside: nobody asks for it."""
    asked = leading_to(monkeypatch, ["127.0.0.7"], ["169.254.169.254"])
    places = []
    real = socket.socket.connect

    def connect(self, place):
        places.append(place)
        return real(self, ("127.0.0.1", place[1]))

    monkeypatch.setattr(socket.socket, "connect", connect)
    answer = sent(f"http://hook.example:{receiver.port}/a")

    assert answer.status == 200
    assert asked == ["hook.example"]
    assert places == [("127.0.0.7", receiver.port)]
    assert receiver.calls[0].headers["host"] == f"hook.example:{receiver.port}"


def test_a_public_address_of_this_machine_is_not_spoken_to(desk, monkeypatch, receiver):
    """Its name leads to an address that may be reached, but that is our own."""
    monkeypatch.setattr(speaking, "may_be_reached", lambda _address, _private: True)
    assert "own machine" in sent(f"http://127.0.0.1:{receiver.port}/", private=())
    assert receiver.calls == []


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_told_and_not_followed(desk, receiver, status):
    with receiving() as other:
        receiver.status, receiver.headers = status, {"Location": other.url}
        answer = sent(receiver.url)
        assert (answer.status, answer.to) == (status, other.url)
        assert other.calls == []


@pytest.mark.parametrize("name", ["http_proxy", "HTTP_PROXY", "https_proxy", "ALL_PROXY"])
def test_no_proxy_of_the_environment_is_asked(desk, monkeypatch, receiver, name):
    with receiving() as proxy:
        monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        assert sent(receiver.url).status == 200
        assert proxy.calls == []


@contextmanager
def talking(talk):
    """A server that hands each connection to *talk*."""
    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve():
            while True:
                try:
                    connection, _address = server.accept()
                except OSError:
                    return
                with connection, suppress(OSError):
                    talk(connection, over)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.getsockname()[1]}/"
        finally:
            over.set()
            server.shutdown(socket.SHUT_RDWR)
            thread.join()


@pytest.fixture
def impatient(monkeypatch):
    """So that what never ends is seen to be cut off."""
    monkeypatch.setattr(speaking, "WHOLE", 0.5)


def drip(pieces):
    def talk(connection, over):
        connection.recv(65536)
        for piece in pieces():
            if over.wait(0.02):
                return
            connection.sendall(piece)

    return talk


def for_ever(piece):
    while True:
        yield piece


def silent(connection, over):
    connection.recv(65536)
    over.wait(20)


def deaf(_connection, over):
    over.wait(20)


@pytest.mark.parametrize(
    ("talk", "why"),
    [
        (silent, "too long"),
        (deaf, "too long"),
        (drip(lambda: for_ever(b"H")), "too long"),
        (drip(lambda: (b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 120,)), "failed"),
        (drip(lambda: (b"HTTP/1.1 200 OK\r\nX-Long: " + b"a" * 1_000_000,)), "failed"),
        (drip(lambda: for_ever(b"HTTP/1.1 100 Continue\r\n\r\n" * 500)), "failed"),
        (drip(lambda: (b"not HTTP at all\r\n\r\n",)), "failed"),
        (drip(lambda: (b"HTTP/1.1 99999 \r\n\r\n",)), "failed"),
        (drip(lambda: ()), "failed"),
    ],
)
def test_an_answer_that_is_none_is_told_as_the_reason(desk, impatient, talk, why):
    with talking(talk) as url:
        assert why in sent(url), sent(url)


@pytest.mark.parametrize(
    "pieces",
    [
        lambda: (b"HTTP/1.1 200 OK\r\n\r\n", *[b"a" * 100_000] * 50),
        lambda: (b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n" + b"a" * 5000,),
        lambda: (
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
            *[b"1000\r\n" + b"a" * 4096 + b"\r\n"] * 50,
        ),
    ],
)
def test_of_a_huge_answer_the_beginning_is_kept(desk, impatient, pieces):
    with talking(drip(pieces)) as url:
        answer = sent(url)
    assert (answer.status, answer.text) == (200, "a" * speaking.SHOWN)


@pytest.mark.parametrize(
    "pieces",
    [
        lambda: chain([b"HTTP/1.1 200 OK\r\n\r\n"], [b"a"] * 5, for_ever(b"")),
        lambda: (b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\naaaaa",),
        lambda: (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\naaaaa\r\nzz\r\n",),
    ],
)
def test_what_breaks_off_after_its_status_has_arrived(desk, impatient, pieces):
    with talking(drip(pieces)) as url:
        answer = sent(url)
    assert (answer.status, answer.text[:5]) == (200, "aaaaa")


def test_words_that_are_no_text_are_kept_as_text(desk, receiver):
    receiver.answer = b"\0\xff\xfe<script>alert(1)</script>"
    assert sent(receiver.url).text == "���<script>alert(1)</script>"


def test_a_certificate_must_be_good_and_for_this_name(desk, tmp_path, monkeypatch):
    leading_to(monkeypatch, ["127.0.0.1"])
    with receiving(certificate(tmp_path, "hook.example")) as receiver:
        url = f"https://hook.example:{receiver.port}/"
        assert "certificate is not good" in sent(url)  # made by nobody who is known
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "cert.pem"))
        assert sent(url).status == 200
        said = sent(f"https://other.example:{receiver.port}/")
        assert "certificate is not good" in said and "other.example" in said
        assert len(receiver.calls) == 1


def test_plain_words_to_a_tls_port_and_the_other_way_round(desk, tmp_path, receiver):
    assert "failed" in sent(f"https://127.0.0.1:{receiver.port}/")


def test_a_name_that_leads_nowhere(desk, monkeypatch):

    def look_up(*_args, **_options):
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    assert sent("https://hook.example/") == "The name hook.example leads nowhere."


def test_a_resolver_that_never_answers_is_not_waited_for(desk, monkeypatch):
    over = threading.Event()
    monkeypatch.setattr(speaking, "CONNECTING", 0.2)
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_options: [over.wait(30)][1:])
    try:
        assert "too long" in sent("https://hook.example/")
    finally:
        over.set()


def test_nobody_listens(desk):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    assert "failed" in sent(f"http://127.0.0.1:{port}/")
