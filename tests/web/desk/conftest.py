"""What tests of the desk look for in its pages."""

import html
import re

import pytest


class Page:
    """A page as a person reads it."""

    def __init__(self, answer):
        self.answer, self.text = answer, answer.text

    @property
    def subjects(self):
        """The subjects in the list, from above, marked or not."""
        found = re.findall(r'<span class="row-subject" dir="auto">(.*?)</span>', self.text)
        return [html.unescape(re.sub("</?mark>", "", subject)) for subject in found]

    @property
    def counts(self):
        """The numbers in the side bar, by the names of their views."""
        side = self.text.partition('<div class="views">')[2].partition('<div class="side-foot">')[0]
        found = re.findall(
            r"<span(?: dir=\"auto\")?>([^<]+)</span>(?:<span class=\"count\">(\d+)</span>)?", side
        )
        return {name: int(count) for name, count in found if count}

    @property
    def total(self):
        """How many tickets the list says there are."""
        return int(re.search(r"data-total>(\d+)<", self.text)[1])

    def hidden(self, name):
        """The value of a hidden field."""
        tag = re.search(rf'<input[^>]* name="{name}"[^>]*>', self.text)[0]
        return html.unescape(re.search(r'value="([^"]*)"', tag)[1])

    def values(self, *names):
        """The values of several hidden fields, as a form sends them."""
        return {name: self.hidden(name) for name in names}

    def chosen(self, name):
        """What is selected in a choice."""
        # The filters of the list come first in a page, and have fields of the same names.
        choices = re.findall(rf'<select[^>]* name="{name}".*?</select>', self.text, re.DOTALL)
        return re.search(r'<option selected value="([^"]*)"', choices[-1])[1]

    def link(self, rel):
        """Where the link with this ``rel`` leads; None where there is none."""
        found = re.search(rf'rel="{rel}" href="([^"]+)"', self.text)
        return html.unescape(found[1]) if found else None


@pytest.fixture
def read():
    """Opens a page as somebody: ``read(browser, "/desk/views/open")``."""

    def read(browser, path, **options):
        answer = browser.get(path, **options)
        assert answer.status_code == 200, answer.text
        return Page(answer)

    read.page = Page
    return read


COMPOSER = ("once", "last_message_id", "seen_status", "seen_assignee")
PROPERTIES = ("seen_status", "seen_assignee", "seen_priority", "seen_category", "seen_tags")


@pytest.fixture
def compose(read):
    """Sends the composer of a page: ``compose(browser, ticket, page, message="…")``."""

    def compose(browser, ticket, page=None, **fields):
        page = page or read(browser, f"/desk/tickets/{ticket.id}")
        data = page.values(*COMPOSER) | {"kind": "reply", "reply_status": "pending"} | fields
        return browser.post(f"/desk/tickets/{ticket.id}/messages", data=data)

    return compose


@pytest.fixture
def save(read):
    """Sends the properties form of a page: ``save(browser, ticket, page, status="closed")``."""

    def save(browser, ticket, page=None, **fields):
        page = page or read(browser, f"/desk/tickets/{ticket.id}")
        seen = page.values(*PROPERTIES)
        data = seen | {name.removeprefix("seen_"): value for name, value in seen.items()} | fields
        return browser.post(f"/desk/tickets/{ticket.id}/update", data=data)

    return save
