"""Prometheus' text format, 0.0.4 (prometheus.io/docs/instrumenting/exposition_formats)."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_IN_VALUES = str.maketrans({"\\": r"\\", '"': r"\"", "\n": r"\n"})
Number = int | float


class Sample(NamedTuple):
    """A number. *suffix* is what a histogram has behind its name: ``_bucket``."""

    value: Number
    labels: Mapping[str, str] = {}
    suffix: str = ""


class Family(NamedTuple):
    """Numbers of one name. *kind* is ``counter``, ``gauge`` or ``histogram``; *help* one line."""

    name: str
    kind: str
    help: str
    samples: Sequence[Sample]


def gauge(name: str, help: str, value: Number) -> Family:
    """A number that goes up and down."""
    return Family(name, "gauge", help, [Sample(value)])


def counter(name: str, help: str, value: Number) -> Family:
    """A number that only grows, until the program is started again."""
    return Family(name, "counter", help, [Sample(value)])


def written(families: Iterable[Family]) -> str:
    """*families* as Prometheus reads them."""
    lines: list[str] = []
    for name, kind, help, samples in families:
        lines += f"# HELP {name} {help}", f"# TYPE {name} {kind}"
        lines += (f"{name}{one.suffix}{_labels(one.labels)} {one.value}" for one in samples)
    return "\n".join(lines) + "\n"


def _labels(labels: Mapping[str, str]) -> str:
    if not labels:
        return ""
    pairs = (f'{name}="{value.translate(_IN_VALUES)}"' for name, value in labels.items())
    return "{" + ",".join(pairs) + "}"
