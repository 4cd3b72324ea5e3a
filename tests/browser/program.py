"""Which browser the tests are done in."""

import shutil

MISSING = "There is no chromium here (Debian: apt-get install chromium-headless-shell)."
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def chromium() -> str | None:
    """Debian's chromium: the one without a window if it is there, which takes half the CPU."""
    return shutil.which("chromium-headless-shell") or shutil.which("chromium")
