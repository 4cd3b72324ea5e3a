"""The second step of a sign-in: codes of an app, codes on paper, trusted browsers, and attacks."""

import threading

import pytest
import sqlalchemy as sa

from helpdesk import clock
from helpdesk.accounts import actions, entering, limits, sessions
from helpdesk.accounts.entering import Visitor
from helpdesk.accounts.factors import app, codes, devices, managing, rules, steps, totp
from helpdesk.accounts.factors.models import AuthenticatorApp, RecoveryCode, SignInStep
from helpdesk.accounts.factors.rules import Whom
from helpdesk.accounts.models import DESK
from helpdesk.database import db, transaction
from helpdesk.errors import Invalid, NotAllowed, NotSignedIn, TooMany, WrongState
from tests.desk import PASSWORD

HOME = Visitor("192.0.2.7", "A browser")


def with_app(user):
    """Give *user* an app; its secret, and the recovery codes that came with it."""
    app.begin(user)
    secret = app.secret_to_confirm(user.id)
    made = managing.confirm_app(user, code_of(secret))
    return secret, made


def code_of(secret, later=0):
    return totp.code_of(secret, totp.step_at(clock.now()) + later)


def first_step(user, visitor=HOME):
    user = entering.authenticate(visitor, user.email, PASSWORD)
    return entering.go_on(visitor, user, by="password")


def finish(token, code="", visitor=HOME, trust=False):
    return entering.finish(visitor, token, code=code, trust=trust)


# RFC 6238, appendix B: seconds since 1970, and the last six digits of the code for SHA-1.
@pytest.mark.parametrize(
    ("seconds", "code"),
    [
        (59, "287082"),
        (1111111109, "081804"),
        (1111111111, "050471"),
        (1234567890, "005924"),
        (2000000000, "279037"),
        (20000000000, "353130"),
    ],
)
def test_codes_are_those_of_the_standard(seconds, code):
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    assert totp.code_of(secret, seconds // 30) == code


def test_a_password_alone_opens_nothing_any_more(desk, alice):
    with_app(alice)
    token = first_step(alice)
    assert token
    assert sessions.find(token) is None
    assert alice.session_token == ""


def test_the_code_of_the_app_opens(desk, alice, travel):
    secret, _made = with_app(alice)
    travel(minutes=1)
    user = finish(first_step(alice), code_of(secret))
    assert sessions.find(user.session_token).id == alice.id


def test_a_code_opens_once(desk, alice, travel):
    secret, _made = with_app(alice)
    with pytest.raises(Invalid):  # the one that the app was confirmed with
        finish(first_step(alice), code_of(secret))
    travel(minutes=1)
    code = code_of(secret)
    finish(first_step(alice), code)
    for seconds in (60, 89):
        travel(seconds=seconds)
        with pytest.raises(Invalid):
            finish(first_step(alice), code)


@pytest.mark.parametrize(("later", "is_right"), [(-2, False), (-1, True), (1, True), (2, False)])
def test_a_clock_may_be_off_by_one_step(desk, alice, travel, later, is_right):
    secret, _made = with_app(alice)
    travel(minutes=5)
    token, code = first_step(alice), code_of(secret, later)
    if is_right:
        assert finish(token, code)
    else:
        with pytest.raises(Invalid):
            finish(token, code)


def test_an_earlier_code_is_worth_nothing_after_a_later_one(desk, alice, travel):
    secret, _made = with_app(alice)
    travel(minutes=5)
    finish(first_step(alice), code_of(secret, 1))
    with pytest.raises(Invalid):
        finish(first_step(alice), code_of(secret))


@pytest.mark.parametrize(
    "code",
    ["", "000000", "x" * 100_000, "123 456", "\0", "\ud800", "٣٤٥٦٧٨", "1e5", "-1", "'; DROP--"],
)
def test_what_is_no_code_is_refused(desk, alice, code):
    with_app(alice)
    with pytest.raises(Invalid):
        finish(first_step(alice), code)


def test_codes_are_taken_as_people_type_them(desk, alice, travel):
    secret, made = with_app(alice)
    travel(minutes=1)
    code = code_of(secret)
    assert finish(first_step(alice), f" {code[:3]} {code[3:]}")
    assert finish(first_step(alice), made[0].upper().replace("-", " "))


def test_a_recovery_code_opens_once(desk, alice):
    _secret, made = with_app(alice)
    assert len(set(made)) == codes.MANY
    assert finish(first_step(alice), made[3]).id == alice.id
    assert codes.left(alice.id) == codes.MANY - 1
    with pytest.raises(Invalid):
        finish(first_step(alice), made[3])


@pytest.mark.parametrize("kind", ["app", "recovery"])
def test_a_code_that_several_use_at_once_opens_for_one(desk, alice, travel, kind):
    secret, made = with_app(alice)
    travel(minutes=1)
    code = code_of(secret) if kind == "app" else made[0]
    tokens = [first_step(alice) for _number in range(4)]
    done, together = [], threading.Barrier(len(tokens))

    def use(token):
        with desk.app.app_context():
            together.wait()
            try:
                finish(token, code)
                done.append(True)
            except Invalid:
                done.append(False)

    threads = [threading.Thread(target=use, args=(token,)) for token in tokens]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(done) == [False, False, False, True]


def test_anothers_recovery_code_opens_nothing(desk, alice, bob):
    with_app(alice)
    _secret, made = with_app(bob)
    with pytest.raises(Invalid):
        finish(first_step(alice), made[0])


def test_what_is_kept_is_no_secret_without_the_key(desk, alice):
    secret, made = with_app(alice)
    row = db.session.get(AuthenticatorApp, alice.id)
    assert secret not in row.secret
    hashes = db.session.scalars(sa.select(RecoveryCode.code_hash)).all()
    assert not set(made) & set(hashes)
    desk.app.config["SECRET_KEY"] = "another key, that nobody can guess"
    with pytest.raises(WrongState, match="another secret key"):
        app.accepts(alice.id, "123456")


def test_a_sealed_secret_is_worth_nothing_in_anothers_row(desk, alice, bob):
    with_app(alice)
    with_app(bob)
    with transaction():
        theirs = db.session.get(AuthenticatorApp, bob.id)
        theirs.secret = db.session.get(AuthenticatorApp, alice.id).secret
    with pytest.raises(WrongState):
        app.accepts(bob.id, "123456")


def test_a_step_is_over_after_six_wrong_codes(desk, alice, travel):
    secret, _made = with_app(alice)
    travel(minutes=1)
    token = first_step(alice)
    for _number in range(steps.MOST_ATTEMPTS):
        with pytest.raises(Invalid):
            finish(token, "000000")
    with pytest.raises(NotSignedIn):
        finish(token, code_of(secret))


def test_a_step_is_over_after_ten_minutes(desk, alice, travel):
    secret, _made = with_app(alice)
    token = first_step(alice)
    travel(minutes=11)
    with pytest.raises(NotSignedIn):
        finish(token, code_of(secret))


def test_a_step_that_is_done_opens_nothing_again(desk, alice, travel):
    _secret, made = with_app(alice)
    token = first_step(alice)
    finish(token, made[0])
    with pytest.raises(NotSignedIn):
        finish(token, made[1])
    assert codes.left(alice.id) == codes.MANY - 1


@pytest.mark.parametrize("token", ["", "x", "x" * 100_000, "\0", "\ud800"])
def test_what_is_no_step_is_refused(desk, alice, token):
    with pytest.raises(NotSignedIn):
        finish(token, "123456")


def test_a_new_password_ends_steps_and_trust(desk, alice):
    _secret, made = with_app(alice)
    user = finish(first_step(alice), made[0], trust=True)
    known = Visitor("192.0.2.9", "A browser", user.device_token)
    token = first_step(alice)
    assert first_step(alice, known) == ""
    actions.set_password(DESK, alice, PASSWORD + "!")
    actions.set_password(DESK, alice, PASSWORD)
    assert first_step(alice, known)
    with pytest.raises(NotSignedIn):
        finish(token, made[1])


def test_a_disabled_account_gets_no_second_step(desk, alice, admin):
    _secret, made = with_app(alice)
    token = first_step(alice)
    actions.disable_user(admin, alice)
    with pytest.raises(NotSignedIn):
        finish(token, made[0])


def test_a_trusted_browser_is_asked_for_nothing_for_30_days(desk, alice, bob, travel):
    secret, _made = with_app(alice)
    with_app(bob)
    travel(minutes=1)
    user = finish(first_step(alice), code_of(secret), trust=True)
    known = Visitor("198.51.100.1", "A browser", user.device_token)
    assert first_step(alice, known) == ""
    assert first_step(bob, known)  # it is of hers alone
    assert first_step(alice, Visitor("198.51.100.1", "A browser", "x" * 43))
    travel(days=31)
    assert first_step(alice, known)


def test_a_token_that_was_put_into_a_browser_is_not_trusted(desk, alice, bob):
    """Eve lets Alice's browser have the cookie of hers, and waits until it is trusted."""
    _secret, made = with_app(alice)
    entering.open_session(HOME, bob, by="password")
    eves = bob.device_token
    user = finish(first_step(alice), made[0], Visitor("192.0.2.7", "", eves), trust=True)
    assert user.device_token != eves
    assert first_step(alice, Visitor("198.51.100.1", "", eves))
    assert first_step(alice, Visitor("192.0.2.7", "", user.device_token)) == ""


def test_trust_can_be_taken_back(desk, alice, bob):
    _secret, made = with_app(alice)
    user = finish(first_step(alice), made[0], trust=True)
    [device] = devices.trusted(alice.id)
    with pytest.raises(Exception, match="no such device"):
        devices.distrust(bob, device.id)
    devices.distrust(alice, device.id)
    assert first_step(alice, Visitor("192.0.2.7", "", user.device_token))


def test_guessing_is_slowed_down_and_keeps_no_owner_out(desk, alice, travel):
    """Who has the password, and a thousand addresses, uses up what strangers have, not more."""
    secret, made = with_app(alice)
    known = Visitor("192.0.2.7", "", finish(first_step(alice), made[0]).device_token)
    guesses = 0
    for number in range(20):
        there = Visitor(f"198.51.100.{number}")
        try:
            token = first_step(alice, there)
            for _number in range(5):
                with pytest.raises(Invalid):
                    finish(token, "000000", there)
                guesses += 1
        except TooMany:
            break
    assert guesses == limits.SECOND_STEP_USER.most
    travel(minutes=1)
    assert finish(first_step(alice, known), code_of(secret), known).id == alice.id


def test_right_codes_use_up_nothing(desk, alice, travel):
    secret, _made = with_app(alice)
    for number in range(1, limits.SECOND_STEP.most + 3):
        travel(minutes=number)
        finish(first_step(alice), code_of(secret))


def test_a_program_logs_in_with_a_code_too(desk, agent, travel):
    secret, _made = with_app(agent)
    api = desk.api()
    given = {"username": agent.email, "password": PASSWORD}
    answer = api.post("/auth/login", json=given)
    assert answer.status_code == 401
    assert "second step" in answer.json["message"]
    assert api.post("/auth/login", json=given | {"code": "000000"}).status_code == 401
    travel(minutes=1)
    code = code_of(secret)
    assert api.post("/auth/login", json=given | {"code": code}).status_code == 200
    assert api.post("/auth/login", json=given | {"code": code}).status_code == 401


def test_the_shop_can_want_it(desk, agent, alice, admin):
    with pytest.raises(NotAllowed):
        rules.require_of(agent, Whom.STAFF)
    rules.require_of(admin, Whom.STAFF)
    token = desk.token(agent)
    assert first_step(agent) == ""
    user = entering.authenticate(HOME, agent.email, PASSWORD)
    entering.go_on(HOME, user, by="password")
    assert sessions.find(user.session_token).needs_factor
    assert desk.api(agent).get("/auth/me").status_code != 401, "tokens go on working"
    assert token
    user = entering.authenticate(HOME, alice.email, PASSWORD)
    entering.go_on(HOME, user, by="password")
    assert not sessions.find(user.session_token).needs_factor
    assert (
        desk.api().post("/auth/login", json={"username": agent.email, "password": PASSWORD})
    ).status_code == 401


def test_the_last_factor_stays_where_it_is_needed(desk, agent, admin):
    with_app(agent)
    rules.require_of(admin, Whom.EVERYBODY)
    with pytest.raises(WrongState):
        managing.remove_app(agent)
    assert app.is_set_up(agent.id)
    rules.require_of(admin, Whom.ADMINS)
    managing.remove_app(agent)
    assert not app.is_set_up(agent.id)
    assert codes.left(agent.id) == 0
    assert first_step(agent) == ""


def test_an_admin_helps_who_has_lost_it(desk, agent, admin, alice):
    with_app(agent)
    token = first_step(agent)
    browser = desk.browser(agent)
    with pytest.raises(NotAllowed):
        managing.reset(alice, agent)
    managing.reset(admin, agent)
    assert browser.get("/account").location.startswith("/sign-in")
    assert first_step(agent) == ""
    with pytest.raises(NotSignedIn):
        finish(token, "123456")


def test_what_is_over_is_swept(desk, alice, travel):
    with_app(alice)
    first_step(alice)
    travel(minutes=20)
    steps.sweep()
    assert db.session.scalar(sa.select(sa.func.count()).select_from(SignInStep)) == 0
    first_step(alice)
    finish(first_step(alice), code_of(app_secret(alice)))
    travel(days=500)
    devices.sweep()
    assert devices.trusted(alice.id) == []


def app_secret(user):
    from helpdesk.accounts.sealing import unseal

    return unseal(db.session.get(AuthenticatorApp, user.id).secret, app._purpose(user.id))
