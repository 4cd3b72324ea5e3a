"""The parser against what nobody wrote down: any bytes, and mails that were tampered with."""

import email
import time

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from helpdesk.mail.reading import Mail, Unreadable, guards, read
from helpdesk.mail.reading.message import Remarks
from helpdesk.mail.reading.showing import show_html
from helpdesk.mail.reading.structure import Part, Tree
from helpdesk.mail.reading.understanding import understood

from .corpus import CASES
from .corpus.case import HEAD, encoded, multipart, part
from .test_corpus import check_always

SMALL = [case.raw for case in CASES if len(case.raw) < 20_000]
BREAKERS = [
    *(b"\0", b"\r", b"\n", b"\n\n", b"\r\n\r\n", b"\xff", b"\x1b$B", b"=?utf-8?b?", b"?=", b"=\n"),
    *(
        b"--b\n",
        b"--b--\n",
        b"\n--b",
        b"<",
        b">",
        b'"',
        b"\\",
        b"(",
        b":",
        b";",
        b"> ",
        b"&#",
        b"\xed\xa0\x80",
    ),
    *(b"Content-Type: multipart/mixed; boundary=b\n\n", b"Content-Type: text/html\n\n"),
    *(b"Content-Transfer-Encoding: base64\n", b"charset=utf-7", b"charset=utf-16", b"<div hidden>"),
    *(b"Content-Type: message/delivery-status\n\n", b"Final-Recipient: rfc822;", b"<!--", b"-- \n"),
    *("\u202e".encode(), "e\u0301".encode(), b"On 1 wrote:\n", b"begin 644 x\n", b"format=flowed"),
]
CALM = settings(max_examples=150, suppress_health_check=list(HealthCheck))


def _survives(raw: bytes) -> None:
    """Whatever comes, a mail that keeps its promises or the one error that is allowed."""
    try:
        mail = understood(raw)
    except Unreadable as error:
        assert error.message.endswith(".")
        return
    assert isinstance(mail, Mail)
    check_always(mail)
    if mail.html:
        show_html(mail.html, {}, False)


@CALM
@given(st.binary(max_size=2000))
def test_any_bytes(raw):
    _survives(raw)


@CALM
@given(
    st.binary(max_size=2000),
    st.sampled_from(
        [
            "text/plain",
            "text/html",
            "text/calendar",
            "application/ms-tnef",
            "message/delivery-status",
            "multipart/mixed; boundary=b",
            "text/plain; charset=iso-2022-jp",
            "text/plain; format=flowed",
        ]
    ),
    st.sampled_from(["7bit", "base64", "quoted-printable", "x-uuencode"]),
)
def test_any_body_of_a_kind(body, kind, encoding):
    _survives(HEAD + part(kind, body, f"Content-Transfer-Encoding: {encoding}"))


@CALM
@given(
    st.text(max_size=500),
    st.sampled_from(
        [
            "From",
            "To",
            "Subject",
            "Date",
            "Message-ID",
            "References",
            "Content-Type",
            "Content-Disposition",
            "Content-Type: text/plain; charset",
        ]
    ),
)
def test_any_header(value, name):
    _survives(f"{name}: {value}\nSubject: x\n\nHello\n".encode("utf-8", "surrogatepass"))


@st.composite
def tampered(draw):
    """A mail of the corpus with pieces cut out, doubled, put in, or taken from another."""
    raw = draw(st.sampled_from(SMALL))
    for _ in range(draw(st.integers(1, 5))):
        at = draw(st.integers(0, len(raw)))
        end = min(len(raw), at + draw(st.integers(0, 60)))
        other = draw(st.sampled_from(SMALL))
        put = draw(
            st.one_of(
                st.sampled_from(BREAKERS),
                st.binary(max_size=8),
                st.just(raw[at:end] * 3),
                st.just(other[at:end]),
                st.just(other),
            )
        )
        raw = raw[:at] + put + raw[end:]
    return raw


@settings(CALM, max_examples=400)
@given(tampered())
def test_any_mail_that_was_tampered_with(raw):
    _survives(raw)


@CALM
@given(st.text(alphabet="<>/=\"' abpdivtrsc!-&;#x0\n", max_size=400))
@example('<a href="x>y</a>')
@example("<b><i></b></i><table><div></table>")
def test_any_html(text):
    _survives(HEAD + b"Content-Type: text/html; charset=utf-8\n\n" + text.encode())


def _shape(tree: Part) -> list[tuple[str, bytes]]:
    if tree.parts:
        return [leaf for inner in tree.parts for leaf in _shape(inner)]
    return [(tree.type, tree.body)]


@pytest.mark.parametrize(
    "raw",
    [
        case.raw
        for case in CASES
        if case.name
        in {
            "attachment",
            "boundary-crlf",
            "boundary-prefix-of-another",
            "invitation-with-words",
            "nested-fifty",
            "picture-inline",
            "plain-empty",
            "signed",
            "preamble-and-epilogue",
            "words-picture-words",
            "part-without-headers",
            "winmail",
        }
    ],
)
def test_it_finds_the_parts_that_the_standard_parser_finds(raw):
    ours = _shape(Tree(raw, Remarks()).read(0, len(raw)))
    leaves = [one for one in email.message_from_bytes(raw).walk() if not one.is_multipart()]
    theirs = [
        (one.get_content_type(), one.get_payload().encode("ascii", "surrogateescape"))
        for one in leaves
        if one.get_content_maintype() != "message"
    ]
    assert [leaf for leaf in ours if not leaf[0].startswith("message/")] == theirs


def test_fifty_megabytes_arrive_whole():
    content = bytes(range(256)) * 140_000
    raw = HEAD + multipart(
        "mixed", [part("text/plain", "Hello"), encoded("application/zip", content)]
    )
    assert 45_000_000 < len(raw) < guards.MOST_BYTES
    mail = read(raw)
    assert mail.words == "Hello"
    assert mail.files[0].content == content


def test_more_than_sixty_megabytes_are_refused_unread():
    with pytest.raises(Unreadable, match="60 MB"):
        read(HEAD + b"\n" + b"x" * guards.MOST_BYTES)


def test_what_we_did_not_think_of_is_unreadable_and_nothing_else(monkeypatch):
    def fail(*_args, **_more):
        raise RecursionError

    monkeypatch.setattr("helpdesk.mail.reading.quoting.split", fail)
    with pytest.raises(Unreadable, match="RecursionError"):
        read(HEAD + b"\nHello\n")


# Made where they are read: each is as large as a mail may be.
_LARGE = {
    "line-ends": lambda: HEAD + b"\n" * 59_000_000,
    "boundaries": lambda: _MIXED + b"--a\n" * 14_000_000,
    "headers-of-parts": lambda: _MIXED + (b"--a\n" + b"A:b\n" * 15_000 + b"\n") * 900,
    "html-of-parts": lambda: (
        _MIXED + (b"--a\nContent-Type: text/html\n\n" + b"<p>x" * 15_000 + b"\n") * 900
    ),
    "nested": lambda: (
        HEAD
        + b"".join(
            b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(99)
        )
        + b"x\n" * 28_000_000
    ),
}
_MIXED = HEAD + b"Content-Type: multipart/mixed; boundary=a\n\n"


@pytest.mark.slow
@pytest.mark.parametrize("name", [*_LARGE, *(case.name for case in CASES)])
def test_no_mail_takes_long(name):
    """No measure of speed, but of who never ends: the worst takes a second."""
    large = _LARGE.get(name)
    raw = large() if large else next(case.raw for case in CASES if case.name == name)
    before = time.process_time()
    try:
        mail = read(raw)
    except Unreadable:
        return
    if mail.html:
        show_html(mail.html, {}, True)
    assert time.process_time() - before < 60
