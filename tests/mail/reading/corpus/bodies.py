"""Mails whose words are hard to get at: charsets, encodings, HTML, invitations."""

from base64 import b64encode

from .case import HEAD, Case, case, encoded, html, multipart, part, plain

_CALENDAR = (
    "BEGIN:VCALENDAR\nMETHOD:REQUEST\nBEGIN:VEVENT\nSUMMARY:Team\\, all of\n  us\n"
    "DTSTART;TZID=Europe/Berlin:20261125T100000\nLOCATION:Room 5\nEND:VEVENT\nEND:VCALENDAR\n"
)
_QP = b"Content-Transfer-Encoding: quoted-printable\n"
_B64 = b"Content-Transfer-Encoding: base64\n"


def _in(charset: str) -> bytes:
    return f'Content-Type: text/plain; charset="{charset}"\n'.encode()


CASES: list[Case] = [
    plain("utf8-unlabelled", "Grüße, 日本", words="Grüße, 日本"),
    plain("latin1-unlabelled", "Grüße".encode("latin-1"), words="Grüße"),
    plain("ascii-that-lies", "Grüße €".encode("cp1252"), head=_in("us-ascii"), words="Grüße €"),
    plain("latin1-that-is-cp1252", "“5 €”".encode("cp1252"), head=_in("iso-8859-1"), words="“5 €”"),
    plain("utf8-that-lies", "Grüße".encode("latin-1") * 3, head=_in("utf-8"), words_has="Gr"),
    plain("charset-unknown", "Grüße", head=_in("x-foo"), words="Grüße", remarks_has="x-foo"),
    plain("charset-of-an-attack", "abc", head=_in("unicode_escape"), words="abc"),
    plain("charset-with-a-path", "abc", head=_in("../../etc/passwd"), words="abc"),
    plain("charset-endless", "abc", head=_in("a" * 10_000), words="abc"),
    plain("gb18030", "你好，灯坏了".encode("gb18030"), head=_in("gb2312"), words="你好，灯坏了"),
    plain("gb18030-rare", "㐂𠀀".encode("gb18030"), head=_in("GB18030"), words="㐂𠀀"),
    plain(
        "iso-2022-jp",
        "ランプが壊れた".encode("iso2022_jp"),
        head=_in("ISO-2022-JP"),
        words="ランプが壊れた",
    ),
    plain(
        "iso-2022-jp-makers-characters",
        b"\x1b$B-!\x1b(B and \x1b(I6E\x1b(B",
        head=_in("iso-2022-jp"),
        words="① and ｶﾅ",
    ),
    plain("iso-2022-jp-unlabelled", "日本".encode("iso2022_jp"), words="日本"),
    plain("shift-jis", "①壊れた".encode("cp932"), head=_in("shift_jis"), words="①壊れた"),
    plain("korean", "똠방각하".encode("cp949"), head=_in("ks_c_5601-1987"), words="똠방각하"),
    plain("big5", "燈壞了".encode("big5"), head=_in("Big5"), words="燈壞了"),
    plain("koi8", "Лампа".encode("koi8-r"), head=_in("koi8-r"), words="Лампа"),
    plain("utf-16", "Grüße".encode("utf-16"), head=_in("utf-16"), words="Grüße"),
    plain("utf-7", b"Gr+APwA3w-e", head=_in("utf-7"), words="Grüße"),
    plain("controls", b"a\x00b\x08c\x1b[31md\x7f\n\tx", words="abc[31md\n\tx", files=[]),
    plain("decomposed", "Gru\u0308ße", words="Grüße"),
    plain("piled-marks", "a" + "\u0301\u0323" * 200_000, words_has="\u1ea1"),
    plain(
        "qp",
        b"Gr=C3=BC=\n=C3=9Fe =\n=3D",
        head=_in("utf-8") + _QP,
        words="GrüßE =".replace("E", "e"),
    ),
    plain("qp-broken", b"100 =ZZ sure=", head=_QP, words_has="sure"),
    plain("base64", b64encode("Grüße".encode()), head=_in("utf-8") + _B64, words="Grüße"),
    plain("base64-unpadded", b"SGVsbG8", head=_B64, words="Hello", remarks=()),
    plain(
        "base64-foreign", b"SG*Vs\nbG!8=\n", head=_B64, words="Hello", remarks_has="broken base64"
    ),
    plain(
        "base64-and-a-sentence", b"SGVsbG8=\nYou get this from a list\n", head=_B64, words="Hello"
    ),
    plain("base64-in-one-line", b"SGVs bG8g dGhl cmU=", head=_B64, words="Hello there"),
    plain("base64-cut", b"SGVsbG8gd", head=_B64, words="Hello", remarks_has="broken base64"),
    plain("base64-and-a-footer", b"SGVsbG8=\n_____\nlist-footer\n", head=_B64, words="Hello"),
    plain(
        "base64-that-is-none", b"Hello my dear friends\n", head=_B64, words="Hello my dear friends"
    ),
    plain("transfer-unknown", "Hello", head=b"Content-Transfer-Encoding: x-foo\n", words="Hello"),
    plain(
        "uuencoded",
        b"begin 644 a.txt\n%2&5L;&\\\n`\nend\n",
        head=b"Content-Transfer-Encoding: x-uuencode\n",
        words="Hello",
    ),
    plain("uuencoded-not", b"Hello", head=b"Content-Transfer-Encoding: uuencode\n", words="Hello"),
    plain(
        "flowed",
        "A line that \nflows on.\n> quoted \n> too\n\n-- \nAlice\n",
        head=b"Content-Type: text/plain; format=flowed\n",
        words="A line that flows on.",
        quoted_has="> quoted too",
        signature="-- \nAlice",
    ),
    plain(
        "flowed-from-one-depth-to-another",
        "Answer \n> quoted \n>> older \n> quoted again\nBye\n",
        head=b"Content-Type: text/plain; format=flowed\n",
        words="Answer\n> quoted\n>> older\n> quoted again\nBye",
    ),
    plain(
        "flowed-delsp",
        "日本 \n語\n",
        head=b"Content-Type: text/plain; charset=utf-8; format=flowed; delsp=yes\n",
        words="日本語",
    ),
    plain(
        "enriched",
        "<bold>Hello</bold> you",
        head=b"Content-Type: text/enriched\n",
        words="Hello you",
    ),
    plain("nul-under-text", b"\0\1\2\3" * 50, words="", files=["part-1.bin"]),
    html(
        "html-only",
        "<p>Hello&nbsp;<b>you</b>,<br>there</p><p>Bye</p>",
        words="Hello you,\nthere\n\nBye",
    ),
    html(
        "html-script", "<script>alert(1)</script><style>p{}</style><title>t</title>Hi", words="Hi"
    ),
    plain(
        "html-that-names-its-charset",
        '<meta http-equiv=x content="text/html; charset=windows-1251">Лампа'.encode("cp1251"),
        head=b"Content-Type: text/html\n",
        words="Лампа",
    ),
    plain(
        "html-that-is-wrong-about-its-charset",
        '<meta charset="windows-1251">Größe',
        head=b"Content-Type: text/html\n",
        words="Größe",
    ),
    html("html-list", "<ul><li>a<li>b<ol><li>c</ol></ul>", words="- a\n- b\n  1. c"),
    html(
        "html-links",
        '<a href="https://x.example/">x.example</a> <a href="https://y.example/z">here</a>',
        words="x.example here <https://y.example/z>",
    ),
    html(
        "html-table",
        "<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>",
        words="a  b\nc",
    ),
    html("html-pre", "<pre>a\n  b</pre>", words="a\n  b"),
    html("html-hidden", '<div style="display: none">preheader</div><p>Hi</p>', words="Hi"),
    html(
        "html-quote",
        "<p>Yes</p><div>On 24 Nov 2026, Shop wrote:</div><blockquote>Well?</blockquote>",
        words="Yes",
        quoted_has="> Well?",
    ),
    html("html-numbers-of-a-list", "<ol><li>a<li>b</ol>", words="1. a\n2. b"),
    html(
        "html-link-for-machines",
        f'<a href="https://x.example/{"a" * 400}">here</a>',
        words="here",
    ),
    html(
        "html-quote-between",
        "<p>Hi</p><blockquote><p>One?</p><p>Two?</p></blockquote><p>Yes</p>",
        words="Hi\n\n> One?\n>\n> Two?\n\nYes",
    ),
    html("html-unclosed", "<p>Hello <b>you <a href='x", words="Hello you"),
    html("html-comment-unclosed", "Hi <!-- there", words_has="Hi"),
    html("html-deep", "<div>" * 150_000 + "Hi", words="Hi"),
    html("html-links-deep", "<a><div>" * 100_000 + "Hi", words="Hi"),
    html("html-unclosed-quotes", '<a href="' * 100_000, words=""),
    html("html-less-thans", "Hi " + "<" * 900_000, words_has="Hi"),
    html("html-ampersands", "Hi " + "&" * 900_000, words_has="Hi"),
    html("html-numbers", f"Hi &#{'9' * 9000}; &#x{'f' * 9000};", words_has="Hi"),
    html("html-two-megabytes", "<p>Hi</p>" * 250_000, words_has="Hi", remarks_has="too long"),
    html("html-attributes", "<p " + "a=1 " * 200_000 + ">Hi", words="Hi"),
    html("html-empty", "", words="", html=""),
    case(
        "plain-says-see-html",
        HEAD
        + multipart(
            "alternative",
            [
                part("text/plain", "Your mail program does not support HTML."),
                part("text/html", "<p>Hello</p>"),
            ],
        ),
        words="Hello",
    ),
    case(
        "plain-empty",
        HEAD
        + multipart("alternative", [part("text/plain", " \n"), part("text/html", "<p>Hello</p>")]),
        words="Hello",
    ),
    case(
        "invitation-alone",
        HEAD + part("text/calendar; method=REQUEST", _CALENDAR),
        words="Team, all of us\n2026-11-25 10:00 Europe/Berlin\nRoom 5",
        files=["invitation.ics"],
    ),
    case(
        "invitation-with-words",
        HEAD
        + multipart(
            "alternative",
            [part("text/plain", "Please come"), encoded("text/calendar", _CALENDAR.encode())],
        ),
        words="Please come",
        files=["invitation.ics"],
    ),
    plain("text-two-megabytes", "words " * 400_000, words_len=1_000_000, files=["part-1.txt"]),
    plain("lines-a-million", "\n" * 1_000_000 + "Hi", words_has=""),
]
