"""Variables: filled in once, as text, whatever is in them; what is missing is seen."""

import hypothesis
import pytest
from hypothesis import strategies as st

from helpdesk import markdown
from helpdesk.accounts.models import DESK
from helpdesk.database import db
from helpdesk.errors import Invalid
from helpdesk.fields.actions import set_active
from helpdesk.macros.filling import Values, as_words, check_kept, fill, variables_in
from helpdesk.people.actions import Details, add_company, update_person
from helpdesk.text import Fields
from helpdesk.tickets.actions import Changes, update


def filled(agent, ticket, text):
    return fill(text, Values(agent, ticket))


def test_every_variable_has_its_value(desk, alice, agent, field):
    field("Order number", shown=True), field("Size", about="customer"), field("Gift", "checkbox")
    add_company(DESK, "Moor & Sons", ["shop.example"])
    lamps = desk.category("Lamps")
    ticket = desk.ticket(alice, category_id=lamps.id, fields={"order_number": "A 1"})
    update_person(agent, alice, Details(fields={"size": "XL"}))
    text = (
        "{{requester.name}}|{{ requester.first_name }}|{{requester.email}}|{{requester.company}}|"
        "{{ticket.ref}}|{{ticket.subject}}|{{ticket.status}}|{{ticket.category}}|{{agent.name}}|"
        "{{agent.first_name}}|{{shop.name}}|{{ticket.field.order_number}}|"
        "{{requester.field.size}}|{{ticket.field.gift}}"
    )
    found = filled(agent, desk.fresh(ticket), text)
    assert found.blanks == ()
    assert found.text == (
        f"Alice Moor|Alice|alice.moor@shop.example|Moor & Sons|{ticket.ref}|Broken lamp|open|Lamps|"
        "Ana Gent|Ana|Help desk|A 1|XL|no"
    )


def test_what_has_no_value_or_is_unknown_stays_and_is_told(desk, alice, agent):
    ticket = desk.ticket(alice)
    text = (
        "{{requester.company}} {{nonsense}} {{ticket.field.nothing}} {{requester.company}} {{}} {{a"
    )
    found = filled(agent, ticket, text)
    assert found.text == text
    assert found.blanks == ("requester.company", "nonsense", "ticket.field.nothing")


@pytest.mark.parametrize(
    "name",
    [
        "{{agent.email}}", "{{agent.name}}", "**x**", "<img src=x onerror=alert(1)>", "__a__ _b_",
        "[a](http://evil.example)", "![x](http://evil.example/x.png)", "@[Ana](user:1)", "`code`",
        "# Big", "- item", "+ item", "1. item", "12) item", "> quote", "a | b", "~~gone~~", "\\*",
        "---", "***", "&lt;b&gt; &amp; &#42;", "TKT12", "a*b_c_d*", "{{{agent.name}}}", "http\\://x",
    ],
)  # fmt: skip
def test_a_customers_name_is_a_name_and_no_markup(desk, agent, name):
    requester = desk.user("customer", name, "somebody@shop.example")
    found = filled(agent, desk.ticket(requester), "{{requester.name}}\n\nDear {{requester.name}}!")
    assert found.blanks == ()
    assert variables_in(found.text) == ()  # nothing that would be told, or filled in, later
    assert markdown.to_text(found.text) == f"{name}\n\nDear {name}!"
    html = str(markdown.to_html(found.text))
    for tag in (
        "<img",
        "<strong",
        "<em",
        "<code",
        "<h",
        "<li",
        "<blockquote",
        "<table",
        "<del",
        "<hr",
    ):
        assert tag not in html
    assert markdown.mentions(found.text) == []


@hypothesis.given(
    st.text(alphabet=st.sampled_from("ab1.)#*_`[]<>{}|~\\!:/-+= &;@(\"'\t\n"), max_size=30)
)
@hypothesis.settings(max_examples=400)
def test_any_value_reads_as_what_it_is(value):
    line = " ".join(value.split())
    if not line:
        return
    found = fill("{{a}}", {"a": value})
    assert markdown.to_text(found.text) == line
    assert fill(found.text, {"a": "X"}) == fill(found.text, {})


def test_an_address_stays_one(desk, alice, agent, field):
    field("Tracking")
    ticket = desk.ticket(alice)
    url = "https://parcels.example/a_b?c=1"
    update(agent, ticket, Changes(fields={"tracking": url}))
    found = filled(agent, ticket, "[Your parcel]({{ticket.field.tracking}})")
    assert f'href="{url}"' in markdown.to_html(found.text)
    assert as_words("http://a_b*c") == "http\\://a\\_b\\*c"


def test_an_escaped_variable_is_none():
    assert fill(r"\{{agent.name}} \{\{a\}\}", {"a": "X"}).blanks == ()


def test_unknown_variables_are_refused_before_they_are_kept(desk, field):
    order = field("Order number")

    def check(text):
        errors = Fields()
        check_kept(text, errors, "body")
        errors.raise_if_any()

    check("{{requester.name}} {{ticket.field.order_number}} {{}} {a} no")
    for text in ("{{agent.email}}", "{{requester.nam}}", "{{ticket.field.nothing}}", "{{x y}}"):
        with pytest.raises(Invalid) as raised:
            check(f"Dear {text},")
        assert text in raised.value.message
    set_active(DESK, order, False)
    with pytest.raises(Invalid):
        check("{{ticket.field.order_number}}")
    with pytest.raises(Invalid):
        check("{{agent.name}}" * 101)


def test_filling_costs_the_same_for_one_and_for_many(desk, alice, agent, field):
    for number in range(10):
        field(f"Field {number}")
    ticket, costs = desk.ticket(alice), []
    for many in (1, 1, 10):  # the first one also reads what is kept for all that come
        db.session.rollback()
        db.session.expire_all()
        values = Values(agent, ticket)
        with desk.counted() as statements:
            for number in range(many):
                fill(f"{{{{ticket.field.field_{number}}}}} {{{{shop.name}}}}", values)
        costs.append(len(statements))
    assert costs[1] == costs[2]


def test_huge_and_odd_texts_are_read_in_good_time():
    for text in ("{{" * 50_000, "{{" + " " * 90_000 + "}}", "{{a" * 30_000, "}}" * 50_000):
        assert fill(text, {}).text == text
