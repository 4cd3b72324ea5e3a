"""Read and unread by script: for the caller alone, and never by a GET."""

TICKETS = "/support-ticket"


def unread(api, **query):
    data = api.get(TICKETS, query_string=query).json["data"]
    return {row["id"] for row in data if row["isUnread"]}


def test_read_and_unread(desk, alice, agent):
    one, two = desk.ticket(alice), desk.ticket(alice)
    api, other = desk.api(agent), desk.api(desk.user("admin"))
    desk.reply(alice, one)
    desk.reply(alice, two)
    assert unread(api) == {one.id, two.id}
    path = f"{TICKETS}/{one.id}"
    assert api.get(path).json["data"]["isUnread"] is True
    assert api.get(path).json["data"]["isUnread"] is True
    assert api.put(f"{path}/read").json["data"] == {
        "id": one.id,
        "refId": one.ref,
        "isUnread": False,
    }
    assert api.get(path).json["data"]["isUnread"] is False
    assert unread(api) == {two.id}
    assert [row["id"] for row in api.get(f"{TICKETS}?unread=1").json["data"]] == [two.id]
    assert api.get(f"{TICKETS}?unread=1&count=1").json["data"] == 1
    assert unread(other) == {one.id, two.id}
    assert api.delete(f"{path}/read").json["data"]["isUnread"] is True
    assert unread(api) == {one.id, two.id}
    for strange in ("0", "abc", "9" * 30):
        assert api.put(f"{TICKETS}/{strange}/read").status_code == 404


def test_customers_learn_nothing_of_it(desk, alice):
    ticket = desk.ticket(alice)
    api = desk.api(alice)
    assert api.put(f"{TICKETS}/{ticket.id}/read").status_code == 403
    for answer in (
        api.get("/customer-support-ticket"),
        api.get(f"/customer-support-ticket/{ticket.id}"),
    ):
        assert "isUnread" not in answer.text
