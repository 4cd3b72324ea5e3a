"""The settings' pages Security and Audit trail, and what admins do for others."""

import csv
import io
import json
import re

import pytest

from helpdesk import audit
from helpdesk.accounts.factors import managing, rules
from helpdesk.accounts.factors.rules import Whom
from helpdesk.accounts.models import EmailState
from helpdesk.audit import Kind
from helpdesk.audit.proof import proof
from helpdesk.database import db, transaction
from tests.accounts.test_second_step import with_app
from tests.audit.test_trail import trail
from tests.desk import PASSWORD

AUDIT = "/desk/settings/audit"


def anew(read, *args):
    db.session.rollback()
    db.session.expire_all()
    return read(*args)


def test_the_rule_is_kept_and_told(desk, admin):
    with_app(admin)
    page = desk.browser(admin)
    page.post("/desk/settings/security", data={"second_factor_for": "staff"})
    assert anew(rules.required_for) is Whom.STAFF
    [row] = trail(Kind.SETTINGS_CHANGED)
    assert json.loads(row.details)["after"] == {"second_factor_for": "staff"}
    assert (
        "selected"
        in re.search(
            r"<option[^>]*value=\"staff\"[^>]*>", page.get("/desk/settings/security").text
        ).group()
    )


@pytest.mark.parametrize("wanted", ["", "x" * 10_000, "Staff", "\0"])
def test_a_rule_that_is_none_is_refused(desk, admin, wanted):
    answer = desk.browser(admin).post("/desk/settings/security", data={"second_factor_for": wanted})
    assert answer.status_code == 422
    assert anew(rules.required_for) is Whom.NOBODY


def test_staff_and_what_they_have_cost_the_same_queries(desk, admin, agent):
    with_app(agent)
    page = desk.browser(admin)
    assert "Ana Gent" in page.get("/desk/settings/security").text
    with desk.counted() as few:
        page.get("/desk/settings/security")
    for number in range(8):
        with_app(desk.user("agent", f"Agent {number}"))
    page.get("/desk/settings/security")
    with desk.counted() as many:
        page.get("/desk/settings/security")
    assert len(many) <= len(few)


def test_an_admin_resets_the_second_step_and_confirms_an_address(desk, admin, agent):
    with_app(agent)
    page = desk.browser(admin)
    assert "An app is set up" in page.get(f"/desk/settings/users/{agent.id}").text
    page.post(f"/desk/settings/users/{agent.id}/reset-factors")
    assert not anew(managing.summary, agent.id).is_on
    [row] = trail(Kind.FACTORS_RESET)
    assert (row.actor_id, row.subject_id) == (admin.id, agent.id)

    desk.browser().post(
        "/sign-up", data={"name": "New", "email": "new@shop.example", "password": PASSWORD}
    )
    user = next(one for one in trail(Kind.SIGNED_IN))
    assert "has not confirmed" in page.get(f"/desk/settings/users/{user.actor_id}").text
    page.post(f"/desk/settings/users/{user.actor_id}/confirm-email")
    [row] = trail(Kind.EMAIL_CONFIRMED)
    assert row.subject_id == user.actor_id
    from helpdesk.accounts import queries

    assert anew(queries.by_email, "new@shop.example").email_state is EmailState.CONFIRMED


def shown(page, **asked):
    answer = page.get(AUDIT, query_string=asked)
    assert answer.status_code == 200
    return re.findall(r'<span class="thing-name">(.*?)</span>', answer.text, re.DOTALL)


def test_it_is_read_by_kind_person_and_time(desk, admin, alice, travel):
    with transaction():
        audit.record(Kind.EXPORTED, actor=admin, details={"what": "everything"})
        audit.record(Kind.ERASED, actor=admin, subject=alice)
    travel(days=3)
    with transaction():
        audit.record(Kind.EXPORTED, actor=admin)
    page = desk.browser(admin)
    assert len(shown(page, kind="exported")) == 2
    assert len(shown(page, who=alice.email)) == 2  # the account was made, and erased
    assert len(shown(page, who="ALICE.moor@shop.example", kind="erased")) == 1
    assert shown(page, who="nobody@shop.example") == []
    today = page.get(AUDIT).text
    assert "everything" in today
    since = (trail()[-1].created_at).date().isoformat()
    assert len(shown(page, since=since)) == 1
    assert len(shown(page, until=trail()[0].created_at.date().isoformat(), kind="exported")) == 1


@pytest.mark.parametrize(
    "asked",
    [
        {"kind": "x"},
        {"since": "0000-00-00"},
        {"since": "9999-12-31", "until": "9999-12-31"},
        {"until": "1-1-1"},
        {"before": "9" * 40},
        {"after": "-1"},
        {"before": "x", "after": "y"},
        {"who": "\0"},
        {"who": "x" * 5000},
        {"kind": "exported' OR 1=1 --"},
    ],
)
def test_odd_questions_are_answered(desk, admin, asked):
    assert desk.browser(admin).get(AUDIT, query_string=asked).status_code == 200
    assert desk.browser(admin).post(f"{AUDIT}.csv", data=asked).status_code == 200


def many(count):
    with transaction():
        for number in range(count):
            audit.record(Kind.IMPORTED, details={"n": number})


def test_pages_go_on_where_the_last_one_ended(desk, admin):
    many(120)
    page = desk.browser(admin)
    numbers, path = [], f"{AUDIT}?kind=imported"
    while path:
        text = page.get(path).text
        numbers += [int(n) for n in re.findall(r"<bdi>(\d+)</bdi>", text)]
        older = re.search(r'rel="next" href="([^"]+)"', text)
        path = older and older.group(1).replace("&amp;", "&")
    assert numbers == list(range(119, -1, -1))
    newer = re.search(r'rel="prev" href="([^"]+)"', text).group(1).replace("&amp;", "&")
    back = [int(n) for n in re.findall(r"<bdi>(\d+)</bdi>", page.get(newer).text)]
    assert back == list(range(69, 19, -1))


def test_a_page_costs_the_same_however_long_it_is(desk, admin):
    page = desk.browser(admin)
    many(10)
    page.get(AUDIT)
    with desk.counted() as few:
        page.get(AUDIT)
    many(300)
    page.get(AUDIT)
    with desk.counted() as more:
        page.get(AUDIT)
    assert len(more) <= len(few)


def test_it_is_taken_along_as_csv_and_that_is_told(desk, admin):
    many(3)
    with transaction():
        audit.record(Kind.SETTINGS_CHANGED, details={"=cmd": "=HYPERLINK(1)"})
    answer = desk.browser(admin).post(f"{AUDIT}.csv")
    rows = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert [row["kind"] for row in rows][-1] == "exported"
    assert (rows[-1]["what"], rows[-1]["in_words"]) == ("Data exported", "audit trail")
    assert rows[-1]["hash"] == proof().last == trail()[-1].hash
    assert not any(value.startswith(("=", "@")) for row in rows for value in row.values())


def test_names_are_shown_and_not_kept(desk, admin, alice):
    page = desk.browser(admin)
    assert "Alice Moor" in page.get(AUDIT).text
    assert not any("Alice" in row.details for row in trail())


def test_markup_in_it_stays_text(desk, admin):
    with transaction():
        audit.record(Kind.SETTINGS_CHANGED, details={"before": {"<b>": "<script>"}, "after": {}})
    page = desk.browser(admin)
    page.post(
        "/desk/settings/shop",
        data={"name": "<img src=x>", "accent": "#2f6f5e"},
        headers={"User-Agent": "<script>alert(1)</script>"},
    )
    text = page.get(AUDIT).text
    assert "<script>alert" not in text and "<img src=x>" not in text and "<b>:" not in text


def test_taking_a_list_along_is_told(desk, agent):
    assert desk.browser(agent).post("/desk/views/open.csv").status_code == 200
    [row] = trail(Kind.EXPORTED)
    assert (row.actor_id, json.loads(row.details)) == (
        agent.id,
        {"view": "open", "what": "tickets"},
    )
