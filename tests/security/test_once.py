"""What works once works once, also for two who come at the same moment."""

from contextvars import Context
from threading import Barrier, Thread

import pytest
import sqlalchemy as sa

from helpdesk import clock
from helpdesk.accounts import actions, confirming, links
from helpdesk.accounts.entering import Visitor
from helpdesk.accounts.factors import app, codes, rules, totp
from helpdesk.accounts.factors.rules import Whom
from helpdesk.accounts.models import BrowserSession, OneTimeLink
from helpdesk.database import db
from tests.accounts.test_second_step import app_secret, with_app
from tests.desk import PASSWORD

MANY = 6
HOME = Visitor("192.0.2.1")


def together(browsers, ask):
    """What each of *browsers* is answered, when all ask at the same moment."""
    start, answers = Barrier(len(browsers)), []

    def one(browser, number):
        start.wait()
        answers.append(ask(browser, number))

    threads = [
        Thread(target=Context().run, args=(one, browser, number))
        for number, browser in enumerate(browsers)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == len(browsers)
    assert all(answer.status_code < 500 for answer in answers)
    return answers


def fresh():
    db.session.rollback()
    db.session.expire_all()


def second_steps(desk, user):
    """Browsers that have shown the password of *user*, and go on to the second step."""
    browsers = [desk.browser() for _number in range(MANY)]
    for browser in browsers:
        browser.post("/sign-in", data={"email": user.email, "password": PASSWORD})
    return browsers


def opened(user):
    fresh()
    query = sa.select(sa.func.count()).where(BrowserSession.user_id == user.id)
    return db.session.scalar(query)


def test_a_code_of_the_app(desk, alice, travel):
    with_app(alice)
    travel(minutes=1)
    browsers = second_steps(desk, alice)
    code = totp.code_of(app_secret(alice), totp.step_at(clock.now()))
    together(
        browsers, lambda browser, _n: browser.post("/sign-in/second-step", data={"code": code})
    )
    assert opened(alice) == 1


def test_a_recovery_code(desk, alice):
    _secret, made = with_app(alice)
    browsers = second_steps(desk, alice)
    together(
        browsers, lambda browser, _n: browser.post("/sign-in/second-step", data={"code": made[0]})
    )
    assert opened(alice) == 1
    assert codes.left(alice.id) == codes.MANY - 1


def test_one_second_step_with_several_codes(desk, alice):
    """A copied cookie of the first step gives one session, whatever codes are shown."""
    _secret, made = with_app(alice)
    [browser, *_others] = second_steps(desk, alice)
    copies = [desk.browser() for _number in range(MANY)]
    for copy in copies:
        copy.set_cookie("helpdesk", browser.get_cookie("helpdesk").value)
    together(
        copies, lambda copy, number: copy.post("/sign-in/second-step", data={"code": made[number]})
    )
    assert opened(alice) == 1


@pytest.mark.parametrize("kind", ["reset", "invite"])
def test_a_password_link(desk, alice, admin, kind):
    link = (
        actions.request_reset(HOME, alice.email)
        if kind == "reset"
        else actions.invite(admin, alice)
    )
    path = f"/set-password/{links.token_of(link)}"
    answers = together(
        [desk.browser() for _number in range(MANY)],
        lambda browser, number: browser.post(path, data={"password": f"{PASSWORD} {number}"}),
    )
    assert sorted(answer.status_code for answer in answers) == [302] + [404] * (MANY - 1)
    assert opened(alice) == 1


def test_a_link_for_another_address(desk, alice):
    confirming.ask_for_change(alice, "alice@elsewhere.example")
    link = db.session.scalars(sa.select(OneTimeLink).order_by(OneTimeLink.id.desc())).first()
    path = f"/confirm-email/{links.token_of(link)}"
    answers = together(
        [desk.browser(alice) for _number in range(MANY)],
        lambda browser, _n: browser.post(path),
    )
    assert sorted(answer.status_code for answer in answers) == [302] + [404] * (MANY - 1)


def test_an_address_that_two_want(desk, alice, bob):
    """Both have a link to it; one gets it, and the other is told."""
    paths = {}
    for user in (alice, bob):
        confirming.ask_for_change(user, "one@elsewhere.example")
        link = db.session.scalars(sa.select(OneTimeLink).order_by(OneTimeLink.id.desc())).first()
        paths[user.id] = f"/confirm-email/{links.token_of(link)}"
    browsers, order = [desk.browser(alice), desk.browser(bob)], [alice.id, bob.id]
    together(browsers, lambda browser, number: browser.post(paths[order[number]]))
    fresh()
    assert [alice.email, bob.email].count("one@elsewhere.example") == 1


def test_an_app_that_is_confirmed(desk, alice):
    app.begin(alice)
    fresh()
    code = totp.code_of(app.secret_to_confirm(alice.id), totp.step_at(clock.now()))
    answers = together(
        [desk.browser(alice) for _number in range(MANY)],
        lambda browser, _n: browser.post("/account/security/app/confirm", data={"code": code}),
    )
    assert sum("recovery codes" in answer.text for answer in answers) == 1, "one set of codes"


def test_the_rule_and_a_sign_in(desk, agent, admin):
    """Whoever signs in while the rule begins has no session that the rule doesn't know of."""
    with_app(admin)
    form = {"email": agent.email, "password": PASSWORD}
    boss = desk.browser(admin)
    wanted = {"second_factor_for": "staff"}

    def ask(browser, number):
        if number == 0:
            return boss.post("/desk/settings/security", data=wanted)
        return browser.post("/sign-in", data=form)

    together([desk.browser() for _number in range(MANY)], ask)
    fresh()
    assert rules.required_for() is Whom.STAFF
    of_agent = sa.select(BrowserSession.needs_factor).where(BrowserSession.user_id == agent.id)
    assert set(db.session.scalars(of_agent)) == {True}
