"""Setting a mailbox up in a browser: its test is followed as it goes on, and can be read by all."""

from dataclasses import asdict

import pytest
from playwright.sync_api import expect

from helpdesk import clock
from helpdesk.accounts.models import DESK
from helpdesk.database import db, transaction
from helpdesk.mail.mailboxes import actions, checks
from helpdesk.mail.mailboxes.checking import Result, Step
from helpdesk.mail.mailboxes.drafts import MailboxDraft
from helpdesk.mail.models import MailboxCheck
from tests.browser.test_accessibility import complaints

pytestmark = pytest.mark.browser

NAME = Step(
    "imap", "resolve", Result.OK, "resolve", {"host": "h.example", "addresses": "192.0.2.1"}
)
REFUSED = Step(
    "imap", "connect", Result.BAD, "refused", {"host": "h.example", "port": 993}, "go <away>"
)


@pytest.fixture
def box(desk):
    draft = MailboxDraft(
        name="support",
        address="support@shop.example",
        imap_host="h.example",
        imap_user="me",
        imap_password="secret",
    )
    return actions.add(DESK, draft)


def add(box, *steps, ended=False):
    with transaction():
        check = db.session.get(MailboxCheck, box.id)
        check.steps = [asdict(step) for step in steps]
        check.ended_at = clock.now() if ended else None


def test_a_test_is_followed_without_loading_the_page_again(box, admin, open_page):
    page = open_page(f"/desk/settings/mail/{box.id}/test", admin)
    page.get_by_role("button", name="Test now").click()
    expect(page.get_by_text("The test goes on.")).to_be_visible()
    page.evaluate("window.stays = true")
    add(box, NAME)
    expect(page.get_by_text("h.example is 192.0.2.1.")).to_be_visible()
    assert complaints(page) == []
    add(box, NAME, REFUSED, ended=True)
    expect(
        page.get_by_role("status").filter(has_text="Something does not work yet")
    ).to_be_visible()
    expect(page.get_by_text("h.example takes no connections on port 993.")).to_be_visible()
    expect(page.get_by_text("go <away>")).to_be_visible()
    expect(page.get_by_role("button", name="Test again")).to_be_visible()
    assert page.evaluate("window.stays") is True
    assert complaints(page) == []
    assert page.complaints == []


def test_without_scripts_the_page_looks_again_by_itself(box, admin, open_page):
    checks.begin(DESK, box)
    page = open_page(f"/desk/settings/mail/{box.id}/test", admin, javascript=False)
    expect(page.get_by_text("The test goes on.")).to_be_visible()
    add(box, NAME, REFUSED, ended=True)
    expect(page.get_by_text("Something does not work yet")).to_be_visible()


def test_one_log_in_for_both_hides_the_other(box, admin, open_page):
    page = open_page(f"/desk/settings/mail/{box.id}", admin)
    other = page.locator("#smtp_user")
    expect(other).to_be_hidden()
    page.get_by_label("Log in as for fetching").uncheck()
    expect(other).to_be_visible()


def test_a_mailbox_that_fails_stands_over_the_desk(box, admin, desk, open_page):
    with transaction():
        box.failing_since, box.last_error = clock.now(), "The password was refused. " * 30
    desk.ticket(desk.user(), "Broken lamp")
    for width in (1440, 390):
        page = open_page("/desk/views/open", admin, viewport={"width": width, "height": 800})
        expect(page.get_by_role("region", name="Mail")).to_contain_text("The password was refused.")
        expect(page.get_by_role("link", name="Broken lamp")).to_be_in_viewport()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert complaints(page) == []
    page.get_by_role("link", name="Look at it: support@shop.example").click()
    expect(page.get_by_role("heading", name="Not tested yet")).to_be_visible()
