"""Every page, light and dark, as axe-core sees it: nothing against WCAG 2.2 AA."""

from pathlib import Path

import pytest

from helpdesk.health import actions as health
from helpdesk.privacy.erasing import erase
from helpdesk.tickets import queries
from tests.test_access import ADMITTED, address, mail_of, pages, people, world

pytestmark = pytest.mark.browser

__all__ = ["people", "world"]  # fixtures

AXE = Path(__file__).parent / "vendor" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# What is no page: files, answers to scripts, addresses that only send on.
NO_PAGES = {
    "web.asset",
    "web.theme",
    "web.logo",
    "web.health",
    "web.accounts.passkey_for_second_step",
    "web.accounts.passkey_options",
    "web.accounts.passkey_to_sign_in",
    "web.accounts.start_over",
    "web.accounts.copy",
    "web.portal.file",
    "web.desk.customer_copy",
    "web.desk.file",
    "web.desk.home",
    "web.desk.mail_original",
    "web.desk.mail_html_body",
    "web.desk.new_notices",
    "web.desk.report_table",
}
OF_COLOURS = ["color-contrast", "link-in-text-block"]
# What is all right is told of in brief, and nothing by its selector: telling takes long, too. Style
# sheets are read anew for a rule alone that is none of these (css-orientation-lock).
LOOK = """async ([type, values]) => {
    const brief = { resultTypes: ["violations"], selectors: false, preload: { assets: ["media"] } };
    const found = await axe.run(document, { runOnly: { type, values }, ...brief });
    const told = (node) => `${node.html} ${node.failureSummary}`;
    return found.violations.map((one) => [one.id, one.help, one.nodes.map(told).slice(0, 3)]);
}"""
# Else a page that is open already takes the other colours on piece by piece.
AT_ONCE = """() => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync("*, ::before, ::after { transition: none !important }");
    document.adoptedStyleSheets.push(sheet);
}"""


def complaints(page, *only):
    """What axe has against *page*: by all rules, or by these *only*."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text())
    return page.evaluate(LOOK, ["rule", only] if only else ["tag", RULES])


def complaints_in_both(page):
    """What axe has against *page*, which stays open, for those who want it light or dark.

    What doesn't hang on colours is the same in the dark.
    """
    light = complaints(page)
    page.evaluate(AT_ONCE)
    page.emulate_media(color_scheme="dark")
    dark = [["in the dark", *one] for one in complaints(page, *OF_COLOURS)]
    page.emulate_media(color_scheme="light")
    return light + dark


@pytest.mark.parametrize("role", ["nobody", "customer", "agent", "admin"])
def test_nothing_keeps_anybody_out(desk, people, world, open_page, role):
    """All pages that are there for *role* and that nobody with fewer rights could look at."""
    ticket = desk.ticket(people["customer"], "Broken lamp", "It arrived *broken*.\n\n> As ordered")
    desk.note(people["agent"], ticket, "A regular")
    mail_of(queries.conversation(people["agent"], ticket)[0])
    desk.reply(people["agent"], ticket, "A new one leaves today.")
    values = world["theirs"] | {"version": "0"}
    if role == "customer":
        values |= {"id": ticket.id}
    page, looked_at = open_page("/", people[role], reduced_motion="reduce"), 0
    page.add_init_script(path=AXE)  # takes less than to bring it to each page
    for rule, method, access in pages(desk.app):
        if method != "GET" or rule.endpoint in NO_PAGES or not meant_for(role, access):
            continue
        path = address(desk.app, rule, values)
        answer = page.goto(path)
        if "text/html" not in answer.headers.get("content-type", ""):
            continue
        assert complaints_in_both(page) == [], (role, rule.endpoint, path)
        looked_at += 1
    assert looked_at > 2


def test_erasing_staff_and_proving_keep_nobody_out(desk, admin, agent, open_page):
    page = open_page("/account/prove", admin)
    assert complaints(page) == []
    path = f"/desk/settings/users/{agent.id}"
    page.goto(f"{path}/erase")
    assert complaints(page) == []
    erase(admin, agent, agent.email)
    for shown in (f"{path}/erasure", path):
        page.goto(shown)
        assert complaints(page) == []


def test_a_receipt_keeps_nobody_out(desk, admin, alice, open_page):
    erase(admin, alice, alice.email)
    page = open_page(f"/desk/customers/{alice.id}/erasure", admin)
    assert complaints(page) == []
    page.goto(f"/desk/customers/{alice.id}")
    assert complaints(page) == []


def test_what_the_doctor_found_keeps_nobody_out(desk, admin, open_page):
    found = {"group": "files", "name": ["attachments", {}], "about": "", "command": "helpdesk"}
    said = {"sentence": ["Some are missing.", {}]}
    levels = ("ok", "warning", "error")
    health.keep([found | said | {"level": level} for level in levels], is_deep=False)
    page = open_page("/desk/settings/health", admin, reduced_motion="reduce")
    assert complaints_in_both(page) == []
    page.goto("/desk/settings/shop")
    assert complaints(page) == []


def meant_for(role, access):
    first = next(one for one in ("nobody", "customer", "agent", "admin") if one in ADMITTED[access])
    return first == role
