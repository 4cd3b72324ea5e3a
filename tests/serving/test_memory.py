"""Memory that was used once goes back to the system."""

import subprocess
import sys
from urllib.parse import urlsplit

import pytest

# Eight threads at once need much, then little; how much more the process has at the end, in MB.
USES = """
import re, sys, threading
from pathlib import Path
from helpdesk.serving import give_memory_back

def megabytes():
    return int(re.search(r"VmRSS:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]) // 1024

def use(together, small):
    for size in (19_000_000, 19_000_000, 500_000):
        together.wait()
        pieces = [bytes(b"x") * size for _ in range(19_000_000 // size)]
        small.append(bytes(b"x") * 1000)  # it lies behind them, and stays
        del pieces

give_memory_back()
before, small, together = megabytes(), [], threading.Barrier(8)
threads = [threading.Thread(target=use, args=(together, small)) for _ in range(8)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(megabytes() - before)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="It is the C library of Linux that keeps it.")
def test_what_threads_needed_once_goes_back_to_the_system():
    assert any(_megabytes_left() < 80 for _ in range(3))  # and 149 each time else


def _megabytes_left():
    """A thread may still be at its end when the others have ended: then it is more."""
    ran = subprocess.run(
        [sys.executable, "-c", USES], capture_output=True, text=True, check=True, timeout=60
    )
    return int(ran.stdout)


def test_long_addresses_are_not_remembered(serving, echo):
    """The standard library would: 128 of them, in as many pieces as it cuts them into."""
    running = serving(echo)
    for number in range(20):
        assert running.get(f"/{number}?{'x' * 50_000}").startswith(b"HTTP/1.1 200")
    assert urlsplit.cache_info().currsize < 5
