"""The sentences of the desk, in every language that it speaks."""

import ast
import re
from copy import deepcopy
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import g

from helpdesk import clock, i18n
from helpdesk.web import moments
from helpdesk.web.desk import filter_words, report_words
from tests.german import sentences

ROOT = Path(__file__).parents[1]
LANGUAGES = [language for language in i18n.languages() if language != i18n.SOURCE_LANGUAGE]
SAYING = {"_", "gettext", "ngettext", "lazy"}
MAY_SAY = re.compile(r"\b(?:_|gettext|ngettext|lazy)\s*\(")
# What may stand in a template as it is: names for things, no words.
NO_WORDS = {"TKT", "POST", "webhook-id"}


@pytest.fixture
def in_german(desk):
    """The block of a request whose reader speaks German."""
    with desk.app.test_request_context():
        i18n.use("de")
        yield


@pytest.fixture(scope="module")
def said():
    """Every sentence of the desk, collected once."""
    pytest.importorskip("babel", reason="collecting the sentences needs Babel: the extra test")
    from helpdesk.translations import update

    return update.said()


def test_every_sentence_is_translated_and_every_catalogue_compiled(said, monkeypatch):
    from helpdesk.translations import update

    monkeypatch.setattr(update, "said", lambda: said)
    assert update.languages() == LANGUAGES
    assert update.complaints() == []


def test_a_sentence_that_nobody_has_translated_is_named(said, monkeypatch, tmp_path):
    from helpdesk.translations import update

    folder = tmp_path / "de" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "desk.po").write_bytes((update.HERE / "de/LC_MESSAGES/desk.po").read_bytes())
    said = deepcopy(said)
    said.add("A lamp")
    said.add(("%(num)s lamp", "%(num)s lamps"))
    monkeypatch.setattr(update, "said", lambda: said)
    monkeypatch.setattr(update, "HERE", tmp_path)
    monkeypatch.setattr(update, "ROOT", tmp_path)

    assert update.main([]) == 1
    assert update.complaints() == [
        "de: no translation of 'A lamp'",
        "de: no translation of '%(num)s lamp'",
    ]
    (folder / "desk.mo").unlink()
    assert "de/LC_MESSAGES/desk.mo is out of date." in update.complaints()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_fills_in_what_the_sentence_does(language):
    def names(text):
        return set(re.findall(r"%\((\w+)\)s", text))

    for english, words in sentences(language).items():
        known = english if isinstance(english, str) else english[0]
        assert names(words) == names(known), english
        assert "%" not in re.sub(r"%\(\w+\)s", "", words), english


def places_in_code():
    for path in sorted((ROOT / "helpdesk").rglob("*.py")):
        text = path.read_text()
        if not MAY_SAY.search(text):
            continue
        tree = ast.parse(text)
        nodes = list(ast.walk(tree))
        inside = {id(n) for f in nodes if isinstance(f, ast.JoinedStr) for n in ast.walk(f)}
        for node in nodes:
            if isinstance(node, ast.Call):
                name = getattr(node.func, "attr", getattr(node.func, "id", ""))
                if name in SAYING and path.name != "i18n.py":
                    yield f"{path.relative_to(ROOT)}:{node.lineno}", node, id(node) in inside


def test_every_sentence_stands_where_it_is_found():
    """Collecting reads the source: it sees no sentence in an f-string, a variable or a sum."""
    places = list(places_in_code())

    assert len(places) > 200
    for place, node, is_in_f_string in places:
        assert not is_in_f_string, place
        first = node.args[0]
        assert isinstance(first, ast.Constant) and isinstance(first.value, str), place
        assert first.value, f"{place}: gettext answers an empty sentence with its header"


def test_no_template_says_something_untranslated():
    for path in sorted((ROOT / "templates").rglob("*.html")):
        if path.name in ("docs.html", "docs_webhooks.html"):  # the API's page: English, like it
            continue
        text = re.sub(r"\{#.*?#\}|\{\{.*?\}\}|\{%.*?%\}", "", path.read_text(), flags=re.DOTALL)
        spoken = re.findall(r'(?:aria-label|title|placeholder|alt|data-say-\w+)="([^"]*)"', text)
        if path.name != "base.html":
            text = re.sub(r"\{% block \w+ %\}[\w-]+\{% endblock %\}", "", text)
        ours = {"portal", "desk", "is-reading", "is-wider"}  # classes of the body and the page
        text = re.sub(r"<code>.*?</code>", "", text)  # commands, to be typed as they are
        # Some macros make attributes alone.
        text = re.sub(r'<[^>]*>|(?:^|\s)[\w-]+="[^"]*"', "", text)
        words = re.findall(r"[A-Za-z][\w-]+", " ".join([text, *spoken]))
        assert set(words) <= NO_WORDS | ours, path


def test_one_thing_and_several_are_told_apart(in_german):
    one, many = "%(num)s file", "%(num)s files"

    assert [i18n.ngettext(one, many, num) for num in (0, 1, 2)] == [
        "0 Dateien",
        "1 Datei",
        "2 Dateien",
    ]


def test_sizes_and_numbers_are_written_the_german_way(in_german):
    assert i18n.size(1) == "1 Byte"
    assert i18n.size(1_600_000) == "1,5 MB"
    assert i18n.decimal(4.0) == "4"


def test_numbers_are_written_the_english_way_otherwise(desk):
    assert (i18n.decimal(4.52), i18n.decimal(4.04)) == ("4.5", "4")


def test_how_long_something_took_is_not_said_like_how_long_ago_it_was(in_german):
    assert report_words.wait(2 * 3600 + 49 * 60, 24 * 3600) == "2 Std. 49 Min."
    assert filter_words.span_words("7d") == "7 Tage"
    assert filter_words.span_words("1d") == "1 Tag"


def test_times_are_said_in_german(in_german, travel):
    then = clock.now()

    def said(**later):
        travel(**later)
        g.pop("here", None)  # which is for one page
        return re.sub(r"<[^>]*>", "", moments.ago(then))

    assert said(seconds=5) == "gerade eben"
    assert said(minutes=5) == "vor 5 Min."
    assert said(hours=3) == "vor 3 Std."
    assert said(days=1) == "vor 1 Tag"
    assert said(days=3) == "vor 3 Tagen"
    march = datetime(2024, 3, 5, 9, 7, tzinfo=UTC)
    assert moments.ago(march).endswith(">5. März 2024</time>")
    assert moments.moment(march).endswith(">05.03.2024, 09:07 UTC</time>")


def test_times_are_said_in_english_otherwise(desk):
    may = datetime(2024, 5, 31, 23, 59, tzinfo=UTC)

    assert moments.ago(may).endswith(">May 31, 2024</time>")
    assert moments.moment(may).endswith(">2024-05-31 23:59 UTC</time>")
