"""Mails whose parts are hostile or odd: nesting, boundaries, files and their names."""

import struct

from .case import HEAD, Case, case, encoded, multipart, part

_PNG = b"\x89PNG\r\n\x1a\n rubbish"


def _mixed(*parts: bytes) -> bytes:
    return HEAD + multipart("mixed", [part("text/plain", "Hello"), *parts])


def _named(name: str, disposition: str, expected: str, kind: str = "application/pdf") -> Case:
    """A file whose name is given so, and what it must be called."""
    raw = _mixed(encoded(kind, b"%PDF", f"Content-Disposition: {disposition}"))
    return case(f"name-{name}", raw, words="Hello", files=[expected])


def _nested(depth: int, *, closed: bool = True) -> bytes:
    opening = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\nContent-Type: text/plain\n\nHello\n"
        b"--b%d\n" % (number, number, number)
        for number in range(depth)
    )
    closing = b"".join(b"\n--b%d--\n" % number for number in reversed(range(depth)))
    return opening + part("text/plain", "deepest") + (closing if closed else b"")


def _attribute(level: int, kind: int, data: bytes) -> bytes:
    return struct.pack("<BHHI", level, kind, 0, len(data)) + data + b"\0\0"


def tnef(*, cut: bool = False) -> bytes:
    """A winmail.dat with words and one file."""
    name = b"report.pdf\0"
    props = struct.pack("<I", 1) + struct.pack("<HHII", 0x1E, 0x3707, 1, len(name))
    props += name + b"\0" * (-len(name) % 4)
    raw = struct.pack("<IH", 0x223E9F78, 1) + b"".join(
        (
            _attribute(1, 0x9007, struct.pack("<II", 1252, 0)),
            _attribute(1, 0x800C, b"Wrapped words\0"),
            _attribute(2, 0x9002, b"\0" * 14),
            _attribute(2, 0x8010, b"REPORT~1.PDF\0"),
            _attribute(2, 0x800F, b"%PDF"),
            _attribute(2, 0x9005, props),
        )
    )
    return raw[:-20] if cut else raw


_FORWARD = b"From: bob@example.org\nSubject: Old =?utf-8?q?n=C3=A4ws?=/x\n\nOld words\n"

CASES: list[Case] = [
    case("nested-two-thousand", HEAD + _nested(2000), words_has="Hello", remarks_has="nested"),
    case("nested-unclosed", HEAD + _nested(2000, closed=False), words_has="Hello"),
    case("nested-fifty", HEAD + _nested(50), words_has="deepest"),
    case(
        "nested-messages",
        HEAD + b"Content-Type: message/rfc822\n\n" * 3000 + b"Hi\n",
        words="",
        files_len=1,
    ),
    case(
        "boundary-missing",
        HEAD + b"Content-Type: multipart/mixed\n\n--b\nContent-Type: text/plain\n\nHello\n--b--\n",
        words="Hello",
        remarks_has="guessed",
    ),
    case(
        "boundary-wrong",
        HEAD
        + b"Content-Type: multipart/mixed; boundary=a\n\n--b\nContent-Type: text/plain\n\nHello\n--b--\n",
        words="Hello",
    ),
    case(
        "boundary-nowhere",
        HEAD + b"Content-Type: multipart/mixed; boundary=a\n\nHello\n",
        words="Hello",
        remarks_has="without parts",
    ),
    case(
        "boundary-never-closed",
        HEAD + b"Content-Type: multipart/mixed; boundary=a\n\n--a\n\nHello\n",
        words="Hello",
        remarks_has="last boundary",
    ),
    case(
        "boundary-empty",
        HEAD + b'Content-Type: multipart/mixed; boundary=""\n\nHello\n',
        words="Hello",
    ),
    case(
        "boundary-of-signs",
        HEAD
        + b'Content-Type: multipart/mixed; boundary="(.*)+$"\n\n--(.*)+$\n\nHello\n--(.*)+$--\n',
        words="Hello",
    ),
    case(
        "boundary-endless",
        HEAD + b"Content-Type: multipart/mixed; boundary=" + b"a" * 30_000 + b"\n\nHello\n",
        words_has="Hello",
    ),
    case(
        "boundary-prefix-of-another",
        HEAD
        + multipart(
            "mixed",
            [
                multipart("alternative", [part("text/plain", "Hello")], "bb"),
                part("text/plain", "Bye"),
            ],
            "b",
        ),
        words="Hello\n\nBye",
    ),
    case(
        "boundary-same-inside",
        HEAD + multipart("mixed", [multipart("mixed", [part("text/plain", "Hello")])]),
        words="Hello",
    ),
    case(
        "boundary-crlf",
        (
            HEAD
            + multipart(
                "mixed",
                [part("text/plain", "Hello"), encoded("image/png", _PNG, "Content-ID: <x>")],
            )
        ).replace(b"\n", b"\r\n"),
        words="Hello",
        files=[("part-2.png", "image/png", _PNG)],
    ),
    case(
        "boundaries-a-hundred-thousand",
        HEAD + b"Content-Type: multipart/mixed; boundary=a\n\n" + b"--a\n\nHi\n" * 100_000,
        words_has="Hi",
        remarks_has="more parts",
    ),
    case(
        "boundaries-almost",
        HEAD + b"Content-Type: multipart/mixed; boundary=a\n\n--a\n\nHi" + b"\n--ab" * 500_000,
        words_has="Hi",
    ),
    case(
        "multipart-of-nothing",
        HEAD + b"Content-Type: multipart/mixed; boundary=a\n\n--a--\n",
        words="",
        files=[],
    ),
    case(
        "preamble-and-epilogue",
        HEAD
        + multipart("mixed", [part("text/plain", "Hello")]).replace(
            b"\n\n--b", b"\n\npreamble\n--b", 1
        )
        + b"epilogue",
        words="Hello",
    ),
    case("part-without-headers", HEAD + multipart("mixed", [b"\nHello"]), words="Hello"),
    case(
        "attachment",
        _mixed(
            encoded("application/pdf", b"%PDF", 'Content-Disposition: attachment; filename="a.pdf"')
        ),
        words="Hello",
        files=[("a.pdf", "application/pdf", b"%PDF")],
    ),
    case(
        "attachment-of-text",
        _mixed(part("text/plain", "a;b", "Content-Disposition: attachment; filename=a.csv")),
        words="Hello",
        files=["a.csv"],
    ),
    case(
        "attachment-of-html",
        _mixed(
            part("text/html", "<script>x</script>", "Content-Disposition: inline; filename=x.html")
        ),
        words="Hello",
        html=None,
        files=["x.html"],
    ),
    case(
        "attachment-alone",
        HEAD + encoded("application/pdf", b"%PDF"),
        words="",
        files=["part-1.pdf"],
    ),
    case(
        "attachment-broken-base64",
        _mixed(part("image/png", b"iVBO!!Rw0KG==", "Content-Transfer-Encoding: base64")),
        files=["part-2.png"],
        remarks_has="broken base64",
    ),
    case(
        "words-picture-words",
        _mixed(encoded("image/png", _PNG), part("text/plain", "Bye")),
        words="Hello\n\nBye",
        files=["part-2.png"],
    ),
    case(
        "said-twice",
        HEAD
        + multipart(
            "mixed", [part("text/plain", "Hello you"), part("text/html", "<p>Hello <i>you</i></p>")]
        ),
        words="Hello you",
        html="<p>Hello <i>you</i></p>",
    ),
    case(
        "list-footer",
        HEAD
        + multipart(
            "mixed", [part("text/html", "<p>Hello</p>"), part("text/plain", "-- \nThe <list>")]
        ),
        words="Hello",
        signature_has="The <list>",
        html_has="&lt;list>",
    ),
    case(
        "picture-inline",
        HEAD
        + multipart(
            "related",
            [
                part("text/html", '<p>See <img src="cid:p@x"></p>'),
                encoded("image/png", _PNG, "Content-ID: <p@x>", "Content-Disposition: inline"),
            ],
        ),
        words="See",
        files=["part-2.png"],
        inline=[True],
    ),
    case(
        "picture-not-shown",
        HEAD
        + multipart(
            "related",
            [part("text/html", "<p>See</p>"), encoded("image/png", _PNG, "Content-ID: <p@x>")],
        ),
        words="See",
        inline=[False],
    ),
    case(
        "alternative-for-amp",
        HEAD
        + multipart(
            "alternative",
            [part("text/plain", "Hello"), part("text/x-amp-html", "<html amp4email>")],
        ),
        words="Hello",
        files=[],
    ),
    case(
        "words-with-a-name",
        HEAD + part('text/plain; name="body.txt"', "Hello", "Content-Disposition: inline"),
        words="Hello",
        files=[],
    ),
    case(
        "signed",
        HEAD
        + multipart(
            "signed",
            [
                part("text/plain", "Hello"),
                encoded(
                    "application/pkcs7-signature",
                    b"x",
                    "Content-Disposition: attachment; filename=smime.p7s",
                ),
            ],
        ),
        words="Hello",
        files=["smime.p7s"],
    ),
    case(
        "pgp-encrypted",
        HEAD
        + multipart(
            "encrypted",
            [
                part("application/pgp-encrypted", "Version: 1"),
                part(
                    "application/octet-stream",
                    "-----BEGIN",
                    "Content-Disposition: inline; filename=encrypted.asc",
                ),
            ],
        ),
        words="",
        files_len=2,
    ),
    case(
        "forwarded-message",
        _mixed(part("message/rfc822", _FORWARD)),
        words="Hello",
        files=[("Old näws_x.eml", "message/rfc822", _FORWARD.rstrip(b"\n") + b"\n")],
    ),
    case(
        "forwarded-in-base64",
        _mixed(encoded("message/rfc822", _FORWARD)),
        words="Hello",
        files=["Old näws_x.eml"],
    ),
    case(
        "digest",
        HEAD + multipart("digest", [b"\n" + _FORWARD, b"\n" + _FORWARD]),
        words="",
        files_len=2,
    ),
    case(
        "winmail",
        _mixed(
            encoded(
                "application/ms-tnef",
                tnef(),
                "Content-Disposition: attachment; filename=winmail.dat",
            )
        ),
        words="Hello\n\nWrapped words",
        files=[("report.pdf", "application/octet-stream", b"%PDF")],
    ),
    case(
        "winmail-alone",
        HEAD + encoded("application/ms-tnef", tnef()),
        words="Wrapped words",
        files=["report.pdf"],
    ),
    case(
        "winmail-cut",
        _mixed(encoded("application/ms-tnef", tnef(cut=True))),
        words="Hello",
        files=["winmail.dat"],
        remarks_has="winmail.dat",
    ),
    case(
        "winmail-of-rubbish",
        _mixed(encoded("application/ms-tnef", b"rubbish")),
        files=["winmail.dat"],
    ),
    _named("plain", 'attachment; filename="a b.pdf"', "a b.pdf"),
    _named("bare", "attachment; filename=a.pdf", "a.pdf"),
    _named("path", 'attachment; filename="../../etc/passwd"', "_.._etc_passwd"),
    _named("path-of-windows", 'attachment; filename="C:\\\\x\\\\y.pdf"', "C:_x_y.pdf"),
    _named("dots", 'attachment; filename=".."', "part-2.pdf"),
    _named("none", "attachment", "part-2.pdf"),
    _named("nul", 'attachment; filename="a\0b.pdf"', "ab.pdf"),
    _named("newline", 'attachment; filename="a\n\tb.pdf"', "a b.pdf"),
    _named("turned-round", 'attachment; filename="a\u202efdp.exe"', "afdp.exe"),
    _named("encoded", 'attachment; filename="=?utf-8?q?=C3=A4.pdf?="', "ä.pdf"),
    _named("rfc2231", "attachment; filename*=utf-8'de'%C3%A4.pdf", "ä.pdf"),
    _named(
        "rfc2231-sections",
        "attachment; filename*0*=utf-8''%C3%A4; filename*1=b; filename*2*=%2Epdf",
        "äb.pdf",
    ),
    _named("rfc2231-wins", "attachment; filename=x.pdf; filename*=utf-8''%C3%A4.pdf", "ä.pdf"),
    _named("rfc2231-unknown-charset", "attachment; filename*=x-foo''%C3%A4.pdf", "ä.pdf"),
    _named("raw-utf8", 'attachment; filename="ä.pdf"', "ä.pdf"),
    _named("unclosed", 'attachment; filename="a.pdf', "a.pdf"),
    _named(
        "endless",
        f'attachment; filename="{"x" * 5000}.pdf"',
        "x" * 196 + ".pdf",
    ),
]
