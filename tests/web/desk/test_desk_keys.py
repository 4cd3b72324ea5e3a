"""The table of keys, and the palette as its server part."""

import re

from helpdesk.paths import STATIC
from helpdesk.web.desk.keys import SHEET

HTMX = {"HX-Request": "true"}


def labels(answer):
    text = re.sub("</?mark>", "", answer.text)
    return re.findall(r'palette-label" dir="auto">(.*?)</span>', text)


def test_the_sheet_and_the_script_have_the_same_keys():
    script = (STATIC / "js" / "keys.js").read_text()
    table = script.split("const KEYS = {")[1].split("};")[0]
    found = re.findall(r'("[^"]+"|\w): "([\w-]+)"', table)
    in_script = {key.strip('"'): command for key, command in found}
    on_sheet = {key.keys: key.command for group in SHEET.values() for key in group}
    by_hand = {"Ctrl K": "palette", "Enter": "open"}  # one has a modifier, one is any link's
    assert in_script | by_hand == on_sheet


def test_a_ticket_is_found_by_its_number_and_by_its_words(desk, alice, agent):
    ticket = desk.ticket(alice, "A lamp that hums")
    for _ in range(20):  # more begin with a 1 than are proposed
        desk.ticket(alice, "Another one")
    browser = desk.browser(agent)
    assert labels(browser.get(f"/desk/palette?q={ticket.ref}"))[0] == "A lamp that hums"
    assert labels(browser.get("/desk/palette?q=1"))[0] == "A lamp that hums"
    assert browser.get("/desk/complete/tickets?q=TKT1").json[0]["label"] == ticket.ref
    assert labels(browser.get("/desk/palette?q=hums", headers=HTMX)) == ["A lamp that hums"]


def test_while_one_types_every_letter_is_looked_for(desk, alice, agent):
    old, new = desk.ticket(alice, "A lamp that hums"), desk.ticket(alice, "灯 lamp")
    browser = desk.browser(agent)

    def found(text):
        complete = browser.get(f"/desk/complete/tickets?q={text}").json
        in_palette = [
            label for label in labels(browser.get(f"/desk/palette?q={text}")) if "lamp" in label
        ]
        assert [one["detail"] for one in complete] == in_palette
        return set(in_palette)

    assert found("l") == found("la") == found("lam") == {old.subject, new.subject}
    assert found("灯") == {new.subject}


def test_people_views_settings_and_commands_are_found(desk, alice, agent, admin):
    browser = desk.browser(agent)
    assert "Alice Moor" in labels(browser.get("/desk/palette?q=alice"))
    assert labels(browser.get("/desk/palette?q=unass")) == ["Unassigned"]
    assert labels(browser.get("/desk/palette?q=resolve it")) == ["Resolve it"]
    assert "Settings: Users" not in labels(browser.get("/desk/palette?q=settings"))
    assert "Settings: Users" in labels(desk.browser(admin).get("/desk/palette?q=settings"))


def test_any_text_may_be_looked_for(desk, alice, agent):
    desk.ticket(alice, "<b>A lamp</b>")
    browser = desk.browser(agent)
    for text in ('"', "%00", "TKT", "%F0%9F%92%A1", "9" * 400, "<script>", "%ED%A0%80"):
        answer = browser.get(f"/desk/palette?q={text}")
        assert answer.status_code == 200, text
        assert "<script>alert" not in answer.text
    assert "&lt;b&gt;A <mark>lamp</mark>" in browser.get("/desk/palette?q=lamp").text


def test_more_tickets_than_the_palette_shows_are_a_list(desk, alice, agent):
    for _ in range(6):
        desk.ticket(alice, "A lamp")
    browser = desk.browser(agent)
    assert labels(browser.get("/desk/palette?q=lamp")) == ["A lamp"] * 6
    desk.ticket(alice, "A lamp")
    answer = browser.get("/desk/palette?q=lamp is:open")
    assert labels(answer) == [*["A lamp"] * 6, "More tickets with these words"]
    assert 'href="/desk/views/all?q=lamp+is:open"' in answer.text.replace("%3A", ":")
    assert "More tickets" not in browser.get("/desk/palette").text


def test_the_palette_costs_the_same_for_few_and_many(desk, alice, agent):
    browser, costs = desk.browser(agent), []
    for many in (10, 20):
        for _ in range(many):
            desk.ticket(desk.user(), "A lamp")
        with desk.counted() as statements:
            browser.get("/desk/palette?q=lamp", headers=HTMX)
        costs.append(len(statements))
    assert costs[1] <= costs[0]  # a list that is not full may be asked whether it goes on


def test_a_part_is_only_the_list(desk, agent):
    part = desk.browser(agent).get("/desk/palette", headers=HTMX).text
    assert "<html" not in part
    assert "Nothing found" in desk.browser(agent).get("/desk/palette?q=xyzzy").text
