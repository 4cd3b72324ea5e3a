"""A desk on a real port, and a real browser with and without JavaScript."""

import socket
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from helpdesk.serving import Server
from tests.browser.program import FLAGS, MISSING
from tests.browser.program import chromium as find_chromium

PATIENCE = 30_000  # milliseconds, for a machine that is busy


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
    """*page* with a person at it, whose first move has brought all its scripts."""
    page.mouse.move(1, 1)
    page.locator("html.awake").wait_for()
    return page


@pytest.fixture
def open_page(chromium: Any, desk: Any) -> Iterator[Any]:
    """Opens a window: ``open_page("/tickets", user=alice, javascript=False)``.

    What the page's scripts complain of is in ``page.complaints``.
    """
    contexts = []

    def open_(path: str = "/", user: Any = None, javascript: bool = True, **options: Any) -> Any:
        context = chromium.new_context(base_url=desk.url, java_script_enabled=javascript, **options)
        contexts.append(context)
        context.set_default_timeout(PATIENCE)
        page = context.new_page()
        page.complaints = []
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        page.on("console", lambda message: _note(page, message))
        if user is not None:
            context.add_cookies([signed_in(desk, user)])
        page.goto(path)
        return page

    yield open_
    for context in contexts:
        context.close()


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
