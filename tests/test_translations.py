"""What the desk says, in every language that it speaks."""

import ast
import html
import re
from datetime import UTC, datetime
from gettext import GNUTranslations, NullTranslations
from pathlib import Path

import pytest

from helpdesk import clock, i18n
from helpdesk.accounts import actions
from helpdesk.accounts.models import DESK, User
from helpdesk.database import db
from helpdesk.shop.actions import update_shop
from helpdesk.tickets.models import Status
from helpdesk.web import templating
from tests.conftest import PASSWORD

ROOT = Path(__file__).parents[1]
LANGUAGES = [language for language in i18n.languages() if language != i18n.SOURCE_LANGUAGE]
GERMAN = {"Accept-Language": "de-AT,de;q=0.9,en;q=0.5"}
SAYING = {"_", "gettext", "ngettext", "lazy"}
# What may stand in a template as it is: our own names for things, no words.
NO_WORDS = {"TKT"}
CUSTOMERS_PAGES = ("/", "/tickets", "/tickets?q=nothing", "/tickets/new", "/tickets/1", "/account")
STAFFS_PAGES = (
    *("/desk/views/all", "/desk/views/mine", "/desk/views/all?q=nothing", "/desk/tickets/new"),
    *("/desk/tickets/1", "/desk/settings/shop", "/desk/settings/categories"),
    *("/desk/settings/categories/1", "/desk/settings/users", "/desk/settings/users/new"),
    *("/desk/settings/users/1", "/desk/settings/links"),
)


def sentences(language: str) -> dict[str | tuple[str, int], str]:
    """All that the compiled catalogue has; the forms of a plural under (English, form)."""
    path = i18n.CATALOGUES / language / "LC_MESSAGES" / "desk.mo"
    with path.open("rb") as file:
        found = dict(GNUTranslations(file)._catalog)
    del found[""]
    return found


def speak(user: User, language: str) -> User:
    actions.change_profile(user, user, name=user.name, email=user.email, language=language)
    return user


def language_of(page: str) -> str:
    return re.search(r'<html lang="([^"]+)"', page)[1]


@pytest.fixture
def in_german(desk):
    """The block of a request whose reader speaks German."""
    with desk.app.test_request_context():
        i18n.use("de")
        yield


# The catalogues


def test_every_sentence_is_translated_and_every_catalogue_compiled():
    pytest.importorskip("babel", reason="collecting the sentences needs Babel: the extra test")
    from helpdesk.translations import update

    assert update.languages() == LANGUAGES
    assert update.complaints() == []


def test_a_sentence_that_nobody_has_translated_is_named(monkeypatch, tmp_path):
    pytest.importorskip("babel", reason="collecting the sentences needs Babel: the extra test")
    from helpdesk.translations import update

    folder = tmp_path / "de" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "desk.po").write_bytes((ROOT / update.HERE / "de/LC_MESSAGES/desk.po").read_bytes())
    said = update.said()
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
        tree = ast.parse(path.read_text())
        inside = {
            id(n) for f in ast.walk(tree) if isinstance(f, ast.JoinedStr) for n in ast.walk(f)
        }
        for node in ast.walk(tree):
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
        if path.name == "docs.html":  # the API's page: English, like the API
            continue
        text = re.sub(r"\{#.*?#\}|\{\{.*?\}\}|\{%.*?%\}", "", path.read_text(), flags=re.DOTALL)
        spoken = re.findall(r'(?:aria-label|title|placeholder|alt|data-say-\w+)="([^"]*)"', text)
        if path.name != "base.html":
            text = re.sub(r"\{% block \w+ %\}[\w-]+\{% endblock %\}", "", text)
        ours = {"portal", "desk", "is-reading", "is-wider"}  # classes of the body and the page
        words = re.findall(r"[A-Za-z][\w-]+", " ".join([re.sub(r"<[^>]*>", "", text), *spoken]))
        assert set(words) <= NO_WORDS | ours, path


# Whose language


def test_pages_are_english_for_whoever_asks_for_nothing_else(desk):
    for headers in ({}, {"Accept-Language": "fr,en;q=0.2"}, {"Accept-Language": "fr"}):
        page = desk.browser().get("/sign-in", headers=headers).text
        assert language_of(page) == "en" and "<h1>Sign in</h1>" in page


def test_a_browser_that_asks_for_german_gets_it(desk):
    page = desk.browser().get("/sign-in", headers=GERMAN).text

    assert language_of(page) == "de"
    assert "<h1>Anmelden</h1>" in page and "Passwort vergessen?" in page


def test_an_account_is_spoken_to_in_its_own_language_whatever_the_browser_asks_for(desk, alice):
    assert language_of(desk.browser(alice).get("/tickets", headers=GERMAN).text) == "en"

    speak(alice, "de")
    page = desk.browser(alice).get("/tickets", headers={"Accept-Language": "en"}).text
    assert language_of(page) == "de" and "<h1>Meine Anfragen</h1>" in page


def test_the_language_is_chosen_on_the_account_page_by_its_own_name(desk, alice):
    browser = desk.browser(alice)
    assert '<option value="de">Deutsch</option>' in browser.get("/account").text

    sent = {"name": alice.name, "email": alice.email, "language": "de"}
    page = browser.post("/account", data=sent, follow_redirects=True).text
    assert "Ihr Profil ist gespeichert." in page and "Deutsch</option>" in page


def test_an_account_made_in_german_stays_german(desk, admin):
    visitor = desk.browser()
    sent = {"name": "Jörg", "email": "joerg@shop.example", "password": PASSWORD}
    visitor.post("/sign-up", data=sent, headers=GERMAN)
    assert language_of(visitor.get("/tickets").text) == "de"

    made = {"name": "Uwe", "email": "uwe@shop.example", "role": "agent"}
    desk.browser(speak(admin, "de")).post("/desk/settings/users", data=made)
    languages = dict(db.session.execute(db.select(User.name, User.language)).all())
    assert (languages["Jörg"], languages["Uwe"]) == ("de", "de")


def test_a_page_that_is_not_there_says_so_in_the_readers_language(desk, alice):
    assert "Diese Seite gibt es nicht." in desk.browser().get("/gone", headers=GERMAN).text
    assert "Diese Seite gibt es nicht." in desk.browser(speak(alice, "de")).get("/gone").text


def test_a_form_that_expired_says_so_in_the_readers_language(desk):
    desk.app.config["WTF_CSRF_ENABLED"] = True

    answer = desk.browser().post("/sign-in", data={"email": "a@b.example"}, headers=GERMAN)
    assert answer.status_code == 400 and "Dieses Formular ist abgelaufen." in answer.text


# What is said


@pytest.fixture
def a_german_desk(desk, alice, agent, admin):
    """A desk with a bit of everything, whose people all speak German."""
    for person in (alice, agent, admin):
        speak(person, "de")
    update_shop(DESK, name="Lampenladen", accent="#2f6f5e")
    category = desk.category("Lampen")
    desk.category("Kabel", parent=category)
    ticket = desk.ticket(alice, "Lampe", "Sie ist kaputt.", files=[desk.file()])
    desk.reply(agent, ticket, "Wir tauschen sie um.", status=Status.PENDING)
    desk.note(agent, ticket, "Stammkundin.")
    actions.request_reset(actions.Visitor("192.0.2.1"), alice.email)
    return desk


def english_in(page: str) -> list[str]:
    """Sentences of several words that *page* says in English."""
    return [
        english
        for english, words in sentences("de").items()
        if isinstance(english, str) and " " in english and "%" not in english
        if words != english and (english in page or html.escape(english) in page)
    ]


def test_no_page_mixes_english_into_german(a_german_desk, alice, admin):
    pages = [(alice, address) for address in CUSTOMERS_PAGES]
    pages += [(admin, address) for address in STAFFS_PAGES]
    for user, address in pages:
        answer = a_german_desk.browser(user).get(address)
        assert answer.status_code == 200, address
        assert language_of(answer.text) == "de", address
        assert english_in(answer.text) == [], address
    for address in ("/sign-in", "/sign-up", "/forgot-password"):
        assert english_in(a_german_desk.browser().get(address, headers=GERMAN).text) == []


def test_what_a_form_complains_of_is_german_too(a_german_desk, alice, agent):
    browser = a_german_desk.browser(alice)

    page = browser.post("/tickets", data={"subject": "", "message": ""}).text
    assert page.count("Dieses Feld wird gebraucht.") == 4  # beside both fields and on top
    assert "Bitte sehen Sie sich das noch einmal an" in page
    page = browser.post("/account/tokens", data={"name": "Export", "days": "bald"}).text
    assert "Hier wird eine ganze Zahl gebraucht." in page
    page = a_german_desk.browser(agent).post(
        "/desk/tickets/1/update", data={"status": "open", "seen_status": "closed"}
    )
    assert "inzwischen geändert: Status (wartend)." in page.text


def test_what_happened_is_told_in_german(a_german_desk, agent):
    browser = a_german_desk.browser(agent)
    browser.post("/desk/tickets/1/assign-me", data={"seen": ""})

    page = browser.get("/desk/tickets/1").text
    assert f"{agent.name} hat das Ticket übernommen" in page


def test_one_thing_and_several_are_told_apart(in_german):
    one, many = "%(num)s file", "%(num)s files"

    assert [i18n.ngettext(one, many, num) for num in (0, 1, 2)] == [
        "0 Dateien",
        "1 Datei",
        "2 Dateien",
    ]


def test_sizes_and_numbers_are_written_the_german_way(in_german):
    assert templating.size(1) == "1 Byte"
    assert templating.size(1_600_000) == "1,5 MB"
    assert i18n.decimal(4.0) == "4"


def test_numbers_are_written_the_english_way_otherwise(desk):
    assert (i18n.decimal(4.52), i18n.decimal(4.04)) == ("4.5", "4")


def test_times_are_said_in_german(in_german, travel):
    then = clock.now()

    def said(**later):
        travel(**later)
        return re.sub(r"<[^>]*>", "", templating.ago(then))

    assert said(seconds=5) == "gerade eben"
    assert said(minutes=5) == "vor 5 Min."
    assert said(hours=3) == "vor 3 Std."
    assert said(days=1) == "vor 1 Tag"
    assert said(days=3) == "vor 3 Tagen"
    march = datetime(2024, 3, 5, 9, 7, tzinfo=UTC)
    assert templating.ago(march).endswith(">5. März 2024</time>")
    assert templating.moment(march).endswith(">05.03.2024, 09:07 UTC</time>")


def test_times_are_said_in_english_otherwise(desk):
    may = datetime(2024, 5, 31, 23, 59, tzinfo=UTC)

    assert templating.ago(may).endswith(">May 31, 2024</time>")
    assert templating.moment(may).endswith(">2024-05-31 23:59 UTC</time>")


def test_a_quote_in_a_translation_does_not_end_an_attribute(desk, alice, monkeypatch):
    class Quoting(NullTranslations):
        def gettext(self, sentence):
            return f'"{sentence}" <'

    monkeypatch.setattr(i18n, "_catalogue", lambda _language: Quoting())
    page = desk.browser(alice).get("/tickets/new").text

    assert 'data-say-sending="&#34;Sending…&#34; &lt;"' in page
    assert '"" <' not in page and '""Sending' not in page


def test_script_finds_its_words_in_the_page(a_german_desk, alice):
    page = a_german_desk.browser(alice).get("/tickets/new").text

    assert 'data-cancel="Abbrechen"' in page and 'data-minutes="vor {n} Min."' in page
    assert 'data-say-remove="{name} entfernen"' in page


# Where it stays English


def test_the_api_speaks_english_whatever_is_asked_for(desk, alice):
    speak(alice, "de")

    wrong = desk.api(alice).post("/customer-support-ticket", json={}, headers=GERMAN)
    gone = desk.api(alice).get("/nothing-here", headers=GERMAN)
    unknown = desk.api().get("/customer-support-ticket", headers=GERMAN)
    page = desk.browser(alice).get("/backend/api/docs", headers=GERMAN)

    assert wrong.status_code == 422 and gone.status_code == 404 and unknown.status_code == 401
    assert "This field is required." in wrong.text
    for answer in (wrong, gone, unknown, page):
        assert not re.search("[äöüß]|Feld|nicht|Bitte", answer.text)
    assert language_of(page.text) == "en"


def test_the_command_line_speaks_english(desk, alice):
    speak(alice, "de")

    with pytest.raises(Exception, match="already"):
        actions.add_user(DESK, name="B", email=alice.email, role=alice.role, password=PASSWORD)
