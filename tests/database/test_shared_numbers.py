"""Numbers of two that serve one desk on PostgreSQL: each its own, and the same of the desk."""

from contextlib import ExitStack
from urllib.request import Request, urlopen

import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.desk import PREFIX
from tests.faults.script import FORM, JSON, Script, form
from tests.started import PATIENCE, started, typed

pytestmark = pytest.mark.slow

TOKEN = "a token for the scraper"
OF_THE_PROCESS = ("helpdesk_http_", "process_", "helpdesk_live_pages", "helpdesk_sign_in_failures")
CHANGES = ("helpdesk_disk_free_bytes", "helpdesk_database_main_size_bytes")


def numbers(url):
    request = Request(f"{url}/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    with urlopen(request, timeout=PATIENCE) as answer:
        text = answer.read().decode()
    return {
        (sample.name, *sorted(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_each_tells_its_own_requests_and_all_the_desk(folder):
    with ExitStack() as stack:
        urls = [
            stack.enter_context(started(folder, "--no-worker", HELPDESK_METRICS_TOKEN=TOKEN)).url
            for _number in range(2)
        ]
        one, other = map(Script, urls)
        email = "ana@shop.example"
        typed(folder, "user", "add", email, "--name", "Ana", "--role", "customer")
        token = typed(folder, "token", "add", email, "--name", "test")
        for number in range(3):
            words = form({"subject": f"Lamp {number}", "message": "It is broken."}, [])
            one.data("POST", "/customer-support-ticket", token, words, **FORM)
        wrong = b'{"emailId": "ana@shop.example", "password": "wrong"}'
        assert other.ask("POST", f"{PREFIX}/customer/login", "", wrong, **JSON)[0] == 401
        first, second = map(numbers, urls)

    opened = [
        sum(
            value
            for (name, *labels), value in told.items()
            if name == "helpdesk_http_requests_total"
            and dict(labels)["endpoint"].startswith("api.")
            and dict(labels)["status"] == "2xx"
        )
        for told in (first, second)
    ]
    assert opened == [3, 0]
    failed = ("helpdesk_sign_in_failures_total", ("step", "password"))
    assert (first[failed], second[failed]) == (0, 1)
    of_desk = [
        {
            key: value
            for key, value in told.items()
            if not key[0].startswith(OF_THE_PROCESS) and key[0] not in CHANGES
        }
        for told in (first, second)
    ]
    assert of_desk[0] == of_desk[1]
    open_ = ("helpdesk_tickets", ("place", "inbox"), ("status", "open"))
    assert first[open_] == 3
