"""How many times better than a peer: what ``tests/benchmarks/peers`` measures."""

import json
import subprocess
import sys
from pathlib import Path

from .measured import Figure

MOST = 100_000  # tickets: the peer takes too long to be given more
BETTER = 5.0  # times
SECONDS = 3.0  # of one measurement
ROOT = Path(__file__).parents[3]


def peers(tickets: int, kept: Path | None, work: Path) -> list[Figure]:
    """Every row of its table. It installs the peer, so it needs PyPI."""
    told = work / "peers.json"
    words = ["--tickets", str(min(tickets, MOST)), "--json", str(told), "--work", str(work)]
    words += ["--seconds", str(SECONDS)]
    if kept is not None:
        words += ["--keep", str(kept)]
    subprocess.run([sys.executable, "-m", "tests.benchmarks.peers", *words], cwd=ROOT, check=True)
    figures, of = [], ""
    for row in json.loads(told.read_text())["rows"]:
        is_detail = row["name"].startswith("—")
        of = of if is_detail else row["name"]
        name = f"{of} {row['name']}" if is_detail else of
        figures.append(Figure("Beside django-helpdesk", name, row["times"], "×", BETTER, True))
    return figures
