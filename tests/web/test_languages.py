"""In which language the desk speaks, and to whom."""

import html
import re
from gettext import NullTranslations

import pytest

from helpdesk import i18n
from helpdesk.accounts import actions
from helpdesk.accounts.models import DESK, User
from helpdesk.database import db
from helpdesk.shop.actions import update_shop
from helpdesk.tickets.models import Status
from tests.desk import PASSWORD
from tests.german import GERMAN, sentences

CUSTOMERS_PAGES = ("/", "/tickets", "/tickets?q=nothing", "/tickets/new", "/tickets/1", "/account")
STAFFS_PAGES = (
    *("/desk/views/all", "/desk/views/mine", "/desk/views/all?q=nothing", "/desk/tickets/new"),
    *("/desk/tickets/1", "/desk/settings/shop", "/desk/settings/categories"),
    *("/desk/settings/categories/1", "/desk/settings/users", "/desk/settings/users/new"),
    *("/desk/settings/users/1", "/desk/settings/links"),
)


def speak(user: User, language: str) -> User:
    actions.change_profile(user, user, name=user.name, email=user.email, language=language)
    return user


def language_of(page: str) -> str:
    return re.search(r'<html lang="([^"]+)"', page)[1]


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
    assert page.count("Bitte füllen Sie dieses Feld aus.") == 4  # beside both fields and on top
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


def test_a_quote_in_a_translation_does_not_end_an_attribute(desk, alice, monkeypatch):
    class Quoting(NullTranslations):
        def gettext(self, sentence):
            return f'"{sentence}" <'

    monkeypatch.setattr(i18n, "_catalogue", lambda _language: Quoting())
    monkeypatch.setattr(desk.app.jinja_env, "_for", {})  # sentences are compiled into templates
    monkeypatch.setattr(desk.app.jinja_env, "bytecode_cache", None)
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
