"""Opening a request in a browser."""

import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlencode

import pytest

from helpdesk.accounts.models import DESK
from helpdesk.database import db
from helpdesk.files import store
from helpdesk.tickets import queries
from helpdesk.tickets.models import Message
from tests.desk import PNG, upload

FORM = {"subject": "Broken lamp", "message": "It arrived\r\nin two pieces."}


def key_of(page):
    return re.search(r'name="once" type="hidden" value="(\w+)"', page.text)[1]


def tickets():
    db.session.rollback()
    db.session.expire_all()
    return queries.listing(DESK, queries.Filters(), queries.Page()).rows


def files_on_disk(desk):
    local = [path for path in Path(desk.folder, "attachments").rglob("*") if path.is_file()]
    return local if store().is_local else [*local, *store().names()]


def test_a_customer_opens_a_request_with_two_files_and_sees_it(desk, alice):
    browser = desk.browser(alice)
    data = FORM | {"files": [upload(PNG, "lamp.png"), upload(b"%PDF-1.7 bill", "bill.pdf")]}
    answer = browser.post("/tickets", data=data)
    (ticket,) = tickets()
    assert (answer.status_code, answer.location) == (302, f"/tickets/{ticket.id}")
    page = browser.get(answer.location).text
    assert f"Your request has the number TKT{ticket.id}" in page
    assert f'<a href="http://127.0.0.1:8000/tickets/{ticket.id}">' in page
    assert f'<meta name="draft-sent" content="new-{alice.id}">' in page
    assert "It arrived\nin two pieces." in page
    assert re.search(r'<img src="[^"]+/lamp.png"', page)
    assert "bill.pdf" in page and "13 bytes" in page
    assert "Thank you" not in browser.get(answer.location).text


def test_a_vendor_opens_one_too(desk, vendor):
    assert desk.browser(vendor).post("/tickets", data=FORM).status_code == 302
    assert tickets()[0].requester_kind == "vendor"


def test_a_form_with_errors_comes_back_with_the_text_and_a_summary(desk, alice):
    browser = desk.browser(alice)
    answer = browser.post("/tickets", data={"subject": "x" * 251, "message": "<b>Hello</b> & so"})
    assert answer.status_code == 422
    assert "data-errors" in answer.text and 'href="#subject"' in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert 'aria-describedby="subject-hint subject-error"' in answer.text
    assert "&lt;b&gt;Hello&lt;/b&gt; &amp; so" in answer.text
    assert not tickets()


def test_both_fields_are_missed_at_once(desk, alice):
    answer = desk.browser(alice).post("/tickets", data={})
    assert answer.status_code == 422
    assert answer.text.count('class="error"') == 2


def kept_in(page):
    return re.findall(r'name="kept" value="(\w+)" checked', page.text)


def file_names():
    (ticket,) = tickets()
    return [
        a.file_name for a in queries.conversation(DESK, queries.get(DESK, ticket.id))[0].attachments
    ]


def test_a_refused_form_keeps_its_files_for_when_it_is_sent_again(desk, alice):
    browser = desk.browser(alice)
    files = [upload(PNG, "lamp.png"), upload(PNG, "wrong.png")]
    answer = browser.post("/tickets", data=FORM | {"subject": "", "files": files})
    assert answer.status_code == 422
    lamp, wrong = kept_in(answer)
    assert "lamp.png" in answer.text and "wrong.png" in answer.text
    again = browser.post("/tickets", data=FORM | {"subject": " ", "kept": [lamp, wrong]})
    assert kept_in(again) == [lamp, wrong]
    data = FORM | {"kept": lamp, "files": upload(PNG, "bulb.png")}
    assert browser.post("/tickets", data=data).status_code == 302
    assert file_names() == ["lamp.png", "bulb.png"]
    assert len(files_on_disk(desk)) == 3  # what nobody wanted is swept after a day


def test_a_file_is_kept_for_who_sent_it(desk, alice, bob):
    data = FORM | {"subject": "", "files": upload()}
    kept = kept_in(desk.browser(alice).post("/tickets", data=data))
    answer = desk.browser(bob).post("/tickets", data=FORM | {"kept": [*kept, "x", "\0"]})
    assert answer.status_code == 302
    assert file_names() == []


def test_a_form_that_names_very_many_kept_files_asks_for_a_few(desk, alice):
    browser = desk.browser(alice)
    body = urlencode({**FORM, "kept": [f"{number:032x}" for number in range(4000)]}, doseq=True)
    kind = "application/x-www-form-urlencoded"
    with desk.counted() as asked:
        assert browser.post("/tickets", data=body, content_type=kind).status_code == 302
    assert len(asked) < 100


def test_too_many_files_are_refused_beside_them_and_the_text_stays(make_desk):
    desk = make_desk(HELPDESK_MAX_FILES="2")
    browser = desk.browser(desk.user())
    data = FORM | {"files": [upload(PNG, f"{n}.png") for n in range(3)]}
    answer = browser.post("/tickets", data=data)
    assert answer.status_code == 413
    assert "At most 2 files" in answer.text and 'id="files-error"' in answer.text
    assert "in two pieces." in answer.text
    kept = kept_in(answer)
    assert len(kept) == 3 and not tickets()
    assert browser.post("/tickets", data=FORM | {"kept": kept[:2]}).status_code == 302
    assert file_names() == ["0.png", "1.png"]


def test_more_bytes_than_allowed_are_refused_with_a_page(make_desk):
    desk = make_desk(HELPDESK_MAX_UPLOAD_MB="1")
    browser = desk.browser(desk.user())
    answer = browser.post("/tickets", data=FORM | {"files": upload(b"x" * 1_100_000, "big.bin")})
    assert answer.status_code == 413
    assert "at most 1 MB" in answer.text and "<h1>" in answer.text
    assert files_on_disk(desk) == [] and not tickets()


def test_a_form_is_refused_for_what_is_wrong_with_it(desk, alice):
    browser = desk.browser(alice)
    long = browser.post("/tickets", data=FORM | {"message": "x" * 3_000_000})
    assert long.status_code == 422
    assert "at most 100,000 characters" in long.text and 'id="message-error"' in long.text
    parts = browser.post(
        "/tickets", data=FORM | {f"f{n}": "x" for n in range(501)} | {"files": upload()}
    )
    assert parts.status_code == 413
    assert "too many parts" in parts.text and "<h1>" in parts.text
    assert files_on_disk(desk) == [] and not tickets()


def test_a_category_and_sub_category_are_chosen(desk, alice):
    lamps = desk.category("Lamps")
    shades = desk.category("Shades", lamps)
    desk.category("Gone", lamps, active=False)
    browser = desk.browser(alice)
    page = browser.get("/tickets/new").text
    assert f'data-parent="{lamps.id}"' in page and "Lamps: Shades" in page
    assert "Gone" not in page
    data = FORM | {"category": str(lamps.id), "subcategory": str(shades.id)}
    assert browser.post("/tickets", data=data).status_code == 302
    assert (tickets()[0].category_id, tickets()[0].subcategory_id) == (lamps.id, shades.id)


def test_a_sub_category_alone_says_its_category_too(desk, alice):
    lamps = desk.category("Lamps")
    shades = desk.category("Shades", lamps)
    desk.browser(alice).post("/tickets", data=FORM | {"subcategory": str(shades.id)})
    assert (tickets()[0].category_id, tickets()[0].subcategory_id) == (lamps.id, shades.id)


def test_a_sub_category_of_another_category_is_refused(desk, alice):
    lamps, returns = desk.category("Lamps"), desk.category("Returns")
    shades = desk.category("Shades", lamps)
    data = FORM | {"category": str(returns.id), "subcategory": str(shades.id)}
    answer = desk.browser(alice).post("/tickets", data=data)
    assert answer.status_code == 422 and 'id="subcategory-error"' in answer.text
    assert f'<option selected value="{returns.id}">' in answer.text


@pytest.mark.parametrize("value", ["x", "-1", "9" * 30, "\uff11", "1.5"])
def test_a_category_that_is_none_is_refused(desk, alice, value):
    desk.category("Lamps")
    answer = desk.browser(alice).post("/tickets", data=FORM | {"category": value})
    assert answer.status_code == 422 and 'id="category-error"' in answer.text


def test_without_categories_nothing_is_asked_of_them(desk, alice):
    page = desk.browser(alice).get("/tickets/new").text
    assert 'name="category"' not in page and 'name="subcategory"' not in page


def test_a_form_that_is_sent_twice_opens_one_request(desk, alice):
    browser = desk.browser(alice)
    data = FORM | {"once": key_of(browser.get("/tickets/new"))}
    first = browser.post("/tickets", data=data | {"files": upload()})
    second = browser.post("/tickets", data=data | {"files": upload()})
    assert first.location == second.location
    assert len(tickets()) == 1
    assert file_names() == ["lamp.png"]
    assert "Your request has the number" in browser.get(second.location).text


def test_a_form_that_arrives_twice_at_once_opens_one_request(desk, alice):
    first = desk.browser(alice)
    second = desk.browser()
    second.set_cookie("helpdesk", first.get_cookie("helpdesk").value)
    data = FORM | {"once": key_of(first.get("/tickets/new"))}
    with ThreadPoolExecutor(2) as pool:
        sent = [pool.submit(browser.post, "/tickets", data=data) for browser in (first, second)]
    (ticket,) = tickets()
    assert {one.result().location for one in sent} == {f"/tickets/{ticket.id}"}


def test_other_words_under_the_same_key_are_another_request(desk, alice):
    browser = desk.browser(alice)
    key = {"once": key_of(browser.get("/tickets/new"))}
    browser.post("/tickets", data=FORM | key)
    browser.post("/tickets", data=FORM | key | {"message": "And the shade is torn."})
    assert len(tickets()) == 2


def test_the_key_of_one_customer_means_nothing_for_another(desk, alice, bob):
    key = {"once": key_of(desk.browser(alice).get("/tickets/new"))}
    for user in (alice, bob):
        assert desk.browser(user).post("/tickets", data=FORM | key).status_code == 302
    assert len(tickets()) == 2


def test_each_page_has_its_own_key_and_a_form_that_comes_back_keeps_it(desk, alice):
    browser = desk.browser(alice)
    key = key_of(browser.get("/tickets/new"))
    assert key_of(browser.get("/tickets/new")) != key
    assert key_of(browser.post("/tickets", data={"once": key})) == key


def test_a_visitor_is_led_to_sign_in_and_back(desk):
    answer = desk.browser().get("/tickets/new")
    assert answer.location == "/sign-in?next=/tickets/new"
    page = desk.browser().get(answer.location).text
    assert "/sign-up?next=/tickets/new" in page


def test_a_session_that_ended_while_writing_leads_back_to_the_form(desk, alice):
    headers = {"Referer": "http://localhost/tickets/new"}
    answer = desk.browser().post("/tickets", data=FORM, headers=headers)
    assert answer.location == "/sign-in?next=/tickets/new"
    assert not tickets()


@pytest.mark.parametrize("referer", ["https://evil.example/tickets/new", "//evil.example", "x"])
def test_a_page_of_another_site_is_no_page_to_come_back_to(desk, referer):
    answer = desk.browser().post("/tickets", data=FORM, headers={"Referer": referer})
    assert answer.location == "/sign-in"


def test_staff_open_requests_on_the_desk(desk, agent):
    browser = desk.browser(agent)
    assert browser.get("/tickets/new").location.startswith("/desk")
    assert browser.post("/tickets", data=FORM).status_code == 403
    assert not tickets()


def test_the_text_may_be_in_any_script_and_have_hostile_shapes(desk, alice):
    text = "\u202eevil {{ 7*7 }} <script>alert(1)</script> 🎉 שלום %(x)s"
    browser = desk.browser(alice)
    answer = browser.post("/tickets", data={"subject": text, "message": text})
    page = browser.get(answer.location).text
    assert "<script>alert" not in page and "{{ 7*7 }}" in page
    assert db.session.query(Message).one().body == text


def test_text_that_cannot_be_kept_is_refused(desk, alice):
    answer = desk.browser(alice).post("/tickets", data=FORM | {"subject": "a\0b"})
    assert answer.status_code == 422 and 'id="subject-error"' in answer.text
