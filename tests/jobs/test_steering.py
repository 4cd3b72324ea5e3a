"""What admins see of the background work and do about it: by actions, pages and API."""

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa

from helpdesk import clock, jobs
from helpdesk.database import db, transaction
from helpdesk.errors import NotAllowed, NotFound, WrongState
from helpdesk.events import Event
from helpdesk.jobs import actions, queries
from helpdesk.jobs.models import Job, State
from helpdesk.jobs.queueing import prepare
from tests.jobs.conftest import LANE

PAGE = "/desk/settings/jobs"
API = "/support-ticket/jobs"


@pytest.fixture
def failing(work, alice, desk):
    """A kind whose jobs fail as their payload says, about a ticket."""
    desk.ticket(alice)

    def run(payload):
        if payload.get("reason"):
            raise jobs.GiveUp(payload["reason"])
        work.ran.append(payload)

    work.kind("send", run, about=lambda payload: payload["ticket"])
    return work


def fail(work, reason="550 <b>No</b> such user", **options):
    job = work.add("send", {"ticket": 1, "reason": reason}, **options)
    work.run()
    return db.session.get(Job, job.id)


def succeed_from_now_on(work):
    with transaction():
        for job in db.session.scalars(sa.select(Job).where(Job.lane == LANE)):
            job.payload = {"ticket": 1}


def test_one_that_failed_is_run_again_with_all_its_attempts(failing, admin):
    job = fail(failing)
    succeed_from_now_on(failing)
    assert actions.run_again(admin, job).id == job.id
    again = failing.one()
    assert (again.state, again.attempts, again.last_error) == (State.WAITING, 0, job.last_error)
    assert failing.run() == 1
    done = failing.one()
    assert (done.state, done.last_error) == (State.DONE, None)
    [event] = db.session.scalars(sa.select(Event).where(Event.kind == "job.run_again"))
    assert (event.actor_id, event.after) == (admin.id, {"job": job.id, "kind": "send"})


def test_one_that_was_dismissed_is_run_again(failing, admin):
    job = fail(failing)
    actions.dismiss(admin, job)
    actions.dismiss(admin, job)
    assert queries.failed(admin) == []
    actions.run_again(admin, job)
    assert failing.one().state is State.WAITING


def test_one_that_waits_is_tried_now(work, admin):
    work.kind()
    job = work.add(due_at=clock.now() + timedelta(hours=1))
    actions.run_again(admin, job)
    assert work.run() == 1


def test_one_whose_key_waits_again_leaves_it_to_that_one(failing, admin):
    job = fail(failing, key="k")
    other = failing.add("send", {"ticket": 1}, key="k", due_at=clock.now() + timedelta(hours=1))
    assert actions.run_again(admin, job).id == other.id
    assert failing.run() == 1
    assert [job.state for job in failing.all()] == [State.DISMISSED, State.DONE]


def test_what_runs_or_is_done_is_not_run_again(failing, admin):
    states = []

    def run(_payload):
        with pytest.raises(WrongState):
            actions.run_again(admin, failing.one())
        with pytest.raises(WrongState):
            actions.dismiss(admin, failing.one())
        states.append(1)

    failing.kind(run=run)
    failing.add()
    assert failing.run() == 1
    assert states
    for deed in (actions.run_again, actions.dismiss):
        with pytest.raises(WrongState):
            deed(admin, failing.one())


def test_all_that_failed_are_run_again(failing, admin, monkeypatch):
    monkeypatch.setattr(actions, "RUN_AT_ONCE", 2)
    for _ in range(3):
        fail(failing)
    dismissed = fail(failing)
    actions.dismiss(admin, dismissed)
    assert actions.run_all_again(admin) == 3
    assert actions.run_all_again(admin) == 0
    assert queries.counts() == (3, 0, 0)


def test_all_of_one_key_are_run_again_as_one(failing, admin):
    for _ in range(3):
        fail(failing, key="k")
    assert actions.run_all_again(admin) == 3
    assert failing.run() == 1


@pytest.mark.parametrize("who", ["agent", "alice"])
def test_only_admins_see_and_steer_it(failing, who, request):
    actor, job = request.getfixturevalue(who), fail(failing)
    for deed in (actions.run_again, actions.dismiss):
        with pytest.raises(NotAllowed):
            deed(actor, job)
    with pytest.raises(NotAllowed):
        actions.run_all_again(actor)
    for look in (queries.waiting, queries.running, queries.failed, queries.recent):
        with pytest.raises(NotAllowed):
            look(actor)
    with pytest.raises(NotAllowed):
        queries.get(actor, job.id)


@pytest.mark.parametrize("number", [-1, 0, 99, 2**63, 2**80])
def test_a_job_that_is_none(desk, admin, number):
    with pytest.raises(NotFound):
        queries.get(admin, number)


def test_the_page_of_a_quiet_desk(desk, admin):
    page = desk.browser(admin).get(PAGE).text
    assert "Nothing waits, nothing failed" in page
    assert "is-failed" not in page.partition('class="settings-nav"')[2].partition("</nav>")[0]


def test_the_page_says_what_failed_and_why_and_tries_it_again(failing, desk, admin):
    job = fail(failing)
    browser = desk.browser(admin)
    page = browser.get(PAGE).text
    assert "550 &lt;b&gt;No&lt;/b&gt; such user" in page
    assert '<a href="/desk/tickets/1">TKT1</a>' in page
    assert "Send" in page
    assert "1 attempt" in page
    assert "Run all again" not in page
    assert re.search(r'Background work<span class="count is-failed">1<', browser.get(PAGE).text)
    assert re.search(
        r'Background work<span class="count is-failed">1<', browser.get("/desk/settings/shop").text
    )

    succeed_from_now_on(failing)
    answer = browser.post(f"{PAGE}/{job.id}/run-again")
    assert (answer.status_code, answer.location) == (302, PAGE)
    assert "“Send” is tried again." in browser.get(PAGE).text
    failing.run()
    page = browser.get(PAGE).text
    assert "Done lately" in page
    assert "550" not in page
    assert browser.post(f"{PAGE}/{job.id}/run-again").status_code == 302
    assert "is running, or is done" in browser.get(PAGE).text


def test_the_page_runs_all_again_and_dismisses(failing, desk, admin):
    first, _second = fail(failing), fail(failing)
    browser = desk.browser(admin)
    assert "Run all again" in browser.get(PAGE).text
    browser.post(f"{PAGE}/{first.id}/dismiss")
    assert "“Send” is dismissed." in browser.get(PAGE).text
    browser.post(f"{PAGE}/run-again")
    assert "1 job is tried again." in browser.get(PAGE).text
    assert [job.state for job in failing.all()] == [State.DISMISSED, State.WAITING]
    assert browser.post(f"{PAGE}/99/dismiss").status_code == 404


def test_the_page_shows_what_waits_and_what_comes_again(work, desk, admin):
    def run(_payload):
        raise OSError("no answer")

    work.kind("fetch", run)
    work.every("tidy", 60, run)
    prepare(desk.app)
    work.add("fetch")
    work.add("fetch", due_at=clock.now() + timedelta(days=1))
    work.run()
    page = desk.browser(admin).get(PAGE).text
    assert "1 attempt so far" in page
    assert page.count("OSError: no answer") == 2
    assert "Again and again" in page
    assert "It did not go well" in page
    assert "Nothing waits" not in page


def test_a_job_of_an_unknown_kind_or_an_old_payload_is_shown(failing, desk, admin):
    job = fail(failing)
    with transaction():
        job.payload = {}
        db.session.add(
            Job(
                kind="of.old",
                lane="gone",
                payload={},
                state=State.FAILED,
                due_at=clock.now(),
                created_at=clock.now(),
                finished_at=clock.now(),
            )
        )
    assert "of.old" in desk.browser(admin).get(PAGE).text


def test_the_page_takes_as_many_queries_for_many_as_for_one(failing, desk, admin):
    browser = desk.browser(admin)
    browser.get(PAGE)
    fail(failing)
    failing.add("send", {"ticket": 1}, due_at=clock.now() + timedelta(hours=1))
    with desk.counted() as few:
        browser.get(PAGE)
    for _ in range(60):
        fail(failing, "x" * 2000)
        failing.add("send", {"ticket": 1}, due_at=clock.now() + timedelta(hours=1))
    with desk.counted() as many:
        page = browser.get(PAGE).text
    assert len(many) == len(few)
    assert "and 11 more, due later" in page
    assert page.count('class="is-failed"') == 50
    assert browser.get(f"{PAGE}?page=2").text.count('class="is-failed"') == 11
    for odd in ("0", "-5", "x", "9" * 30, "3"):
        assert browser.get(f"{PAGE}?page={odd}").status_code == 200


def test_scripts_see_and_steer_it_too(failing, desk, admin, agent):
    job = fail(failing)
    api = desk.api(admin)
    answer = api.get(API)
    assert answer.headers["X-Total-Count"] == "1"
    [shown] = answer.json["data"]
    assert shown["id"] == job.id
    assert (shown["state"], shown["ticketId"], shown["title"]) == ("failed", 1, "Send")
    assert shown["lastError"] == "550 <b>No</b> such user"
    assert "payload" not in shown
    assert api.get(f"{API}/{job.id}").json["data"] == shown

    assert api.post(f"{API}/{job.id}/dismiss").json["data"]["state"] == "dismissed"
    assert api.get(f"{API}?state=dismissed").json["data"][0]["id"] == job.id
    assert api.post(f"{API}/{job.id}/run-again").json["data"]["state"] == "waiting"
    assert api.get(f"{API}?state=waiting").json["data"][0]["id"] == job.id
    assert api.post(f"{API}/{job.id}/dismiss").status_code == 409
    failing.run()
    assert api.post(f"{API}/run-again").json["data"] == {"jobs": 1}
    assert desk.api(agent).get(API).status_code == 403


@pytest.mark.parametrize("id", ["0", "-1", "99", "9" * 30, "abc", "%00"])
def test_scripts_that_ask_for_a_job_that_is_none(desk, admin, id):
    assert desk.api(admin).get(f"{API}/{id}").status_code == 404
    assert desk.api(admin).post(f"{API}/{id}/run-again").status_code == 404


def test_scripts_page_through_many(failing, desk, admin):
    for _ in range(3):
        fail(failing)
    answer = desk.api(admin).get(f"{API}?limit=2")
    assert (len(answer.json["data"]), answer.headers["X-Total-Count"]) == (2, "3")
    assert "offset=2" in answer.headers["Link"]
    assert len(desk.api(admin).get(f"{API}?limit=2&offset=2").json["data"]) == 1
    assert desk.api(admin).get(f"{API}?state=odd").status_code == 400
