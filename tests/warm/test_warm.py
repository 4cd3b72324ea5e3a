"""What is forked is a process as any other; and which commands tests start really."""

import os
import signal
import subprocess
import sys
import threading

import pytest

from helpdesk import clock
from tests import warm
from tests.started import PATIENCE, environment, typed


def python(code, *words, **options):
    options.setdefault("env", environment())
    return warm.Popen(
        [sys.executable, "-c", code, *words],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **options,
    )


def said(code, *words, **options):
    process = python(code, *words, **options)
    out, remarks = process.communicate(timeout=PATIENCE)
    assert (process.returncode, remarks) == (0, "")
    return out


def is_forked(process):
    """Whether *process*, that still waits for its stdin, was."""
    with open(f"/proc/{process.pid}/cmdline", "rb") as words:  # noqa: PTH123
        return b"starter.py" in words.read()


@pytest.mark.parametrize(
    ("code", "status", "remark"),
    [
        ("pass", 0, ""),
        ("raise SystemExit(7)", 7, ""),
        ("raise SystemExit(-1)", 255, ""),
        ("raise SystemExit('No.')", 1, "No.\n"),
        ("1 / 0", 1, "ZeroDivisionError: division by zero\n"),
        ("raise KeyboardInterrupt", -signal.SIGINT, "KeyboardInterrupt\n"),
        ("import os; os._exit(9)", 9, ""),
        ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", -signal.SIGSEGV, ""),
    ],
)
def test_its_status_is_exact_and_its_last_words_are_read(code, status, remark):
    process = python(f"print('words', end='')\nimport sys; sys.stdout.flush()\n{code}")
    out, remarks = process.communicate(timeout=PATIENCE)

    assert (process.returncode, out) == (status, "words")
    assert remarks.endswith(remark) and bool(remarks) == bool(remark)


@pytest.mark.parametrize("by", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_and_is_its_status(by):
    # Who runs tests in the background has them ignore Ctrl-C, and so does what they start.
    hears = "import signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler)"
    process = python(f"{hears}; print('here', flush=True); sys.stdin.read()")
    assert process.stdout.readline() == "here\n"
    assert is_forked(process)
    assert process.poll() is None
    process.send_signal(by)
    process.communicate(timeout=PATIENCE)
    assert process.returncode == -by
    with pytest.raises(ProcessLookupError):
        os.kill(process.pid, 0)


def test_it_is_a_child_of_this_process_in_its_group():
    told = said("import os; print(os.getppid(), os.getpgid(0), os.getsid(0))")
    assert told.split() == [str(n) for n in (os.getpid(), os.getpgid(0), os.getsid(0))]


def test_nothing_comes_from_another_one_or_from_the_test(monkeypatch):
    ask = (
        "import os, sys; from helpdesk import clock\n"
        "print(os.environ.get('HELPDESK_PORT'), os.path.basename(os.getcwd()), sys.argv[1:],"
        " len(os.listdir('/proc/self/fd')), hasattr(clock, 'told'), __name__)\n"
        "clock.told = os.environ['HELPDESK_TOLD'] = 'so'"
    )
    monkeypatch.setattr(clock, "told", "by a test", raising=False)
    monkeypatch.setenv("HELPDESK_TOLD", "by a test")
    first = said(ask, "one", "", env=environment(HELPDESK_PORT="7"), cwd="/usr")
    assert first == "7 usr ['one', ''] 4 False __main__\n"
    assert said(ask, cwd="/etc") == "None etc [] 4 False __main__\n"
    numbers = "import random, uuid; print(random.random(), uuid.uuid4())"
    assert said(numbers) != said(numbers)


def test_an_environment_that_python_reads_is_a_real_start():
    kept = said("import time, sys; print(time.tzname[0], sys.flags.utf8_mode)").split()
    other = said(
        "import time, sys; print(time.tzname[0], sys.flags.utf8_mode)",
        env=environment(TZ="Asia/Tokyo", PYTHONUTF8="1"),
    )
    assert kept != other.split() == ["JST", "1"]


def test_stdin_that_ends_at_once_is_empty_and_files_are_those_that_were_given(tmp_path):
    with (tmp_path / "out").open("wb") as out:
        done = warm.run(
            [sys.executable, "-c", "import sys; print(repr(sys.stdin.read()), 'ä\\udcff')"],
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.PIPE,
            env=environment(),
            check=False,
        )
    text = (tmp_path / "out").read_bytes()
    assert (done.returncode, text) in ((0, b"'' \xc3\xa4\xff\n"), (1, b""))  # as the locale is


def test_a_full_disk_at_the_end_is_the_status_that_python_has_for_it():
    for start in (warm.Popen, subprocess.Popen):
        with open("/dev/full", "wb") as full:  # noqa: PTH123
            words = [sys.executable, "-c", "print('words')"]
            process = start(words, stdout=full, stderr=subprocess.DEVNULL, env=environment())
        assert process.wait(PATIENCE) == 120


def test_several_at_once_are_not_mixed_up():
    code = "import sys; print(sys.stdin.read() + sys.argv[1]); raise SystemExit(int(sys.argv[1]))"
    ends = {}

    def one(number):
        process = python(code, str(number))
        ends[number] = (*process.communicate(f"{number} ", PATIENCE), process.returncode)

    threads = [threading.Thread(target=one, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert ends == {n: (f"{n} {n}\n", "", n) for n in range(12)}


def test_what_hangs_is_killed_in_the_end():
    with pytest.raises(subprocess.TimeoutExpired):
        warm.run(
            [sys.executable, "-c", "import time; time.sleep(600)"],
            env=environment(),
            check=True,
            timeout=0.1,
        )


def test_what_is_to_be_cold_is(cold):
    process = python("import sys; sys.stdin.read()")
    assert not is_forked(process)
    process.communicate(timeout=PATIENCE)


def test_commands_that_are_started_really_find_all_that_they_import(tmp_path, cold):
    """Those of other tests may be forked. (``serve``, ``user``, ``token``, ``doctor`` and what it
    does there, ``mail deliver`` and ``config`` are started really in ``tests/packaging``.)"""
    folder, other = tmp_path / "desk", tmp_path / "other"
    assert typed(folder, "worker", "--once").endswith(" jobs done")
    typed(folder, "export", str(tmp_path / "export"))
    typed(other, "import", "json", str(tmp_path / "export"))
    backup = typed(folder, "backup")
    typed(other, "restore", "--replace", backup)
