"""The threat model names tests; they are there."""

import re
from pathlib import Path

TESTS = Path(__file__).parents[1]
DOCUMENT = TESTS.parent / "docs" / "SECURITY.md"


def rows():
    """What stands in each row of the threat model."""
    model = DOCUMENT.read_text().partition("## The threat model")[2].partition("\n## ")[0]
    for line in model.splitlines():
        if line.startswith("| ") and not line.startswith(("| who |", "| ---")):
            yield [cell.strip() for cell in line.strip("|").split(" | ")]


def test_each_row_says_who_what_how_and_which_test_shows_it():
    assert len([*rows()]) > 20
    for row in rows():
        assert len(row) == 4 and all(row), row
        named = re.findall(r"`([a-z_/]+(?:\.py|/))`", row[3])
        assert named, row
        for name in named:
            assert (TESTS / name).exists(), name
