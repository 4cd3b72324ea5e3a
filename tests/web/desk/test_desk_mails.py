"""A mail's own pages: what became of it, its source, its words; and the mails that are held."""

import re
from email.message import EmailMessage
from email.policy import SMTP

import pytest

from helpdesk import jobs
from helpdesk.database import db, transaction
from helpdesk.mail.models import Outcome, ReceivedMail
from helpdesk.tickets import queries
from tests.desk import PNG
from tests.mail.letters import fresh, letter
from tests.mail.rows import came_by_mail, damage, received

HTML = (
    '<p onclick="steal()">Two <b>pieces</b></p><script>steal()</script>'
    '<img src="https://tracker.example/1.png"><img src="cid:lamp@x">'
    '<a href="javascript:steal()">a</a><form action="/desk/x"><input></form>'
    "<style>@import url(//evil.example)</style>"
)


def with_picture(html=HTML, picture=PNG):
    """A mail of formatted words and a picture that they show."""
    message = EmailMessage(policy=SMTP)
    message["From"], message["Subject"] = "alice.moor@shop.example", "Broken lamp"
    message.set_content(html, subtype="html")
    message.add_related(picture, "image", "png", cid="<lamp@x>")
    return message.as_bytes()


@pytest.fixture
def mail(desk, alice, agent):
    """Makes a mail on a ticket of Alice's: ``mail(content)``."""

    def make(content=None, **columns):
        message = queries.conversation(agent, desk.ticket(alice))[0]
        return came_by_mail(message, content, **columns).received

    return make


def test_the_original_is_what_came(desk, agent, mail):
    content = letter("Grüße \N{SNOWMAN}", X_Odd="a\tb")
    row = mail(content)
    answer = desk.browser(agent).get(f"/desk/mail/{row.id}/original")
    assert answer.data == content
    assert answer.content_type == "message/rfc822"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert f"mail-{row.id}.eml" in answer.headers["Content-Disposition"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"


def test_its_page_says_what_became_of_it(desk, agent, mail):
    row = mail(letter("</pre><script>alert(1)</script>", X_Evil='"><b>'))
    page = desk.browser(agent).get(f"/desk/mail/{row.id}").text
    assert "New ticket" in page
    assert f'href="/desk/tickets/{row.ticket_id}#message-{row.filed_as_id}"' in page
    assert row.sha256 in page
    assert "X-Evil: &#34;&gt;&lt;b&gt;" in page
    assert "<script>alert" not in page


def test_headers_end_after_a_hundred_lines_and_the_source_after_200_kb(desk, agent, mail):
    headers = {f"X_Line_{number}": "x" for number in range(150)}
    page = desk.browser(agent).get(f"/desk/mail/{mail(letter('y' * 300_000, **headers)).id}").text
    shown = re.search(r'<pre class="mail-source"[^>]*>(.*?)</pre>', page, re.DOTALL)[1]
    assert len(shown.splitlines()) == 100
    assert "There are more of them" in page
    assert "This is its beginning" in page
    assert len(page) < 260_000


@pytest.mark.parametrize(
    "content",
    [b"", b"\0\xff\r\r\r\n", b"From: " + b"x" * 500_000, "\u202eevil".encode(), b"\n\nwords"],
    ids=["empty", "bytes", "one line", "direction", "no headers"],
)
def test_any_bytes_are_shown(desk, agent, content):
    row = received(content, outcome=Outcome.HELD, subject="", sender="", reason="Unreadable")
    browser = desk.browser(agent)
    page = browser.get(f"/desk/mail/{row.id}")
    assert page.status_code == 200
    assert "\0" not in page.text
    assert "\u202e" not in page.text
    assert browser.get(f"/desk/mail/{row.id}/original").data == content
    assert browser.get(f"/desk/mail/{row.id}/html").status_code in (200, 404)


def test_a_damaged_file_is_told(desk, agent, mail):
    row = mail()
    damage(row.sha256)
    browser = desk.browser(agent)
    assert "The file of this mail is damaged." in browser.get(f"/desk/mail/{row.id}").text
    assert browser.get(f"/desk/mail/{row.id}/original").status_code == 404
    assert browser.get(f"/desk/mail/{row.id}/html").status_code == 404


def test_formatted_words_can_do_nothing(desk, agent, mail):
    row = mail(with_picture())
    answer = desk.browser(agent).get(f"/desk/mail/{row.id}/html/body")
    body = answer.text.partition("<body>")[2]
    assert "<b>pieces</b>" in body
    for evil in ("script", "steal", "tracker", "form", "evil", "javascript"):
        assert evil not in body, evil
    assert re.search(r'<img[^>]* src="data:image/png;base64,', body)
    policy = answer.headers["Content-Security-Policy"]
    rules = dict(rule.strip().partition(" ")[::2] for rule in policy.split(";"))
    assert rules["default-src"] == "'none'"
    assert rules["img-src"] == "data:"
    assert rules["sandbox"] == "allow-popups allow-popups-to-escape-sandbox"
    assert rules["frame-ancestors"] == "'self'"
    assert "unsafe" not in policy
    assert answer.headers["Referrer-Policy"] == "no-referrer"


def test_pictures_of_others_come_only_when_asked_for(desk, agent, mail):
    row = mail(with_picture(HTML + '<img src="http://tracker.example/2.png">'))
    browser = desk.browser(agent)
    page = browser.get(f"/desk/mail/{row.id}/html")
    assert "frame-src 'self'" in page.headers["Content-Security-Policy"]
    assert 'sandbox="allow-popups allow-popups-to-escape-sandbox"' in page.text
    assert "Show pictures" in page.text
    assert "tracker.example" not in page.text
    shown = browser.get(f"/desk/mail/{row.id}/html?pictures=1").text
    assert f"/desk/mail/{row.id}/html/body?pictures=1" in shown
    answer = browser.get(f"/desk/mail/{row.id}/html/body?pictures=1")
    assert 'src="https://tracker.example/1.png"' in answer.text
    assert 'src="http:' not in answer.text
    assert "img-src data: https:" in answer.headers["Content-Security-Policy"]


def test_a_mail_without_formatted_words_says_so(desk, agent, mail):
    assert desk.browser(agent).get(f"/desk/mail/{mail().id}/html").status_code == 404


def test_a_picture_that_is_none_is_left_out(desk, agent, mail):
    content = with_picture(picture=b"<svg onload='steal()'></svg>")
    body = desk.browser(agent).get(f"/desk/mail/{mail(content).id}/html/body").text
    assert "data:image" not in body


def test_held_mail_is_in_the_side_bar_only_where_there_is_some(desk, agent, read):
    browser = desk.browser(agent)
    page = read(browser, "/desk/views/open")
    assert "Held mail" not in page.text
    for number in range(2):
        received(outcome=Outcome.HELD, subject=f"Odd {number}", reason="Nested too deep.")
    assert read(browser, "/desk/views/open").counts["Held mail"] == 2
    page = read(browser, "/desk/mail/held").text
    assert page.index("Odd 1") < page.index("Odd 0")
    assert "Nested too deep." in page
    assert "/desk/mail/held" in browser.get("/desk/changes").json["counts"]


def test_held_mail_has_pages(desk, agent, read):
    for number in range(60):
        received(b"x", outcome=Outcome.HELD, subject=f"Odd {number}.")
    browser = desk.browser(agent)
    first = read(browser, "/desk/mail/held")
    second = read(browser, first.link("next"))
    assert "Odd 10." in first.text
    assert "Odd 9." not in first.text
    assert "Odd 9." in second.text
    assert second.link("next") is None
    assert "Odd 59." in read(browser, second.link("prev")).text


def test_a_held_mail_is_filed_by_a_button(desk, agent):
    row = received(letter(subject="A chair"), outcome=Outcome.HELD, reason="Something was wrong.")
    browser = desk.browser(agent)
    page = browser.get(f"/desk/mail/{row.id}").text
    assert "Try again" in page
    assert "Something was wrong." in page
    answer = browser.post(f"/desk/mail/{row.id}/retry", data={"as_new": "yes"})
    assert answer.location == f"/desk/mail/{row.id}"
    jobs.run_due(desk.app)
    row = fresh(row)
    assert row.outcome is Outcome.TICKET
    assert queries.get(agent, row.ticket_id).subject == "A chair"
    browser.post(f"/desk/mail/{row.id}/retry")
    assert "filed already" in browser.get(f"/desk/mail/{row.id}").text


def test_other_staff_see_a_mail_only_where_it_is_theirs_to_see(desk, agent, admin):
    ignored = received(outcome=Outcome.IGNORED, reason="A list.")
    held = received(outcome=Outcome.HELD)
    for path in ("", "/original"):
        assert desk.browser(agent).get(f"/desk/mail/{ignored.id}{path}").status_code == 404
        assert desk.browser(admin).get(f"/desk/mail/{ignored.id}{path}").status_code == 200
        assert desk.browser(agent).get(f"/desk/mail/{held.id}{path}").status_code == 200
    for id_ in (0, 999_999, 2**63, 10**30):
        assert desk.browser(admin).get(f"/desk/mail/{id_}").status_code == 404


def test_copies_of_a_mail_name_each_other(desk, admin):
    row = received()
    copy = received(outcome=Outcome.DUPLICATE, duplicate_of_id=row.id, essence="e")
    with transaction():
        db.session.get_one(ReceivedMail, row.id).essence = "e"
    browser = desk.browser(admin)
    assert f'href="/desk/mail/{copy.id}"' in browser.get(f"/desk/mail/{row.id}").text
    assert f'href="/desk/mail/{row.id}"' in browser.get(f"/desk/mail/{copy.id}").text


def test_what_never_came_has_no_source(desk, admin):
    row = received(outcome=Outcome.FAILED, sha256="", size=0, reason="The server refused it.")
    page = desk.browser(admin).get(f"/desk/mail/{row.id}").text
    assert "The server refused it." in page
    assert "Download" not in page
    assert "Try again" not in page
