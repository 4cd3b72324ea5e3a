"""Bandit over what ships. Its rules are ruff's by other names (B608 is S608), so one comment is for
both: a finding counts unless its line says ``noqa`` with the rule, as ruff has accepted it.

``python .ci/bandit.py``: prints what is left, and fails if anything is.
"""

import json
import re
import subprocess
import sys
from pathlib import Path

SHIPPED = ("helpdesk", "app.py")
# What ruff is told to leave out, too: every program that we run is named in full, by a list.
LEFT_OUT = ("B404", "B603", "B607")


def findings() -> list[dict]:
    """All that bandit finds."""
    command = [sys.executable, "-m", "bandit", "-q", "-f", "json", "-s", ",".join(LEFT_OUT)]
    ran = subprocess.run([*command, "-r", *SHIPPED], capture_output=True, text=True)
    found = json.loads(ran.stdout)
    if found["errors"]:
        sys.exit(f"bandit could not read everything: {found['errors']}")
    return found["results"]


def is_excused(one: dict) -> bool:
    """Whether a line of it says that it is none; a password without letters is one of nobody."""
    if one["test_id"] in ("B105", "B106") and not re.search(r"'.*\w.*'", one["issue_text"]):
        return True
    lines = Path(one["filename"]).read_text().splitlines()
    rule = one["test_id"].replace("B", "S", 1)
    excuse = f"noqa: {rule}"
    return any(excuse in lines[number - 1] for number in one["line_range"])


def main() -> int:
    left = [one for one in findings() if not is_excused(one)]
    for one in left:
        print(f"{one['filename']}:{one['line_number']}: {one['test_id']} {one['issue_text']}")
    return bool(left)


if __name__ == "__main__":
    sys.exit(main())
