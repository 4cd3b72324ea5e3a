"""Windows to lend to tests: making one takes as long as most tests take to do the rest."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

PATIENCE = 30_000  # milliseconds, for a machine that is busy
MOST_IDLE = 3  # each is a process of the browser
# What stays with a window until it is closed: one to which it was done is lent to nobody else.
LASTING = {
    "page": (
        *("add_init_script", "add_locator_handler", "expose_binding"),
        *("expose_function", "once", "route", "route_from_har", "route_web_socket"),
        *("set_default_navigation_timeout", "set_default_timeout", "set_extra_http_headers"),
        "set_viewport_size",
    ),
    "context": (
        *("add_init_script", "expose_binding", "expose_function", "grant_permissions"),
        *("new_cdp_session", "on", "once", "route", "route_from_har", "route_web_socket"),
        *("set_default_navigation_timeout", "set_default_timeout", "set_extra_http_headers"),
        *("set_geolocation", "set_offline"),
    ),
    "clock": (
        *("fast_forward", "install", "pause_at", "resume", "run_for"),
        *("set_fixed_time", "set_system_time"),
    ),
}
AS_BEFORE = dict.fromkeys(
    ("media", "color_scheme", "reduced_motion", "forced_colors", "contrast"), "null"
)
FORGET = """async () => {
    window.name = "";
    localStorage.clear();
    sessionStorage.clear();
    for (const { name } of await indexedDB.databases()) indexedDB.deleteDatabase(name);
    for (const name of await caches.keys()) await caches.delete(name);
    for (const one of await navigator.serviceWorker.getRegistrations()) await one.unregister();
}"""


class Window:
    """A page in a context of its own, for the desk of *url*; and whether somebody else may have it
    afterwards."""

    def __init__(self, browser: Any, url: str, javascript: bool, options: dict[str, Any]) -> None:
        self.kind = (url, javascript)
        self.context = browser.new_context(base_url=url, java_script_enabled=javascript, **options)
        self.context.set_default_timeout(PATIENCE)
        self.page = self.context.new_page()
        self.is_as_new = not options
        self.heard: list[tuple[str, Any]] = []
        self.hear, self.page.on = self.page.on, self._on
        things = {"page": self.page, "context": self.context, "clock": self.context.clock}
        for kind, names in LASTING.items():
            for name in names:
                setattr(things[kind], name, self._marking(getattr(things[kind], name)))

    def _marking(self, do: Callable[..., Any]) -> Callable[..., Any]:
        def marked(*args: Any, **options: Any) -> Any:
            self.is_as_new = False
            return do(*args, **options)

        return marked

    def _on(self, event: str, listener: Any) -> None:
        self.heard.append((event, listener))
        self.hear(event, listener)

    def clean(self) -> bool:
        """Take away all that a test has left; whether that was possible."""
        url, javascript = self.kind
        if not self.is_as_new or self.page.is_closed() or not self.page.url.startswith(url):
            return False
        for page in self.context.pages:
            if page is not self.page:
                page.close()
        for event, listener in self.heard:
            with suppress(KeyError):  # the test has removed it
                self.page.remove_listener(event, listener)
        self.heard.clear()
        self.page.goto(f"{url}/healthz")  # what a page does when it is left is done before the rest
        if javascript:
            self.page.evaluate(FORGET)
        self.context.clear_cookies()
        self.page.emulate_media(**AS_BEFORE)
        return True


class Windows:
    """Those that are open and nobody's."""

    def __init__(self, browser: Any) -> None:
        self.browser = browser
        self.idle: list[Window] = []

    def lend(self, url: str, javascript: bool, is_first: bool, options: dict[str, Any]) -> Window:
        """A window for the desk of *url*; where *is_first*, of a browser that was never there."""
        if not options and not is_first:
            for window in self.idle:
                if window.kind == (url, javascript):
                    self.idle.remove(window)
                    return window
        return Window(self.browser, url, javascript, options)

    def take_back(self, window: Window) -> None:
        """Keep *window* for whoever asks for one of its kind next, or close it."""
        from playwright.sync_api import Error

        try:
            is_clean = window.clean()
        except Error:  # it has crashed, or the desk is gone
            is_clean = False
        if is_clean and len(self.idle) < MOST_IDLE:
            self.idle.append(window)
        else:
            window.context.close()
