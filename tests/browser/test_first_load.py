"""What a first visit costs: at most 40,000 bytes, all of them counted, and nothing moves.

Counted is what comes by itself in the first seconds, headers included: nobody moves, types or
clicks. What comes with the first move of a person (static/js/waking.js) is not needed for reading.
"""

import pytest

pytestmark = pytest.mark.browser

MOST = 40_000  # bytes
SECONDS = 3
SHIFTS = """
window.shifted = 0;
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) window.shifted += entry.value;
}).observe({ type: "layout-shift", buffered: true });
"""


def visit(page, path):
    """Open *path* with nothing in the cache: the bytes of each file, and how much moved."""
    browser, names, sizes = page.context.new_cdp_session(page), {}, {}
    browser.send("Network.enable")
    browser.send("Network.clearBrowserCache")
    browser.on("Network.requestWillBeSent", lambda one: names.update({one["requestId"]: one}))
    browser.on(
        "Network.loadingFinished",
        lambda one: sizes.update({one["requestId"]: one["encodedDataLength"]}),
    )
    page.add_init_script(SHIFTS)
    page.goto(path)
    page.wait_for_timeout(SECONDS * 1000)
    files = {names[id_]["request"]["url"]: round(size) for id_, size in sizes.items()}
    return files, page.evaluate("window.shifted")


def told(files):
    rows = sorted(files.items(), key=lambda one: -one[1])
    return "\n".join(
        f"{size:>7,} {url}" for url, size in [*rows, ("together", sum(files.values()))]
    )


@pytest.fixture
def shop(desk, alice, agent):
    """As much as a page of a list has, and a conversation."""
    lamps = desk.category("Lamps")
    desk.category("Desk lamps", lamps)
    words = "The second {} of my order came without its shade, and the bulb flickers. What now?"
    for number in range(45):
        desk.ticket(desk.user(), f"Lamp {number} flickers", words.format(f"lamp {number * 7}"))
    ticket = desk.ticket(alice, "Broken lamp")
    for number in range(4):
        desk.reply(agent, ticket, words.format(f"answer {number}"))
        desk.reply(alice, ticket, words.format(f"question {number}"))
    desk.note(agent, ticket, "A regular.")
    return ticket


@pytest.mark.parametrize(
    ("path", "who"),
    [
        ("/desk/views/all", "agent"),
        ("/desk/tickets/{id}?view=all", "agent"),
        ("/", "alice"),
        ("/tickets/new", "alice"),
        ("/tickets/{id}", "alice"),
        ("/", "nobody"),
    ],
)
def test_a_first_visit_is_light_and_still(shop, alice, agent, open_page, path, who):
    user = {"agent": agent, "alice": alice, "nobody": None}[who]
    page = open_page("/sign-in" if user is None else "/", user, is_first=True)
    page.goto("about:blank")
    files, shifted = visit(page, path.format(id=shop.id))
    assert len(files) > 5
    assert sum(files.values()) <= MOST, told(files)
    print(told(files))
    assert shifted < 0.01
    assert page.complaints == []


def test_scripts_come_with_the_first_move(shop, agent, open_page):
    page = open_page("/desk/views/all", agent, is_first=True)
    page.wait_for_timeout(500)
    assert page.locator("html.awake").count() == 0
    asked = []
    page.on("request", lambda request: asked.append(request.url.rpartition("/")[2]))
    page.locator(".row-link").first.click()  # waits for them, and is done then
    page.get_by_role("heading", name="Broken lamp", level=1).wait_for()
    assert "panes.js" in asked
    assert "editor.js" in asked
    assert "reports.js" not in asked
    assert page.evaluate("performance.getEntriesByType('navigation').length") == 1
    assert page.complaints == []
