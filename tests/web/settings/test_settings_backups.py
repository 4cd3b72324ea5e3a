"""The page of the backups."""

import tarfile

import pytest
import sqlalchemy as sa

from helpdesk.audit.models import AuditRow
from helpdesk.backups import actions, queries
from helpdesk.database import db
from helpdesk.jobs import run_due
from helpdesk.operations.archives.making import make

# The desk makes backups of SQLite's file alone. The last tests are about PostgreSQL.
of_sqlite = pytest.mark.sqlite
PAGE = "/desk/settings/backups"


@pytest.fixture
def browser(desk, admin):
    return desk.browser(admin)


@pytest.fixture
def name(desk):
    return make(desk.app.config["HELPDESK"]).name


@of_sqlite
def test_without_any_it_says_when_the_first_is_made(browser):
    page = browser.get(PAGE).text
    assert "No backups yet" in page
    assert "data-checking" not in page


@of_sqlite
def test_one_is_made_while_one_looks(desk, browser):
    assert browser.post(PAGE).status_code == 302
    page = browser.get(PAGE).text
    assert "A backup is being made and verified" in page
    assert "data-checking" in page

    run_due(desk.app, lanes=["housekeeping"])

    page = browser.get(PAGE).text
    assert "verified" in page
    assert "0 tickets" in page
    assert "data-checking" not in page


@of_sqlite
def test_it_is_downloaded_and_that_is_noted(desk, browser, name, tmp_path, admin):
    answer = browser.post(f"{PAGE}/{name}/download")

    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"] == f"attachment; filename={name}"
    assert answer.headers["Cache-Control"] == "no-store"
    (tmp_path / name).write_bytes(answer.data)
    with tarfile.open(tmp_path / name) as tar:
        assert tar.getnames()[-1] == "manifest.json"
    row = db.session.scalar(sa.select(AuditRow).where(AuditRow.kind == "backup_downloaded"))
    assert row.actor_id == admin.id
    assert name in row.details


@of_sqlite
def test_nothing_is_downloaded_by_looking(browser, name):
    assert browser.get(f"{PAGE}/{name}/download").status_code == 405


@pytest.mark.parametrize("deed", ["download", "prove", "delete"])
@pytest.mark.parametrize(
    "name", ["helpdesk-20200101T000000Z.tar", "secret_key", "..%2Fhelpdesk.db"]
)
def test_there_is_nothing_else(browser, deed, name):
    assert browser.post(f"{PAGE}/{name}/{deed}").status_code == 404


@of_sqlite
def test_one_is_looked_through_again(desk, browser, name):
    assert "not verified yet" in browser.get(PAGE).text
    browser.post(f"{PAGE}/{name}/prove")
    assert "being verified now" in browser.get(PAGE).text

    (desk.folder / "backups" / name).write_bytes(b"lamps" * 900)
    run_due(desk.app, lanes=["housekeeping"])

    assert "It is not a backup, or it is damaged." in browser.get(PAGE).text


@of_sqlite
def test_the_only_one_is_not_deleted(desk, browser, name):
    page = browser.post(f"{PAGE}/{name}/delete", follow_redirects=True).text
    assert "the only good backup" in page

    make(desk.app.config["HELPDESK"])
    page = browser.post(f"{PAGE}/{name}/delete", follow_redirects=True).text
    assert "The backup is deleted." in page
    assert name not in page


@of_sqlite
def test_the_plan_is_kept(browser):
    data = {"is_on": "y", "hour": "5", "days": "3", "weeks": "2", "months": "0"}
    assert browser.post(f"{PAGE}/plan", data=data).status_code == 302

    plan = queries.plan()
    assert (plan.is_on, plan.hour, plan.days, plan.weeks, plan.months) == (True, 5, 3, 2, 0)
    assert '<option selected value="5">05:00</option>' in browser.get(PAGE).text


@of_sqlite
@pytest.mark.parametrize(
    "wrong", [{"days": "0"}, {"days": "many"}, {"weeks": "9" * 400}, {"hour": "24"}, {"hour": "x"}]
)
def test_a_plan_that_is_none_comes_back(browser, wrong):
    data = {"is_on": "y", "hour": "5", "days": "3", "weeks": "2", "months": "0"} | wrong
    answer = browser.post(f"{PAGE}/plan", data=data)

    assert answer.status_code == 422
    assert f'id="{next(iter(wrong))}-error"' in answer.text


@of_sqlite
def test_what_went_wrong_is_on_every_page_of_the_settings(desk, browser):
    actions.went_wrong("No backup could be made: the disk is full.")

    assert "the disk is full" in browser.get(PAGE).text
    assert '<span class="count is-failed">1' in browser.get("/desk/settings/shop").text


@pytest.mark.postgresql
def test_with_postgresql_it_says_who_makes_them(desk, browser, alice):
    actions.went_wrong("No backup could be made: the disk is full.")  # as SQLite it was
    page = browser.get(PAGE).text
    assert "whoever runs it makes its backups, with pg_dump" in page
    for word in (
        "No backups yet",
        "Back up now",
        "Daily backup",
        "helpdesk restore",
        "disk is full",
    ):
        assert word not in page
    assert '<span class="count is-failed">' not in browser.get("/desk/settings/shop").text

    page = browser.post(PAGE, follow_redirects=True).text
    assert "The desk makes no backups of PostgreSQL." in page
    assert not queries.is_being_made()


@pytest.mark.postgresql
def test_with_postgresql_older_ones_can_be_taken_away(desk, browser):
    folder = desk.folder / "backups"
    folder.mkdir(exist_ok=True)
    (folder / "helpdesk-20261126T030000Z.tar").write_bytes(b"as it was")
    page = browser.get(PAGE).text
    assert "/helpdesk-20261126T030000Z.tar/download" in page
    assert "Back up now" not in page and "helpdesk restore" not in page
