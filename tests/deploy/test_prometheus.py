"""What Prometheus and Grafana are told to ask for is what the desk tells."""

import json
import re

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from helpdesk import metrics
from helpdesk.database import db, transaction
from helpdesk.mail.models import Mailbox
from helpdesk.serving import Server, bind
from tests import postgresql
from tests.deploy.conftest import DEPLOY
from tests.mail.rows import received

EXAMPLES = DEPLOY / "prometheus"
# PostgreSQL's log is one of all its databases: a panel of the dashboard has a line less there.
ELSEWHERE = {"helpdesk_database_wal_size_bytes"} if postgresql.is_asked_for() else set()
TOKEN = "a token for the scraper"


@pytest.fixture(scope="module")
def alerts():
    [group] = yaml.safe_load((EXAMPLES / "alerts.yml").read_text())["groups"]
    return group["rules"]


def asked_for(alerts):
    """Each expression of the examples."""
    yield from (rule["expr"] for rule in alerts)
    dashboard = json.loads((EXAMPLES / "dashboard.json").read_text())
    for panel in dashboard["panels"]:
        yield from (target["expr"] for target in panel["targets"])


def test_each_number_that_is_asked_for_is_told(make_desk, alerts):
    desk = make_desk(HELPDESK_METRICS_TOKEN=TOKEN)
    alice = desk.user("customer")
    desk.ticket(alice)
    desk.api(alice).get("/customer-support-ticket")
    received()
    with transaction():
        db.session.add(Mailbox(name="support", address="a@x.example", created_at=alice.created_at))
    with bind("127.0.0.1", 0) as sock:
        server = Server(desk.app, desk.app.config["HELPDESK"], sock)
        metrics.watch(desk.app, server)
    server.close()
    answer = desk.browser().get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    told = {}
    for family in text_string_to_metric_families(answer.text):
        for sample in family.samples:
            labels = told.setdefault(sample.name, {})
            for name, value in sample.labels.items():
                labels.setdefault(name, set()).add(value)

    used = set()
    for expression in asked_for(alerts):
        for name, labels in re.findall(r"((?:helpdesk|process)_\w+)(\{[^}]*\})?", expression):
            if name not in told:  # PostgreSQL's log and backups are its own
                assert re.search("_(wal|backup)_", name), expression
                assert not desk.app.config["HELPDESK"].is_alone
                continue
            used.add(name)
            for label in re.findall(r"(\w+)=~?\"", labels):
                assert label in told[name] or label in ("job", "instance"), expression
    assert len(used) >= 20


def test_each_alert_says_what_is_wrong(alerts):
    assert len({rule["alert"] for rule in alerts}) == len(alerts) >= 12
    for rule in alerts:
        assert rule["annotations"]["summary"].endswith((".", "?"))
        assert rule["labels"]["severity"] in ("page", "ticket")


def test_it_is_asked_with_a_token_where_the_desk_answers():
    [job] = yaml.safe_load((EXAMPLES / "prometheus.yml").read_text())["scrape_configs"]

    assert job["metrics_path"] == "/metrics"
    assert job["authorization"]["credentials_file"]
    assert job["static_configs"] == [{"targets": ["127.0.0.1:8000"]}]
