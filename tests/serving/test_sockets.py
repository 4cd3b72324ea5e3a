"""Getting hold of the address and of the data folder before anything else."""

import errno
import socket
import stat
import subprocess
import sys

import pytest

from helpdesk.serving import Server, ServingError, bind, lock_data_folder


def test_port_nought_is_a_free_port():
    with bind("127.0.0.1", 0) as sock:
        assert sock.getsockname()[1] > 0


def test_nobody_is_let_in_before_the_application_is_there():
    with bind("127.0.0.1", 0) as sock, pytest.raises(ConnectionRefusedError):
        socket.create_connection(sock.getsockname(), timeout=1)


def test_a_port_in_use_is_told_in_one_sentence():
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(ServingError) as caught:
            bind("127.0.0.1", port)
    assert caught.value.message == f"Port {port} of 127.0.0.1 is in use by another program."


def test_a_port_that_was_taken_after_binding_is_told_the_same_way(echo, make_settings):
    with bind("127.0.0.1", 0) as reserved:
        port = reserved.getsockname()[1]
    first, second = bind("127.0.0.1", port), bind("127.0.0.1", port)
    settings = make_settings(port=port)
    server = Server(echo, settings, first)
    with pytest.raises(ServingError, match=f"^Port {port} of 127.0.0.1 is in use by another"):
        Server(echo, settings, second)
    server.stop()
    server.run()


def test_a_port_is_free_again_right_after_a_stop(serving, echo):
    running = serving(echo)
    with running.connect() as client:
        client.sendall(b"GET / HTTP/1.1\r\n\r\n")
        client.recv(65536)
        running.stop()  # the server closes first, so the connection lingers on its side
    bind("127.0.0.1", running.port).close()


@pytest.mark.parametrize(
    ("host", "sentence"),
    [
        ("203.0.113.9", "203.0.113.9 is not an address of this machine."),
        ("no such host", "no such host is not a host name or an address of this machine."),
        ("a" * 70 + ".example", "a" * 70 + ".example is not a host name or an address of this"),
    ],
)
def test_an_address_of_another_machine_is_told_in_one_sentence(host, sentence):
    with pytest.raises(ServingError) as caught:
        bind(host, 0)
    assert caught.value.message.startswith(sentence)


def test_a_port_for_root_only_is_told_in_one_sentence(monkeypatch):
    def refuse(self, address):
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(socket.socket, "bind", refuse)
    with pytest.raises(ServingError) as caught:
        bind("127.0.0.1", 80)
    assert caught.value.message == "Port 80 of 127.0.0.1 may not be used by this user."


HOLDER = """
import sys, pathlib
from helpdesk.serving import lock_data_folder
with lock_data_folder(pathlib.Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_one_data_folder_has_one_server(tmp_path):
    command = [sys.executable, "-c", HOLDER, str(tmp_path)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, **pipes) as holder:
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(ServingError) as caught, lock_data_folder(tmp_path):
            pass
        holder.kill()
    sentence = f"Another help desk is already serving the data folder {tmp_path}."
    assert caught.value.message == sentence
    with lock_data_folder(tmp_path):
        assert stat.S_IMODE((tmp_path / "serve.lock").stat().st_mode) == 0o600
    with lock_data_folder(tmp_path):
        pass
