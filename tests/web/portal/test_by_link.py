"""The link of a mail: one request without signing in, for whoever has the mail."""

import re

import pytest

from helpdesk.accounts import actions as accounts
from helpdesk.accounts import limits
from helpdesk.accounts.models import DESK, Role
from helpdesk.database import rows, transaction
from helpdesk.mail.sending import links
from helpdesk.tickets import actions, queries
from helpdesk.tickets.models import Place, Status
from tests.desk import PNG, upload

MONTH = 30 * 86400  # seconds

COOKIE = "helpdesk-request"


def link(ticket):
    with transaction():
        return f"/r/{links.token_of(links.link_of(ticket, ticket.requester))}"


def follow(desk, ticket, user=None):
    browser = desk.browser(user)
    assert browser.get(link(ticket)).status_code == 303
    return browser


def cookie(browser, ticket):
    return browser.get_cookie(COOKIE, path=f"/tickets/{ticket.id}")


@pytest.fixture
def ticket(desk, alice, agent):
    made = desk.ticket(alice, "Broken lamp", "It is broken.", files=[desk.file()])
    desk.note(agent, made, "A regular.")
    return made


def test_it_leads_to_the_request_and_leaves_a_cookie_for_it_alone(desk, ticket):
    browser = desk.browser()
    answer = browser.get(link(ticket))
    assert (answer.status_code, answer.location) == (303, f"/tickets/{ticket.id}")
    [said] = answer.headers.getlist("Set-Cookie")
    for part in (f"Path=/tickets/{ticket.id};", "HttpOnly", "SameSite=Lax"):
        assert part in said + ";", said
    assert MONTH - 60 < int(re.search("Max-Age=([0-9]+)", said)[1]) <= MONTH
    assert "Secure" not in said
    assert answer.headers["Cache-Control"] == "no-store"
    page = browser.get(answer.location)
    assert page.status_code == 200 and "It is broken." in page.text
    assert "this request of Alice Moor by the link in a mail" in page.text
    assert "A regular." not in page.text
    for address in ('href="/tickets"', "/tickets/new", "/account", "/sign-out", "/followers"):
        assert address not in page.text, address
    assert f"/sign-in?next=/tickets/{ticket.id}" in page.text


def test_with_https_the_cookie_is_secure(make_desk):
    desk = make_desk(HELPDESK_BASE_URL="https://help.shop.example")
    ticket = desk.ticket(desk.user())
    browser = desk.browser()
    answer = browser.get(link(ticket), base_url="https://help.shop.example")
    [said] = answer.headers.getlist("Set-Cookie")
    assert said.startswith("__Secure-helpdesk-request=") and "Secure;" in said


def test_what_the_requester_may_do_there_a_guest_may(desk, alice, ticket):
    browser = follow(desk, ticket)
    path = f"/tickets/{ticket.id}"
    [file, *_same] = re.findall(rf'href="({path}/files/[^"]+)"', browser.get(path).text)
    assert browser.get(file).data == PNG
    data = {"message": "Thank you!", "files": [upload(name="bill.png")]}
    answer = browser.post(f"{path}/reply", data=data)
    assert (answer.status_code, answer.location) == (302, f"{path}#end")
    page = browser.get(path).text
    assert "Your reply is sent." in page and "bill.png" in page
    last = queries.conversation(DESK, desk.fresh(ticket))[-1]
    assert (last.author_id, last.body) == (alice.id, "Thank you!")
    for status in (Status.RESOLVED, Status.OPEN):
        assert browser.post(f"{path}/status", data={"status": status.value}).status_code == 302
        assert desk.fresh(ticket).status is status
    assert 'value="closed"' not in browser.get(path).text
    assert browser.post(f"{path}/status", data={"status": "closed"}).status_code == 403
    assert browser.post(f"{path}/status", data={"status": "pending"}).status_code == 403
    assert browser.post(f"{path}/status", data={"status": "nonsense"}).status_code == 422
    assert desk.fresh(ticket).status is Status.OPEN


def test_a_closed_request_is_opened_again(desk, agent, ticket):
    actions.change_status(agent, ticket, Status.CLOSED)
    browser, path = follow(desk, ticket), f"/tickets/{ticket.id}"
    page = browser.get(path).text
    assert "just write to us" in page and "/tickets/new" not in page
    assert browser.post(f"{path}/reply", data={"message": "Hello"}).status_code == 409
    assert browser.post(f"{path}/status", data={"status": "open"}).status_code == 302
    assert desk.fresh(ticket).status is Status.OPEN


def test_a_bad_reply_comes_back_with_its_files(desk, ticket):
    browser = follow(desk, ticket)
    data = {"message": "x" * 100_001, "files": [upload(name="bill.png")]}
    answer = browser.post(f"/tickets/{ticket.id}/reply", data=data)
    assert answer.status_code == 422 and "bill.png" in answer.text
    [key] = re.findall(r'name="kept" value="(\w+)"', answer.text)
    data = {"message": "Shorter", "kept": key}
    assert browser.post(f"/tickets/{ticket.id}/reply", data=data).status_code == 302
    last = queries.conversation(DESK, desk.fresh(ticket))[-1]
    assert [file.file_name for file in last.attachments] == ["bill.png"]


def test_following_it_writes_nothing(desk, ticket):
    path, browser = link(ticket), desk.browser()
    with desk.counted() as statements:
        assert browser.head(path).status_code == 303
        assert browser.get(path).status_code == 303
        assert browser.get(f"/tickets/{ticket.id}").status_code == 200
    assert statements
    assert [one for one in statements if not one.startswith(("SELECT", "WITH"))] == []


def test_forms_need_their_token(desk, ticket):
    desk.app.config["WTF_CSRF_ENABLED"] = True
    browser, path = follow(desk, ticket), f"/tickets/{ticket.id}"
    [token, *_same] = re.findall(r'name="csrf_token" value="([^"]+)"', browser.get(path).text)
    status = {"status": "resolved"}
    assert browser.post(f"{path}/status", data=status).status_code == 400
    assert desk.fresh(ticket).status is Status.OPEN
    assert browser.post(f"{path}/status", data=status | {"csrf_token": token}).status_code == 302
    assert desk.fresh(ticket).status is Status.RESOLVED


def end(desk, agent, ticket):
    links.revoke(agent, ticket)


def disable(desk, agent, ticket):
    accounts.disable_user(DESK, ticket.requester)


def give_to_another(desk, agent, ticket):
    actions.move(agent, ticket, desk.user())


def throw_away(desk, agent, ticket):
    actions.place(agent, ticket, Place.BIN)


def make_staff(desk, agent, ticket):
    accounts.change_role(DESK, ticket.requester, Role.AGENT)


@pytest.mark.parametrize("deed", [end, disable, give_to_another, throw_away, make_staff])
def test_it_ends_at_once_and_says_nothing_of_why(desk, agent, ticket, deed):
    path = link(ticket)
    browser = follow(desk, ticket)
    deed(desk, agent, desk.fresh(ticket))
    ended = desk.browser().get("/r/1-forged")
    assert ended.status_code == 404 and "This link does not work any more" in ended.text
    assert "/sign-in" in ended.text and "Alice" not in ended.text
    for address in (path, f"/tickets/{ticket.id}", f"/tickets/{ticket.id}/files/{'0' * 32}/a.png"):
        answer = browser.get(address)
        assert (answer.status_code, answer.text) == (404, ended.text), address
    count = desk.fresh(ticket).message_count
    data = {"message": "Hello"}
    assert browser.post(f"/tickets/{ticket.id}/reply", data=data).status_code == 404
    assert desk.fresh(ticket).message_count == count


def test_the_next_mail_has_another_link(desk, agent, ticket):
    before = link(ticket)
    links.revoke(agent, ticket)
    after = link(ticket)
    assert after != before
    assert desk.browser().get(before).status_code == 404
    assert desk.browser().get(after).status_code == 303


def test_the_cookie_lasts_30_days_and_the_link_longer(desk, ticket, travel):
    browser = follow(desk, ticket)
    # As somebody keeps it who doesn't mind what the cookie says of its end.
    kept = desk.browser()
    kept.set_cookie(COOKIE, cookie(browser, ticket).value)
    travel(days=29)
    assert kept.get(f"/tickets/{ticket.id}").status_code == 200
    travel(days=30)
    assert kept.get(f"/tickets/{ticket.id}").status_code == 404
    assert desk.browser().get(link(ticket)).status_code == 303


def test_the_cookie_is_not_the_link(desk, ticket):
    path = link(ticket)
    kept = cookie(follow(desk, ticket), ticket).value
    token = path.removeprefix("/r/")
    assert token.partition("-")[2] not in kept
    assert desk.browser().get(f"/r/{kept}").status_code == 404
    browser = desk.browser()
    browser.set_cookie(COOKIE, token)
    assert browser.get(f"/tickets/{ticket.id}").status_code == 404


NINES = "9" * 17
SHORT = ["x", "1", "1-1", "1-1-", "1--", "--", "-1-1-1", f"1-{NINES}-0", f"{NINES}-1-0"]
ODD = ["9" * 400, "1-\x80-0", "1-1-é", "１-1-0", "1-1e3-0", "0x1-1-0", "1" + "-1" * 500]
TOKENS = ["1", "1-", "-", "%00", "é", "1-%ED%A0%80", "9" * 5000, "1-0%0d%0a"]


@pytest.mark.parametrize("value", [*SHORT, *ODD])
def test_a_forged_cookie_opens_nothing(desk, ticket, value):
    link(ticket)
    client = desk.app.test_client(use_cookies=False)
    headers = {"Cookie": f"{COOKIE}={value}".encode().decode("latin-1")}
    answer = client.get(f"/tickets/{ticket.id}", headers=headers)
    assert answer.status_code == 404 and "Broken lamp" not in answer.text


def test_a_changed_cookie_opens_nothing(desk, ticket):
    good = cookie(follow(desk, ticket), ticket).value
    number, issued, proof = good.split("-")
    for wrong in (
        f"{number}-{int(issued) + 1}-{proof}",
        f"{number}-0{issued}-{proof}",
        f"0{number}-{issued}-{proof}",
        f"{int(number) + 1}-{issued}-{proof}",
        good[:-1],
        good + "0",
        good.upper() + "A",
    ):
        browser = desk.browser()
        browser.set_cookie(COOKIE, wrong)
        assert browser.get(f"/tickets/{ticket.id}").status_code == 404, wrong


@pytest.mark.parametrize(
    "token", ["1", "1-", "-", "%00", "é", "1-%ED%A0%80", "9" * 5000, "1-0%0d%0a"]
)
def test_a_made_up_link_opens_nothing(desk, ticket, token):
    link(ticket)
    answer = desk.browser().get(f"/r/{token}")
    assert answer.status_code == 404 and "does not work any more" in answer.text


def test_guessing_is_limited(desk, ticket):
    path, browser = link(ticket), desk.browser()
    for _try in range(limits.LINK.most):
        assert browser.get("/r/1-0").status_code == 404
    answer = browser.get("/r/1-0")
    assert answer.status_code == 429 and int(answer.headers["Retry-After"]) > 0
    assert browser.get(path).status_code == 303  # what is right always passes


def test_its_requester_is_simply_at_home(desk, alice, ticket):
    browser = follow(desk, ticket, alice)
    assert cookie(browser, ticket) is None
    page = browser.get(f"/tickets/{ticket.id}").text
    assert "by the link in a mail" not in page and 'href="/tickets"' in page
    # And so is whoever signs in after having come by the link.
    guest, signed_in = follow(desk, ticket), desk.browser(alice)
    signed_in.set_cookie(COOKIE, cookie(guest, ticket).value)
    assert "by the link in a mail" not in signed_in.get(f"/tickets/{ticket.id}").text


def test_another_customer_is_told_whose_it_is(desk, alice, bob, ticket):
    browser = follow(desk, ticket, bob)
    page = browser.get(f"/tickets/{ticket.id}").text
    assert "this request of Alice Moor" in page and "signed in as Bob Lind" in page
    assert ">You<" not in page and "/sign-out" not in page
    browser.post(f"/tickets/{ticket.id}/reply", data={"message": "Hello"})
    assert queries.conversation(DESK, desk.fresh(ticket))[-1].author_id == alice.id
    assert "Broken lamp" not in browser.get("/tickets").text
    # Once the link ends, it is a stranger's request again, which is none.
    links.revoke(DESK, desk.fresh(ticket))
    assert "There is no such ticket." in browser.get(f"/tickets/{ticket.id}").text


def test_staff_are_led_to_the_desk(desk, agent, ticket):
    browser = desk.browser(agent)
    answer = browser.get(link(ticket))
    assert (answer.status_code, answer.location) == (303, f"/desk/tickets/{ticket.id}")
    assert "Set-Cookie" not in answer.headers


def test_links_to_two_requests_open_both(desk, alice, ticket):
    other = desk.ticket(alice, "A chair")
    browser = follow(desk, ticket)
    browser.get(link(other))
    for one in (ticket, other):
        page = browser.get(f"/tickets/{one.id}")
        assert page.status_code == 200 and one.subject in page.text


def test_a_request_that_was_merged_is_opened_where_it_is_now(desk, alice, agent, ticket):
    browser, path = follow(desk, ticket), link(ticket)
    into = desk.ticket(alice, "A chair")
    actions.merge(agent, [desk.fresh(ticket)], into)
    answer = browser.get(f"/tickets/{ticket.id}")
    assert answer.location == f"/tickets/{into.id}"
    assert "It is broken." in browser.get(answer.location).text
    late = desk.browser()
    assert late.get(path).location == f"/tickets/{into.id}"
    assert late.get(f"/tickets/{into.id}").status_code == 200
    # To end the links of the one is to end those of the other.
    assert rows(links.OPEN_LINKS, ticket_id=into.id)
    assert links.revoke(agent, desk.fresh(into)) == 1
    assert not rows(links.OPEN_LINKS, ticket_id=into.id)
    assert browser.get(f"/tickets/{into.id}").status_code == 404
    assert late.get(f"/tickets/{into.id}").status_code == 404


def test_a_device_can_forget_it(desk, ticket):
    browser = follow(desk, ticket)
    answer = browser.post(f"/tickets/{ticket.id}/leave")
    assert (answer.status_code, answer.location) == (302, "/")
    assert cookie(browser, ticket) is None
    assert "no longer opens the request" in browser.get("/").text
    assert browser.get(f"/tickets/{ticket.id}").status_code == 302


def test_drafts_of_guests_are_not_those_of_accounts(desk, alice, ticket):
    def key(browser):
        return re.findall(r'data-draft="([^"]+)"', browser.get(f"/tickets/{ticket.id}").text)

    def sent(browser):
        browser.post(f"/tickets/{ticket.id}/reply", data={"message": "Hello"})
        page = browser.get(f"/tickets/{ticket.id}").text
        return re.findall(r'name="draft-sent" content="([^"]+)"', page)

    guest, account = follow(desk, ticket), desk.browser(alice)
    assert key(guest) == sent(guest) != key(account) == sent(account)


def test_the_page_speaks_the_language_of_its_requester(desk, alice, ticket):
    accounts.change_profile(alice, alice, name=alice.name, email=alice.email, language="de")
    page = follow(desk, ticket).get(f"/tickets/{ticket.id}").text
    assert '<html lang="de"' in page


def test_no_log_has_the_token(desk, ticket, caplog):
    path = link(ticket)
    with caplog.at_level("INFO"):
        follow(desk, ticket)
    assert path.removeprefix("/r/") not in caplog.text
