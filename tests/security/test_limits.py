"""How often somebody whom nobody knows may do something, and that nobody else suffers by it."""

import re
from pathlib import Path

import pytest
import sqlalchemy as sa

from helpdesk import ceilings
from helpdesk.accounts import limits, links
from helpdesk.accounts.limits import Limit
from helpdesk.accounts.models import RateLimit
from helpdesk.api.endpoints import registry
from helpdesk.ceilings import Ceiling
from helpdesk.database import db
from helpdesk.errors import NotFound, TooMany
from helpdesk.mail.sending import unsubscribing
from helpdesk.networks import network_of, stands_for_many
from tests.desk import PASSWORD, PREFIX
from tests.mail.rows import outgoing

ROOT = Path(__file__).parents[2]
WORLD = "8.8.8.8"
ANYBODY = "ANYBODY"  # 1,200 a minute, of whatever
FREE = "free"  # the same for everybody, and in memory
# What somebody without an account can call, and what limits it.
LIMITED = {
    "web.accounts.create_account": "SIGN_UP",
    "web.accounts.start_session": "SIGN_IN",
    "web.accounts.sign_in_by_passkey": "SIGN_IN_FROM",
    "web.accounts.take_second_step": "SECOND_STEP",
    "web.accounts.second_step": ANYBODY,
    "web.accounts.passkey_for_second_step": ANYBODY,
    "web.accounts.passkey_to_sign_in": ANYBODY,
    "web.accounts.start_over": ANYBODY,
    "web.accounts.request_link": "RESET_FROM",
    "web.accounts.set_password": "LINK",
    "web.accounts.keep_password": "LINK",
    "web.accounts.set_up": "LINK",
    "web.accounts.keep_setup": "LINK",
    "web.portal.by_link": "LINK",
    "web.portal.ask_to_unsubscribe": "LINK",
    "web.portal.unsubscribe": "LINK",
    "web.portal.reply": "GUEST",
    "web.portal.change_status": "GUEST",
    "web.portal.leave": "GUEST",
    "api.inbound": "TOKEN",
    "api.log_in_for_customer": "SIGN_IN",
    "api.log_in_for_vendor": "SIGN_IN",
    "api.log_in_staff_for_staff": "SIGN_IN",
    "web.asset": FREE,
    "web.health": FREE,
    "web.theme": FREE,
    "web.logo": FREE,
    "web.accounts.sign_up": ANYBODY,
    "web.accounts.sign_in": ANYBODY,
    "web.accounts.sign_out": ANYBODY,
    "web.accounts.forgot_password": ANYBODY,
    "web.accounts.link_requested": ANYBODY,
    "web.portal.home": ANYBODY,
    "web.portal.show": ANYBODY,
    "web.portal.file": ANYBODY,
    "api.docs": ANYBODY,
    "api.openapi": ANYBODY,
    "api.list_categories_for_customer": ANYBODY,
    "api.list_categories_for_vendor": ANYBODY,
}


def for_anybody(app):
    """The names of all that answers something else than "sign in first" to nobody."""
    for name, view in app.view_functions.items():
        if getattr(view, "access", "") in ("anyone", "customers_or_guests"):
            yield name
    for rule in app.url_map.iter_rules():
        declared = registry.of_flask(rule.endpoint)
        is_ours = rule.endpoint.startswith("api.")
        if is_ours and (declared is None or declared.is_public):
            yield rule.endpoint


def test_whatever_anybody_may_call_is_in_the_table(desk):
    assert set(for_anybody(desk.app)) == set(LIMITED)
    for name in set(LIMITED.values()) - {FREE, ANYBODY}:
        assert isinstance(getattr(limits, name), Limit)


def test_what_is_free_says_so_itself(desk):
    free = {name for name, limit in LIMITED.items() if limit == FREE}
    assert free == {n for n, v in desk.app.view_functions.items() if hasattr(v, "unlimited")}


def test_the_documented_table_has_the_limits_of_the_code():
    told = (ROOT / "docs" / "SECURITY.md").read_text()
    for limit in vars(limits).values():
        if isinstance(limit, Limit):
            minutes = limit.window.total_seconds() / 60
            window = "hour" if minutes == 60 else f"{minutes:.0f} min"
            row = rf"\| {re.escape(limit.name)} \| {limit.most:,} \| {window} \|"
            assert re.search(row, told), f"{limit.name} {limit.most} {window}"
    assert f"{ceilings.ANYBODY.most:,}" in told


@pytest.fixture
def few(monkeypatch):
    """Let a limit be *most*."""

    def few(name, most=2):
        old = getattr(limits, name)
        monkeypatch.setattr(limits, name, Limit(old.name, most, old.window))

    return few


def ask(desk, method, path, **options):
    """A request of a stranger from the internet."""
    options.setdefault("environ_overrides", {"REMOTE_ADDR": WORLD})
    return desk.browser().open(path, method=method, **options)


SIGN_UP = {"name": "Ana", "password": PASSWORD}
SIGN_IN = {"email": "ana@shop.example", "password": "wrong"}
LOG_IN = {"emailId": "ana@shop.example", "password": "wrong"}
CALLS = {
    "SIGN_UP": ("/sign-up", {"data": SIGN_UP}),
    "SIGN_UP_ALL": ("/sign-up", {"data": SIGN_UP}),
    "SIGN_UP_TRY": ("/sign-up", {"data": SIGN_UP | {"email": "no"}}),
    "SIGN_IN": ("/sign-in", {"data": SIGN_IN}),
    "SIGN_IN_USER": ("/sign-in", {"data": SIGN_IN}),
    "SIGN_IN_FROM": (f"{PREFIX}/customer/login", {"json": LOG_IN}),
    "RESET": ("/forgot-password", {"data": {"email": "ana@shop.example"}}),
    "RESET_FROM": ("/forgot-password", {"data": {"email": "ana@shop.example"}}),
    "RESET_ALL": ("/forgot-password", {"data": {"email": "ana@shop.example"}}),
    "LINK": ("/set-password/1-0", {}),
    "TOKEN": (f"{PREFIX}/support-ticket/mail/inbound", {"data": b"x"}),
}


@pytest.mark.parametrize("name", CALLS)
def test_one_more_than_the_limit_is_429_and_says_when_to_come_again(desk, few, travel, name):
    few(name)
    path, sent = CALLS[name]
    for number in (1, 2, 3):
        if "SIGN_UP" in name:
            first = {"email": f"ana{number}@shop.example"}
            sent = {"data": sent["data"] | (first if name != "SIGN_UP_TRY" else {})}
        answer = ask(desk, "POST", path, **sent)
        assert (answer.status_code == 429) == (number == 3), number
    window = getattr(limits, name).window.total_seconds()
    assert 0 < int(answer.headers["Retry-After"]) <= window
    travel(seconds=window + 1)
    assert ask(desk, "POST", path, **sent).status_code != 429


@pytest.mark.parametrize("path", ["/setup/1-0", "/r/1-0", "/u/1-0", "/set-password/1-0"])
def test_links_that_lead_nowhere_are_limited(desk, few, path):
    few("LINK")
    codes = [ask(desk, "GET", path).status_code for _ in range(3)]
    assert codes == [404, 404, 429]


def test_a_link_that_leads_somewhere_works_whatever_others_guessed(desk, few, agent, alice):
    few("LINK", 1)
    assert ask(desk, "GET", "/setup/1-0").status_code == 404
    mail = outgoing(desk.reply(agent, desk.ticket(alice)), user_id=alice.id)
    for path in (f"/setup/{links.setup_token()}", unsubscribing.path_of(mail)):
        assert ask(desk, "GET", path).status_code == 200
        assert ask(desk, "GET", path[:-1] + "x").status_code == 429


def test_neighbours_are_counted_by_their_network_and_others_by_theirs(desk):
    limit = Limit("test", 1, limits.SIGN_UP.window)
    limits.count(limit, "ana@shop.example 2606:4700::1")
    for same in ("2606:4700::2", "2606:4700:0:0:ffff::"):
        with pytest.raises(TooMany):
            limits.check(limit, f"ana@shop.example {same}")
    for other in ("2606:4700:0:1::1", "2606:4701::1", WORLD):
        limits.check(limit, f"ana@shop.example {other}")


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("8.8.8.8", "8.8.8.8"),
        ("::ffff:8.8.8.8", "8.8.8.8"),
        ("2606:4700:1:2:3:4:5:6", "2606:4700:1:2::/64"),
        ("unknown", "unknown"),
        ("", ""),
    ],
)
def test_the_network_of_an_address(address, network):
    assert network_of(address) == network


@pytest.mark.parametrize("address", ["127.0.0.1", "10.0.0.1", "172.17.0.1", "fd00::1", "::1", "x"])
def test_what_is_none_of_the_internet_stands_for_many(address):
    assert stands_for_many(address)
    assert not any(map(stands_for_many, (WORLD, "2606:4700::1")))


def test_the_table_stays_small_under_a_million_addresses(desk, monkeypatch):
    monkeypatch.setattr(limits, "MOST_ROWS", 20)
    monkeypatch.setattr(limits, "SWEPT_EVERY", 1)
    for number in range(60):
        limits.count(limits.SIGN_UP, f"8.8.{number}.8")
    rows = db.session.scalar(sa.select(sa.func.count()).select_from(RateLimit))
    assert rows <= 21
    assert limits.used(limits.SIGN_UP, "8.8.59.8") == 1


def test_a_ceiling_takes_what_is_usual_and_begins_anew(desk, travel):
    ceiling = Ceiling(3, 60)
    assert [ceiling.take(WORLD) for _ in range(5)] == [True] * 3 + [False] * 2
    assert ceiling.take("8.8.4.4")
    with pytest.raises(TooMany) as told:
        ceiling.require(WORLD)
    assert 0 < told.value.retry_after <= 60
    travel(seconds=60)
    assert ceiling.take(WORLD)


def test_a_ceiling_needs_little_memory(desk, monkeypatch):
    monkeypatch.setattr(ceilings, "MOST_NETWORKS", 10)
    ceiling = Ceiling(1, 60)
    for number in range(100):
        assert ceiling.take(f"8.8.{number}.8")
    assert len(ceiling._counts) == 10
    assert not ceiling.take("8.8.0.8")  # whoever came first is still counted


@pytest.fixture
def together():
    """Two ceilings of 100 that tell each other, and how often each has told the other."""
    one, other = Ceiling(100, 60), Ceiling(100, 60)
    told = []
    for here, there in ((one, other), (other, one)):
        here.tell = lambda words, there=there: (told.append(words), there.heard(words))
    return one, other, told


def test_two_that_tell_each_other_let_hardly_more_through_than_one(desk, together):
    one, other, _told = together
    assert sum(one.take(WORLD) for _ in range(200)) == 100
    assert sum(other.take(WORLD) for _ in range(200)) == 100 % ceilings.TOLD_TOGETHER
    assert other.take("8.8.4.4")


@pytest.mark.parametrize("most", [100, 101, 119, 120])
def test_whoever_asks_both_in_turn_gains_less_than_is_told_together(desk, together, most):
    for ceiling in together[:2]:
        ceiling.most = most
    taken = sum(together[number % 2].take(WORLD) for number in range(400))
    assert most <= taken < most + ceilings.TOLD_TOGETHER


def test_who_asks_little_is_not_told_of_and_who_is_refused_not_any_more(desk, together):
    one, _other, told = together
    for number in range(1, 200):
        for _ in range(ceilings.TOLD_TOGETHER - 1):
            one.take(f"8.8.{number}.8")
    assert told == []
    for _ in range(1000):
        one.take("8.8.8.9")
    assert told == [["8.8.8.9", ceilings.TOLD_TOGETHER]] * 3


def test_what_others_tell_begins_anew_too_and_needs_little_memory(
    desk, together, travel, monkeypatch
):
    one, other, _told = together
    other.heard([WORLD, 100])
    assert not other.take(WORLD)
    travel(seconds=60)
    assert sum(one.take(WORLD) for _ in range(29)) == 29
    travel(seconds=120)
    assert sum(one.take(WORLD) for _ in range(29)) == 29
    assert sum(other.take(WORLD) for _ in range(200)) == 100, "nothing is told of a past minute"
    monkeypatch.setattr(ceilings, "MOST_NETWORKS", 10)
    for number in range(100):
        one.heard([f"8.8.{number}.8", 30])
    assert len(one._counts) == 10


@pytest.fixture
def low_ceiling(monkeypatch):
    monkeypatch.setattr(ceilings.ANYBODY, "most", 2)
    monkeypatch.setattr(ceilings.ANYBODY, "_counts", {})


CATEGORIES = f"{PREFIX}/customer-support-ticket/ticket-category"


@pytest.mark.parametrize("path", ["/", "/sign-in", "/backend/api/openapi.json", CATEGORIES])
def test_a_stranger_who_asks_without_end_is_told_to_wait(desk, low_ceiling, path):
    codes = [ask(desk, "GET", path).status_code for _ in range(3)]
    assert codes == [200, 200, 429]
    assert int(ask(desk, "GET", path).headers["Retry-After"]) <= 60


def test_who_is_signed_in_or_has_a_token_goes_on_behind_the_same_address(desk, low_ceiling, alice):
    for _ in range(3):
        ask(desk, "GET", "/sign-in")
    here = {"REMOTE_ADDR": WORLD}
    assert desk.browser(alice).get("/tickets", environ_overrides=here).status_code == 200
    answer = desk.api(alice).get("/customer-support-ticket", environ_overrides=here)
    assert answer.status_code == 200


def test_what_a_page_is_made_of_is_never_refused(desk, low_ceiling):
    for path in ("/theme.css", "/healthz") * 3:
        assert ask(desk, "GET", path).status_code == 200


def test_a_proxy_that_nobody_told_us_of_does_not_shut_all_out(desk, low_ceiling):
    for _ in range(5):
        here = {"REMOTE_ADDR": "172.17.0.1"}
        assert ask(desk, "GET", "/sign-in", environ_overrides=here).status_code == 200


def test_failures_count_only_what_fails(desk):
    limit = Limit("test", 1, limits.LINK.window)
    for _ in range(3):
        with limits.failures(limit, WORLD):
            pass
    assert limits.used(limit, WORLD) == 0
    with pytest.raises(NotFound), limits.failures(limit, WORLD):
        raise NotFound("")
    assert limits.used(limit, WORLD) == 1


def test_who_was_here_before_gets_in_whatever_others_guess(desk, few, alice):
    few("SIGN_IN_USER", 3)
    few("SIGN_IN_FROM", 3)
    right = {"email": alice.email, "password": PASSWORD}
    here = {"REMOTE_ADDR": WORLD}
    known = desk.browser()
    known.post("/sign-in", data=right, environ_overrides=here)
    known.post("/sign-out", environ_overrides=here)
    for _ in range(4):
        answer = ask(desk, "POST", "/sign-in", data=right | {"password": "wrong"})
    assert answer.status_code == 429
    assert ask(desk, "POST", "/sign-in", data=right).status_code == 429
    assert known.post("/sign-in", data=right, environ_overrides=here).status_code == 302


def test_but_does_not_guess_without_end_either(desk, alice):
    known = desk.browser()
    known.post("/sign-in", data={"email": alice.email, "password": PASSWORD})
    known.post("/sign-out")
    wrong = {"email": alice.email, "password": "wrong"}
    codes = [known.post("/sign-in", data=wrong).status_code for _ in range(11)]
    assert codes == [422] * 10 + [429]
