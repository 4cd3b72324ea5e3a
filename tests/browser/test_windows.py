"""Windows are lent from test to test: nobody finds what another has left in one."""

import pytest
from playwright.sync_api import expect

from tests.browser.windows import LASTING, Windows

pytestmark = pytest.mark.browser

LEAVE = """async () => {
    window.name = "left";
    localStorage.setItem("draft:1", "left");
    sessionStorage.setItem("flashes", "left");
    document.cookie = "left=1; path=/";
    const kept = indexedDB.open("left");
    await new Promise((resolve) => (kept.onsuccess = resolve));
    kept.result.close();
    await caches.open("left");
    addEventListener("message", () => (document.title = "left"));
    addEventListener("pagehide", () => localStorage.setItem("on-leaving", "left"));
}"""
LOOK = """async () => [
    window.name,
    ...Object.keys(localStorage),
    ...Object.keys(sessionStorage),
    document.cookie,
    ...(await indexedDB.databases()).map(({ name }) => name),
    ...(await caches.keys()),
    matchMedia("(prefers-color-scheme: dark)").matches,
    matchMedia("(prefers-reduced-motion: reduce)").matches,
    matchMedia("print").matches,
].filter(Boolean)"""


@pytest.fixture
def windows(chromium):
    """None that other tests have used."""
    windows = Windows(chromium)
    yield windows
    for window in windows.idle:
        window.context.close()


def lent(windows, desk, **options):
    return windows.lend(desk.url, options.pop("javascript", True), False, options)


@pytest.mark.parametrize("javascript", [True, False])
def test_the_next_test_finds_nothing_of_the_one_before(desk, agent, windows, javascript):
    window = lent(windows, desk, javascript=javascript)
    page, heard = window.page, []
    page.goto(f"{desk.url}/sign-in")
    if javascript:
        page.evaluate(LEAVE)
    window.context.add_cookies([{"name": "signed", "value": "in", "url": desk.url}])
    page.emulate_media(media="print", color_scheme="dark", reduced_motion="reduce")
    page.on("request", lambda event: heard.append(event))
    page.on("dialog", lambda event: heard.append(event))
    page.on("console", lambda event: heard.append(event))
    window.context.new_page().goto(f"{desk.url}/sign-in")
    windows.take_back(window)
    again = lent(windows, desk, javascript=javascript)
    assert again is window
    assert again.context.pages == [page]
    assert again.context.cookies() == []
    heard.clear()
    page.goto(f"{desk.url}/healthz")
    assert page.evaluate(LOOK) == []
    page.evaluate("console.log('heard?'); confirm('heard?'); dispatchEvent(new Event('message'))")
    expect(page).not_to_have_title("left")
    assert heard == []
    again.context.close()


STAYS = {
    "a route": lambda page: page.route("**/sign-in", lambda route: route.abort()),
    "a script": lambda page: page.add_init_script("window.left = true"),
    "a clock": lambda page: page.clock.install(),
    "another's clock": lambda page: page.context.clock.set_fixed_time(0),
    "no line": lambda page: page.context.set_offline(True),
    "a right": lambda page: page.context.grant_permissions(["notifications"]),
    "a size": lambda page: page.set_viewport_size({"width": 390, "height": 800}),
    "another place": lambda page: page.goto("about:blank"),
    "its end": lambda page: page.close(),
}


@pytest.mark.parametrize("do", STAYS.values(), ids=STAYS)
def test_what_stays_with_a_window_closes_it(desk, windows, do):
    window = lent(windows, desk)
    window.page.goto(f"{desk.url}/healthz")
    do(window.page)
    windows.take_back(window)
    assert windows.idle == []
    assert window.page.is_closed()


def test_who_asks_for_a_window_of_their_own_gets_one(desk, windows):
    usual = lent(windows, desk)
    usual.page.goto(f"{desk.url}/healthz")
    windows.take_back(usual)
    for own in (
        lent(windows, desk, viewport={"width": 390, "height": 800}),
        windows.lend(desk.url, True, True, {}),
        windows.lend(desk.url.replace("127.0.0.1", "localhost"), True, False, {}),
        lent(windows, desk, javascript=False),
    ):
        assert own is not usual
        own.context.close()


def test_two_at_once_are_two(desk, windows):
    first, second = lent(windows, desk), lent(windows, desk)
    assert first.context is not second.context
    for window in (first, second):
        window.page.goto(f"{desk.url}/healthz")
        windows.take_back(window)
    assert windows.idle == [first, second]


def test_all_that_stays_is_known(desk, windows):
    """A deed that a new version of playwright brings is looked at once: does it wear off?"""
    window = lent(windows, desk)
    for thing, kind in ((window.page, "page"), (window.context, "context")):
        found = {name for name in dir(type(thing)) if name.startswith(("add_", "set_", "route"))}
        wears_off = {"add_cookies", "add_script_tag", "add_style_tag", "set_content"}
        wears_off |= {"set_checked", "set_input_files", "set_storage_state"}
        assert found - wears_off - set(LASTING[kind]) == set()
    window.context.close()
