"""A story of people: a field of the shop, a customer with two accounts, and a second look."""

import re

import pytest

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no script"])
def test_a_shop_comes_to_know_its_customer(desk, open_page, admin, agent, javascript):
    from playwright.sync_api import expect

    ana = desk.user("customer", "Ana Ruiz", "ana@acme.example")
    desk.ticket(desk.user("customer", "A. Ruiz", "a.ruiz@home.example"), "An old question")

    page = open_page("/desk/settings/fields", user=admin, javascript=javascript)
    page.get_by_role("link", name="Add a field").first.click()
    page.get_by_label("Name", exact=True).fill("Order number")
    page.get_by_label("Who must fill it in").select_option("everybody")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("Customers can only fill in")
    page.get_by_label("Customers see it").check()
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_role("link", name="Order number")).to_be_visible()

    page = open_page("/tickets/new", user=ana, javascript=javascript)
    page.get_by_label("Subject").fill("The shade is broken")
    page.get_by_label("How can we help?").fill("It arrived in two pieces.")
    page.get_by_label("Order number").fill("A-1042")
    page.get_by_role("button", name="Send request").click()
    expect(page.get_by_role("main")).to_contain_text("A-1042")

    page = open_page("/desk/views/unassigned", user=agent, javascript=javascript)
    page.get_by_role("link", name=re.compile("The shade is broken")).click()
    expect(page.get_by_label("Order number")).to_have_value("A-1042")
    page.get_by_role("link", name="Ana Ruiz", exact=True).click()
    page.get_by_label("New note").fill("She is a regular.")
    page.get_by_role("button", name="Keep note").click()
    expect(page.get_by_text("She is a regular.")).to_be_visible()

    page.get_by_role("link", name="Merge with…").click()
    page.get_by_role("searchbox").fill("a.ruiz@home")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("link", name="A. Ruiz").click()
    expect(page.get_by_role("main")).to_contain_text("will be able to read everything of both")
    page.get_by_label("I have checked").check()
    page.get_by_role("button", name="Merge them").click()
    expect(page.get_by_role("link", name="An old question")).to_be_visible()
    page.get_by_role("button", name="Undo", exact=True).first.click()
    expect(page.get_by_text("It is as it was before.")).to_be_visible()
    expect(page.get_by_role("link", name="An old question")).to_have_count(0)
    assert page.complaints == []


def test_a_custom_field_follows_what_a_colleague_sets(desk, open_page, admin, agent, field):
    from playwright.sync_api import expect

    field("Order number"), field("Gift", "checkbox")
    ticket = desk.ticket(desk.user("customer", "Ana Ruiz"))
    mine = open_page(f"/desk/tickets/{ticket.id}", user=agent)
    theirs = open_page(f"/desk/tickets/{ticket.id}", user=admin)
    theirs.get_by_label("Order number").fill("B-7")
    theirs.get_by_role("checkbox", name="Gift").check()
    theirs.locator(".properties").get_by_role("button", name="Save", exact=True).click()
    expect(mine.get_by_label("Order number")).to_have_value("B-7")
    expect(mine.get_by_role("checkbox", name="Gift")).to_be_checked()
    expect(mine.locator(".properties")).to_contain_text("Ada Min")
    assert mine.complaints == []


def test_a_list_is_saved_as_a_file(desk, open_page, agent):
    desk.ticket(desk.user("customer", "Ana Ruiz"), "The shade is broken")
    page = open_page("/desk/views/unassigned?sort=newest", user=agent)
    for _time in range(2):  # nothing keeps anybody from taking it once more
        with page.expect_download() as download:
            page.get_by_role("button", name="This list as CSV").click()
    assert re.fullmatch(r"tickets-unassigned-[0-9-]+\.csv", download.value.suggested_filename)
    assert "The shade is broken" in download.value.path().read_text(encoding="utf-8-sig")
