"""``helpdesk serve``, as a process of its own."""

import json
import re
import signal
import socket
import sqlite3
import stat
import time
import urllib.error
import urllib.request

import pytest

from tests import warm
from tests.databases import ask
from tests.started import Browser, environment, helpdesk, started


def fetch(url, **options):
    with urllib.request.urlopen(urllib.request.Request(url, **options), timeout=30) as answer:
        return answer.read().decode()


def typed(folder, *words, stdin=None, **settings):
    return warm.run(
        [*helpdesk(), "--data", str(folder), *words],
        input=stdin,
        capture_output=True,
        text=True,
        check=False,
        env=environment(**settings),
        timeout=60,
    )


def test_a_fresh_folder_is_made_served_set_up_and_stopped(tmp_path):
    folder = tmp_path / "new" / "desk"
    with started(folder) as desk:
        url = desk.url
        assert re.fullmatch(r"http://127\.0\.0\.1:[1-9]\d*", url)
        assert fetch(f"{url}/healthz") == "ok\n"
        setup = desk.wait_for("Set up your desk at ")
        assert setup.startswith(f"{url}/setup/")
        assert "password" in fetch(setup)
        assert desk.stop() == 0
        assert len(desk.facts) == 2
        assert desk.remarks == []
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    for path in folder.iterdir():
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path


def test_ctrl_c_is_quiet(data):
    with started(data) as desk:
        assert desk.url
        assert desk.stop(signal.SIGINT) == 0
        assert desk.remarks == []


def test_commands_work_while_it_serves(data):
    with started(data) as desk:
        url = desk.url
        add = ("user", "add", "edith@shop.example", "--name", "Edith", "--role", "admin")
        assert typed(data, *add, "--password-stdin", stdin="oak and linen\n").stdout == "1\n"
        token = typed(data, "token", "add", "edith@shop.example", "--name", "t").stdout.strip()
        address = f"{url}/backend/api/api/support-ticket"
        answer = fetch(address, headers={"Authorization": f"Bearer {token}"})
        assert json.loads(answer)["status"] == "success"


def test_a_desk_that_is_set_up_prints_no_set_up_address(data):
    typed(data, "user", "add", "e@shop.example", "--name", "E", "--role", "admin")
    with started(data) as desk:
        assert desk.url
        desk.stop()
        assert len(desk.facts) == 1


@pytest.mark.sqlite  # with PostgreSQL as many serve as somebody starts (docs/SCALING.md)
def test_two_servers_never_share_a_data_folder(data):
    with started(data) as desk:
        assert desk.url
        second = typed(data, "serve", "--port", "0")
    assert (second.returncode, second.stdout) == (1, "")
    assert re.fullmatch(r"Another help desk is already serving .*\n", second.stderr)


def test_a_port_in_use_is_one_sentence(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        refused = typed(tmp_path / "desk", "serve", "--port", str(port))
    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr == f"Port {port} of 127.0.0.1 is in use by another program.\n"


def test_the_base_url_is_what_the_settings_say(data):
    with started(data, HELPDESK_BASE_URL="https://help.shop.example") as desk:
        assert desk.url == "https://help.shop.example"
        assert desk.facts[0] == "Help desk ready at https://help.shop.example"
        address = desk.wait_for("Listening at ")
        assert re.fullmatch(r"http://127\.0\.0\.1:[1-9][0-9]*", address)
        assert fetch(f"{address}/healthz")


@pytest.mark.parametrize("by", [signal.SIGTERM, signal.SIGINT])
def test_a_start_that_is_ended_early_ends_cleanly(tmp_path, by):
    folder = tmp_path / "desk"
    with started(folder, "--demo") as desk:
        limit = time.monotonic() + 60
        while not (folder / "serve.lock").exists() and time.monotonic() < limit:
            time.sleep(0.002)
        assert desk.stop(by) == 0
        assert (desk.facts, desk.remarks) == ([], [])
    with started(folder) as desk:  # nothing is held, nothing half done
        assert desk.url
        assert desk.stop() == 0


def test_a_newer_database_is_not_served(data):
    ask(data, "UPDATE alembic_version SET version_num = '9999'")

    refused = typed(data, "serve", "--port", "0")

    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr.startswith("The database (revision 9999) is newer than this program")


def test_a_password_link_appears_on_the_terminal_and_not_in_the_log(data):
    typed(data, "user", "add", "ana@shop.example", "--name", "Ana", "--role", "admin")
    with started(data) as desk:
        Browser(desk.url).send("/forgot-password", email="ana@shop.example")
        link = desk.wait_for("Password link for ana@shop.example: ")
        assert link.startswith(f"{desk.url}/set-password/")
        assert "assword" in fetch(link)
        desk.stop()
    log = (data / "log" / "helpdesk.log").read_text()
    assert link.rpartition("/")[2] not in log


def test_the_demo_is_a_shop_that_can_be_signed_in_to(tmp_path):
    folder = tmp_path / "desk"
    with started(folder, "--demo") as desk:
        assert desk.url
        for name in ("admin", "agent", "vendor", "customer"):
            password = desk.wait_for(f"Sign in as {name}@demo.example with ")
            assert len(password) >= 12
        address = f"{desk.url}/backend/api/api/customer/login"
        words = json.dumps({"emailId": "customer@demo.example", "password": password})
        answer = fetch(address, data=words.encode(), headers={"Content-Type": "application/json"})
        assert json.loads(answer)["data"]["token"]
        desk.stop()
        assert not any(line.startswith("Set up") for line in desk.facts)

    again = typed(folder, "serve", "--port", "0", "--demo")
    assert (again.returncode, again.stdout) == (1, "")
    assert again.stderr.startswith("This desk is not empty")


def test_an_old_database_is_kept_before_it_is_changed(tmp_path):
    folder = tmp_path / "desk"
    typed(folder, "user", "list")
    with sqlite3.connect(folder / "helpdesk.db") as database:
        [revision] = database.execute("SELECT version_num FROM alembic_version").fetchone()
    database.close()
    assert not list((folder / "backups").iterdir())
    assert revision


@pytest.mark.parametrize("options", [(), ("--no-worker",)])
def test_housekeeping_runs_unless_it_is_not_wanted(data, options):
    ask(data, "INSERT INTO rate_limits VALUES ('k', 1, 1, 2)")

    def is_swept():
        return ask(data, "SELECT count(*) FROM rate_limits") == [(0,)]

    with started(data, *options) as desk:
        assert desk.url
        for _look in range(300):
            if options or is_swept():
                break
            time.sleep(0.1)
        desk.stop()
    assert is_swept() == (not options)
