"""Everything that API.md says is refused, and how: never HTML, never a 500."""

import json

import pytest

TICKETS = "/customer-support-ticket"
JSON = "application/json"

NOT_JSON = {
    "nothing": b"",
    "words": b"hello",
    "truncated": b'{"subject": "Lamp"',
    "something after it": b'{"subject": "Lamp"} x',
    "an array": b'[{"subject": "Lamp"}]',
    "a string": b'"Lamp"',
    "null": b"null",
    "lists 100,000 deep": b"[" * 100_000,
    "objects 100,000 deep": b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    "an integer of 5,000 digits": b'{"categoryId": ' + b"9" * 5_000 + b"}",
    "NaN": b'{"categoryId": NaN}',
    "Infinity": b'{"categoryId": Infinity}',
    "a number past all floats": b'{"categoryId": 1e999}',
    "a lone surrogate": rb'{"subject": "half \ud800 of a pair"}',
    "UTF-16": '{"subject": "Lamp"}'.encode("utf-16"),
    "a byte order mark": b'\xef\xbb\xbf{"subject": "Lamp"}',
    "bytes that are not UTF-8": b'{"subject": "\xff\xfe"}',
    "a single quote": b"{'subject': 'Lamp'}",
}


def assert_refused(answer, code, *fields):
    assert answer.status_code == code, answer.text
    assert answer.content_type == "application/json"
    body = answer.json
    assert body["status"] == "error"
    assert isinstance(body["message"], str)
    assert body["message"]
    assert "<" not in body["message"]
    assert set(body.get("errors", {})) == set(fields), body
    for sentences in body.get("errors", {}).values():
        assert sentences
        assert all(isinstance(sentence, str) and sentence for sentence in sentences)


@pytest.mark.parametrize("body", NOT_JSON.values(), ids=NOT_JSON.keys())
def test_a_body_that_is_no_json_object(desk, alice, body):
    answer = desk.api(alice).post(TICKETS, data=body, content_type=JSON)
    assert_refused(answer, 400)


@pytest.mark.parametrize(
    "content_type",
    [
        "text/plain",
        "application/xml",
        "application/x-www-form-urlencoded",
        "application/jsonp",
        "x",
    ],
)
def test_a_body_of_another_type(desk, alice, content_type):
    body = json.dumps({"subject": "Lamp", "message": "Broken"})
    answer = desk.api(alice).post(TICKETS, data=body, content_type=content_type)
    assert_refused(answer, 415)


def test_a_body_without_a_type(desk, alice):
    body = b'{"subject": "Lamp", "message": "Broken"}'
    assert_refused(desk.api(alice).post(TICKETS, data=body, headers={"Content-Type": ""}), 415)
    assert_refused(desk.api(alice).post(TICKETS), 400)


def test_a_compressed_body(desk, alice):
    answer = desk.api(alice).post(
        TICKETS, data=b"x", content_type=JSON, headers={"Content-Encoding": "gzip"}
    )
    assert_refused(answer, 415)


@pytest.mark.parametrize(
    "content_type",
    [JSON, "application/json; charset=utf-8", "application/vnd.api+json", "Application/JSON"],
)
def test_json_by_its_other_names(desk, alice, content_type):
    body = json.dumps({"subject": "Lamp", "message": "Broken"})
    answer = desk.api(alice).post(TICKETS, data=body, content_type=content_type)
    assert answer.status_code == 200


def test_the_last_of_two_equal_keys_counts(desk, alice):
    body = b'{"subject": "First", "subject": "Last", "message": "Broken", "extra": {"a": [1]}}'
    answer = desk.api(alice).post(TICKETS, data=body, content_type=JSON)
    assert answer.json["data"]["subject"] == "Last"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"no boundary",
        b'--x\r\nContent-Disposition: form-data; name="subject"\r\n\r\nLamp',
        b'--x\r\nContent-Disposition: form-data; name="attachments"; filename="a"\r\n\r\nhalf',
    ],
)
def test_a_form_that_does_not_arrive_whole(desk, alice, data):
    answer = desk.api(alice).post(
        TICKETS, data=data, content_type="multipart/form-data; boundary=x"
    )
    assert_refused(answer, 400)
    assert desk.api(alice).get(f"{TICKETS}?count=1").json["data"] == 0
    assert not [path for path in (desk.folder / "attachments").rglob("*") if path.is_file()]


NUMBERS = [
    "abc", "１０", "1_000", " 5", "5 ", "+5", "-1", "1e3", "1.5", "0x10", "9007199254740993",
    "9" * 30, "9" * 5000, "٣", "²", "null", "true", "1\0",
]  # fmt: skip


@pytest.mark.parametrize("value", NUMBERS)
@pytest.mark.parametrize("name", ["limit", "offset", "categoryId", "subCategoryId"])
def test_a_number_in_a_query_that_is_none(desk, alice, name, value):
    answer = desk.api(alice).get(TICKETS, query_string={name: value})
    assert_refused(answer, 400, name)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("limit", "501"),
        ("categoryId", "0"),
        ("count", "2"),
        ("count", "yes"),
        ("status", "opened"),
        ("status", "5"),
        ("status", "0"),
        ("createdDate", "yesterday"),
        ("createdDate", "2025-02-30"),
        ("createdDate", "20250220"),
        ("createdDate", "2025-W01-1"),
        ("createdDate", "２025-01-01"),
        ("cursor", "abc"),
        ("cursor", "bjoxOjI6Mw"),
        ("cursor", "é"),
        ("cursor", "\0"),
    ],
)
def test_a_query_that_does_not_parse(desk, alice, name, value):
    assert_refused(desk.api(alice).get(TICKETS, query_string={name: value}), 400, name)


def test_all_of_a_bad_query_is_told_at_once(desk, alice):
    answer = desk.api(alice).get(f"{TICKETS}?limit=abc&offset=-1&status=x&keyword=ok&unknown=1")
    assert_refused(answer, 400, "limit", "offset", "status")


def test_a_parameter_that_is_given_twice(desk, alice):
    assert_refused(desk.api(alice).get(f"{TICKETS}?limit=1&limit=2"), 400, "limit")
    assert desk.api(alice).get(f"{TICKETS}?unknown=1&unknown=2").status_code == 200


def test_an_empty_parameter_is_not_given(desk, alice):
    desk.ticket(alice)
    names = [
        "limit",
        "offset",
        "keyword",
        "count",
        "status",
        "categoryId",
        "subCategoryId",
        "createdDate",
        "cursor",
    ]
    answer = desk.api(alice).get(TICKETS, query_string=dict.fromkeys(names, ""))
    assert len(answer.json["data"]) == 1


@pytest.mark.parametrize(
    "value", ["abc", "limit", "１", "0", "-1", "9007199254740993", "null ", "1.0"]
)
def test_a_parent_category_that_does_not_parse(desk, value):
    answer = desk.api().get(f"{TICKETS}/ticket-category", query_string={"parentCategoryId": value})
    if value == "0":
        assert answer.status_code == 200
    else:
        assert_refused(answer, 400, "parentCategoryId")


BAD_FIELDS = {
    "nothing": ({}, {"subject", "message"}),
    "only spaces": ({"subject": "  ", "message": "\n \t"}, {"subject", "message"}),
    "no subject": ({"message": "Broken"}, {"subject"}),
    "no words": ({"subject": "Lamp"}, {"message"}),
    "numbers as words": ({"subject": 5, "message": 1.5}, {"subject", "message"}),
    "other things as words": (
        {"subject": ["Lamp"], "message": {"a": 1}, "description": True},
        {"subject", "message", "description"},
    ),
    "a NUL": ({"subject": "La\0mp", "message": "Bro\0ken"}, {"subject", "message"}),
    "a long subject": ({"subject": "x" * 251, "message": "Broken"}, {"subject"}),
    "a long message": ({"subject": "Lamp", "message": "x" * 100_001}, {"message"}),
    "no such category": (
        {"subject": "Lamp", "message": "Broken", "categoryId": 99, "subCategoryId": 98},
        {"categoryId", "subCategoryId"},
    ),
    "an unreadable category and no subject": (
        {"categoryId": "abc", "message": "Broken"},
        {"categoryId", "subject"},
    ),
    "all wrong in different ways": (
        {
            "categoryId": True,
            "subCategoryId": 98,
            "subject": "x" * 300,
            "message": 5,
            "attachments": [{"fileName": "a.txt", "content": "not base64!"}],
        },
        {"categoryId", "subCategoryId", "subject", "message", "attachments"},
    ),
    "a ticket that is a word": ({"ticketId": "abc", "message": "Hello"}, {"ticketId", "subject"}),
    "a ticket that is half": (
        {"ticketId": 1.0, "subject": "Lamp", "message": "Hello"},
        {"ticketId"},
    ),
    "a ticket that is true": (
        {"ticketId": True, "subject": "Lamp", "message": "Hello"},
        {"ticketId"},
    ),
}


@pytest.mark.parametrize(("body", "fields"), BAD_FIELDS.values(), ids=BAD_FIELDS.keys())
def test_fields_that_are_wrong(desk, alice, body, fields):
    assert_refused(desk.api(alice).post(TICKETS, json=body), 422, *fields)
    assert desk.api(alice).get(f"{TICKETS}?count=1").json["data"] == 0


@pytest.mark.parametrize(
    "value",
    [0, -1, 1.0, 1.5, "1.0", "１", " 1", "+1", "1_0", True, [], {}, 2**53 + 1, 10**30, "9" * 5000],
)
def test_an_id_in_a_body_that_is_none(desk, alice, value):
    desk.category()
    body = {"subject": "Lamp", "message": "Broken", "categoryId": value}
    assert_refused(desk.api(alice).post(TICKETS, json=body), 422, "categoryId")


@pytest.mark.parametrize(
    "value",
    [0, 5, -1, 2.0, "5", "２", "solved", " open", True, [], {}, 10**30, "\0", None, ""],
)
def test_a_status_that_is_none(desk, alice, value):
    ticket = desk.ticket(alice)
    answer = desk.api(alice).put(f"{TICKETS}/{ticket.id}", json={"status": value})
    assert_refused(answer, 422, "status")
    assert_refused(desk.api(alice).put(f"{TICKETS}/{ticket.id}", json={"other": 1}), 422, "status")


@pytest.mark.parametrize(
    ("value", "name"),
    [
        (1, "open"), (2, "resolved"), (3, "closed"), ("1", "open"), ("2", "resolved"),
        ("3", "closed"), ("open", "open"), ("resolved", "resolved"), ("Closed", "closed"),
    ],
)  # fmt: skip
def test_a_status_in_its_three_ways(desk, alice, value, name):
    ticket = desk.ticket(alice)
    answer = desk.api(alice).put(f"{TICKETS}/{ticket.id}", json={"status": value, "extra": 1})
    assert answer.status_code == 200
    assert answer.json["data"]["status"] == name


@pytest.mark.parametrize("nothing", [None, "", 0, "0"])
def test_no_ticket_in_its_four_ways(desk, alice, nothing):
    body = {"subject": "Lamp", "message": "Broken", "ticketId": nothing, "categoryId": None}
    answer = desk.api(alice).post(TICKETS, json=body)
    assert answer.status_code == 200
    assert answer.json["data"]["subject"] == "Lamp"


@pytest.mark.parametrize("digits", ["{}", "{:02d}"])
def test_ids_as_digits(desk, alice, digits):
    category = desk.category()
    body = {"subject": "Lamp", "message": "Broken", "categoryId": digits.format(category.id)}
    answer = desk.api(alice).post(TICKETS, json=body)
    assert answer.json["data"]["categoryId"] == category.id


def test_each_of_description_and_message_stands_in_for_the_other(desk, alice):
    api = desk.api(alice)
    for given in ("description", "message"):
        answer = api.post(TICKETS, json={"subject": "Lamp", given: "Broken"})
        assert answer.json["data"]["description"] == "Broken"
        assert answer.json["data"]["message"] == "Broken"


@pytest.mark.parametrize(
    "keyword",
    ['"', "'", "*", "NEAR", "AND OR NOT", "a NEAR/2 b", "(", "-", "^", ":", "\\", "%", "_", "\0",
     "💡", "灯", "﷽", "x" * 5000, "' OR 1=1 --", "subject:lamp", "�", "\u202e"],
)  # fmt: skip
def test_any_text_is_a_keyword(desk, alice, agent, keyword):
    desk.ticket(alice, "Lamp")
    for api, path in ((desk.api(alice), TICKETS), (desk.api(agent), "/support-ticket")):
        answer = api.get(path, query_string={"keyword": keyword})
        assert answer.status_code == 200
        category = api.get(f"{path}/ticket-category", query_string={"keyword": keyword})
        assert category.status_code == 200


def test_every_word_of_a_keyword_is_required(desk, alice, agent):
    words = " ".join(f"word{number}x" for number in range(5000))
    ticket = desk.ticket(alice, "Lamp", words)
    for number in range(4):
        desk.ticket(alice, f"Lamp {number}", words[: -number - 1])
    for api, path in ((desk.api(alice), TICKETS), (desk.api(agent), "/support-ticket")):
        for keyword, expected in ((words, [ticket.id]), (f"{words} y", [])):
            answer = api.get(path, query_string={"keyword": keyword})
            assert [row["id"] for row in answer.json["data"]] == expected


@pytest.mark.parametrize(
    ("method", "path", "code"),
    [
        ("GET", "", 404),
        ("GET", "/", 404),
        ("GET", "/nowhere", 404),
        ("GET", "//customer-support-ticket", 404),
        ("GET", "/customer-support-ticket/", 404),
        ("GET", "/customer-support-ticket/1/2", 404),
        ("GET", "/%00", 404),
        ("GET", "/..%2f..%2fetc/passwd", 404),
        ("GET", "/<script>alert(1)</script>", 404),
        ("DELETE", "/customer-support-ticket", 405),
        ("PATCH", "/customer-support-ticket/1", 405),
        ("OPTIONS", "/customer-support-ticket", 405),
        ("TRACE", "/customer-support-ticket", 405),
        ("GET", "/customer/login", 405),
    ],
)
def test_addresses_that_are_none(desk, alice, method, path, code):
    answer = desk.api(alice).open(method, path)
    assert_refused(answer, code)
    assert ("Allow" in answer.headers) == (code == 405)


def test_a_form_is_refused_for_what_is_wrong_with_it(desk, alice):
    api = desk.api(alice)

    def sent(**fields):
        return api.post(TICKETS, data={"subject": "Lamp", "attachments": desk.upload()} | fields)

    long = sent(message="x" * 3_000_000)
    assert_refused(long, 422, "message")
    parts = sent(message="Broken", **{f"field{number}": "x" for number in range(500)})
    assert_refused(parts, 413)
    assert parts.json["message"] == "This form has too many parts: at most 500."
    body = '--x\r\nContent-Disposition: form-data; name="message"\r\n\r\nGröße\r\n--x--\r\n'
    kind = "multipart/form-data; boundary=x"
    latin = api.post(TICKETS, data=body.encode("latin-1"), content_type=kind)
    assert_refused(latin, 400)
    assert latin.json["message"] == "The text of the field message is not UTF-8."
    assert api.get(f"{TICKETS}?count=1").json["data"] == 0


def test_a_request_that_is_too_large(make_desk):
    desk = make_desk(HELPDESK_MAX_UPLOAD_MB="1")
    api = desk.api(desk.user())
    large = b"x" * (1024 * 1024 + 1)
    assert_refused(api.post(TICKETS, data=large, content_type=JSON), 413)
    assert_refused(api.post(TICKETS, data={"attachments": desk.upload(content=large)}), 413)
    assert_refused(
        api.post(f"{TICKETS}/attachment", data={"file": desk.upload(content=large)}), 413
    )
    assert not [path for path in (desk.folder / "attachments").rglob("*") if path.is_file()]
