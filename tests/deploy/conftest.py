"""A desk on a real port, and nginx or Caddy in front of it, as ``deploy/`` sets them up."""

import getpass
import os
import re
import shutil
import socket
import ssl
import subprocess
import threading
import time
from contextlib import contextmanager, suppress
from http.client import HTTPConnection
from pathlib import Path

import pytest

from helpdesk.serving import Server, bind

DEPLOY = Path(__file__).parents[2] / "deploy"
NAME = "help.shop.example"
PATIENCE = 60  # seconds, for a machine that is busy
PATH = "/usr/sbin:/usr/bin:/usr/local/bin"


class Client(HTTPConnection):
    """A browser somewhere: it comes from *source*, by https unless it is told otherwise."""

    def __init__(self, port, source="127.0.0.2", *, tls=True):
        super().__init__(NAME, port, timeout=PATIENCE)
        self.source, self.tls, self.cookies = source, tls, {}

    def connect(self):
        self.sock = socket.create_connection(("127.0.0.1", self.port), PATIENCE, (self.source, 0))
        if self.tls:
            anybody = ssl.create_default_context()
            anybody.check_hostname, anybody.verify_mode = False, ssl.CERT_NONE
            self.sock = anybody.wrap_socket(self.sock, server_hostname=NAME)

    def ask(self, path, method="GET", body=None, **headers):
        """The answer to a request; ``User_Agent`` is a header's name."""
        told = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.cookies:
            told["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        self.request(method, path, body, {"Host": NAME} | told)
        answer = self.getresponse()
        for cookie in answer.headers.get_all("Set-Cookie", []):
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        return answer

    def read(self, path, **headers):
        """The words of a page."""
        answer = self.ask(path, **headers)
        words = answer.read().decode()
        assert answer.status == 200, words[:500]
        return words

    def sign_in(self, email, password):
        key = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', self.read("/sign-in"))[1]
        form = f"email={email}&password={password.replace(' ', '+')}&csrf_token={key}"
        answer = self.ask(
            "/sign-in",
            "POST",
            form,
            Content_Type="application/x-www-form-urlencoded",
            Referer=f"https://{NAME}/sign-in",
            Origin=f"https://{NAME}",
        )
        answer.read()
        return answer


class Proxied:
    """A desk, and the port of the proxy in front of it; *http* is where that takes no https."""

    def __init__(self, desk, port, http):
        self.desk, self.port, self.http = desk, port, http

    def client(self, source="127.0.0.2"):
        return Client(self.port, source)


@pytest.fixture
def backend(make_desk):
    """A desk that is served for NAME behind a proxy, and the port that it has."""
    with bind("127.0.0.1", 0) as sock:
        desk = make_desk(HELPDESK_BASE_URL=f"https://{NAME}", HELPDESK_TRUSTED_PROXIES="127.0.0.1")
        server = Server(desk.app, desk.app.config["HELPDESK"], sock.dup())
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        yield desk, sock.getsockname()[1]
        server.stop()
        thread.join(PATIENCE)
        assert not thread.is_alive()


def free_port():
    with bind("127.0.0.1", 0) as sock:
        return sock.getsockname()[1]


@contextmanager
def running(words, ports, **options):
    """The program *words*, until the block ends; *ports* are those at which it answers soon."""
    process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **options)
    try:
        until = time.monotonic() + PATIENCE
        for port in ports:
            while True:
                with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                    break
                assert process.poll() is None, process.communicate()[0].decode()
                assert time.monotonic() < until
                time.sleep(0.05)
        yield
    finally:
        process.terminate()
        print(process.communicate(timeout=PATIENCE)[0].decode())  # shown where a test fails


@contextmanager
def nginx(folder, desk_port):
    """nginx with our file, its ports and certificate changed; gives its ports."""
    https, http = free_port(), free_port()
    make = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2"
    words = [*make.split(), "-subj", f"/CN={NAME}", "-keyout", "key.pem", "-out", "cert.pem"]
    subprocess.run(words, cwd=folder, check=True, capture_output=True)
    text = (DEPLOY / "nginx.conf").read_text()
    for ours, theirs in (
        ("listen 80;", f"listen 127.0.0.1:{http};"),
        ("listen 443 ssl http2;", f"listen 127.0.0.1:{https} ssl http2;"),
        ("    listen [::]:80;\n", ""),
        ("    listen [::]:443 ssl http2;\n", ""),
        ("127.0.0.1:8000", f"127.0.0.1:{desk_port}"),
        (f"/etc/letsencrypt/live/{NAME}/fullchain.pem", f"{folder}/cert.pem"),
        (f"/etc/letsencrypt/live/{NAME}/privkey.pem", f"{folder}/key.pem"),
    ):
        assert text.count(ours) == 1, ours
        text = text.replace(ours, theirs)
    (folder / "helpdesk.conf").write_text(text)
    temporary = "".join(
        f"{kind}_temp_path {folder}/{kind};" for kind in ("proxy", "client_body", "fastcgi", "scgi")
    )
    # Its worker must reach its folders, which are ours alone.
    user = f"user {getpass.getuser()};" if os.geteuid() == 0 else ""
    (folder / "nginx.conf").write_text(
        f"{user} daemon off; worker_processes 1; pid {folder}/pid; error_log stderr warn;\n"
        f"events {{}}\nhttp {{ {temporary} uwsgi_temp_path {folder}/uwsgi;\n"
        f"include {folder}/helpdesk.conf; }}\n"
    )
    words = [
        shutil.which("nginx", path=PATH),
        "-e",
        "stderr",
        "-p",
        str(folder),
        "-c",
        f"{folder}/nginx.conf",
    ]
    with running(words, (https, http)):
        yield https, http


@contextmanager
def caddy(folder, desk_port):
    """Caddy with our file, and certificates that it makes itself; gives its ports."""
    https, http = free_port(), free_port()
    (folder / "Caddyfile").write_text(
        "{\nadmin off\nskip_install_trust\nlocal_certs\n"
        f"http_port {http}\nhttps_port {https}\n}}\n"
        f"import {DEPLOY / 'Caddyfile'}\n"
    )
    env = {"HOME": str(folder), "DESK": f"127.0.0.1:{desk_port}", "DESK_NAME": NAME}
    words = [
        shutil.which("caddy", path=PATH),
        "run",
        "--config",
        "Caddyfile",
        "--adapter",
        "caddyfile",
    ]
    with running(words, (https, http), cwd=folder, env=env):
        yield https, http


@pytest.fixture(params=[nginx, caddy], ids=["nginx", "caddy"])
def proxied(request, backend, tmp_path):
    desk, port = backend
    if not shutil.which(request.param.__name__, path=PATH):
        pytest.skip(f"{request.param.__name__} is not here (apt install {request.param.__name__}).")
    with request.param(tmp_path, port) as (https, http):
        yield Proxied(desk, https, http)
