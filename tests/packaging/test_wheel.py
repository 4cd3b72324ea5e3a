"""The package as it is installed: nothing of a checkout is needed to run it."""

import re
import subprocess
import sys
import urllib.request
import venv
from pathlib import Path

import pytest

from tests.started import environment, started

ROOT = Path(__file__).parents[2]
PYTHON = "Scripts/python.exe" if sys.platform == "win32" else "bin/python"

pytestmark = pytest.mark.slow


def run(*command, cwd):
    subprocess.run([str(word) for word in command], check=True, cwd=cwd, env=environment())


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """The folder of an environment that has the wheel and what it asks for, and nothing else."""
    work = tmp_path_factory.mktemp("wheel")
    pip = (sys.executable, "-m", "pip", "--quiet", "wheel", "--no-deps")
    run(*pip, "--wheel-dir", work / "dist", ROOT, cwd=work)
    [wheel] = (work / "dist").glob("helpdesk-*.whl")
    venv.create(work / "env", with_pip=True)
    run(work / "env" / PYTHON, "-m", "pip", "--quiet", "install", wheel, cwd=work)
    return work / "env"


@pytest.fixture(scope="module")
def desk(installed, tmp_path_factory):
    """A demo desk that the installed program serves, started in a folder that has nothing."""
    folder = tmp_path_factory.mktemp("elsewhere")
    program = [str((installed / PYTHON).with_name("helpdesk"))]
    with started(folder / "desk", "--demo", program=program, cwd=folder) as desk:
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


def test_its_data_is_never_inside_of_the_environment(installed, tmp_path):
    home = environment(HOME=str(tmp_path), XDG_DATA_HOME=str(tmp_path / "share"))
    python = installed / PYTHON

    said = subprocess.run(
        [str(python.with_name("helpdesk")), "config"],
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
