"""Signing up and in, passwords, sessions, links, limits."""

import importlib.util

import pytest

from helpdesk.accounts import actions, entering, limits, links, queries, sessions, tokens
from helpdesk.accounts.actions import Visitor
from helpdesk.accounts.models import DESK, LinkPurpose, Role
from helpdesk.accounts.secrets import digest
from helpdesk.database import transaction
from helpdesk.errors import Invalid, NotAllowed, NotFound, NotSignedIn, TooMany, WrongState
from tests.desk import PASSWORD

HOME = Visitor("192.0.2.7", "A browser")
GOOD = "another lamp in the window"


def sign_in(visitor, email, password):
    user = entering.authenticate(visitor, email, password)
    assert entering.go_on(visitor, user, by="password") == ""
    return user


def test_a_customer_signs_up_and_in(desk):
    user = actions.sign_up(HOME, " Ana  Ruiz ", " Ana@Shop.Example ", PASSWORD)
    assert (user.name, user.email, user.role) == ("Ana Ruiz", "ana@shop.example", Role.CUSTOMER)
    token = sign_in(HOME, "ANA@shop.example", PASSWORD).session_token
    assert sessions.find(token).id == user.id
    assert sessions.find(token + "x") is None


def test_a_page_that_is_only_read_knows_its_reader_by_a_row(desk, agent):
    token = sessions.open_session(agent, "192.0.2.1", "A test")
    reader = sessions.reader(token)
    for name in ("id", "name", "email", "language", "role", "initials", "is_staff", "is_admin"):
        assert getattr(reader, name) == getattr(agent, name)
    assert (reader.get_id(), sessions.fingerprint(reader)) == (token, digest(token))
    assert sessions.reader(token + "x") is None


@pytest.mark.parametrize(
    ("password", "word"),
    [
        ("short", "least"),
        ("x" * 201, "most"),
        ("password1", "common"),
        ("aaaaaaaaaaaa", "common"),
        ("ana@shop.example", "e-mail"),
        ("lamp\0lamp", "kept"),
    ],
)
def test_a_bad_password_is_refused(desk, password, word):
    with pytest.raises(Invalid) as told:
        actions.sign_up(HOME, "Ana", "ana@shop.example", password)
    assert word in told.value.fields["password"][0]


@pytest.mark.parametrize(
    "email",
    [
        "",
        "ana",
        "a\x1bc@shop.example",
        "ana@",
        "@shop",
        "a b@c.d",
        "a@b@c",
        "a@b..c",
        ".a@b.c",
        "a.@b.c",
        "a..b@c.d",
        "a@-b.c",
        "a@b-.c",
        "a@b_c.d",
        "a@b.c.",
        "x" * 65 + "@b.c",
        "x" * 250 + "@b.c",
        "a@b\r\nBcc: c@d",
    ],
)
def test_a_bad_address_is_refused(desk, email):
    with pytest.raises(Invalid) as told:
        actions.sign_up(HOME, "Ana", email, PASSWORD)
    assert "email" in told.value.fields


@pytest.mark.parametrize(
    "email", ["ana.ruiz+vip@shop.example", "o'neil@x.co", "ümit@köln.example", "root@till"]
)
def test_an_unusual_address_is_taken(desk, email):
    actions.sign_up(HOME, "Ana", email, PASSWORD)
    assert queries.by_email(email) is not None


def test_an_old_address_that_would_be_refused_today_stays(desk, alice):
    with transaction():
        alice.email = "alice@-shop.example"
    actions.change_profile(alice, alice, name="Al", email="alice@-shop.example", language="en")
    assert alice.name == "Al"


def test_an_address_has_one_account(desk, alice):
    with pytest.raises(Invalid, match="already"):
        actions.sign_up(HOME, "Mallory", alice.email.upper(), PASSWORD)


def test_unknown_disabled_and_wrong_are_one_answer(desk, alice, bob):
    actions.disable_user(DESK, bob)
    answers = set()
    for email, password in (
        (alice.email, GOOD),
        ("nobody@shop.example", GOOD),
        (bob.email, PASSWORD),
        (alice.email, "x" * 5000),
    ):
        with pytest.raises(NotSignedIn) as told:
            sign_in(HOME, email, password)
        answers.add(told.value.message)
    assert len(answers) == 1


def test_the_same_work_is_done_for_an_unknown_address(desk, alice, monkeypatch):
    calls = []
    real = actions.passwords._hasher.verify
    monkeypatch.setattr(
        actions.passwords,
        "_hasher",
        type(
            "H",
            (),
            {
                "verify": staticmethod(lambda h, p: calls.append(h) or real(h, p)),
                "hash": actions.passwords._hasher.hash,
            },
        ),
    )
    for email in (alice.email, "nobody@shop.example"):
        with pytest.raises(NotSignedIn):
            sign_in(HOME, email, GOOD)
    assert len(calls) == 2
    assert calls[0].split("$")[3] == calls[1].split("$")[3]  # the same parameters: the same time


def test_too_many_failures_stop_even_the_right_password_for_a_while(desk, alice, travel):
    for _ in range(limits.SIGN_IN.most):
        with pytest.raises(NotSignedIn):
            sign_in(HOME, alice.email, GOOD)
    with pytest.raises(TooMany) as told:
        sign_in(HOME, alice.email, PASSWORD)
    assert 0 < told.value.retry_after <= 15 * 60
    sign_in(Visitor("192.0.2.8"), alice.email, PASSWORD)  # from elsewhere she still may
    travel(minutes=15)
    sign_in(HOME, alice.email, PASSWORD)


def test_signing_in_often_is_no_failure(desk, alice):
    for _ in range(limits.SIGN_IN.most + 2):
        sign_in(HOME, alice.email, PASSWORD)


def change_password(user):
    actions.change_password(HOME, user, PASSWORD, GOOD)


def set_password_by_link(user):
    actions.set_password_by_link(
        HOME, links.token_of(actions.request_reset(HOME, user.email)), GOOD
    )


@pytest.mark.parametrize(
    "end",
    [
        lambda user: sessions.end(user.session_token),
        change_password,
        set_password_by_link,
        lambda user: actions.disable_user(DESK, user),
        lambda user: actions.change_role(DESK, user, Role.AGENT),
        lambda user: sessions.end_all(user),
    ],
)
def test_a_copied_session_is_dead_at_once(desk, alice, end):
    copied = sign_in(HOME, alice.email, PASSWORD).session_token
    end(queries.by_email(alice.email))
    assert sessions.find(copied) is None


def test_a_session_ends_when_nobody_uses_it(desk, alice, travel):
    token = sign_in(HOME, alice.email, PASSWORD).session_token
    travel(days=29)
    assert sessions.find(token)
    travel(days=58)
    assert sessions.find(token)
    travel(days=89)
    assert sessions.find(token) is None


def test_a_reset_link_works_once_within_an_hour(desk, alice, travel):
    token = links.token_of(actions.request_reset(HOME, alice.email))
    actions.set_password_by_link(HOME, token, GOOD)
    with pytest.raises(NotFound):
        actions.set_password_by_link(HOME, token, PASSWORD)
    sign_in(HOME, alice.email, GOOD)
    late = links.token_of(actions.request_reset(HOME, alice.email))
    travel(hours=1)
    with pytest.raises(NotFound):
        actions.set_password_by_link(HOME, late, PASSWORD)


def test_a_newer_reset_link_ends_the_older(desk, alice):
    older = links.token_of(actions.request_reset(HOME, alice.email))
    newer = links.token_of(actions.request_reset(HOME, alice.email))
    with pytest.raises(NotFound):
        actions.user_of_link(HOME, older)
    assert actions.user_of_link(HOME, newer).id == alice.id


@pytest.mark.parametrize("forged", ["", "1", "1-", "1-0", "\u0661-x", "9" * 40 + "-x", "1-é", "\0"])
def test_a_forged_link_is_no_link(desk, alice, forged):
    actions.request_reset(HOME, alice.email)
    with pytest.raises(NotFound):
        actions.user_of_link(HOME, forged)


def test_a_link_for_one_thing_is_none_for_another(desk):
    setup = links.setup_token()
    with pytest.raises(NotFound):
        actions.user_of_link(HOME, setup)
    with pytest.raises(NotFound):
        links.find(setup, LinkPurpose.RESET)


def test_a_reset_for_nobody_is_counted_like_any_other(desk, alice):
    for email in ("nobody@shop.example", alice.email):
        for _ in range(limits.RESET.most):
            actions.request_reset(HOME, email)
        with pytest.raises(TooMany):
            actions.request_reset(HOME, email)


def test_the_desk_is_set_up_once(desk):
    token = links.setup_token()
    assert links.setup_token() == token
    user = actions.set_up(token, name="", email="ana@shop.example", password=PASSWORD)
    assert (user.role, user.name) == (Role.ADMIN, "ana")
    assert links.setup_token() is None
    with pytest.raises(NotFound):
        actions.set_up(token, name="", email="eve@shop.example", password=PASSWORD)


def test_the_last_admin_stays(desk, admin, alice):
    for deed in (
        lambda: actions.disable_user(admin, admin),
        lambda: actions.change_role(admin, admin, Role.AGENT),
    ):
        with pytest.raises(WrongState):
            deed()
    actions.change_role(admin, alice, Role.ADMIN)
    actions.disable_user(alice, admin)


def test_only_an_admin_manages_users(desk, alice, agent):
    for actor in (alice, agent):
        for deed in (
            lambda actor=actor: actions.disable_user(actor, alice),
            lambda actor=actor: actions.change_role(actor, actor, Role.ADMIN),
            lambda actor=actor: actions.add_user(actor, name="X", email="x@y.z", role=Role.ADMIN),
            lambda actor=actor: actions.set_password(actor, alice, GOOD),
            lambda actor=actor: actions.invite(actor, alice),
        ):
            with pytest.raises(NotAllowed):
                deed()


def test_a_token_works_until_it_is_revoked_expired_or_its_owner_gone(desk, alice, bob, travel):
    lasting = tokens.add_token(alice, alice, "lasting")
    short = tokens.add_token(alice, alice, "short", days=1)
    assert tokens.find(lasting).id == tokens.find(short).id == alice.id
    assert tokens.find(lasting).last_used_at is not None
    travel(days=1)
    assert tokens.find(short) is None
    with pytest.raises(NotFound):
        tokens.revoke_token(bob, tokens.find(lasting).token_id)
    tokens.revoke_token(alice, tokens.find(lasting).token_id)
    assert tokens.find(lasting) is None
    again = tokens.add_token(alice, alice, "again")
    actions.disable_user(DESK, alice)
    assert tokens.find(again) is None


def test_a_new_password_ends_log_ins_but_not_the_tokens_of_scripts(desk, alice):
    script = tokens.add_token(alice, alice, "script")
    login = tokens.add_token(alice, alice, "log-in", from_login=True)
    change_password(alice)
    assert tokens.find(script) and tokens.find(login) is None


@pytest.mark.sqlite  # it reads the file
def test_nothing_secret_is_in_the_database(desk, alice):
    secrets = [
        tokens.add_token(alice, alice, "script"),
        sign_in(HOME, alice.email, PASSWORD).session_token,
        links.token_of(actions.request_reset(HOME, alice.email)),
        PASSWORD,
    ]
    stored = b"".join(path.read_bytes() for path in desk.folder.glob("helpdesk.db*"))
    assert alice.email.encode() in stored
    for secret in secrets:
        assert secret.encode() not in stored


def test_passwords_are_hashed_as_owasp_recommends():
    spec = importlib.util.find_spec("helpdesk.accounts.passwords")
    fresh = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(fresh)
    assert fresh.hashed("a lamp in the window").startswith("$argon2id$v=19$m=19456,t=2,p=1$")
