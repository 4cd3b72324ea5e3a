"""Style sheets have no rule for what no page has."""

import re

import pytest

from helpdesk.paths import STATIC, TEMPLATES

PROGRAM = STATIC.parent / "helpdesk"
SHEETS = sorted((STATIC / "css").rglob("*.css"))
# Names that are put together of what a thing is, or that another's script gives.
MADE = {
    *("is-post", "is-put", "is-delete"),  # docs.html: the verbs of HTTP
    *("is-to-come", "is-not-tried", "is-now"),  # settings/mail/check.html: how far a test has come
    *("u-legend", "u-value"),  # uPlot
}
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
SELECTOR = re.compile(r"([^{};]+)\{")
VALUE = re.compile(r'"[^"]*"')


def written():
    """All words of templates, scripts, and of the program's modules that make pages."""
    files = [*TEMPLATES.rglob("*.html"), *(STATIC / "js").glob("*.js")]
    for room in ("web", "markdown", "reports", "search", "mail"):
        files += (PROGRAM / room).rglob("*.py")
    return set(re.findall(r"[\w-]+", "\n".join(file.read_text() for file in files)))


def named(sheet):
    """The classes, ids and attributes that the selectors of *sheet* name."""
    for selector in SELECTOR.findall(sheet):
        if not selector.lstrip().startswith(("from", "to")):
            yield from re.findall(r"[.#\[](-?[A-Za-z_][\w-]*)", VALUE.sub("", selector))


@pytest.fixture(scope="module")
def words():
    return written() | MADE


@pytest.mark.parametrize("path", SHEETS, ids=lambda path: f"{path.parent.stem}-{path.stem}")
def test_each_name_is_on_a_page(path, words):
    sheet = COMMENT.sub("", path.read_text())
    assert sorted(set(named(sheet)) - words) == []
    for movement in re.findall(r"@keyframes ([\w-]+)", sheet):
        assert re.search(rf"animation[^;}}]*\b{movement}\b", sheet), movement
