"""What the process costs: its start, its memory while much is asked of it, and doing nothing."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.process import SETTLED, cpu_percent, memory_mb, start_seconds

from .measured import Figure

PART = "The process"
STARTS, AT_REST, AT_WORK, IDLE = 1.2, 90.0, 150.0, 0.2  # seconds, megabytes, percent of a core
GROWS = 5.0  # megabytes, in the second half of all requests


@dataclass(frozen=True)
class Work:
    """How much is measured: *starts*, *requests*, *agents* with a page open for *seconds*."""

    starts: int
    requests: int
    agents: int
    seconds: float


def process(folder: Path, work: Work) -> Iterator[Figure]:
    """Everything about the process that serves the desk in *folder*, which it writes to."""
    start = start_seconds(folder, work.starts)
    remark = f"ready {start.ready:.2f} s, / {start.page:.2f} s, CPU {start.cpu:.2f} s"
    yield Figure(PART, "start until /healthz answers", [start.health], "s", STARTS, remark=remark)
    looks = list(memory_mb(folder, work.requests, settled=min(SETTLED, work.seconds)))
    sizes = [megabytes for _requests, megabytes in looks]
    yield Figure(PART, "memory at rest, with the worker", sizes[:1], "MB", AT_REST)
    requests = looks[-1][0]
    yield Figure(PART, f"memory after {requests:,} requests", sizes[-1:], "MB", AT_WORK)
    growth = sizes[-1] - sizes[len(sizes) // 2]
    yield Figure(PART, "growth in their second half", [growth], "MB", GROWS)
    idle = cpu_percent(work.agents, work.seconds)
    yield Figure(PART, f"CPU with {work.agents} idle agents", [idle], "%", IDLE)
