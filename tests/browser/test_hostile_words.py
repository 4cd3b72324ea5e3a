"""What people write is words on every page: hundreds of attacks wherever words show, and a browser.

All texts of a desk are attacks, one beginning with another than the next. No dialog opens, the
policy has nothing to complain of, nothing is asked of another host, and no element or attribute is
on the page that we didn't put there.
"""

from functools import partial
from itertools import count
from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa

from helpdesk.accounts import sessions
from helpdesk.accounts.models import DESK
from helpdesk.database import db, transaction
from helpdesk.people.actions import add_company
from helpdesk.tickets import actions, queries
from helpdesk.tickets.actions import Changes
from helpdesk.tickets.models import Format
from tests.browser.conftest import awake, until
from tests.browser.test_accessibility import NO_PAGES, meant_for
from tests.mail.letters import letter
from tests.mail.rows import came_by_mail
from tests.security.payloads import PAYLOADS, blocks, lines
from tests.test_access import address, pages, people, world

__all__ = ["people", "world"]  # fixtures
pytestmark = pytest.mark.browser

# Wherever somebody's words are kept that a page shows.
TEXTS = {
    "categories": ["name"],
    "companies": ["name"],
    "custom_fields": ["label"],
    "shop": ["name"],
    "tags": ["name"],
    "mail_templates": ["subject"],
    "mailboxes": ["name", "sender_name", "signature", "last_error", "smtp_error", "imap_folder"],
    "users": ["name"],
    "api_tokens": ["name"],
    "devices": ["user_agent", "ip"],
    "sessions": ["user_agent", "ip"],
    "passkeys": ["name"],
    "jobs": ["last_error"],
    "macros": ["folder", "name"],
    "saved_replies": ["folder", "name", "body"],
    "saved_views": ["name"],
    "tickets": ["subject", "last_words"],
    "attachments": ["file_name"],
    "customer_notes": ["body"],
    "field_values": ["text"],
    "outbox": ["recipient", "subject", "text", "said", "bounce"],
    "received_mails": ["reason", "sender", "subject", "message_id"],
    "mails_of_messages": ["sender", "quoted", "signature"],
}
LISTS = {"custom_fields": "choices", "mails_of_messages": "remarks"}
# Every element with what it has, as far as somebody's words could have put it there.
LOOK = r"""() => {
  const found = [];
  const bad = (element, why) => found.push(`${why}: ${element.outerHTML.slice(0, 200)}`);
  const ours = (url) => new URL(url, location.href).origin === location.origin;
  const addresses = ["href", "src", "action", "formaction", "data", "poster", "background",
    "xlink:href"];
  const never = `object, embed, base, applet, frame, frameset, marquee, math, style, portal, video,
    audio, meta[http-equiv], svg script, svg foreignObject, svg style, svg image, isindex, xmp,
    plaintext, listing, noscript *, font, [onbeforetoggle]`;
  for (const element of document.querySelectorAll(never)) bad(element, "an element");
  for (const element of document.querySelectorAll("script, link, img[src], iframe[src]")) {
    const { type, src: url = element.href } = element;
    if (element.tagName === "SCRIPT" && !url && type !== "importmap") bad(element, "inline");
    if (url && !/^(blob|data):/.test(url) && !ours(url)) bad(element, "from elsewhere");
  }
  for (const element of document.querySelectorAll("*")) {
    for (const { name, value } of element.attributes) {
      if (/^(on|hx-on|data-hx-|data-on)/.test(name) || name === "srcset") bad(element, name);
      if (name.startsWith("hx-") && /sign-out|evil/.test(value)) bad(element, name);
      if (!addresses.includes(name)) continue;
      const { protocol, origin } = new URL(value, location.href);
      if (!["http:", "https:", "mailto:", "blob:"].includes(protocol)) bad(element, protocol);
      if (name !== "href" && !ours(value)) bad(element, name);
      const leads = protocol !== "mailto:" && origin !== location.origin;
      if (leads && !/noopener|noreferrer/.test(element.rel)) bad(element, "rel");
    }
  }
  return found;
}"""


class Watched:
    """A window, and whatever happens in it that words must not bring about."""

    def __init__(self, page, url):
        self.page, self.bad = page, []
        self.host = urlsplit(url).netloc
        page.on("dialog", self._dialog)
        page.on("request", lambda request: self._request(request.url))
        page.on("popup", lambda popup: self.bad.append(f"a window: {popup.url}"))

    def _dialog(self, dialog):
        if dialog.type != "beforeunload":
            self.bad.append(f"a dialog: {dialog.message}")
        dialog.accept()

    def _request(self, url):
        parts = urlsplit(url)
        if parts.scheme not in ("data", "blob", "about") and parts.netloc != self.host:
            self.bad.append(f"a request: {url}")

    def look(self, where):
        """Fail with all that is wrong here."""
        wrong = [*self.bad, *self.page.complaints, *self.page.evaluate(LOOK)]
        assert wrong == [], (where, wrong[:5])


def poison():
    """Make all words of the desk attacks, whatever an action would have said to that."""
    number = count()
    with transaction():
        for name, columns in TEXTS.items():
            table = db.metadata.tables[name]
            key = [*table.primary_key.columns]
            for row in db.session.execute(sa.select(*key)).all():
                where = sa.and_(*(c == v for c, v in zip(key, row, strict=True)))
                values = {column: lines(37 * next(number)) for column in columns}
                if name in LISTS:
                    values[LISTS[name]] = [lines(37 * next(number)), PAYLOADS[next(number)]]
                # Names are found by how they begin, and two are never the same.
                values |= {c: f"{next(number)} {values[c]}" for c in ("name",) if c in values}
                db.session.execute(sa.update(table).where(where).values(**values))
    db.session.expire_all()


TRAPS = {
    "<img src=x onerror=alert(1)>": "onerror",
    "<script>alert(1)</script>": "inline",
    "<img src=https://evil.example/x>": "from elsewhere",
    "<a href=javascript:alert(1)>x</a>": "javascript:",
    "<a href=https://evil.example/>x</a>": "rel",
    "<form action=https://evil.example/></form>": "action",
    "<style>p{}</style>": "an element",
    "<div hx-get=/sign-out></div>": "hx-get",
    "<base href=https://evil.example/>": "an element",
}


def test_whoever_looks_sees_it(desk, open_page):
    """Else the tests below would tell nothing."""
    context = open_page("/healthz").context
    for trap, seen in TRAPS.items():
        page = context.new_page()
        page.complaints = []
        watched = Watched(page, desk.url)
        page.route("**/trap", partial(answered, trap))
        page.goto("/trap")
        with pytest.raises(AssertionError, match=seen):
            watched.look("/trap")


def answered(html, route):
    route.fulfill(content_type="text/html", body=html)


@pytest.fixture
def hostile(desk, people, world):
    """A desk with nothing but attacks in it: what the pages' addresses need."""
    customer, agent = people["customer"], people["agent"]
    add_company(DESK, "Hostile", [customer.email.partition("@")[2]])
    ticket = desk.ticket(customer, "Hostile", blocks(), files=[desk.file()])
    tagged = Changes(tags=("one", "two"), category_id=world["theirs"]["category_id"])
    actions.update(agent, ticket, tagged)
    actions.reply(agent, ticket, blocks(20), format=Format.MARKDOWN)
    actions.add_note(agent, ticket, blocks(40), format=Format.MARKDOWN)
    mail = letter(blocks(60), html=blocks(60), subject="x")
    came = came_by_mail(desk.reply(customer, ticket, blocks(80)), mail, has_html=True)
    sessions.open_session(people["admin"], "192.0.2.1", "x")
    poison()
    values = world["theirs"] | {"ticket_id": ticket.id, "received_id": came.received_id}
    found = queries.conversation(DESK, ticket)
    return values | {"message_id": found[-1].id, "id": ticket.id, "view": "all"}


def test_no_page_takes_words_for_more(desk, people, hostile, open_page):
    for role in ("nobody", "customer", "agent", "admin"):
        page = open_page("/healthz", people[role])
        watched, looked_at = Watched(page, desk.url), 0
        for rule, method, access in pages(desk.app):
            if method != "GET" or rule.endpoint in NO_PAGES or not meant_for(role, access):
                continue
            path = address(desk.app, rule, hostile)
            answer = page.goto(path)
            if "text/html" in answer.headers.get("content-type", ""):
                assert answer.status < 500, path
                watched.look(path)
                looked_at += 1
        assert looked_at > 4


def test_no_script_takes_words_for_more(desk, people, hostile, open_page):
    page = awake(open_page("/desk/views/all", people["agent"]))
    watched = Watched(page, desk.url)
    found_and_chosen(page, watched)
    page = awake(open_page(f"/desk/tickets/{hostile['ticket_id']}", people["agent"]))
    watched = Watched(page, desk.url)
    written(page, watched)
    until(page, lambda: desk.app.extensions["helpdesk.live"]._streams)
    ticket = queries.get(DESK, hostile["ticket_id"])
    desk.reply(people["customer"], ticket, f"The news. {blocks(200)}")
    page.get_by_text("The news.").first.wait_for()
    page.locator(".bell").first.click()
    watched.look("what has just come, and the notices")
    a_mail_as_it_was_formatted(page, watched, hostile["received_id"])


def found_and_chosen(page, watched):
    page.locator(".list-filters input[type=search]").fill("alert script onerror")
    page.locator(".row mark").first.wait_for()
    watched.look("what is found, marked")
    page.locator(".row-link").first.click()
    page.locator(".conversation .message").first.wait_for()
    watched.look("a ticket beside its list")
    page.keyboard.press("Control+k")
    page.keyboard.type("script")
    page.locator(".palette-item").nth(1).wait_for()
    watched.look("the palette")
    page.keyboard.press("Escape")
    page.keyboard.press("x")
    page.get_by_role("region", name="Selected tickets").wait_for()
    watched.look("the bar of those that are selected")
    page.keyboard.press("Escape")
    page.keyboard.press("e")
    page.locator("#flashes .alert").first.wait_for()
    watched.look("what was done, with its undo")


def written(page, watched):
    field = page.get_by_label("Message", exact=True)
    field.fill("")
    for sign in ("@", "/"):
        field.press_sequentially(sign)
        page.locator("[role=option]").first.wait_for()
        watched.look(f"what {sign} proposes")
        page.keyboard.press("Enter")
        watched.look(f"what {sign} puts in")
        field.fill("")
    field.fill(blocks(100))
    page.get_by_role("button", name="Preview").click()
    page.get_by_role("region", name="Preview").locator("p").first.wait_for()
    watched.look("the preview")


def a_mail_as_it_was_formatted(page, watched, received_id):
    page.goto(f"/desk/mail/{received_id}/html/body")
    assert "alert(1)" in page.content()
    page.evaluate("document.querySelector('head style').remove()")  # our own
    watched.look("the mail")
