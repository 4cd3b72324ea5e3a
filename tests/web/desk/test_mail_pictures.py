"""Pictures in the formatted words of a mail: shown where they stand, and never without an end."""

from email.message import EmailMessage
from email.policy import SMTP

from helpdesk.web.desk import mail_source
from helpdesk.web.desk.mail_source import html_of
from tests.desk import PNG


def formatted(html, picture=PNG):
    message = EmailMessage(policy=SMTP)
    message["From"], message["Subject"] = "eve@evil.example", "Look"
    message.set_content("Look")
    message.add_alternative(html, subtype="html")
    message.get_payload()[1].add_related(picture, "image", "png", cid="<lamp@evil.example>")
    shown = html_of(message.as_bytes(), remote=False)
    assert shown is not None
    return shown.html


def test_a_picture_that_came_along_is_shown_where_it_stands():
    html = formatted('<p>One <img src="cid:lamp@evil.example"> two</p>')
    assert html.count('<img src="data:image/png;base64,') == 1


def test_words_that_look_like_a_place_for_a_picture_are_words():
    html = formatted('<p>src="/inline/0" src="/inline/7"</p><img src="/inline/0">')
    assert 'src="/inline/0" src="/inline/7"' in html
    assert "data:" not in html


def test_a_picture_that_is_shown_a_thousand_times_fills_no_memory(monkeypatch):
    monkeypatch.setattr(mail_source, "SHOWN_BYTES", 10_000)
    html = formatted('<img src="cid:lamp@evil.example">' * 1000)
    assert 1 <= html.count("data:") < 1000
    assert len(html) < 30_000
