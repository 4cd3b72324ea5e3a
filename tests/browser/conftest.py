"""A desk on a real port, and a real browser with and without JavaScript."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import pytest

from helpdesk.serving import Server
from tests.browser.program import FLAGS, MISSING
from tests.browser.program import chromium as find_chromium
from tests.browser.windows import PATIENCE, Windows


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """Debian's chromium, started once."""
    program = find_chromium()
    if program is None:
        pytest.skip(MISSING)
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    playwright.expect.set_options(timeout=PATIENCE)
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=program, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def desk(make_desk: Any, port: socket.socket) -> Iterator[Any]:
    """The desk of the test, answering at ``desk.url``; forms need their tokens."""
    sock = port.dup()
    number = sock.getsockname()[1]
    desk = make_desk(HELPDESK_PORT=str(number))
    desk.app.config["WTF_CSRF_ENABLED"] = True
    desk.url = f"http://127.0.0.1:{number}"
    server = Server(desk.app, desk.app.config["HELPDESK"], sock)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield desk
    server.stop()
    thread.join(30)


def awake(page: Any) -> Any:
    """*page* with a person at it, whose first moves have brought all its scripts.

    One move may be none: a browser drops what is done before it has painted the page.
    """
    from playwright.sync_api import TimeoutError

    awoken = page.locator("html.awake")
    for second in range(1, PATIENCE // 1000):
        page.mouse.move(second, 1)
        with suppress(TimeoutError):
            awoken.wait_for(timeout=1000)
            return page
    awoken.wait_for()
    return page


@pytest.fixture(scope="session")
def windows(chromium: Any) -> Windows:
    return Windows(chromium)


@pytest.fixture
def open_page(windows: Windows, desk: Any) -> Iterator[Any]:
    """Opens a window: ``open_page("/tickets", user=alice, javascript=False)``.

    What the page's scripts complain of is in ``page.complaints``. Where *is_first* the browser has
    never seen a desk; else it may have kept what is the same at all of them.
    """
    lent = []

    def open_(
        path: str = "/",
        user: Any = None,
        javascript: bool = True,
        is_first: bool = False,
        **options: Any,
    ) -> Any:
        window = windows.lend(desk.url, javascript, is_first, options)
        lent.append(window)
        page = window.page
        page.complaints = []
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        page.on("console", lambda message: _note(page, message))
        if user is not None:
            window.context.add_cookies([signed_in(desk, user)])
        page.goto(path)
        return page

    yield open_
    for window in lent:
        windows.take_back(window)


def signed_in(desk: Any, user: Any) -> dict[str, str]:
    """The cookie of a browser in which *user* is signed in, without the two pages that it takes."""
    name = desk.app.config["SESSION_COOKIE_NAME"]
    value = desk.browser(user).get_cookie(name).value
    return {"name": name, "value": value, "url": desk.url}


def _note(page: Any, message: Any) -> None:
    """Keep what a script, the policy or the loader complains of, but for refused forms."""
    if message.type == "error" and "status of 4" not in message.text:
        page.complaints.append(message.text)


def until(page: Any, holds: Callable[[], bool]) -> None:
    """Wait until *holds*, for what no locator can wait for.

    (The pages' policy forbids ``eval``, which ``page.wait_for_function`` needs.)
    """
    for _ in range(PATIENCE // 50):
        if holds():
            return
        page.wait_for_timeout(50)
    raise AssertionError("It never came to that.")
