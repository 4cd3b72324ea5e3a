"""The package as it is installed: nothing of a checkout is needed to run it.

It is installed over the release before, whose desk was in use (``shop.py``): whatever is seen here
is seen after an upgrade.
"""

import re
import subprocess
import sys
import urllib.request

import pytest

from tests.packaging.facts import Script, facts, lost
from tests.packaging.shop import ALONE, PASSWORD, PREVIOUS, ROOT, Shop, run
from tests.started import Browser, environment

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    work = tmp_path_factory.mktemp("wheel")
    build = (sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", work / "dist")
    run(*build, cwd=ROOT)
    [wheel] = (work / "dist").glob("helpdesk-*.whl")
    shop = Shop(work)
    shop.install(PREVIOUS)
    shop.fill()
    shop.install(wheel)
    return shop


@pytest.fixture(scope="module")
def desk(shop):
    """It is served by the new release, started in a folder that has nothing."""
    with shop.served() as desk:
        yield desk


def fetch(url):
    with urllib.request.urlopen(url, timeout=30) as answer:
        return answer.headers.get_content_type(), answer.read().decode()


def test_the_installed_desk_is_well(desk):
    assert fetch(f"{desk.url}/healthz") == ("text/plain", "ok\n")


@pytest.mark.parametrize("path", ["/", "/sign-in"])
def test_its_pages_come_with_their_style_and_scripts(desk, path):
    kind, page = fetch(desk.url + path)

    assert (kind, "</html>" in page) == ("text/html", True)
    styles = re.findall(r'<link[^>]*rel="stylesheet"[^>]*href="([^"]+)"', page)
    scripts = re.findall(r'<script[^>]*src="([^"]+)"', page)
    assert styles
    for address in styles:
        kind, text = fetch(desk.url + address)
        assert (kind, "{" in text) == ("text/css", True)
    for address in scripts:
        assert fetch(desk.url + address)[0] in ("text/javascript", "application/javascript")


def test_its_api_describes_itself(desk):
    assert fetch(f"{desk.url}/backend/api/openapi.json")[0] == "application/json"
    assert fetch(f"{desk.url}/backend/api/docs")[0] == "text/html"


def test_its_data_is_never_inside_of_the_environment(shop, tmp_path):
    home = environment(HOME=str(tmp_path), XDG_DATA_HOME=str(tmp_path / "share"), **ALONE)
    said = subprocess.run(
        [*shop.program, "config"],
        capture_output=True,
        text=True,
        check=True,
        env=home,
        cwd=tmp_path,
    ).stdout

    assert said.splitlines()[0] == f"HELPDESK_DATA={tmp_path}/share/helpdesk\tdefault"


def test_it_speaks_german(desk):
    request = urllib.request.Request(f"{desk.url}/sign-in", headers={"Accept-Language": "de"})
    with urllib.request.urlopen(request, timeout=30) as answer:
        assert "<h1>Anmelden</h1>" in answer.read().decode()


def test_nothing_is_lost_by_an_upgrade(shop, desk):
    script = Script(desk.url, shop.token)  # the token of before, too
    assert lost(shop.before, facts(script, list(shop.lists))) == []


def test_who_was_signed_in_still_is_and_passwords_are_as_they_were(shop, desk):
    shop.browser.url = desk.url
    assert "Zweitgerät" in shop.browser.get("/desk/views/all")
    anew = Browser(desk.url)
    anew.send("/sign-in", email="edda@shop.example", password=PASSWORD)
    assert "Zweitgerät" in anew.get("/desk/views/all")


def test_the_doctor_finds_nothing_after_an_upgrade(shop, desk):
    found = [line.split("\t") for line in shop.typed("doctor").splitlines()]
    assert [line for line in found if line[0] == "error"] == []


def test_a_backup_was_made_before_it(shop, desk):
    [backup] = (shop.folder / "backups").glob("*upgrade*")
    assert backup.stat().st_size > 10_000


def test_the_release_before_refuses_what_the_new_one_has_made(shop, desk):
    was = shop.database.read_bytes()
    refused = shop.typed_in_previous("user", "list")
    assert refused.returncode == 1
    assert "newer" in refused.stderr
    assert shop.database.read_bytes() == was
