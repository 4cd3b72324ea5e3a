"""Scripts of admins: what our mails say."""

WORDS = "/support-ticket/mail/words"


def of(answer, kind="received"):
    assert answer.status_code == 200, answer.text
    return next(one for one in answer.json["data"] if one["kind"] == kind)


def test_words_are_read_changed_and_given_up(desk, admin):
    api = desk.api(admin)
    before = of(api.get(WORDS))
    assert (before["isOn"], before["isOriginal"], before["modifiedDate"]) == (True, True, None)
    assert before["variables"] == ["shop.name", "ticket.ref"]

    now = of(api.put(WORDS, json={"kind": "received", "subject": "Thanks", "isOn": False}))
    assert (now["subject"], now["body"], now["isOn"]) == ("Thanks", before["body"], False)
    assert not now["isOriginal"] and now["modifiedDate"]

    back = of(api.put(WORDS, json={"kind": "received", "original": True, "isOn": True}))
    assert back == before | {"modifiedDate": back["modifiedDate"]}


def test_what_is_wrong_is_told_for_all_fields(desk, admin):
    body = {"kind": "answered", "subject": "{{x}}", "body": "No words"}
    answer = desk.api(admin).put(WORDS, json=body)
    assert answer.status_code in (400, 422)
    assert {"subject", "body"} <= set(answer.json["errors"]), answer.text


def test_other_mails_have_no_words(desk, admin):
    assert desk.api(admin).put(WORDS, json={"kind": "notice"}).status_code in (400, 422)
