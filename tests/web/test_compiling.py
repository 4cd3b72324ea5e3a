"""Templates, and what of them is worked out before anybody asks for a page."""

import pytest
from jinja2 import DictLoader
from markupsafe import Markup

from helpdesk import i18n
from helpdesk.accounts.actions import change_profile
from helpdesk.tickets.models import Status


@pytest.fixture
def templates(desk):
    """Makes templates of ours out of these sources."""

    def make(**sources):
        env = desk.app.jinja_env.overlay(
            loader=DictLoader({f"{name}.html": source for name, source in sources.items()})
        )
        env._for = {}
        return env

    return make


def code_of(env, name="page"):
    source = env.loader.get_source(env, f"{name}.html")[0]
    return env.compile(source, f"{name}.html", raw=True)


def test_sentences_and_addresses_are_part_of_the_compiled_page(desk, templates):
    env = templates(page="""{{ _("Sign in") }} <a href="{{ url_for('web.portal.tickets') }}">""")
    with desk.app.test_request_context("/"):
        english = env.get_template("page.html")
        assert 'Sign in <a href="/tickets">' in code_of(english.environment)
        i18n.use("de")
        assert env.get_template("page.html").render() == 'Anmelden <a href="/tickets">'
        assert english.render() == 'Sign in <a href="/tickets">'


def test_what_a_request_decides_is_asked_each_time(desk, templates):
    env = templates(page="{{ _('%(n)s kB', n=n) }} {{ url_for('web.portal.show', id=n) }}")
    with desk.app.test_request_context("/"):
        for n in (1, 2):
            assert env.get_template("page.html").render(n=n) == f"{n} kB /tickets/{n}"


def test_a_sentence_is_quoted_like_everything_else(desk, templates, monkeypatch):
    monkeypatch.setattr(i18n, "translated", lambda code, sentence, **values: '<"&')
    env = templates(
        page="<i title=\"{{ _('Reply') }}\">{{ name }} {{ safe }} {{ 5 }} {{ none }}</i>"
    )
    with desk.app.test_request_context("/"):
        page = env.get_template("page.html").render(name="<b>'", safe=Markup("<b>"))
    assert page == '<i title="&lt;&#34;&amp;">&lt;b&gt;&#39; <b> 5 None</i>'


def test_a_desk_that_is_not_at_the_root_of_its_server_has_its_own_addresses(desk, templates):
    env = templates(page="{{ url_for('web.portal.tickets') }}")
    for root in ("/", "/help", "/desk", "/"):
        with desk.app.test_request_context("/", base_url=f"http://desk.example{root}"):
            assert env.get_template("page.html").render() == f"{root.rstrip('/')}/tickets"


def test_a_list_has_no_words_of_the_language_of_the_reader_before(desk, agent, admin, alice):
    """Its pieces that repeat are made once: once a language."""
    desk.reply(agent, desk.ticket(alice), status=Status.PENDING)
    change_profile(admin, admin, name=admin.name, email=admin.email, language="de")
    for reader, word in ((agent, "Pending"), (admin, "Wartend"), (agent, "Pending")):
        page = desk.browser(reader).get("/desk/views/all").text
        assert f'<span class="badge" data-status="pending">{word}</span>' in page
