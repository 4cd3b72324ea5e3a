"""What the system says of this process and its disk, by the names that all programs use."""

import os
import resource
import time
from collections.abc import Iterator
from pathlib import Path

from .text import Family, counter, gauge

_STAT, _FILES = Path("/proc/self/stat"), Path("/proc/self/fd")
_UPTIME_FIELD, _USER_FIELD, _SYSTEM_FIELD, _PAGES_FIELD = 19, 11, 12, 21  # after the name


def families(data: Path) -> Iterator[Family]:
    """Of this process, where the system tells; of the disk that *data* is on."""
    disk = os.statvfs(data)
    yield gauge(
        "helpdesk_disk_free_bytes",
        "Bytes that are free on the disk of the data folder.",
        disk.f_bavail * disk.f_frsize,
    )
    if not _STAT.exists():
        return
    # The name may have blanks and brackets in it (proc(5)).
    fields = _STAT.read_text().rpartition(")")[2].split()
    ticks = os.sysconf("SC_CLK_TCK")
    yield counter(
        "process_cpu_seconds_total",
        "Total user and system CPU time spent in seconds.",
        (int(fields[_USER_FIELD]) + int(fields[_SYSTEM_FIELD])) / ticks,
    )
    yield gauge(
        "process_resident_memory_bytes",
        "Resident memory size in bytes.",
        int(fields[_PAGES_FIELD]) * os.sysconf("SC_PAGE_SIZE"),
    )
    yield gauge(
        "process_start_time_seconds",
        "Start time of the process since unix epoch in seconds.",
        # Of /proc a service may see its own processes alone, so the system is asked when it began.
        time.time() - time.clock_gettime(time.CLOCK_BOOTTIME) + int(fields[_UPTIME_FIELD]) / ticks,
    )
    yield gauge(
        "process_open_fds",
        "Number of open file descriptors.",
        sum(1 for _one in _FILES.iterdir()),
    )
    yield gauge(
        "process_max_fds",
        "Maximum number of open file descriptors.",
        resource.getrlimit(resource.RLIMIT_NOFILE)[0],
    )
