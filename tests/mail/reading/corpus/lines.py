"""Mails whose headers are hostile or odd."""

from .case import ALICE, HEAD, Case, case, headed, plain

_LONG = b"".join(b" <%d@example.org>\n" % number for number in range(300))

CASES: list[Case] = [
    case("empty", b"", unreadable="empty"),
    case("only-blanks", b" \r\n\r\n \n", unreadable="empty"),
    case("no-headers", b"Just some words\nand more\n", unreadable="no header"),
    case("binary-rubbish", bytes(range(256)) * 20, unreadable="no header"),
    case("only-headers", HEAD, subject="Lamp", words="", files=[]),
    case("only-headers-cut", HEAD.rstrip(b"\n"), subject="Lamp", message_id="1@example.org"),
    headed("no-from", "Subject: Lamp", sender=None, subject="Lamp", words="Hello"),
    headed("from-without-address", "From: Alice\nSubject: Lamp", sender=None),
    headed("no-subject", ALICE, subject="", message_id="", date=None),
    headed("no-date", HEAD, date=None),
    headed("date-absurd", "Date: Mon, 99 Foo 9999 99:99:99 +9999\n" + "Subject: x", date=None),
    headed("date-of-1900", "Date: Mon, 1 Jan 1900 00:00:00 +0000", date=None),
    headed("date-overflows", "Date: Mon, 31 Dec 9999 23:59:59 -2359", date=None),
    headed(
        "date-without-zone",
        "Date: Wed, 25 Nov 2026 10:00:00 -0000",
        date_has="2026-11-25T10:00:00+00:00",
    ),
    headed(
        "date-in-another-zone",
        "Date: Wed, 25 Nov 2026 10:00:00 +0530 (IST)",
        date_has="2026-11-25T04:30:00+00:00",
    ),
    headed("id-without-brackets", "Message-ID: abc@example.org", message_id="abc@example.org"),
    headed("id-with-a-blank", "Message-ID: <abc\n @example.org>", message_id="abc@example.org"),
    headed("id-twice", "Message-ID: <1@x>\nMessage-ID: <2@x>", message_id="1@x"),
    headed("id-endless", f"Message-ID: <{'a' * 1500}@x>", message_id="a" * 998),
    headed("references-many", b"Subject: x\nReferences:" + _LONG, references_len=100),
    headed("in-reply-to-words", "In-Reply-To: your message of yesterday", in_reply_to=()),
    headed("in-reply-to-bare", "In-Reply-To: 9@shop.example", in_reply_to=("9@shop.example",)),
    headed(
        "in-reply-to-prose",
        'In-Reply-To: Your message of "Mon, 2 Nov" <9@shop.example>',
        in_reply_to=("9@shop.example",),
    ),
    headed(
        "from-twice", ALICE + b"From: Eve <eve@evil.example>", sender=("Alice", "alice@example.org")
    ),
    headed(
        "from-pretends",
        'From: "support@shop.example" <eve@evil.example>',
        sender=("support@shop.example", "eve@evil.example"),
    ),
    headed(
        "from-two-angles",
        "From: Alice <alice@example.org> <eve@evil.example>",
        sender=("Alice", "alice@example.org"),
    ),
    headed(
        "from-comma-in-name",
        'From: "Miller, Eva" <eva@Example.ORG>',
        sender=("Miller, Eva", "eva@example.org"),
    ),
    headed(
        "from-comment",
        "From: eva@example.org (Eva (of Bonn))",
        sender=("Eva (of Bonn)", "eva@example.org"),
    ),
    headed("from-bare", "From: eva@example.org", sender=("", "eva@example.org")),
    headed("from-daemon", "From: MAILER-DAEMON (Mail)", sender=None, automatic="robot"),
    headed(
        "from-comma-encoded",
        "From: =?utf-8?q?Miller=2C_Eva?= <eva@example.org>",
        sender=("Miller, Eva", "eva@example.org"),
    ),
    headed(
        "from-all-encoded",
        "From: =?utf-8?q?Eva_=3Ceva=40example=2Eorg=3E?=",
        sender=("Eva", "eva@example.org"),
    ),
    headed(
        "from-quoted-encoded",
        'From: "=?iso-8859-1?Q?J=F6rg?=" <j@example.org>',
        sender=("Jörg", "j@example.org"),
    ),
    headed(
        "to-a-group",
        "To: friends: a@x.example, Bea <b@x.example>;, c@x.example\nCc: undisclosed-recipients:;",
        to=[("", "a@x.example"), ("Bea", "b@x.example"), ("", "c@x.example")],
        cc=[],
    ),
    headed(
        "to-semicolons",
        "To: a@x.example; b@x.example",
        to=[("", "a@x.example"), ("", "b@x.example")],
    ),
    headed("to-thousands", b"To: " + b"a@x.example," * 8000, to=[("", "a@x.example")]),
    headed("to-parentheses", b"To: " + b"(" * 50_000 + b"\nSubject: x", to=[], subject="x"),
    headed("to-quotes", b"To: " + b'"\\' * 30_000 + b"\nSubject: x", to=[], subject="x"),
    headed("to-ats", b"To: " + b"@" * 90_000 + b"\nSubject: x", to=[]),
    headed("to-colons", b"To: a@b" + b":" * 90_000 + b"\nSubject: x", subject="x"),
    headed(
        "subject-newline-encoded",
        "Subject: =?utf-8?q?Hi=0D=0ABcc:_eve=40evil.example=0A=0A?=",
        subject="Hi Bcc: eve@evil.example",
    ),
    headed(
        "subject-character-cut-in-two",
        "Subject: =?utf-8?b?w7w=?= =?utf-8?q?=C3?=\n =?utf-8?q?=A4?=",
        subject="üä",
    ),
    headed(
        "subject-base64-cut-in-two",
        "Subject: =?utf-8?b?SGVsb?= =?utf-8?b?G8gd29ybGQ=?=",
        subject="Hello world",
    ),
    headed("subject-iso-2022-jp", "Subject: =?ISO-2022-JP?B?GyRCRnxLXDhsGyhC?=", subject="日本語"),
    headed(
        "subject-gb2312-that-is-gb18030",
        b"Subject: =?gb2312?B?6EXWvg==?=",
        subject=b"\xe8E\xd6\xbe".decode("gb18030"),
    ),
    headed("subject-unknown-charset", "Subject: =?x-foo?q?caf=C3=A9?=", subject="café"),
    headed("subject-with-language", "Subject: =?iso-8859-2*cs?q?=E8?=", subject="č"),
    headed("subject-rot13", "Subject: =?rot13?q?uryyb?=", subject="uryyb"),
    headed("subject-idna", "Subject: =?idna?q?" + "a" * 70_000 + "?=", subject_len=998),
    headed("subject-broken-word", "Subject: =?utf-8?b?!!!?= =?utf-8?x?a?= =?", subject_has="=?"),
    headed("subject-raw-utf8", "Subject: Größe", subject="Größe"),
    headed("subject-raw-latin1", b"Subject: Gr\xf6\xdfe", subject="Größe"),
    headed("subject-nul", b"Subject: a\x00b\x01c", subject="abc"),
    headed("subject-surrogate", "Subject: =?utf-8?b?7aCA?=", remarks=()),
    headed("subject-surrogate-utf7", "Subject: =?utf-7?q?+2AA-x?=", subject_has="x"),
    headed("subject-turned-round", "Subject: invoice\u202efdp.exe", subject="invoicefdp.exe"),
    headed(
        "name-right-to-left",
        "From: \u202b\u05d3\u05d5\u05d3 \u05db\u05d4\u05df\u202c <david@example.org>",
        sender=("\u05d3\u05d5\u05d3 \u05db\u05d4\u05df", "david@example.org"),
    ),
    headed("subject-folded", "Subject: one\n two\n\tthree", subject="one two three"),
    headed("subject-endless", b"Subject: " + b"x" * 900_000, subject_len=998),
    headed("subject-many-words", b"Subject: " + b"=?utf-8?q?a?= " * 20_000, subject_len=998),
    headed(
        "names-in-capitals",
        "FROM: a@x.example\nSUBJECT: Lamp",
        subject="Lamp",
        sender=("", "a@x.example"),
    ),
    headed(
        "line-without-colon",
        ALICE + b"this is no header\nSubject: Lamp",
        subject="Lamp",
        remarks_has="without a colon",
    ),
    case(
        "body-without-empty-line",
        ALICE + b"Subject: Lamp\nThis is the body already,\nwith a second line.\n",
        subject="Lamp",
        words="This is the body already,\nwith a second line.",
    ),
    case(
        "mbox-line",
        b"From alice@example.org Mon Nov 23 10:00:00 2026\n" + HEAD + b"\nHi\n",
        words="Hi",
    ),
    case("byte-order-mark", b"\xef\xbb\xbf" + HEAD + b"\nHi\n", words="Hi", subject="Lamp"),
    case("empty-lines-first", b"\r\n\r\n" + HEAD + b"\nHi\n", words="Hi", subject="Lamp"),
    case(
        "cr-only",
        (HEAD + b"\nHi\nthere\n").replace(b"\n", b"\r"),
        words="Hi\nthere",
        subject="Lamp",
    ),
    case(
        "crlf", (HEAD + b"\nHi\nthere\n").replace(b"\n", b"\r\n"), words="Hi\nthere", subject="Lamp"
    ),
    case("crlf-and-lf", HEAD.replace(b"\n", b"\r\n") + b"\nHi\n", words="Hi"),
    headed(
        "cr-in-a-header", b"Subject: a\rBcc: eve@evil.example", subject="a Bcc: eve@evil.example"
    ),
    headed("headers-ten-thousand", HEAD + b"X-A: b\n" * 10_000, subject="Lamp", remarks_has="2000"),
    case("headers-two-megabytes", HEAD + b"X-A: b\n" * 300_000 + b"\nHi\n", unreadable="header"),
    headed("header-name-endless", b"Subject: x\n" + b"a" * 5000 + b": b", subject="x"),
    headed(
        "delivered-to",
        "Delivered-To: Support@Shop.example\nX-Original-To: <sales@shop.example>",
        delivered_to=("support@shop.example", "sales@shop.example"),
    ),
    headed(
        "authentication-results",
        "Authentication-Results: mx.shop.example;\n dkim=pass\nAuthentication-Results: evil; dkim=pass",
        authentication_results=("mx.shop.example; dkim=pass", "evil; dkim=pass"),
    ),
    headed("received-often", b"Received: from a by b\n" * 80 + b"Subject: x", received_count=80),
    plain("type-rubbish", "Hello", head=b"Content-Type: ;;;===;\n", words="Hello"),
    plain("type-without-slash", "Hello", head=b"Content-Type: text\n", words="Hello"),
    plain("type-in-capitals", "<p>Hello</p>", head=b"CONTENT-TYPE: TEXT/HTML\n", words="Hello"),
]
