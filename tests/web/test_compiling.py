"""Templates, and what of them is worked out before anybody asks for a page."""

import re

import pytest
from jinja2 import DictLoader, Environment, UndefinedError
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


PIECES = {
    "macros": """
{% macro plain(a, b="B") %}{{ a }}-{{ b }}{% endmacro %}
{% macro more(a="") %}
{{ a }}{% for k, v in kwargs.items() %} {{ k }}={{ v }}{% endfor %}{% endmacro %}
{% macro around(a) %}<{{ a }}>{{ caller("<in>") if caller else "alone" }}</{{ a }}>{% endmacro %}
{% macro several() %}{{ varargs|join("+") }}{% endmacro %}
{% macro leaves_out(a, b) %}{{ a }}{{ b is defined }}{{ b }}{% endmacro %}""",
    "attributes": """{{ thing.name }} {{ thing.missing }} {{ thing.missing is defined }}
{{ pair.items }} {{ pair.first }} {{ pair["first"] }} {{ nothing is defined }}
{{ thing.name.upper() }} {{ "x" if no }}
{{ ("x" if no) or "else" }} {{ loop_over[0].name }} {{ (thing.child or thing).name }}
{% for one in loop_over if one.name %}{{ loop.index }}{{ one.name }}{% endfor %}""",
    "page": """{% from "macros.html" import around, leaves_out, more, plain, several %}
{{ plain("<a>") }} {{ plain(b=2, a=safe) }} {{ plain("x", b="<y>") }} {{ plain() }}
{{ more("m", x="<1>") }} {{ more() }} {{ several(1, "<2>") }} {{ leaves_out("<only>") }}
{% call(words) around("b") %}{{ words }} {{ thing.name }}{% endcall %} {{ around("i") }}
{{ plain(plain("<n>")) }}{% include "attributes.html" %}""",
}


class Thing:
    name = "<thing>"
    child = None


def test_a_template_says_what_jinja_makes_of_it(desk, templates):
    context = {
        "thing": Thing(),
        "pair": {"first": "<1>"},
        "safe": Markup("<b>"),
        "loop_over": [Thing(), {"name": "'dict'"}, {"name": ""}],
    }
    ours = templates(**PIECES)
    theirs = Environment(loader=ours.loader, autoescape=True, trim_blocks=True, lstrip_blocks=True)
    with desk.app.test_request_context("/"):
        page = ours.get_template("page.html").render(**context)
    expected = theirs.get_template("page.html").render(**context)
    assert re.sub("0x[0-9a-f]+", "", page) == re.sub("0x[0-9a-f]+", "", expected)


@pytest.mark.parametrize("wrong", ['plain("a", "b", "c")', 'plain("a", c=1)', "thing.missing.more"])
def test_a_template_with_a_mistake_fails(desk, templates, wrong):
    env = templates(**PIECES, wrong=f'{{% from "macros.html" import plain %}}{{{{ {wrong} }}}}')
    with desk.app.test_request_context("/"), pytest.raises((TypeError, UndefinedError)):
        env.get_template("wrong.html").render(thing=Thing())
