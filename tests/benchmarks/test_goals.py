"""That the benchmarks measure what they say."""

import json
import socket
import threading
from contextlib import contextmanager

import pytest

from tests.benchmarks.goals.client import Ask, drive
from tests.benchmarks.goals.measured import Figure, Report, percentile

LENGTH = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nlamps"
IN_CHUNKS = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nlamps\r\n0\r\n\r\n"
CLOSING = b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 5\r\n\r\nlamps"
TO_THE_END = b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nlamps"
WRONG = b"HTTP/1.1 409 CONFLICT\r\nContent-Length: 0\r\n\r\n"


@contextmanager
def answering(answer: bytes, *, in_pieces: bool = False):
    """A server that gives *answer* to everything; its address."""
    listening = socket.create_server(("127.0.0.1", 0))

    def talk(line: socket.socket) -> None:
        with line:
            while line.recv(65536):
                for piece in [answer[:30], answer[30:]] if in_pieces else [answer]:
                    line.sendall(piece)
                if b"close" in answer:
                    return

    def accept() -> None:
        while True:
            try:
                line, _where = listening.accept()
            except OSError:
                return
            threading.Thread(target=talk, args=(line,), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        listening.close()


@pytest.mark.parametrize("answer", [LENGTH, IN_CHUNKS, CLOSING, TO_THE_END])
@pytest.mark.parametrize("in_pieces", [False, True])
def test_a_client_knows_where_an_answer_ends(answer, in_pieces):
    with answering(answer, in_pieces=in_pieces) as url:
        answers = drive(url, [Ask("/one"), Ask("/two")], connections=3, number=20)

    assert len(answers.latencies) == len(answers.ended) == 20
    assert answers.wrong == []


def test_a_wrong_answer_is_told():
    with answering(WRONG) as url:
        answers = drive(url, [Ask("/lamps", "POST", body="{}")], number=2)

    assert answers.wrong == ["POST /lamps: 409"] * 2


def test_a_request_has_its_headers_and_its_body():
    wire = Ask("/lamps", "POST", {"X-Lamp": "blue"}, "größer").wire("shop.example")

    head, _, body = wire.partition(b"\r\n\r\n")
    assert head.split(b"\r\n") == [
        b"POST /lamps HTTP/1.1",
        b"Host: shop.example",
        b"X-Lamp: blue",
        b"Content-Length: 8",
    ]
    assert body.decode() == "größer"


def test_a_figure_falls_short_by_its_middle_round():
    assert not Figure("Load", "p99", [90, 400, 100], "ms", 250).falls_short
    assert Figure("Load", "p99", [90, 400, 300], "ms", 250).falls_short
    assert Figure("Close", "list", [0.6, 0.4, 0.3], "", 0.5, is_more=True).falls_short
    assert not Figure("OFFSET", "1,000", [9000], "ms").falls_short


def test_a_report_says_what_falls_short_and_what_broke(tmp_path):
    report = Report({"tickets": "10"})
    report.add([Figure("Load", "p99", [1234.5], "ms", 250), Figure("Load", "errors", [0], "", 0)])
    report.broken.append("close: no answer")
    report.write(tmp_path / "goals.json")

    assert report.summary().splitlines() == [
        "1 of 2 goals are reached.",
        "Falls short: Load: p99: 1,234 ms (≤ 250)",
        "Broke: close: no answer",
    ]
    assert "| p99 | 1,234 ms |  | ≤ 250 | short |  |" in report.table()
    kept = json.loads((tmp_path / "goals.json").read_text())
    assert [figure["short"] for figure in kept["figures"]] == [True, False]


def test_a_percentile_is_one_of_the_values():
    assert percentile(range(100), 0.99) == 99
    assert percentile([7.0], 0.5) == 7.0
