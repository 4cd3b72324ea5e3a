"""What is counted in memory, from the start of the program on."""

import threading
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from itertools import accumulate

from .text import Family, Number, Sample, gauge

# Seconds: what nobody notices, what is quick, what one waits for, and what is wrong.
BUCKETS = (0.005, 0.025, 0.1, 0.25, 1.0, 5.0)
_CLASSES = {str(digit): f"{digit}xx" for digit in range(1, 6)}


class Requests:
    """Requests by the name of what answered them and by the first digit of its status.

    Names are those of the program's own endpoints, so there are only so many, whatever is asked.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._in_flight = 0
        self._answered: Counter[tuple[str, str]] = Counter()
        # Of each endpoint: how many were within each bucket, not those below, and their seconds.
        self._times: dict[str, list[Number]] = {}

    def begun(self) -> None:
        """A request is looked at."""
        with self._lock:
            self._in_flight += 1

    def ended(self, endpoint: str, status: str, seconds: float) -> None:
        """Its answer with this *status* (``200 OK``) has begun after *seconds*."""
        key = endpoint, _CLASSES.get(status[:1], "5xx")
        with self._lock:
            self._in_flight -= 1
            self._answered[key] += 1
            times = self._times.get(endpoint)
            if times is None:
                times = self._times[endpoint] = [0] * (len(BUCKETS) + 2)
            times[bisect_left(BUCKETS, seconds)] += 1
            times[-1] += seconds

    def families(self) -> Iterator[Family]:
        """All that was counted."""
        with self._lock:
            in_flight, answered = self._in_flight, sorted(self._answered.items())
            times = sorted((name, list(of_name)) for name, of_name in self._times.items())
        yield gauge(
            "helpdesk_http_requests_in_flight", "Requests that are being answered.", in_flight
        )
        yield Family(
            "helpdesk_http_requests_total",
            "counter",
            "Requests that were answered, by what answered them and the class of its status.",
            [
                Sample(number, {"endpoint": endpoint, "status": status})
                for (endpoint, status), number in answered
            ],
        )
        yield Family(
            "helpdesk_http_request_duration_seconds",
            "histogram",
            "Seconds until the answer began.",
            [sample for name, of_name in times for sample in _histogram(name, of_name)],
        )


def _histogram(endpoint: str, times: list[Number]) -> Iterator[Sample]:
    *within, seconds = times
    total: Number = 0
    for bound, total in zip((*map(str, BUCKETS), "+Inf"), accumulate(within), strict=True):
        yield Sample(total, {"endpoint": endpoint, "le": bound}, "_bucket")
    yield Sample(seconds, {"endpoint": endpoint}, "_sum")
    yield Sample(total, {"endpoint": endpoint}, "_count")


class Failures:
    """Sign-ins that failed, by their step."""

    STEPS = {"sign_in_failed": "password", "factor_failed": "second"}

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts = dict.fromkeys(self.STEPS.values(), 0)

    def count(self, kind: str) -> None:
        """Something of this *kind* of the audit trail has failed."""
        step = self.STEPS.get(kind)
        if step is not None:
            with self._lock:
                self._counts[step] += 1

    def family(self) -> Family:
        """All that was counted."""
        return Family(
            "helpdesk_sign_in_failures_total",
            "counter",
            "Sign-ins that failed, at the password (or passkey) or at the second step.",
            [Sample(number, {"step": step}) for step, number in self._counts.items()],
        )
