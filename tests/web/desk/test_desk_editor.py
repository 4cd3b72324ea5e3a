"""What the editor asks for: a preview, a picture kept, people and tickets proposed."""

from helpdesk.tickets import actions, queries
from tests.desk import upload


def test_a_preview_is_what_will_be_shown(desk, alice, agent):
    ticket = desk.ticket(alice)
    browser = desk.browser(agent)
    picture = actions.upload(agent, desk.file("lamp.png"))
    words = f"*Look* at TKT1: <b>\n\n![lamp](attachment:{picture.key})"
    answer = browser.post("/desk/preview", data={"message": words, "ticket": ticket.id})
    assert answer.status_code == 200
    assert "<em>Look</em>" in answer.text
    assert "&lt;b&gt;" in answer.text
    address = f"/desk/tickets/{ticket.id}/files/{picture.key}/lamp.png"
    assert f'<img src="{address}"' in answer.text
    assert browser.get(address).status_code == 200
    assert len(queries.conversation(agent, ticket)) == 1


def test_a_preview_of_nothing_or_of_too_much_says_so(desk, agent):
    browser = desk.browser(agent)
    for data in ({}, {"message": " \n "}, {"message": "", "ticket": "x"}):
        answer = browser.post("/desk/preview", data=data)
        assert "There is nothing to preview yet." in answer.text
    long = browser.post("/desk/preview", data={"message": "a" * 100_001})
    assert "too long" in long.text
    assert "NUL" in browser.post("/desk/preview", data={"message": "a\0"}).text


def test_the_upload_of_somebody_else_is_not_previewed(desk, agent, admin):
    theirs = actions.upload(admin, desk.file("secret.png"))
    data = {"message": f"![x](attachment:{theirs.key})", "kept": theirs.key}
    assert "secret.png" not in desk.browser(agent).post("/desk/preview", data=data).text


def test_without_script_the_page_comes_back_with_the_preview_and_all_that_was_typed(
    desk, alice, agent, read, compose
):
    ticket = desk.ticket(alice)
    browser = desk.browser(agent)
    page = read(browser, f"/desk/tickets/{ticket.id}")
    answer = browser.post(
        f"/desk/tickets/{ticket.id}/preview",
        data={
            "message": "**Sorry!**",
            "kind": "note",
            "once": page.hidden("once"),
            "files": upload(name="lamp.png"),
        },
    )
    assert answer.status_code == 200
    assert "<strong>Sorry!</strong>" in answer.text
    assert "**Sorry!**</textarea>" in answer.text
    assert 'value="note" id="kind-note" checked' in answer.text
    assert 'name="kept"' in answer.text
    assert len(queries.conversation(agent, ticket)) == 1


def test_a_picture_is_kept_for_its_uploader(desk, alice, agent, admin):
    answer = desk.browser(agent).post("/desk/uploads", data={"file": upload(), "ticket": "7"})
    assert answer.status_code == 201
    kept = answer.json
    assert kept["name"] == "lamp.png"
    assert kept["isPicture"] is True
    assert kept["url"] == f"/desk/tickets/7/files/{kept['key']}/lamp.png"
    assert desk.browser(agent).get(kept["url"]).status_code == 200
    assert desk.browser(admin).get(kept["url"]).status_code == 404
    words = upload(b"<svg onload=alert(1)>", "lamp.png")
    answer = desk.browser(agent).post("/desk/uploads", data={"file": words})
    assert answer.json["isPicture"] is False


def test_an_upload_needs_one_file(desk, agent):
    browser = desk.browser(agent)
    for data in ({}, {"file": "words"}, {"file": [upload(), upload()]}):
        assert browser.post("/desk/uploads", data=data).status_code == 422


def test_people_are_proposed_by_the_words_of_their_names(desk, alice, agent, admin):
    eva = desk.user("agent", "Éva [the] Moreau", "eva@shop.example")
    ask = desk.browser(agent).get
    [found] = ask("/desk/complete/people?q=mor+ev").json
    assert found == {"label": "Éva [the] Moreau", "insert": f"@[Éva the Moreau](user:{eva.id})"}
    assert [one["label"] for one in ask("/desk/complete/people").json] == [
        "Ada Min",
        "Ana Gent",
        "Éva [the] Moreau",
    ]
    for q in ("alice", "shop", "x" * 10_000):
        assert ask("/desk/complete/people", query_string={"q": q}).json == []


def test_tickets_are_proposed_by_number_or_words(desk, alice, agent):
    tickets = [desk.ticket(alice, f"Lamp {n}") for n in range(12)]
    ask = desk.browser(agent).get
    refs = [one["label"] for one in ask("/desk/complete/tickets?q=TKT1").json]
    assert refs == ["TKT1", "TKT10", "TKT11", "TKT12"]
    assert ask("/desk/complete/tickets?q=12").json == [
        {"label": "TKT12", "detail": "Lamp 11", "insert": "TKT12"}
    ]
    assert ask("/desk/complete/tickets?q=lam+7").json[0]["label"] == tickets[7].ref
    assert len(ask("/desk/complete/tickets?q=TKT").json) == 8
    for q in ("9" * 15, "9" * 99, "\0", "TKT0", "%"):
        assert ask("/desk/complete/tickets", query_string={"q": q}).status_code == 200


def test_proposals_take_the_same_number_of_queries_however_many_there_are(desk, alice, agent):
    def cost():
        browser = desk.browser(agent)
        with desk.counted() as statements:
            browser.get("/desk/complete/tickets?q=TKT1")
            browser.get("/desk/complete/people?q=a")
        return len(statements)

    desk.ticket(alice)
    before = cost()
    for n in range(20):
        desk.ticket(alice)
        desk.user("agent", f"Anna {n}")
    assert cost() == before
