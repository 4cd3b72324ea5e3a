"""``/metrics``, read by Prometheus' own parser."""

import logging
import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
from prometheus_client.parser import text_string_to_metric_families

from helpdesk import clock, logs, metrics
from helpdesk.database import db, transaction
from helpdesk.jobs import enqueue
from helpdesk.jobs.models import State
from helpdesk.mail.models import Mailbox, Outcome, Sending
from helpdesk.metrics import answering, gathering
from helpdesk.metrics.text import Family, Sample, written
from helpdesk.tickets import actions
from helpdesk.tickets.models import Status
from tests.desk import PASSWORD, PREFIX
from tests.mail.rows import outgoing, received

TOKEN = "a token for the scraper"
RIGHT = {"Authorization": f"Bearer {TOKEN}"}


@pytest.fixture
def watched(make_desk):
    """A desk that tells its numbers, which begin anew."""
    desk = make_desk(HELPDESK_METRICS_TOKEN=TOKEN)
    counted = desk.app.extensions["helpdesk.metrics"]
    counted.requests.__init__()
    counted.failures.__init__()
    return desk


@pytest.fixture
def alice(watched):
    return watched.user("customer", "Alice")


@pytest.fixture
def agent(watched):
    return watched.user("agent")


@pytest.fixture
def asked(watched):
    """What the desk tells: ``asked("name", label="value")``; None: it has no such number."""

    def ask(name, /, **labels):
        answer = watched.browser().get("/metrics", headers=RIGHT)
        assert answer.status_code == 200
        assert answer.content_type == "text/plain; version=0.0.4; charset=utf-8"
        samples = {}
        for family in text_string_to_metric_families(answer.text):
            for sample in family.samples:
                key = (sample.name, tuple(sorted(sample.labels.items())))
                assert key not in samples, key
                samples[key] = sample.value
        return samples.get((name, tuple(sorted(labels.items()))))

    return ask


def test_every_name_follows_the_conventions(watched, asked, alice):
    watched.api(alice).get("/customer-support-ticket")
    text = watched.browser().get("/metrics", headers=RIGHT).text
    families = list(text_string_to_metric_families(text))

    assert len({family.name for family in families}) == len(families) >= 25
    for family in families:
        assert re.fullmatch("(helpdesk|process)_[a-z_]+", family.name)
        assert family.documentation.endswith(".")
        assert family.type in ("counter", "gauge", "histogram")
        if family.type == "counter":
            assert f"# TYPE {family.name}_total counter\n" in text
        assert not re.search("(milli|_kb|_mb|minutes|hours|_ms)", family.name)


def test_requests_are_counted_by_what_answers_them(watched, asked, alice):
    pages = {"endpoint": "web.accounts.sign_in", "status": "2xx"}
    watched.browser().get("/sign-in")
    watched.browser().get("/sign-in?next=/desk")
    watched.browser().get("/no/such/address")
    for _ in range(3):
        watched.api(alice).get("/customer-support-ticket")
    watched.api().get("/customer-support-ticket")
    listed = "api.list_tickets_for_customer"

    assert asked("helpdesk_http_requests_total", **pages) == 2
    assert asked("helpdesk_http_requests_total", endpoint="none", status="4xx") == 1
    assert asked("helpdesk_http_requests_total", endpoint=listed, status="2xx") == 3
    assert asked("helpdesk_http_requests_total", endpoint=listed, status="4xx") == 1
    assert asked("helpdesk_http_requests_in_flight") == 0


def test_times_are_a_histogram(watched, asked):
    page = {"endpoint": "web.accounts.sign_in"}
    counted = watched.app.extensions["helpdesk.metrics"].requests
    for seconds in (0.005, 0.006, 0.9, 77.0):
        counted.begun()
        counted.ended("web.accounts.sign_in", "200 OK", seconds)
    name = "helpdesk_http_request_duration_seconds"

    bounds = ("0.005", "0.025", "0.1", "0.25", "1.0", "5.0", "+Inf")
    assert [asked(f"{name}_bucket", **page, le=le) for le in bounds] == [1, 2, 2, 2, 3, 3, 4]
    assert asked(f"{name}_count", **page) == 4
    assert asked(f"{name}_sum", **page) == pytest.approx(77.911)


def test_a_thousand_addresses_are_one_name(watched, asked):
    for number in range(1000):
        watched.browser().get(f"/guess/{number}", headers={"User-Agent": f"x{number}"})

    assert asked("helpdesk_http_requests_total", endpoint="none", status="4xx") == 1000
    assert len(watched.app.extensions["helpdesk.metrics"].requests._times) == 1


def test_a_request_that_is_answered_is_in_flight(watched):
    seen = []
    counted = watched.app.extensions["helpdesk.metrics"]
    inside = counted.answers

    def look(environ, start_response):
        seen.append(counted.requests._in_flight)
        return inside(environ, start_response)

    counted.answers = look
    try:
        watched.browser().get("/sign-in")
    finally:
        counted.answers = inside
    assert seen == [1]
    assert counted.requests._in_flight == 0


def test_a_fault_is_counted_as_one(watched, asked):
    counted = watched.app.extensions["helpdesk.metrics"]
    inside, counted.answers = counted.answers, lambda *_: 1 / 0
    try:
        with pytest.raises(ZeroDivisionError):
            watched.browser().get("/sign-in")
    finally:
        counted.answers = inside

    assert asked("helpdesk_http_requests_total", endpoint="none", status="5xx") == 1
    assert asked("helpdesk_http_requests_in_flight") == 0


def test_tickets_are_told_by_status(watched, asked, alice, agent):
    tickets = [watched.ticket(alice) for _ in range(3)]
    actions.change_status(agent, tickets[0], Status.RESOLVED)

    def in_inbox(status):
        return asked("helpdesk_tickets", place="inbox", status=status)

    assert (in_inbox("open"), in_inbox("resolved")) == (2, 1)


def test_what_waits_in_the_background_is_told(watched, asked):
    with transaction():
        failed = enqueue("housekeeping", key="broken")
        failed.state, failed.finished_at = State.FAILED, clock.now()
        late = enqueue("housekeeping", key="late")
        late.due_at = clock.now() - timedelta(minutes=10)

    assert asked("helpdesk_jobs", state="failed") == 1
    assert asked("helpdesk_jobs", state="waiting") == 1
    assert 600 <= asked("helpdesk_jobs_oldest_due_seconds") < 700


def test_nothing_is_late_before_it_is_due(watched, asked):
    with transaction():
        enqueue("housekeeping", key="later").due_at = clock.now() + timedelta(hours=1)

    assert asked("helpdesk_jobs_oldest_due_seconds") == 0


def test_mail_is_told(watched, asked, alice):
    message = watched.reply(alice, watched.ticket(alice), "Hello?")
    received(outcome=Outcome.HELD, reason="odd")
    received(outcome=Outcome.TICKET)
    outgoing(message, state=Sending.FAILED)
    outgoing(message, state=Sending.WAITING, recipient="x@x.example")

    assert asked("helpdesk_mails_received_total") == 2
    assert asked("helpdesk_mails_unfiled", outcome="held") == 1
    assert asked("helpdesk_mails_unfiled", outcome="failed") == 0
    assert asked("helpdesk_outbox_mails", state="failed") == 1
    assert asked("helpdesk_outbox_mails", state="waiting") == 1
    assert asked("helpdesk_mails_queued_total") == 2


def test_a_mailbox_is_up_or_down_whatever_its_name(watched, asked):
    name = 'sup"port\\\n'
    with transaction():
        db.session.add_all(
            Mailbox(
                name=called,
                address=f"{number}@shop.example",
                imap_host=host,
                failing_since=since,
                fetched_at=clock.now(),
                created_at=clock.now(),
            )
            for number, (called, host, since) in enumerate(
                [(name, "imap.shop.example", clock.now()), ("sending", "", None)]
            )
        )

    assert asked("helpdesk_mailbox_up", mailbox=name, way="fetch") == 0
    assert asked("helpdesk_mailbox_up", mailbox=name, way="send") == 1
    assert asked("helpdesk_mailbox_up", mailbox="sending", way="fetch") is None
    assert asked("helpdesk_mailbox_last_fetch_timestamp_seconds", mailbox=name) > 1.7e9


def test_only_what_sqlite_has_is_told_of_it(watched, asked):
    has_log_and_backups = watched.app.config["HELPDESK"].is_alone
    names = ("database_wal_size_bytes", "backup_last_success_timestamp_seconds", "backup_failed")
    told = [asked(f"helpdesk_{name}") is not None for name in names]
    assert told == [has_log_and_backups] * 3


def test_failed_sign_ins_are_counted(watched, asked, alice):
    for password in ("wrong", "wrong too", PASSWORD):
        form = {"emailId": alice.email, "password": password}
        watched.api().post("/customer/login", json=form)

    assert asked("helpdesk_sign_in_failures_total", step="password") == 2
    assert asked("helpdesk_sign_in_failures_total", step="second") == 0


def test_the_machine_and_the_program_are_told(watched, asked):
    assert asked("helpdesk_database_up") == 1
    assert asked("helpdesk_database_main_size_bytes") > 100_000
    assert asked("helpdesk_disk_free_bytes") > 0
    assert asked("process_resident_memory_bytes") > 10_000_000
    assert asked("process_cpu_seconds_total") > 0
    assert 0 < clock.now().timestamp() - asked("process_start_time_seconds") < 86_400
    assert 0 < asked("process_open_fds") < asked("process_max_fds")
    text = watched.browser().get("/metrics", headers=RIGHT).text
    assert re.search(r'build_info{version="[0-9.]+",schema="[0-9]{4}",python="3', text)


def test_without_its_database_it_tells_the_rest(watched, asked, monkeypatch, caplog):
    def broken():
        raise sa.exc.OperationalError("", {}, Exception("disk I/O error"))

    monkeypatch.setattr(gathering, "error_count", broken)
    with caplog.at_level(logging.WARNING):
        assert asked("helpdesk_database_up") == 0
    assert asked("helpdesk_tickets", place="inbox", status="open") is None
    assert asked("process_open_fds") > 0
    assert "numbers are left out" in caplog.text


def as_read(answer):
    """What a stranger can tell from *answer*, without what is random in every one."""
    headers = [pair for pair in answer.headers if pair[0] not in ("X-Request-ID", "Set-Cookie")]
    body = re.sub(r'name="csrf_token"[^>]*>', "", answer.text)
    return answer.status, sorted(headers), body.replace("/metricz", "/metrics")


WRONG = [
    {},
    {"Authorization": "Bearer"},
    {"Authorization": "Bearer "},
    {"Authorization": "Bearer wrong"},
    {"Authorization": f"Bearer {TOKEN}x"},
    {"Authorization": f"Basic {TOKEN}"},
    {"Authorization": TOKEN},
    {"Authorization": "Bearer " + "x" * 30_000},
    {"Authorization": "Bearer \xff\x80"},
    {"X-Forwarded-For": "127.0.0.1"},
]


@pytest.mark.parametrize("headers", WRONG, ids=range(len(WRONG)))
@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS", "HEAD", "PUT"])
def test_strangers_find_what_is_nowhere(watched, headers, method):
    there = watched.browser().open("/metrics", method=method, headers=headers)
    nowhere = watched.browser().open("/metricz", method=method, headers=headers)

    assert there.status_code == 404
    assert as_read(there) == as_read(nowhere)


@pytest.mark.parametrize("role", ["customer", "vendor", "agent", "admin"])
def test_no_account_opens_it(watched, role):
    user = watched.user(role)

    assert watched.browser(user).get("/metrics").status_code == 404
    assert watched.api(user).get(PREFIX + "/metrics").status_code == 404
    assert watched.api(user).client.get("/metrics").status_code == 404


@pytest.mark.parametrize("method", ["POST", "HEAD", "PUT", "DELETE"])
def test_the_token_is_for_reading(watched, method):
    assert watched.browser().open("/metrics", method=method, headers=RIGHT).status_code == 404


def test_it_is_asked_by_any_name(watched):
    answer = watched.browser().get("/metrics", headers=RIGHT | {"Host": "desk.internal:8000"})

    assert answer.status_code == 200


def test_without_a_token_nothing_of_it_is_there(desk):
    assert "helpdesk.metrics" not in desk.app.extensions
    assert desk.browser().get("/metrics", headers=RIGHT).status_code == 404
    metrics.watch(desk.app, None)  # a server that is started


def test_numbers_are_written_as_prometheus_reads_them():
    samples = [Sample(1.5, {"a": 'b"\\\n', "c": "+Inf"}), Sample(10**20)]
    [read] = text_string_to_metric_families(written([Family("x", "gauge", "Of a test.", samples)]))

    assert [(one.name, one.labels, one.value) for one in read.samples] == [
        ("x", {"a": 'b"\\\n', "c": "+Inf"}, 1.5),
        ("x", {}, 1e20),
    ]


def test_what_was_refused_before_it_was_read_has_a_name(watched, asked):
    environ = {answering.REFUSED: 413}
    watched.browser().get("/", environ_overrides=environ)

    assert asked("helpdesk_http_requests_total", endpoint="refused", status="4xx") == 1


def test_the_token_is_shown_nowhere(watched):
    settings = watched.app.config["HELPDESK"]

    assert TOKEN not in repr(settings)
    assert ("HELPDESK_METRICS_TOKEN", "********") in [row[:2] for row in settings.describe()]
    assert logs._redactor(settings)(f"It said {TOKEN}.") == "It said ***."
