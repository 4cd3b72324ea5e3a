"""The image, in containers that may do nothing: needs root, and debootstrap and dockerd of Debian.

Minutes and the network, so only where it is asked for: ``pytest -n0 -m thorough tests/deploy``.
There is no registry in it: Debian's packages make a base of the name that the Dockerfile has.
"""

import hashlib
import json
import os
import shutil
import subprocess
import time
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.deploy.conftest import DEPLOY, free_port
from tests.started import Browser

ROOT = DEPLOY.parent
PATIENCE = 300  # seconds
SEALED = (
    *("--read-only", "--tmpfs", "/tmp", "--cap-drop", "ALL", "--network", "host"),
    *("--security-opt", "no-new-privileges", "--memory", "512m", "--pids-limit", "256"),
)
LARGEST = 230_000_000  # bytes; 79 of them are Debian's, 39 Python's
DEBIAN = "debian:trixie-slim"
SHARED = ("usr/share/doc", "usr/share/man", "usr/share/locale")  # not in Debian's slim images
CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")

pytestmark = pytest.mark.thorough


class Docker:
    """The daemon at a socket of its own."""

    def __init__(self, socket):
        self.environ = os.environ | {"DOCKER_HOST": f"unix://{socket}", "DOCKER_BUILDKIT": "0"}

    def __call__(self, *words, stdin=None, fails=False):
        ran = subprocess.run(
            ["docker", *words],
            stdin=stdin,
            capture_output=True,
            text=True,
            check=False,
            env=self.environ,
            timeout=PATIENCE * 3,
        )
        assert bool(ran.returncode) is fails, ran.stdout[-3000:] + ran.stderr[-3000:]
        return (ran.stdout + (ran.stderr if fails else "")).strip()

    def wait(self, name, state):
        """Wait until the health of the container *name* is *state*."""
        until = time.monotonic() + PATIENCE
        while (now := self("inspect", name, "--format", "{{.State.Health.Status}}")) != state:
            assert time.monotonic() < until, (now, self("logs", name))
            time.sleep(1)


@contextmanager
def daemon(folder, **features):
    """A daemon with nothing in it."""
    roots = (f"--data-root={folder}/data", f"--exec-root={folder}/run", f"--pidfile={folder}/pid")
    (folder / "daemon.json").write_text(json.dumps({"features": features}))
    words = [
        "dockerd",
        f"--host=unix://{folder}/socket",
        f"--config-file={folder}/daemon.json",
        *roots,
        "--bridge=none",
        "--iptables=false",
    ]
    with (
        (folder / "log").open("wb") as log,
        subprocess.Popen(words, stdout=log, stderr=log) as process,
    ):
        until = time.monotonic() + PATIENCE
        while not (folder / "socket").exists():
            assert process.poll() is None and time.monotonic() < until, (folder / "log").read_text()
            time.sleep(0.2)
        yield Docker(folder / "socket")
        process.terminate()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def docker(tmp_path_factory):
    with daemon(tmp_path_factory.mktemp("docker")) as asked:
        yield asked


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    """An archive with a Debian as slim as the one of the registries."""
    folder = tmp_path_factory.mktemp("base")
    root, packed = folder / "root", folder / "base.tar"
    make = ["debootstrap", "--variant=minbase", "trixie", str(root)]
    subprocess.run(make, check=True, capture_output=True, timeout=PATIENCE * 3)
    if CERTIFICATES.exists():  # what this machine trusts, pip has to, too
        shutil.copy(CERTIFICATES, root / "etc/builder.crt")
        (root / "etc/pip.conf").write_text("[global]\ncert = /etc/builder.crt\n")
    _date(root / "etc/apt")
    left_out = ("var/cache/apt", "var/lib/apt/lists", *SHARED)
    without = [f"--exclude=./{one}/*" for one in left_out]
    subprocess.run(["tar", "-C", str(root), *without, "-c", "-f", str(packed), "."], check=True)
    shutil.rmtree(root)
    return packed


def _date(apt):
    """Write the list of sources as Debian's images have it: with the day's archive in a comment.

    It is the same as the one in use: the archive of a day is not for tests.
    """
    [_deb, place, *_suites] = (apt / "sources.list").read_text().split()
    listed = f"Types: deb\n# {place}\nURIs: {place}\nSuites: trixie\nComponents: main\n"
    signed = "Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg\n"
    (apt / "sources.list").unlink()
    (apt / "sources.list.d/debian.sources").write_text(listed + signed)


def take_in(docker, base):
    with base.open("rb") as packed:
        docker("import", "-", DEBIAN, stdin=packed)


@pytest.fixture(scope="module")
def image(docker, base):
    """The image of what git tracks."""
    take_in(docker, base)
    tracked = subprocess.Popen(
        f"git -c safe.directory='*' -C {ROOT} ls-files -z | tar -C {ROOT} --null --files-from=- -c",
        shell=True,
        stdout=subprocess.PIPE,
    )
    with tracked:
        build = ("build", "--network=host", "--tag=helpdesk", "--file=deploy/Dockerfile", "-")
        docker(*build, stdin=tracked.stdout)
    return "helpdesk"


@pytest.fixture
def container(docker, image):
    """A sealed container with a volume of its own, and the port at which it answers."""
    port = str(free_port())
    given = ("--env", f"HELPDESK_PORT={port}", "--volume", "desk:/data", "--name", "desk")
    docker("run", "--detach", *SEALED, *given, image)
    yield "desk", port
    docker("rm", "--force", "desk")
    docker("volume", "rm", "desk")


def test_it_is_small_and_has_neither_pip_nor_a_compiler(docker, image):
    assert int(docker("inspect", image, "--format", "{{.Size}}")) < LARGEST
    for program in ("pip", "gcc", "curl"):
        docker("run", "--rm", "--entrypoint=sh", image, "-c", f"{program} --version", fails=True)


def test_it_says_that_it_is_well_serves_and_stops(docker, container):
    name, port = container
    docker.wait(name, "healthy")
    assert Browser(f"http://127.0.0.1:{port}").get("/healthz") == "ok\n"
    assert docker("exec", name, "helpdesk", "health") == "ok"
    docker("stop", "--time=60", name)
    state = json.loads(docker("inspect", name, "--format", "{{json .State}}"))

    assert (state["ExitCode"], state["OOMKilled"]) == (0, False)


def test_it_is_nobody_and_may_write_nothing_but_its_data(docker, container):
    name, _port = container
    docker.wait(name, "healthy")
    status = docker("exec", name, "cat", "/proc/1/status")

    assert "Uid:\t10001\t10001\t10001\t10001" in status
    assert "CapEff:\t0000000000000000" in status
    assert "CapBnd:\t0000000000000000" in status
    assert "NoNewPrivs:\t1" in status
    for place in ("/", "/opt/helpdesk", "/etc"):
        docker("exec", name, "touch", f"{place}/x", fails=True)
    assert docker("exec", name, "stat", "--format=%a %U", "/data") == "700 helpdesk"


def test_what_it_has_outlives_it(docker, container):
    name, port = container
    docker.wait(name, "healthy")
    add = ("helpdesk", "user", "add", "ana@shop.example", "--name=Ana", "--role=admin")
    docker("exec", name, *add)
    backup = docker("exec", name, "helpdesk", "backup")
    docker("rm", "--force", name)
    given = ("--env", f"HELPDESK_PORT={port}", "--volume", "desk:/data", "--name", name)
    docker("run", "--detach", *SEALED, *given, "helpdesk")
    docker.wait(name, "healthy")

    assert "ana@shop.example" in docker("exec", name, "helpdesk", "user", "list")
    assert "error" not in docker("exec", name, "helpdesk", "verify", backup)


def test_a_release_has_an_image_that_is_the_same_bytes_when_made_again(base, tmp_path):
    if subprocess.run(["docker", "buildx", "version"], capture_output=True, check=False).returncode:
        pytest.skip("docker has no buildx here (apt install docker-buildx, of Debian 13).")
    (tmp_path / "daemon").mkdir()
    with daemon(tmp_path / "daemon", **{"containerd-snapshotter": True}) as docker:
        if "containerd" not in docker("info", "--format", "{{.DriverStatus}}"):
            pytest.skip("This dockerd can't keep images in containerd's store.")
        take_in(docker, base)
        subprocess.run(
            [ROOT / ".ci/release", "--image", tmp_path / "dist"],
            check=True,
            env=docker.environ | {"DEBIAN": DEBIAN, "BUILD_NETWORK": "host"},
            timeout=PATIENCE * 6,
        )
        [archive] = (tmp_path / "dist").glob("*.image.tar")
        docker("load", "--input", str(archive))
        made = docker("images", "--format", "{{.Repository}}:{{.CreatedAt}}", "helpdesk")
    sums = dict(reversed(line.split()) for line in (tmp_path / "dist/SHA256SUMS").open())
    committed = ["git", "-C", ROOT, "log", "-1", "--date=format:%Y-%m-%d", "--format=%cd"]
    day = subprocess.run(committed, capture_output=True, text=True, check=True).stdout.strip()

    assert sums[archive.name] == hashlib.sha256(archive.read_bytes()).hexdigest()
    assert made.startswith(f"helpdesk:{day}")
