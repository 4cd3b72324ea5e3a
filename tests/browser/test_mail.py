"""Mail in a browser: the frame that can do nothing, and what is folded and chosen beside it."""

from email.message import EmailMessage
from email.policy import SMTP

import pytest
from playwright.sync_api import expect

from helpdesk.tickets import queries
from tests.browser.conftest import awake, until
from tests.desk import PNG
from tests.mail.rows import came_by_mail

pytestmark = pytest.mark.browser

both_ways = pytest.mark.parametrize("javascript", [True, False], ids=["script", "no script"])
ROBERT = {"name": "Robert", "email": "robert@friends.example"}
TRACKER = "https://tracker.example/pixel.png"


def formatted(html):
    """A mail of *html*, with a picture that it shows by ``cid:lamp@x``."""
    message = EmailMessage(policy=SMTP)
    message["From"], message["Subject"] = "alice.moor@shop.example", "Broken lamp"
    message.set_content(html, subtype="html")
    message.add_related(PNG, "image", "png", cid="<lamp@x>")
    return message.as_bytes()


@pytest.fixture
def opening(desk, alice, agent):
    return queries.conversation(agent, desk.ticket(alice))[0]


def asked_of_others(page):
    """The requests of *page* to other servers, as they are made (none is answered)."""
    asked = []
    page.context.route(lambda url: "tracker.example" in url, lambda route: route.abort())
    page.on("request", lambda request: asked.append(request.url))
    return lambda: [url for url in asked if "tracker.example" in url]


def test_a_tracking_pixel_is_loaded_only_when_asked_for(agent, opening, open_page):
    html = f'<p>Two <b>pieces</b></p><img alt="lamp" src="cid:lamp@x"><img src="{TRACKER}">'
    mail = came_by_mail(opening, formatted(html), has_html=True)
    page = open_page("/desk", agent)
    asked = asked_of_others(page)
    page.goto(f"/desk/mail/{mail.received_id}/html")
    frame = page.frame_locator("iframe")
    expect(frame.get_by_text("pieces")).to_be_visible()
    lamp = frame.get_by_alt_text("lamp")
    until(page, lambda: lamp.evaluate("image => image.naturalWidth", timeout=0) == 1)
    assert asked() == []
    assert page.complaints == []
    page.get_by_role("link", name="Show pictures").click()
    expect(page.get_by_text("Pictures come from another server")).to_be_visible()
    until(page, lambda: asked() == [TRACKER])


def test_formatted_words_run_nothing_and_know_nothing(agent, opening, open_page):
    html = (
        "<script>document.body.innerHTML = 'taken'</script>"
        "<p onmouseover=\"document.body.innerHTML = 'taken'\">Hover</p>"
        '<a href="https://elsewhere.example/">Elsewhere</a>'
    )
    mail = came_by_mail(opening, formatted(html), has_html=True)
    page = open_page(f"/desk/mail/{mail.received_id}/html", agent)
    frame = page.frame_locator("iframe")
    frame.get_by_text("Hover").hover()
    expect(frame.get_by_text("Hover")).to_be_visible()
    link = frame.get_by_role("link", name="Elsewhere")
    assert link.get_attribute("target") == "_blank"
    body = next(one for one in page.frames if one.url.endswith("/html/body"))
    assert body.evaluate("origin") == "null", "it has no cookies, no storage, no page of ours"
    assert page.complaints == []


def test_the_frame_alone_is_as_harmless(agent, opening, open_page):
    mail = came_by_mail(opening, formatted("<p>Words</p>"), has_html=True)
    page = open_page(f"/desk/mail/{mail.received_id}/html/body", agent)
    expect(page.get_by_text("Words")).to_be_visible()
    assert page.evaluate("origin") == "null"


@both_ways
def test_earlier_words_unfold(desk, agent, opening, open_page, javascript):
    came_by_mail(opening, quoted="> As I wrote on Monday", signature="Alice")
    page = open_page(f"/desk/tickets/{opening.ticket_id}", agent, javascript)
    quoted = page.locator(".conversation").get_by_text("As I wrote on Monday")
    expect(quoted).to_be_hidden()
    page.get_by_text("Earlier words").click()
    expect(quoted).to_be_visible()
    assert page.complaints == []


@both_ways
def test_somebody_copied_follows_and_follows_no_more(desk, agent, opening, open_page, javascript):
    came_by_mail(opening, copied=[ROBERT])
    page = open_page(f"/desk/tickets/{opening.ticket_id}", agent, javascript)
    if javascript:
        awake(page)
    page.get_by_role("button", name="Let them follow: Robert").click()
    expect(page.locator(".conversation").get_by_text("gets the answers")).to_be_visible()
    followers = page.get_by_role("region", name="Followers")
    expect(followers.get_by_text("Robert")).to_be_visible()
    followers.get_by_role("button", name="Remove Robert").click()
    expect(page.get_by_text("They get no more answers.")).to_be_visible()
    expect(followers).to_have_count(0)
    page.locator(".flashes").get_by_role("button", name="Undo", exact=True).last.click()
    expect(followers.get_by_text("Robert")).to_be_visible()
    assert page.complaints == []


def test_what_a_mail_was_is_a_menu_in_the_head(desk, agent, opening, open_page):
    mail = came_by_mail(opening, remarks=["broken base64 in a part"], has_html=True)
    page = open_page(f"/desk/tickets/{opening.ticket_id}", agent)
    awake(page)
    page.locator(".mail-menu summary").click()
    expect(page.get_by_text("broken base64 in a part")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download the original").click()
    assert download.value.suggested_filename == f"mail-{mail.received_id}.eml"
    page.get_by_role("link", name="Headers and source").click()
    expect(page.get_by_role("heading", name="Headers")).to_be_visible()
    page.get_by_role("link", name="The ticket").click()
    page.wait_for_url(f"**/desk/tickets/{opening.ticket_id}*")
    assert page.complaints == []
