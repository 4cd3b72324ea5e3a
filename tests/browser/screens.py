"""Takes the pictures in docs/screens anew: ``python -m tests.browser.screens [NAME…]``.

A desk with the demo shop, one that is empty, and a request of 500-letter words, in the windows that
people have: wide, laptop, phone; light, dark; read from right to left.
"""

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.program import FLAGS
from tests.browser.program import chromium as find_chromium
from tests.started import Started, started, typed

FOLDER = Path(__file__).parents[2] / "docs" / "screens"
WIDE, LAPTOP, PHONE = (1440, 900), (1100, 760), (390, 844)
LONG = ("Donaudampfschifffahrtsgesellschaftskapitän" * 12)[:500]
TICKET = "The Fjell desk lamp arrived in two pieces"


class Studio:
    """A desk, and windows of those who are signed in at it."""

    def __init__(self, chromium: Browser, url: str, logins: dict[str, str]) -> None:
        self.chromium, self.url, self.logins = chromium, url, logins

    @contextmanager
    def window(
        self, path: str, role: str = "agent", size: tuple[int, int] = WIDE, **options: str
    ) -> Iterator[Page]:
        """The page at *path*, as somebody with this role sees it."""
        viewport = {"width": size[0], "height": size[1]}
        context = self.chromium.new_context(base_url=self.url, viewport=viewport, **options)
        page = context.new_page()
        page.goto("/sign-in")
        page.get_by_label("E-mail address").fill(f"{role}@demo.example")
        page.get_by_label("Password").fill(self.logins[role])
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url(lambda url: "/sign-in" not in url)
        page.goto(path)
        yield page
        context.close()

    def take(self, name: str, page: Page) -> None:
        page.wait_for_timeout(600)  # what comes after the page: icons of people, plots
        file = FOLDER / f"{name}.png"
        page.screenshot(path=file)
        if shutil.which("pngquant"):  # a third of the size, and nobody sees it
            subprocess.run(["pngquant", "--force", "--ext=.png", str(file)], check=True)
        print(f"{file.name}: {file.stat().st_size // 1024} kB")


def open_ticket(page: Page) -> None:
    page.locator(".row-link", has_text=TICKET).first.click()
    page.get_by_role("heading", name=TICKET).wait_for()


def desk(studio: Studio) -> None:
    with studio.window("/desk/views/open") as page:
        open_ticket(page)
        studio.take("desk-wide", page)
        page.emulate_media(color_scheme="dark")
        studio.take("desk-dark", page)
        page.emulate_media(color_scheme="light")
        page.evaluate("document.documentElement.dir = 'rtl'")
        studio.take("desk-right-to-left", page)
    with studio.window("/desk/views/open", size=LAPTOP) as page:
        open_ticket(page)
        studio.take("desk-laptop", page)
    with studio.window("/desk/views/open", size=PHONE) as page:
        studio.take("desk-phone-list", page)
        open_ticket(page)
        studio.take("desk-phone", page)


def composer(studio: Studio) -> None:
    with studio.window("/desk/views/open") as page:
        open_ticket(page)
        words = page.get_by_label("Message")
        words.fill("Dear Ana,\n\n")
        words.press("End")
        words.press_sequentially("/")
        page.get_by_role("listbox").wait_for()
        studio.take("desk-saved-replies", page)


def palette(studio: Studio) -> None:
    with studio.window("/desk/views/open") as page:
        page.keyboard.press("Control+k")
        page.keyboard.type("lamp")
        page.get_by_role("dialog").get_by_role("option").first.wait_for()
        studio.take("desk-palette", page)
        page.keyboard.press("Escape")
        page.keyboard.press("j")
        for _ in range(3):
            page.keyboard.press("x")
            page.keyboard.press("j")
        page.get_by_role("region", name="Selected tickets").wait_for()
        studio.take("desk-selection", page)


def pages(studio: Studio) -> None:
    for name, path in (
        ("desk-reports", "/desk/reports"),
        ("desk-customer", "/desk/customers?q=Ana"),
        ("desk-filter", "/desk/filter?status=open"),
    ):
        with studio.window(path, "admin") as page:
            if name == "desk-customer":
                page.get_by_role("link", name="Ana Ruiz").first.click()
                page.get_by_role("heading", name="Ana Ruiz").wait_for()
            studio.take(name, page)


def portal(studio: Studio) -> None:
    with studio.window("/tickets", "customer", (1100, 800)) as page:
        studio.take("portal-requests", page)
        page.get_by_role("main").get_by_role("link").filter(has_text="lamp").first.click()
        studio.take("portal-request", page)


def long_words(studio: Studio) -> None:
    with studio.window("/tickets/new", "customer") as page:
        page.get_by_label("Subject").fill(LONG[:240])
        page.locator("textarea").first.fill(f"{LONG}\n\n{LONG}")
        page.get_by_role("button", name="Send request").click()
        page.get_by_text("Thank you").first.wait_for()
    for name, size in (("desk-long-words", WIDE), ("desk-long-words-phone", PHONE)):
        with studio.window("/desk/views/unassigned?sort=newest", size=size) as page:
            page.locator(".row-link").first.click()
            page.locator(".conversation").wait_for()
            studio.take(name, page)


def empty(studio: Studio) -> None:
    with studio.window("/desk") as page:
        studio.take("desk-empty", page)


OF_DEMO = (desk, composer, palette, pages, portal, long_words)


def logins_of(desk: Started) -> dict[str, str]:
    """Passwords of the demo's accounts, by role."""
    desk.wait_for("Sign in as customer@")
    words = [line.split() for line in desk.facts if line.startswith("Sign in as")]
    return {line[3].partition("@")[0]: line[5] for line in words}


def main(wanted: list[str]) -> None:
    """Take all pictures, or those that the functions named *wanted* take."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as driver:
        program = find_chromium()
        chromium = driver.chromium.launch(executable_path=program, args=FLAGS)

        def take(pictures: tuple[Callable[[Studio], None], ...], studio: Studio) -> None:
            for picture in pictures:
                if not wanted or picture.__name__ in wanted:
                    picture(studio)

        with started(Path(folder) / "demo", "--demo") as served:
            url = served.url
            take(OF_DEMO, Studio(chromium, url, logins_of(served)))
        new, password = Path(folder) / "new", "a lamp in the window"
        typed(
            new, "user", "add", "agent@demo.example", "--name", "Mira Okafor", "--role", "admin",
            "--password-stdin", stdin=password,
        )  # fmt: skip
        with started(new) as served:
            take((empty,), Studio(chromium, served.url, {"agent": password}))
        chromium.close()


if __name__ == "__main__":
    main(sys.argv[1:])
